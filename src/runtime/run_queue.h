// A run queue: tasks that wait for a step, behind a mutex.
//
// Threads: any. `count` may be read without the mutex, to skip queues that are empty.
#ifndef RUNTIME_RUN_QUEUE_H
#define RUNTIME_RUN_QUEUE_H

#include "runtime/task_list.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

struct run_queue {
    pthread_mutex_t mutex;
    struct task_list list; // under the mutex
    _Atomic size_t count;  // equals list.count whenever the mutex is free
};

void run_queue_init(struct run_queue *q);
void run_queue_fini(struct run_queue *q); // it must be empty

static inline size_t run_queue_count(struct run_queue *q)
{
    return atomic_load_explicit(&q->count, memory_order_relaxed);
}

void run_queue_push(struct run_queue *q, struct task *t, bool front);
struct task *run_queue_pop(struct run_queue *q); // NULL: it is empty
// Moves all of `list` to the end of the queue.
void run_queue_append(struct run_queue *q, struct task_list *list);
// Moves up to `most` tasks from the front of the queue to the end of `out`.
void run_queue_take(struct run_queue *q, size_t most, struct task_list *out);
// The n-th task of the queue, counted from its front; NULL when there are fewer. peek leaves it
// there.
struct task *run_queue_peek_nth(struct run_queue *q, size_t n);
struct task *run_queue_take_nth(struct run_queue *q, size_t n);
bool run_queue_has(struct run_queue *q, const struct task *t);

#endif
