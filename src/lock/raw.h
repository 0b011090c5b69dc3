// Raw mode (meson option `raw`): the game is compiled with the compiler's thread instrumentation,
// whose hooks this room provides: each access to memory that belongs to a thing is checked by the
// locking rules, also one that bypasses the accessors. See docs/raw.md. In all other builds the
// functions of this header are empty.
//
// Threads: any. Registered memory is found without a lock; registering takes a short spin lock.
#ifndef LOCK_RAW_H
#define LOCK_RAW_H

#include "lock/place.h"

#include <stdbool.h>
#include <stddef.h>

enum raw_rule {
    RAW_JUDGED,    // needs the thing's lock
    RAW_FREE_READ, // never changes once the thing is published: may be read without a lock
    RAW_GUARDED,   // needs the lock of the place that the field's `guard` returns
};

struct raw_field {
    const char *name;
    size_t offset, size;
    enum raw_rule rule;
    struct place *(*guard)(const struct place *p); // it returns NULL: no lock is needed
};

#ifdef LATCHKEY_RAW

// Describes the fields in a slot of a slab, for rules and reports; a field that is not listed is
// checked. The list is borrowed for ever. To be called before the first raw_slab.
void raw_fields(const struct raw_field *list, size_t count);
// `count` things of `stride` bytes, a place first in each, lie one after the other from `chunk` on.
void raw_slab(const void *chunk, size_t count, size_t stride);
void raw_slab_gone(const void *chunk);
// A block on the heap is the value of an attribute of `owner`; n 0: the whole block. A value that
// several things share is added and removed once for each. It must be removed before it is freed.
// NULL and small numbers are ignored.
void raw_range_add(const void *p, size_t n, struct place *owner);
void raw_range_remove(const void *p, struct place *owner);
// n bytes that are not an attribute need the lock of `guard`, as the state of a lock anchor does.
// If p is not a multiple of 16, the bytes up to the next multiple are not checked. They must be
// removed before they are freed; NULL is ignored.
void raw_guard_add(const void *p, size_t n, struct place *guard);
void raw_guard_remove(const void *p, struct place *guard);
// While the count is > 0 this thread works inside the slab or on links between things, for which
// the caller has called the checker: nothing is checked.
void raw_own(int step);
// This thread has taken the slot of p and owns it until p has a place. NULL: none.
void raw_fresh(const struct place *p);
// A report has said that the running task may not access p: raw mode does not report further
// accesses to p in this section.
void raw_told(const struct place *p);

#else

static inline void raw_fields(const struct raw_field *list, size_t count)
{
    (void)list;
    (void)count;
}
static inline void raw_slab(const void *chunk, size_t count, size_t stride)
{
    (void)chunk;
    (void)count;
    (void)stride;
}
static inline void raw_slab_gone(const void *chunk)
{
    (void)chunk;
}
static inline void raw_range_add(const void *p, size_t n, struct place *owner)
{
    (void)p;
    (void)n;
    (void)owner;
}
static inline void raw_range_remove(const void *p, struct place *owner)
{
    (void)p;
    (void)owner;
}
static inline void raw_guard_add(const void *p, size_t n, struct place *guard)
{
    (void)p;
    (void)n;
    (void)guard;
}
static inline void raw_guard_remove(const void *p, struct place *guard)
{
    (void)p;
    (void)guard;
}
static inline void raw_own(int step)
{
    (void)step;
}
static inline void raw_fresh(const struct place *p)
{
    (void)p;
}
static inline void raw_told(const struct place *p)
{
    (void)p;
}

#endif

#endif
