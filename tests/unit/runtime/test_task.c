// Tasks and their scheduler: one named test for each fault found in the runtime that this one
// learnt from, and the edges of the state word.
#include "runtime/sched.h"
#include "runtime/task.h"
#include "runtime/task_list.h"
#include "util/mem.h"

#include <check.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>

struct job {
    struct task task;     // first
    unsigned steps, want; // done at the want-th step; 0: never
    struct task *joins;
    int joined;
    bool sleeps;
};

static struct sched *s;
static int64_t now;
static unsigned released;

static int64_t clock_now(void *arg)
{
    (void)arg;
    return now;
}

static void setup(void)
{
    now = 1000;
    released = 0;
    s = sched_new(1, 0);
    sched_clock(s, clock_now, NULL);
}

static void teardown(void)
{
    sched_free(s);
}

static void release(struct task *t)
{
    (void)t;
    released++;
}

static enum task_result step(struct task *t)
{
    struct job *j = (struct job *)t;
    j->steps++;
    if (task_cancelled(t))
        return TASK_DONE;
    if (j->joins && task_join(j->joins, t, &j->joined) == TASK_JOIN_WAITING)
        return TASK_PENDING;
    t->result = 42;
    return j->want && j->steps >= j->want ? TASK_DONE : TASK_PENDING;
}

static void job_init(struct job *j, unsigned want)
{
    *j = (struct job){.want = want, .joined = -1};
    task_init(&j->task, s, step, "job", release);
    j->want = want;
    j->joined = -1;
}

START_TEST(a_double_wake_queues_once)
{
    struct job j;
    job_init(&j, 0);
    task_wake(&j.task);
    task_wake(&j.task);
    task_wake(&j.task);
    sched_run_until_idle(s);
    ck_assert_uint_eq(j.steps, 1);
    task_cancel(&j.task);
    sched_run_until_idle(s);
    task_detach(&j.task);
    ck_assert_uint_eq(released, 1);
}
END_TEST

START_TEST(a_task_that_is_done_is_never_stepped_again)
{
    struct job j;
    job_init(&j, 1);
    task_spawn(&j.task);
    sched_run_until_idle(s);
    task_wake(&j.task);
    task_cancel(&j.task);
    sched_run_until_idle(s);
    ck_assert_uint_eq(j.steps, 1);
    ck_assert(task_complete(&j.task));
    task_detach(&j.task);
    ck_assert_uint_eq(released, 1);
}
END_TEST

START_TEST(a_result_waits_for_whoever_joins_late)
{
    struct job j, joiner;
    job_init(&j, 1);
    task_spawn(&j.task);
    sched_run_until_idle(s);
    job_init(&joiner, 1);
    joiner.joins = &j.task;
    task_spawn(&joiner.task);
    sched_run_until_idle(s);
    ck_assert_int_eq(joiner.joined, 42);
    task_detach(&joiner.task);
    task_detach(&j.task);
    ck_assert_uint_eq(released, 2);
}
END_TEST

START_TEST(a_joiner_is_woken_when_the_task_ends)
{
    struct job j, joiner;
    job_init(&j, 2);
    job_init(&joiner, 2);
    joiner.joins = &j.task;
    task_spawn(&joiner.task);
    task_spawn(&j.task);
    sched_run_until_idle(s);
    ck_assert_int_eq(joiner.joined, -1);
    task_wake(&j.task);
    sched_run_until_idle(s);
    ck_assert_int_eq(joiner.joined, 42);
    task_detach(&joiner.task);
    task_detach(&j.task);
    ck_assert_uint_eq(released, 2);
}
END_TEST

START_TEST(a_dropped_handle_lets_the_task_finish)
{
    struct job j;
    job_init(&j, 2);
    task_spawn(&j.task);
    task_detach(&j.task);
    sched_run_until_idle(s);
    ck_assert_uint_eq(released, 0);
    task_wake(&j.task);
    sched_run_until_idle(s);
    ck_assert_uint_eq(released, 1);
}
END_TEST

static unsigned selfish_steps;

static enum task_result selfish(struct task *t)
{
    // Time goes on by a millisecond each step.
    now++;
    selfish_steps++;
    return task_cancelled(t) ? TASK_DONE : TASK_READY;
}

static enum task_result sleeper(struct task *t)
{
    struct job *j = (struct job *)t;
    if (j->steps++ == 0) {
        task_wake_at(t, now + 10);
        return TASK_PENDING;
    }
    task_cancel(j->joins);
    return TASK_DONE;
}

