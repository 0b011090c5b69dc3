// Sleeping workers and the timers. Each worker sleeps on a condition of its own, so that a wake is
// given to one worker and nobody else can take it. One of the sleepers, the keeper, sleeps no
// longer than to the first timer; the others sleep until they are called.
//
// The invariant, whenever the mutex is free and nothing is paused:
//
// (K) If any worker sleeps uncalled, there is a keeper, and it is called, or about to look again,
// or its `until` is not later than the first timer.   (W) If there is work that any worker may
// take, some worker is awake and will look for it before       it sleeps, or some worker is called.
//
// From (K): a timer that is due is fired though every awake worker is stuck in a long step. So
// tell_keeper is called in every case in which a deadline becomes earlier or the keeper stops being
// the keeper: a timer is set before its `until`, it gets up for any reason while others sleep on
// (parking_sleep makes another sleeper the keeper), or a pause ends. A clock that is not the
// machine's may jump without a word, so its keeper looks every CLOCK_LOOK_MS. From (W): who makes
// work publishes it and then reads `awake`; a worker counts itself out and then looks for work. One
// of the two sees the other. While it is paused nobody gets up, whether a timer falls due or a
// worker is called: `awake` does not grow, so that once it is 0 it is 0 until parking_resume, which
// has every worker look again.
//
// A guest is no part of (K) and (W): it never sleeps here, so it is no keeper; and it is not
// counted in `awake`, so who makes work while only guests are at work calls a worker. For what is
// in its own queue a guest is responsible until it injects it, as anybody does who makes work,
// before it leaves. `guests` does not grow during a pause either.
//
// tests/model/parking.pml is this protocol as a model; what is changed here is changed there.
#include "runtime/parking.h"

#include "runtime/task.h"
#include "util/clock.h"

#include <assert.h>
#include <stddef.h>
#include <time.h>

enum { CLOCK_LOOK_MS = 10 };

void parking_init(struct parking *p, unsigned workers)
{
    assert(workers <= SCHED_WORKERS_MAX);
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_mutex_init(&p->mutex, NULL);
    for (unsigned i = 0; i < workers; i++)
        pthread_cond_init(&p->bays[i].cond, &attr);
    pthread_condattr_destroy(&attr);
    p->count = workers;
    p->keeper = -1;
    p->unkept_at = INT64_MIN;
    atomic_init(&p->first_due, INT64_MAX);
}

void parking_fini(struct parking *p)
{
    for (unsigned i = 0; i < p->count; i++)
        pthread_cond_destroy(&p->bays[i].cond);
    pthread_mutex_destroy(&p->mutex);
    timer_heap_fini(&p->timers);
}

int64_t parking_now(const struct parking *p)
{
    return p->now ? p->now(p->now_arg) : clock_mono_ms();
}

static bool is_machines_clock(const struct parking *p)
{
    return !p->now && !clock_frozen();
}

static int64_t first_due(const struct parking *p)
{
    return atomic_load_explicit(&p->first_due, memory_order_relaxed);
}

static void publish_first_due(struct parking *p)
{
    struct timer *first = timer_first(&p->timers);
    atomic_store_explicit(&p->first_due, first ? first->due : INT64_MAX, memory_order_relaxed);
}

static void tell_keeper(struct parking *p)
{
    struct parking_bay *bay = &p->bays[p->keeper];
    if (bay->until <= first_due(p))
        return;
    bay->until = INT64_MIN;
    pthread_cond_signal(&bay->cond);
}

static void appoint_keeper(struct parking *p)
{
    p->keeper = p->idle ? __builtin_ctzll(p->idle) : -1;
    if (p->keeper >= 0)
        tell_keeper(p);
}

// Checks (K) wherever the mutex has just been taken. Everything that (K) is about changes only
// under the mutex, so no breach is missed, however short it is. A breach is counted and repaired.
static void see_that_it_is_kept(struct parking *p)
{
    if (p->pausing || !p->idle)
        return;
    if (p->keeper >= 0) {
        const struct parking_bay *bay = &p->bays[p->keeper];
        if (p->called >> p->keeper & 1 || bay->until <= first_due(p))
            return;
    }
    atomic_fetch_add_explicit(&p->unkept, 1, memory_order_relaxed);
    p->unkept_at = parking_now(p);
    if (p->keeper >= 0)
        tell_keeper(p);
    else
        appoint_keeper(p);
}

