// Lost wakes: a task that waited for a lock, was given it, and never runs again, so that every
// other task that wants the lock waits for ever. Each is reported once (L042): the lock, the task,
// and which task released it where.
//
// A task that a worker steps, or that is in a run queue, is not lost, however long that takes;
// unless every worker sleeps. Threads: one at a time; watchdog.c calls from under its mutex.
// Locks: takes no world lock.
#ifndef CONSOLE_LOST_WAKE_H
#define CONSOLE_LOST_WAKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Looks at all locks while the workers run. A task is reported when every look of two seconds found
// it asleep; a `late` look, after the machine stood still, reports none. Returns how many are lost
// now, reported before or now.
size_t lost_wake_sweep(int64_t now_ms, bool late);
// The same when no worker steps tasks any more: every sleeping task is reported at once.
size_t lost_wake_at_end(void);

#endif
