// Run queues, stealing, sleeping and timers. Each worker has a list behind a mutex that it rarely
// shares; other threads inject into one list. A worker that finds nothing sleeps on a condition; one
// sleeper, the keeper, wakes by itself for the next timer. Knows nothing of worlds, sockets or libuv.
#include "runtime/sched.h"

#include "runtime/control.h"
#include "runtime/task.h"
#include "util/clock.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

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
    _Atomic bool stopping;
    _Atomic unsigned awake;
    _Atomic int64_t first_due; // of the timers; INT64_MAX when there is none

    pthread_mutex_t mutex; // below here
    pthread_cond_t cond;
    unsigned sleepers, signals;
    bool keeper;
    _Atomic bool pausing;       // set under the mutex; workers look before each step
    pthread_cond_t resumed;     // where those wait who found it set
    struct timer_heap timers;

    int64_t (*now)(void *);
    void *now_arg;
    struct worker workers[];
};

static _Thread_local struct sched *self_sched;
static _Thread_local int self_index = -1;
static _Thread_local struct task_list *gathering;

static int64_t monotonic(void *arg)
{
    (void)arg;
    return clock_mono_ms();
}

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
        abort();
    memset(s, 0, size);
    s->count = workers;
    s->now = monotonic;
    atomic_init(&s->first_due, INT64_MAX);
    queue_init(&s->injected);
    for (unsigned i = 0; i < workers; i++)
        queue_init(&s->workers[i].queue);
    pthread_mutex_init(&s->mutex, NULL);
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&s->cond, &attr);
    pthread_condattr_destroy(&attr);
    pthread_cond_init(&s->resumed, NULL);
    return s;
}

