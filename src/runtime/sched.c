// Workers, guests and stealing. Each worker has a run queue whose mutex it rarely shares; other
// threads inject into one queue. A worker that finds no task sleeps in runtime/parking, which has
// the timers too and states what must hold of sleepers, wakes and deadlines. A guest has a run
// queue of its own while it runs tasks; workers steal from it as from each other. What only the
// explorer calls is in sched_explore.c. Knows nothing of worlds, sockets or libuv.
#include "runtime/sched.h"

#include "runtime/parking.h"
#include "runtime/run_queue.h"
#include "runtime/sched_priv.h"
#include "runtime/schedule_point.h"
#include "runtime/task.h"
#include "util/fatal.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { TAKE_MAX = 32, WAKE_BACKLOG = 8 };

_Thread_local struct sched *sched_self;
_Thread_local int sched_self_index = -1;
static _Thread_local struct task_list *gathering;

struct sched *sched_new(unsigned workers, unsigned guests)
{
    assert(workers && workers <= SCHED_WORKERS_MAX && guests <= SCHED_GUESTS_MAX);
    struct sched *s = NULL;
    size_t size = sizeof(*s) + (workers + guests) * sizeof(struct worker);
    s = aligned_alloc(64, (size + 63) / 64 * 64);
    if (!s)
        fatal_system("make the scheduler", ENOMEM);
    memset(s, 0, size);
    s->count = workers;
    s->slots = workers + guests;
    run_queue_init(&s->injected);
    for (unsigned i = 0; i < s->slots; i++) {
        run_queue_init(&s->workers[i].queue);
        s->workers[i].share = WAKE_BACKLOG;
    }
    s->guests = guests_new(guests);
    parking_init(&s->parking, workers);
    return s;
}

static void drop_queue(struct sched *s, struct run_queue *q)
{
    for (struct task *t; (t = run_queue_pop(q));) {
        timer_clear(&s->parking.timers, &t->timer);
        task_unref(t);
    }
}

void sched_free(struct sched *s)
{
    if (!s)
        return;
    drop_queue(s, &s->injected);
    for (unsigned i = 0; i < s->slots; i++)
        drop_queue(s, &s->workers[i].queue);
    for (struct timer *t; (t = timer_first(&s->parking.timers));) {
        timer_clear(&s->parking.timers, t);
        task_unref(t->owner);
    }
    for (unsigned i = 0; i < s->slots; i++)
        run_queue_fini(&s->workers[i].queue);
    run_queue_fini(&s->injected);
    parking_fini(&s->parking);
    free(s->guests);
    free(s);
}

unsigned sched_workers(const struct sched *s)
{
    return s->count;
}

unsigned sched_slots(const struct sched *s)
{
    return s->slots;
}

void sched_clock(struct sched *s, int64_t (*now)(void *), void *arg)
{
    s->parking.now = now;
    s->parking.now_arg = arg;
}

int64_t sched_now(const struct sched *s)
{
    return parking_now(&s->parking);
}

int sched_worker_index(void)
{
    return sched_self_index;
}

unsigned sched_awake(struct sched *s)
{
    return atomic_load(&s->parking.awake);
}

void sched_inject(struct sched *s, struct task_list *list)
{
    size_t count = list->count;
    run_queue_append(&s->injected, list);
    atomic_fetch_add_explicit(&s->injections, count, memory_order_relaxed);
    unsigned awake = sched_awake(s);
    if (awake == 0 || (awake < s->count && count > WAKE_BACKLOG))
        parking_call(&s->parking);
}

void sched_push(struct sched *s, struct task *t)
{
    uint32_t id = t->id;
    if (sched_self == s && sched_self_index >= 0) {
        struct worker *w = &s->workers[sched_self_index];
        run_queue_push(&w->queue, t, w->run_next);
        if (run_queue_count(&w->queue) > w->share && sched_awake(s) < s->count)
            parking_call(&s->parking);
    } else if (gathering) {
        task_list_push(gathering, t, false);
    } else {
        struct task_list one = {NULL, NULL, 0};
        task_list_push(&one, t, false);
        sched_inject(s, &one);
    }
    schedule_point(SCHEDULE_POINT_POST, id);
}

void sched_wake_next(struct sched *s, struct task *t)
{
    if (sched_self != s || sched_self_index < 0) {
        task_wake(t);
        return;
    }
    struct worker *w = &s->workers[sched_self_index];
    w->run_next = true;
    task_wake(t);
    w->run_next = false;
}

void sched_gather_begin(struct sched *s, struct task_list *list)
{
    assert(!gathering);
    (void)s;
    *list = (struct task_list){NULL, NULL, 0};
    gathering = list;
}

void sched_gather_keep(struct sched *s)
{
    (void)s;
    gathering = NULL;
}

void sched_gather_end(struct sched *s)
{
    struct task_list *list = gathering;
    sched_gather_keep(s);
    if (list && list->count)
        sched_inject(s, list);
}

void sched_timer_set(struct sched *s, struct timer *t, int64_t due)
{
    assert(t->owner);
    parking_timer_set(&s->parking, t, due);
}

void sched_timer_clear(struct sched *s, struct timer *t)
{
    parking_timer_clear(&s->parking, t);
}

size_t sched_timers(struct sched *s)
{
    struct sched_stats stats;
    parking_stats(&s->parking, &stats);
    return stats.timers;
}

void sched_fire_timers(struct sched *s)
{
    int64_t now;
    if (!parking_timer_due(&s->parking, &now))
        return;
    for (struct task *t; (t = parking_timer_take(&s->parking, now));) {
        task_wake(t);
        task_unref(t);
    }
}

static void counter_add(_Atomic uint64_t *counter, uint64_t n)
{
    uint64_t now = atomic_load_explicit(counter, memory_order_relaxed);
    atomic_store_explicit(counter, now + n, memory_order_relaxed);
}

