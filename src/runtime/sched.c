// Run queues and stealing. Each worker has a list behind a mutex that it rarely shares; other
// threads inject into one list. A worker that finds nothing sleeps in runtime/parking, which has
// the timers too and states what must hold of sleepers, wakes and deadlines. Knows nothing of
// worlds, sockets or libuv.
#include "runtime/sched.h"

#include "runtime/parking.h"
#include "runtime/schedule_point.h"
#include "runtime/task.h"
#include "util/fatal.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { TAKE_MAX = 32, WAKE_BACKLOG = 8 };

struct queue {
    pthread_mutex_t mutex;
    struct task_list list;
    _Atomic size_t count; // equals list.count; read without the mutex to skip empty queues
};

struct worker {
    struct queue queue;
    bool run_next; // where sched_push puts a task while sched_wake_next is on the stack
    _Atomic uint64_t steps, stolen, sleeps; // written by the worker, read for reports
} __attribute__((aligned(64)));

struct sched {
    unsigned count;
    struct queue injected;
    _Atomic uint64_t injections;
    struct parking parking;
    struct worker workers[];
};

static _Thread_local struct sched *self_sched;
static _Thread_local int self_index = -1;
static _Thread_local struct task_list *gathering;

static void queue_init(struct queue *q)
{
    pthread_mutex_init(&q->mutex, NULL);
}

static void list_push(struct task_list *l, struct task *t, bool front)
{
    t->next = front ? l->head : NULL;
    if (front)
        l->head = t;
    else if (l->tail)
        l->tail->next = t;
    else
        l->head = t;
    if (!front || !l->tail)
        l->tail = t;
    l->count++;
}

static struct task *list_pop(struct task_list *l)
{
    struct task *t = l->head;
    if (!t)
        return NULL;
    l->head = t->next;
    if (!l->head)
        l->tail = NULL;
    l->count--;
    t->next = NULL;
    return t;
}

static void list_append(struct task_list *to, struct task_list *from)
{
    if (!from->head)
        return;
    if (to->tail)
        to->tail->next = from->head;
    else
        to->head = from->head;
    to->tail = from->tail;
    to->count += from->count;
    *from = (struct task_list){NULL, NULL, 0};
}

static size_t queue_count(struct queue *q)
{
    return atomic_load_explicit(&q->count, memory_order_relaxed);
}

static void queue_publish_count(struct queue *q)
{
    // Sequentially consistent: a worker that goes to sleep counts itself out and then looks here.
    atomic_store(&q->count, q->list.count);
}

static void queue_push(struct queue *q, struct task *t, bool front)
{
    pthread_mutex_lock(&q->mutex);
    list_push(&q->list, t, front);
    queue_publish_count(q);
    pthread_mutex_unlock(&q->mutex);
}

static struct task *queue_pop(struct queue *q)
{
    if (!queue_count(q))
        return NULL;
    pthread_mutex_lock(&q->mutex);
    struct task *t = list_pop(&q->list);
    queue_publish_count(q);
    pthread_mutex_unlock(&q->mutex);
    return t;
}

// Moves up to `most` tasks from the front of q to `out`.
static void queue_take(struct queue *q, size_t most, struct task_list *out)
{
    pthread_mutex_lock(&q->mutex);
    while (most-- && q->list.head)
        list_push(out, list_pop(&q->list), false);
    queue_publish_count(q);
    pthread_mutex_unlock(&q->mutex);
}

struct sched *sched_new(unsigned workers)
{
    struct sched *s = NULL;
    size_t size = sizeof(*s) + workers * sizeof(struct worker);
    s = aligned_alloc(64, (size + 63) / 64 * 64);
    if (!s)
        fatal_system("make the scheduler", ENOMEM);
    memset(s, 0, size);
    s->count = workers;
    queue_init(&s->injected);
    for (unsigned i = 0; i < workers; i++)
        queue_init(&s->workers[i].queue);
    parking_init(&s->parking, workers);
    return s;
}

static void drop_queue(struct sched *s, struct queue *q)
{
    for (struct task *t; (t = queue_pop(q));) {
        timer_clear(&s->parking.timers, &t->timer);
        task_unref(t);
    }
}

