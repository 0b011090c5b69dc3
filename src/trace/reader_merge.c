// Kahn's topological sort over rings and the edges between them (reader_order.c). Of the events
// that may come next the earliest is taken. A file that contradicts itself is still put into some
// order, and how often that had to be forced is counted. Which run an event belongs to is found in
// reader_stitch.c.
#include "trace/reader_merge.h"

#include "util/mem.h"

#include <assert.h>
#include <stdlib.h>

struct sort {
    const struct reader_flat *flat;
    struct reader_edges edges;
    uint32_t *first_edge; // of each event, and the end
    uint32_t *need;       // edges into an event that are still to come
    size_t *cursor;       // position in each ring
    int64_t *ring_ns;     // time of each ring's last event
};

static void flatten(struct reader_flat *flat, const struct reader_file *f)
{
    *flat = (struct reader_flat){.file = f, .count = (size_t)reader_file_events(f)};
    flat->begin = mem_calloc(f->ring_count + 1, sizeof(*flat->begin));
    flat->ns = mem_calloc(flat->count + 1, sizeof(*flat->ns));
    for (size_t r = 0; r < f->ring_count; r++) {
        reader_time(f, &f->rings[r], flat->ns + flat->begin[r]);
        flat->begin[r + 1] = flat->begin[r] + f->rings[r].count;
        assert(flat->begin[r + 1] <= flat->count);
    }
}

static size_t ring_of(const struct reader_flat *flat, size_t index)
{
    assert(index < flat->count);
    size_t r = 0;
    while (index >= flat->begin[r + 1])
        r++;
    return r;
}

// Drops edges within a ring, which is ordered already: an edge that agrees adds nothing, one that
// does not is a contradiction. Returns how many contradictions there were.
static uint64_t drop_inner_edges(struct reader_edges *edges, const struct reader_flat *flat)
{
    size_t kept = 0;
    uint64_t against = 0;
    for (size_t i = 0; i < edges->count; i++) {
        struct reader_edge e = edges->list[i];
        if (ring_of(flat, e.from) != ring_of(flat, e.to))
            edges->list[kept++] = e;
        else
            against += e.from > e.to;
    }
    edges->count = kept;
    return against;
}

static void count_edges(struct sort *s)
{
    size_t at = 0;
    for (size_t i = 0; i <= s->flat->count; i++) {
        while (at < s->edges.count && s->edges.list[at].from < i)
            at++;
        s->first_edge[i] = (uint32_t)at;
    }
    for (size_t i = 0; i < s->edges.count; i++)
        s->need[s->edges.list[i].to]++;
}

// Chooses the ring whose next event comes next; ready ones first, then by time.
static size_t choose(const struct sort *s, bool *ready)
{
    const struct reader_flat *flat = s->flat;
    size_t best = SIZE_MAX;
    *ready = false;
    for (size_t r = 0; r < flat->file->ring_count; r++) {
        size_t i = s->cursor[r];
        if (i == flat->begin[r + 1])
            continue;
        bool can = !s->need[i];
        if (best == SIZE_MAX || (can && !*ready) ||
            (can == *ready && flat->ns[i] < flat->ns[s->cursor[best]])) {
            best = r;
            *ready = can;
        }
    }
    return best;
}

static void take(struct sort *s, size_t r, struct reader_event *out)
{
    assert(r < s->flat->file->ring_count && s->cursor[r] < s->flat->begin[r + 1]);
    const struct reader_flat *flat = s->flat;
    const struct reader_ring *ring = &flat->file->rings[r];
    size_t i = s->cursor[r]++, in_ring = i - flat->begin[r];
    // An event that must have come before cannot have been later, whatever the estimate says.
    if (flat->ns[i] < s->ring_ns[r])
        flat->ns[i] = s->ring_ns[r];
    s->ring_ns[r] = flat->ns[i];
    *out = (struct reader_event){.e = ring->events[in_ring],
                                 .run = READER_NONE,
                                 .ring = (uint32_t)r,
                                 .number = ring->numbers[in_ring],
                                 .ns = flat->ns[i]};
    for (size_t k = s->first_edge[i]; k < s->first_edge[i + 1]; k++) {
        size_t to = s->edges.list[k].to;
        s->need[to]--;
        if (flat->ns[to] < flat->ns[i])
            flat->ns[to] = flat->ns[i];
    }
}

void reader_merge(struct reader_trace *t, const struct reader_file *f)
{
    assert(t && f);
    struct reader_flat flat;
    flatten(&flat, f);
    struct sort s = {.flat = &flat};
    reader_order(&flat, &s.edges);
    *t = (struct reader_trace){.file = f, .count = flat.count};
    t->forced = drop_inner_edges(&s.edges, &flat);
    t->events = mem_calloc(flat.count + 1, sizeof(*t->events));
    s.first_edge = mem_calloc(flat.count + 1, sizeof(*s.first_edge));
    s.need = mem_calloc(flat.count + 1, sizeof(*s.need));
    s.cursor = mem_calloc(f->ring_count + 1, sizeof(*s.cursor));
    s.ring_ns = mem_calloc(f->ring_count + 1, sizeof(*s.ring_ns));
    for (size_t r = 0; r < f->ring_count; r++)
        s.cursor[r] = flat.begin[r];
    count_edges(&s);
    for (size_t n = 0; n < flat.count; n++) {
        bool ready;
        size_t r = choose(&s, &ready);
        t->forced += !ready;
        take(&s, r, &t->events[n]);
    }
    free(s.first_edge);
    free(s.need);
    free(s.cursor);
    free(s.ring_ns);
    free(s.edges.list);
    free(flat.begin);
    free(flat.ns);
    reader_stitch(t);
}

void reader_merge_fini(struct reader_trace *t)
{
    free(t->events);
    free(t->runs);
    free(t->grants);
    *t = (struct reader_trace){0};
}
