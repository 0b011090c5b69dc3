// Guests: a thread with other work steps tasks within a budget, and whatever is left the workers
// step. Real workers that sleep, and no fault of the scheduler at the end of any test.
#include "runtime/sched.h"
#include "runtime/task.h"
#include "runtime/task_list.h"
#include "util/clock.h"

#include <check.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { WORKERS = 2, GUESTS = 2, BOUND_MS = 10000, JOBS = 40 };

struct job {
    struct task task;
    int64_t spin_us;                    // its step lasts so long
    struct job *wakes, *next;           // its step spawns this one, and this one to run next
    _Atomic unsigned *says, *waits_for; // its step sets a flag, and waits for one
    _Atomic int slot;                   // who has stepped it; -1: nobody
    unsigned turn;                      // the how manieth step of all it was
    bool guest;
};

static struct sched *sched;
static pthread_t threads[WORKERS];
static _Atomic unsigned turns, gave_up;
static struct job jobs[JOBS];

static void *work(void *arg)
{
    sched_worker_run(sched, (unsigned)(uintptr_t)arg, NULL, NULL);
    return NULL;
}

static void nap(void)
{
    nanosleep(&(struct timespec){0, 200000}, NULL);
}

static bool comes_true(_Atomic unsigned *flag)
{
    int64_t end = clock_mono_ns() + BOUND_MS * INT64_C(1000000);
    while (!atomic_load(flag) && clock_mono_ns() < end)
        nap();
    return atomic_load(flag);
}

static enum task_result step(struct task *t)
{
    struct job *j = (struct job *)t;
    j->turn = atomic_fetch_add(&turns, 1);
    j->guest = sched_is_guest();
    int slot = sched_worker_index();
    for (int64_t end = clock_mono_ns() + j->spin_us * 1000; clock_mono_ns() < end;)
        ;
    if (j->wakes)
        task_spawn(&j->wakes->task);
    if (j->next)
        sched_wake_next(sched, &j->next->task);
    if (j->says)
        atomic_store(j->says, 1);
    if (j->waits_for && !comes_true(j->waits_for))
        atomic_store(&gave_up, 1);
    atomic_store(&j->slot, slot);
    return TASK_DONE;
}

static void begin(unsigned workers)
{
    sched = sched_new(WORKERS, GUESTS);
    memset(jobs, 0, sizeof(jobs));
    atomic_store(&turns, 0);
    atomic_store(&gave_up, 0);
    for (int i = 0; i < JOBS; i++) {
        task_init(&jobs[i].task, sched, step, "job", NULL);
        atomic_store(&jobs[i].slot, -1);
    }
    for (unsigned i = 0; i < workers; i++)
        pthread_create(&threads[i], NULL, work, (void *)(uintptr_t)i);
    while (workers && !sched_sleeps(sched))
        nap();
}

static void end(unsigned workers)
{
    struct sched_stats st;
    sched_stop(sched);
    for (unsigned i = 0; i < workers; i++)
        pthread_join(threads[i], NULL);
    ck_assert_uint_eq(atomic_load(&gave_up), 0);
    sched_stats(sched, &st);
    ck_assert_uint_eq(st.late, 0);
    ck_assert_uint_eq(st.unkept, 0);
    ck_assert_uint_eq(st.untaken, 0);
    sched_free(sched);
}

// As a loop does: what it wakes in one turn.
static void gather(struct task_list *list, unsigned from, unsigned count)
{
    sched_gather_begin(sched, list);
    for (unsigned i = from; i < from + count; i++)
        task_spawn(&jobs[i].task);
    sched_gather_keep(sched);
    ck_assert_uint_eq(list->count, count);
}

static struct sched_budget budget(size_t tasks, int64_t us, size_t share)
{
    return (struct sched_budget){tasks, clock_mono_ns() + us * 1000, share};
}

