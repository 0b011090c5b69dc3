// How others watch tasks that wait for a lock. A table of its own beside that of hooks.h, because a
// server counts who waits for what also while nothing is checked: these functions are called only
// where a task waits, so they cost nothing where none does.
//
// Threads: hooks are called on the thread that does what they report. A table may be replaced at
// any time, so a function must expect to see the end of a wait of which it has not seen the
// beginning.
#ifndef LOCK_WAIT_HOOKS_H
#define LOCK_WAIT_HOOKS_H

#include "lock/hooks.h"

// _queued: w has entered the queue. _handed: another task has given it the lock; `giver` is that
// task's lock set, or NULL, and `at` the line that released the lock. Both under the latch of the
// queue, so they must be short and wait for nothing. _runs: the task of w runs again and has seen
// that it holds the lock. _retried: a command found its actor elsewhere and is about to release the
// locks of its set.
struct lock_wait_hooks {
    void (*queued)(struct lock *l, struct lock_waiter *w);
    void (*handed)(struct lock *l, struct lock_waiter *w, const struct lockset *giver,
                   const struct site *at);
    void (*runs)(struct lock *l, struct lock_waiter *w);
    void (*retried)(const struct lockset *ls);
};

extern const struct lock_wait_hooks *_Atomic lock_wait_hooks_now; // NULL: no table is set

// Sets the table; NULL: from now on no function is called. The table is borrowed for ever.
void lock_wait_hooks_set(const struct lock_wait_hooks *table);

#define WAIT_HOOKS_CALL(member, ...) HOOKS_CALL_OF(&lock_wait_hooks_now, member, __VA_ARGS__)
#define wait_hooks_queued(l, w) WAIT_HOOKS_CALL(queued, (l), (w))
#define wait_hooks_handed(l, w, giver, at) WAIT_HOOKS_CALL(handed, (l), (w), (giver), (at))
#define wait_hooks_runs(l, w) WAIT_HOOKS_CALL(runs, (l), (w))
#define wait_hooks_retried(ls) WAIT_HOOKS_CALL(retried, (ls))

#endif
