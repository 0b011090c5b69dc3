// What becomes of violations: reported once, counted, suppressed, written for machines; shared
// objects; the watchdog's circles; locks that die in use.
#include "check/check.h"
#include "check/check_data.h"
#include "check/check_priv.h"
#include "check/check_report.h"
#include "check/shared.h"
#include "console/locks_command.h"
#include "console/waits.h"
#include "console/watchdog.h"
#include "lock/lock.h"
#include "lock/lockset.h"
#include "runtime/sched.h"
#include "runtime/task.h"
#include "trace/recorder.h"
#include "util/buf.h"
#include "util/loopguard.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct lock a, b;
static struct lockset one, two;
static struct sched *sched;
static struct task task_one, task_two;
static char *text;
static size_t text_size;
static FILE *out;

static enum task_result step(struct task *t)
{
    (void)t;
    return TASK_PENDING;
}

static void setup(void)
{
    watchdog_begin();
    check_reset();
    out = open_memstream(&text, &text_size);
    check_set_output(out);
    check_set_level(CHECK_FLOW);
    lock_init(&a, NULL, "lock a");
    lock_init(&b, NULL, "lock b");
    sched = sched_new(1, 0);
    task_init(&task_one, sched, step, "one", NULL);
    task_init(&task_two, sched, step, "two", NULL);
    // Woken like tasks, but stepped by the tests: a set that names its task must be stepped by
    // that.
    lockset_init(&one, 11, NULL);
    lockset_init(&two, 12, NULL);
    one.waiter.task = &task_one;
    two.waiter.task = &task_two;
}

static void teardown(void)
{
    check_set_level(CHECK_OFF);
    check_set_output(NULL);
    fclose(out);
    free(text);
    text = NULL;
    // Tasks that still wait for each other are left as they are; the process ends.
}

static void begin(struct lockset *ls, const char *what)
{
    lockset_enter(ls);
    lockset_begin(ls, what, "tester");
}

static enum lockset_outcome want(struct lockset *ls, struct lock *l)
{
    lockset_need(ls, l, LOCK_EXCLUSIVE);
    return lockset_acquire(ls);
}

static void end(struct lockset *ls)
{
    lockset_clear(ls);
    lockset_end(ls);
    lockset_leave(ls);
}

static void mistake(void)
{
    begin(&one, "mistake");
    lockset_drop_raw(&one, &a); // it is not held
    end(&one);
}

START_TEST(told_once_and_counted)
{
    for (int i = 0; i < 5; i++)
        mistake();
    ck_assert_uint_eq(check_violations(), 5);
    fflush(out);
    const char *first = strstr(text, "L008 foreign-unlock");
    ck_assert_ptr_nonnull(first);
    ck_assert_ptr_null(strstr(first + 1, "L008 foreign-unlock"));
    for (const char *const *p =
             (const char *const[]){"lock a", "holds", "cause", "flow", "suppress  L008",
                                   "docs/locking.md#l008", NULL};
         *p; p++)
        ck_assert_msg(strstr(text, *p), "no \"%s\" in: %s", *p, text);
    ck_assert_int_eq(check_report_status(4), CHECK_REPORT_FOUND);
    ck_assert_int_eq(check_report_status(5), CHECK_REPORT_CLEAN);
}
END_TEST

static char *write_file(const char *content)
{
    static char path[] = "/tmp/latchkey-test-XXXXXX";
    strcpy(path + strlen(path) - 6, "XXXXXX");
    int fd = mkstemp(path);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(write(fd, content, strlen(content)), (ssize_t)strlen(content));
    close(fd);
    return path;
}

START_TEST(suppressions_need_a_reason_and_a_date)
{
    char *path = write_file("# comment\n"
                            "L003 * * until=2999-01-01\n"
                            "L003 * * until=soon reason=\"it is known\"\n"
                            "L999 * * until=2999-01-01 reason=\"it is known\"\n"
                            "L033 * * until=2999-01-01 reason=\"it is known\"\n"
                            "L003\n"
                            "L003 * * until=2999-13-01 reason=\"no such month\"\n"
                            "L003 * * until=2999-02-30 reason=\"no such day\"\n");
    ck_assert_int_eq(check_report_suppressions(path, "2026-11-21", out), 7);
    fflush(out);
    for (const char *const *p =
             (const char *const[]){":2:1: expected reason", ":3:1: expected until",
                                   ":4:1: expected a code", ":5:1: this code cannot",
                                   ":6:1: expected CODE SITE", ":7:1: expected until",
                                   ":8:1: expected until", NULL};
         *p; p++)
        ck_assert_msg(strstr(text, *p), "no \"%s\" in: %s", *p, text);
    unlink(path);
}
END_TEST