void sched_free(struct sched *s)
{
    if (!s)
        return;
    drop_queue(s, &s->injected);
    for (unsigned i = 0; i < s->count; i++)
        drop_queue(s, &s->workers[i].queue);
    for (struct timer *t; (t = timer_first(&s->parking.timers));) {
        timer_clear(&s->parking.timers, t);
        task_unref(t->owner);
    }
    for (unsigned i = 0; i < s->count; i++)
        pthread_mutex_destroy(&s->workers[i].queue.mutex);
    pthread_mutex_destroy(&s->injected.mutex);
    parking_fini(&s->parking);
    free(s);
}

unsigned sched_workers(const struct sched *s)
{
    return s->count;
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
    return self_index;
}

static unsigned workers_awake(struct sched *s)
{
    return atomic_load(&s->parking.awake);
}

static void inject(struct sched *s, struct task_list *list)
{
    size_t count = list->count;
    pthread_mutex_lock(&s->injected.mutex);
    list_append(&s->injected.list, list);
    queue_publish_count(&s->injected);
    pthread_mutex_unlock(&s->injected.mutex);
    atomic_fetch_add_explicit(&s->injections, count, memory_order_relaxed);
    unsigned awake = workers_awake(s);
    if (awake == 0 || (awake < s->count && count > WAKE_BACKLOG))
        parking_call(&s->parking);
}

void sched_push(struct sched *s, struct task *t)
{
    uint32_t id = t->id;
    if (self_sched == s && self_index >= 0) {
        struct worker *w = &s->workers[self_index];
        queue_push(&w->queue, t, w->run_next);
        if (queue_count(&w->queue) > WAKE_BACKLOG && workers_awake(s) < s->count)
            parking_call(&s->parking);
    } else if (gathering) {
        list_push(gathering, t, false);
    } else {
        struct task_list one = {NULL, NULL, 0};
        list_push(&one, t, false);
        inject(s, &one);
    }
    schedule_point(SCHEDULE_POINT_POST, id);
}

void sched_wake_next(struct sched *s, struct task *t)
{
    if (self_sched != s || self_index < 0) {
        task_wake(t);
        return;
    }
    struct worker *w = &s->workers[self_index];
    w->run_next = true;
    task_wake(t);
    w->run_next = false;
}

void sched_gather_begin(struct sched *s, struct task_list *list)
{
    (void)s;
    *list = (struct task_list){NULL, NULL, 0};
    gathering = list;
}

void sched_gather_end(struct sched *s)
{
    struct task_list *list = gathering;
    gathering = NULL;
    if (list && list->count)
        inject(s, list);
}

void sched_timer_set(struct sched *s, struct timer *t, int64_t due)
{
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

static void fire_timers(struct sched *s)
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
    for (unsigned i = 1; i < s->count; i++) {
        struct queue *victim = &s->workers[(thief + i) % s->count].queue;
        size_t there = queue_count(victim);
        if (there < 2)
            continue;
        struct task_list got = {NULL, NULL, 0};
        queue_take(victim, there / 2, &got);
        if (!got.count)
            continue;
        struct worker *w = &s->workers[thief];
        counter_add(&w->stolen, got.count);
        pthread_mutex_lock(&w->queue.mutex);
        list_append(&w->queue.list, &got);
        queue_publish_count(&w->queue);
        pthread_mutex_unlock(&w->queue.mutex);
        return true;
    }
    return false;
}

static bool take_injected(struct sched *s, unsigned index)
{
    size_t there = queue_count(&s->injected);
    if (!there)
        return false;
    size_t share = there / s->count + 1;
    struct task_list got = {NULL, NULL, 0};
    queue_take(&s->injected, share < TAKE_MAX ? share : TAKE_MAX, &got);
    if (!got.count)
        return false;
    if (there > got.count + WAKE_BACKLOG && workers_awake(s) < s->count)
        parking_call(&s->parking);
    struct worker *w = &s->workers[index];
    pthread_mutex_lock(&w->queue.mutex);
    list_append(&w->queue.list, &got);
    queue_publish_count(&w->queue);
    pthread_mutex_unlock(&w->queue.mutex);
    return true;
}

