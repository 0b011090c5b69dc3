// The codes that are found at the doors to the system: calls that may wait, mutexes, signal
// handlers. Linked with the doors; so nothing of the test framework is called while a lock is held.
#include "check/check.h"
#include "check/check_report.h"
#include "check/interpose.h"
#include "lock/lock.h"
#include "lock/lockset.h"
#include "util/buf.h"
#include "util/clock.h"
#include "util/file.h"
#include "util/log.h"

#include <check.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <syslog.h>
#include <threads.h>
#include <time.h>
#include <unistd.h>

#ifdef __has_feature
#if __has_feature(thread_sanitizer)
#define UNDER_TSAN 1
#endif
#endif
#if defined(__SANITIZE_THREAD__) || defined(UNDER_TSAN)
enum { PLANT_FOR_OTHERS = 0 }; // ThreadSanitizer would stop at what is planted for our checker
#else
enum { PLANT_FOR_OTHERS = 1 };
#endif

static struct lock a, b;
static struct lockset ls;
static char *text;
static size_t text_size;
static FILE *out;

static void setup(void)
{
    check_reset();
    out = open_memstream(&text, &text_size);
    check_set_output(out);
    check_set_level(CHECK_FLOW);
    lock_init(&a, NULL, "a");
    lock_init(&b, NULL, "b");
    lockset_init(&ls, 7, NULL);
    lockset_enter(&ls);
    lockset_begin(&ls, "test", "tester");
}

static void teardown(void)
{
    lockset_clear(&ls);
    lockset_end(&ls);
    lockset_leave(&ls);
    lockset_fini(&ls);
    lock_fini(&a);
    lock_fini(&b);
    check_set_level(CHECK_OFF);
    check_set_output(NULL);
    fclose(out);
    free(text);
    text = NULL;
}

static void hold(struct lock *l)
{
    lockset_need(&ls, l, LOCK_EXCLUSIVE);
    if (lockset_acquire(&ls) != LOCKSET_HELD)
        abort();
}

static void expect(enum check_code code, uint64_t times, const char *words)
{
    lockset_clear(&ls);
    ck_assert_uint_eq(check_count(code), times);
    ck_assert_uint_eq(check_violations(), times);
    fflush(out);
    ck_assert_msg(strstr(text, words), "no \"%s\" in: %s", words, text);
}

START_TEST(l006_a_file_under_a_lock)
{
    int fd = open("/dev/null", O_WRONLY);
    (void)!write(fd, "x", 1);
    ck_assert_uint_eq(check_violations(), 0); // nothing is held yet
    hold(&a);
    fsync(fd);
    expect(L006_BLOCKING, 1, "fsync()");
    close(fd);
}
END_TEST

START_TEST(l006_every_time_and_whatever_waits)
{
    struct timespec moment = {0, 1};
    FILE *null = fopen("/dev/null", "w");
    hold(&a);
    nanosleep(&moment, NULL);
    usleep(1);
    fprintf(null, "%d", 1);
    expect(L006_BLOCKING, 3, "call fprintf()");
    fclose(null);
}
END_TEST

static unsigned told(const char *words)
{
    unsigned n = 0;
    fflush(out);
    for (const char *p = text; (p = strstr(p, words)); p++)
        n++;
    return n;
}

// "BEFORE…test_interpose.c:LINE AFTER"
static char *line_of(const char *before, int line, const char *after)
{
    static char room[160];
    snprintf(room, sizeof(room), "%stests/unit/check/test_interpose.c:%d %s", before, line, after);
    return room;
}

// With a fortified library these calls are inlined from its headers. Each is still reported at the
// line that makes it.
START_TEST(l006_names_the_line_and_no_header)
{
    char byte[1];
    hold(&a);
    int fd = open("/dev/null", O_RDONLY), line = __LINE__;
    (void)!read(fd, byte, sizeof(byte));
    dprintf(2, "%s", "");
    expect(L006_BLOCKING, 3, "call open()");
    for (int i = 0; i < 3; i++) {
        const char *at = line_of("", line + i, "l006_names_the_line_and_no_header");
        ck_assert_msg(told(at) == 1, "no %s in: %s", at, text);
    }
    close(fd);
}
END_TEST

