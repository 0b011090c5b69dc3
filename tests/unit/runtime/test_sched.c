// Idle workers, real time: a scheduler of which nothing else is to be heard. A timer that is lost
// fires never or with one that is minutes away, so the bound may be generous; a delay is no fault
// here, the machine may be busy.
//
// Each way in which a deadline becomes earlier has a test: a timer is set by a step or by another
// thread, moved, set again after it was cleared, set during a pause; who waits for one is woken,
// cancelled, or wakes the task that waits for its end; a clock jumps. So has each way in which a
// worker sleeps, or one that keeps the timers ceases to: there is nothing to do; the first timer
// fires, or is cleared; the keeper is called; others are in long steps, with a backlog behind
// them; it is woken in the middle of its step; it is paused, asleep or at work, or begins during a
// pause; it stops.
#include "runtime/sched.h"
#include "runtime/task.h"
#include "runtime/task_list.h"
#include "util/clock.h"
#include "util/mem.h"

#include <check.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { WORKERS_MAX = 4, BOUND_MS = 10000, FAR_MS = 600000, ROUNDS = 6 };

struct crew {
    struct sched *sched;
    unsigned count;
    pthread_t threads[WORKERS_MAX];
    _Atomic unsigned begun;
};

struct post {
    struct crew *crew;
    unsigned index;
};

// A task that does one thing a step: sets a timer of its own, waits for a flag, or is done.
struct job {
    struct task task;
    struct crew *crew;
    int64_t in;               // ms: its first step sets a timer for then; 0: none
    int64_t then;             // its second step sets it again
    struct job *other;        // for whom its step sets a timer, `in` ms from then
    _Atomic unsigned *during; // its first step does not return before this is set
    _Atomic unsigned *until;  // its last step blocks its worker until this is set
    _Atomic unsigned steps, ended;
};

static _Atomic unsigned gave_up; // a step waited in vain

