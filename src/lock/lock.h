// World locks are task locks. A task that must wait is parked in the lock's queue and gets the lock
// handed over, first come first served; a worker thread never blocks on one.
//
// Modes: exclusive, and shared for read-mostly state that everyone uses (who is on). A waiting
// exclusive request holds back later shared ones, so nobody starves.
// Threads: any; the short latch inside covers the queue only and is never held across other code.
#ifndef LOCK_LOCK_H
#define LOCK_LOCK_H

#include "util/site.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct lockset;
struct place;
struct task;

enum lock_mode { LOCK_SHARED, LOCK_EXCLUSIVE };

enum lock_outcome {
    LOCK_HELD = 1,
    LOCK_PARKED = 2, // the waiter is queued; its task is woken when it holds the lock
};

// One request in a lock's queue; embedded in the lock set that waits.
struct lock_waiter {
    struct lock_waiter *next;
    struct task *task;
    uint32_t owner; // lock set id
    enum lock_mode mode;
    _Atomic bool granted;
    const struct lockset *waiting_set; // it does not change while it is queued
    const struct site *site;           // who asked for the lock
};

struct lock {
    _Atomic uint32_t state;  // latch, waiters, exclusive, count of shared holders
    uint32_t id;             // locks are taken in ascending order of it; never reused
    uint32_t slot;           // its number among the locks that exist, for tables; used again
    _Atomic uint32_t holder; // lock set that holds it exclusively, 0 otherwise
    _Atomic uint64_t ticket; // how often it was granted: the total order of its holders
    struct lock_waiter *first, *last; // under the latch
    struct place *place;              // whose inventory it protects; NULL for shared state
    const char *label;                // for locks without a place
};
_Static_assert(sizeof(struct lock) <= 64, "a lock fits into one line of the cache");

// Ids ascend in the order of initialisation; a world built in the same order has the same ids.
void lock_init(struct lock *l, struct place *place, const char *label);
void lock_fini_at(struct lock *l, const struct site *at); // no task holds it or waits for it
// To be called when all workers have stopped, perhaps with tasks in their queues that hold locks,
// or when a checker has reported a violation, which is to end the program with its own exit status:
// from now on a lock may be destroyed while it is held.
void lock_abandon(void);
#define lock_fini(l) lock_fini_at((l), SITE)

__attribute__((warn_unused_result)) enum lock_outcome lock_acquire(struct lock *l,
                                                                   struct lock_waiter *w);
void lock_release_at(struct lock *l, enum lock_mode mode, const struct site *at);
#define lock_release(l, mode) lock_release_at((l), (mode), SITE)
bool lock_held(const struct lock *l); // by any task; for reports and tests

// For consoles and the watchdog. lock_each holds a mutex that creating and destroying locks needs,
// lock_visit the latch of the queue: `fn` must be short and wait for nothing. While a waiter is
// visited it stays queued, so its lock set does not change.
void lock_each(void (*fn)(struct lock *l, void *arg), void *arg);
void lock_visit(struct lock *l, void (*fn)(const struct lock_waiter *w, void *arg), void *arg);
// --big-lock: from now on every lock set takes this one lock in place of any other. To be called
// before any worker runs.
void lock_use_big(void);
struct lock *lock_effective(struct lock *l);

#endif