static void wait_for(unsigned i)
{
    int64_t last = clock_mono_ns() + BOUND_MS * INT64_C(1000000);
    while (atomic_load(&jobs[i].slot) < 0 && clock_mono_ns() < last)
        nap();
    ck_assert_msg(atomic_load(&jobs[i].slot) >= 0, "job %u was lost", i);
}

static uint64_t wakes(void)
{
    struct sched_stats st;
    sched_stats(sched, &st);
    return st.wakes;
}

START_TEST(a_guest_steps_what_it_is_given)
{
    struct task_list list;
    begin(WORKERS);
    ck_assert_uint_eq(sched_workers(sched), WORKERS);
    ck_assert_uint_eq(sched_slots(sched), WORKERS + GUESTS);
    for (unsigned guest = 0; guest < GUESTS; guest++) {
        gather(&list, guest * 10, 10);
        struct sched_budget b = budget(15, 1000000, 0);
        ck_assert_uint_eq(sched_guest_run(sched, guest, &list, &b), 10);
        ck_assert_uint_eq(b.tasks, 5);
        ck_assert_uint_eq(list.count, 0);
        ck_assert_int_eq(sched_worker_index(), -1);
        ck_assert(!sched_is_guest());
        for (unsigned i = guest * 10; i < guest * 10 + 10; i++) {
            ck_assert_int_eq(jobs[i].slot, (int)(WORKERS + guest));
            ck_assert_uint_eq(jobs[i].turn, i);
            ck_assert(jobs[i].guest);
        }
    }
    ck_assert_uint_eq(wakes(), 0);
    struct sched_stats st;
    sched_stats(sched, &st);
    ck_assert_uint_eq(st.steps, 20);
    ck_assert_uint_eq(st.injected, 0);
    end(WORKERS);
}
END_TEST

START_TEST(nothing_to_do_is_no_step)
{
    struct task_list list;
    begin(WORKERS);
    gather(&list, 0, 0);
    struct sched_budget b = budget(15, 1000000, 0);
    ck_assert_uint_eq(sched_guest_run(sched, 0, &list, &b), 0);
    ck_assert_uint_eq(b.tasks, 15);
    end(WORKERS);
}
END_TEST

// Steps of a guest wake others: to run at the end, or next.
START_TEST(a_guest_steps_what_its_steps_wake)
{
    struct task_list list;
    begin(WORKERS);
    jobs[0].wakes = &jobs[10];
    jobs[1].next = &jobs[11];
    gather(&list, 0, 3);
    struct sched_budget b = budget(15, 1000000, 0);
    ck_assert_uint_eq(sched_guest_run(sched, 1, &list, &b), 5);
    ck_assert_uint_eq(jobs[11].turn, 2);
    ck_assert_uint_eq(jobs[2].turn, 3);
    ck_assert_uint_eq(jobs[10].turn, 4);
    ck_assert_int_eq(jobs[10].slot, WORKERS + 1);
    ck_assert_uint_eq(wakes(), 0);
    end(WORKERS);
}
END_TEST

START_TEST(workers_step_what_is_over_the_budget_in_tasks)
{
    struct task_list list;
    for (unsigned tasks = 0; tasks < 4; tasks++) {
        begin(WORKERS);
        gather(&list, 0, 12);
        struct sched_budget b = budget(tasks, 1000000, 0);
        ck_assert_uint_eq(sched_guest_run(sched, 0, &list, &b), tasks);
        ck_assert_uint_eq(b.tasks, 0);
        ck_assert_uint_eq(list.count, 0);
        for (unsigned i = 0; i < 12; i++) {
            wait_for(i);
            ck_assert_int_eq(jobs[i].slot >= WORKERS, i < tasks);
        }
        end(WORKERS);
    }
}
END_TEST

