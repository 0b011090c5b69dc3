// Restores the things in play. First the whole snapshot is compared with the world that was built
// (snapshot_look.c). Then everything is taken out of its place, things that the snapshot does not
// have end, copies are made, values are set, and everything is put where it was. One thread, before
// anything runs; everything is accessed without the checker.
#include "world/snapshot/snapshot.h"

#include "lock/raw.h"
#include "util/error.h"
#include "util/mem.h"
#include "world/attr/marks.h"
#include "world/player.h"
#include "world/snapshot/snapshot_priv.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

// Takes everything out of its inventory. Things that end do so afterwards, as others may have been
// inside them.
static void snapshot_read_take_apart(struct snapshot_world *s)
{
    struct world *w = s->world;
    size_t count = 0;
    struct thing **inside = mem_calloc(world_slots(w), sizeof(struct thing *));
    for (uint32_t i = 1; i < world_slots(w); i++) {
        struct thing *t = world_slot(w, i);
        if (snapshot_in_play(t) && !place_is_root(&t->place))
            inside[count++] = t;
    }
    for (size_t i = 0; i < count; i++) {
        inventory_leave(inside[i]);
        place_store_at(&inside[i]->place, place_word_limbo(0, 0), NULL);
    }
    for (size_t i = 0; i < count; i++) {
        struct snapshot_kept *k = snapshot_find(s, inside[i]->place.index);
        if (!k || k->thing != inside[i])
            thing_release(inside[i]);
    }
    free(inside);
}

static struct thing *snapshot_read_resolve(struct attr_decode *d, const struct doc_node *ref)
{
    const char *name;
    if (!doc_want_string(d->problems, d->doc, ref, &name))
        return NULL;
    return world_lookup(d->world, name);
}

struct thing *snapshot_copy_of(struct world *w, struct thing *p, const char *label)
{
    struct thing *t = thing_alloc(w);
    if (p) {
        t->prototype = p;
        t->refname = p->refname;
        t->zone = p->zone;
        t->flags = (p->flags & ~(uint32_t)(THING_BUILT | THING_PLACED)) | THING_COPY;
        attr_set_foreach (id, &p->has) {
            void *value = thing_attr(p, (enum attr_id)id);
            void *copy = attr_kind((enum attr_id)id)->copy(value, t);
            if (copy)
                thing_attr_store(t, (enum attr_id)id, copy);
        }
    }
    thing_set_label(t, label);
    place_store_at(&t->place, place_word_limbo(0, 0), NULL);
    return t;
}

static void make_copy(struct snapshot_world *s, struct snapshot_kept *k)
{
    struct thing *p = snapshot_built_at(s->world, k->prototype);
    k->thing = snapshot_copy_of(s->world, p, *k->label || !p ? k->label : thing_label(p));
    if (!p)
        k->thing->flags = k->flags; // set first, as some values are for creatures only
}

struct values {
    struct attr_decode decode; // first
    struct snapshot_world *snapshot;
};

static struct thing *snapshot_read_in_slot(struct attr_decode *d, uint32_t slot)
{
    return snapshot_thing(((struct values *)d)->snapshot, slot);
}

// The document is empty, and is so again afterwards.
static void snapshot_read_set_value(struct snapshot_world *s, struct thing *t, unsigned id,
                                    struct unpack *in, struct doc *d)
{
    const struct attr_kind *kind = attr_kind((enum attr_id)id);
    struct values values = {
        {s->world, d, &s->problems, NULL, snapshot_read_resolve, snapshot_read_in_slot}, s};
    struct doc_node *n = unpack_doc(in, d);
    if (kind->restore) {
        kind->restore(&values.decode, t, n);
    } else if (kind->decode) {
        void *value = kind->decode(&values.decode, t, n);
        if (value)
            thing_attr_store(t, (enum attr_id)id, value);
    }
    doc_clear(d);
}

