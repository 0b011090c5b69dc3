// Finds the new thing for each old one: first by prototype and origin, which must be matched
// already, then by prototype alone, in the order of the files. Locations and lock anchors are found
// by name.
#include "world/snapshot/carry_priv.h"

#include "util/buf.h"
#include "util/map.h"
#include "util/mem.h"
#include "world/attr/reset.h"

#include <stdlib.h>
#include <string.h>

static void carry_match_pair(struct carry *c, struct thing *then, struct thing *now)
{
    c->now[then->place.index] = now;
    c->then[now->place.index] = then;
}

static bool carry_match_is_root(struct thing *t)
{
    return place_kind(place_peek(&t->place)) == PLACE_PLACED && place_is_root(&t->place);
}

static void match_roots(struct carry *c)
{
    struct map *anchors = map_new();
    for (uint32_t i = 1; i < c->new_slots; i++) {
        struct thing *t = world_slot(c->to, i);
        if (carry_match_is_root(t) && !(t->flags & THING_LOCATION))
            map_put(anchors, thing_label(t), t);
    }
    for (uint32_t i = 1; i < c->old_slots; i++) {
        struct thing *t = world_slot(c->from, i), *now;
        if (!carry_match_is_root(t))
            continue;
        now = t->flags & THING_LOCATION ? world_lookup(c->to, t->refname)
                                        : map_get(anchors, thing_label(t));
        if (now && carry_match_is_root(now))
            carry_match_pair(c, t, now);
    }
    map_free(anchors);
}

// The new files say `spawn` or `each` for this thing, so its original stays at its origin. If it
// was taken away under the old files, it is a copy from now on and matches no placed thing.
static bool is_loose(struct carry *c, struct thing *t)
{
    struct reset reset = {0};
    struct thing *p = carry_is_home(t) ? NULL : carry_prototype(c->to, t->refname);
    return p && reset_get(p, &reset) && (reset.spawn || reset.each);
}

static bool is_placed(struct thing *t)
{
    return snapshot_is_built(t) && t->prototype && t->origin && carry_is_inside(t);
}

// The key of a placed thing: its prototype and its origin. Things with equal keys are distinguished
// by their order.
static void carry_match_write_key(const struct thing *t, struct buf *out)
{
    for (int depth = 0; t && depth < PLACE_DEPTH_MAX; depth++) {
        buf_addf(out, "%s@", t->refname);
        t = t->flags & THING_LOCATION ? NULL : t->origin;
    }
}

// The new things that share one key, in the order of the files; the first `taken` are matched.
struct alike {
    struct thing **list;
    size_t count, taken;
};

static void carry_match_add(struct map *m, const char *key, struct thing *t)
{
    struct alike *a = map_get(m, key);
    if (!a) {
        a = mem_new(struct alike);
        map_put(m, key, a);
    }
    a->list = mem_realloc_array(a->list, a->count + 1, sizeof(struct thing *));
    a->list[a->count++] = t;
}

// The next thing with that key that is not matched yet, or NULL.
static struct thing *carry_match_take(struct carry *c, struct map *m, const char *key)
{
    struct alike *a = map_get(m, key);
    while (a && a->taken < a->count) {
        struct thing *t = a->list[a->taken++];
        if (!c->then[t->place.index])
            return t;
    }
    return NULL;
}

static void free_alike(struct map *m)
{
    struct map_iter at = {0};
    for (void *value; map_next(m, &at, NULL, &value);) {
        free(((struct alike *)value)->list);
        free(value);
    }
    map_free(m);
}

typedef void (*name_fn)(const struct thing *t, struct buf *out);

static void match_by(struct carry *c, name_fn name)
{
    struct map *there = map_new();
    struct buf key = BUF_INIT;
    for (uint32_t i = 1; i < c->new_slots; i++) {
        struct thing *t = world_slot(c->to, i);
        if (!is_placed(t) || c->then[i])
            continue;
        buf_clear(&key);
        name(t, &key);
        carry_match_add(there, buf_str(&key), t);
    }
    for (uint32_t i = 1; i < c->old_slots; i++) {
        struct thing *t = world_slot(c->from, i);
        if (!is_placed(t) || c->now[i] || is_loose(c, t))
            continue;
        buf_clear(&key);
        name(t, &key);
        struct thing *now = carry_match_take(c, there, buf_str(&key));
        if (now)
            carry_match_pair(c, t, now);
    }
    buf_fini(&key);
    free_alike(there);
}

static void write_ref(const struct thing *t, struct buf *out)
{
    buf_adds(out, t->refname);
}

void carry_match(struct carry *c)
{
    match_roots(c);
    match_by(c, carry_match_write_key);
    match_by(c, write_ref);
}