// A step that lasts beyond the budget is the last one.
START_TEST(workers_step_what_is_over_the_budget_in_time)
{
    struct task_list list;
    begin(WORKERS);
    jobs[1].spin_us = 20000;
    gather(&list, 0, 12);
    struct sched_budget b = budget(1000, 20000, 0);
    size_t steps = sched_guest_run(sched, 0, &list, &b);
    ck_assert_uint_ge(steps, 1); // on a busy machine the time is used up by the first
    ck_assert_uint_le(steps, 2);
    ck_assert_uint_eq(b.tasks, 1000 - steps);
    for (unsigned i = 0; i < 12; i++) {
        wait_for(i);
        ck_assert_int_eq(jobs[i].slot >= WORKERS, i < steps);
    }
    gather(&list, 12, 3);
    ck_assert_uint_eq(sched_guest_run(sched, 0, &list, &b), 0); // nothing begins after that moment
    for (unsigned i = 12; i < 15; i++) {
        wait_for(i);
        ck_assert_int_lt(jobs[i].slot, WORKERS);
    }
    end(WORKERS);
}
END_TEST

// What a step has woken last is left over too.
START_TEST(a_hand_over_beyond_the_budget_goes_to_the_workers)
{
    struct task_list list;
    begin(WORKERS);
    jobs[0].next = &jobs[1];
    gather(&list, 0, 1);
    struct sched_budget b = budget(1, 1000000, 0);
    ck_assert_uint_eq(sched_guest_run(sched, 0, &list, &b), 1);
    wait_for(1);
    ck_assert_int_lt(jobs[1].slot, WORKERS);
    end(WORKERS);
}
END_TEST

// A worker is woken to help only when the budget says so, and only for enough tasks.
START_TEST(a_worker_helps_with_a_backlog)
{
    struct task_list list;
    for (size_t share = 0; share <= 40; share += 4) {
        begin(WORKERS);
        _Atomic unsigned helped = 0;
        bool helps = share && share < JOBS - 1;
        jobs[1].says = &helped;
        jobs[0].waits_for = helps ? &helped : NULL;
        gather(&list, 0, JOBS);
        struct sched_budget b = budget(JOBS, 60000000, share);
        size_t steps = sched_guest_run(sched, 0, &list, &b);
        ck_assert_int_eq(steps == JOBS, !helps);
        ck_assert_int_eq(wakes() == 0, !helps);
        for (unsigned i = 0; i < JOBS; i++)
            wait_for(i);
        end(WORKERS);
    }
}
END_TEST

// A task that is woken again and again, and where its steps ran.
struct lapper {
    struct task task;
    int64_t spin_us, sleep_us; // of its processor, and of time
    _Atomic unsigned laps;
    _Atomic int slot;
};

static int64_t thread_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static enum task_result lap(struct task *t)
{
    struct lapper *l = (struct lapper *)t;
    for (int64_t end = thread_us() + l->spin_us; thread_us() < end;)
        ;
    if (l->sleep_us)
        nanosleep(&(struct timespec){0, l->sleep_us * 1000}, NULL);
    atomic_store(&l->slot, sched_worker_index());
    atomic_fetch_add(&l->laps, 1);
    return TASK_PENDING;
}

// Wakes it for a guest; true when the guest has stepped it.
static bool guest_laps(struct lapper *l, unsigned guest)
{
    struct task_list list;
    unsigned laps = atomic_load(&l->laps);
    sched_gather_begin(sched, &list);
    do
        task_wake(&l->task);
    while (!list.count); // a worker may still be at the end of its step
    sched_gather_keep(sched);
    struct sched_budget b = budget(10, 60000000, 0);
    sched_guest_run(sched, guest, &list, &b);
    for (int64_t last = clock_mono_ns() + BOUND_MS * INT64_C(1000000);
         atomic_load(&l->laps) == laps && clock_mono_ns() < last;)
        nap();
    ck_assert_uint_eq(l->laps, laps + 1);
    return l->slot >= WORKERS;
}

enum { AVOIDED = 64, SUSPECTED = 16 };

