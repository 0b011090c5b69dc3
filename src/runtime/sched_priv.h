// The inside of the scheduler, for sched.c, guest.c and sched_explore.c.
#ifndef RUNTIME_SCHED_PRIV_H
#define RUNTIME_SCHED_PRIV_H

#include "runtime/parking.h"
#include "runtime/run_queue.h"
#include "runtime/sched.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

// The slot of a worker or of a guest.
struct worker {
    struct run_queue queue;
    bool run_next; // where sched_push puts a task while sched_wake_next is on the stack
    size_t share;  // with more tasks than this in the queue another worker is woken
    // Written by its thread, read for reports. The task that is in a step, and what it does; NULL:
    // none is.
    _Atomic uint64_t steps, stolen, sleeps;
    _Atomic uint32_t task;
    _Atomic(const char *) what;
} __attribute__((aligned(64)));

struct guest;

struct sched {
    unsigned count;       // workers
    unsigned slots;       // workers, and then guests
    struct guest *guests; // guest.c has them
    struct run_queue injected;
    _Atomic uint64_t injections;
    struct parking parking;
    struct worker workers[];
};

// The scheduler and the slot of the worker or guest that runs on this thread; NULL and -1
// elsewhere.
extern _Thread_local struct sched *sched_self;
extern _Thread_local int sched_self_index;

struct guest *guests_new(unsigned count);          // NULL: there are none
void sched_step(struct worker *w, struct task *t); // one step, by the thread of that slot
void sched_inject(struct sched *s, struct task_list *list);
unsigned sched_awake(struct sched *s); // workers that are awake

#endif
