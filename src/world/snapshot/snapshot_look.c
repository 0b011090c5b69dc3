// Checks a snapshot before anything is changed: every slot, list and flag in it is compared with
// the world that was built, so that restoring cannot fail half-way. The values of attributes are
// not checked. One thread, before anything runs.
#include "world/snapshot/snapshot_priv.h"

#include "util/mem.h"

enum { SLOT_MAX = 1 << 30, SET_BITS_MAX = 256 };

static struct unpack section(struct unpack *in)
{
    size_t n = unpack_uint(in);
    if (n > (size_t)(in->end - in->at)) {
        in->bad = true;
        n = 0;
    }
    struct unpack s = {in->at, in->at + n, in->bad};
    in->at += n;
    return s;
}

struct snapshot_kept *snapshot_find(const struct snapshot_world *s, uint32_t slot)
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

struct thing *snapshot_built_at(struct world *w, uint32_t slot)
{
    struct thing *t = slot && slot < world_slots(w) ? world_slot(w, slot) : NULL;
    return t && place_kind(place_peek(&t->place)) != PLACE_DEAD && snapshot_is_built(t) ? t : NULL;
}

// The flags of a thing never change, except whether it has an origin and is counted.
static bool flags_fit(const struct snapshot_kept *k, const struct thing *like)
{
    uint32_t changing = THING_COPY | THING_COUNTED;
    if (k->flags & THING_COUNTED && (!like || k->flags & THING_BUILT))
        return false;
    if (like)
        return !((k->flags ^ (like->flags & (k->flags | ~(uint32_t)(THING_BUILT | THING_PLACED)))) &
                 ~changing);
    return !(k->flags & ~(changing | THING_PLAYER | THING_MOBILE | THING_NARRATIVE));
}

static const char *look_at_thing(struct snapshot_world *s, struct snapshot_kept *k)
{
    bool built = k->flags & THING_BUILT;
    struct thing *p = snapshot_built_at(s->world, k->prototype);
    struct thing *mine = snapshot_built_at(s->world, k->slot);
    if (s->count && s->list[s->count - 1].slot >= k->slot)
        return "things in order of their slots";
    if (built && (!mine || !snapshot_in_play(mine)))
        return "a built thing in its slot";
    if (built)
        k->thing = mine;
    if (k->prototype && (!p || place_kind(place_peek(&p->place)) != PLACE_FROZEN || built))
        return "a prototype of this world";
    if (!flags_fit(k, built ? mine : p))
        return "flags that it can have";
    if (!attr_set_is_within(&k->written, &k->has))
        return "attributes that there are";
    return NULL;
}

// Reads a set of attributes as write_set wrote it, perhaps of a program with fewer kinds; false
// when it has kinds that do not exist.
static bool read_set(struct unpack *in, struct attr_set *s)
{
    bool known = true;
    for (unsigned from = 0; !in->bad && in->at < in->end && from < SET_BITS_MAX; from += 7) {
        unsigned char byte = *in->at++;
        for (unsigned i = 0; i < 7; i++) {
            if (!(byte >> i & 1))
                continue;
            known &= from + i < ATTR_COUNT;
            if (from + i < ATTR_COUNT)
                attr_set_add(s, from + i);
        }
        if (!(byte & 0x80))
            return known;
    }
    in->bad = true;
    return true;
}

static const char *read_things(struct snapshot_world *s, struct unpack in)
{
    size_t cap = 0;
    while (in.at < in.end && !in.bad) {
        struct snapshot_kept k = {0};
        k.slot = (uint32_t)unpack_limited(&in, SLOT_MAX);
        k.flags = (uint32_t)unpack_limited(&in, UINT32_MAX);
        bool known = read_set(&in, &k.has);
        read_set(&in, &k.changed);
        read_set(&in, &k.written);
        k.prototype = (uint32_t)unpack_limited(&in, SLOT_MAX);
        k.origin = (uint32_t)unpack_limited(&in, SLOT_MAX);
        k.label = unpack_text(&in);
        k.values = in.at;
        const char *expected = in.bad ? "whole things" : look_at_thing(s, &k);
        if (!expected && !known)
            expected = "attributes that there are";
        if (expected)
            return expected;
        for (unsigned n = attr_set_count(&k.written); n; n--)
            unpack_skip_doc(&in);
        if (s->count == cap) {
            cap = cap ? cap * 2 : 1024;
            s->list = mem_realloc_array(s->list, cap, sizeof(*s->list));
        }
        s->list[s->count++] = k;
    }
    return in.bad ? "whole things" : NULL;
}