START_TEST(a_suppressed_problem_is_counted_and_not_told)
{
    char *path = write_file("L008 * * until=2999-01-01 reason=\"the test's own\"\n");
    ck_assert_int_eq(check_report_suppressions(path, "2026-11-21", out), 0);
    mistake();
    ck_assert_uint_eq(check_violations(), 0);
    ck_assert_uint_eq(check_count(L008_FOREIGN_UNLOCK), 1);
    ck_assert_uint_eq(check_report_suppressions_bad(out), 0);
    unlink(path);
}
END_TEST

START_TEST(unused_and_expired_suppressions_fail)
{
    char *path = write_file("L008 * * until=2020-01-01 reason=\"too long ago\"\n"
                            "L009 nowhere.c:1 * until=2999-01-01 reason=\"never met\"\n");
    ck_assert_int_eq(check_report_suppressions(path, "2026-11-21", out), 0);
    mistake();
    ck_assert_uint_eq(check_violations(), 1);
    ck_assert_uint_eq(check_report_suppressions_bad(out), 2);
    fflush(out);
    ck_assert_ptr_nonnull(strstr(text, "has expired"));
    ck_assert_ptr_nonnull(strstr(text, "was never used"));
    unlink(path);
}
END_TEST

static char *slurp(const char *path)
{
    static char content[200000];
    FILE *f = fopen(path, "r");
    ck_assert_ptr_nonnull(f);
    content[fread(content, 1, sizeof(content) - 1, f)] = '\0';
    fclose(f);
    return content;
}

START_TEST(files_for_machines)
{
    char *path = write_file("");
    FILE *json = fopen(path, "w");
    check_report_set_json(json);
    mistake();
    check_report_set_json(NULL);
    fclose(json);
    char *content = slurp(path);
    ck_assert_ptr_nonnull(strstr(content, "\"code\":\"L008\""));
    ck_assert_ptr_eq(strchr(content, '\n'), content + strlen(content) - 1);
    ck_assert_int_eq(check_report_sarif(path), 0);
    content = slurp(path);
    ck_assert_ptr_nonnull(strstr(content, "\"ruleId\":\"L008\""));
    ck_assert_ptr_nonnull(strstr(content, "\"version\":\"2.1.0\""));
    ck_assert_int_eq(check_report_junit(path), 0);
    content = slurp(path);
    ck_assert_ptr_nonnull(strstr(content, "failures=\"1\""));
    ck_assert_ptr_nonnull(strstr(content, "name=\"L033 dead\"/>"));
    unlink(path);
}
END_TEST

START_TEST(l034_a_lock_destroyed_while_held)
{
    begin(&one, "destroy");
    ck_assert_int_eq(want(&one, &a), LOCKSET_HELD);
    lock_fini(&a);
    ck_assert_uint_eq(check_count(L034_LOCK_DESTROYED), 1);
    lockset_clear(&one);
}
END_TEST

// A server that has reported a deadlock ends with its status, not with a crash: locks of tasks that
// are stuck stay held.
START_TEST(what_is_stuck_is_no_crash_at_the_end)
{
    mistake();
    begin(&one, "stuck");
    ck_assert_int_eq(want(&one, &a), LOCKSET_HELD);
    check_set_level(CHECK_OFF);
    lock_fini(&a);
    ck_assert_int_eq(check_report_status(0), CHECK_REPORT_FOUND);
}
END_TEST