// Its first long step makes it suspected; from the second on, within some steps, it is left to the
// workers for some, and is suspected again.
START_TEST(a_task_with_long_steps_is_left_to_the_workers)
{
    struct lapper l = {.spin_us = 4 * SCHED_LONG_US};
    begin(WORKERS);
    task_init(&l.task, sched, lap, "lapper", NULL);
    ck_assert(guest_laps(&l, 0));
    l.spin_us = 0;
    for (int i = 0; i < SUSPECTED - 1; i++)
        ck_assert(guest_laps(&l, 0));
    l.spin_us = 4 * SCHED_LONG_US;
    ck_assert(guest_laps(&l, 0));
    l.spin_us = 0;
    ck_assert(guest_laps(&l, 1)); // another guest knows nothing of it
    for (int i = 0; i < AVOIDED; i++)
        ck_assert_msg(!guest_laps(&l, 0), "step %d", i);
    l.spin_us = 4 * SCHED_LONG_US;
    ck_assert(guest_laps(&l, 0));
    l.spin_us = 0;
    for (int i = 0; i < AVOIDED; i++)
        ck_assert_msg(!guest_laps(&l, 0), "step %d", i);
    for (int i = 0; i < SUSPECTED; i++)
        ck_assert(guest_laps(&l, 0));
    l.spin_us = 4 * SCHED_LONG_US; // it is trusted again
    ck_assert(guest_laps(&l, 0));
    ck_assert(guest_laps(&l, 0));
    ck_assert(!guest_laps(&l, 0));
    struct lapper other = {0}; // whose id falls on the same place
    do
        task_init(&other.task, sched, lap, "lapper", NULL);
    while ((other.task.id - l.task.id) % 64);
    ck_assert(guest_laps(&other, 0));
    end(WORKERS);
}
END_TEST

// Its steps only look long: the thread was not run. A virtual machine that is not run itself counts
// that time as used, so one of several tries must do.
START_TEST(a_task_whose_thread_was_held_up_stays)
{
    int laps = 0;
    for (int tries = 0; tries < 20 && laps < SUSPECTED; tries++) {
        struct lapper l = {.sleep_us = 2 * SCHED_LONG_US};
        begin(WORKERS);
        task_init(&l.task, sched, lap, "lapper", NULL);
        for (laps = 0; laps < SUSPECTED && guest_laps(&l, 0);)
            laps++;
        end(WORKERS);
    }
    ck_assert_int_eq(laps, SUSPECTED);
}
END_TEST

static _Atomic unsigned stepping, go;

static void *run_as_guest(void *arg)
{
    struct task_list list;
    gather(&list, 0, 5);
    struct sched_budget b = budget(100, 60000000, 0);
    *(size_t *)arg = sched_guest_run(sched, 0, &list, &b);
    return NULL;
}

// Job 0 is stepped by a guest and waits for `go`.
static pthread_t hold_a_guest(size_t *steps)
{
    pthread_t t;
    atomic_store(&stepping, 0);
    atomic_store(&go, 0);
    jobs[0].says = &stepping;
    jobs[0].waits_for = &go;
    pthread_create(&t, NULL, run_as_guest, steps);
    ck_assert(comes_true(&stepping));
    return t;
}

// Nobody relies on a guest to look for work: it may be in its step for long.
START_TEST(work_beside_a_guest_wakes_a_worker)
{
    size_t steps;
    begin(WORKERS);
    pthread_t t = hold_a_guest(&steps);
    ck_assert(!sched_sleeps(sched));
    task_spawn(&jobs[20].task);
    wait_for(20);
    sched_timer_set(sched, &jobs[21].task.timer, sched_now(sched) + 5);
    wait_for(21);
    atomic_store(&go, 1);
    pthread_join(t, NULL);
    ck_assert_uint_ge(steps, 1); // the worker that is up may take some of the others
    for (unsigned i = 0; i < 5; i++)
        wait_for(i);
    end(WORKERS);
}
END_TEST

