// Where workers sleep, and the timers they sleep for: which workers are asleep, which of them keeps
// the timers, which has been called, and whether all are paused. For sched.c and guest.c only.
//
// Threads: any, by the mutex; atomic members may be read without it. Units: milliseconds of the
// scheduler's clock.
#ifndef RUNTIME_PARKING_H
#define RUNTIME_PARKING_H

#include "runtime/sched.h"
#include "runtime/timer.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct parking_bay {
    pthread_cond_t cond;
    // When the worker gets up by itself; INT64_MAX: never, INT64_MIN: it is about to look again.
    int64_t until;
    // When another thread first saw that the worker had been called; ms of the machine's monotonic
    // clock, 0: not yet.
    int64_t called_since;
};

struct parking {
    pthread_mutex_t mutex;
    unsigned count;
    _Atomic unsigned awake;    // workers that may be in a step; changed under the mutex
    _Atomic unsigned guests;   // guests that may be in a step; changed under the mutex
    _Atomic bool pausing;      // set under the mutex; workers look before each step
    _Atomic bool stopping;     // set under the mutex; workers look before each step
    _Atomic int64_t first_due; // of the timers; INT64_MAX when there is none

    // The members from here on are accessed under the mutex. One bit for each worker that sleeps
    // and was not called, and one for each that was called and is not up yet.
    uint64_t idle, called;
    int keeper; // the sleeping worker that waits for the first timer, -1 none
    struct timer_heap timers;
    int64_t (*now)(void *); // NULL: the machine's monotonic clock
    void *now_arg;
    uint64_t wakes;    // calls given
    int64_t unkept_at; // the last time that (K) did not hold
    int64_t delay_max;
    _Atomic uint64_t delayed, late, unkept, untaken; // see sched_stats; changed under the mutex
    struct parking_bay bays[SCHED_WORKERS_MAX];
};

void parking_init(struct parking *p, unsigned workers);
void parking_fini(struct parking *p);
int64_t parking_now(const struct parking *p);

// A worker begins or ends; it waits until nothing is paused before it begins.
void parking_enter(struct parking *p, unsigned index);
void parking_leave(struct parking *p);
// Sleeps until it is called, a timer is due, the scheduler stops or there is work: `has_work` is
// asked under the mutex, after this worker has counted itself out.
void parking_sleep(struct parking *p, unsigned index, bool (*has_work)(void *arg, unsigned index),
                   void *arg);
// A guest begins to run tasks, unless there is a pause or a stop (false), or has ended. It counts
// for pauses only: nobody may rely on it to look for work.
bool parking_guest_enter(struct parking *p);
void parking_guest_leave(struct parking *p);
// Does every worker sleep, with none called, no guest at work and no pause under way?
bool parking_all_asleep(struct parking *p);
void parking_call(struct parking *p); // wakes a sleeping worker, if there is one

void parking_pause(struct parking *p);
void parking_wait_out(struct parking *p, unsigned index); // by a worker that finds it paused
void parking_resume(struct parking *p);
void parking_stop(struct parking *p);

void parking_timer_set(struct parking *p, struct timer *t, int64_t due);
void parking_timer_clear(struct parking *p, struct timer *t);
bool parking_timer_due(const struct parking *p, int64_t *now);
// The next task whose time has come, with a reference for the caller, or NULL.
struct task *parking_timer_take(struct parking *p, int64_t now);

void parking_stats(struct parking *p, struct sched_stats *out);
// Late, unkept and untaken in one; without the mutex.
uint64_t parking_faults(const struct parking *p);

#endif