START_TEST(l011_a_circle_of_waits)
{
    // Each holds one and wants the other's; ids are made to ascend so that only the circle is
    // wrong.
    begin(&one, "first");
    ck_assert_int_eq(want(&one, &a), LOCKSET_HELD);
    one.waiting = &a; // as if it waited, to change tasks
    lockset_leave(&one);
    one.waiting = NULL;
    begin(&two, "second");
    ck_assert_int_eq(want(&two, &b), LOCKSET_HELD);
    struct lockset_entry low = two.entries[0];
    a.id = b.id + 1; // now a comes after b for the second task…
    ck_assert_int_eq(want(&two, &a), LOCKSET_PARKED);
    lockset_leave(&two);
    a.id = b.id - 1; // … and before it for the first
    (void)low;
    lockset_enter(&one);
    ck_assert_int_eq(want(&one, &b), LOCKSET_PARKED);
    lockset_leave(&one);
    uint64_t before = check_violations();
    watchdog_sweep(1000);
    ck_assert_uint_eq(check_count(L011_DEADLOCK), 1);
    ck_assert_uint_eq(check_violations(), before + 1);
    fflush(out);
    ck_assert_ptr_nonnull(strstr(text, "first (tester) waits for"));
    ck_assert_ptr_nonnull(strstr(text, "second (tester) waits for"));
    // The console answers all the while.
    struct buf said = BUF_INIT;
    ck_assert(locks_command("", &said));
    ck_assert_ptr_nonnull(strstr(buf_str(&said), "<- task"));
    ck_assert_ptr_nonnull(strstr(buf_str(&said), "2 held"));
    buf_clear(&said);
    ck_assert(locks_command("graph", &said));
    ck_assert_ptr_nonnull(strstr(buf_str(&said), "holds"));
    buf_fini(&said);
}
END_TEST

START_TEST(l008_granted_twice)
{
    begin(&one, "first");
    ck_assert_int_eq(want(&one, &a), LOCKSET_HELD);
    one.waiting = &a;
    lockset_leave(&one);
    one.waiting = NULL;
    atomic_store(&a.state, 0); // as if it had been released
    begin(&two, "second");
    ck_assert_int_eq(want(&two, &a), LOCKSET_HELD);
    ck_assert_uint_eq(check_count(L008_FOREIGN_UNLOCK), 1);
    fflush(out);
    ck_assert_ptr_nonnull(strstr(text, "granted twice"));
    end(&two);
}
END_TEST

START_TEST(l008_let_go_twice)
{
    begin(&one, "first");
    ck_assert_int_eq(want(&one, &a), LOCKSET_HELD);
    lockset_drop_raw(&one, &a);
    ck_assert_uint_eq(check_violations(), 0);
    lock_release(&a, LOCK_EXCLUSIVE);
    ck_assert_uint_eq(check_count(L008_FOREIGN_UNLOCK), 1);
    fflush(out);
    ck_assert_ptr_nonnull(strstr(text, "released twice"));
    ck_assert(!lock_held(&a));
    end(&one);
}
END_TEST

START_TEST(l007_a_lock_that_was_lost_sight_of)
{
    begin(&one, "first");
    ck_assert_int_eq(want(&one, &a), LOCKSET_HELD);
    struct lockset_entry e = one.entries[0];
    one.count = 0;
    hooks_end(&one);
    ck_assert_uint_eq(check_count(L007_HELD_AT_END), 1);
    one.entries[one.count++] = e;
    end(&one);
}
END_TEST

START_TEST(l001_data_behind_a_mutex_that_is_not_held)
{
    pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    pthread_mutex_lock(&mutex);
    hooks_guarded(&mutex, "a list");
    pthread_mutex_unlock(&mutex);
    ck_assert_uint_eq(check_violations(), 0);
    hooks_guarded(&mutex, "a list");
    ck_assert_uint_eq(check_count(L001_NO_LOCK), 1);
    fflush(out);
    ck_assert_ptr_nonnull(strstr(text, "touch a list"));
}
END_TEST

START_TEST(l028_what_is_the_loops_from_within_a_command)
{
    begin(&one, "command");
    check_data_guard_loop();
    loopguard_check("players_find()");
    loopguard_ask(NULL);
    loopguard_listen(NULL);
    fflush(out);
    ck_assert_uint_eq(check_count(L028_OFF_LOOP), 1);
    ck_assert_ptr_nonnull(strstr(text, "players_find()"));
    end(&one);
}
END_TEST

__attribute__((noinline)) static void of_the_loop(void)
{
    loopguard_check("of_the_loop()");
}

