// The checker's rules again, on what a trace kept. It knows less than the checker did: frozen
// prototypes leave no trace of their place, and what was overwritten is unknown. Where it is not
// sure it says so.
#include "trace/reader_judge.h"

#include "trace/codes.h"

#include <assert.h>

bool reader_judge_is_access(const struct trace_event *e)
{
    return e->kind == TRACE_ATTR_READ || e->kind == TRACE_ATTR_WRITE ||
           e->kind == TRACE_LIST_READ || e->kind == TRACE_LIST_WRITE || e->kind == TRACE_MOVE;
}

bool reader_judge_is_write(const struct trace_event *e)
{
    return e->kind != TRACE_ATTR_READ && e->kind != TRACE_LIST_READ;
}

bool reader_judge_held(const struct reader_grant *g, uint32_t position)
{
    assert(g);
    return g->locked != READER_NONE && g->locked < position &&
           (g->unlocked == READER_NONE || g->unlocked > position);
}

static uint32_t held_grant(const struct reader_trace *t, uint32_t run, uint32_t lock,
                           uint32_t position)
{
    uint32_t found = READER_NONE;
    for (uint32_t g = run == READER_NONE ? READER_NONE : t->runs[run].grants; g != READER_NONE;
         g = t->grants[g].next)
        if ((lock == READER_NONE || t->grants[g].lock == lock) &&
            reader_judge_held(&t->grants[g], position))
            found = g;
    return found;
}

static bool inner_held(const struct reader_trace *t, uint32_t run, const struct reader_chain *c,
                       uint32_t position)
{
    for (size_t i = 0; i + 1 < c->count; i++) {
        uint32_t lock = reader_names_lock_of(&t->file->names, c->things[i]);
        if (lock != READER_NONE && held_grant(t, run, lock, position) != READER_NONE)
            return true;
    }
    return false;
}

// Finds the last time that the run saw where the thing is: read it, moved it, or met it in a list.
static void find_seen(const struct reader_where *w, uint32_t run, uint32_t thing, bool met,
                      struct reader_verdict *v)
{
    v->seen = reader_where_seen(w, run, thing);
    const struct reader_known *k = &v->chain.known[0];
    bool in_list = met && k->place == READER_PLACED && k->in != thing;
    uint32_t listed = in_list ? reader_where_listed(w, run, k->in) : READER_NONE;
    v->listed = listed != READER_NONE && (v->seen == READER_NONE || listed > v->seen);
    if (v->listed)
        v->seen = listed;
}

static unsigned missing_lock(const struct reader_trace *t, uint32_t run,
                             const struct reader_chain *c, uint32_t position)
{
    uint8_t kind = t->events[position].e.kind;
    bool any = held_grant(t, run, READER_NONE, position) != READER_NONE;
    if (any && inner_held(t, run, c, position))
        return L002_NESTED_LOCK;
    if (kind == TRACE_MOVE)
        return L016_MOVE_UNLOCKED;
    if (kind == TRACE_LIST_READ || kind == TRACE_LIST_WRITE)
        return L013_LIST_UNLOCKED;
    return any ? L003_WRONG_LOCK : L001_NO_LOCK;
}

static void judge_chain(const struct reader_where *w, uint32_t position, bool met,
                        struct reader_verdict *v)
{
    assert(v->chain.count && v->chain.count <= READER_CHAIN);
    const struct reader_trace *t = w->trace;
    const struct reader_event *e = &t->events[position];
    const struct reader_chain *c = &v->chain;
    const struct reader_known *end = &c->known[c->count - 1];
    uint32_t root = c->things[c->count - 1];
    find_seen(w, e->run, c->things[0], met, v);
    if (end->place == READER_UNKNOWN) {
        v->unknown = true;
    } else if (end->place == READER_DEAD) {
        v->code = L033_DEAD;
    } else if (end->place == READER_LIMBO) {
        v->limbo = e->run != READER_NONE && t->runs[e->run].task == end->in;
        v->code = v->limbo ? 0 : L005_LIMBO;
    } else if (end->in != root) {
        v->code = L023_CYCLE;
    } else {
        uint32_t big = reader_names_big_lock(&t->file->names);
        v->lock = big != READER_NONE ? big : reader_names_lock_of(&t->file->names, root);
        v->outermost = c->count == 1;
        v->grant = v->lock == READER_NONE ? READER_NONE : held_grant(t, e->run, v->lock, position);
        if (v->grant == READER_NONE)
            v->code = missing_lock(t, e->run, c, position);
        else if (reader_judge_is_write(&e->e) && t->grants[v->grant].shared)
            v->code = L003_WRONG_LOCK;
        else if (!v->outermost && (v->seen == READER_NONE || v->seen < t->grants[v->grant].locked))
            v->code = L009_NOT_REVALIDATED;
    }
}

