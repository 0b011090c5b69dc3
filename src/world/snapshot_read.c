// Restores the things in play. First the whole snapshot is looked at and held against the world that
// was built; then, as nothing can go wrong any more, everything is taken out of its place, what is no
// more ends, copies are made, values are set, and all is put where it was.
// One thread, before anything runs; everything is reached past the checker.
#include "world/snapshot.h"

#include "lock/raw.h"
#include "util/doc.h"
#include "util/mem.h"
#include "util/pack.h"
#include "world/player.h"
#include "world/snapshot_priv.h"

#include <stdio.h>
#include <stdlib.h>

enum { SLOT_MAX = 1 << 30 };

// One thing of the snapshot.
struct kept {
    uint32_t slot, flags, has, changed, written, prototype, origin;
    const char *label;           // "" for its prototype's, or as it was built
    const unsigned char *values; // of the attributes in `written`, one after the other
    uint32_t in;                 // position + 1 of what it is in; 0: a root
    bool listed;
    struct thing *thing;
};

struct snapshot_world {
    struct world *world;
    struct kept *list; // by slot
    size_t count;
    struct unpack contents, roster, populations;
    struct doc_problems problems;
};

static struct unpack section(struct unpack *in)
{
    size_t n = unpack_limited(in, (uint64_t)(in->end - in->at));
    struct unpack s = {in->at, in->at + n, in->bad};
    in->at += n;
    return s;
}

static struct kept *find(const struct snapshot_world *s, uint32_t slot)
{
    size_t low = 0, high = s->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (s->list[middle].slot < slot)
            low = middle + 1;
        else
            high = middle;
    }
    return low < s->count && s->list[low].slot == slot ? &s->list[low] : NULL;
}

static struct thing *built_at(struct world *w, uint32_t slot)
{
    struct thing *t = slot && slot < world_slots(w) ? world_slot(w, slot) : NULL;
    return t && place_kind(place_peek(&t->place)) != PLACE_DEAD && snapshot_is_built(t) ? t : NULL;
}

static const char *look_at_thing(struct snapshot_world *s, struct kept *k)
{
    bool built = k->flags & THING_BUILT;
    struct thing *p = built_at(s->world, k->prototype);
    struct thing *mine = built_at(s->world, k->slot);
    if (s->count && s->list[s->count - 1].slot >= k->slot)
        return "things in order of their slots";
    if (built && (!mine || !snapshot_in_play(mine)))
        return "a built thing in its slot";
    if (built)
        k->thing = mine;
    if (k->prototype && (!p || place_kind(place_peek(&p->place)) != PLACE_FROZEN || built))
        return "a prototype of this world";
    if ((k->written & ~k->has) || (k->has >> ATTR_COUNT))
        return "attributes that there are";
    return NULL;
}

static const char *read_things(struct snapshot_world *s, struct unpack in)
{
    size_t cap = 0;
    while (in.at < in.end && !in.bad) {
        struct kept k = {0};
        k.slot = (uint32_t)unpack_limited(&in, SLOT_MAX);
        k.flags = (uint32_t)unpack_limited(&in, UINT32_MAX);
        k.has = (uint32_t)unpack_limited(&in, UINT32_MAX);
        k.changed = (uint32_t)unpack_limited(&in, UINT32_MAX);
        k.written = (uint32_t)unpack_limited(&in, UINT32_MAX);
        k.prototype = (uint32_t)unpack_limited(&in, SLOT_MAX);
        k.origin = (uint32_t)unpack_limited(&in, SLOT_MAX);
        k.label = unpack_text(&in);
        k.values = in.at;
        const char *expected = in.bad ? "whole things" : look_at_thing(s, &k);
        if (expected)
            return expected;
        for (int n = __builtin_popcount(k.written); n; n--)
            unpack_skip_doc(&in);
        if (s->count == cap) {
            cap = cap ? cap * 2 : 1024;
            s->list = mem_realloc_array(s->list, cap, sizeof(*s->list));
        }
        s->list[s->count++] = k;
    }
    return in.bad ? "whole things" : NULL;
}

static bool holds_things(const struct kept *k)
{
    return k->has >> ATTR_INVENTORY & 1;
}

// Players only in their list, and nobody else: a location's audience is made from it.
static bool may_be_in(const struct kept *k, int list)
{
    bool player = k->flags & THING_PLAYER && k->has >> ATTR_PLAYER & 1;
    return player == (list == INVENTORY_PLAYERS) || list == INVENTORY_DISABLED;
}

