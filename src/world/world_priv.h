// What things look like inside; included in world/ only. Outside, going round the accessors does not
// compile.
#ifndef WORLD_WORLD_PRIV_H
#define WORLD_WORLD_PRIV_H

#include "lock/lock.h"
#include "lock/lockcheck.h"
#include "lock/lockdata.h"
#include "lock/lockset.h"
#include "lock/place.h"
#include "world/attr.h"
#include "world/inventory.h"
#include "world/thing.h"
#include "world/world.h"

struct mark_table;
struct slab;
struct zone;

struct thing {
    struct place place; // first: thing_place
    struct world *world;
    struct thing *prototype; // frozen, or NULL
    struct thing *origin;    // where it belongs: goes back there when junked; NULL for copies
    const char *refname;     // never freed; "" for none
    uint32_t flags;          // enum thing_flag
    uint32_t has;            // bit n: attribute n is in attrs
    uint32_t changed;        // bit n: it was set or changed since the thing was built or copied
    void **attrs;            // as many as bits in has, in order of id
    // Membership of an inventory's list, under the lock of the outermost one.
    struct thing *next, *prev;
    uint8_t list;    // enum inventory_list
    uint8_t attr_cap;
    _Atomic uint16_t identity; // change.c's; 0: not asked for yet
    uint32_t population; // living copies of this prototype, under the zone's lock
    struct zone *zone;   // that it was defined in, or NULL
};

_Static_assert(ATTR_COUNT <= 32, "thing.has is 32 bits");

static inline void *thing_attr(const struct thing *t, enum attr_id id)
{
    uint32_t bit = 1u << id;
    if (!(t->has & bit))
        return NULL;
    return t->attrs[__builtin_popcount(t->has & (bit - 1))];
}

struct slab *world_slab(struct world *w);
struct mark_table *world_marks_peek(const struct world *w);
const char *world_intern(struct world *w, const char *s); // a copy that is never freed; one each

struct thing *thing_alloc(struct world *w); // where is DEAD until the caller stores it
void thing_release(struct thing *t);        // attributes freed, slot to be used again
void thing_attr_store(struct thing *t, enum attr_id id, void *value);
// Linking without judging: for limbo.c, which has told the checker already.
bool inventory_is_full(struct thing *in, struct thing *t);
void inventory_enter(struct thing *in, struct thing *t);
void inventory_leave(struct thing *t);
// For snapshots: into a list as it was; and the order in which those who hear are kept, which a
// message names them in. `slot` is below the number of players; `player` is one of them.
void inventory_list_restore(struct thing *in, struct thing *t, enum inventory_list list);
struct thing *inventory_audience_peek(struct thing *in, size_t slot); // NULL past the last
void inventory_audience_restore(struct thing *in, size_t slot, struct thing *player);
struct thing *inventory_any(struct thing *in); // anything left in it, in any list
struct thing *inventory_peek(struct thing *in, enum inventory_list list); // the first; not judged

void thing_set_label(struct thing *t, const char *label);

#endif
