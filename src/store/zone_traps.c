// Step 7: places that keep those who are in them. From every location some start must be within
// reach with all doors shut and locked, but for those whose key can be had on this side of them.
// What such a place forbids may not be RECALL, the way home of last resort.
//
// First one search goes backwards from the starts through what opens without a key; the few
// locations that are left are searched forwards, keys included. Each such search settles all that
// it passed.
#include "store/zones_priv.h"
#include "util/buf.h"
#include "util/mem.h"
#include "world/attr/door.h"
#include "world/attr/exits.h"
#include "world/attr/vetoes.h"
#include "world/inventory.h"
#include "world/world.h"
#include "world/zone.h"

#include <assert.h>
#include <stdlib.h>

enum { NONE = UINT32_MAX };

struct trap_edge {
    uint32_t from, to;
    const struct thing *key; // that it needs at the worst; NULL: none
};

// A thing that can be had in a location, inside a container there or not.
struct trap_source {
    const struct thing *what, *inside; // prototypes
    uint32_t at;
};

struct traps {
    struct loader *l;
    struct trap_edge *edges; // in the order of `from`
    size_t edge_count, edge_cap;
    uint32_t *first; // of each entry's edges; one more at the end
    struct trap_source *sources;
    size_t source_count, source_cap;
    bool *safe;     // a start is within reach
    bool *known;    // some start leads there
    bool *reported; // part of a trap that was reported
    uint32_t *seen; // the search that passed there
    uint32_t *queue;
    uint32_t search;
};

static uint32_t trap_index(struct traps *s, const struct thing *t)
{
    struct zone_entry *e = t && thing_is(t, THING_LOCATION) ? zone_entry_of(s->l, t) : NULL;
    return e ? (uint32_t)(e - s->l->entries) : NONE;
}

static const enum inventory_list trap_lists[] = {INVENTORY_NARRATIVE, INVENTORY_THINGS};

// Does something there forbid everyone that way?
static bool trap_forbidden(struct thing *location, const char *way)
{
    if (vetoes_get(location, way))
        return true;
    for (size_t i = 0; i < 2; i++)
        inventory_foreach (t, location, trap_lists[i])
            if (vetoes_get(t, way))
                return true;
    return false;
}

static struct thing *trap_door(struct thing *location, int d)
{
    for (size_t i = 0; i < 2; i++)
        inventory_foreach (t, location, trap_lists[i])
            if (door_is(t) && door_exit(t) == d)
                return t;
    return NULL;
}

static void trap_add_edge(struct traps *s, uint32_t from, uint32_t to, const struct thing *key)
{
    assert(from < s->l->entry_count && to < s->l->entry_count);
    if (s->edge_count == s->edge_cap) {
        s->edge_cap = s->edge_cap ? s->edge_cap * 2 : 1024;
        s->edges = mem_realloc_array(s->edges, s->edge_cap, sizeof(*s->edges));
    }
    s->edges[s->edge_count++] = (struct trap_edge){from, to, key};
}

static void trap_gather_edges(struct traps *s)
{
    for (uint32_t i = 0; i < s->l->entry_count; i++) {
        struct thing *t = s->l->entries[i].thing;
        s->first[i] = (uint32_t)s->edge_count;
        for (int d = 0; thing_is(t, THING_LOCATION) && d < DIRECTIONS; d++) {
            uint32_t to = trap_index(s, exits_to(t, (enum direction)d));
            if (to == NONE || trap_forbidden(t, direction_name((enum direction)d)))
                continue;
            struct thing *door = trap_door(t, d);
            bool shut = door && !door_latch(door);
            if (shut && door_is_locked(door) && !door_key(door))
                continue; // nothing opens it
            trap_add_edge(s, i, to, shut ? door_key(door) : NULL);
        }
    }
    s->first[s->l->entry_count] = (uint32_t)s->edge_count;
}

static void trap_add_source(struct traps *s, const struct thing *what, const struct thing *inside,
                            uint32_t at)
{
    if (at == NONE)
        return;
    if (s->source_count == s->source_cap) {
        s->source_cap = s->source_cap ? s->source_cap * 2 : 256;
        s->sources = mem_realloc_array(s->sources, s->source_cap, sizeof(*s->sources));
    }
    s->sources[s->source_count++] = (struct trap_source){what, inside, at};
}

