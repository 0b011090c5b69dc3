// `latchkey locks graph`: which lock was wanted while which was held. Locks are taken in ascending
// order of their ids, so every cycle has an edge that goes down; for each such edge the shortest
// path back is searched for and printed first. The same is printed for cycles that a third lock
// makes impossible.
#include "tools/locks/locks_commands.h"

#include "tools/locks/locks_text.h"
#include "util/mem.h"

#include <assert.h>
#include <stdlib.h>

struct edge {
    uint32_t from, to; // locks
    unsigned from_site, to_site;
    uint64_t count;
};

struct graph {
    const struct reader_trace *t;
    struct edge *list; // sorted by from, to
    size_t count, cap;
    struct reader_index known; // from and to: the edge, while they are gathered
    struct reader_index first; // lock: its first edge out
};

static void locks_graph_add_edge(struct graph *g, const struct reader_grant *held,
                                 const struct reader_grant *wanted)
{
    assert(held->locked != READER_NONE);
    uint64_t key = (uint64_t)held->lock << 32 | wanted->lock;
    uint32_t at = reader_index_get(&g->known, key);
    if (at != READER_NONE) {
        g->list[at].count++;
        return;
    }
    reader_index_put(&g->known, key, (uint32_t)g->count);
    if (g->count == g->cap) {
        g->cap = g->cap ? g->cap * 2 : 256;
        g->list = mem_realloc_array(g->list, g->cap, sizeof(*g->list));
    }
    uint32_t want = wanted->want != READER_NONE ? wanted->want : wanted->locked;
    assert(want < g->t->count);
    g->list[g->count++] = (struct edge){held->lock, wanted->lock, g->t->events[held->locked].e.site,
                                        g->t->events[want].e.site, 1};
}

// Adds an edge from each lock that the run held to each lock that it wanted. A run holds few at a
// time: released ones are dropped from the list.
static void locks_graph_add_run(struct graph *g, uint32_t run)
{
    assert(run < g->t->run_count);
    const struct reader_trace *t = g->t;
    uint32_t *open = NULL;
    size_t n = 0, cap = 0;
    for (uint32_t i = t->runs[run].grants; i != READER_NONE; i = t->grants[i].next) {
        const struct reader_grant *wanted = &t->grants[i];
        uint32_t at = wanted->want != READER_NONE ? wanted->want : wanted->locked;
        if (at == READER_NONE)
            continue;
        size_t kept = 0;
        for (size_t k = 0; k < n; k++) {
            const struct reader_grant *held = &t->grants[open[k]];
            if (held->unlocked != READER_NONE && held->unlocked < at)
                continue;
            open[kept++] = open[k];
            locks_graph_add_edge(g, held, wanted);
        }
        n = kept;
        if (wanted->locked == READER_NONE)
            continue;
        if (n == cap) {
            cap = cap ? cap * 2 : 16;
            open = mem_realloc_array(open, cap, sizeof(*open));
        }
        open[n++] = i;
    }
    free(open);
}

static int locks_graph_compare(const void *a, const void *b)
{
    const struct edge *x = a, *y = b;
    if (x->from != y->from)
        return x->from < y->from ? -1 : 1;
    return x->to < y->to ? -1 : x->to > y->to;
}

static void locks_graph_make(struct graph *g, const struct reader_trace *t)
{
    *g = (struct graph){.t = t};
    for (uint32_t run = 0; run < t->run_count; run++)
        locks_graph_add_run(g, run);
    if (g->count)
        qsort(g->list, g->count, sizeof(*g->list), locks_graph_compare);
    for (size_t i = g->count; i-- > 0;)
        reader_index_put(&g->first, g->list[i].from, (uint32_t)i);
}

// Finds the shortest path from the end of `back` to its beginning: edges, the last one first.
// Returns how many.
static size_t locks_graph_way_back(const struct graph *g, const struct edge *back, uint32_t *way,
                                   uint32_t *queue)
{
    struct reader_index by = READER_INDEX_INIT; // lock: the edge that reached it
    size_t head = 0, tail = 0, n = 0;
    queue[tail++] = back->to;
    while (head < tail && !reader_index_has(&by, back->from)) {
        uint32_t lock = queue[head++];
        uint32_t i = reader_index_get(&g->first, lock);
        for (; i != READER_NONE && i < g->count && g->list[i].from == lock; i++)
            if (g->list[i].to != back->to && !reader_index_has(&by, g->list[i].to)) {
                reader_index_put(&by, g->list[i].to, i);
                queue[tail++] = g->list[i].to;
            }
    }
    for (uint32_t lock = back->from; lock != back->to && reader_index_has(&by, lock);) {
        way[n] = reader_index_get(&by, lock);
        lock = g->list[way[n++]].from;
    }
    reader_index_fini(&by);
    return n;
}