START_TEST(a_task_that_wakes_itself_starves_no_timer)
{
    struct job a, b;
    selfish_steps = 0;
    job_init(&a, 0);
    job_init(&b, 0);
    a.task.step = selfish;
    b.task.step = sleeper;
    b.joins = &a.task;
    task_spawn(&b.task);
    task_spawn(&a.task);
    sched_run_until_idle(s);
    ck_assert_uint_ge(selfish_steps, 10);
    ck_assert_uint_le(selfish_steps, 10 + 2 * SCHED_BUDGET);
    task_detach(&a.task);
    task_detach(&b.task);
    ck_assert_uint_eq(released, 2);
}
END_TEST

START_TEST(no_timer_fires_early_and_none_is_forgotten)
{
    enum { N = 500 };
    struct job *jobs = mem_calloc(N, sizeof(*jobs));
    for (int i = 0; i < N; i++) {
        job_init(&jobs[i], 1);
        jobs[i].task.timed = true;
        sched_timer_set(s, &jobs[i].task.timer, now + (i * 7) % 100 + 1);
    }
    int64_t start = now;
    for (; now <= start + 101; now++) {
        sched_run_until_idle(s);
        for (int i = 0; i < N; i++)
            ck_assert_uint_eq(jobs[i].steps, start + (i * 7) % 100 + 1 <= now);
    }
    ck_assert_uint_eq(sched_timers(s), 0);
    for (int i = 0; i < N; i++)
        task_detach(&jobs[i].task);
    ck_assert_uint_eq(released, N);
    free(jobs);
}
END_TEST

START_TEST(what_is_left_at_the_end_is_given_back)
{
    struct job a, b;
    job_init(&a, 0);
    job_init(&b, 0);
    task_spawn(&a.task); // queued and never run
    b.task.timed = true;
    sched_timer_set(s, &b.task.timer, now + 1000);
    task_detach(&a.task);
    task_detach(&b.task);
    sched_free(s);
    ck_assert_uint_eq(released, 2);
    s = NULL;
}
END_TEST

static _Atomic unsigned done_jobs;
static pthread_barrier_t barrier;

static enum task_result counted(struct task *t)
{
    (void)t;
    atomic_fetch_add(&done_jobs, 1);
    return TASK_DONE;
}

static void release_free(struct task *t)
{
    free(t);
}

static void *worker(void *index)
{
    pthread_barrier_wait(&barrier);
    sched_worker_run(s, (unsigned)(uintptr_t)index, NULL, NULL);
    return NULL;
}

// Workers fall asleep between the rounds; a wake that got lost would hang the test.
START_TEST(no_wake_is_lost_between_threads)
{
    enum { WORKERS = 3, ROUNDS = 3000 };
    sched_free(s);
    s = sched_new(WORKERS, 0);
    pthread_t threads[WORKERS];
    atomic_store(&done_jobs, 0);
    pthread_barrier_init(&barrier, NULL, WORKERS + 1);
    for (uintptr_t i = 0; i < WORKERS; i++)
        pthread_create(&threads[i], NULL, worker, (void *)i);
    pthread_barrier_wait(&barrier);
    unsigned sent = 0;
    for (int round = 0; round < ROUNDS; round++) {
        struct task_list list;
        sched_gather_begin(s, &list);
        for (int i = 0; i < 1 + round % 5; i++, sent++) {
            struct task *t = mem_new(struct task);
            task_init(t, s, counted, "counted", release_free);
            task_spawn(t);
            task_detach(t);
        }
        sched_gather_end(s);
        while (atomic_load(&done_jobs) < sent)
            sched_yield();
    }
    sched_stop(s);
    for (int i = 0; i < WORKERS; i++)
        pthread_join(threads[i], NULL);
    pthread_barrier_destroy(&barrier);
    ck_assert_uint_eq(atomic_load(&done_jobs), sent);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("task");
    TCase *t = tcase_create("task");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, a_double_wake_queues_once);
    tcase_add_test(t, a_task_that_is_done_is_never_stepped_again);
    tcase_add_test(t, a_result_waits_for_whoever_joins_late);
    tcase_add_test(t, a_joiner_is_woken_when_the_task_ends);
    tcase_add_test(t, a_dropped_handle_lets_the_task_finish);
    tcase_add_test(t, a_task_that_wakes_itself_starves_no_timer);
    tcase_add_test(t, no_timer_fires_early_and_none_is_forgotten);
    tcase_add_test(t, what_is_left_at_the_end_is_given_back);
    tcase_add_test(t, no_wake_is_lost_between_threads);
    suite_add_tcase(suite, t);
    SRunner *r = srunner_create(suite);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? 1 : 0;
}
