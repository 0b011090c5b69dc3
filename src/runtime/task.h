// A task: a stackless piece of work that a worker steps until it is done. A step may return pending
// and be woken later; the caller of task_wake need not know where the task is. One atomic word
// carries the flags and the reference count, after the design diary of senyosimpson/woi, whose
// faults are named tests.
//
// Threads: a step runs on one worker at a time; wake, cancel, ref and unref from any thread.
// Locks: none; a step never blocks its worker.
#ifndef RUNTIME_TASK_H
#define RUNTIME_TASK_H

#include "runtime/timer.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct sched;
struct task;

enum task_result {
    TASK_READY,   // has more to do: goes to the back of the queue
    TASK_PENDING, // waits for a wake; one that came during the step counts
    TASK_DONE,    // never stepped again
};

typedef enum task_result (*task_step_fn)(struct task *t);

struct task {
    _Atomic uint32_t state; // private to task.c
    uint32_t id;            // unique in the process, never 0; for reports
    task_step_fn step;
    void (*release)(struct task *t); // the last reference is gone; may be NULL
    struct sched *sched;
    const char *what;  // what it does, for reports; a string that is never freed
    int result;        // for the joiner; set by the task before it returns TASK_DONE
    struct task *next; // run queue link, private to sched.c
    _Atomic(struct task *) joiner;
    struct timer timer; // for task_wake_at
    bool timed;         // a timer was set since the last clear; only the task's own steps use it
};

enum task_join {
    TASK_JOIN_DONE = 1,    // result is there
    TASK_JOIN_WAITING = 2, // the joining task will be woken
};

// Prepares an embedded task with two references: the scheduler's, given back when it is done, and
// the caller's handle, given back with task_detach or after a join with task_unref.
void task_init(struct task *t, struct sched *sched, task_step_fn step, const char *what,
               void (*release)(struct task *));
void task_spawn(struct task *t); // makes it runnable; once

// Makes a pending task runnable. Waking a task that is queued or done does nothing; waking one that
// runs makes it run once more.
void task_wake(struct task *t);

// Waits for another task: call from a step of `self`; on TASK_JOIN_WAITING return TASK_PENDING. One
// joiner a task. The result stays until the handle is dropped, however late the joiner asks.
enum task_join task_join(struct task *t, struct task *self, int *result);
void task_detach(struct task *t); // drops the caller's handle
void task_cancel(struct task *t); // asks it to end; the task sees task_cancelled at its next step
bool task_cancelled(const struct task *t);
bool task_complete(const struct task *t);
bool task_stepped(const struct task *t); // a worker is in a step of it
bool task_woken(const struct task *t);   // it is SCHEDULED, so it should be in a run queue

void task_ref(struct task *t);
void task_unref(struct task *t);

// Wakes this task at `due_ms` of the scheduler's clock, or later; from a step of the task itself,
// which then returns TASK_PENDING. A second call replaces the first.
void task_wake_at(struct task *t, int64_t due_ms);
void task_wake_never(struct task *t); // takes task_wake_at back

struct task *task_current(void); // the task whose step runs on this thread, or NULL

// For sched.c: runs one step. True when the task must be queued again.
bool task_run(struct task *t);

#endif