bool sched_queues(struct sched *s, const struct task *t)
{
    for (unsigned i = 0; i <= s->count; i++) {
        struct queue *q = i ? &s->workers[i - 1].queue : &s->injected;
        bool found = false;
        pthread_mutex_lock(&q->mutex);
        for (const struct task *at = q->list.head; at && !found; at = at->next)
            found = at == t;
        pthread_mutex_unlock(&q->mutex);
        if (found)
            return true;
    }
    return false;
}

bool sched_sleeps(struct sched *s)
{
    return parking_all_asleep(&s->parking);
}

static void run_one(struct worker *w, struct task *t)
{
    counter_add(&w->steps, 1);
    if (task_run(t))
        queue_push(&w->queue, t, false);
}

void sched_pause(struct sched *s)
{
    parking_pause(&s->parking);
}

bool sched_paused(struct sched *s)
{
    return !workers_awake(s);
}

bool sched_stands(const struct sched *s)
{
    return atomic_load(&s->parking.pausing) && !atomic_load(&s->parking.awake);
}

void sched_resume(struct sched *s)
{
    parking_resume(&s->parking);
}

// Steps tasks until nothing is to be found; false when the scheduler is stopping.
static bool run_available(struct sched *s, unsigned index, void (*idle)(void *, unsigned),
                          void *arg)
{
    struct worker *w = &s->workers[index];
    for (unsigned budget = 0;;) {
        if (atomic_load_explicit(&s->parking.stopping, memory_order_relaxed))
            return false;
        if (atomic_load_explicit(&s->parking.pausing, memory_order_relaxed))
            parking_wait_out(&s->parking, index);
        struct task *t = queue_pop(&w->queue);
        if (t) {
            run_one(w, t);
            if (++budget % SCHED_BUDGET)
                continue;
            if (idle)
                idle(arg, index);
            fire_timers(s);
            take_injected(s, index);
            continue;
        }
        fire_timers(s);
        if (!queue_count(&w->queue) && !take_injected(s, index) && !steal(s, index))
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
    self_sched = s;
    self_index = (int)index;
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
    self_index = -1;
    self_sched = NULL;
}

void sched_run_until_idle(struct sched *s)
{
    self_sched = s;
    self_index = 0;
    parking_enter(&s->parking, 0);
    run_available(s, 0, NULL, NULL);
    parking_leave(&s->parking);
    self_index = -1;
    self_sched = NULL;
}

void sched_be_worker(struct sched *s, int index)
{
    self_sched = index < 0 ? NULL : s;
    self_index = index;
}

static struct queue *queue_at(struct sched *s, unsigned i)
{
    return i ? &s->workers[i - 1].queue : &s->injected;
}

size_t sched_runnable(struct sched *s)
{
    size_t n = 0;
    for (unsigned i = 0; i <= s->count; i++)
        n += queue_count(queue_at(s, i));
    return n;
}

struct task *sched_peek_nth(struct sched *s, size_t n)
{
    for (unsigned i = 0; i <= s->count; i++) {
        struct queue *q = queue_at(s, i);
        for (struct task *t = q->list.head; t; t = t->next)
            if (!n--)
                return t;
    }
    return NULL;
}

struct task *sched_take_nth(struct sched *s, size_t n)
{
    for (unsigned i = 0; i <= s->count; i++) {
        struct queue *q = queue_at(s, i);
        size_t there = queue_count(q);
        if (n >= there) {
            n -= there;
            continue;
        }
        struct task_list before = {NULL, NULL, 0};
        queue_take(q, n, &before);
        struct task *t = queue_pop(q);
        pthread_mutex_lock(&q->mutex);
        list_append(&before, &q->list);
        q->list = before;
        queue_publish_count(q);
        pthread_mutex_unlock(&q->mutex);
        return t;
    }
    return NULL;
}

void sched_requeue(struct sched *s, struct task *t)
{
    queue_push(&s->workers[0].queue, t, false);
}

void sched_fire_timers(struct sched *s)
{
    fire_timers(s);
}

int64_t sched_first_due(const struct sched *s)
{
    return atomic_load_explicit(&s->parking.first_due, memory_order_relaxed);
}

void sched_stop(struct sched *s)
{
    parking_stop(&s->parking);
}

void sched_stats(struct sched *s, struct sched_stats *out)
{
    *out = (struct sched_stats){.injected = atomic_load(&s->injections)};
    parking_stats(&s->parking, out);
    for (unsigned i = 0; i < s->count; i++) {
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