bool snapshot_holds_things(const struct snapshot_kept *k)
{
    return attr_set_has(&k->has, ATTR_INVENTORY);
}

static bool snapshot_look_is_root(const struct snapshot_kept *k)
{
    return k->thing && place_is_root(&k->thing->place);
}

// Only players may be in the list of players, and in no other: a location's audience is made from
// it.
static bool may_be_in(const struct snapshot_kept *k, int list)
{
    bool player = k->flags & THING_PLAYER && attr_set_has(&k->has, ATTR_PLAYER);
    return player == (list == INVENTORY_PLAYERS) || list == INVENTORY_DISABLED;
}

static const char *look_at_audience(struct snapshot_world *s, struct unpack *in, uint64_t count,
                                    uint32_t holder)
{
    for (uint64_t i = 0; i < count; i++) {
        struct snapshot_kept *k = snapshot_find(s, (uint32_t)unpack_limited(in, SLOT_MAX));
        if (!k || k->in != holder || k->heard || !may_be_in(k, INVENTORY_PLAYERS))
            return "an audience of those who are there";
        k->heard = true;
    }
    return in->bad ? "whole audiences" : NULL;
}

static const char *look_at_contents(struct snapshot_world *s, struct unpack in)
{
    while (in.at < in.end && !in.bad) {
        struct snapshot_kept *holder = snapshot_find(s, (uint32_t)unpack_limited(&in, SLOT_MAX));
        uint64_t players = 0;
        if (!holder || !snapshot_holds_things(holder))
            return "contents of what can hold things";
        for (int list = 0; list < INVENTORY_LISTS; list++) {
            uint64_t count = unpack_limited(&in, SLOT_MAX);
            if (list == INVENTORY_PLAYERS)
                players = count;
            for (; count && !in.bad; count--) {
                struct snapshot_kept *k = snapshot_find(s, (uint32_t)unpack_limited(&in, SLOT_MAX));
                if (!k || k->listed || snapshot_look_is_root(k) || !may_be_in(k, list))
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

// The outermost inventory of every thing must be a built one, and nesting not too deep.
static const char *look_at_places(const struct snapshot_world *s)
{
    for (size_t i = 0; i < s->count; i++) {
        const struct snapshot_kept *k = &s->list[i];
        for (int depth = 0; k->in; depth++) {
            if (depth >= PLACE_DEPTH_MAX - 1)
                return "things that are in something";
            k = &s->list[k->in - 1];
        }
        if (!snapshot_look_is_root(k))
            return "things in the locations of this world";
    }
    return NULL;
}

static const char *look_at_rest(const struct snapshot_world *s, struct unpack populations,
                                struct unpack roster)
{
    for (size_t i = 0; i < s->count; i++)
        if (s->list[i].origin && !snapshot_find(s, s->list[i].origin))
            return "origins that are there";
    while (populations.at < populations.end && !populations.bad) {
        if (!snapshot_built_at(s->world, (uint32_t)unpack_limited(&populations, SLOT_MAX)))
            return "populations of prototypes";
        unpack_limited(&populations, UINT32_MAX);
    }
    while (roster.at < roster.end && !roster.bad) {
        struct snapshot_kept *k = snapshot_find(s, (uint32_t)unpack_limited(&roster, SLOT_MAX));
        if (!k || k->on || !may_be_in(k, INVENTORY_PLAYERS))
            return "a roster of players";
        k->on = true;
        unpack_text(&roster);
    }
    return populations.bad || roster.bad ? "a whole roster" : NULL;
}

const char *snapshot_look(struct snapshot_world *s, struct unpack *in)
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
