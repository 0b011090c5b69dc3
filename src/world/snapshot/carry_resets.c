// Applies the new entries in the reset list of a zone that existed before; what the old entries
// placed is carried over as it is. Limits count. A new zone is reset as at a start. New entries in
// the `then` of an old entry wait for the next reset.
#include "world/snapshot/carry_priv.h"

#include "util/buf.h"
#include "util/map.h"
#include "world/attr/body.h"
#include "world/building.h"
#include "world/zone.h"

#include <stdint.h>

static void write_entry(const struct zone_reset *r, struct buf *out)
{
    buf_clear(out);
    buf_addf(out, "%d %s %s", r->kind, r->what ? r->what->refname : "",
             r->where ? r->where->refname : "");
}

static void count_old(struct zone *z, struct map *counts)
{
    struct buf key = BUF_INIT;
    for (const struct zone_reset *r = *zone_resets(z); r; r = r->next) {
        write_entry(r, &key);
        map_put(counts, buf_str(&key), (void *)((uintptr_t)map_get(counts, buf_str(&key)) + 1));
    }
    buf_fini(&key);
}

static struct thing *carry_resets_find_inside(struct thing *in, const struct thing *prototype)
{
    struct thing *found = NULL;
    for (struct thing *t = inventory_peek(in, INVENTORY_THINGS); t; t = t->next) {
        struct thing *inner = carry_resets_find_inside(t, prototype);
        found = inner ? inner : t->prototype == prototype ? t : found;
    }
    return found;
}

static struct thing *carry_resets_find_container(struct zone *z, const struct thing *prototype)
{
    size_t n;
    struct thing *found = NULL;
    struct thing *const *locations = zone_locations(z, &n);
    for (size_t i = 0; i < n; i++) {
        struct thing *t = carry_resets_find_inside(locations[i], prototype);
        if (t)
            found = t;
    }
    return found;
}

static struct thing *carry_resets_place_copy(struct carry *c, const struct zone_reset *r,
                                             struct thing *into)
{
    if (!into || !inventory_has(into) || !r->what ||
        (r->limit >= 0 && r->what->population >= (uint32_t)r->limit))
        return NULL;
    struct thing *t = snapshot_copy_of(c->to, r->what, thing_label(r->what));
    t->flags |= THING_COUNTED;
    r->what->population++;
    inventory_list_restore(into, t,
                           t->flags & THING_NARRATIVE ? INVENTORY_NARRATIVE : INVENTORY_THINGS);
    return t;
}

static void carry_resets_perform(struct carry *c, struct zone *z, const struct zone_reset *r,
                                 struct thing *parent)
{
    struct thing *placed = NULL, *by;
    const char *slot;
    if (r->kind == ZONE_PLACE)
        placed = carry_resets_place_copy(c, r, r->where);
    else if (r->kind == ZONE_PUT && r->where)
        placed = carry_resets_place_copy(c, r, carry_resets_find_container(z, r->where));
    else if (r->kind == ZONE_PUT || r->kind == ZONE_GIVE || r->kind == ZONE_EQUIP)
        placed = carry_resets_place_copy(c, r, parent);
    if (placed && r->kind == ZONE_EQUIP)
        body_use(parent, placed, (enum body_use)r->use, &by, &slot);
    for (const struct zone_reset *then = placed ? r->then : NULL; then; then = then->next)
        carry_resets_perform(c, z, then, placed);
}

static void add_to_zone(struct carry *c, struct zone *z, struct zone *before)
{
    struct map *counts = map_new();
    struct buf key = BUF_INIT;
    count_old(before, counts);
    for (const struct zone_reset *r = *zone_resets(z); r; r = r->next) {
        write_entry(r, &key);
        uintptr_t left = (uintptr_t)map_get(counts, buf_str(&key));
        if (left)
            map_put(counts, buf_str(&key), (void *)(left - 1));
        else
            carry_resets_perform(c, z, r, NULL);
    }
    buf_fini(&key);
    map_free(counts);
}

static void add_all(void *arg)
{
    struct carry *c = arg;
    for (size_t i = 0; i < world_zones(c->to); i++) {
        struct zone *z = world_zone_at(c->to, i), *before = world_zone(c->from, zone_ref(z));
        if (before)
            add_to_zone(c, z, before);
    }
}

void carry_added_resets(struct carry *c)
{
    building_run(add_all, c);
}