// The line that called what belongs to the loop, held locks or not.
START_TEST(l028_names_the_line_of_the_call)
{
    char site[80];
    begin(&one, "command");
    check_data_guard_loop();
    snprintf(site, sizeof(site), "test_check.c:%d l028", __LINE__ + 1);
    of_the_loop();
    of_the_loop();
    loopguard_ask(NULL);
    loopguard_listen(NULL);
    fflush(out);
    ck_assert_ptr_nonnull(strstr(text, site));
    const char *first = strstr(text, "L028 off-loop");
    ck_assert_ptr_nonnull(strstr(first + 1, "L028 off-loop"));
    end(&one);
}
END_TEST

__attribute__((noinline)) static void of_a_step(void)
{
    loopguard_check_worker("of_a_step()");
}

// Within a step it is quiet; the line that calls it from elsewhere is named.
START_TEST(l043_what_is_a_steps_from_elsewhere)
{
    char site[80];
    check_data_guard_loop();
    begin(&one, "command");
    of_a_step();
    end(&one);
    ck_assert_uint_eq(check_violations(), 0);
    snprintf(site, sizeof(site), "test_check.c:%d l043", __LINE__ + 1);
    of_a_step();
    loopguard_ask(NULL);
    loopguard_listen(NULL);
    fflush(out);
    ck_assert_uint_eq(check_count(L043_OFF_TASK), 1);
    ck_assert_ptr_nonnull(strstr(text, "L043 off-task"));
    ck_assert_ptr_nonnull(strstr(text, "of_a_step()"));
    ck_assert_ptr_nonnull(strstr(text, site));
}
END_TEST

// The set has forgotten what it holds; the lock has not.
START_TEST(l007_finds_the_lock_that_the_set_lost)
{
    begin(&one, "forgetful");
    ck_assert_int_eq(want(&one, &a), LOCKSET_HELD);
    size_t count = one.count;
    one.count = 0;
    hooks_end(&one);
    one.count = count;
    fflush(out);
    ck_assert_uint_eq(check_count(L007_HELD_AT_END), 1);
    ck_assert_ptr_nonnull(strstr(text, "no longer listing, \"lock a\""));
    ck_assert_ptr_null(strstr(text, "(no site)"));
    end(&one);
}
END_TEST

// A run that can go on no more, and no circle: who, for what, from where.
START_TEST(l011_names_who_waits_for_ever)
{
    begin(&one, "holder");
    ck_assert_int_eq(want(&one, &a), LOCKSET_HELD);
    lockset_leave(&one);
    begin(&two, "waiter");
    ck_assert_int_eq(want(&two, &a), LOCKSET_PARKED);
    lockset_leave(&two);
    waits_report_abandoned();
    fflush(out);
    ck_assert_uint_eq(check_count(L011_DEADLOCK), 1);
    ck_assert_ptr_nonnull(strstr(text, "task 12 waiter (tester) waits for a lock that its holder"));
    ck_assert_ptr_nonnull(strstr(text, "\"lock a\" (lock "));
    ck_assert_ptr_nonnull(strstr(strstr(text, "L011 deadlock"), "test_check.c:"));
}
END_TEST

static void number(struct lockset *ls, uint64_t n)
{
    begin(ls, "command");
    hooks_expect_number(ls);
    ck_assert_int_eq(want(ls, &a), LOCKSET_HELD);
    hooks_commit(ls, n, SITE);
    end(ls);
}

START_TEST(l041_numbers_that_do_not_ascend)
{
    number(&one, 4);
    number(&two, 5);
    ck_assert_uint_eq(check_violations(), 0);
    number(&one, 5); // taken before the lock, or twice
    ck_assert_uint_eq(check_count(L041_EARLY_RELEASE), 1);
    fflush(out);
    ck_assert_ptr_nonnull(strstr(text, "not above the last one"));
    check_set_level(CHECK_OFF);
    check_set_level(CHECK_FLOW); // another stretch: nothing is known of the one before
    number(&two, 1);
    ck_assert_uint_eq(check_count(L041_EARLY_RELEASE), 1);
}
END_TEST

START_TEST(l030_a_task_stepped_by_two_workers)
{
    begin(&one, "command");
    struct lockset *here = lockset_current();
    lockset_current_here = NULL; // as on another worker's thread
    lockset_enter(&one);
    lockset_leave(&one);
    lockset_current_here = here;
    ck_assert_uint_eq(check_count(L030_RACE), 1);
    fflush(out);
    ck_assert_ptr_nonnull(strstr(text, "another worker"));
    end(&one);
}
END_TEST

