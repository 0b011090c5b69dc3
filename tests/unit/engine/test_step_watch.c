// Steps that last are reported once each, whoever is in them; the test is the clock.
#include "engine/step_watch.h"
#include "runtime/sched.h"
#include "runtime/task.h"
#include "runtime/task_list.h"
#include "util/clock.h"

#include <check.h>
#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

static struct sched *sched;
static _Atomic unsigned begun, go, ended;

static void wait_until(_Atomic unsigned *n, unsigned at_least)
{
    while (atomic_load(n) < at_least)
        nanosleep(&(struct timespec){0, 100000}, NULL);
}

static enum task_result step(struct task *t)
{
    (void)t;
    unsigned mine = atomic_fetch_add(&begun, 1) + 1;
    wait_until(&go, mine);
    return TASK_READY;
}

static enum task_result last_step(struct task *t)
{
    (void)t;
    atomic_fetch_add(&begun, 1);
    wait_until(&go, 1);
    return TASK_DONE;
}

static void *work(void *arg)
{
    (void)arg;
    sched_worker_run(sched, 0, NULL, NULL);
    return NULL;
}

static void *visit(void *arg)
{
    struct task_list list;
    sched_gather_begin(sched, &list);
    task_spawn(arg);
    sched_gather_keep(sched);
    struct sched_budget b = {10, clock_mono_ns() + INT64_C(60000000000), 0};
    sched_guest_run(sched, 0, &list, &b);
    atomic_store(&ended, 1);
    return NULL;
}

START_TEST(a_step_that_lasts_is_reported_once)
{
    pthread_t thread;
    struct task t;
    sched = sched_new(1, 1);
    struct step_watch *w = step_watch_new(sched);
    task_init(&t, sched, step, "slow", NULL);
    pthread_create(&thread, NULL, work, NULL);
    ck_assert_uint_eq(step_watch_look(w, 1000), 0);
    task_spawn(&t);
    wait_until(&begun, 1);
    ck_assert_uint_eq(step_watch_look(w, 5000), 0); // seen for the first time
    ck_assert_uint_eq(step_watch_look(w, 5000 + STEP_WATCH_MS - 1), 0);
    ck_assert_uint_eq(step_watch_look(w, 5000 + STEP_WATCH_MS), 1);
    ck_assert_uint_eq(step_watch_look(w, 9000), 0);
    atomic_store(&go, 1);
    wait_until(&begun, 2); // the next one is another
    ck_assert_uint_eq(step_watch_look(w, 10000), 0);
    ck_assert_uint_eq(step_watch_look(w, 10000 + STEP_WATCH_MS), 1);
    sched_stop(sched);
    atomic_store(&go, 2);
    pthread_join(thread, NULL);
    ck_assert_uint_eq(step_watch_look(w, 20000), 0);
    ck_assert_uint_eq(step_watch_look(w, 20000 + STEP_WATCH_MS), 0);
    step_watch_free(w);
    sched_free(sched);
}
END_TEST

START_TEST(a_step_of_a_loop_is_reported_too)
{
    pthread_t thread;
    struct task t;
    sched = sched_new(1, 1);
    struct step_watch *w = step_watch_new(sched);
    task_init(&t, sched, last_step, "slow", NULL);
    pthread_create(&thread, NULL, visit, &t);
    wait_until(&begun, 1);
    ck_assert_uint_eq(step_watch_look(w, 5000), 0);
    ck_assert_uint_eq(step_watch_look(w, 5000 + STEP_WATCH_MS), 1);
    ck_assert_uint_eq(step_watch_look(w, 5000 + 2 * STEP_WATCH_MS), 0);
    atomic_store(&go, 1);
    pthread_join(thread, NULL);
    ck_assert_uint_eq(step_watch_look(w, 20000), 0);
    ck_assert_uint_eq(step_watch_look(w, 20000 + STEP_WATCH_MS), 0);
    task_detach(&t);
    step_watch_free(w);
    sched_free(sched);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("engine/step_watch");
    TCase *t = tcase_create("step_watch");
    tcase_add_test(t, a_step_that_lasts_is_reported_once);
    tcase_add_test(t, a_step_of_a_loop_is_reported_too);
    suite_add_tcase(suite, t);
    SRunner *r = srunner_create(suite);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? 1 : 0;
}
