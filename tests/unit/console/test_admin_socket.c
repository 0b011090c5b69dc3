// The console: a thread with a socket of its own that answers whatever the workers do.
#include "check/check.h"
#include "console/admin_socket.h"
#include "engine/dispatch.h"
#include "lock/lockset.h"
#include "output/outbox.h"
#include "trace/recorder.h"
#include "util/log.h"
#include "world/inventory.h"
#include "world/limbo.h"
#include "world/world.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static char folder[] = "/tmp/latchkey-admin-XXXXXX";
static char path[64];
static struct world *w;
static struct admin_socket *admin;
static struct lockset mine;

static void setup(void)
{
    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(path, sizeof(path), "%s/console", folder);
    check_set_level(CHECK_RULES);
    w = world_new();
    lockset_init(&mine, 5, NULL);
    lockset_enter(&mine);
    lockset_begin(&mine, "stuck command", "Ann");
    struct thing *here = world_define(w, "z:here", THING_LOCATION);
    limbo_publish_root(here);
    lockset_need(&mine, thing_lock(here), LOCK_EXCLUSIVE);
    ck_assert_int_eq(lockset_acquire(&mine), LOCKSET_HELD);
    admin = admin_socket_start(w, NULL, path);
}

static void teardown(void)
{
    admin_socket_stop(admin);
    lockset_clear(&mine);
    lockset_end(&mine);
    lockset_leave(&mine);
    lockset_fini(&mine);
    check_set_level(CHECK_OFF);
    world_free(w);
    ck_assert_int_ne(access(path, F_OK), 0); // taken away with the server
    rmdir(folder);
    memcpy(folder + strlen(folder) - 6, "XXXXXX", 6);
}

static const char *ask(const char *line)
{
    static char answer[8192];
    struct sockaddr_un a = {.sun_family = AF_UNIX};
    snprintf(a.sun_path, sizeof(a.sun_path), "%s", path);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    ck_assert_int_eq(connect(fd, (struct sockaddr *)&a, sizeof(a)), 0);
    ck_assert_int_eq(send(fd, line, strlen(line), 0), (ssize_t)strlen(line));
    size_t n = 0;
    for (ssize_t got; (got = recv(fd, answer + n, sizeof(answer) - 1 - n, 0)) > 0;)
        n += (size_t)got;
    answer[n] = '\0';
    close(fd);
    return answer;
}

START_TEST(it_tells_who_holds_what)
{
    const char *said = ask("locks\n");
    ck_assert_msg(strstr(said, "z:here"), "%s", said);
    ck_assert_msg(strstr(said, "task 5 stuck command (Ann)"), "%s", said);
    ck_assert_msg(strstr(said, "test_admin_socket.c"), "%s", said);
    ck_assert_msg(strstr(said, "1 held."), "%s", said);
}
END_TEST

static void do_nothing(void *arg)
{
    (void)arg;
}

START_TEST(it_tells_how_often_rare_paths_were_taken)
{
    static const struct dispatch_ops ops = {0};
    ck_assert_ptr_nonnull(
        strstr(ask("counters\n"), "understands: counters")); // nothing counts here
    admin_socket_stop(admin);
    struct outboxes *boxes = outboxes_new(0);
    struct dispatch_config config = {
        .workers = 1, .offload_threads = 1, .wake = do_nothing, .outboxes = boxes};
    struct dispatch *d = dispatch_new(w, &config, &ops);
    admin = admin_socket_start(w, d, path);
    ck_assert_str_eq(ask("counters\n"),
                     "waits 0, retries 0, again_twice 0, limbo_seen 0, stale_timers 0, "
                     "stale_again 0, refused 0, resumed 0, snapshots 0, "
                     "snapshots_busy 0\n"
                     "late_timers 0, unkept 0, untaken_wakes 0, wakes 0, "
                     "delayed_timers 0, delayed_ms 0\n");
    admin_socket_stop(admin);
    admin = admin_socket_start(w, NULL, path);
    dispatch_free(d);
    outboxes_free(boxes);
}
END_TEST