// A worker that was called gets up soon: if it has not within SCHED_UNTAKEN_MS, the call is lost;
// it is counted and made again. This is checked where no task is in a step, as the checker allows
// no clock under a lock.
static void see_that_calls_are_taken(struct parking *p)
{
    if (!p->called || p->pausing)
        return;
    int64_t now = clock_mono_ns() / 1000000;
    for (uint64_t left = p->called; left; left &= left - 1) {
        struct parking_bay *bay = &p->bays[__builtin_ctzll(left)];
        if (bay->called_since && now - bay->called_since > SCHED_UNTAKEN_MS) {
            atomic_fetch_add_explicit(&p->untaken, 1, memory_order_relaxed);
            pthread_cond_signal(&bay->cond);
            bay->called_since = 0;
        }
        if (!bay->called_since)
            bay->called_since = now;
    }
}

static void see_that_all_is_well(struct parking *p)
{
    see_that_it_is_kept(p);
    see_that_calls_are_taken(p);
}

// The time to wake up by the machine's clock: `due` itself if the scheduler uses that clock, else a
// moment from now.
static struct timespec time_to_look(struct parking *p, int64_t due)
{
    struct timespec t = {due > 0 ? due / 1000 : 0, due > 0 ? due % 1000 * 1000000 : 0};
    if (is_machines_clock(p))
        return t;
    int64_t now = parking_now(p), wait = due <= now ? 0 : due - now;
    wait = (wait < CLOCK_LOOK_MS ? wait : CLOCK_LOOK_MS) * 1000000 + clock_mono_ns();
    return (struct timespec){wait / 1000000000, wait % 1000000000};
}

static void doze(struct parking *p, unsigned index)
{
    struct parking_bay *bay = &p->bays[index];
    bool keeps = p->keeper == (int)index && !p->pausing;
    bay->until = keeps ? first_due(p) : INT64_MAX;
    if (bay->until == INT64_MAX) {
        pthread_cond_wait(&bay->cond, &p->mutex);
    } else {
        struct timespec t = time_to_look(p, bay->until);
        // (K) is checked against the time that the machine was really asked for.
        if (is_machines_clock(p))
            bay->until = (int64_t)t.tv_sec * 1000 + (t.tv_nsec + 999999) / 1000000;
        pthread_cond_timedwait(&bay->cond, &p->mutex, &t);
    }
    see_that_all_is_well(p);
}

void parking_sleep(struct parking *p, unsigned index, bool (*has_work)(void *arg, unsigned index),
                   void *arg)
{
    uint64_t bit = UINT64_C(1) << index;
    pthread_mutex_lock(&p->mutex);
    see_that_all_is_well(p);
    atomic_fetch_sub(&p->awake, 1);
    p->idle |= bit;
    for (;;) {
        int64_t now;
        if (!p->pausing &&
            (p->called & bit || p->stopping || has_work(arg, index) || parking_timer_due(p, &now)))
            break;
        if (p->keeper < 0)
            p->keeper = (int)index;
        doze(p, index);
    }
    p->idle &= ~bit;
    p->called &= ~bit;
    if (p->keeper == (int)index)
        appoint_keeper(p);
    see_that_it_is_kept(p);
    atomic_fetch_add(&p->awake, 1);
    pthread_mutex_unlock(&p->mutex);
}

bool parking_all_asleep(struct parking *p)
{
    pthread_mutex_lock(&p->mutex);
    bool all = p->count && (unsigned)__builtin_popcountll(p->idle) == p->count &&
               !atomic_load(&p->pausing) && !atomic_load(&p->guests);
    pthread_mutex_unlock(&p->mutex);
    return all;
}

void parking_call(struct parking *p)
{
    pthread_mutex_lock(&p->mutex);
    see_that_it_is_kept(p);
    // During a pause no worker would get up; at its end every worker looks for work.
    if (p->idle && !p->pausing) {
        uint64_t others = p->keeper < 0 ? p->idle : p->idle & ~(UINT64_C(1) << p->keeper);
        int chosen = __builtin_ctzll(others ? others : p->idle);
        p->idle &= ~(UINT64_C(1) << chosen);
        p->called |= UINT64_C(1) << chosen;
        p->bays[chosen].called_since = 0;
        p->wakes++;
        pthread_cond_signal(&p->bays[chosen].cond);
    }
    pthread_mutex_unlock(&p->mutex);
}

static void come_awake(struct parking *p, unsigned index)
{
    while (p->pausing)
        pthread_cond_wait(&p->bays[index].cond, &p->mutex);
    atomic_fetch_add(&p->awake, 1);
}

void parking_enter(struct parking *p, unsigned index)
{
    pthread_mutex_lock(&p->mutex);
    come_awake(p, index);
    pthread_mutex_unlock(&p->mutex);
}

void parking_leave(struct parking *p)
{
    pthread_mutex_lock(&p->mutex);
    atomic_fetch_sub(&p->awake, 1);
    pthread_mutex_unlock(&p->mutex);
}