START_TEST(l030_handed_on_while_it_is_worked_on)
{
    check_data_handed(true, "a reply");
    ck_assert_uint_eq(check_violations(), 0);
    check_data_handed(false, "a reply");
    ck_assert_uint_eq(check_count(L030_RACE), 1);
    fflush(out);
    ck_assert_ptr_nonnull(strstr(text, "hand on a reply"));
}
END_TEST

START_TEST(l041_letting_go_of_what_was_read_before_the_number)
{
    begin(&one, "reader");
    hooks_expect_number(&one);
    ck_assert_int_eq(want(&one, &a), LOCKSET_HELD);
    ck_assert_int_eq(want(&one, &b), LOCKSET_HELD);
    check_task(&one)->touched = true; // as accessors do
    lockset_drop_raw(&one, &b);
    hooks_commit(&one, 1, SITE);
    ck_assert_uint_eq(check_count(L041_EARLY_RELEASE), 1);
    end(&one);
}
END_TEST

START_TEST(l025_a_lock_held_for_long)
{
    watchdog_set_limits(5000, 5000);
    begin(&one, "slow");
    ck_assert_int_eq(want(&one, &a), LOCKSET_HELD);
    for (int64_t now = 1000; now <= 9000; now += 1000)
        watchdog_sweep(now);
    ck_assert_uint_eq(check_count(L025_LONG_HOLD), 1);
    ck_assert_uint_eq(check_violations(), 0); // a warning
    end(&one);
}
END_TEST

START_TEST(l024_a_lock_waited_for_long)
{
    watchdog_set_limits(3000, 0);
    begin(&one, "slow");
    ck_assert_int_eq(want(&one, &a), LOCKSET_HELD);
    one.waiting = &a;
    lockset_leave(&one);
    one.waiting = NULL;
    begin(&two, "waits");
    ck_assert_int_eq(want(&two, &a), LOCKSET_PARKED);
    lockset_leave(&two);
    for (int64_t now = 1000; now <= 9000; now += 1000)
        watchdog_sweep(now);
    ck_assert_uint_eq(check_count(L024_LONG_WAIT), 1);
    watchdog_set_limits(5000, 5000);
}
END_TEST

START_TEST(l011_never_given_back)
{
    begin(&one, "forgetful");
    ck_assert_int_eq(want(&one, &a), LOCKSET_HELD);
    end(&one);
    atomic_store(&a.state, 4); // as if lock_release had done nothing: exclusive
    for (int64_t now = 1000; now <= 5000; now += 1000)
        watchdog_sweep(now);
    ck_assert_uint_eq(check_count(L011_DEADLOCK), 1);
    fflush(out);
    ck_assert_ptr_nonnull(strstr(text, "forgetful"));
}
END_TEST

START_TEST(l011_a_lost_wake_up)
{
    begin(&one, "holder");
    ck_assert_int_eq(want(&one, &a), LOCKSET_HELD);
    one.waiting = &a;
    lockset_leave(&one);
    one.waiting = NULL;
    begin(&two, "waits");
    ck_assert_int_eq(want(&two, &a), LOCKSET_PARKED);
    lockset_leave(&two);
    atomic_store(&a.state, 2); // as if it had been released without a hand-over: waiters, no holder
    for (int64_t now = 1000; now <= 5000; now += 1000)
        watchdog_sweep(now);
    ck_assert_uint_eq(check_count(L011_DEADLOCK), 1);
}
END_TEST

// The same one waits whenever somebody looks, and a lock that is handed on is held by nobody for a
// moment.
START_TEST(a_lock_that_is_granted_has_lost_nobody)
{
    begin(&one, "holder");
    ck_assert_int_eq(want(&one, &a), LOCKSET_HELD);
    one.waiting = &a;
    lockset_leave(&one);
    one.waiting = NULL;
    begin(&two, "waits");
    ck_assert_int_eq(want(&two, &a), LOCKSET_PARKED);
    lockset_leave(&two);
    atomic_store(&a.state, 2); // waiters, no holder
    for (int64_t now = 1000; now <= 5000; now += 1000) {
        atomic_fetch_add(&a.ticket, 1);
        watchdog_sweep(now);
    }
    ck_assert_uint_eq(check_count(L011_DEADLOCK), 0);
}
END_TEST

