// Calls that one thread asks another for: the queue belongs to one loop, any thread adds to it, and
// the loop's thread runs what has come, in the order in which it came.
//
// Threads: call_queue_add on any; call_queue_run on the one that the queue belongs to. A mutex is
// held while a call is added or taken, not while it runs. The adder wakes the loop.
#ifndef RUNTIME_CALL_QUEUE_H
#define RUNTIME_CALL_QUEUE_H

#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>

struct call;

struct call_queue {
    pthread_mutex_t mutex;
    struct call *first, *last;
    _Atomic size_t count; // of calls that wait
};

void call_queue_init(struct call_queue *q);
void call_queue_fini(struct call_queue *q); // no call waits
// fn(arg) will be called; what `arg` points to is fn's from then on.
void call_queue_add(struct call_queue *q, void (*fn)(void *arg), void *arg);
// Runs the calls that waited when it began.
void call_queue_run(struct call_queue *q);
// Does a call wait?
static inline size_t call_queue_waits(const struct call_queue *q)
{
    return atomic_load_explicit(&q->count, memory_order_relaxed);
}

#endif