// A trace whose file is removed: the log says so, once, and the console goes on.
START_TEST(it_tells_that_the_trace_has_stopped)
{
    char name[] = "/tmp/latchkey-admin-log-XXXXXX", trace[80], text[2048] = "";
    int fd = mkstemp(name);
    snprintf(trace, sizeof(trace), "%s/t.trace", folder);
    log_set_fd(fd);
    admin_socket_stop(admin); // a trace is opened before there are threads that look at it
    ck_assert_int_eq(trace_open(trace), 0);
    admin = admin_socket_start(w, NULL, path);
    unlink(trace);
    for (int i = 0; i < 1000 && !strchr(text, '\n'); i++) {
        usleep(10000);
        log_flush(1);
        (void)!pread(fd, text, sizeof(text) - 1, 0);
    }
    log_set_fd(STDERR_FILENO);
    ck_assert_msg(strstr(text, "error locks trace_stopped file="), "%s", text);
    ck_assert_msg(strstr(text, "why=\"it was removed\""), "%s", text);
    ck_assert_msg(strstr(ask("locks\n"), "1 held."), "the console is silent");
    close(fd);
    unlink(name);
}
END_TEST

START_TEST(it_changes_the_level)
{
    ck_assert_ptr_nonnull(strstr(ask("@locks level sample=1/8\n"), "sample=1/8."));
    ck_assert_int_eq(check_level(), CHECK_SAMPLE);
    ck_assert_ptr_nonnull(strstr(ask("locks level everything\n"), "Levels are"));
    check_set_level(CHECK_RULES);
}
END_TEST

START_TEST(it_knows_things_and_says_what_it_does_not_understand)
{
    ck_assert_ptr_nonnull(strstr(ask("locks thing 1\n"), "#1"));
    ck_assert_ptr_nonnull(strstr(ask("locks thing 99999999\n"), "no thing"));
    ck_assert_ptr_nonnull(strstr(ask("hello\n"), "understands"));
    ck_assert_ptr_nonnull(strstr(ask("locks nonsense\n"), "@locks held"));
    ck_assert_ptr_nonnull(strstr(ask("locks limbo\n"), "limbo"));
}
END_TEST

static bool understood(const char *line)
{
    const char *said = ask(line);
    return said[strlen(said) - 1] == '\n';
}

START_TEST(it_marks_what_it_does_not_understand)
{
    static const char *const good[] = {"locks\n",      "locks help\n",      "locks thing 1\n",
                                       "locks viol\n", "locks viol L003\n", "locks level\n"};
    static const char *const bad[] = {
        "hello\n",       "locks nonsense\n",  "locks level everything\n",
        "locks thing\n", "locks viol L099\n", "locks viol what\n"};
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
        ck_assert_msg(understood(good[i]), "%s", good[i]);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        ck_assert_msg(!understood(bad[i]), "%s", bad[i]);
}
END_TEST

START_TEST(the_name_of_a_command_is_told_when_it_is_known)
{
    lockset_name(&mine, "look");
    ck_assert_ptr_nonnull(strstr(ask("locks\n"), "task 5 look (Ann)"));
}
END_TEST

START_TEST(only_its_owner_may_use_it)
{
    struct stat st;
    ck_assert_int_eq(stat(path, &st), 0);
    ck_assert_uint_eq(st.st_mode & 0777, 0600);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("admin_socket");
    TCase *t = tcase_create("admin_socket");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, it_tells_who_holds_what);
    tcase_add_test(t, it_tells_how_often_rare_paths_were_taken);
    tcase_add_test(t, it_tells_that_the_trace_has_stopped);
    tcase_add_test(t, it_changes_the_level);
    tcase_add_test(t, it_knows_things_and_says_what_it_does_not_understand);
    tcase_add_test(t, it_marks_what_it_does_not_understand);
    tcase_add_test(t, the_name_of_a_command_is_told_when_it_is_known);
    tcase_add_test(t, only_its_owner_may_use_it);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
