// The life of a thing outside inventories: made, published, taken, frozen, ended. The token is the
// word in the thing's place: the id of the lock set that owns it, and a nonce. The owner is the
// lock set of the running task. For workers, and the one thread that builds the world.
#include "world/limbo.h"

#include "world/world_priv.h"
#include "world/zone.h"

#include <assert.h>

static _Atomic uint32_t nonce;

static uint64_t my_token(void)
{
    struct lockset *ls = lockset_current();
    assert(ls);
    return place_word_limbo(ls->id, atomic_fetch_add_explicit(&nonce, 1, memory_order_relaxed));
}

static struct thing *limbo_make(struct world *w, unsigned flags, const char *label,
                                const struct site *at)
{
    struct thing *t = thing_alloc(w);
    t->flags = flags;
    atomic_store_explicit(&t->place.label, label, memory_order_relaxed);
    hooks_permit(&t->place);
    place_store_at(&t->place, my_token(), at);
    hooks_limbo(HOOKS_LIMBO_TAKE, &t->place, lockset_current()->id, at);
    return t;
}

struct thing *limbo_new_at(struct world *w, unsigned flags, const char *label,
                           const struct site *at)
{
    return limbo_make(w, flags, label ? world_intern(w, label) : NULL, at);
}

// Is the copied value sound: its own, or one that is counted? Some attributes are a small number in
// place of a pointer.
static bool is_same_value(const void *value, const void *copy, enum attr_id id)
{
    return copy == value && (uintptr_t)value >= 4096 && !attr_shared_counted(id, value);
}

struct thing *limbo_copy_at(struct thing *of, const struct site *at)
{
    assert(of);
    hooks_access(&of->place, ATTR_NAME, false, at);
    struct thing *t =
        limbo_make(of->world, (of->flags & ~(unsigned)(THING_BUILT | THING_PLACED)) | THING_COPY,
                   thing_label(of), at);
    // A prototype is frozen, now or when the world has been built; a thing in play may end before
    // its copies do.
    bool in_play = place_kind(place_peek(&of->place)) == PLACE_PLACED;
    t->prototype = of->prototype || in_play ? of->prototype : of;
    t->refname = of->refname;
    t->zone = of->zone;
    attr_set_foreach (id, &of->has) {
        void *value = thing_attr(of, (enum attr_id)id);
        void *copy = attr_kind((enum attr_id)id)->copy(value, t);
        if (is_same_value(value, copy, (enum attr_id)id))
            hooks_copied(&of->place, id, at);
        if (copy)
            thing_attr_store(t, (enum attr_id)id, copy);
    }
    // A copy that is built may differ from its prototype from the start, as the far side of a door
    // does.
    t->changed = t->prototype == of        ? (struct attr_set){0}
                 : of->flags & THING_BUILT ? of->has
                                           : of->changed;
    return t;
}

struct thing *limbo_player_at(struct world *w, struct thing *template, const char *name,
                              const struct site *at)
{
    assert(w && name);
    struct thing *t = template ? limbo_copy_at(template, at) : limbo_make(w, 0, NULL, at);
    t->flags = THING_PLAYER | THING_COPY;
    t->prototype = NULL;
    t->refname = "";
    t->zone = NULL;
    thing_set_label(t, name);
    if (!inventory_has(t))
        inventory_give(t, 0);
    return t;
}

void limbo_take_at(struct thing *t, const struct site *at)
{
    if (place_kind(place_peek(&t->place)) != PLACE_PLACED) {
        hooks_take(&t->place, at);
        return;
    }
    hooks_limbo(HOOKS_LIMBO_TAKE, &t->place, lockset_current()->id, at);
    inventory_leave(t);
    place_store_at(&t->place, my_token(), at);
}

// Things that are not in limbo are left alone: such a thing is in a list, or frozen, or its slot is
// free already, and ending it again would link it, or its slot, twice.
static bool has_token(struct thing *t, const struct site *at)
{
    if (place_kind(place_peek(&t->place)) == PLACE_LIMBO)
        return true;
    hooks_token_missing(&t->place, at);
    return false;
}

enum inventory_outcome limbo_publish_at(struct thing *t, struct thing *into, const struct site *at)
{
    assert(into);
    hooks_list(&into->place, true, at);
    if (!has_token(t, at) || thing_inside(into, t))
        return INVENTORY_CYCLE;
    if (inventory_is_full(into, t))
        return INVENTORY_FULL;
    hooks_limbo(HOOKS_LIMBO_PUBLISH, &t->place, into->place.index, at);
    inventory_enter(into, t);
    return INVENTORY_MOVED;
}

void limbo_publish_root_at(struct thing *t, const struct site *at)
{
    if (!has_token(t, at))
        return;
    hooks_limbo(HOOKS_LIMBO_PUBLISH, &t->place, t->place.index, at);
    place_store_at(&t->place, place_word_in(&t->place), at);
}

void limbo_freeze_at(struct thing *t, const struct site *at)
{
    if (!has_token(t, at))
        return;
    hooks_limbo(HOOKS_LIMBO_FREE, &t->place, 0, at);
    place_store_at(&t->place, PLACE_FROZEN, at);
}

void limbo_set_origin_at(struct thing *t, struct thing *origin, const struct site *at)
{
    hooks_list(&t->place, true, at);
    if (t->origin)
        place_unpin(&t->origin->place);
    if (origin)
        place_pin(&origin->place);
    t->origin = origin;
    if (origin)
        t->flags &= ~(uint32_t)THING_COPY;
    else
        t->flags |= THING_COPY;
}

void limbo_free_at(struct thing *t, const struct site *at)
{
    struct thing *inner;
    if (!has_token(t, at))
        return;
    while ((inner = inventory_any(t))) {
        limbo_take_at(inner, at);
        limbo_free_at(inner, at);
    }
    hooks_limbo(HOOKS_LIMBO_FREE, &t->place, 0, at);
    hooks_reused(&t->place, at);
    if (inventory_any(t))
        hooks_emptied(&t->place, at);
    thing_release(t);
}