static void set_attributes(struct snapshot_world *s, struct snapshot_kept *k,
                           const unsigned char *end, struct doc *d)
{
    struct unpack in = {k->values, end, false};
    struct thing *t = k->thing;
    struct attr_set lost = t->has;
    for (unsigned i = 0; i < ATTR_WORDS; i++)
        lost.word[i] &= ~(k->has.word[i] | k->written.word[i]);
    attr_set_remove(&lost, ATTR_INVENTORY);
    attr_set_foreach (id, &lost)
        thing_attr_store(t, (enum attr_id)id, NULL);
    attr_set_foreach (id, &k->written)
        snapshot_read_set_value(s, t, id, &in, d);
    if (snapshot_holds_things(k) && !inventory_has(t))
        inventory_give(t, 0);
    if (k->flags & THING_PLAYER && attr_set_has(&k->has, ATTR_PLAYER) &&
        !thing_attr(t, ATTR_PLAYER))
        player_give(t, thing_label(t), "");
    if (*k->label)
        thing_set_label(t, k->label);
    t->changed = k->changed;
    t->flags = k->flags;
    struct snapshot_kept *origin = k->origin ? snapshot_find(s, k->origin) : NULL;
    if (t->origin)
        place_unpin(&t->origin->place);
    t->origin = origin ? origin->thing : NULL;
    if (t->origin)
        place_pin(&t->origin->place);
}

static void snapshot_read_put_in_place(struct snapshot_world *s)
{
    struct unpack in = s->contents;
    while (in.at < in.end) {
        struct snapshot_kept *holder = snapshot_find(s, (uint32_t)unpack_uint(&in));
        uint64_t players = 0;
        for (int list = 0; list < INVENTORY_LISTS; list++) {
            uint64_t count = unpack_uint(&in);
            if (list == INVENTORY_PLAYERS)
                players = count;
            for (; count; count--) {
                struct snapshot_kept *k = snapshot_find(s, (uint32_t)unpack_uint(&in));
                inventory_list_restore(holder->thing, k->thing, (enum inventory_list)list);
            }
        }
        for (uint64_t i = 0; i < players; i++)
            inventory_audience_restore(holder->thing, i,
                                       snapshot_find(s, (uint32_t)unpack_uint(&in))->thing);
    }
}

static void put_on_record(struct snapshot_world *s)
{
    struct unpack in = s->populations;
    for (uint32_t i = 1; i < world_slots(s->world); i++)
        world_slot(s->world, i)->population = 0;
    while (in.at < in.end) {
        struct thing *p = snapshot_built_at(s->world, (uint32_t)unpack_uint(&in));
        p->population = (uint32_t)unpack_uint(&in);
    }
    in = s->roster;
    while (in.at < in.end) {
        struct thing *player = snapshot_find(s, (uint32_t)unpack_uint(&in))->thing;
        world_roster_add_at(s->world, player, unpack_text(&in), NULL);
        world_roster_entitle_at(s->world, player, marks_title_peek(player), NULL);
    }
}

static void apply(struct snapshot_world *s, const unsigned char *end)
{
    struct doc *d = doc_new("snapshot");
    raw_own(1);
    snapshot_read_take_apart(s);
    for (size_t i = 0; i < s->count; i++)
        if (!s->list[i].thing)
            make_copy(s, &s->list[i]);
    for (size_t i = 0; i < s->count; i++)
        set_attributes(s, &s->list[i], end, d);
    snapshot_read_put_in_place(s);
    put_on_record(s);
    raw_own(-1);
    doc_free(d);
}

struct snapshot_world *snapshot_read(struct world *w, struct unpack *in, struct error *why)
{
    assert(in && why);
    struct snapshot_world *s = mem_new(struct snapshot_world);
    s->world = w;
    const char *expected = snapshot_look(s, in);
    if (!expected) {
        apply(s, in->end);
        return s;
    }
    error_set(why, -EINVAL, "damaged, or of another world: expected %s", expected);
    snapshot_world_free(s);
    return NULL;
}

void snapshot_world_free(struct snapshot_world *s)
{
    if (!s)
        return;
    doc_problems_fini(&s->problems);
    free(s->list);
    free(s);
}

struct thing *snapshot_thing(const struct snapshot_world *s, uint32_t slot)
{
    const struct snapshot_kept *k = snapshot_find(s, slot);
    return k ? k->thing : NULL;
}