static const char *look_at_audience(struct snapshot_world *s, struct unpack *in, uint64_t count,
                                    uint32_t holder)
{
    for (uint64_t i = 0; i < count; i++) {
        struct kept *k = find(s, (uint32_t)unpack_limited(in, SLOT_MAX));
        if (!k || k->in != holder || !may_be_in(k, INVENTORY_PLAYERS))
            return "an audience of those who are there";
    }
    return in->bad ? "whole audiences" : NULL;
}

static const char *look_at_contents(struct snapshot_world *s, struct unpack in)
{
    while (in.at < in.end && !in.bad) {
        struct kept *holder = find(s, (uint32_t)unpack_limited(&in, SLOT_MAX));
        uint64_t players = 0;
        if (!holder || !holds_things(holder))
            return "contents of what can hold things";
        for (int list = 0; list < INVENTORY_LISTS; list++) {
            uint64_t count = unpack_limited(&in, SLOT_MAX);
            if (list == INVENTORY_PLAYERS)
                players = count;
            for (; count && !in.bad; count--) {
                struct kept *k = find(s, (uint32_t)unpack_limited(&in, SLOT_MAX));
                if (!k || k->listed || !may_be_in(k, list))
                    return "each thing in one list of its kind";
                k->listed = true;
                k->in = (uint32_t)(holder - s->list) + 1;
            }
        }
        const char *expected = look_at_audience(s, &in, players, (uint32_t)(holder - s->list) + 1);
        if (expected)
            return expected;
    }
    return in.bad ? "whole contents" : NULL;
}

// Every thing ends in a built root, not too deep.
static const char *look_at_places(const struct snapshot_world *s)
{
    for (size_t i = 0; i < s->count; i++) {
        const struct kept *k = &s->list[i];
        for (int depth = 0; k->in; depth++) {
            if (depth >= PLACE_DEPTH_MAX - 2)
                return "things that are in something";
            k = &s->list[k->in - 1];
        }
        if (!k->thing || !place_is_root(&k->thing->place))
            return "things in the locations of this world";
    }
    return NULL;
}

static const char *look_at_rest(const struct snapshot_world *s, struct unpack populations,
                                struct unpack roster)
{
    for (size_t i = 0; i < s->count; i++)
        if (s->list[i].origin && !find(s, s->list[i].origin))
            return "origins that are there";
    while (populations.at < populations.end && !populations.bad) {
        if (!built_at(s->world, (uint32_t)unpack_limited(&populations, SLOT_MAX)))
            return "populations of prototypes";
        unpack_limited(&populations, UINT32_MAX);
    }
    while (roster.at < roster.end && !roster.bad) {
        const struct kept *k = find(s, (uint32_t)unpack_limited(&roster, SLOT_MAX));
        if (!k || !may_be_in(k, INVENTORY_PLAYERS))
            return "a roster of players";
        unpack_text(&roster);
    }
    return populations.bad || roster.bad ? "a whole roster" : NULL;
}

static const char *look(struct snapshot_world *s, struct unpack *in)
{
    if (unpack_uint(in) != SNAPSHOT_VERSION)
        return "version 1 of the world";
    struct unpack things = section(in);
    s->contents = section(in);
    s->populations = section(in);
    s->roster = section(in);
    const char *expected = in->bad ? "four sections" : read_things(s, things);
    if (!expected)
        expected = look_at_contents(s, s->contents);
    if (!expected)
        expected = look_at_places(s);
    return expected ? expected : look_at_rest(s, s->populations, s->roster);
}

// Then the world is made so.

// Everything that is in something comes out of it; what is no more ends only then, as others may
// have been inside it.
static void take_apart(struct snapshot_world *s)
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
        struct kept *k = find(s, inside[i]->place.index);
        if (!k || k->thing != inside[i])
            thing_release(inside[i]);
    }
    free(inside);
}

static struct thing *resolve(struct attr_decode *d, const struct doc_node *ref)
{
    const char *name;
    if (!doc_want_string(d->problems, d->doc, ref, &name))
        return NULL;
    return world_lookup(d->world, name);
}

