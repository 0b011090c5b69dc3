// What the parts of carrying a world over share. Included by them only.
#ifndef WORLD_SNAPSHOT_CARRY_PRIV_H
#define WORLD_SNAPSHOT_CARRY_PRIV_H

#include "world/snapshot/carry.h"
#include "world/snapshot/snapshot_priv.h"

#include <stdbool.h>

struct carry {
    struct world *from, *to;
    struct thing **now;    // by old slot
    struct thing **then;   // by new slot; NULL: it is new
    struct thing **parent; // by new slot: where it is to be; NULL: nowhere
    uint32_t old_slots, new_slots;
    size_t kept;
    struct carry_note *notes;
    size_t note_count;
};

static inline bool carry_is_inside(struct thing *t) // is it in play, and in an inventory?
{
    return snapshot_in_play(t) && !place_is_root(&t->place);
}

static inline struct thing *carry_where(struct thing *t)
{
    return (struct thing *)place_container(place_peek(&t->place));
}

static inline bool carry_is_home(struct thing *t)
{
    return t->origin && carry_where(t) == t->origin;
}

// Every thing of a world that is in an inventory, each holder before its contents.
void carry_each(struct world *w, void (*each)(void *arg, struct thing *t), void *arg);
struct thing *carry_prototype(struct world *w, const char *refname); // NULL: there is none

void carry_match(struct carry *c);  // carry_match.c: locations, and what the zone files place
void carry_values(struct carry *c); // carry_values.c
void carry_values_whole(struct carry *c, struct thing *then,
                        struct thing *now); // for things without a prototype
void carry_added_resets(struct carry *c);   // carry_resets.c
struct thing *carry_refuge(struct carry *c, const struct thing *location); // for one that is gone

#endif
