// Tasks that were given a lock and never go on: which are reported, when, and with which words; and
// which are not.
#include "check/check.h"
#include "check/check_report.h"
#include "console/locks_command.h"
#include "console/lost_wake.h"
#include "console/sleepers.h"
#include "console/watchdog.h"
#include "lock/lock.h"
#include "lock/lockset.h"
#include "runtime/sched.h"
#include "runtime/task.h"
#include "util/buf.h"

#include <check.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { WAITERS = 3 };

static struct lock a, b;
static struct lockset holder, waiter[WAITERS];
static struct task holders, waiters[WAITERS];
static struct sched *sched;
static char *text;
static size_t text_size;
static FILE *out;

// Woken, it does not ask whether the lock is its own.
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
    check_set_level(CHECK_RULES);
    lock_init(&a, NULL, "lock a");
    lock_init(&b, NULL, "lock b");
    sched = sched_new(1, 0);
    task_init(&holders, sched, step, "holder", NULL);
    // Woken like tasks, but stepped by the tests: a set that names its task must be stepped by
    // that.
    lockset_init(&holder, 11, NULL);
    holder.waiter.task = &holders;
    for (unsigned i = 0; i < WAITERS; i++) {
        task_init(&waiters[i], sched, step, "waiter", NULL);
        lockset_init(&waiter[i], 12 + i, NULL);
        waiter[i].waiter.task = &waiters[i];
    }
}

static void teardown(void)
{
    check_set_level(CHECK_OFF);
    check_set_output(NULL);
    fclose(out);
    free(text);
    text = NULL;
    // Tasks that sleep for ever are left as they are; the process ends.
}

static enum lockset_outcome want(struct lockset *ls, struct lock *l, enum lock_mode mode)
{
    lockset_enter(ls);
    lockset_need(ls, l, mode);
    enum lockset_outcome outcome = lockset_acquire(ls);
    ls->waiting =
        ls->waiting ? ls->waiting : l; // for the checker: it gives up its worker for a lock only
    lockset_leave(ls);
    if (outcome == LOCKSET_HELD)
        ls->waiting = NULL;
    return outcome;
}

static void begin(struct lockset *ls, const char *what, struct lock *l, enum lock_mode mode,
                  enum lockset_outcome expected)
{
    lockset_begin(ls, what, "Ann");
    ck_assert_int_eq(want(ls, l, mode), expected);
}

static void let_go(struct lockset *ls)
{
    lockset_enter(ls);
    lockset_clear(ls);
    lockset_end(ls);
    lockset_leave(ls);
}

static void go_on(struct lockset *ls)
{
    lockset_enter(ls);
    ck_assert_int_eq(lockset_acquire(ls), LOCKSET_HELD);
    ls->waiting = &b;
    lockset_leave(ls);
    ls->waiting = NULL;
}

static void sweep(int64_t from, int64_t to)
{
    for (int64_t now = from; now <= to; now += 1000)
        watchdog_sweep(now);
    fflush(out);
}

// `a` is given to the first waiter.
static void hand_over(void)
{
    begin(&holder, "carry", &a, LOCK_EXCLUSIVE, LOCKSET_HELD);
    begin(&waiter[0], "look", &a, LOCK_EXCLUSIVE, LOCKSET_PARKED);
    let_go(&holder);
}

static void expect(const char *part)
{
    ck_assert_msg(strstr(text, part), "no %s in: %s", part, text);
}

START_TEST(one_that_sleeps_on_is_told)
{
    hand_over();
    sched_run_until_idle(sched);
    sweep(1000, 3000);
    ck_assert_uint_eq(check_violations(), 0); // it may still be on its way
    sweep(4000, 4000);
    ck_assert_uint_eq(check_count(L042_LOST_WAKE), 1);
    ck_assert_uint_eq(check_violations(), 1);
    expect("L042 lost-wake  be given, and never go on with, \"lock a\"");
    expect("task 12 look (Ann)   ");
    expect(" let_go()\n");
    expect("held by task 12 look (Ann)");
    expect("other   ");
    expect(" want()\n");
    expect(
        "task 11 carry (Ann) released it and gave it to this one; it sleeps, and nothing wakes it");
    expect("docs/locking.md#l042");
}
END_TEST