static void *work(void *arg)
{
    struct post *p = arg;
    atomic_fetch_add(&p->crew->begun, 1);
    sched_worker_run(p->crew->sched, p->index, NULL, NULL);
    free(p);
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

static void wait_asleep(struct crew *c)
{
    while (atomic_load(&c->begun) < c->count || !sched_paused(c->sched))
        nap();
}

static void crew_start(struct crew *c)
{
    for (unsigned i = 0; i < c->count; i++) {
        struct post *p = mem_new(struct post);
        *p = (struct post){c, i};
        pthread_create(&c->threads[i], NULL, work, p);
    }
}

static void crew_begin(struct crew *c, unsigned workers)
{
    *c = (struct crew){.sched = sched_new(workers, 0), .count = workers};
    crew_start(c);
    wait_asleep(c);
}

// In a step: until then nobody has done what others had to do meanwhile, so the test fails.
static void block_until(_Atomic unsigned *flag)
{
    if (!comes_true(flag))
        atomic_store(&gave_up, 1);
}

static void expect_nothing_lost(struct crew *c)
{
    struct sched_stats st;
    ck_assert_uint_eq(atomic_load(&gave_up), 0);
    sched_stats(c->sched, &st);
    ck_assert_uint_eq(st.late, 0);
    ck_assert_uint_eq(st.unkept, 0);
    ck_assert_uint_eq(st.untaken, 0);
}

static void crew_end(struct crew *c)
{
    sched_stop(c->sched);
    for (unsigned i = 0; i < c->count; i++)
        pthread_join(c->threads[i], NULL);
    expect_nothing_lost(c);
    sched_free(c->sched);
}

static enum task_result step(struct task *t)
{
    struct job *j = (struct job *)t;
    unsigned n = atomic_fetch_add(&j->steps, 1);
    int64_t in = n == 0 ? j->in : n == 1 ? j->then : 0;
    if (in) {
        task_wake_at(j->other ? &j->other->task : t, sched_now(j->crew->sched) + in);
        if (n == 0 && j->during)
            block_until(j->during);
        if (!j->other)
            return TASK_PENDING;
    }
    if (j->until)
        block_until(j->until);
    atomic_store(&j->ended, 1);
    return TASK_DONE;
}

static enum task_result idle_step(struct task *t)
{
    struct job *j = (struct job *)t;
    atomic_store(&j->ended, 1);
    return TASK_DONE;
}

static void job_init(struct job *j, struct crew *c, task_step_fn fn)
{
    task_init(&j->task, c->sched, fn, "job", NULL);
    j->crew = c;
}

// Holds a timer that is far away, so that the keeper sleeps long.
static void set_far(struct job *far, struct crew *c)
{
    job_init(far, c, idle_step);
    sched_timer_set(c->sched, &far->task.timer, sched_now(c->sched) + FAR_MS);
}

// One worker is woken, sets a timer, and goes to sleep while the keeper sleeps on; whichever worker
// it is.
START_TEST(a_task_sets_an_earlier_timer)
{
    for (unsigned workers = 1; workers <= WORKERS_MAX; workers++)
        for (int with_far = 0; with_far < 2; with_far++) {
            struct crew c;
            struct job far = {0}, jobs[ROUNDS] = {0};
            crew_begin(&c, workers);
            if (with_far)
                set_far(&far, &c);
            for (int i = 0; i < ROUNDS; i++) {
                wait_asleep(&c);
                job_init(&jobs[i], &c, step);
                jobs[i].in = 20;
                task_spawn(&jobs[i].task);
                ck_assert_msg(comes_true(&jobs[i].ended), "%u workers, round %d", workers, i);
            }
            crew_end(&c);
        }
}
END_TEST

START_TEST(a_thread_sets_an_earlier_timer)
{
    for (unsigned workers = 1; workers <= WORKERS_MAX; workers++)
        for (int with_far = 0; with_far < 2; with_far++) {
            struct crew c;
            struct job far = {0}, jobs[ROUNDS] = {0};
            crew_begin(&c, workers);
            if (with_far)
                set_far(&far, &c);
            for (int i = 0; i < ROUNDS; i++) {
                wait_asleep(&c);
                job_init(&jobs[i], &c, idle_step);
                sched_timer_set(c.sched, &jobs[i].task.timer, sched_now(c.sched) + 20);
                ck_assert_msg(comes_true(&jobs[i].ended), "%u workers, round %d", workers, i);
            }
            crew_end(&c);
        }
}
END_TEST

// A timer that is set already is moved; and one that was cleared is set for earlier.
START_TEST(a_timer_is_moved_to_an_earlier_time)
{
    for (unsigned workers = 1; workers <= WORKERS_MAX; workers++) {
        struct crew c;
        struct job far = {0}, jobs[ROUNDS] = {0};
        crew_begin(&c, workers);
        set_far(&far, &c);
        for (int i = 0; i < ROUNDS; i++) {
            job_init(&jobs[i], &c, step);
            jobs[i].in = FAR_MS / 2;
            jobs[i].then = 20;
            task_spawn(&jobs[i].task);
            while (!atomic_load(&jobs[i].steps))
                nap();
            wait_asleep(&c);
            if (i % 2)
                sched_timer_clear(c.sched, &jobs[i].task.timer);
            task_wake(&jobs[i].task);
            ck_assert_msg(comes_true(&jobs[i].ended), "%u workers, round %d", workers, i);
        }
        crew_end(&c);
    }
}
END_TEST

// The keeper that gets up at the time of a timer that is gone sleeps on to the next one, also when
// that was set before, and when it is the only one and was set after.
START_TEST(a_cleared_timer_takes_no_other_with_it)
{
    for (unsigned workers = 1; workers <= WORKERS_MAX; workers++)
        for (int set_before = 0; set_before < 2; set_before++) {
            struct crew c;
            struct job gone = {0}, next = {0};
            crew_begin(&c, workers);
            job_init(&gone, &c, idle_step);
            job_init(&next, &c, idle_step);
            int64_t now = sched_now(c.sched);
            if (set_before)
                sched_timer_set(c.sched, &next.task.timer, now + 60);
            sched_timer_set(c.sched, &gone.task.timer, now + 30);
            wait_asleep(&c);
            sched_timer_clear(c.sched, &gone.task.timer);
            if (!set_before)
                sched_timer_set(c.sched, &next.task.timer, now + 60);
            ck_assert_msg(comes_true(&next.ended), "%u workers", workers);
            ck_assert(!atomic_load(&gone.ended));
            crew_end(&c);
        }
}
END_TEST

// One that waits for a time that is far away is woken, or cancelled: its deadline is now. Its timer
// goes with it.
START_TEST(who_waits_for_a_timer_is_woken_before)
{
    for (unsigned workers = 1; workers <= WORKERS_MAX; workers++)
        for (int cancelled = 0; cancelled < 2; cancelled++) {
            struct crew c;
            struct job j = {0};
            crew_begin(&c, workers);
            job_init(&j, &c, step);
            j.in = FAR_MS;
            task_spawn(&j.task);
            while (!atomic_load(&j.steps))
                nap();
            wait_asleep(&c);
            if (cancelled)
                task_cancel(&j.task);
            else
                task_wake(&j.task);
            ck_assert_msg(comes_true(&j.ended), "%u workers", workers);
            wait_asleep(&c);
            ck_assert_uint_eq(sched_timers(c.sched), 0);
            crew_end(&c);
        }
}
END_TEST

struct joining {
    struct task task;
    struct job *other;
    _Atomic unsigned steps, ended;
};

static enum task_result join_step(struct task *t)
{
    struct joining *j = (struct joining *)t;
    atomic_fetch_add(&j->steps, 1);
    if (task_join(&j->other->task, t, NULL) == TASK_JOIN_WAITING)
        return TASK_PENDING;
    atomic_store(&j->ended, 1);
    return TASK_DONE;
}

// All sleep; the joined task ends at the time of a timer, and its end wakes the joiner.
START_TEST(who_waits_for_a_task_is_woken_by_its_end)
{
    for (unsigned workers = 1; workers <= WORKERS_MAX; workers++) {
        struct crew c;
        struct job other = {0};
        struct joining j = {.other = &other};
        crew_begin(&c, workers);
        job_init(&other, &c, step);
        other.in = 40;
        task_spawn(&other.task);
        task_init(&j.task, c.sched, join_step, "joining", NULL);
        task_spawn(&j.task);
        ck_assert_msg(comes_true(&j.ended), "%u workers", workers);
        crew_end(&c);
    }
}
END_TEST

// A task that is woken while its step runs makes that step once more, though its worker would sleep
// after it.
START_TEST(a_wake_during_the_step_counts)
{
    for (unsigned workers = 1; workers <= WORKERS_MAX; workers++) {
        struct crew c;
        struct job j = {0};
        _Atomic unsigned go = 0;
        crew_begin(&c, workers);
        job_init(&j, &c, step);
        j.in = FAR_MS; // its first step would leave it asleep for long
        j.during = &go;
        task_spawn(&j.task);
        while (!atomic_load(&j.steps))
            nap();
        task_wake(&j.task);
        atomic_store(&go, 1);
        ck_assert_msg(comes_true(&j.ended), "%u workers", workers);
        crew_end(&c);
    }
}
END_TEST

// The keeper gets up for a timer whose task blocks its worker until a later timer has fired:
// another worker that sleeps must have been made keeper.
START_TEST(a_keeper_that_gets_up_hands_its_office_on)
{
    for (unsigned workers = 2; workers <= WORKERS_MAX; workers++)
        for (int set_before = 0; set_before < 2; set_before++) {
            struct crew c;
            struct job first = {0}, later = {0};
            crew_begin(&c, workers);
            job_init(&first, &c, step);
            job_init(&later, &c, idle_step);
            first.until = &later.ended;
            if (set_before) {
                sched_timer_set(c.sched, &later.task.timer, sched_now(c.sched) + 40);
            } else {
                first.in = 20;
                first.other = &later;
            }
            sched_timer_set(c.sched, &first.task.timer, sched_now(c.sched) + 10);
            ck_assert_msg(comes_true(&later.ended), "%u workers", workers);
            ck_assert(comes_true(&first.ended));
            crew_end(&c);
        }
}
END_TEST

// Every worker but the keeper is held in a step; the timer fires all the same.
START_TEST(workers_in_long_steps_keep_no_timer_from_firing)
{
    for (unsigned workers = 2; workers <= WORKERS_MAX; workers++) {
        struct crew c;
        struct job far = {0}, held = {0}, timed = {0};
        crew_begin(&c, workers);
        set_far(&far, &c);
        wait_asleep(&c);
        job_init(&timed, &c, idle_step);
        job_init(&held, &c, step);
        held.in = 20;
        held.other = &timed;
        held.until = &timed.ended;
        task_spawn(&held.task);
        ck_assert_msg(comes_true(&timed.ended), "%u workers", workers);
        ck_assert(comes_true(&held.ended));
        crew_end(&c);
    }
}
END_TEST

// As the loop does: all that it wakes in one turn.
static void spawn_together(struct crew *c, struct job *jobs, unsigned count)
{
    struct task_list list;
    sched_gather_begin(c->sched, &list);
    for (unsigned i = 0; i < count; i++)
        task_spawn(&jobs[i].task);
    sched_gather_end(c->sched);
}

// The keeper, the only one that sleeps, is called for a backlog and blocked by it: who sleeps next
// keeps the timers.
START_TEST(a_keeper_that_is_called_hands_its_office_on)
{
    enum { MANY = 12 };
    for (int round = 0; round < ROUNDS; round++) {
        struct crew c;
        struct job far = {0}, held = {0}, timed = {0}, more[MANY] = {0};
        _Atomic unsigned go = 0;
        crew_begin(&c, 2);
        set_far(&far, &c);
        job_init(&held, &c, step);
        held.until = &go;
        task_spawn(&held.task);
        while (!atomic_load(&held.steps))
            nap();
        job_init(&timed, &c, idle_step);
        sched_timer_set(c.sched, &timed.task.timer, sched_now(c.sched) + 60);
        for (int i = 0; i < MANY; i++)
            job_init(&more[i], &c, i ? idle_step : step);
        more[0].until = &timed.ended;
        spawn_together(&c, more, MANY);
        while (!atomic_load(&more[0].steps))
            nap();
        atomic_store(&go, 1);
        ck_assert_msg(comes_true(&timed.ended), "round %d", round);
        ck_assert(comes_true(&more[0].ended));
        wait_asleep(&c);
        crew_end(&c);
    }
}
END_TEST

enum { BACKLOG = 40 };

struct spawner {
    struct task task;
    struct job *jobs;
    _Atomic unsigned ended;
};

// Its jobs lie in the queue of its own worker, which it blocks. The last of a queue is not taken by
// others.
static enum task_result spawn_step(struct task *t)
{
    struct spawner *s = (struct spawner *)t;
    for (int i = 0; i < BACKLOG; i++)
        task_spawn(&s->jobs[i].task);
    block_until(&s->jobs[BACKLOG / 2].ended);
    atomic_store(&s->ended, 1);
    return TASK_DONE;
}

// A worker is blocked until others have run a backlog: it is not left to that worker, whether it
// lies in its own queue, was injected and taken by it, or is injected while it is blocked.
START_TEST(a_backlog_has_another_worker_called)
{
    for (unsigned workers = 2; workers <= WORKERS_MAX; workers++)
        for (int kind = 0; kind < 3; kind++) {
            struct crew c;
            struct job held = {0}, more[BACKLOG] = {0};
            bool own = kind == 0, before = kind == 1;
            struct spawner s = {.jobs = more};
            crew_begin(&c, workers);
            for (int i = 0; i < BACKLOG; i++)
                job_init(&more[i], &c, i || !before ? idle_step : step);
            more[0].until = &more[BACKLOG - 1].ended;
            job_init(&held, &c, step);
            held.until = &more[BACKLOG - 1].ended;
            if (kind == 2) {
                task_spawn(&held.task);
                while (!atomic_load(&held.steps))
                    nap();
            }
            task_init(&s.task, c.sched, spawn_step, "spawner", NULL);
            if (own)
                task_spawn(&s.task);
            else
                spawn_together(&c, more, BACKLOG);
            ck_assert(!own || comes_true(&s.ended));
            ck_assert(kind < 2 || comes_true(&held.ended));
            for (int i = 0; i < BACKLOG; i++)
                ck_assert_msg(comes_true(&more[i].ended), "%u workers, task %d", workers, i);
            wait_asleep(&c);
            crew_end(&c);
        }
}
END_TEST

// What is set, falls due and is woken during a pause comes when it ends.
START_TEST(nothing_is_lost_over_a_pause)
{
    for (unsigned workers = 1; workers <= WORKERS_MAX; workers++)
        for (int kind = 0; kind < 4; kind++) {
            struct crew c;
            struct job far = {0}, j = {0};
            crew_begin(&c, workers);
            set_far(&far, &c);
            wait_asleep(&c);
            job_init(&j, &c, idle_step);
            if (kind == 3)
                sched_timer_set(c.sched, &j.task.timer, sched_now(c.sched) + 5);
            sched_pause(c.sched);
            while (!sched_paused(c.sched))
                nap();
            if (kind == 0)
                task_spawn(&j.task);
            else if (kind < 3)
                sched_timer_set(c.sched, &j.task.timer, sched_now(c.sched) + (kind == 1 ? 5 : 60));
            for (int64_t end = clock_mono_ms() + 15; clock_mono_ms() < end;)
                nap();
            ck_assert(kind == 3 || !atomic_load(&j.ended));
            sched_resume(c.sched);
            ck_assert_msg(comes_true(&j.ended), "%u workers, kind %d", workers, kind);
            crew_end(&c);
        }
}
END_TEST

// During a pause no worker counts itself awake, though timers fall due and workers are called.
START_TEST(a_scheduler_that_stands_goes_on_standing)
{
    enum { PAUSES = 40, TIMERS = 8 };
    static struct job all[PAUSES]
                         [TIMERS]; // a worker lets go of one after it has said that it ended
    struct crew c;
    crew_begin(&c, 3);
    for (int i = 0; i < PAUSES; i++) {
        struct job *jobs = all[i];
        for (int k = 0; k < TIMERS; k++)
            job_init(&jobs[k], &c, idle_step);
        for (int k = 0; k < 2; k++) // these the keeper waits for already
            sched_timer_set(c.sched, &jobs[k].task.timer, sched_now(c.sched) + 2 + k);
        sched_pause(c.sched);
        while (!sched_paused(c.sched))
            nap();
        for (int k = 2; k < TIMERS; k++)
            if (k % 3)
                sched_timer_set(c.sched, &jobs[k].task.timer, sched_now(c.sched) + k % 4);
            else
                task_spawn(&jobs[k].task);
        for (int64_t end = clock_mono_ms() + 8; clock_mono_ms() < end;)
            ck_assert(sched_stands(c.sched));
        for (int k = 2; k < TIMERS; k++)
            ck_assert(!atomic_load(&jobs[k].ended));
        sched_resume(c.sched);
        for (int k = 0; k < TIMERS; k++)
            ck_assert(comes_true(&jobs[k].ended));
    }
    crew_end(&c);
}
END_TEST

// A worker that begins while it is paused waits for the end of it, and keeps the timers then.
START_TEST(a_worker_that_begins_during_a_pause)
{
    for (unsigned workers = 1; workers <= WORKERS_MAX; workers++) {
        struct crew c = {.sched = sched_new(workers, 0), .count = workers};
        struct job woken = {0}, timed = {0};
        sched_pause(c.sched);
        crew_start(&c);
        job_init(&woken, &c, idle_step);
        job_init(&timed, &c, idle_step);
        while (atomic_load(&c.begun) < workers)
            nap();
        task_spawn(&woken.task);
        sched_timer_set(c.sched, &timed.task.timer, sched_now(c.sched) + 30);
        for (int i = 0; i < 20; i++, nap())
            ck_assert(sched_stands(c.sched));
        ck_assert(!atomic_load(&woken.ended));
        sched_resume(c.sched);
        ck_assert(comes_true(&woken.ended));
        ck_assert(comes_true(&timed.ended));
        wait_asleep(&c);
        crew_end(&c);
    }
}
END_TEST

struct runner {
    struct task task;
    _Atomic unsigned laps, stop;
};

static enum task_result run_on(struct task *t)
{
    struct runner *r = (struct runner *)t;
    atomic_fetch_add(&r->laps, 1);
    return atomic_load(&r->stop) ? TASK_DONE : TASK_READY;
}

// Workers that always have something to do stand too, and go on.
START_TEST(a_pause_holds_those_at_work)
{
    enum { RUNNERS = 4, PAUSES = 20 };
    struct crew c;
    struct runner runners[RUNNERS] = {0};
    crew_begin(&c, 3);
    for (int i = 0; i < RUNNERS; i++) {
        task_init(&runners[i].task, c.sched, run_on, "runner", NULL);
        task_spawn(&runners[i].task);
    }
    for (int n = 0; n < PAUSES; n++) {
        unsigned laps[RUNNERS];
        sched_pause(c.sched);
        while (!sched_paused(c.sched))
            nap();
        for (int i = 0; i < RUNNERS; i++)
            laps[i] = atomic_load(&runners[i].laps);
        for (int64_t end = clock_mono_ms() + 3; clock_mono_ms() < end;)
            ck_assert(sched_stands(c.sched));
        for (int i = 0; i < RUNNERS; i++)
            ck_assert_uint_eq(laps[i], atomic_load(&runners[i].laps));
        sched_resume(c.sched);
        int64_t end = clock_mono_ms() + BOUND_MS;
        while (atomic_load(&runners[0].laps) == laps[0] && clock_mono_ms() < end)
            nap();
        ck_assert_uint_ne(atomic_load(&runners[0].laps), laps[0]);
    }
    for (int i = 0; i < RUNNERS; i++)
        atomic_store(&runners[i].stop, 1);
    crew_end(&c);
}
END_TEST

static _Atomic int64_t hand;

static int64_t hand_clock(void *arg)
{
    (void)arg;
    return atomic_load(&hand);
}

START_TEST(a_clock_that_jumps_wakes_the_keeper)
{
    for (int frozen = 0; frozen < 2; frozen++) {
        struct crew c = {.sched = sched_new(2, 0), .count = 2};
        struct job j = {0};
        if (frozen)
            clock_freeze(1000, 1000);
        else
            sched_clock(c.sched, hand_clock, NULL);
        crew_start(&c);
        wait_asleep(&c);
        job_init(&j, &c, idle_step);
        sched_timer_set(c.sched, &j.task.timer, sched_now(c.sched) + FAR_MS);
        for (int i = 0; i < 200; i++) // until the keeper has looked, and sleeps
            nap();
        ck_assert(!atomic_load(&j.ended));
        if (frozen)
            clock_advance_ms(FAR_MS);
        else
            atomic_fetch_add(&hand, FAR_MS);
        ck_assert(comes_true(&j.ended));
        struct sched_stats st;
        sched_stats(c.sched, &st);
        ck_assert_uint_eq(st.delayed, 0); // only the machine's clock is checked
        crew_end(&c);
        clock_use_system();
    }
}
END_TEST

START_TEST(stopping_ends_every_sleep)
{
    for (int paused = 0; paused < 2; paused++) {
        struct crew c;
        struct job far = {0};
        crew_begin(&c, 3);
        set_far(&far, &c);
        wait_asleep(&c);
        if (paused) {
            sched_pause(c.sched);
            sched_stop(c.sched);
            ck_assert(sched_stands(c.sched));
            sched_resume(c.sched);
        }
        crew_end(&c); // joins
    }
}
END_TEST

// A timer that falls due while the only worker is in a step is delayed, and nobody's fault.
START_TEST(a_delay_is_counted_and_told_apart)
{
    struct crew c;
    struct job held = {0}, timed = {0};
    _Atomic unsigned go = 0;
    crew_begin(&c, 1);
    job_init(&timed, &c, idle_step);
    job_init(&held, &c, step);
    held.until = &go;
    task_spawn(&held.task);
    while (!atomic_load(&held.steps))
        nap();
    int64_t due = sched_now(c.sched) + 1;
    sched_timer_set(c.sched, &timed.task.timer, due);
    while (sched_now(c.sched) <= due + SCHED_DELAY_MS)
        nap();
    ck_assert_uint_eq(sched_delayed(c.sched), 0);
    atomic_store(&go, 1);
    ck_assert(comes_true(&timed.ended));
    struct sched_stats st;
    sched_stats(c.sched, &st);
    ck_assert_uint_eq(sched_delayed(c.sched), 1);
    ck_assert_uint_eq(st.delayed, 1);
    ck_assert_uint_gt(st.delay_max, SCHED_DELAY_MS);
    ck_assert_uint_eq(st.late, 0);
    ck_assert_uint_eq(sched_faults(c.sched), 0);
    crew_end(&c);
}
END_TEST

struct rover {
    struct task task;
    struct crew *crew;
    unsigned seed;
    _Atomic unsigned hops, ended;
};

static enum task_result rove(struct task *t)
{
    struct rover *r = (struct rover *)t;
    r->seed = r->seed * 1103515245 + 12345;
    if (atomic_fetch_add(&r->hops, 1) == 400) {
        atomic_store(&r->ended, 1);
        return TASK_DONE;
    }
    unsigned in = r->seed >> 16 & 15;
    if (in == 15)
        return TASK_READY;
    task_wake_at(t, sched_now(r->crew->sched) + in);
    return TASK_PENDING;
}

// Timers of all lengths, pauses and wakes at once; at the end every counter is 0.
START_TEST(a_soak_ends_with_nothing_lost)
{
    enum { ROVERS = 5 };
    for (unsigned workers = 2; workers <= WORKERS_MAX; workers += 2) {
        struct crew c;
        struct rover rovers[ROVERS] = {0};
        struct job far = {0};
        crew_begin(&c, workers);
        set_far(&far, &c);
        for (unsigned i = 0; i < ROVERS; i++) {
            rovers[i].crew = &c;
            rovers[i].seed = i * 977 + workers;
            task_init(&rovers[i].task, c.sched, rove, "rover", NULL);
            task_spawn(&rovers[i].task);
        }
        for (unsigned i = 0; i < ROVERS; i++)
            for (unsigned n = 0; !atomic_load(&rovers[i].ended); n++) {
                nap();
                task_wake(&rovers[n % ROVERS].task);
                if (n % 16)
                    continue;
                sched_pause(c.sched);
                while (!sched_paused(c.sched))
                    nap();
                sched_resume(c.sched);
            }
        crew_end(&c);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("sched");
    TCase *t = tcase_create("idle");
    tcase_add_test(t, a_task_sets_an_earlier_timer);
    tcase_add_test(t, a_thread_sets_an_earlier_timer);
    tcase_add_test(t, a_timer_is_moved_to_an_earlier_time);
    tcase_add_test(t, a_cleared_timer_takes_no_other_with_it);
    tcase_add_test(t, who_waits_for_a_timer_is_woken_before);
    tcase_add_test(t, who_waits_for_a_task_is_woken_by_its_end);
    tcase_add_test(t, a_wake_during_the_step_counts);
    tcase_add_test(t, a_keeper_that_gets_up_hands_its_office_on);
    tcase_add_test(t, a_keeper_that_is_called_hands_its_office_on);
    tcase_add_test(t, a_backlog_has_another_worker_called);
    tcase_add_test(t, workers_in_long_steps_keep_no_timer_from_firing);
    tcase_add_test(t, nothing_is_lost_over_a_pause);
    tcase_add_test(t, a_scheduler_that_stands_goes_on_standing);
    tcase_add_test(t, a_pause_holds_those_at_work);
    tcase_add_test(t, a_worker_that_begins_during_a_pause);
    tcase_add_test(t, a_clock_that_jumps_wakes_the_keeper);
    tcase_add_test(t, stopping_ends_every_sleep);
    tcase_add_test(t, a_delay_is_counted_and_told_apart);
    tcase_add_test(t, a_soak_ends_with_nothing_lost);
    suite_add_tcase(suite, t);
    SRunner *r = srunner_create(suite);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? 1 : 0;
}