START_TEST(a_sweep_that_comes_late_accuses_nobody)
{
    watchdog_set_limits(5000, 5000);
    begin(&one, "slow");
    ck_assert_int_eq(want(&one, &a), LOCKSET_HELD);
    watchdog_sweep(1000);
    watchdog_sweep(60000); // the machine slept
    ck_assert_uint_eq(check_count(L025_LONG_HOLD), 0);
    end(&one);
}
END_TEST

static void use(struct lockset *ls, uint32_t group, struct shared *s, struct lock *l, bool write)
{
    begin(ls, "use");
    shared_group(ls, group);
    if (l)
        ck_assert_int_eq(want(ls, l), LOCKSET_HELD);
    shared_enter(s, write);
    shared_leave(s, write);
    end(ls);
}

START_TEST(shared_objects_with_a_guard)
{
    struct shared s;
    shared_init(&s, "a table", &a);
    use(&one, 0, &s, &a, true);
    use(&two, 0, &s, &a, true);
    ck_assert_uint_eq(check_violations(), 0);
    use(&one, 0, &s, &b, false);
    ck_assert_uint_eq(check_count(L003_WRONG_LOCK), 1);
    use(&two, 0, &s, NULL, false);
    ck_assert_uint_eq(check_count(L001_NO_LOCK), 1);
}
END_TEST

START_TEST(l031_forked_tasks_with_nothing_between)
{
    struct shared s;
    shared_init(&s, "a buffer", NULL);
    use(&one, 1, &s, NULL, true);
    use(&two, 2, &s, NULL, true); // another fork: a barrier lies between
    ck_assert_uint_eq(check_violations(), 0);
    use(&one, 2, &s, NULL, false);
    ck_assert_uint_eq(check_count(L031_PREDICTED_RACE), 1);
    fflush(out);
    ck_assert_ptr_nonnull(strstr(text, "no lock in common"));
}
END_TEST

START_TEST(readers_and_a_lock_in_common_are_no_race)
{
    struct shared s;
    shared_init(&s, "a buffer", NULL);
    use(&one, 1, &s, NULL, false);
    use(&two, 1, &s, NULL, false);
    struct shared locked;
    shared_init(&locked, "another", NULL);
    use(&one, 1, &locked, &a, true);
    use(&two, 1, &locked, &a, true);
    ck_assert_uint_eq(check_violations(), 0);
}
END_TEST

START_TEST(what_belongs_to_a_thread_is_used_in_turn)
{
    struct shared s;
    shared_init_thread(&s, "a worker's buffer");
    use(&one, 1, &s, NULL, true);
    use(&two, 1, &s, NULL, true);
    ck_assert_uint_eq(check_violations(), 0);
}
END_TEST

START_TEST(l030_caught_in_the_act)
{
    struct shared s;
    shared_init(&s, "a buffer", NULL);
    begin(&one, "inside");
    shared_group(&one, 1);
    shared_enter(&s, true);
    lockset_leave(&one);
    use(&two, 1, &s, NULL, true);
    ck_assert_uint_eq(check_count(L030_RACE), 1);
    lockset_enter(&one);
    shared_leave(&s, true);
    end(&one);
}
END_TEST

START_TEST(l041_a_change_let_go_before_the_number)
{
    begin(&one, "early");
    hooks_expect_number(&one);
    ck_assert_int_eq(want(&one, &a), LOCKSET_HELD);
    check_task(&one)->touched = check_task(&one)->changed = true; // as accessors do
    lockset_clear(&one);
    ck_assert_uint_eq(check_count(L041_EARLY_RELEASE), 1);
    lockset_begin(&one, "in time", NULL);
    hooks_expect_number(&one);
    ck_assert_int_eq(want(&one, &a), LOCKSET_HELD);
    check_task(&one)->touched = check_task(&one)->changed = true;
    hooks_commit(&one, 1, SITE);
    lockset_clear(&one);
    ck_assert_uint_eq(check_count(L041_EARLY_RELEASE), 1);
    lockset_end(&one);
    lockset_leave(&one);
}
END_TEST