START_TEST(it_is_told_once_and_its_victims_are_not)
{
    hand_over();
    begin(&waiter[1], "victim", &a, LOCK_EXCLUSIVE, LOCKSET_PARKED);
    begin(&holder, "other", &b, LOCK_EXCLUSIVE, LOCKSET_HELD);
    sched_run_until_idle(sched);
    sweep(1000, 30000);
    ck_assert_uint_eq(check_count(L042_LOST_WAKE), 1);
    ck_assert_uint_eq(check_count(L024_LONG_WAIT), 0);
    ck_assert_uint_eq(check_count(L025_LONG_HOLD), 0);
    ck_assert_uint_eq(lost_wake_at_end(), 1); // it still stands
    ck_assert_uint_eq(check_violations(), 1);
}
END_TEST

START_TEST(the_console_says_who_has_not_gone_on)
{
    struct buf said = BUF_INIT;
    hand_over();
    ck_assert(locks_command("", &said));
    ck_assert_msg(strstr(buf_str(&said), "task 12 look (Ann)"), "%s", buf_str(&said));
    ck_assert_msg(strstr(buf_str(&said), ", given to task 12 by task 11 carry at "), "%s",
                  buf_str(&said));
    go_on(&waiter[0]);
    buf_clear(&said);
    ck_assert(locks_command("", &said));
    ck_assert_msg(!strstr(buf_str(&said), "given to"), "%s", buf_str(&said));
    buf_fini(&said);
}
END_TEST

// A worker that has much to do, or is held up by one long step, loses nobody.
START_TEST(one_in_a_run_queue_is_not_lost)
{
    hand_over();
    sweep(1000, 30000);
    ck_assert_uint_eq(lost_wake_at_end(), 0);
    ck_assert_uint_eq(check_violations(), 0);
}
END_TEST

static void *work(void *arg)
{
    sched_worker_run(arg, 0, NULL, NULL);
    return NULL;
}

// … unless nobody will ever look into that queue.
START_TEST(one_that_no_worker_comes_for_is_told)
{
    pthread_t worker;
    ck_assert_int_eq(pthread_create(&worker, NULL, work, sched), 0);
    while (!sched_sleeps(sched))
        usleep(1000);
    sched_be_worker(sched, 0); // into its queue, and it is not called
    hand_over();
    sched_be_worker(sched, -1);
    sweep(1000, 3000);
    ck_assert_uint_eq(check_violations(), 0);
    sweep(4000, 4000);
    ck_assert_uint_eq(check_count(L042_LOST_WAKE), 1);
    expect("it is in a run queue, and every worker sleeps");
    sched_stop(sched);
    ck_assert_int_eq(pthread_join(worker, NULL), 0);
}
END_TEST

// While all are to stand still it is right that they sleep.
START_TEST(one_that_waits_for_the_end_of_a_pause_is_not_lost)
{
    pthread_t worker;
    ck_assert_int_eq(pthread_create(&worker, NULL, work, sched), 0);
    while (!sched_sleeps(sched))
        usleep(1000);
    sched_pause(sched);
    hand_over();
    sweep(1000, 30000);
    ck_assert_uint_eq(check_violations(), 0);
    sched_resume(sched);
    sched_stop(sched);
    ck_assert_int_eq(pthread_join(worker, NULL), 0);
}
END_TEST

START_TEST(one_that_a_run_queue_lost_is_told)
{
    hand_over();
    ck_assert_ptr_eq(sched_take_nth(sched, 0), &waiters[0]);
    sweep(1000, 4000);
    ck_assert_uint_eq(check_count(L042_LOST_WAKE), 1);
    expect("it was woken, and is in no run queue");
}
END_TEST

static void count(struct sleeper *s, bool queued, void *arg)
{
    (void)s;
    (void)queued;
    ++*(int *)arg;
}

START_TEST(one_that_goes_on_is_not_lost)
{
    hand_over();
    sched_run_until_idle(sched);
    sweep(1000, 2000);
    go_on(&waiter[0]);
    sweep(3000, 6000);
    let_go(&waiter[0]);
    begin(&waiter[1], "next", &a, LOCK_EXCLUSIVE, LOCKSET_HELD);
    ck_assert_uint_eq(lost_wake_at_end(), 0);
    ck_assert_uint_eq(check_violations(), 0);
    int sleepers = 0;
    sleepers_visit(&a, count, &sleepers);
    ck_assert_int_eq(sleepers, 0);
}
END_TEST

