// The members of things; included in world/ only. Outside, code that bypasses the accessors does
// not compile.
#ifndef WORLD_WORLD_PRIV_H
#define WORLD_WORLD_PRIV_H

#include "lock/hooks.h"
#include "lock/lock.h"
#include "lock/lockset.h"
#include "lock/place.h"
#include "world/attr.h"
#include "world/attr_set.h"
#include "world/inventory.h"
#include "world/thing.h"
#include "world/world.h"

struct mark_table;
struct slab;
struct zone;

struct thing {
    struct place place; // must be the first member: thing_place casts
    struct world *world;
    struct thing *prototype; // frozen, or NULL
    struct thing *origin;    // where a unique thing belongs; NULL for copies
    const char *refname;     // "zone:ref", never freed; "" for none
    uint32_t flags;          // enum thing_flag
    uint32_t population;     // living copies of this prototype, under the zone's lock
    void **attrs;            // as many values as bits in `has`, in order of id
    // Membership of an inventory's list, under the lock of the outermost one.
    struct thing *next, *prev;
    struct zone *zone;                // the zone that defined it, or NULL
    _Atomic uint16_t identity;        // hash of label and ref (write_set_digest.h); 0: not computed
    uint8_t list;                     // enum inventory_list
    uint8_t attrs_before[ATTR_BYTES]; // number of values in earlier bytes of `has`
    struct attr_set has;
    struct attr_set changed; // set or changed since the thing was built or copied
};

// The index in attrs of an attribute's value, or where it would be inserted.
static inline unsigned thing_attr_at(const struct thing *t, unsigned id)
{
    return t->attrs_before[id / 8] + attr_set_before(&t->has, id);
}

static inline void *thing_attr(const struct thing *t, enum attr_id id)
{
    return attr_set_has(&t->has, id) ? t->attrs[thing_attr_at(t, id)] : NULL;
}

// attr_get_at, without a call while nothing is checked: for attributes that every command reads.
static inline const void *attr_read_at(struct thing *t, enum attr_id id, const struct site *at)
{
    return hooks_on() ? attr_get_at(t, id, at) : thing_attr(t, id);
}

struct slab *world_slab(struct world *w);
struct mark_table *world_marks_peek(const struct world *w);
// Returns the world's only copy of the text, which is never freed.
const char *world_intern(struct world *w, const char *s);

struct thing *thing_alloc(struct world *w); // its place is DEAD until the caller stores one
void thing_release(struct thing *t);        // frees its attributes; the slot may be used again
void thing_attr_store(struct thing *t, enum attr_id id, void *value);
// For limbo.c, snapshots and carrying over: these change and read the lists of an inventory without
// calls of the checker. limbo.c has made these calls itself.
bool inventory_is_full(struct thing *in, struct thing *t);
void inventory_enter(struct thing *in, struct thing *t);
void inventory_leave(struct thing *t);
// For snapshots: _list_restore puts a thing back into its list; _audience_restore moves a player to
// its slot of the audience, which decides the order of the outboxes of a message. `slot` is below
// the number of players; `player` is one of them.
void inventory_list_restore(struct thing *in, struct thing *t, enum inventory_list list);
struct thing *inventory_audience_peek(struct thing *in, size_t slot); // NULL past the last
void inventory_audience_restore(struct thing *in, size_t slot, struct thing *player);
// The first thing of the first list that has one, or NULL.
struct thing *inventory_any(struct thing *in);
// The first thing of that list, or NULL. The checker does not see this access.
struct thing *inventory_peek(struct thing *in, enum inventory_list list);

// Sets the name that reports show.
void thing_set_label(struct thing *t, const char *label);

#endif