// Marks a verdict as unknown: if the beginning of the task was overwritten, it is not known what it
// held and saw; if a thing was last seen before overwritten events, it may have been moved since.
// The checker knew.
static void doubt(const struct reader_where *w, uint32_t position, struct reader_verdict *v)
{
    const struct reader_trace *t = w->trace;
    uint32_t run = t->events[position].run;
    bool partial = run != READER_NONE && !t->runs[run].begun;
    for (size_t i = 0; i < v->chain.count; i++)
        partial |= v->chain.known[i].position < w->whole;
    if (!v->code || !partial || reader_judge_checker_said(t, position, v->code))
        return;
    v->code = 0;
    v->unknown = v->partial = true;
}

void reader_judge(const struct reader_where *w, uint32_t position, uint32_t thing, bool met,
                  struct reader_verdict *out)
{
    assert(out && position < w->trace->count);
    uint32_t run = w->trace->events[position].run;
    // What the run itself saw under its lock is right. If that does not suffice, what other runs
    // saw shows what it should have known.
    for (int own = 1; own >= 0; own--) {
        *out =
            (struct reader_verdict){.lock = READER_NONE, .grant = READER_NONE, .seen = READER_NONE};
        reader_where_chain(w, run, thing, own, &out->chain);
        judge_chain(w, position, met, out);
        doubt(w, position, out);
        if (!out->code && !out->unknown)
            return;
    }
}

// Is the violation about this event? The checker writes it right after the event, in the same ring;
// one about a stale decision right before it. Violations about something else may lie between.
static bool concerns(const struct trace_event *violation, const struct trace_event *e)
{
    return !(violation->flags & TRACE_ON_LOCK) &&
           (violation->object == e->object ||
            (e->kind == TRACE_MOVE && violation->object == e->arg));
}

static uint32_t stale_before(const struct reader_trace *t, uint32_t position)
{
    assert(position < t->count);
    const struct reader_event *e = &t->events[position];
    for (uint32_t i = position; i-- > 0;) {
        const struct reader_event *v = &t->events[i];
        if (v->ring != e->ring || v->e.kind == TRACE_TIME)
            continue;
        if (v->e.kind != TRACE_VIOLATION)
            break;
        if (v->e.arg == L036_STALE_DECISION && concerns(&v->e, &e->e))
            return i;
    }
    return READER_NONE;
}

uint32_t reader_judge_checker(const struct reader_trace *t, uint32_t position, uint32_t *at)
{
    assert(at && position < t->count);
    const struct reader_event *e = &t->events[position];
    if (*at == position && e->e.kind == TRACE_ATTR_WRITE) {
        uint32_t before = stale_before(t, position);
        *at = before != READER_NONE ? before : position;
        if (before != READER_NONE)
            return before;
    }
    for (uint32_t i = *at < position ? position + 1 : *at + 1; i < t->count; i++) {
        const struct reader_event *v = &t->events[i];
        if (v->ring != e->ring || v->e.kind == TRACE_TIME)
            continue;
        if (v->e.kind != TRACE_VIOLATION)
            break;
        if (v->e.arg != L036_STALE_DECISION && concerns(&v->e, &e->e))
            return *at = i;
    }
    return READER_NONE;
}

bool reader_judge_checker_said(const struct reader_trace *t, uint32_t position, unsigned code)
{
    uint32_t at = position;
    for (uint32_t v; (v = reader_judge_checker(t, position, &at)) != READER_NONE;)
        if (t->events[v].e.arg == code)
            return true;
    return false;
}
