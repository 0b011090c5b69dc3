// Tasks that wait for a lock, or were given one and have not run since: who gave it to them, where.
// And how often each lock was waited for. Written by hooks of waiting (lock/wait_hooks.h), so
// nothing is known of waits that began before sleepers_watch.
//
// Threads: any. Each lock has a short latch here, which is held round no other code but that of
// sleepers_visit.
#ifndef CONSOLE_SLEEPERS_H
#define CONSOLE_SLEEPERS_H

#include "lock/lock.h"

// Which task released a lock to the task that waited for it.
struct sleepers_gift {
    uint32_t owner;           // lock set id of the giver; 0: none
    const char *what, *actor; // its command, and for whom; never freed, may be NULL
    const struct site *site;  // where it released the lock
};

struct sleeper {
    struct sleeper *next;
    struct lock_waiter *waiter; // stays as it is while the sleeper is in the list
    uint64_t number;            // in the order in which tasks were queued
    bool handed;                // it holds the lock, since `gift`
    struct sleepers_gift gift;
    // For lost_wake.c: since when no worker is going to step its task, in ms; 0: a worker is.
    int64_t missed;
};

// Begins to watch; before any task runs. It is never ended.
void sleepers_watch(void);

// Calls `fn`, which must be short and wait for nothing, for each sleeper of the lock; `queued`: it
// was in the queue of the lock a moment ago, or entered it since.
void sleepers_visit(struct lock *l, void (*fn)(struct sleeper *s, bool queued, void *arg),
                    void *arg);

struct sleepers_counts {
    uint32_t waits, handoffs; // requests that were queued; waiters that were given the lock
    uint32_t retries;         // commands that released the lock to lock other things
};
struct sleepers_counts sleepers_counts(const struct lock *l);

#endif
