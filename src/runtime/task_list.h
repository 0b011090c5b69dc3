// A list of tasks that wait for a step, linked through task.next: a run queue, or the tasks that a
// thread gathers to inject together. The list takes no references: it relies on the scheduler's.
// Threads: one at a time; a run queue (runtime/run_queue.h) keeps its list behind a mutex.
#ifndef RUNTIME_TASK_LIST_H
#define RUNTIME_TASK_LIST_H

#include "runtime/task.h"

#include <stdbool.h>
#include <stddef.h>

struct task_list {
    struct task *head, *tail;
    size_t count;
};

static inline void task_list_push(struct task_list *l, struct task *t, bool front)
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

// NULL: the list is empty.
static inline struct task *task_list_pop(struct task_list *l)
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

// Moves all of `from` to the end of `to`.
static inline void task_list_append(struct task_list *to, struct task_list *from)
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

#endif
