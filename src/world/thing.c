// The slab of things and what may be asked of a thing without a lock. Slots are used again in the
// order in which they were freed, so that generations wrap round as late as possible. Code that
// asks for the reference of a dead thing has kept its pointer too long: the slot may soon hold
// another thing. Any thread; one short mutex round the free list.
#include "world/world_priv.h"

#include "lock/raw.h"
#include "util/mem.h"
#include "world/slab.h"
#include "world/snapshot/write_set_digest.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct thing *thing_alloc(struct world *w)
{
    struct thing *t = slab_take(world_slab(w));
    raw_own(1);
    // The place is kept: others may be looking at it through a stale pointer.
    memset((char *)t + sizeof(t->place), 0, sizeof(*t) - sizeof(t->place));
    t->world = w;
    t->refname = "";
    t->list = INVENTORY_LISTS;
    atomic_store_explicit(&t->place.label, NULL, memory_order_relaxed);
    raw_own(-1);
    raw_fresh(&t->place);
    return t;
}

void thing_release(struct thing *t)
{
    raw_own(1);
    unsigned at = 0;
    attr_set_foreach (id, &t->has) {
        void *value = t->attrs[at++];
        raw_range_remove(value, &t->place);
        attr_kind((enum attr_id)id)->free(value);
    }
    free(t->attrs);
    t->attrs = NULL;
    t->has = (struct attr_set){0};
    memset(t->attrs_before, 0, sizeof(t->attrs_before));
    if (t->origin)
        place_unpin(&t->origin->place);
    t->origin = NULL;
    hooks_permit(&t->place);
    atomic_store_explicit(&t->place.lock, NULL, memory_order_relaxed);
    place_store_at(&t->place, PLACE_DEAD, NULL);
    write_set_digest_end(t);
    uint32_t was = atomic_load_explicit(&t->place.generation, memory_order_relaxed);
    atomic_fetch_add_explicit(&t->place.generation, 1, memory_order_release);
    hooks_ended(&t->place, was, SITE);
    raw_fresh(NULL);
    slab_give(world_slab(t->world), t);
    raw_own(-1);
}

// In the bytes of `has` behind this attribute's, the number of earlier values goes up or down by
// one.
static void shift_later_bytes(struct thing *t, enum attr_id id, int by)
{
    for (unsigned i = id / 8 + 1; i < ATTR_BYTES; i++)
        t->attrs_before[i] = (uint8_t)(t->attrs_before[i] + by);
}

// The array has room for 6 values, and grows by 4, so its size follows from the number of values.
static void thing_make_room(struct thing *t, unsigned n)
{
    if (!n || (n >= 6 && (n - 6) % 4 == 0))
        t->attrs = mem_realloc_array(t->attrs, n ? n + 4 : 6, sizeof(void *));
}

void thing_attr_store(struct thing *t, enum attr_id id, void *value)
{
    assert((unsigned)id < ATTR_COUNT);
    unsigned at = thing_attr_at(t, id);
    unsigned n = attr_set_count(&t->has);
    attr_set_add(&t->changed, id);
    raw_range_add(value, 0, &t->place);
    if (attr_set_has(&t->has, id)) {
        raw_range_remove(t->attrs[at], &t->place);
        attr_kind(id)->free(t->attrs[at]);
        if (value) {
            t->attrs[at] = value;
            return;
        }
        memmove(&t->attrs[at], &t->attrs[at + 1], (n - at - 1) * sizeof(void *));
        attr_set_remove(&t->has, id);
        shift_later_bytes(t, id, -1);
        return;
    }
    if (!value)
        return;
    thing_make_room(t, n);
    memmove(&t->attrs[at + 1], &t->attrs[at], (n - at) * sizeof(void *));
    t->attrs[at] = value;
    attr_set_add(&t->has, id);
    shift_later_bytes(t, id, 1);
}

void thing_set_label(struct thing *t, const char *label)
{
    assert(label);
    atomic_store_explicit(&t->place.label, world_intern(t->world, label), memory_order_relaxed);
    atomic_store_explicit(&t->identity, 0, memory_order_relaxed);
}

struct tref thing_ref_at(const struct thing *t, const struct site *at)
{
    hooks_referred(&t->place, at);
    return (struct tref){t->place.index,
                         atomic_load_explicit(&t->place.generation, memory_order_acquire)};
}

bool thing_is_ref(const struct thing *t, struct tref ref)
{
    return t->place.index == ref.index &&
           atomic_load_explicit(&t->place.generation, memory_order_acquire) == ref.generation;
}

struct thing *thing_find(struct world *w, struct tref ref)
{
    struct thing *t = ref.index ? slab_at(world_slab(w), ref.index) : NULL;
    uint32_t seen = t ? atomic_load_explicit(&t->place.generation, memory_order_acquire) : 0;
    if (!t || seen != ref.generation)
        return NULL;
    hooks_found(&t->place, seen, ref.generation, SITE);
    return t;
}

bool thing_is(const struct thing *t, unsigned flags)
{
    return (t->flags & flags) == flags;
}

bool thing_is_creature(const struct thing *t)
{
    return t->flags & (THING_PLAYER | THING_MOBILE);
}

const char *thing_label(const struct thing *t)
{
    const char *label = atomic_load_explicit(&t->place.label, memory_order_relaxed);
    return label ? label : "?";
}

const char *thing_refname(const struct thing *t)
{
    return t->refname;
}

struct thing *thing_prototype(const struct thing *t)
{
    return t->prototype;
}

struct thing *thing_origin_at(struct thing *t, const struct site *at)
{
    hooks_field(&t->place, false, "ask for the origin of", at);
    return t->origin;
}

struct zone *thing_zone(const struct thing *t)
{
    return t->zone;
}

struct world *thing_world(const struct thing *t)
{
    return t->world;
}

struct lock *thing_lock(const struct thing *t)
{
    return atomic_load_explicit(&t->place.lock, memory_order_acquire);
}

struct thing *thing_where_at(struct thing *t, const struct site *at)
{
    uint64_t where = place_read_at(&t->place, at);
    if (place_kind(where) != PLACE_PLACED || place_container(where) == &t->place)
        return NULL;
    return (struct thing *)place_container(where);
}

struct thing *thing_outermost_at(struct thing *t, const struct site *at)
{
    return (struct thing *)place_outermost_at(&t->place, at);
}

bool thing_inside(struct thing *t, struct thing *container)
{
    struct place *p = &t->place;
    for (int depth = 0; depth < PLACE_DEPTH_MAX; depth++) {
        if (p == &container->place)
            return true;
        uint64_t where = place_peek(p);
        if (place_kind(where) != PLACE_PLACED || place_container(where) == p)
            return false;
        p = place_container(where);
    }
    return false;
}
