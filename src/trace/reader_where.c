// Each thing's last known place. Readings without a lock may come a little too early or late in the
// merged order, moves may not: so a run's own readings can be preferred. Decides no verdict.
#include "trace/reader_where.h"

#include "util/mem.h"

#include <assert.h>
#include <stdlib.h>

static uint64_t pair(uint32_t run, uint32_t thing)
{
    return (uint64_t)run << 32 | thing;
}

void reader_where_init(struct reader_where *w, const struct reader_trace *t)
{
    const struct reader_file *f = t->file;
    bool *met = mem_calloc(f->ring_count + 1, sizeof(*met));
    *w = (struct reader_where){.trace = t};
    for (uint32_t i = 0; i < t->count; i++) {
        uint32_t r = t->events[i].ring;
        if (!met[r] && f->rings[r].overwritten)
            w->whole = i;
        met[r] = true;
    }
    free(met);
}

void reader_where_fini(struct reader_where *w)
{
    reader_index_fini(&w->latest);
    reader_index_fini(&w->seen);
    reader_index_fini(&w->listed);
}

void reader_where_next(struct reader_where *w, uint32_t position)
{
    assert(position < w->trace->count);
    const struct reader_event *e = &w->trace->events[position];
    switch (e->e.kind) {
    case TRACE_WHERE_READ:
    case TRACE_MOVE:
    case TRACE_LIMBO_TAKE:
    case TRACE_LIMBO_PASS:
    case TRACE_LIMBO_PUBLISH:
    case TRACE_FREE:
        reader_index_put(&w->latest, e->e.object, position);
        if (e->run != READER_NONE)
            reader_index_put(&w->seen, pair(e->run, e->e.object), position);
        break;
    case TRACE_LIST_READ:
    case TRACE_LIST_WRITE:
        if (e->run != READER_NONE)
            reader_index_put(&w->listed, pair(e->run, e->e.object), position);
        break;
    default:
        break;
    }
}

uint32_t reader_where_seen(const struct reader_where *w, uint32_t run, uint32_t thing)
{
    return run == READER_NONE ? READER_NONE : reader_index_get(&w->seen, pair(run, thing));
}

uint32_t reader_where_listed(const struct reader_where *w, uint32_t run, uint32_t thing)
{
    return run == READER_NONE ? READER_NONE : reader_index_get(&w->listed, pair(run, thing));
}

static struct reader_known known_from(const struct reader_where *w, uint32_t position)
{
    assert(position == READER_NONE || position < w->trace->count);
    if (position == READER_NONE)
        return (struct reader_known){READER_UNKNOWN, 0, READER_NONE};
    const struct trace_event *e = &w->trace->events[position].e;
    enum reader_place place = e->kind == TRACE_FREE ? READER_DEAD
                              : e->kind == TRACE_LIMBO_TAKE || e->kind == TRACE_LIMBO_PASS
                                  ? READER_LIMBO
                                  : READER_PLACED;
    return (struct reader_known){place, e->arg, position};
}

struct reader_known reader_where_latest(const struct reader_where *w, uint32_t thing)
{
    return known_from(w, reader_index_get(&w->latest, thing));
}

// A thing without an event counts as a location if this run holds its lock.
static struct reader_known reasoned(const struct reader_where *w, uint32_t thing)
{
    bool has_lock = reader_names_lock_of(&w->trace->file->names, thing) != READER_NONE;
    return (struct reader_known){has_lock ? READER_PLACED : READER_UNKNOWN, thing, READER_NONE};
}

void reader_where_chain(const struct reader_where *w, uint32_t run, uint32_t thing, bool own,
                        struct reader_chain *out)
{
    assert(out);
    out->count = 0;
    while (out->count < READER_CHAIN) {
        uint32_t seen = own ? reader_where_seen(w, run, thing) : READER_NONE;
        struct reader_known k =
            seen != READER_NONE ? known_from(w, seen) : reader_where_latest(w, thing);
        if (k.place == READER_UNKNOWN)
            k = reasoned(w, thing);
        out->things[out->count] = thing;
        out->known[out->count++] = k;
        if (k.place != READER_PLACED || k.in == thing)
            return;
        thing = k.in;
    }
}