START_TEST(l041_another_lock_after_the_number)
{
    begin(&one, "late");
    hooks_expect_number(&one);
    ck_assert_int_eq(want(&one, &a), LOCKSET_HELD);
    hooks_commit(&one, 1, SITE);
    ck_assert_int_eq(want(&one, &b), LOCKSET_HELD);
    ck_assert_uint_eq(check_count(L041_EARLY_RELEASE), 1);
    end(&one);
}
END_TEST

START_TEST(levels_have_names)
{
    enum check_level level;
    uint32_t sample = 0;
    ck_assert(check_parse_level("rules", &level, &sample) && level == CHECK_RULES);
    ck_assert(check_parse_level("sample=1/16", &level, &sample) && sample == 16);
    ck_assert(!check_parse_level("sample=1/0", &level, &sample));
    ck_assert(!check_parse_level("all", &level, &sample));
    struct buf said = BUF_INIT;
    ck_assert(locks_command("level rules", &said));
    ck_assert_int_eq(check_level(), CHECK_RULES);
    ck_assert(!locks_command("nonsense", &said));
    buf_fini(&said);
}
END_TEST

START_TEST(whole_commands_are_sampled)
{
    check_set_sample(4);
    check_set_level(CHECK_SAMPLE);
    ck_assert_int_eq(trace_open(NULL), 0);
    unsigned kept = 0;
    for (int i = 0; i < 64; i++) {
        begin(&one, "sampled");
        ck_assert_int_eq(want(&one, &a), LOCKSET_HELD);
        kept += check_task(&one)->flow;
        end(&one);
    }
    ck_assert_uint_eq(kept, 16);
    trace_close();
}
END_TEST

int main(void)
{
    Suite *s = suite_create("check");
    TCase *t = tcase_create("check");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, told_once_and_counted);
    tcase_add_test(t, suppressions_need_a_reason_and_a_date);
    tcase_add_test(t, a_suppressed_problem_is_counted_and_not_told);
    tcase_add_test(t, unused_and_expired_suppressions_fail);
    tcase_add_test(t, files_for_machines);
    tcase_add_test(t, l034_a_lock_destroyed_while_held);
    tcase_add_test(t, what_is_stuck_is_no_crash_at_the_end);
    tcase_add_test(t, l011_a_circle_of_waits);
    tcase_add_test(t, l008_granted_twice);
    tcase_add_test(t, l008_let_go_twice);
    tcase_add_test(t, l041_numbers_that_do_not_ascend);
    tcase_add_test(t, l001_data_behind_a_mutex_that_is_not_held);
    tcase_add_test(t, l028_names_the_line_of_the_call);
    tcase_add_test(t, l043_what_is_a_steps_from_elsewhere);
    tcase_add_test(t, l007_finds_the_lock_that_the_set_lost);
    tcase_add_test(t, l011_names_who_waits_for_ever);
    tcase_add_test(t, l028_what_is_the_loops_from_within_a_command);
    tcase_add_test(t, l030_a_task_stepped_by_two_workers);
    tcase_add_test(t, l030_handed_on_while_it_is_worked_on);
    tcase_add_test(t, l007_a_lock_that_was_lost_sight_of);
    tcase_add_test(t, l041_letting_go_of_what_was_read_before_the_number);
    tcase_add_test(t, l025_a_lock_held_for_long);
    tcase_add_test(t, l024_a_lock_waited_for_long);
    tcase_add_test(t, l011_never_given_back);
    tcase_add_test(t, l011_a_lost_wake_up);
    tcase_add_test(t, a_lock_that_is_granted_has_lost_nobody);
    tcase_add_test(t, a_sweep_that_comes_late_accuses_nobody);
    tcase_add_test(t, shared_objects_with_a_guard);
    tcase_add_test(t, l031_forked_tasks_with_nothing_between);
    tcase_add_test(t, readers_and_a_lock_in_common_are_no_race);
    tcase_add_test(t, what_belongs_to_a_thread_is_used_in_turn);
    tcase_add_test(t, l030_caught_in_the_act);
    tcase_add_test(t, l041_a_change_let_go_before_the_number);
    tcase_add_test(t, l041_another_lock_after_the_number);
    tcase_add_test(t, levels_have_names);
    tcase_add_test(t, whole_commands_are_sampled);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
