// Schedule points: the places where the explorer may let another task run. While no hook is set, a
// point costs a load and a branch. While one is set, exactly one worker runs at a time, and each
// point asks the hook which is next.
// Threads: workers. No schedule point is passed while a mutex is held that another worker may want.
#ifndef RUNTIME_SCHEDULE_POINT_H
#define RUNTIME_SCHEDULE_POINT_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

enum schedule_point_kind {
    SCHEDULE_POINT_STEP,   // between two steps of tasks
    SCHEDULE_POINT_LOCK,   // a world lock is wanted
    SCHEDULE_POINT_UNLOCK, // … has been released
    SCHEDULE_POINT_WHERE,  // a location was read
    SCHEDULE_POINT_LIMBO,  // into or out of limbo
    SCHEDULE_POINT_POST,   // a task was woken
    SCHEDULE_POINT_ROUTE,  // between two steps of passing outcomes on to several loops
    SCHEDULE_POINT_KINDS,
};

typedef void (*schedule_point_fn)(enum schedule_point_kind kind, uint32_t object);

extern _Atomic(schedule_point_fn) schedule_point_hook; // set before workers run

static inline void schedule_point(enum schedule_point_kind kind, uint32_t object)
{
    schedule_point_fn fn = atomic_load_explicit(&schedule_point_hook, memory_order_relaxed);
    if (__builtin_expect(fn != NULL, 0))
        fn(kind, object);
}

#endif