__attribute__((noinline)) static void sync_it(int fd)
{
    fsync(fd); // the last thing done here: it must not become a jump
}

// The line is that of the call, also where the call ends a function; each call has a report of its
// own.
START_TEST(l006_names_the_line_of_the_call)
{
    int fd = open("/dev/null", O_WRONLY), first;
    hold(&a);
    for (int i = 0; i < 2; i++) {
        first = __LINE__ + 1;
        (void)!write(fd, "x", 1);
        (void)!write(fd, "y", 1);
        sync_it(fd);
    }
    expect(L006_BLOCKING, 6, line_of("suppress  L006 ", first, "*"));
    ck_assert_uint_eq(told("L006 blocking"), 3);
    ck_assert_uint_eq(told(line_of("", first, "l006_names")), 1);
    ck_assert_uint_eq(told(line_of("", first + 1, "l006_names")), 1);
    ck_assert_uint_eq(told(" sync_it()"), 1);
    close(fd);
}
END_TEST

// What a helper of util/ calls counts as called by the caller of the helper.
START_TEST(l006_passes_over_helpers)
{
    char name[] = "/tmp/latchkey-doors-XXXXXX";
    struct buf bytes = BUF_INIT;
    ck_assert_int_ge(mkstemp(name), 0);
    hold(&a);
    int line = __LINE__ + 1;
    (void)!file_read(name, 100, &bytes);
    unlink(name);
    expect(L006_BLOCKING, check_count(L006_BLOCKING), line_of("", line, "l006_passes"));
    ck_assert_uint_eq(told("   util/"), 0);
    buf_fini(&bytes);
}
END_TEST

// A suppression of one call leaves the others.
START_TEST(a_suppression_covers_one_call)
{
    char name[] = "/tmp/latchkey-doors-XXXXXX";
    int file = mkstemp(name), fd = open("/dev/null", O_WRONLY), line = __LINE__ + 11;
    dprintf(file,
            "L006 tests/unit/check/test_interpose.c:%d * until=2099-01-01 reason=\"a test\"\n",
            line);
    close(file);
    ck_assert_int_eq(check_report_suppressions(name, "2026-01-01", stderr), 0);
    unlink(name);
    hold(&a);
    // from here on the line counts
    (void)!write(fd, "a", 1);
    (void)fd;
    (void)!write(fd, "x", 1);
    (void)!write(fd, "z", 1);
    lockset_clear(&ls);
    ck_assert_uint_eq(check_count(L006_BLOCKING), 3);
    ck_assert_uint_eq(check_violations(), 2);
    ck_assert_uint_eq(check_report_suppressions_bad(out), 0);
    close(fd);
}
END_TEST

// A log of JSON lines has nothing else in it.
START_TEST(a_json_log_gets_json_lines)
{
    char name[] = "/tmp/latchkey-doors-XXXXXX", line[8300];
    int fd = mkstemp(name), lines = 0;
    check_set_output(NULL);
    log_set_format(LOG_FORMAT_JSON);
    log_set_fd(fd);
    hold(&a);
    usleep(1);
    lockset_clear(&ls);
    check_summary(NULL);
    log_flush(1000);
    log_set_fd(STDERR_FILENO);
    log_set_format(LOG_FORMAT_TEXT);
    check_set_output(out);
    FILE *f = fopen(name, "r");
    for (bool violation = true; fgets(line, sizeof(line), f); violation = false, lines++) {
        ck_assert(*line == '{' && strstr(line, "}\n"));
        if (violation) {
            ck_assert_ptr_nonnull(strstr(line, "\"event\":\"violation\",\"code\":\"L006\""));
            ck_assert_ptr_nonnull(strstr(line, "\"act\":\"call usleep()\""));
            ck_assert_ptr_nonnull(strstr(line, "\"site\":\"tests/unit/check/test_interpose.c:"));
        }
    }
    ck_assert_int_eq(lines, 3); // and the two of the summary
    fclose(f);
    close(fd);
    unlink(name);
}
END_TEST

