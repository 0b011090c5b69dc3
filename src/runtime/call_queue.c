// A list behind a mutex; the loop takes the whole list at once.
#include "runtime/call_queue.h"

#include "util/mem.h"

#include <assert.h>
#include <stdlib.h>

struct call {
    struct call *next;
    void (*fn)(void *arg);
    void *arg;
};

void call_queue_init(struct call_queue *q)
{
    pthread_mutex_init(&q->mutex, NULL);
    q->first = q->last = NULL;
    atomic_init(&q->count, 0);
}

void call_queue_fini(struct call_queue *q)
{
    assert(!q->first);
    pthread_mutex_destroy(&q->mutex);
}

void call_queue_add(struct call_queue *q, void (*fn)(void *arg), void *arg)
{
    assert(fn);
    struct call *c = mem_new(struct call);
    *c = (struct call){.fn = fn, .arg = arg};
    pthread_mutex_lock(&q->mutex);
    if (q->last)
        q->last->next = c;
    else
        q->first = c;
    q->last = c;
    atomic_fetch_add_explicit(&q->count, 1, memory_order_relaxed);
    pthread_mutex_unlock(&q->mutex);
}

void call_queue_run(struct call_queue *q)
{
    if (!call_queue_waits(q))
        return; // a call that is being added now is followed by a wake of the loop
    pthread_mutex_lock(&q->mutex);
    struct call *c = q->first;
    q->first = q->last = NULL;
    atomic_store_explicit(&q->count, 0, memory_order_relaxed);
    pthread_mutex_unlock(&q->mutex);
    for (struct call *next; c; c = next) {
        next = c->next;
        c->fn(c->arg);
        free(c);
    }
}
