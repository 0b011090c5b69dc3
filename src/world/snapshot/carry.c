// Carries a world over to other zone files: its things are matched with those that the new files
// make (carry_match.c), copies are made again, each thing gets its place, then its values
// (carry_values.c), and the new entries of reset lists are applied (carry_resets.c). The result
// depends on the two worlds only.
#include "world/snapshot/carry_priv.h"

#include "lock/raw.h"
#include "util/mem.h"
#include "world/zone.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static void each_in(struct thing *holder, void (*each)(void *arg, struct thing *t), void *arg)
{
    for (int list = 0; list < INVENTORY_LISTS; list++)
        for (struct thing *t = inventory_peek(holder, (enum inventory_list)list); t; t = t->next) {
            each(arg, t);
            each_in(t, each, arg);
        }
}

void carry_each(struct world *w, void (*each)(void *arg, struct thing *t), void *arg)
{
    assert(each);
    for (uint32_t i = 1; i < world_slots(w); i++) {
        struct thing *t = world_slot(w, i);
        if (place_kind(place_peek(&t->place)) == PLACE_PLACED && place_is_root(&t->place))
            each_in(t, each, arg);
    }
}

struct thing *carry_prototype(struct world *w, const char *refname)
{
    struct thing *p = world_lookup(w, refname);
    return p && place_kind(place_peek(&p->place)) == PLACE_FROZEN ? p : NULL;
}

struct thing *carry_thing(const struct carry *c, uint32_t slot)
{
    return slot < c->old_slots ? c->now[slot] : NULL;
}

static void carry_note(struct carry *c, const char *ref, const char *name, const char *to)
{
    for (size_t i = 0; i < c->note_count; i++)
        if (!strcmp(c->notes[i].ref, ref) && !c->notes[i].to == !to &&
            !strcmp(c->notes[i].name, name)) {
            c->notes[i].count++;
            return;
        }
    c->notes = mem_realloc_array(c->notes, c->note_count + 1, sizeof(*c->notes));
    c->notes[c->note_count++] = (struct carry_note){ref, name, to, 1};
}

// The number of new slots grows while copies are made, and so do the arrays indexed by them.
static void carry_keep(struct carry *c, struct thing *then, struct thing *now)
{
    uint32_t slots = world_slots(c->to);
    if (slots > c->new_slots) {
        c->then = mem_realloc_array(c->then, slots, sizeof(struct thing *));
        memset(c->then + c->new_slots, 0, (slots - c->new_slots) * sizeof(struct thing *));
        c->new_slots = slots;
    }
    c->then[now->place.index] = then;
    c->now[then->place.index] = now;
}

static void make_again(void *arg, struct thing *then)
{
    struct carry *c = arg;
    struct thing *p = carry_prototype(c->to, then->refname), *now;
    if (c->now[then->place.index] || then->flags & THING_PLAYER)
        return;
    // Things that are dropped: scenery that the new files do not have, and things that waited for
    // their reset in a place that is gone.
    bool unseen = then->flags & THING_NARRATIVE || then->list == INVENTORY_DISABLED;
    if (snapshot_is_built(then) && p && unseen)
        return;
    if (!p && (*then->refname || then->prototype)) {
        if (!unseen)
            carry_note(c, then->refname, thing_label(then), NULL);
        return;
    }
    now = snapshot_copy_of(c->to, p, p ? thing_label(p) : thing_label(then));
    if (!p)
        now->flags = then->flags & ~(uint32_t)(THING_BUILT | THING_COUNTED);
    else if (then->flags & (THING_COUNTED | THING_BUILT) && p->zone)
        now->flags |= THING_COUNTED;
    if (!p && inventory_has(then))
        inventory_give(now, (uint32_t)inventory_capacity(then));
    carry_keep(c, then, now);
}

struct thing *carry_refuge(struct carry *c, const struct thing *location)
{
    struct zone *z = location->zone ? world_zone(c->to, zone_ref(location->zone)) : NULL;
    size_t n = 0;
    struct thing *const *locations = z ? zone_locations(z, &n) : NULL;
    for (size_t i = 0; i < n; i++)
        if (locations[i]->flags & THING_START)
            return locations[i];
    return n ? locations[0] : world_start(c->to, 0);
}

// The location that now takes the contents of a location that is gone.
static struct thing *root_now(struct carry *c, struct thing *then)
{
    uint64_t last;
    struct thing *root = (struct thing *)place_root_peek(&then->place, &last);
    struct thing *now = c->now[root->place.index];
    return now ? now : carry_refuge(c, root);
}