// No "repro" line may ask a program for what it cannot do.
START_TEST(a_report_offers_what_the_program_can_do)
{
    hold(&a);
    usleep(1);
    lockset_clear(&ls);
    ck_assert_uint_eq(told("  repro "), 0);
    check_report_set_again("test_interpose once more");
    hold(&a);
    usleep(1);
    expect(L006_BLOCKING, 2, "  repro   test_interpose once more\n");
    check_report_set_again(NULL);
}
END_TEST

START_TEST(l007_names_the_mutex_that_is_kept)
{
    static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
    int line = __LINE__ + 1;
    pthread_mutex_lock(&m);
    lockset_leave(&ls);
    lockset_enter(&ls);
    pthread_mutex_unlock(&m);
    expect(L007_HELD_AT_END, 1, line_of("", line, "l007"));
}
END_TEST

// The names that these have with large files and checked buffers, or that are rare.
static void open_file(void)
{
    close(open("/dev/null", O_RDONLY));
}
static void open_at(void)
{
    close(openat(AT_FDCWD, "/dev/null", O_RDONLY));
}
static void open_checked(void)
{
    static volatile int flags = O_RDONLY; // not known when compiling: __open64_2
    close(open("/dev/null", flags));
}
static int scratch; // a file of nothing
static char room[64];
static volatile size_t some = 8; // not known when compiling: the checked forms
static void pread_file(void)
{
    (void)!pread(scratch, room, some, 0);
}
static void read_file(void)
{
    (void)!read(scratch, room, some);
}
static void pwrite_file(void)
{
    (void)!pwrite(scratch, room, 0, 0);
}
static void truncate_file(void)
{
    (void)!ftruncate(scratch, 0);
}
static void stat_file(void)
{
    struct stat st;
    (void)!stat("/", &st);
}
static void lstat_file(void)
{
    struct stat st;
    (void)!lstat("/", &st);
}
static void fstat_file(void)
{
    struct stat st;
    (void)!fstat(scratch, &st);
}
static void sleep_c11(void)
{
    thrd_sleep(&(struct timespec){0, 1}, NULL);
}
static void wait_for_events(void)
{
    (void)!epoll_wait(-1, &(struct epoll_event){0}, 1, 0);
}
static void accept_it(void)
{
    (void)!accept4(-1, NULL, NULL, 0);
}
static void to_the_system_log(void)
{
    syslog(LOG_DEBUG, "%s", "test");
}
static void resolve(void)
{
    char path[PATH_MAX];
    (void)!realpath("/", path);
}
static void hard_link(void)
{
    (void)!link("/nonexistent/a", "/nonexistent/b");
}
static void print_to(void)
{
    (void)!dprintf(scratch, "%d", 1);
}

static const struct {
    void (*call)(void);
    const char *shown;
} waiting_calls[] = {
    {open_file, "open()"},          {open_at, "openat()"},
    {open_checked, "open()"},       {pread_file, "pread()"},
    {read_file, "read()"},          {pwrite_file, "pwrite()"},
    {truncate_file, "ftruncate()"}, {stat_file, "stat()"},
    {lstat_file, "lstat()"},        {fstat_file, "fstat()"},
    {sleep_c11, "thrd_sleep()"},    {wait_for_events, "epoll_wait()"},
    {accept_it, "accept4()"},       {to_the_system_log, "syslog()"},
    {resolve, "realpath()"},        {hard_link, "link()"},
    {print_to, "dprintf()"},
};
enum { WAITING_CALLS = sizeof(waiting_calls) / sizeof(waiting_calls[0]) };