START_TEST(the_step_that_a_guest_is_in_is_known)
{
    size_t steps;
    struct sched_step first, second;
    begin(WORKERS);
    for (unsigned slot = 0; slot < WORKERS + GUESTS; slot++)
        ck_assert(!sched_step_of(sched, slot, &first));
    pthread_t t = hold_a_guest(&steps);
    ck_assert(sched_step_of(sched, WORKERS, &first));
    ck_assert_str_eq(first.what, "job");
    ck_assert_uint_eq(first.task, jobs[0].task.id);
    ck_assert_uint_eq(first.number, 1);
    ck_assert(sched_step_of(sched, WORKERS, &second));
    ck_assert_uint_eq(second.number, 1);
    ck_assert(!sched_step_of(sched, WORKERS + 1, &second));
    atomic_store(&go, 1);
    pthread_join(t, NULL);
    ck_assert(!sched_step_of(sched, WORKERS, &first));
    end(WORKERS);
}
END_TEST

START_TEST(a_pause_waits_for_the_step_of_a_guest)
{
    size_t steps;
    begin(WORKERS);
    pthread_t t = hold_a_guest(&steps);
    sched_pause(sched);
    for (int i = 0; i < 20; i++, nap()) {
        ck_assert(!sched_paused(sched));
        ck_assert(!sched_stands(sched));
    }
    atomic_store(&go, 1);
    pthread_join(t, NULL);
    ck_assert_uint_eq(steps, 1);
    ck_assert(sched_stands(sched));
    for (int i = 0; i < 20; i++, nap())
        ck_assert_int_eq(jobs[1].slot, -1);
    sched_resume(sched);
    for (unsigned i = 1; i < 5; i++) {
        wait_for(i);
        ck_assert_int_lt(jobs[i].slot, WORKERS);
    }
    end(WORKERS);
}
END_TEST

START_TEST(a_guest_that_comes_during_a_pause_steps_nothing)
{
    struct task_list list;
    begin(WORKERS);
    sched_pause(sched);
    gather(&list, 0, 5);
    struct sched_budget b = budget(100, 60000000, 0);
    ck_assert_uint_eq(sched_guest_run(sched, 0, &list, &b), 0);
    ck_assert_uint_eq(list.count, 0);
    for (int i = 0; i < 20; i++, nap()) {
        ck_assert(sched_stands(sched));
        ck_assert_int_eq(jobs[0].slot, -1);
    }
    sched_resume(sched);
    for (unsigned i = 0; i < 5; i++)
        wait_for(i);
    end(WORKERS);
}
END_TEST

static enum task_result step_that_stops(struct task *t)
{
    (void)t;
    sched_stop(sched);
    return TASK_DONE;
}

// After a stop no step begins; what is left is dropped with the scheduler.
START_TEST(a_stop_ends_a_run)
{
    struct task_list list;
    struct task stops;
    begin(WORKERS);
    task_init(&stops, sched, step_that_stops, "stops", NULL);
    sched_gather_begin(sched, &list);
    task_spawn(&stops);
    task_spawn(&jobs[0].task);
    sched_gather_keep(sched);
    struct sched_budget b = budget(100, 60000000, 0);
    ck_assert_uint_eq(sched_guest_run(sched, 0, &list, &b), 1);
    gather(&list, 1, 5);
    ck_assert_uint_eq(sched_guest_run(sched, 0, &list, &b), 0);
    ck_assert_uint_eq(list.count, 0);
    end(WORKERS);
    for (unsigned i = 0; i < 6; i++)
        ck_assert_int_eq(jobs[i].slot, -1);
}
END_TEST

// Tasks that wake each other, set timers, and run on for a while, on guests and workers, through
// pauses; a task that is lost ends never.
enum { ROVERS = 12, LAPS = 400 };

struct rover {
    struct task task;
    unsigned seed, laps, by_guests;
    _Atomic unsigned ended;
};

static struct rover rovers[ROVERS];