bool parking_guest_enter(struct parking *p)
{
    pthread_mutex_lock(&p->mutex);
    bool may = !p->pausing && !p->stopping;
    if (may)
        atomic_fetch_add(&p->guests, 1);
    pthread_mutex_unlock(&p->mutex);
    return may;
}

void parking_guest_leave(struct parking *p)
{
    pthread_mutex_lock(&p->mutex);
    assert(atomic_load(&p->guests));
    atomic_fetch_sub(&p->guests, 1);
    pthread_mutex_unlock(&p->mutex);
}

void parking_pause(struct parking *p)
{
    pthread_mutex_lock(&p->mutex);
    see_that_all_is_well(p);
    p->pausing = true;
    pthread_mutex_unlock(&p->mutex);
}

void parking_wait_out(struct parking *p, unsigned index)
{
    pthread_mutex_lock(&p->mutex);
    atomic_fetch_sub(&p->awake, 1);
    come_awake(p, index);
    pthread_mutex_unlock(&p->mutex);
}

static void have_all_look(struct parking *p)
{
    if (p->keeper >= 0)
        p->bays[p->keeper].until = INT64_MIN;
    for (unsigned i = 0; i < p->count; i++) {
        p->bays[i].called_since = 0; // no worker could get up during a pause
        pthread_cond_signal(&p->bays[i].cond);
    }
}

void parking_resume(struct parking *p)
{
    pthread_mutex_lock(&p->mutex);
    p->pausing = false;
    have_all_look(p);
    pthread_mutex_unlock(&p->mutex);
}

void parking_stop(struct parking *p)
{
    pthread_mutex_lock(&p->mutex);
    see_that_all_is_well(p);
    p->stopping = true;
    have_all_look(p);
    pthread_mutex_unlock(&p->mutex);
}

void parking_timer_set(struct parking *p, struct timer *t, int64_t due)
{
    assert(t->owner);
    pthread_mutex_lock(&p->mutex);
    see_that_it_is_kept(p);
    timer_set(&p->timers, t, due);
    publish_first_due(p);
    if (p->keeper >= 0 && !p->pausing)
        tell_keeper(p);
    pthread_mutex_unlock(&p->mutex);
}

void parking_timer_clear(struct parking *p, struct timer *t)
{
    pthread_mutex_lock(&p->mutex);
    see_that_it_is_kept(p);
    timer_clear(&p->timers, t);
    publish_first_due(p);
    pthread_mutex_unlock(&p->mutex);
}

bool parking_timer_due(const struct parking *p, int64_t *now)
{
    int64_t due = first_due(p);
    if (due == INT64_MAX)
        return false;
    *now = parking_now(p);
    return due <= *now;
}

// A timer fires this long after its time. While (K) held, every sleeper that had to get up had been
// asked to in time, or there was none; then the machine was slow, or all workers were in long
// steps.
static void count_delay(struct parking *p, int64_t due, int64_t now)
{
    int64_t by = now - due;
    if (by <= SCHED_DELAY_MS || !is_machines_clock(p))
        return;
    atomic_fetch_add_explicit(&p->delayed, 1, memory_order_relaxed);
    if (p->unkept_at >= due)
        atomic_fetch_add_explicit(&p->late, 1, memory_order_relaxed);
    if (by > p->delay_max)
        p->delay_max = by;
}

struct task *parking_timer_take(struct parking *p, int64_t now)
{
    pthread_mutex_lock(&p->mutex);
    see_that_all_is_well(p);
    struct timer *t = timer_pop_due(&p->timers, now);
    // A task that ends clears its timer under this mutex first, so it is still there.
    struct task *task = t ? t->owner : NULL;
    if (task) {
        task_ref(task);
        count_delay(p, t->due, now);
    }
    publish_first_due(p);
    pthread_mutex_unlock(&p->mutex);
    return task;
}

uint64_t parking_faults(const struct parking *p)
{
    return atomic_load_explicit(&p->late, memory_order_relaxed) +
           atomic_load_explicit(&p->unkept, memory_order_relaxed) +
           atomic_load_explicit(&p->untaken, memory_order_relaxed);
}

void parking_stats(struct parking *p, struct sched_stats *out)
{
    pthread_mutex_lock(&p->mutex);
    see_that_all_is_well(p);
    out->timers = p->timers.count;
    out->delayed = atomic_load(&p->delayed);
    out->delay_max = (uint64_t)p->delay_max;
    out->late = atomic_load(&p->late);
    out->unkept = atomic_load(&p->unkept);
    out->wakes = p->wakes;
    out->untaken = atomic_load(&p->untaken);
    pthread_mutex_unlock(&p->mutex);
}
