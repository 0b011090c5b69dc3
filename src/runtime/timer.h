// Timers: a binary heap ordered by due time, then by order of setting, so that equal times fire in
// the order in which they were asked for.
// Threads: the caller keeps a heap to one thread at a time (sched.c holds its mutex).
// Units: milliseconds of whatever clock the caller uses.
#ifndef RUNTIME_TIMER_H
#define RUNTIME_TIMER_H

#include <stddef.h>
#include <stdint.h>

struct timer {
    int64_t due;
    uint64_t order; // tie-break
    size_t slot;    // index in the heap + 1; 0 = not set
    void *owner;
};

struct timer_heap {
    struct timer **heap;
    size_t count, cap;
    uint64_t order;
};

#define TIMER_HEAP_INIT                                                                            \
    {                                                                                              \
        NULL, 0, 0, 0                                                                              \
    }

void timer_heap_fini(struct timer_heap *h); // drops timers that are still set
void timer_set(struct timer_heap *h, struct timer *t, int64_t due); // moves it when already set
void timer_clear(struct timer_heap *h, struct timer *t); // does nothing when the timer is not set
struct timer *timer_first(const struct timer_heap *h);   // NULL when empty
struct timer *timer_pop_due(struct timer_heap *h, int64_t now); // NULL when none is due

#endif