// What counts is how long this one sleeps: others may have the lock and let it go meanwhile.
START_TEST(one_of_several_who_share_is_told)
{
    begin(&holder, "carry", &a, LOCK_EXCLUSIVE, LOCKSET_HELD);
    for (unsigned i = 0; i < WAITERS; i++)
        begin(&waiter[i], i == 1 ? "lost" : "who", &a, LOCK_SHARED, LOCKSET_PARKED);
    let_go(&holder);
    sched_run_until_idle(sched);
    go_on(&waiter[2]);
    go_on(&waiter[0]);
    let_go(&waiter[0]);
    for (int64_t now = 1000; now <= 4000; now += 1000) {
        begin(&holder, "who", &a, LOCK_SHARED, LOCKSET_HELD);
        sweep(now, now);
        let_go(&holder);
    }
    ck_assert_uint_eq(check_count(L042_LOST_WAKE), 1);
    expect("task 13 lost (Ann)");
}
END_TEST

START_TEST(a_late_sweep_tells_nobody)
{
    hand_over();
    sched_run_until_idle(sched);
    sweep(1000, 1000);
    sweep(60000, 60000); // the machine stood still
    ck_assert_uint_eq(check_violations(), 0);
    sweep(61000, 63000);
    ck_assert_uint_eq(check_count(L042_LOST_WAKE), 1);
}
END_TEST

START_TEST(one_that_fell_out_of_the_queue_is_told)
{
    begin(&holder, "carry", &a, LOCK_EXCLUSIVE, LOCKSET_HELD);
    begin(&waiter[0], "look", &a, LOCK_EXCLUSIVE, LOCKSET_PARKED);
    begin(&waiter[1], "who", &a, LOCK_EXCLUSIVE, LOCKSET_PARKED);
    a.first = a.first->next; // as if it had been given the lock
    ck_assert_uint_eq(lost_wake_at_end(), 1);
    fflush(out);
    expect("L042 lost-wake  wait, and be in no queue, for \"lock a\"");
    expect("task 12 look (Ann)");
    expect("nobody will give it");
}
END_TEST

START_TEST(at_the_end_nobody_gets_more_time)
{
    hand_over();
    begin(&waiter[1], "behind", &a, LOCK_EXCLUSIVE, LOCKSET_PARKED); // waits in the queue: a victim
    sched_run_until_idle(sched);
    ck_assert_uint_eq(lost_wake_at_end(), 1);
    ck_assert_uint_eq(check_violations(), 1);
}
END_TEST

// A server that nobody checks ends with a report and a status all the same, and not with a crash.
START_TEST(without_the_checker_it_is_told_too)
{
    check_set_level(CHECK_OFF);
    hand_over();
    sched_run_until_idle(sched);
    ck_assert_uint_eq(lost_wake_at_end(), 1);
    fflush(out);
    expect("task 12 look (Ann)");
    ck_assert_int_eq(check_report_status(0), CHECK_REPORT_FOUND);
    lock_fini(&a);
}
END_TEST

// When a server stops, a task that was given a lock may still be in a run queue.
START_TEST(a_lock_may_end_held_when_the_workers_were_stopped)
{
    check_set_level(CHECK_OFF);
    hand_over();
    ck_assert_uint_eq(lost_wake_at_end(), 0);
    lock_abandon();
    lock_fini(&a);
    ck_assert_uint_eq(check_violations(), 0);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("lost_wake");
    TCase *t = tcase_create("lost_wake");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, one_that_sleeps_on_is_told);
    tcase_add_test(t, it_is_told_once_and_its_victims_are_not);
    tcase_add_test(t, the_console_says_who_has_not_gone_on);
    tcase_add_test(t, one_in_a_run_queue_is_not_lost);
    tcase_add_test(t, one_that_no_worker_comes_for_is_told);
    tcase_add_test(t, one_that_waits_for_the_end_of_a_pause_is_not_lost);
    tcase_add_test(t, one_that_a_run_queue_lost_is_told);
    tcase_add_test(t, one_that_goes_on_is_not_lost);
    tcase_add_test(t, one_of_several_who_share_is_told);
    tcase_add_test(t, a_late_sweep_tells_nobody);
    tcase_add_test(t, one_that_fell_out_of_the_queue_is_told);
    tcase_add_test(t, at_the_end_nobody_gets_more_time);
    tcase_add_test(t, without_the_checker_it_is_told_too);
    tcase_add_test(t, a_lock_may_end_held_when_the_workers_were_stopped);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
