// Step 6: locked doors in exits whose key nobody can get, as it lies behind them or nowhere.
// Players who are inside and cannot get out are the business of zone_traps.c.
#include "store/zones_priv.h"
#include "util/mem.h"
#include "world/attr/deeds.h"
#include "world/attr/door.h"
#include "world/attr/exits.h"
#include "world/attr/replies.h"
#include "world/world.h"
#include "world/zone.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

// Where a key can be had; where NULL: somewhere that is not looked into.
struct key_source {
    const struct thing *what;
    struct thing *where;
};

struct keys {
    struct loader *l;
    struct key_source *sources;
    size_t count, cap;
    bool *reached; // by entry
    struct thing **queue;
};

static void add_source(struct keys *k, const struct thing *what, struct thing *where)
{
    if (k->count == k->cap) {
        k->cap = k->cap ? k->cap * 2 : 256;
        k->sources = mem_realloc_array(k->sources, k->cap, sizeof(*k->sources));
    }
    k->sources[k->count++] = (struct key_source){what, where};
}

static void gather_resets(struct keys *k, const struct zone_reset *r, struct thing *at)
{
    for (; r; r = r->next) {
        if (r->kind == ZONE_DOOR || r->kind == ZONE_REMOVE)
            continue;
        struct thing *where = r->kind == ZONE_PLACE ? r->where : r->where ? NULL : at;
        add_source(k, r->what, where);
        gather_resets(k, r->then, where);
    }
}

// Locations are not published yet, so that thing_outermost knows none.
static struct thing *outermost(struct thing *t)
{
    while (thing_where(t) && thing_where(t) != t)
        t = thing_where(t);
    return t;
}

struct key_gift {
    struct keys *k;
    struct thing *where;
};

static void add_gift(void *arg, const char *ref)
{
    struct key_gift *g = arg;
    struct thing *what = world_lookup(g->k->l->world, ref);
    if (what)
        add_source(g->k, what, g->where);
}

// Adds what a creature or thing there hands out.
static void gather_gifts(struct keys *k, const struct zone_entry *e)
{
    struct key_gift g = {k, NULL};
    if (thing_is(e->thing, THING_LOCATION))
        g.where = e->thing;
    else if (e->instance_count)
        g.where = outermost(e->instances[0]);
    replies_gifts(e->thing, add_gift, &g);
    deeds_gifts(e->thing, add_gift, &g);
}

static void gather_keys(struct keys *k)
{
    for (size_t i = 0; i < k->l->entry_count; i++) {
        const struct zone_entry *e = &k->l->entries[i];
        gather_gifts(k, e);
        for (size_t n = 0; n < e->instance_count && !thing_is(e->thing, THING_LOCATION); n++)
            add_source(k, e->thing, outermost(e->instances[n]));
    }
    for (size_t i = 0; i < k->l->file_count; i++)
        if (k->l->files[i].zone)
            gather_resets(k, *zone_resets(k->l->files[i].zone), NULL);
}

static bool reach(struct keys *k, struct thing *t, size_t *n)
{
    struct zone_entry *e = t ? zone_entry_of(k->l, t) : NULL;
    if (!e || k->reached[e - k->l->entries])
        return false;
    k->reached[e - k->l->entries] = true;
    k->queue[(*n)++] = t;
    return true;
}

// Everywhere from the starts but through one door.
static void walk(struct keys *k, struct thing *near, int exit, struct thing *far, int back)
{
    assert(near);
    size_t n = 0;
    memset(k->reached, 0, k->l->entry_count);
    for (size_t i = 0; i < world_starts(k->l->world); i++)
        reach(k, world_start(k->l->world, i), &n);
    for (size_t at = 0; at < n; at++)
        for (int d = 0; d < DIRECTIONS; d++)
            if (!(k->queue[at] == near && d == exit) && !(k->queue[at] == far && d == back))
                reach(k, exits_to(k->queue[at], (enum direction)d), &n);
}

static bool zone_lint_keys_is_true(const struct doc_node *n)
{
    return n && n->kind == DOC_BOOL && n->boolean;
}

static void check_door_key(struct keys *k, const struct zone_entry *e, const struct doc_node *door)
{
    assert(e->instance_count && door);
    struct thing *key = door_key(e->thing), *near = thing_where(e->instances[0]),
                 *far = door_far(e->instances[0]);
    size_t had = 0, within = 0;
    walk(k, near, door_exit(e->thing), far ? thing_where(far) : NULL, far ? door_exit(far) : -1);
    for (size_t i = 0; i < k->count; i++) {
        if (k->sources[i].what != key)
            continue;
        const struct thing *where = k->sources[i].where;
        const struct zone_entry *at = where ? zone_entry_of(k->l, where) : NULL;
        had++;
        within += !at || k->reached[at - k->l->entries];
    }
    const struct doc_node *ref = doc_get(door, "key");
    if (!had)
        doc_warning(k->l->problems, e->file->doc, ref,
                    "no copy of the key \"%s\" is placed anywhere: the door stays locked",
                    ref->string.text);
    else if (!within)
        doc_warning(k->l->problems, e->file->doc, ref,
                    "the key \"%s\" can be had only behind this door", ref->string.text);
}

void zone_lint_keys(struct loader *l)
{
    struct keys k = {.l = l};
    k.reached = mem_calloc(l->entry_count + 1, sizeof(*k.reached));
    k.queue = mem_calloc(l->entry_count + 1, sizeof(*k.queue));
    gather_keys(&k);
    for (size_t i = 0; i < l->entry_count; i++) {
        const struct zone_entry *e = &l->entries[i];
        const struct doc_node *door = doc_get(e->node, "door"), *key = doc_get(door, "key");
        if (key && key->kind == DOC_STRING && zone_lint_keys_is_true(doc_get(door, "locked")) &&
            e->instance_count && door_exit(e->thing) >= 0 && door_key(e->thing))
            check_door_key(&k, e, door);
    }
    free(k.queue);
    free(k.reached);
    free(k.sources);
}
