// The two clocks: monotonic for spans of time, wall for dates. Milliseconds.
// Commands never ask either: they use the time of their event (determinism).
// Threads: any.  Locks: none.
#ifndef UTIL_CLOCK_H
#define UTIL_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

int64_t clock_mono_ms(void); // never goes back; starts anywhere
int64_t clock_mono_us(void); // the same clock in microseconds, for measuring
// The machine's monotonic clock in nanoseconds, for traces. Not stopped by clock_freeze.
int64_t clock_mono_ns(void);
int64_t clock_step_ns(void); // the same, but it does not advance while the clock is frozen
int64_t clock_wall_ms(void); // since 1970 in UTC; may jump when the machine's clock is set

// For tests: from now on both clocks stand still at these values and move only by
// clock_advance_ms. clock_use_system goes back to the real ones.
void clock_freeze(int64_t mono_ms, int64_t wall_ms);
void clock_advance_ms(int64_t ms);
void clock_use_system(void);
bool clock_frozen(void);

// "2026-01-31T23:59:59.123Z" and a NUL; years outside 0 to 9999 are held at the edge.
#define CLOCK_ISO_SIZE 25
void clock_iso(int64_t wall_ms, char out[CLOCK_ISO_SIZE]);

#endif
