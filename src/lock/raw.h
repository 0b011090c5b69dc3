// Raw mode (meson option `raw`): the game is compiled with the compiler's thread instrumentation,
// and its hooks are ours: each access to memory that belongs to a thing is judged by the lock
// rules, also one that goes round the accessors. docs/raw.md. In all other builds this header is
// empty functions.
//
// Threads: any. Registered memory is found without a lock; registering takes a short spin lock.
#ifndef LOCK_RAW_H
#define LOCK_RAW_H

#include "lock/place.h"

#include <stdbool.h>
#include <stddef.h>

enum raw_rule {
    RAW_JUDGED,    // needs the thing's lock
    RAW_FREE_READ, // never changes once the thing is published: may be read without
    RAW_GUARDED,   // needs the lock of what the field's `guard` says
};

struct raw_field {
    const char *name;
    size_t offset, size;
    enum raw_rule rule;
    struct place *(*guard)(const struct place *p); // NULL from it: nobody's, and free
};

#ifdef LATCHKEY_RAW

// What a slot of a slab looks like inside, for rules and reports; what is not named is judged.
// Borrowed for ever. Before the first raw_slab.
void raw_fields(const struct raw_field *list, size_t count);
// `count` things of `stride` bytes, a place first in each, lie one after the other from `chunk` on.
void raw_slab(const void *chunk, size_t count, size_t stride);
void raw_slab_gone(const void *chunk);
// A block on the heap is the value of an attribute of `owner`; n 0: all of it. A value that several
// things share is added and removed once for each. Remove it before it is freed. NULL and small
// numbers are nothing.
void raw_range_add(const void *p, size_t n, struct place *owner);
void raw_range_remove(const void *p, struct place *owner);
// n bytes that are no attribute, and need the lock of `guard`, as an office has one: of those in front of
// them in a multiple of 16 bytes nothing is judged. Remove them before they are freed; NULL is nothing.
void raw_guard_add(const void *p, size_t n, struct place *guard);
void raw_guard_remove(const void *p, struct place *guard);
// While > 0 this thread works inside the slab or on links between things, which the caller has told
// the checker of: nothing is judged.
void raw_own(int step);
// This thread has taken the slot of p: it is its own until p has a place. NULL: none.
void raw_fresh(const struct place *p);
// The running task has been told that it may not touch p: what it does to p in this section is that
// mistake, and not reported once more.
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