START_TEST(l006_under_every_name)
{
    scratch = memfd_create("interpose", MFD_CLOEXEC);
    hold(&a);
    waiting_calls[_i].call();
    lockset_clear(&ls);
    // open_file and its kin close what they opened, which waits for nothing.
    ck_assert_uint_eq(check_count(L006_BLOCKING), 1);
    expect(L006_BLOCKING, 1, waiting_calls[_i].shown);
    close(scratch);
}
END_TEST

START_TEST(l006_suspended_with_a_lock)
{
    hold(&a);
    lockset_leave(&ls);
    lockset_enter(&ls);
    expect(L006_BLOCKING, 1, "suspend the task");
}
END_TEST

START_TEST(l014_a_world_lock_under_a_mutex)
{
    static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
    pthread_mutex_lock(&m);
    hold(&a);
    pthread_mutex_unlock(&m);
    expect(L014_RANK, 1, "a mutex is held");
}
END_TEST

START_TEST(a_mutex_under_a_world_lock_is_right)
{
    static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
    hold(&a);
    pthread_mutex_lock(&m);
    pthread_mutex_unlock(&m);
    lockset_clear(&ls);
    ck_assert_uint_eq(check_violations(), 0);
}
END_TEST

START_TEST(l015_mutexes_in_both_orders)
{
    static pthread_mutex_t m[3] = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER,
                                   PTHREAD_MUTEX_INITIALIZER};
    // 0 before 1, 1 before 2: no second thread is needed to see that 2 before 0 closes the circle.
    for (int i = 0; i < 3; i++) {
        pthread_mutex_lock(&m[i]);
        pthread_mutex_lock(&m[(i + 1) % 3]);
        pthread_mutex_unlock(&m[(i + 1) % 3]);
        pthread_mutex_unlock(&m[i]);
        ck_assert_uint_eq(check_count(L015_ORDER_CYCLE), i == 2);
    }
    expect(L015_ORDER_CYCLE, 1, "in the other order");
    ck_assert_uint_ge(told("(taken tests/unit/check/test_interpose.c:"), 3);
}
END_TEST

static void handler(int n)
{
    (void)n;
    hold(&a);
}

START_TEST(l040_a_lock_in_a_signal_handler)
{
    struct sigaction act = {.sa_handler = handler}, old;
    sigaction(SIGUSR1, &act, NULL);
    sigaction(SIGUSR1, NULL, &old);
    raise(SIGUSR1);
    signal(SIGUSR1, SIG_DFL);
    expect(L040_SIGNAL_HANDLER, 1, "signal handler");
    ck_assert_ptr_eq(old.sa_handler, handler); // the door does not show itself
    ck_assert(!interpose_in_signal());
}
END_TEST

// One that refuses what would make others hang.
static void make_careful(pthread_mutex_t *m)
{
    pthread_mutexattr_t kind;
    pthread_mutexattr_init(&kind);
    pthread_mutexattr_settype(&kind, PTHREAD_MUTEX_ERRORCHECK);
    pthread_mutex_init(m, &kind);
    pthread_mutexattr_destroy(&kind);
}

START_TEST(l012_a_mutex_taken_twice)
{
    pthread_mutex_t m;
    make_careful(&m);
    pthread_mutex_lock(&m);
    pthread_mutex_lock(&m);
    pthread_mutex_unlock(&m);
    pthread_mutex_destroy(&m);
    expect(L012_SELF_DEADLOCK, 1, "take a mutex");
}
END_TEST

START_TEST(l008_a_mutex_let_go_twice)
{
    pthread_mutex_t m;
    make_careful(&m);
    pthread_mutex_lock(&m);
    pthread_mutex_unlock(&m);
    pthread_mutex_unlock(&m);
    pthread_mutex_destroy(&m);
    expect(L008_FOREIGN_UNLOCK, 1, "unlock a mutex");
}
END_TEST