static void add_step(struct buf *b, const struct graph *g, const struct edge *e)
{
    size_t from = b->len;
    buf_adds(b, "  ");
    locks_text_lock(b, g->t, e->from);
    buf_adds(b, " -> ");
    locks_text_lock(b, g->t, e->to);
    locks_text_pad(b, from, 52);
    buf_addf(b, "%6llu  ", (unsigned long long)e->count);
    locks_text_site(b, g->t, e->from_site, true);
    if (e->to_site != e->from_site) {
        buf_adds(b, " -> ");
        locks_text_site(b, g->t, e->to_site, true);
    }
    buf_addc(b, '\n');
}

static void add_cycles(struct buf *b, const struct graph *g, bool *in_cycle)
{
    uint32_t *way = mem_calloc(g->count + 2, sizeof(*way));
    uint32_t *queue = mem_calloc(g->count + 2, sizeof(*queue));
    size_t cycles = 0;
    for (size_t i = 0; i < g->count; i++) {
        const struct edge *down = &g->list[i];
        if (down->from < down->to)
            continue;
        size_t n = locks_graph_way_back(g, down, way, queue);
        if (!n && down->from != down->to)
            continue;
        buf_addf(b, "cycle %zu\n", ++cycles);
        add_step(b, g, down);
        in_cycle[i] = true;
        while (n-- > 0) {
            add_step(b, g, &g->list[way[n]]);
            in_cycle[way[n]] = true;
        }
    }
    buf_addf(b, "%zu cycles\n\n", cycles);
    free(way);
    free(queue);
}

static void add_dot(struct buf *b, const struct graph *g, const bool *in_cycle)
{
    buf_adds(b, "digraph locks {\n  rankdir=LR;\n  node [shape=box];\n");
    struct reader_index named = READER_INDEX_INIT;
    for (size_t i = 0; i < g->count; i++)
        for (int end = 0; end < 2; end++) {
            uint32_t lock = end ? g->list[i].to : g->list[i].from;
            if (reader_index_has(&named, lock))
                continue;
            reader_index_put(&named, lock, 1);
            struct buf text = BUF_INIT;
            buf_addf(&text, "%u %s", lock,
                     reader_names_text(&g->t->file->names, TRACE_NAME_LOCK, lock, ""));
            buf_addf(b, "  l%u [label=", lock);
            locks_text_json(b, buf_str(&text));
            buf_adds(b, "];\n");
            buf_fini(&text);
        }
    for (size_t i = 0; i < g->count; i++)
        buf_addf(b, "  l%u -> l%u [label=\"%llu\"%s];\n", g->list[i].from, g->list[i].to,
                 (unsigned long long)g->list[i].count, in_cycle[i] ? ", color=red" : "");
    buf_adds(b, "}\n");
    reader_index_fini(&named);
}

void locks_graph(const struct reader_trace *t, const struct locks_query *q, FILE *out)
{
    assert(q && out);
    struct graph g;
    locks_graph_make(&g, t);
    bool *in_cycle = mem_calloc(g.count + 1, sizeof(*in_cycle));
    struct buf b = BUF_INIT;
    add_cycles(&b, &g, in_cycle);
    if (q->dot) {
        buf_clear(&b);
        add_dot(&b, &g, in_cycle);
    } else {
        buf_addf(&b, "%-50s %7s  %s\n", "  held -> wanted", "times", "held since -> wanted at");
        for (size_t i = 0; i < g.count; i++)
            if (!q->lock || reader_index_has(&q->locks, g.list[i].from) ||
                reader_index_has(&q->locks, g.list[i].to))
                add_step(&b, &g, &g.list[i]);
    }
    fwrite(b.data, 1, b.len, out);
    buf_fini(&b);
    free(in_cycle);
    free(g.list);
    reader_index_fini(&g.known);
    reader_index_fini(&g.first);
}