static void trap_gather_reset(struct traps *s, const struct zone_reset *r,
                              const struct thing *parent, uint32_t at)
{
    for (; r; r = r->next) {
        if (r->kind == ZONE_DOOR || r->kind == ZONE_REMOVE)
            continue;
        const struct thing *inside = r->kind == ZONE_PLACE ? NULL : parent;
        uint32_t where = at;
        if (r->kind == ZONE_PLACE) {
            where = trap_index(s, r->where);
        } else if (r->where) {
            inside = r->where;
            where = NONE;
            for (size_t i = 0; i < s->source_count; i++)
                if (s->sources[i].what == r->where)
                    where = s->sources[i].at;
        }
        trap_add_source(s, r->what, inside, where);
        trap_gather_reset(s, r->then, r->what, where);
    }
}

static void trap_gather_sources(struct traps *s)
{
    for (size_t i = 0; i < s->l->entry_count; i++) {
        struct zone_entry *e = &s->l->entries[i];
        for (size_t k = 0; k < e->instance_count && !thing_is(e->thing, THING_LOCATION); k++) {
            struct thing *in = thing_where(e->instances[k]), *out = in;
            while (out && thing_where(out) && thing_where(out) != out)
                out = thing_where(out);
            bool inside = in && !thing_is(in, THING_LOCATION);
            trap_add_source(s, e->thing, inside ? thing_prototype(in) : NULL, trap_index(s, out));
        }
    }
    for (size_t i = 0; i < s->l->file_count; i++)
        if (s->l->files[i].zone)
            trap_gather_reset(s, *zone_resets(s->l->files[i].zone), NULL, NONE);
}

// Can it be had where this search has been? A locked lid on the way needs its own key.
static bool trap_obtainable(struct traps *s, const struct thing *key, int depth)
{
    for (size_t i = 0; depth < 8 && i < s->source_count; i++) {
        const struct trap_source *from = &s->sources[i];
        if (from->what != key || s->seen[from->at] != s->search)
            continue;
        struct thing *lid = (struct thing *)from->inside;
        const struct thing *other = lid && door_is(lid) && !door_latch(lid) ? door_key(lid) : NULL;
        if (!other || trap_obtainable(s, other, depth + 1))
            return true;
    }
    return false;
}

// Goes on from what was passed so far until nothing new opens; true when it came to a safe place.
static bool trap_search(struct traps *s, uint32_t from, size_t *passed)
{
    assert(from < s->l->entry_count && passed);
    size_t count = 1, at = 0;
    bool grown = true;
    s->search++;
    s->queue[0] = from;
    s->seen[from] = s->search;
    while (grown) {
        grown = false;
        for (at = 0; at < count; at++) {
            for (uint32_t k = s->first[s->queue[at]]; k < s->first[s->queue[at] + 1]; k++) {
                const struct trap_edge *e = &s->edges[k];
                if (s->seen[e->to] == s->search || (e->key && !trap_obtainable(s, e->key, 0)))
                    continue;
                if (s->safe[e->to])
                    return true;
                s->seen[e->to] = s->search;
                s->queue[count++] = e->to;
                grown = true;
            }
        }
    }
    assert(count <= s->l->entry_count);
    *passed = count;
    return false;
}

// Backwards from the starts through what needs no key.
static void trap_settle_safe(struct traps *s)
{
    size_t n = s->l->entry_count, count = 0;
    uint32_t *end = mem_calloc(n + 2, sizeof(*end));
    uint32_t *order = mem_calloc(s->edge_count + 1, sizeof(*order));
    for (size_t i = 0; i < s->edge_count; i++)
        end[s->edges[i].to + 1]++;
    for (size_t i = 0; i < n; i++)
        end[i + 1] += end[i];
    for (size_t i = 0; i < s->edge_count; i++)
        order[end[s->edges[i].to]++] = (uint32_t)i; // end[i] is now where the next begins
    for (size_t i = 0; i < world_starts(s->l->world); i++) {
        uint32_t start = trap_index(s, world_start(s->l->world, i));
        if (start == NONE || s->safe[start])
            continue;
        s->safe[start] = true;
        s->queue[count++] = start;
    }
    for (size_t at = 0; at < count; at++) {
        uint32_t to = s->queue[at];
        for (uint32_t k = to ? end[to - 1] : 0; k < end[to]; k++) {
            const struct trap_edge *e = &s->edges[order[k]];
            if (e->key || s->safe[e->from])
                continue;
            s->safe[e->from] = true;
            s->queue[count++] = e->from;
        }
    }
    free(end);
    free(order);
}

