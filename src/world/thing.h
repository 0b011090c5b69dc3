// Things: everything in the world is one, and is what its attributes make it.
//
// Identity (which thing, its reference, its flags, its prototype, its label) may be used without a
// lock; attributes only while the lock of the outermost inventory is held, through the accessors of
// their own headers, which tell the checker. What a thing looks like inside is known to world/
// only.
//
// Threads: any, under the rules above. Ownership: the world owns all things; they live in slabs
// that are never given back, so a stale pointer is found out by its generation and never
// dereferenced into something else's memory.
#ifndef WORLD_THING_H
#define WORLD_THING_H

#include "lock/place.h"

#include <stdbool.h>
#include <stdint.h>

struct lock;
struct thing;
struct world;
struct zone;

// A reference that outlives its thing: zero is none.
struct tref {
    uint32_t index;
    uint32_t generation;
};

// What kind of thing it is; set before it is published, never changed.
enum thing_flag {
    THING_LOCATION = 1 << 0,
    THING_PLAYER = 1 << 1,
    THING_MOBILE = 1 << 2,
    THING_NARRATIVE = 1 << 3,
    THING_START = 1 << 4,
    THING_COPY = 1 << 5,    // has no origin: gone for good when junked
    THING_COUNTED = 1 << 6, // a copy that counts in its prototype's population
    THING_BUILT = 1 << 7,   // made with the world, not by an event: in the same slot in every run
    THING_PLACED = 1 << 8,  // a prototype that the zone files place somewhere with `in`; of no copy
};

#define thing_place(t) ((struct place *)(t)) // the place is a thing's first member

// Of one that is alive: what has been kept from before is not asked, but found (L033).
struct tref thing_ref_at(const struct thing *t, const struct site *at);
#define thing_ref(t) thing_ref_at((t), SITE)
bool thing_is_ref(const struct thing *t, struct tref ref);  // is it still the one that this means?
struct thing *thing_find(struct world *w, struct tref ref); // NULL when it is no more
bool thing_is(const struct thing *t, unsigned flags);       // all of them
bool thing_is_creature(const struct thing *t);              // player or mobile
const char *thing_label(const struct thing *t);             // for logs and reports; never freed
const char *
thing_refname(const struct thing *t); // "zone:ref" of it or of its prototype; "" if none
struct thing *thing_prototype(const struct thing *t); // NULL when it has none
// Where it belongs; NULL for copies.
struct thing *thing_origin_at(struct thing *t, const struct site *at);
#define thing_origin(t) thing_origin_at((t), SITE)
struct zone *thing_zone(const struct thing *t); // that defined it; may be NULL
struct world *thing_world(const struct thing *t);

// The world lock of a location, or of whatever t is the outermost of; NULL without inventory.
struct lock *thing_lock(const struct thing *t);

// Rule 3: where it is. NULL when it is in nothing: a location, or out of play.
struct thing *thing_where_at(struct thing *t, const struct site *at);
#define thing_where(t) thing_where_at((t), SITE)
// The outermost thing it is in (itself when it is a location), NULL when it is out of play.
struct thing *thing_outermost_at(struct thing *t, const struct site *at);
#define thing_outermost(t) thing_outermost_at((t), SITE)
bool thing_inside(struct thing *t, struct thing *container); // at any depth; t itself counts

#endif