static void make_copy(struct snapshot_world *s, struct kept *k)
{
    struct thing *p = built_at(s->world, k->prototype);
    struct thing *t = k->thing = thing_alloc(s->world);
    if (p) {
        t->prototype = p;
        t->refname = p->refname;
        t->zone = p->zone;
        for (unsigned id = 0; id < ATTR_COUNT; id++) {
            void *value = thing_attr(p, (enum attr_id)id);
            void *copy = value ? attr_kind((enum attr_id)id)->copy(value, t) : NULL;
            if (copy)
                thing_attr_store(t, (enum attr_id)id, copy);
        }
    }
    thing_set_label(t, *k->label || !p ? k->label : thing_label(p));
    place_store_at(&t->place, place_word_limbo(0, 0), NULL);
}

static void set_value(struct snapshot_world *s, struct thing *t, unsigned id, struct unpack *in)
{
    const struct attr_kind *kind = attr_kind((enum attr_id)id);
    struct doc *d = doc_new("snapshot");
    struct attr_decode decode = {s->world, d, &s->problems, NULL, resolve};
    struct doc_node *n = unpack_doc(in, d);
    if (kind->restore) {
        kind->restore(&decode, t, n);
    } else if (kind->decode) {
        void *value = kind->decode(&decode, t, n);
        if (value)
            thing_attr_store(t, (enum attr_id)id, value);
    }
    doc_free(d);
}

static void set_attributes(struct snapshot_world *s, struct kept *k, const unsigned char *end)
{
    struct unpack in = {k->values, end, false};
    struct thing *t = k->thing;
    for (unsigned id = 0; id < ATTR_COUNT; id++) {
        if (k->written >> id & 1)
            set_value(s, t, id, &in);
        else if (!(k->has >> id & 1) && id != ATTR_INVENTORY)
            thing_attr_store(t, (enum attr_id)id, NULL);
    }
    if (holds_things(k) && !inventory_has(t))
        inventory_give(t, 0);
    if (k->flags & THING_PLAYER && k->has >> ATTR_PLAYER & 1 && !thing_attr(t, ATTR_PLAYER))
        player_give(t, thing_label(t), "");
    if (*k->label)
        thing_set_label(t, k->label);
    t->changed = k->changed;
    t->flags = k->flags;
    struct kept *origin = k->origin ? find(s, k->origin) : NULL;
    if (t->origin)
        place_unpin(&t->origin->place);
    t->origin = origin ? origin->thing : NULL;
    if (t->origin)
        place_pin(&t->origin->place);
}

static void put_in_place(struct snapshot_world *s)
{
    struct unpack in = s->contents;
    while (in.at < in.end) {
        struct kept *holder = find(s, (uint32_t)unpack_uint(&in));
        uint64_t players = 0;
        for (int list = 0; list < INVENTORY_LISTS; list++) {
            uint64_t count = unpack_uint(&in);
            if (list == INVENTORY_PLAYERS)
                players = count;
            for (; count; count--) {
                struct kept *k = find(s, (uint32_t)unpack_uint(&in));
                inventory_list_restore(holder->thing, k->thing, (enum inventory_list)list);
            }
        }
        for (uint64_t i = 0; i < players; i++)
            inventory_audience_restore(holder->thing, i,
                                       find(s, (uint32_t)unpack_uint(&in))->thing);
    }
}

static void put_on_record(struct snapshot_world *s)
{
    struct unpack in = s->populations;
    for (uint32_t i = 1; i < world_slots(s->world); i++)
        world_slot(s->world, i)->population = 0;
    while (in.at < in.end) {
        struct thing *p = built_at(s->world, (uint32_t)unpack_uint(&in));
        p->population = (uint32_t)unpack_uint(&in);
    }
    in = s->roster;
    while (in.at < in.end) {
        struct thing *player = find(s, (uint32_t)unpack_uint(&in))->thing;
        world_roster_add_at(s->world, player, unpack_text(&in), NULL);
    }
}

static void apply(struct snapshot_world *s, const unsigned char *end)
{
    raw_own(1);
    take_apart(s);
    for (size_t i = 0; i < s->count; i++)
        if (!s->list[i].thing)
            make_copy(s, &s->list[i]);
    for (size_t i = 0; i < s->count; i++)
        set_attributes(s, &s->list[i], end);
    put_in_place(s);
    put_on_record(s);
    raw_own(-1);
}

struct snapshot_world *snapshot_read(struct world *w, struct unpack *in, char *why, size_t size)
{
    struct snapshot_world *s = mem_new(struct snapshot_world);
    s->world = w;
    const char *expected = look(s, in);
    if (!expected) {
        apply(s, in->end);
        return s;
    }
    snprintf(why, size, "damaged, or of another world: expected %s", expected);
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
    const struct kept *k = find(s, slot);
    return k ? k->thing : NULL;
}
