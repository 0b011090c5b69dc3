// Choice points: where an explorer may let another task go on. Without one they cost a load and a
// branch. While one is there, exactly one worker runs at a time and every point asks it who is
// next. Threads: workers. A point is never passed while a mutex is held that another worker may
// want.
#ifndef RUNTIME_CONTROL_H
#define RUNTIME_CONTROL_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

enum control_kind {
    CONTROL_STEP,   // between two steps of tasks
    CONTROL_LOCK,   // a world lock is wanted
    CONTROL_UNLOCK, // … has been released
    CONTROL_WHERE,  // a location was read
    CONTROL_LIMBO,  // into or out of limbo
    CONTROL_POST,   // a task was woken
    CONTROL_KINDS,
};

typedef void (*control_fn)(enum control_kind kind, uint32_t object);

extern _Atomic(control_fn) control_hook; // set before workers run

static inline void control_point(enum control_kind kind, uint32_t object)
{
    control_fn fn = atomic_load_explicit(&control_hook, memory_order_relaxed);
    if (__builtin_expect(fn != NULL, 0))
        fn(kind, object);
}

#endif