static enum task_result rove(struct task *t)
{
    struct rover *r = (struct rover *)t;
    unsigned n = r->seed = r->seed * 1103515245 + 12345;
    r->by_guests += sched_is_guest();
    if (++r->laps == LAPS) {
        atomic_store(&r->ended, 1);
        return TASK_DONE;
    }
    if (n >> 16 & 1)
        task_wake(&rovers[(n >> 17) % ROVERS].task);
    else
        sched_wake_next(sched, &rovers[(n >> 17) % ROVERS].task);
    if (n >> 24 & 1)
        return TASK_READY;
    task_wake_at(t, sched_now(sched) + (n >> 25) % 3);
    return TASK_PENDING;
}

static void *guest_among_rovers(void *arg)
{
    unsigned guest = (unsigned)(uintptr_t)arg;
    for (unsigned n = 0, left = ROVERS; left; n++) {
        struct task_list list;
        sched_gather_begin(sched, &list);
        left = 0;
        for (unsigned i = 0; i < ROVERS; i++) {
            left += !atomic_load(&rovers[i].ended);
            if ((i + n) % 3 == 0)
                task_wake(&rovers[i].task);
        }
        sched_gather_keep(sched);
        struct sched_budget b = budget(n % 7, n % 5 * 100, n % 4);
        sched_guest_run(sched, guest, &list, &b);
        ck_assert_uint_eq(list.count, 0);
        if (n % 64 == 0)
            nap();
    }
    return NULL;
}

START_TEST(a_soak_of_guests_loses_nothing)
{
    pthread_t guests[GUESTS];
    begin(WORKERS);
    memset(rovers, 0, sizeof(rovers));
    for (unsigned i = 0; i < ROVERS; i++) {
        rovers[i].seed = i * 977 + 1;
        task_init(&rovers[i].task, sched, rove, "rover", NULL);
    }
    for (unsigned i = 0; i < ROVERS; i++)
        task_spawn(&rovers[i].task);
    for (uintptr_t i = 0; i < GUESTS; i++)
        pthread_create(&guests[i], NULL, guest_among_rovers, (void *)i);
    for (unsigned i = 0; i < ROVERS; i++)
        while (!atomic_load(&rovers[i].ended)) {
            sched_pause(sched);
            while (!sched_paused(sched))
                nap();
            unsigned laps = rovers[i].laps; // nobody is in a step
            ck_assert(sched_stands(sched));
            ck_assert_uint_eq(rovers[i].laps, laps);
            sched_resume(sched);
            nap();
        }
    for (unsigned i = 0; i < GUESTS; i++)
        pthread_join(guests[i], NULL);
    end(WORKERS);
    unsigned by_guests = 0;
    for (unsigned i = 0; i < ROVERS; i++)
        by_guests += rovers[i].by_guests;
    ck_assert_uint_gt(by_guests, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("guest");
    TCase *t = tcase_create("guest");
    tcase_set_timeout(t, 60);
    tcase_add_test(t, a_guest_steps_what_it_is_given);
    tcase_add_test(t, nothing_to_do_is_no_step);
    tcase_add_test(t, a_guest_steps_what_its_steps_wake);
    tcase_add_test(t, workers_step_what_is_over_the_budget_in_tasks);
    tcase_add_test(t, workers_step_what_is_over_the_budget_in_time);
    tcase_add_test(t, a_hand_over_beyond_the_budget_goes_to_the_workers);
    tcase_add_test(t, a_worker_helps_with_a_backlog);
    tcase_add_test(t, a_task_with_long_steps_is_left_to_the_workers);
    tcase_add_test(t, a_task_whose_thread_was_held_up_stays);
    tcase_add_test(t, the_step_that_a_guest_is_in_is_known);
    tcase_add_test(t, work_beside_a_guest_wakes_a_worker);
    tcase_add_test(t, a_pause_waits_for_the_step_of_a_guest);
    tcase_add_test(t, a_guest_that_comes_during_a_pause_steps_nothing);
    tcase_add_test(t, a_stop_ends_a_run);
    tcase_add_test(t, a_soak_of_guests_loses_nothing);
    suite_add_tcase(suite, t);
    SRunner *r = srunner_create(suite);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? 1 : 0;
}
