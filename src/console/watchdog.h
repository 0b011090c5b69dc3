// The operator's view of the locks while the server runs: which task holds what, which waits for
// which, what is in limbo; and the watchdog, which finds wait-for cycles (L011), long waits (L024)
// and long holds (L025). Nothing here takes a world lock, so it answers while all workers are
// stuck.
//
// Threads: any one at a time (console/admin_socket.c, and commands through locks_command, share a
// mutex in here). Durations are measured by sweeps, not on the hot path: they are lower bounds.
#ifndef CONSOLE_WATCHDOG_H
#define CONSOLE_WATCHDOG_H

#include <stdbool.h>
#include <stdint.h>

struct buf;
struct place;

// Finds things by slab index; `at` returns NULL for a slot that was never used.
struct watchdog_things {
    struct place *(*at)(void *arg, uint32_t index);
    uint32_t (*end)(void *arg); // one past the highest index
    void *arg;
};
void watchdog_set_things(const struct watchdog_things *things); // copied; NULL: there are none

// Limits in ms for L024 and L025; 0: none. Default 5000 each.
void watchdog_set_limits(int64_t wait, int64_t hold);
// Looks at all locks; to be called about every second, with a monotonic clock. Also finds lost
// wakes (lost_wake.h).
void watchdog_sweep(int64_t now_ms);

// For a run in which no task can go on: reports each task that still waits, with lock and site
// (L011).
void watchdog_abandoned(void);

// Runs what follows "@locks": "", "top", "wait", "hold", "thing N", "task N", "limbo", "graph",
// "viol [CODE]", "level [LEVEL]", "dump", "help". Text is added to `out`; false when it was not
// understood (the possible commands are added then).
bool locks_command(const char *line, struct buf *out);

#endif
