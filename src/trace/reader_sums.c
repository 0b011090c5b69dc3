// How long each lock was waited for and held, from the grants of a trace.
#include "trace/reader_sums.h"

#include "util/mem.h"

#include <assert.h>
#include <stdlib.h>

static int64_t between(const struct reader_trace *t, uint32_t from, uint32_t to)
{
    assert((from == READER_NONE || from < t->count) && (to == READER_NONE || to < t->count));
    if (from == READER_NONE || to == READER_NONE || t->events[to].ns < t->events[from].ns)
        return 0;
    return t->events[to].ns - t->events[from].ns;
}

int64_t reader_wait_ns(const struct reader_trace *t, const struct reader_grant *g)
{
    // Without a park there was no wait; a wait that has not ended lasts to the end of the trace.
    if (g->park == READER_NONE && !g->contended)
        return 0;
    uint32_t end = g->locked != READER_NONE ? g->locked
                   : t->count               ? (uint32_t)t->count - 1
                                            : READER_NONE;
    return between(t, g->want != READER_NONE ? g->want : g->park, end);
}

int64_t reader_hold_ns(const struct reader_trace *t, const struct reader_grant *g)
{
    return between(t, g->locked, g->unlocked);
}

static struct reader_row *row_of(struct reader_rows *r, struct reader_index *rows, uint32_t lock)
{
    uint32_t at = reader_index_get(rows, lock);
    if (at == READER_NONE) {
        at = (uint32_t)r->count++;
        r->list = mem_realloc_array(r->list, r->count, sizeof(*r->list));
        r->list[at] = (struct reader_row){.lock = lock};
        reader_index_put(rows, lock, at);
    }
    return &r->list[at];
}

void reader_rows_make(struct reader_rows *r, const struct reader_trace *t)
{
    assert(r && t);
    struct reader_index rows = READER_INDEX_INIT;
    *r = (struct reader_rows){0};
    for (size_t i = 0; i < t->grant_count; i++) {
        const struct reader_grant *g = &t->grants[i];
        struct reader_row *row = row_of(r, &rows, g->lock);
        int64_t wait = reader_wait_ns(t, g), hold = reader_hold_ns(t, g);
        row->grants += g->locked != READER_NONE;
        row->contended += g->contended || g->park != READER_NONE;
        row->held += g->locked != READER_NONE && g->unlocked != READER_NONE;
        row->wait_ns += wait;
        row->hold_ns += hold;
        if (wait > row->wait_most_ns)
            row->wait_most_ns = wait;
        if (hold > row->hold_most_ns)
            row->hold_most_ns = hold;
    }
    reader_index_fini(&rows);
}

void reader_site_rows_make(struct reader_site_rows *r, const struct reader_trace *t,
                           const struct reader_index *locks)
{
    struct reader_index rows = READER_INDEX_INIT;
    *r = (struct reader_site_rows){0};
    for (size_t i = 0; i < t->grant_count; i++) {
        const struct reader_grant *g = &t->grants[i];
        uint32_t event = g->locked != READER_NONE ? g->locked : g->want;
        if (event == READER_NONE || (locks && !reader_index_has(locks, g->lock)))
            continue;
        unsigned site = t->events[event].e.site;
        uint32_t at = reader_index_get(&rows, site);
        if (at == READER_NONE) {
            at = (uint32_t)r->count++;
            r->list = mem_realloc_array(r->list, r->count, sizeof(*r->list));
            r->list[at] = (struct reader_site_row){.site = site};
            reader_index_put(&rows, site, at);
        }
        r->list[at].grants += g->locked != READER_NONE;
        r->list[at].contended += g->contended || g->park != READER_NONE;
        r->list[at].wait_ns += reader_wait_ns(t, g);
        r->list[at].hold_ns += reader_hold_ns(t, g);
    }
    reader_index_fini(&rows);
}

void reader_rows_fini(struct reader_rows *r)
{
    free(r->list);
    *r = (struct reader_rows){0};
}