// What some start leads to, with every door and key there is.
static void trap_settle_known(struct traps *s)
{
    size_t count = 0;
    for (size_t i = 0; i < world_starts(s->l->world); i++) {
        uint32_t start = trap_index(s, world_start(s->l->world, i));
        if (start == NONE || s->known[start])
            continue;
        s->known[start] = true;
        s->queue[count++] = start;
    }
    for (size_t at = 0; at < count; at++)
        for (uint32_t k = s->first[s->queue[at]]; k < s->first[s->queue[at] + 1]; k++) {
            uint32_t to = s->edges[k].to;
            if (s->known[to])
                continue;
            s->known[to] = true;
            s->queue[count++] = to;
        }
}

static void trap_tell(struct traps *s, uint32_t at, size_t passed)
{
    assert(passed);
    struct loader *l = s->l;
    const struct zone_entry *e = &l->entries[at];
    struct buf more = BUF_INIT;
    if (passed > 1)
        buf_addf(&more, " or the %zu beyond it", passed - 1);
    if (l->lint)
        doc_problem_at(
            l->problems, DOC_WARNING, doc_name(e->file->doc), e->node->key_line,
            e->node->key_column,
            "trap: with the doors shut and locked nothing leads from \"%s\"%s to a start; "
            "a door needs a \"latch\" on this side, or its key must lie there",
            e->node->key, buf_str(&more));
    buf_fini(&more);
    for (size_t i = 0; i < passed; i++) {
        const struct zone_entry *in = &l->entries[s->queue[i]];
        const struct doc_node *vetoes = zone_entry_member(in, ATTR_VETOES);
        const struct doc_node *veto = vetoes ? doc_get(vetoes, "recall") : NULL;
        if (veto)
            doc_error_key(
                l->problems, in->file->doc, veto,
                "\"recall\" cannot be vetoed here: nothing else leads from \"%s\" to a start",
                in->node->key);
    }
}

static bool trap_recall_vetoed(const struct loader *l)
{
    for (size_t i = 0; i < l->entry_count; i++) {
        const struct doc_node *vetoes = zone_entry_member(&l->entries[i], ATTR_VETOES);
        if (thing_is(l->entries[i].thing, THING_LOCATION) && vetoes && doc_get(vetoes, "recall"))
            return true;
    }
    return false;
}

void zone_traps_all(struct loader *l)
{
    if (!world_starts(l->world) || (!l->lint && !trap_recall_vetoed(l)))
        return;
    size_t n = l->entry_count + 1;
    struct traps s = {.l = l,
                      .first = mem_calloc(n, sizeof(uint32_t)),
                      .safe = mem_calloc(n, sizeof(bool)),
                      .known = mem_calloc(n, sizeof(bool)),
                      .reported = mem_calloc(n, sizeof(bool)),
                      .seen = mem_calloc(n, sizeof(uint32_t)),
                      .queue = mem_calloc(n, sizeof(uint32_t))};
    trap_gather_edges(&s);
    trap_gather_sources(&s);
    trap_settle_safe(&s);
    trap_settle_known(&s);
    for (uint32_t i = 0; i < l->entry_count; i++) {
        size_t passed = 0;
        if (s.safe[i] || s.reported[i] || !s.known[i] || trap_search(&s, i, &passed))
            continue;
        trap_tell(&s, i, passed);
        for (size_t k = 0; k < passed; k++)
            s.reported[s.queue[k]] = true;
    }
    free(s.edges);
    free(s.first);
    free(s.sources);
    free(s.safe);
    free(s.known);
    free(s.reported);
    free(s.seen);
    free(s.queue);
}
