// Things: everything in the world is a thing, and its attributes decide what it is.
//
// Identity (which thing, its reference, flags, prototype and label) may be read without a lock;
// attributes only while the lock of the outermost inventory is held, through the accessors of their
// own headers, which the checker sees. The members of a thing are known to world/ only.
//
// Threads: any, under the rules above.
// Ownership: the world owns all things; they live in slabs that are never freed while the world
// lasts, so a stale pointer is recognised by its generation and never points to something else.
#ifndef WORLD_THING_H
#define WORLD_THING_H

#include "lock/place.h"

#include <stdbool.h>
#include <stdint.h>

struct lock;
struct thing;
struct world;
struct zone;

// A reference, which may outlive its thing; zero means none.
struct tref {
    uint32_t index;
    uint32_t generation;
};

// The kind of a thing; set before it is published, never changed.
enum thing_flag {
    THING_LOCATION = 1 << 0,
    THING_PLAYER = 1 << 1,
    THING_MOBILE = 1 << 2,
    THING_NARRATIVE = 1 << 3,
    THING_START = 1 << 4,
    THING_COPY = 1 << 5,    // it has no origin: it ends when it is junked
    THING_COUNTED = 1 << 6, // a copy that counts in its prototype's population
    THING_BUILT = 1 << 7, // made with the world, not by an event: it has the same slot in every run
    THING_PLACED = 1 << 8, // a prototype that zone files place with `in`; of no copy
};

#define thing_place(t) ((struct place *)(t)) // the place is a thing's first member

// The reference of a thing that is alive. A thing that was kept from an earlier event must be
// looked up by its reference instead (L033).
struct tref thing_ref_at(const struct thing *t, const struct site *at);
#define thing_ref(t) thing_ref_at((t), SITE)
bool thing_is_ref(const struct thing *t, struct tref ref);  // does it mean t?
struct thing *thing_find(struct world *w, struct tref ref); // NULL when the thing has ended
bool thing_is(const struct thing *t, unsigned flags);       // does it have all these flags?
bool thing_is_creature(const struct thing *t);              // player or mobile
const char *thing_label(const struct thing *t);             // for logs and reports; never freed
// The name "zone:ref" by which zone files refer to it or to its prototype; "" if it has none.
const char *thing_refname(const struct thing *t);
struct thing *thing_prototype(const struct thing *t); // NULL when it has none
// The origin, where a unique thing belongs; NULL for copies.
struct thing *thing_origin_at(struct thing *t, const struct site *at);
#define thing_origin(t) thing_origin_at((t), SITE)
struct zone *thing_zone(const struct thing *t); // the zone that defined it; may be NULL
struct world *thing_world(const struct thing *t);

// The world lock of a location, or of any outermost inventory; NULL without an inventory.
struct lock *thing_lock(const struct thing *t);

// Where it is (rule 3 of docs/locking.md). NULL when it is in no inventory: a location, or out of
// play.
struct thing *thing_where_at(struct thing *t, const struct site *at);
#define thing_where(t) thing_where_at((t), SITE)
// Its outermost inventory (a location is its own); NULL when it is out of play.
struct thing *thing_outermost_at(struct thing *t, const struct site *at);
#define thing_outermost(t) thing_outermost_at((t), SITE)
bool thing_inside(struct thing *t, struct thing *container); // at any depth; t itself counts

#endif
