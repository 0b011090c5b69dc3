// The scheduler: a run queue for each worker, one queue into which other threads inject, stealing
// between workers, and timers. It makes no threads; the engine runs sched_worker_run on its own.
//
// A thread that has other work than tasks, such as the one that runs a loop, may step tasks now and
// then as a guest: it has a slot with a run queue, as a worker has, but never sleeps here, fires no
// timers, and hands what its budget does not reach to the workers before it leaves.
//
// Threads: sched_push and the timer functions from any thread.
// Fairness: a worker looks at the injected tasks and the timers after at most SCHED_BUDGET steps,
// so a task that wakes itself for ever starves nobody; a guest stops when its budget is used up.
#ifndef RUNTIME_SCHED_H
#define RUNTIME_SCHED_H

#include "runtime/timer.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    SCHED_BUDGET = 61,
    SCHED_WORKERS_MAX = 64,
    SCHED_GUESTS_MAX = 64,
    SCHED_LONG_US = 1000, // a guest avoids tasks whose steps use more of its processor than this
    SCHED_DELAY_MS = 100, // a timer that fires later than this after its time is counted
    SCHED_UNTAKEN_MS =
        1000, // so is a wake whose worker is still not up this long after it was noticed
};

struct sched;
struct task;
struct task_list;

struct sched *sched_new(unsigned workers, unsigned guests);
// To be called after all workers have returned. Drops the references to tasks that are queued or
// wait for a timer.
void sched_free(struct sched *s);
unsigned sched_workers(const struct sched *s); // without the guests
// Workers and guests: sched_worker_index is below this.
unsigned sched_slots(const struct sched *s);

// The clock that timers are measured against; milliseconds. Default: monotonic. Set before use. One
// that is not the machine's own, or frozen by util/clock, may jump at any time.
void sched_clock(struct sched *s, int64_t (*now)(void *), void *arg);
int64_t sched_now(const struct sched *s);

// Runs tasks on this thread as worker `index` until sched_stop; each index once at a time.
// `idle` (may be NULL) is called with `arg` whenever the worker is about to sleep and after every
// SCHED_BUDGET steps: the place to hand on what the steps have gathered.
void sched_worker_run(struct sched *s, unsigned index, void (*idle)(void *arg, unsigned index),
                      void *arg);
// Runs tasks on this thread, as worker 0, until nothing is runnable; for start-up and tests.
void sched_run_until_idle(struct sched *s);
void sched_stop(struct sched *s); // workers return after their current step

// The slot of the worker that runs on this thread, or of the guest while it does (the number of
// workers and its own number); -1 elsewhere.
int sched_worker_index(void);
bool sched_is_guest(void); // does this thread run tasks as a guest now?

// What a guest may use of its time. The fields change as it is used.
struct sched_budget {
    size_t tasks;  // so many steps; 0: none
    int64_t until; // none begins after this moment; as clock_step_ns
    size_t share;  // with more tasks waiting than this a sleeping worker is woken; 0: none is
};
// Steps the tasks of `list`, and those that are woken meanwhile by the steps, on this thread as
// guest `guest`; each guest once at a time, and never from within a step. Whatever is left when the
// budget is used up, or when the scheduler is to pause or stop, is injected for the workers; so are
// tasks whose last steps on this guest took longer than SCHED_LONG_US, for a while. It never waits.
// The list is empty afterwards. Returns the number of steps.
size_t sched_guest_run(struct sched *s, unsigned guest, struct task_list *list,
                       struct sched_budget *budget);

// For task.c: queues a task that task_wake has marked. On a worker to the back of its own queue,
// elsewhere injected.
void sched_push(struct sched *s, struct task *t);
// Wakes a task like task_wake; on a worker it runs next there. For the hand-over of a lock: the
// room that the releasing task has warmed is used at once.
void sched_wake_next(struct sched *s, struct task *t);
// Is the task in one of the run queues? For the search for lost tasks. Takes the queues' mutexes in
// turn, so a task that is being moved from one queue to another may be missed.
bool sched_queues(struct sched *s, const struct task *t);
// Does every worker sleep, though sched_pause has not stopped them, and is no guest at work? Never
// when there are no workers.
bool sched_sleeps(struct sched *s);
// The step that a slot is in, as far as another thread can say; false: in none.
struct sched_step {
    uint64_t number; // of the step among those of the slot
    const char *what;
    uint32_t task;
};
bool sched_step_of(const struct sched *s, unsigned slot, struct sched_step *out);
// From now until sched_gather_end, tasks woken on this thread (not a worker) are gathered in `list`
// and injected together: one lock and at most one wake-up for a whole turn of the loop.
void sched_gather_begin(struct sched *s, struct task_list *list);
void sched_gather_end(struct sched *s);
// Ends the gathering too, but leaves the tasks in the list, for sched_guest_run.
void sched_gather_keep(struct sched *s);

void sched_timer_set(struct sched *s, struct timer *t, int64_t due); // t->owner is a task
void sched_timer_clear(struct sched *s, struct timer *t);
size_t sched_timers(struct sched *s);

// Pausing: after sched_pause no worker or guest begins a step; once sched_paused is true none is in
// one, and the caller sees what they have written. Other threads of the process go on:
// timers fall due and tasks are woken, to run after sched_resume. One thread at a time.
void sched_pause(struct sched *s);
// Has the pause that was asked for been reached? No task is stepped until sched_resume.
bool sched_stands(const struct sched *s);
bool sched_paused(struct sched *s);
void sched_resume(struct sched *s);

// For the explorer, whose threads are every worker in turn, one at a time: be worker `index` on
// this thread (-1: none); the number of runnable tasks; look at or take out the n-th of them, in
// the order of the queues; queue a task again; wake the tasks whose timers are due; when the first
// timer is due (INT64_MAX: none).
void sched_be_worker(struct sched *s, int index);
size_t sched_runnable(struct sched *s);
struct task *sched_peek_nth(struct sched *s, size_t n);
struct task *sched_take_nth(struct sched *s, size_t n);
void sched_requeue(struct sched *s, struct task *t); // a task whose step returned TASK_READY
void sched_fire_timers(struct sched *s);
int64_t sched_first_due(const struct sched *s);

// `late`, `unkept` and `untaken` are the scheduler's own faults: always 0 unless it has one. Delays
// by a busy or suspended machine, or by a long step, count in `delayed` alone. All of them are
// measured by the machine's clock, also where the scheduler's clock is another (sched_clock).
struct sched_stats {
    uint64_t steps, stolen, injected, sleeps, timers;
    uint64_t delayed;   // timers that fired more than SCHED_DELAY_MS late
    uint64_t delay_max; // the worst delay in ms
    uint64_t late;      // of these, timers that a sleeper had not been asked to get up for
    uint64_t unkept;    // how often every sleeper was found to sleep past the first timer
    uint64_t wakes;     // calls to sleeping workers
    uint64_t untaken;   // of these, calls not taken within SCHED_UNTAKEN_MS, pauses excluded
};
void sched_stats(struct sched *s, struct sched_stats *out);
// For frequent checks: the sum of `late`, `unkept` and `untaken`; `delayed`.
uint64_t sched_faults(const struct sched *s);
uint64_t sched_delayed(const struct sched *s);

#endif
