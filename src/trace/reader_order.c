// Which event must have come before which, across the rings of all threads. By a lock's tickets: an
// exclusive holder comes after every holder with a lower ticket has released, a shared one after
// the exclusive one before it. A task goes on after it was parked, runs after it was posted, begins
// after it was spawned. The order within a ring is implied.
#include "trace/reader_merge.h"

#include "util/mem.h"

#include <assert.h>
#include <stdlib.h>

struct point {
    uint64_t key; // lock or task
    int64_t at;   // ticket or time
    uint32_t index;
    uint32_t step; // 0: before others at the same point
    bool shared, taken;
};

struct points {
    struct point *list;
    size_t count, cap;
};

static void point_add(struct points *p, struct point one)
{
    if (p->count == p->cap) {
        p->cap = p->cap ? p->cap * 2 : 1024;
        p->list = mem_realloc_array(p->list, p->cap, sizeof(*p->list));
    }
    p->list[p->count++] = one;
}

static int point_compare(const void *a, const void *b)
{
    const struct point *x = a, *y = b;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    if (x->at != y->at)
        return x->at < y->at ? -1 : 1;
    if (x->step != y->step)
        return x->step < y->step ? -1 : 1;
    return x->index < y->index ? -1 : x->index > y->index;
}

static void edge_add(struct reader_edges *out, uint32_t from, uint32_t to)
{
    if (out->count == out->cap) {
        out->cap = out->cap ? out->cap * 2 : 1024;
        out->list = mem_realloc_array(out->list, out->cap, sizeof(*out->list));
    }
    out->list[out->count++] = (struct reader_edge){from, to};
}

// Adds the edges of one lock, whose points are in order of tickets. A grant comes after the last
// exclusive release; an exclusive grant also after every shared release since then.
static void order_lock(const struct point *p, size_t n, struct reader_edges *out)
{
    uint32_t last = READER_NONE;
    size_t shared_from = 0;
    for (size_t i = 0; i < n; i++) {
        if (p[i].taken && last != READER_NONE)
            edge_add(out, last, p[i].index);
        if (p[i].shared)
            continue;
        if (p[i].taken) {
            for (size_t k = shared_from; k < i; k++)
                if (p[k].shared && !p[k].taken)
                    edge_add(out, p[k].index, p[i].index);
            shared_from = i + 1;
        } else {
            last = p[i].index;
        }
    }
}

// Adds the edges of one task. Step 0 (parked, posted, spawned) comes first; each later point is
// matched with the nearest one of the same task before it that is not matched yet.
static void order_task(const struct point *p, size_t n, struct reader_edges *out)
{
    uint32_t waiting = READER_NONE;
    for (size_t i = 0; i < n; i++) {
        if (p[i].taken) {
            if (waiting != READER_NONE)
                edge_add(out, waiting, p[i].index);
            waiting = READER_NONE;
        } else {
            waiting = p[i].index;
        }
    }
}

static void settle(struct points *p,
                   void (*order)(const struct point *, size_t, struct reader_edges *),
                   struct reader_edges *out)
{
    assert(order && out);
    if (p->count)
        qsort(p->list, p->count, sizeof(*p->list), point_compare);
    for (size_t from = 0, to; from < p->count; from = to) {
        for (to = from + 1; to < p->count && p->list[to].key == p->list[from].key; to++)
            ;
        order(&p->list[from], to - from, out);
    }
    free(p->list);
}

// Tickets are the low half of a counter: they are compared with the first one seen of their lock.
static void tickets(const struct trace_event *e, uint32_t index, struct reader_index *first,
                    struct points *out)
{
    assert(e->kind == TRACE_LOCKED || e->kind == TRACE_UNLOCKED);
    uint32_t reference = reader_index_get(first, e->object);
    if (!reader_index_has(first, e->object))
        reader_index_put(first, e->object, reference = e->arg);
    point_add(out, (struct point){.key = e->object,
                                  .at = (int32_t)(e->arg - reference),
                                  .index = index,
                                  .step = e->kind == TRACE_UNLOCKED,
                                  .shared = e->flags & TRACE_SHARED,
                                  .taken = e->kind == TRACE_LOCKED});
}

static void task_point(struct points *out, uint32_t task, int64_t ns, uint32_t index, bool taken)
{
    point_add(out,
              (struct point){.key = task, .at = ns, .index = index, .step = taken, .taken = taken});
}

static int edge_compare(const void *a, const void *b)
{
    const struct reader_edge *x = a, *y = b;
    if (x->from != y->from)
        return x->from < y->from ? -1 : 1;
    return x->to < y->to ? -1 : x->to > y->to;
}

void reader_order(const struct reader_flat *flat, struct reader_edges *out)
{
    assert(!out->count);
    struct points locks = {0}, parks = {0}, posts = {0}, spawns = {0};
    struct reader_index first = READER_INDEX_INIT;
    uint32_t index = 0;
    for (size_t r = 0; r < flat->file->ring_count; r++) {
        const struct reader_ring *ring = &flat->file->rings[r];
        for (size_t i = 0; i < ring->count; i++, index++) {
            const struct trace_event *e = &ring->events[i];
            int64_t ns = flat->ns[index];
            if (e->kind == TRACE_LOCKED || e->kind == TRACE_UNLOCKED)
                tickets(e, index, &first, &locks);
            else if (e->kind == TRACE_PARK)
                task_point(&parks, e->arg, ns, index, false);
            else if (e->kind == TRACE_TASK_BEGIN && (e->flags & TRACE_RESUMED))
                task_point(&parks, e->arg, ns, index, true);
            else if (e->kind == TRACE_TASK_BEGIN)
                task_point(&spawns, e->arg, ns, index, true);
            else if (e->kind == TRACE_SPAWN)
                task_point(&spawns, e->object, ns, index, false);
            else if (e->kind == TRACE_POST || e->kind == TRACE_RUN)
                task_point(&posts, e->kind == TRACE_RUN ? e->arg : e->object, ns, index,
                           e->kind == TRACE_RUN);
        }
    }
    assert(index == flat->count);
    settle(&locks, order_lock, out);
    settle(&parks, order_task, out);
    settle(&posts, order_task, out);
    settle(&spawns, order_task, out);
    reader_index_fini(&first);
    if (out->count)
        qsort(out->list, out->count, sizeof(*out->list), edge_compare);
}
