// The watchdog: looks at all locks again and again while the server runs, and finds circles of
// waits (L011), long waits (L024), long holds (L025) and lost wakes (L042). Takes no world lock, so
// it works while all workers are stuck.
//
// Threads: any (admin_socket.c, and commands through locks_command.h); a mutex in here lets one in
// at a time. Durations are measured by sweeps, not on the hot path: they are lower bounds.
#ifndef CONSOLE_WATCHDOG_H
#define CONSOLE_WATCHDOG_H

#include <stdbool.h>
#include <stdint.h>

struct place;

// Finds things by slab index; `at` returns NULL for a slot that was never used.
struct watchdog_things {
    struct place *(*at)(void *arg, uint32_t index);
    uint32_t (*end)(void *arg); // one past the highest index
    void *arg;
};
void watchdog_set_things(const struct watchdog_things *things); // copied; NULL: there are none

// Begins to record who waits for which lock; before any task runs. It is never ended.
void watchdog_begin(void);

// Limits in ms for L024 and L025; 0: none. Default 5000 each.
void watchdog_set_limits(int64_t wait, int64_t hold);
// Looks at all locks; to be called about every second, with a monotonic clock. Also finds lost
// wakes (lost_wake.h).
void watchdog_sweep(int64_t now_ms);

#endif
