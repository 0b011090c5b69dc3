// World locks are task locks. A task that must wait is parked in the lock's queue and gets the lock
// handed over, first come first served; a worker thread never blocks on one.
//
// Modes: exclusive, and shared for read-mostly state that everyone uses (who is on). A waiting
// exclusive request holds back later shared ones, so nobody starves.
// Threads: any; the short latch inside covers the queue only and is never held across other code.
#ifndef LOCK_LOCK_H
#define LOCK_LOCK_H

#include "lock/site.h"

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
    LOCK_PARKED = 2, // the waiter is queued; its task is woken when the lock is its own
};

// Who gave a lock to one that waited for it.
struct lock_gift {
    uint32_t owner; // lock set id of the giver
    const char *what, *actor; // its command, and for whom; never freed, may be NULL
    const struct site *site;  // where it released the lock
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
    // From when it is queued until its task goes on it is in the lock's list of sleepers. All under the latch.
    struct lock_waiter *sleeper_next, *sleeper_prev;
    bool sleeps, handed;   // it is in that list; the lock is its own, since `gift`
    struct lock_gift gift;
    int64_t missed; // the watchdog's: since when nobody is about to step its task, in ms; 0: not so
    // The checker's: the lock was given to it, by whoever gave it; though it was not free.
    bool given, given_twice;
};

struct lock {
    _Atomic uint32_t state;  // latch, waiters, exclusive, count of shared holders
    uint32_t id;             // locks are taken in ascending order of it; never reused
    _Atomic uint32_t holder; // lock set that holds it exclusively, 0 otherwise
    _Atomic uint32_t waits, handoffs, retries; // for reports; retries are counted by lock sets
    _Atomic uint64_t ticket; // how often it was granted: the total order of its holders
    struct lock_waiter *first, *last; // under the latch
    struct lock_waiter *_Atomic sleepers; // were queued and have not gone on; changed under the latch
    uint64_t changed; // see lockset_note_change; whoever holds it, exclusively to write
    struct place *place;              // whose inventory it protects; NULL for shared state
    const char *label;                // for locks without a place
    const char *_Atomic holder_what;  // the holder's command, kept when the checker is on
    const char *_Atomic holder_actor; // … and for whom; may be NULL
    const struct site *_Atomic holder_site;
    _Atomic uint32_t traced; // the recording that knows its name; trace.c's
    _Atomic uint64_t shadow; // the checker's own account of its holders
    // And of the events that happened under it: the highest number, of those that had it alone, and of
    // all; and the stretch of a level that both are of.
    _Atomic uint64_t number_alone, number_any;
    _Atomic uint32_t number_epoch;
    struct lock *all_next, *all_prev; // under a mutex of lock.c
    uint64_t watch_ticket;  // of the watchdog: the grant that it saw last,
    int64_t watch_since;    // and since when, in ms
    uint32_t watch_waiter;  // who is first in the queue,
    int64_t watch_waiting;  // and since when
    bool watch_told;        // a long hold or wait of this grant has been reported
};

// Ids ascend in the order of initialisation; a world built in the same order has the same ids.
void lock_init(struct lock *l, struct place *place, const char *label);
void lock_fini_at(struct lock *l, const struct site *at); // nobody holds it or waits for it
// Every worker was stopped, perhaps with tasks in its queue that hold locks: from now on a lock may be ended
// that somebody holds.
void lock_abandon(void);
#define lock_fini(l) lock_fini_at((l), SITE)

__attribute__((warn_unused_result)) enum lock_outcome lock_acquire(struct lock *l, struct lock_waiter *w);
void lock_release_at(struct lock *l, enum lock_mode mode, const struct site *at);
#define lock_release(l, mode) lock_release_at((l), (mode), SITE)
// The task of one that was queued has seen that the lock is its own, and goes on.
void lock_taken(struct lock *l, struct lock_waiter *w);

bool lock_held(const struct lock *l); // by anybody; for reports and tests

// For consoles and the watchdog. lock_each holds a mutex that making and ending locks waits for,
// lock_visit the latch of the queue: `fn` is short and waits for nothing. While it is visited, a
// waiter stays queued, so its lock set does not change.
void lock_each(void (*fn)(struct lock *l, void *arg), void *arg);
void lock_visit(struct lock *l, void (*fn)(const struct lock_waiter *w, void *arg), void *arg);
// The same for the list of sleepers: those that are queued (`queued`), and those that were given the lock
// and have not gone on.
void lock_visit_sleepers(struct lock *l,
                         void (*fn)(struct lock_waiter *w, bool queued, void *arg), void *arg);

// --big-lock: from now on every lock set means this one lock, whatever it is asked for. Before any
// worker runs.
void lock_use_big(void);
struct lock *lock_effective(struct lock *l);

#endif
