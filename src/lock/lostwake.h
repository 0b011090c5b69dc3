// Lost wakes: a task that waited for a lock, was given it, and never goes on, so that everybody else who
// wants the lock waits for ever. Each is reported once (L042): the lock, the task, and who gave it where.
//
// A task that a worker steps, or that is in a run queue, is not lost, however long that takes; unless every
// worker sleeps.
// Threads: one at a time; lockwatch.c calls from under its mutex. Locks: takes no world lock.
#ifndef LOCK_LOSTWAKE_H
#define LOCK_LOSTWAKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Looks at all locks while the workers go on. Told is who was seen asleep for two seconds, in all looks; a
// `late` one, after the machine stood still, tells nobody. Returns how many are lost now, told before or now.
size_t lostwake_sweep(int64_t now_ms, bool late);
// The same when nothing is stepped any more: whoever is asleep is told at once.
size_t lostwake_at_end(void);

#endif