static void drop_queue(struct sched *s, struct queue *q)
{
    for (struct task *t; (t = queue_pop(q));) {
        timer_clear(&s->timers, &t->timer);
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
    for (struct timer *t; (t = timer_first(&s->timers));) {
        timer_clear(&s->timers, t);
        task_unref(t->owner);
    }
    for (unsigned i = 0; i < s->count; i++)
        pthread_mutex_destroy(&s->workers[i].queue.mutex);
    pthread_mutex_destroy(&s->injected.mutex);
    pthread_mutex_destroy(&s->mutex);
    pthread_cond_destroy(&s->cond);
    pthread_cond_destroy(&s->resumed);
    timer_heap_fini(&s->timers);
    free(s);
}

unsigned sched_workers(const struct sched *s)
{
    return s->count;
}

void sched_clock(struct sched *s, int64_t (*now)(void *), void *arg)
{
    s->now = now;
    s->now_arg = arg;
}

int64_t sched_now(const struct sched *s)
{
    return s->now(s->now_arg);
}

int sched_worker_index(void)
{
    return self_index;
}

static void wake_one(struct sched *s)
{
    pthread_mutex_lock(&s->mutex);
    if (s->sleepers > s->signals) {
        s->signals++;
        pthread_cond_signal(&s->cond);
    }
    pthread_mutex_unlock(&s->mutex);
}

static void inject(struct sched *s, struct task_list *list)
{
    size_t count = list->count;
    pthread_mutex_lock(&s->injected.mutex);
    list_append(&s->injected.list, list);
    queue_publish_count(&s->injected);
    pthread_mutex_unlock(&s->injected.mutex);
    atomic_fetch_add_explicit(&s->injections, count, memory_order_relaxed);
    unsigned awake = atomic_load(&s->awake);
    if (awake == 0 || (awake < s->count && count > WAKE_BACKLOG))
        wake_one(s);
}

void sched_push(struct sched *s, struct task *t)
{
    uint32_t id = t->id;
    if (self_sched == s && self_index >= 0) {
        struct worker *w = &s->workers[self_index];
        queue_push(&w->queue, t, w->run_next);
        if (queue_count(&w->queue) > WAKE_BACKLOG && atomic_load(&s->awake) < s->count)
            wake_one(s);
    } else if (gathering) {
        list_push(gathering, t, false);
    } else {
        struct task_list one = {NULL, NULL, 0};
        list_push(&one, t, false);
        inject(s, &one);
    }
    control_point(CONTROL_POST, id);
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

static void publish_first_due(struct sched *s)
{
    struct timer *first = timer_first(&s->timers);
    atomic_store_explicit(&s->first_due, first ? first->due : INT64_MAX, memory_order_relaxed);
}

void sched_timer_set(struct sched *s, struct timer *t, int64_t due)
{
    pthread_mutex_lock(&s->mutex);
    int64_t before = atomic_load_explicit(&s->first_due, memory_order_relaxed);
    timer_set(&s->timers, t, due);
    publish_first_due(s);
    // While any worker is awake it sees the new time before it sleeps.
    if (due < before && !atomic_load(&s->awake))
        pthread_cond_broadcast(&s->cond);
    pthread_mutex_unlock(&s->mutex);
}

void sched_timer_clear(struct sched *s, struct timer *t)
{
    pthread_mutex_lock(&s->mutex);
    timer_clear(&s->timers, t);
    publish_first_due(s);
    pthread_mutex_unlock(&s->mutex);
}

size_t sched_timers(struct sched *s)
{
    pthread_mutex_lock(&s->mutex);
    size_t n = s->timers.count;
    pthread_mutex_unlock(&s->mutex);
    return n;
}

static void fire_timers(struct sched *s)
{
    if (atomic_load_explicit(&s->first_due, memory_order_relaxed) == INT64_MAX)
        return;
    int64_t now = sched_now(s);
    if (atomic_load_explicit(&s->first_due, memory_order_relaxed) > now)
        return;
    pthread_mutex_lock(&s->mutex);
    struct timer *t;
    while ((t = timer_pop_due(&s->timers, now))) {
        // A task that ends clears its timer under this mutex first, so it is still there.
        struct task *task = t->owner;
        task_ref(task);
        pthread_mutex_unlock(&s->mutex);
        task_wake(task);
        task_unref(task);
        pthread_mutex_lock(&s->mutex);
    }
    publish_first_due(s);
    pthread_mutex_unlock(&s->mutex);
}

static void count(_Atomic uint64_t *counter, uint64_t n)
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
        count(&w->stolen, got.count);
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
    if (there > got.count + WAKE_BACKLOG && atomic_load(&s->awake) < s->count)
        wake_one(s);
    struct worker *w = &s->workers[index];
    pthread_mutex_lock(&w->queue.mutex);
    list_append(&w->queue.list, &got);
    queue_publish_count(&w->queue);
    pthread_mutex_unlock(&w->queue.mutex);
    return true;
}

static void run_one(struct worker *w, struct task *t)
{
    count(&w->steps, 1);
    if (task_run(t))
        queue_push(&w->queue, t, false);
}

static void wait_out_pause(struct sched *s)
{
    pthread_mutex_lock(&s->mutex);
    atomic_fetch_sub(&s->awake, 1);
    while (s->pausing)
        pthread_cond_wait(&s->resumed, &s->mutex);
    atomic_fetch_add(&s->awake, 1);
    pthread_mutex_unlock(&s->mutex);
}

void sched_pause(struct sched *s)
{
    pthread_mutex_lock(&s->mutex);
    s->pausing = true;
    pthread_mutex_unlock(&s->mutex);
}

bool sched_paused(struct sched *s)
{
    return !atomic_load(&s->awake);
}

bool sched_stands(const struct sched *s)
{
    return atomic_load(&s->pausing) && !atomic_load(&s->awake);
}

void sched_resume(struct sched *s)
{
    pthread_mutex_lock(&s->mutex);
    s->pausing = false;
    pthread_cond_broadcast(&s->resumed);
    pthread_mutex_unlock(&s->mutex);
    // Whoever was woken meanwhile for what was injected may have gone to wait here instead.
    if (atomic_load(&s->injected.count))
        wake_one(s);
}

// Steps tasks until nothing is to be found; false when the scheduler is stopping.
static bool run_available(struct sched *s, unsigned index, void (*idle)(void *, unsigned),
                          void *arg)
{
    struct worker *w = &s->workers[index];
    for (unsigned budget = 0;;) {
        if (atomic_load_explicit(&s->stopping, memory_order_relaxed))
            return false;
        if (atomic_load_explicit(&s->pausing, memory_order_relaxed))
            wait_out_pause(s);
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

static bool work_waits(struct sched *s, unsigned index)
{
    if (atomic_load(&s->injected.count) || atomic_load(&s->workers[index].queue.count) ||
        atomic_load(&s->stopping))
        return true;
    int64_t due = atomic_load_explicit(&s->first_due, memory_order_relaxed);
    return due != INT64_MAX && due <= sched_now(s);
}

static void wait_for_work(struct sched *s)
{
    bool keeper = !s->keeper && s->timers.count;
    if (!keeper) {
        pthread_cond_wait(&s->cond, &s->mutex);
        return;
    }
    s->keeper = true;
    int64_t wait = timer_first(&s->timers)->due - sched_now(s);
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    if (wait > 0) {
        until.tv_sec += wait / 1000;
        until.tv_nsec += wait % 1000 * 1000000;
        if (until.tv_nsec >= 1000000000) {
            until.tv_sec++;
            until.tv_nsec -= 1000000000;
        }
        pthread_cond_timedwait(&s->cond, &s->mutex, &until);
    }
    s->keeper = false;
}

static void worker_sleep(struct sched *s, unsigned index)
{
    count(&s->workers[index].sleeps, 1);
    pthread_mutex_lock(&s->mutex);
    s->sleepers++;
    atomic_fetch_sub(&s->awake, 1);
    while (!work_waits(s, index)) {
        wait_for_work(s);
        if (s->signals) {
            s->signals--;
            break;
        }
    }
    s->sleepers--;
    if (s->signals > s->sleepers)
        s->signals = s->sleepers;
    atomic_fetch_add(&s->awake, 1);
    pthread_mutex_unlock(&s->mutex);
}

void sched_worker_run(struct sched *s, unsigned index, void (*idle)(void *, unsigned), void *arg)
{
    self_sched = s;
    self_index = (int)index;
    atomic_fetch_add(&s->awake, 1);
    while (run_available(s, index, idle, arg)) {
        if (idle)
            idle(arg, index);
        worker_sleep(s, index);
    }
    if (idle)
        idle(arg, index);
    atomic_fetch_sub(&s->awake, 1);
    self_index = -1;
    self_sched = NULL;
}

void sched_run_until_idle(struct sched *s)
{
    self_sched = s;
    self_index = 0;
    atomic_fetch_add(&s->awake, 1);
    run_available(s, 0, NULL, NULL);
    atomic_fetch_sub(&s->awake, 1);
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
    return atomic_load_explicit(&s->first_due, memory_order_relaxed);
}

void sched_stop(struct sched *s)
{
    atomic_store(&s->stopping, true);
    pthread_mutex_lock(&s->mutex);
    pthread_cond_broadcast(&s->cond);
    pthread_mutex_unlock(&s->mutex);
}

void sched_stats(struct sched *s, struct sched_stats *out)
{
    *out = (struct sched_stats){.injected = atomic_load(&s->injections),
                                .timers = sched_timers(s)};
    for (unsigned i = 0; i < s->count; i++) {
        out->steps += s->workers[i].steps;
        out->stolen += s->workers[i].stolen;
        out->sleeps += s->workers[i].sleeps;
    }
}
