// Where a thing is: the one fact about it that any task may read without a lock.
//
// One tagged atomic word for each thing, never 0. It says who owns the thing at this moment:
//   placed  in the inventory of another thing, or in its own: then it is a root, a location
//   limbo   owned by one task through a token (login, spawn, reset in flight)
//   frozen  a zone prototype, read-only
//   dead    waiting for its slot to be used again
// Places are embedded first in things, and things live in slabs that are never given back, so a
// stale pointer may be followed safely; only what it says may be out of date.
//
// Threads: reading from any thread. Storing only by the owner: see place_store_at.
#ifndef LOCK_PLACE_H
#define LOCK_PLACE_H

#include "util/site.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct lock;
struct str;

enum place_kind { PLACE_PLACED = 0, PLACE_LIMBO = 1, PLACE_FROZEN = 2, PLACE_DEAD = 3 };

enum { PLACE_DEPTH_MAX = 64 };

struct place {
    _Atomic uint64_t where; // tag in the low two bits
    uint32_t index;         // slab index, never changes
    _Atomic uint32_t generation;
    _Atomic(struct lock *) lock; // of its inventory; NULL when it has none
    _Atomic(const char *) label; // its name for reports; a string that is never freed
    _Atomic uint32_t pins;       // how many registers refer to it (place_pin); freed only at 0
};

static inline enum place_kind place_kind(uint64_t where)
{
    return (enum place_kind)(where & 3);
}

static inline struct place *place_container(uint64_t where)
{
    return (struct place *)(uintptr_t)(where & ~(uint64_t)3);
}

static inline uint64_t place_word_in(struct place *container)
{
    return (uint64_t)(uintptr_t)container;
}

// A limbo token: who owns it (a lock set's id, 0 while parked with a timer) and a nonce.
static inline uint64_t place_word_limbo(uint32_t owner, uint32_t nonce)
{
    return (uint64_t)owner << 32 | (uint64_t)(nonce & 0x3fffffff) << 2 | PLACE_LIMBO;
}

static inline uint32_t place_limbo_owner(uint64_t where)
{
    return (uint32_t)(where >> 32);
}

static inline uint64_t place_peek(const struct place *p)
{
    return atomic_load_explicit(&p->where, memory_order_acquire);
}

static inline bool place_is_root(struct place *p)
{
    return place_peek(p) == place_word_in(p);
}

// Reads a location and calls the checker. What is read is valid for as long as the lock of the
// outermost inventory, taken before the reading, is held.
uint64_t place_read_at(struct place *p, const struct site *at);
#define place_read(p) place_read_at((p), SITE)

// The outermost place that p is in, or NULL when it is in none (limbo, frozen, dead, or a chain so
// deep that it must be a cycle caught in the making). Without the lock of the result the answer may
// be out of date: ask again when the lock is held.
struct place *place_outermost_at(struct place *p, const struct site *at);
#define place_outermost(p) place_outermost_at((p), SITE)

// The same without a call of the checker: for the checker itself and its reports.
struct place *place_root_peek(struct place *p, uint64_t *last);

// A register (the roster, a thing's origin) begins, or ceases, to refer to p by its address.
static inline void place_pin(struct place *p)
{
    atomic_fetch_add_explicit(&p->pins, 1, memory_order_relaxed);
}

static inline void place_unpin(struct place *p)
{
    atomic_fetch_sub_explicit(&p->pins, 1, memory_order_relaxed);
}

// For world/ only: changes the word. The caller holds both the old and the new outermost lock, or
// the limbo token.
void place_store_at(struct place *p, uint64_t where, const struct site *at);

#endif
