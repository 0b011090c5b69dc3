// The world's tables: slab, refs, labels, starts, zones, limits. Built on one thread; afterwards
// only the label pool changes, which has a mutex; all other state that changes has locks elsewhere.
#include "world/world.h"

#include "lock/raw.h"
#include "util/map.h"
#include "util/mem.h"
#include "world/limbo.h"
#include "world/mark.h"
#include "world/roster.h"
#include "world/slab.h"
#include "world/world_priv.h"
#include "world/zone_priv.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

struct world {
    struct slab *slab;
    struct map *refs;   // "zone:ref" → thing
    struct map *labels; // texts, without values; none is removed before the world ends
    pthread_mutex_t labels_mutex;
    struct thing **starts;
    size_t start_count;
    struct zone **zones;
    size_t zone_count;
    struct map *zone_refs;
    struct thing *player_template;
    struct roster *roster;
    struct mark_table *marks;
    struct world_limits limits;
    bool settled;
};

struct world *world_new(void)
{
    struct world *w = mem_new(struct world);
    w->slab = slab_new();
    w->refs = map_new();
    w->labels = map_new();
    w->zone_refs = map_new();
    pthread_mutex_init(&w->labels_mutex, NULL);
    w->limits = (struct world_limits){.crowd = 10, .aliases = 64};
    w->roster = roster_new(w);
    w->marks = mark_table_new();
    return w;
}

void world_free(struct world *w)
{
    if (!w)
        return;
    for (uint32_t i = 1; i < slab_end(w->slab); i++) {
        struct thing *t = slab_at(w->slab, i);
        if (place_kind(place_peek(&t->place)) != PLACE_DEAD)
            thing_release(t);
    }
    for (size_t i = 0; i < w->zone_count; i++)
        zone_free(w->zones[i]);
    roster_free(w->roster);
    mark_table_free(w->marks);
    free(w->zones);
    free(w->starts);
    map_free(w->zone_refs);
    map_free(w->refs);
    map_free(w->labels);
    pthread_mutex_destroy(&w->labels_mutex);
    slab_free(w->slab);
    free(w);
}

const struct world_limits *world_limits(const struct world *w)
{
    return &w->limits;
}

void world_set_limits(struct world *w, const struct world_limits *limits)
{
    assert(limits);
    hooks_built("the world's limits");
    w->limits = *limits;
}

struct thing *world_slot(struct world *w, uint32_t index)
{
    return slab_at(w->slab, index);
}

uint32_t world_slots(struct world *w)
{
    return slab_end(w->slab);
}

void world_scatter(struct world *w, uint64_t seed)
{
    slab_scatter(w->slab, seed);
}

struct slab *world_slab(struct world *w)
{
    return w->slab;
}

struct mark_table *world_marks_peek(const struct world *w)
{
    return w->marks;
}

struct roster *world_roster_peek(struct world *w)
{
    return w->roster;
}

const char *world_intern(struct world *w, const char *s)
{
    assert(s);
    pthread_mutex_lock(&w->labels_mutex);
    hooks_guarded(&w->labels_mutex, "the labels of things");
    const char *kept = map_keep(w->labels, s);
    pthread_mutex_unlock(&w->labels_mutex);
    return kept;
}

struct thing *world_define(struct world *w, const char *name, unsigned flags)
{
    assert(name);
    hooks_built("the names of the world's things");
    if (map_get(w->refs, name))
        return NULL;
    struct thing *t = limbo_new(w, flags, name);
    t->refname = thing_label(t); // the world's own copy of the name
    if (flags & (THING_LOCATION | THING_MOBILE | THING_PLAYER))
        inventory_give(t, 0);
    map_put(w->refs, t->refname, t);
    return t;
}

struct thing *world_lookup(struct world *w, const char *name)
{
    assert(name);
    return map_get(w->refs, name);
}

void world_settle(struct world *w)
{
    if (w->settled)
        return;
    w->settled = true;
    raw_own(1);
    for (uint32_t i = 1; i < slab_end(w->slab); i++) {
        struct thing *t = slab_at(w->slab, i);
        if (place_kind(place_peek(&t->place)) == PLACE_DEAD)
            continue;
        t->flags |= THING_BUILT;
        t->changed = (struct attr_set){0};
        if (t->prototype && t->origin)
            t->prototype->flags |= THING_PLACED;
    }
    raw_own(-1);
}

size_t world_things(const struct world *w)
{
    return slab_used(w->slab);
}

void world_add_start(struct world *w, struct thing *location)
{
    assert(location);
    hooks_built("where players begin");
    w->starts = mem_realloc_array(w->starts, w->start_count + 1, sizeof(*w->starts));
    w->starts[w->start_count++] = location;
    location->flags |= THING_START;
}

size_t world_starts(const struct world *w)
{
    return w->start_count;
}

struct thing *world_start(const struct world *w, size_t n)
{
    assert(n < w->start_count);
    return n < w->start_count ? w->starts[n] : NULL;
}

void world_set_player_template(struct world *w, struct thing *template)
{
    hooks_built("what players are made of");
    w->player_template = template;
}

struct thing *world_player_template(const struct world *w)
{
    return w->player_template;
}

struct zone *world_add_zone(struct world *w, const char *ref, const char *name)
{
    assert(ref && name);
    hooks_built("the list of zones");
    if (map_get(w->zone_refs, ref))
        return NULL;
    struct zone *z = zone_new(w, ref, name);
    w->zones = mem_realloc_array(w->zones, w->zone_count + 1, sizeof(*w->zones));
    w->zones[w->zone_count++] = z;
    map_put(w->zone_refs, zone_ref(z), z);
    return z;
}

struct zone *world_zone(struct world *w, const char *ref)
{
    assert(ref);
    return map_get(w->zone_refs, ref);
}

size_t world_zones(const struct world *w)
{
    return w->zone_count;
}

struct zone *world_zone_at(const struct world *w, size_t n)
{
    return n < w->zone_count ? w->zones[n] : NULL;
}
