// Zones: their reset lists, what a reset has to lock, and the counts of their prototypes' copies,
// which need the lock of the zone's anchor. Built on one thread.
#include "world/zone_priv.h"

#include "util/mem.h"
#include "world/lock_anchor.h"
#include "world/world_priv.h"

#include <assert.h>
#include <stdlib.h>

struct zone {
    const char *ref, *name; // interned
    struct thing *anchor;
    enum zone_mode mode;
    int64_t every;
    bool pvp;
    struct thing **locations;
    size_t location_count, location_cap;
    struct zone_reset *resets;
    struct zone_reset **owned;
    size_t owned_count, owned_cap;
    struct zone **needs; // computed when first asked for
    size_t need_count;
};

struct zone *zone_new(struct world *w, const char *ref, const char *name)
{
    assert(ref && name);
    struct zone *z = mem_new(struct zone);
    z->ref = world_intern(w, ref);
    z->name = world_intern(w, name);
    char *label = mem_printf("zone %s", ref);
    z->anchor = lock_anchor_new(w, label);
    free(label);
    return z;
}

void zone_free(struct zone *z)
{
    if (!z)
        return;
    for (size_t i = 0; i < z->owned_count; i++)
        free(z->owned[i]);
    free(z->owned);
    free(z->locations);
    free(z->needs);
    free(z);
}

struct thing *zone_anchor(const struct zone *z)
{
    return z->anchor;
}

const char *zone_ref(const struct zone *z)
{
    return z->ref;
}

const char *zone_name(const struct zone *z)
{
    return z->name;
}

struct lock *zone_lock(struct zone *z)
{
    return thing_lock(z->anchor);
}

void zone_set_reset(struct zone *z, enum zone_mode mode, int64_t every_ms)
{
    assert(every_ms >= 0);
    hooks_built("when a zone is reset");
    z->mode = mode;
    z->every = every_ms;
}

void zone_set_pvp(struct zone *z, bool pvp)
{
    hooks_built("whether players may fight in a zone");
    z->pvp = pvp;
}

void zone_add_location(struct zone *z, struct thing *location)
{
    assert(location);
    hooks_built("a zone's locations");
    if (z->location_count == z->location_cap) {
        z->location_cap = z->location_cap ? z->location_cap * 2 : 64;
        z->locations = mem_realloc_array(z->locations, z->location_cap, sizeof(*z->locations));
    }
    z->locations[z->location_count++] = location;
}

void zone_own(struct zone *z, struct thing *t)
{
    assert(!t->zone);
    hooks_built("a thing's zone");
    t->zone = z;
}

struct zone_reset *zone_reset_new(struct zone *z)
{
    hooks_built("a zone's reset list");
    if (z->owned_count == z->owned_cap) {
        z->owned_cap = z->owned_cap ? z->owned_cap * 2 : 64;
        z->owned = mem_realloc_array(z->owned, z->owned_cap, sizeof(*z->owned));
    }
    struct zone_reset *r = mem_new(struct zone_reset);
    r->limit = -1;
    z->owned[z->owned_count++] = r;
    return r;
}

void zone_reset_append(struct zone_reset **list, struct zone_reset *r)
{
    assert(list && r);
    hooks_built("a zone's reset list");
    while (*list)
        list = &(*list)->next;
    *list = r;
}

struct zone_reset **zone_resets(struct zone *z)
{
    return &z->resets;
}

enum zone_mode zone_mode(const struct zone *z)
{
    return z->mode;
}

int64_t zone_every(const struct zone *z)
{
    return z->every;
}

bool zone_pvp(const struct zone *z)
{
    return z->pvp;
}

struct thing *const *zone_locations(const struct zone *z, size_t *count)
{
    *count = z->location_count;
    return z->locations;
}

static void need(struct zone *z, struct zone *other)
{
    for (size_t i = 0; i < z->need_count; i++)
        if (z->needs[i] == other)
            return;
    z->needs = mem_realloc_array(z->needs, z->need_count + 1, sizeof(*z->needs));
    z->needs[z->need_count++] = other;
}

static void zone_need_all(struct zone *z, const struct zone_reset *list)
{
    for (const struct zone_reset *r = list; r; r = r->next) {
        if (r->what && r->what->zone)
            need(z, r->what->zone);
        zone_need_all(z, r->then);
    }
}

void zone_settle(struct zone *z)
{
    need(z, z);
    zone_need_all(z, z->resets);
}

struct zone *const *zone_needs(const struct zone *z, size_t *count)
{
    *count = z->need_count;
    return z->needs;
}

static struct thing *anchor_of(const struct thing *prototype)
{
    return prototype->zone ? prototype->zone->anchor : NULL;
}

int zone_population_at(struct thing *prototype, const struct site *at)
{
    if (anchor_of(prototype))
        lock_anchor_touch(anchor_of(prototype), false, at);
    return (int)prototype->population;
}

void zone_born_at(struct thing *copy, const struct site *at)
{
    struct thing *prototype = copy->prototype;
    if (!prototype || !anchor_of(prototype) || copy->flags & THING_COUNTED)
        return;
    lock_anchor_touch(anchor_of(prototype), true, at);
    hooks_field(&copy->place, true, "count", at);
    copy->flags |= THING_COUNTED;
    prototype->population++;
}

void zone_gone_at(struct thing *copy, const struct site *at)
{
    hooks_field(&copy->place, true, "count", at);
    if (!(copy->flags & THING_COUNTED))
        return;
    struct thing *prototype = copy->prototype;
    lock_anchor_touch(anchor_of(prototype), true, at);
    copy->flags &= ~(uint32_t)THING_COUNTED;
    prototype->population--;
}

bool zone_counts(const struct thing *copy)
{
    return copy->flags & THING_COUNTED;
}