static struct thing *parent_of(struct carry *c, struct thing *then, struct thing *now)
{
    bool placed = snapshot_is_built(then) && snapshot_is_built(now);
    if (placed && carry_is_home(then))
        return now->origin;
    for (struct thing *in = carry_where(then);; in = carry_where(in)) {
        struct thing *holder = c->now[in->place.index];
        if (holder && inventory_has(holder))
            return holder;
        if (!place_is_root(&in->place))
            continue;
        struct thing *to = root_now(c, then);
        if (!holder && carry_where(then) == in)
            carry_note(c, in->refname, thing_label(in), to->refname);
        return to;
    }
}

static void plan_one(void *arg, struct thing *then)
{
    struct carry *c = arg;
    struct thing *now = c->now[then->place.index];
    if (now) {
        c->parent[now->place.index] = parent_of(c, then, now);
        c->kept++;
    }
}

// Does the chain of holders end in a location, and is it not too deep?
static bool ends(const struct carry *c, struct thing *t)
{
    for (int depth = 0; depth < INVENTORY_DEPTH_MAX; depth++) {
        if (place_is_root(&t->place))
            return true;
        t = c->parent[t->place.index];
        if (!t)
            return false;
    }
    return false;
}

// Decides where everything goes. A thing that would be inside itself, because its origin is in
// something that is inside it, goes to its location instead.
static void plan(struct carry *c)
{
    c->parent = mem_calloc(c->new_slots, sizeof(struct thing *));
    for (uint32_t i = 1; i < c->new_slots; i++) {
        struct thing *t = world_slot(c->to, i);
        if (carry_is_inside(t))
            c->parent[i] = carry_where(t);
    }
    carry_each(c->from, plan_one, c);
    for (uint32_t i = 1; i < c->new_slots; i++) {
        struct thing *t = world_slot(c->to, i);
        uint64_t last;
        if (!c->parent[i] || ends(c, t))
            continue;
        c->parent[i] = c->then[i] ? root_now(c, c->then[i])
                                  : (struct thing *)place_root_peek(&t->place, &last);
    }
}

// All of them are gathered first, because the contents of a thing that has been taken out are no
// longer in play.
static void carry_take_apart(struct carry *c)
{
    size_t count = 0;
    struct thing **inside = mem_calloc(c->new_slots, sizeof(struct thing *));
    for (uint32_t i = 1; i < c->new_slots; i++)
        if (carry_is_inside(world_slot(c->to, i)))
            inside[count++] = world_slot(c->to, i);
    for (size_t i = 0; i < count; i++) {
        inventory_leave(inside[i]);
        place_store_at(&inside[i]->place, place_word_limbo(0, 0), NULL);
    }
    free(inside);
}

static void carry_put(struct carry *c, struct thing *now, bool disabled)
{
    enum inventory_list list = disabled                       ? INVENTORY_DISABLED
                               : now->flags & THING_NARRATIVE ? INVENTORY_NARRATIVE
                                                              : INVENTORY_THINGS;
    inventory_list_restore(c->parent[now->place.index], now, list);
}

static void put_kept(void *arg, struct thing *then)
{
    struct carry *c = arg;
    struct thing *now = c->now[then->place.index];
    if (now)
        carry_put(c, now, then->list == INVENTORY_DISABLED);
}

// In the old order; new things come after the old ones.
static void carry_put_in_place(struct carry *c)
{
    carry_each(c->from, put_kept, c);
    for (uint32_t i = 1; i < c->new_slots; i++)
        if (c->parent[i] && !c->then[i])
            carry_put(c, world_slot(c->to, i), false);
}

static void count_population(struct carry *c)
{
    for (uint32_t i = 1; i < c->new_slots; i++)
        world_slot(c->to, i)->population = 0;
    for (uint32_t i = 1; i < c->new_slots; i++) {
        struct thing *t = world_slot(c->to, i);
        if (t->flags & THING_COUNTED && t->prototype && snapshot_in_play(t))
            t->prototype->population++;
    }
}

struct carry *carry_over(struct world *from, struct world *to)
{
    assert(from != to);
    struct carry *c = mem_new(struct carry);
    c->from = from;
    c->to = to;
    c->old_slots = world_slots(from);
    c->new_slots = world_slots(to);
    c->now = mem_calloc(c->old_slots, sizeof(struct thing *));
    c->then = mem_calloc(c->new_slots, sizeof(struct thing *));
    raw_own(1);
    carry_match(c);
    carry_each(from, make_again, c);
    plan(c);
    carry_take_apart(c);
    carry_put_in_place(c);
    carry_values(c);
    count_population(c);
    raw_own(-1);
    carry_added_resets(c);
    return c;
}

void carry_free(struct carry *c)
{
    if (!c)
        return;
    free(c->now);
    free(c->then);
    free(c->parent);
    free(c->notes);
    free(c);
}

size_t carry_kept(const struct carry *c)
{
    return c->kept;
}

const struct carry_note *carry_notes(const struct carry *c, size_t *count)
{
    assert(count);
    *count = c->note_count;
    return c->notes;
}
