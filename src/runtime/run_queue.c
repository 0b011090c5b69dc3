// The mutex is held for a few instructions only, except in run_queue_has and the functions for the
// explorer, which walk the list.
#include "runtime/run_queue.h"

#include <assert.h>

void run_queue_init(struct run_queue *q)
{
    pthread_mutex_init(&q->mutex, NULL);
}

void run_queue_fini(struct run_queue *q)
{
    assert(!q->list.count);
    pthread_mutex_destroy(&q->mutex);
}

static void run_queue_publish_count(struct run_queue *q)
{
    // Sequentially consistent: a worker that goes to sleep counts itself out and then looks here.
    atomic_store(&q->count, q->list.count);
}

void run_queue_push(struct run_queue *q, struct task *t, bool front)
{
    assert(t);
    pthread_mutex_lock(&q->mutex);
    task_list_push(&q->list, t, front);
    run_queue_publish_count(q);
    pthread_mutex_unlock(&q->mutex);
}

struct task *run_queue_pop(struct run_queue *q)
{
    if (!run_queue_count(q))
        return NULL;
    pthread_mutex_lock(&q->mutex);
    struct task *t = task_list_pop(&q->list);
    run_queue_publish_count(q);
    pthread_mutex_unlock(&q->mutex);
    return t;
}

void run_queue_append(struct run_queue *q, struct task_list *list)
{
    pthread_mutex_lock(&q->mutex);
    task_list_append(&q->list, list);
    run_queue_publish_count(q);
    pthread_mutex_unlock(&q->mutex);
}

void run_queue_take(struct run_queue *q, size_t most, struct task_list *out)
{
    pthread_mutex_lock(&q->mutex);
    while (most-- && q->list.head)
        task_list_push(out, task_list_pop(&q->list), false);
    run_queue_publish_count(q);
    pthread_mutex_unlock(&q->mutex);
}

struct task *run_queue_peek_nth(struct run_queue *q, size_t n)
{
    struct task *found = NULL;
    pthread_mutex_lock(&q->mutex);
    for (struct task *t = q->list.head; t && !found; t = t->next)
        if (!n--)
            found = t;
    pthread_mutex_unlock(&q->mutex);
    return found;
}

struct task *run_queue_take_nth(struct run_queue *q, size_t n)
{
    struct task_list before = {NULL, NULL, 0};
    struct task *found = NULL;
    pthread_mutex_lock(&q->mutex);
    if (n < q->list.count) {
        while (n--)
            task_list_push(&before, task_list_pop(&q->list), false);
        found = task_list_pop(&q->list);
        task_list_append(&before, &q->list);
        q->list = before;
        run_queue_publish_count(q);
    }
    pthread_mutex_unlock(&q->mutex);
    return found;
}

bool run_queue_has(struct run_queue *q, const struct task *t)
{
    bool found = false;
    pthread_mutex_lock(&q->mutex);
    for (const struct task *at = q->list.head; at && !found; at = at->next)
        found = at == t;
    pthread_mutex_unlock(&q->mutex);
    return found;
}