START_TEST(l007_a_mutex_kept_by_a_task)
{
    pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
    pthread_mutex_lock(&m);
    lockset_leave(&ls);
    pthread_mutex_unlock(&m);
    lockset_enter(&ls);
    expect(L007_HELD_AT_END, 1, "holding a mutex");
}
END_TEST

START_TEST(l006_whatever_looks_at_a_file)
{
    hold(&a);
    access("/", F_OK);
    perror("nothing");
    expect(L006_BLOCKING, 2, "access()");
}
END_TEST

START_TEST(l039_a_command_that_asks_a_clock_or_chance)
{
    hold(&a);
    time(NULL); // what takes no number may
    lockset_clear(&ls);
    lockset_begin(&ls, "command", NULL);
    hooks_expect_number(&ls);
    clock_wall_ms(); // nothing is held yet
    hold(&a);
    clock_freeze(1000, 2000);
    clock_wall_ms(); // frozen or not
    clock_use_system();
    time(NULL);
    int line = __LINE__ + 1;
    rand();
    expect(L039_DIVERGED, 3, "ask clock_wall_ms()");
    ck_assert_uint_eq(told("L039 diverged"), 3); // each call for itself
    ck_assert_uint_eq(told(line_of("suppress  L039 ", line, "*")), 1);
    ck_assert_uint_eq(told(line_of("", line - 4, "l039")),
                      1); // not the line that asks inside util/
}
END_TEST

START_TEST(off_costs_and_says_nothing)
{
    check_set_level(CHECK_OFF);
    hold(&a);
    usleep(1);
    lockset_clear(&ls);
    ck_assert_uint_eq(check_violations(), 0);
}
END_TEST

START_TEST(a_command_that_began_under_another_level_is_left_alone)
{
    hold(&a);
    check_set_level(CHECK_OFF);
    check_set_level(CHECK_RULES);
    usleep(1);
    lockset_clear(&ls);
    ck_assert_uint_eq(check_violations(), 0);
    lockset_begin(&ls, "next", NULL);
    hold(&b);
    usleep(1);
    expect(L006_BLOCKING, 1, "usleep()");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("interpose");
    TCase *t = tcase_create("interpose");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, l006_a_file_under_a_lock);
    tcase_add_test(t, l006_names_the_line_and_no_header);
    tcase_add_test(t, l006_every_time_and_whatever_waits);
    tcase_add_test(t, l006_names_the_line_of_the_call);
    tcase_add_test(t, l006_passes_over_helpers);
    tcase_add_test(t, a_suppression_covers_one_call);
    tcase_add_test(t, a_json_log_gets_json_lines);
    tcase_add_test(t, a_report_offers_what_the_program_can_do);
    tcase_add_test(t, l007_names_the_mutex_that_is_kept);
    tcase_add_loop_test(t, l006_under_every_name, 0, WAITING_CALLS);
    tcase_add_test(t, l006_suspended_with_a_lock);
    tcase_add_test(t, l014_a_world_lock_under_a_mutex);
    tcase_add_test(t, a_mutex_under_a_world_lock_is_right);
    if (PLANT_FOR_OTHERS)
        tcase_add_test(t, l015_mutexes_in_both_orders);
    if (PLANT_FOR_OTHERS)
        tcase_add_test(t, l040_a_lock_in_a_signal_handler);
    if (PLANT_FOR_OTHERS)
        tcase_add_test(t, l012_a_mutex_taken_twice);
    if (PLANT_FOR_OTHERS)
        tcase_add_test(t, l008_a_mutex_let_go_twice);
    tcase_add_test(t, l007_a_mutex_kept_by_a_task);
    tcase_add_test(t, l006_whatever_looks_at_a_file);
    tcase_add_test(t, l039_a_command_that_asks_a_clock_or_chance);
    tcase_add_test(t, off_costs_and_says_nothing);
    tcase_add_test(t, a_command_that_began_under_another_level_is_left_alone);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