static bool steal(struct sched *s, unsigned thief)
{
    for (unsigned i = 1; i < s->slots; i++) {
        struct run_queue *victim = &s->workers[(thief + i) % s->slots].queue;
        size_t there = run_queue_count(victim);
        if (there < 2)
            continue;
        struct task_list got = {NULL, NULL, 0};
        run_queue_take(victim, there / 2, &got);
        if (!got.count)
            continue;
        struct worker *w = &s->workers[thief];
        counter_add(&w->stolen, got.count);
        run_queue_append(&w->queue, &got);
        return true;
    }
    return false;
}

static bool take_injected(struct sched *s, unsigned index)
{
    size_t there = run_queue_count(&s->injected);
    if (!there)
        return false;
    size_t share = there / s->count + 1;
    struct task_list got = {NULL, NULL, 0};
    run_queue_take(&s->injected, share < TAKE_MAX ? share : TAKE_MAX, &got);
    if (!got.count)
        return false;
    if (there > got.count + WAKE_BACKLOG && sched_awake(s) < s->count)
        parking_call(&s->parking);
    struct worker *w = &s->workers[index];
    run_queue_append(&w->queue, &got);
    return true;
}

bool sched_queues(struct sched *s, const struct task *t)
{
    bool found = run_queue_has(&s->injected, t);
    for (unsigned i = 0; i < s->slots && !found; i++)
        found = run_queue_has(&s->workers[i].queue, t);
    return found;
}

bool sched_sleeps(struct sched *s)
{
    return parking_all_asleep(&s->parking);
}

void sched_step(struct worker *w, struct task *t)
{
    counter_add(&w->steps, 1);
    atomic_store_explicit(&w->task, t->id, memory_order_relaxed);
    atomic_store_explicit(&w->what, t->what, memory_order_release);
    bool again = task_run(t); // otherwise it may be gone
    atomic_store_explicit(&w->what, NULL, memory_order_relaxed);
    if (again)
        run_queue_push(&w->queue, t, false);
}

bool sched_step_of(const struct sched *s, unsigned slot, struct sched_step *out)
{
    assert(slot < s->slots);
    const struct worker *w = &s->workers[slot];
    *out = (struct sched_step){.number = atomic_load(&w->steps), .what = atomic_load(&w->what)};
    out->task = atomic_load(&w->task);
    return out->what && atomic_load(&w->steps) == out->number;
}

void sched_pause(struct sched *s)
{
    parking_pause(&s->parking);
}

// Neither count grows during a pause.
bool sched_paused(struct sched *s)
{
    return !sched_awake(s) && !atomic_load(&s->parking.guests);
}

bool sched_stands(const struct sched *s)
{
    return atomic_load(&s->parking.pausing) && !atomic_load(&s->parking.awake) &&
           !atomic_load(&s->parking.guests);
}

void sched_resume(struct sched *s)
{
    parking_resume(&s->parking);
}

// Steps tasks until there are none; false when the scheduler is stopping.
static bool run_available(struct sched *s, unsigned index, void (*idle)(void *, unsigned),
                          void *arg)
{
    struct worker *w = &s->workers[index];
    for (unsigned budget = 0;;) {
        if (atomic_load_explicit(&s->parking.stopping, memory_order_relaxed))
            return false;
        if (atomic_load_explicit(&s->parking.pausing, memory_order_relaxed))
            parking_wait_out(&s->parking, index);
        struct task *t = run_queue_pop(&w->queue);
        if (t) {
            sched_step(w, t);
            if (++budget % SCHED_BUDGET)
                continue;
            if (idle)
                idle(arg, index);
            sched_fire_timers(s);
            take_injected(s, index);
            continue;
        }
        sched_fire_timers(s);
        if (!run_queue_count(&w->queue) && !take_injected(s, index) && !steal(s, index))
            return true;
    }
}

static bool work_waits(void *arg, unsigned index)
{
    struct sched *s = arg;
    return atomic_load(&s->injected.count) || atomic_load(&s->workers[index].queue.count);
}

void sched_worker_run(struct sched *s, unsigned index, void (*idle)(void *, unsigned), void *arg)
{
    assert(index < s->count && sched_self_index < 0);
    sched_self = s;
    sched_self_index = (int)index;
    parking_enter(&s->parking, index);
    while (run_available(s, index, idle, arg)) {
        if (idle)
            idle(arg, index);
        counter_add(&s->workers[index].sleeps, 1);
        parking_sleep(&s->parking, index, work_waits, s);
    }
    if (idle)
        idle(arg, index);
    parking_leave(&s->parking);
    sched_self_index = -1;
    sched_self = NULL;
}

void sched_run_until_idle(struct sched *s)
{
    assert(sched_self_index < 0);
    sched_self = s;
    sched_self_index = 0;
    parking_enter(&s->parking, 0);
    run_available(s, 0, NULL, NULL);
    parking_leave(&s->parking);
    sched_self_index = -1;
    sched_self = NULL;
}

void sched_stop(struct sched *s)
{
    parking_stop(&s->parking);
}

void sched_stats(struct sched *s, struct sched_stats *out)
{
    *out = (struct sched_stats){.injected = atomic_load(&s->injections)};
    parking_stats(&s->parking, out);
    for (unsigned i = 0; i < s->slots; i++) {
        out->steps += s->workers[i].steps;
        out->stolen += s->workers[i].stolen;
        out->sleeps += s->workers[i].sleeps;
    }
}

uint64_t sched_faults(const struct sched *s)
{
    return parking_faults(&s->parking);
}

uint64_t sched_delayed(const struct sched *s)
{
    return atomic_load_explicit(&s->parking.delayed, memory_order_relaxed);
}
