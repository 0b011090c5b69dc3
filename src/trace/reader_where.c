// Each thing's last known place. Readings without a lock may come a little too early or late in the
// merged order, moves may not: so a run's own readings can be preferred. Decides no verdict.
#include "trace/reader_where.h"

#include "util/mem.h"

#include <stdlib.h>

static uint64_t pair(uint32_t run, uint32_t thing)
{
    return (uint64_t)run << 32 | thing;
}

void locks_where_init(struct locks_where *w, const struct locks_trace *t)
{
    const struct locks_file *f = t->file;
    bool *met = mem_calloc(f->ring_count + 1, sizeof(*met));
    *w = (struct locks_where){.trace = t};
    for (uint32_t i = 0; i < t->count; i++) {
        uint32_t r = t->events[i].ring;
        if (!met[r] && f->rings[r].overwritten)
            w->whole = i;
        met[r] = true;
    }
    free(met);
}

void locks_where_fini(struct locks_where *w)
{
    locks_index_fini(&w->latest);
    locks_index_fini(&w->seen);
    locks_index_fini(&w->listed);
}

void locks_where_next(struct locks_where *w, uint32_t position)
{
    const struct locks_event *e = &w->trace->events[position];
    switch (e->e.kind) {
    case TRACE_WHERE_READ:
    case TRACE_MOVE:
    case TRACE_LIMBO_TAKE:
    case TRACE_LIMBO_PASS:
    case TRACE_LIMBO_PUBLISH:
    case TRACE_FREE:
        locks_index_put(&w->latest, e->e.object, position);
        if (e->run != LOCKS_NONE)
            locks_index_put(&w->seen, pair(e->run, e->e.object), position);
        break;
    case TRACE_LIST_READ:
    case TRACE_LIST_WRITE:
        if (e->run != LOCKS_NONE)
            locks_index_put(&w->listed, pair(e->run, e->e.object), position);
        break;
    default:
        break;
    }
}

uint32_t locks_where_seen(const struct locks_where *w, uint32_t run, uint32_t thing)
{
    return run == LOCKS_NONE ? LOCKS_NONE : locks_index_get(&w->seen, pair(run, thing));
}

uint32_t locks_where_listed(const struct locks_where *w, uint32_t run, uint32_t thing)
{
    return run == LOCKS_NONE ? LOCKS_NONE : locks_index_get(&w->listed, pair(run, thing));
}

static struct locks_known known_from(const struct locks_where *w, uint32_t position)
{
    if (position == LOCKS_NONE)
        return (struct locks_known){LOCKS_UNKNOWN, 0, LOCKS_NONE};
    const struct trace_event *e = &w->trace->events[position].e;
    enum locks_place place = e->kind == TRACE_FREE ? LOCKS_DEAD
                             : e->kind == TRACE_LIMBO_TAKE || e->kind == TRACE_LIMBO_PASS
                                 ? LOCKS_LIMBO
                                 : LOCKS_PLACED;
    return (struct locks_known){place, e->arg, position};
}

struct locks_known locks_where_latest(const struct locks_where *w, uint32_t thing)
{
    return known_from(w, locks_index_get(&w->latest, thing));
}

// A thing without an event whose lock this run holds is taken for a location.
static struct locks_known reasoned(const struct locks_where *w, uint32_t thing)
{
    bool has_lock = locks_names_lock_of(&w->trace->file->names, thing) != LOCKS_NONE;
    return (struct locks_known){has_lock ? LOCKS_PLACED : LOCKS_UNKNOWN, thing, LOCKS_NONE};
}

void locks_where_chain(const struct locks_where *w, uint32_t run, uint32_t thing, bool own,
                       struct locks_chain *out)
{
    out->count = 0;
    while (out->count < LOCKS_CHAIN) {
        uint32_t seen = own ? locks_where_seen(w, run, thing) : LOCKS_NONE;
        struct locks_known k =
            seen != LOCKS_NONE ? known_from(w, seen) : locks_where_latest(w, thing);
        if (k.place == LOCKS_UNKNOWN)
            k = reasoned(w, thing);
        out->things[out->count] = thing;
        out->known[out->count++] = k;
        if (k.place != LOCKS_PLACED || k.in == thing)
            return;
        thing = k.in;
    }
}
