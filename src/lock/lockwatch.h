// The operator's view of the locks while the server runs: who holds what, who waits for whom, what
// is in limbo; and the watchdog, which finds wait-for cycles (L011), long waits (L024) and long
// holds (L025). Nothing here takes a world lock, so it answers while everybody else is stuck.
//
// Threads: any one at a time (engine/watch.c, and commands through lockwatch_command, share a
// mutex in here). Durations are measured by sweeps, not on the hot path: they are lower bounds.
#ifndef LOCK_LOCKWATCH_H
#define LOCK_LOCKWATCH_H

#include <stdbool.h>
#include <stdint.h>

struct buf;
struct place;

// How to find things by slab index; `at` returns NULL for what was never there.
struct lockwatch_things {
    struct place *(*at)(void *arg, uint32_t index);
    uint32_t (*end)(void *arg); // one past the highest index
    void *arg;
};
void lockwatch_set_things(const struct lockwatch_things *things); // copied; NULL: there are none

// Limits in ms for L024 and L025; 0: none. Default 5000 each.
void lockwatch_set_limits(int64_t wait, int64_t hold);
// Looks at all locks; every second or so, with a monotonic clock. Lost wakes (lostwake.h) are found here too.
void lockwatch_sweep(int64_t now_ms);

// For a run whose tasks can go on no more: each that still waits is reported, with lock and site (L011).
void lockwatch_abandoned(void);

// What follows "@locks": "", "top", "wait", "hold", "thing N", "task N", "limbo", "graph",
// "viol [CODE]", "level [LEVEL]", "dump", "help". Text is added to `out`; false when it was not
// understood (what there is, or what is expected, is added then).
bool lockwatch_command(const char *line, struct buf *out);

#endif
