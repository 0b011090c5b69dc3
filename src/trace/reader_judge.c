// The checker's rules again, on what a trace kept. It knows less than the checker did: frozen
// prototypes leave no trace of their place, and what was overwritten is unknown. Where it is not
// sure it says so.
#include "trace/reader_judge.h"

#include "trace/codes.h"

bool locks_judge_is_access(const struct trace_event *e)
{
    return e->kind == TRACE_ATTR_READ || e->kind == TRACE_ATTR_WRITE ||
           e->kind == TRACE_LIST_READ || e->kind == TRACE_LIST_WRITE || e->kind == TRACE_MOVE;
}

bool locks_judge_is_write(const struct trace_event *e)
{
    return e->kind != TRACE_ATTR_READ && e->kind != TRACE_LIST_READ;
}

bool locks_judge_held(const struct locks_grant *g, uint32_t position)
{
    return g->locked != LOCKS_NONE && g->locked < position &&
           (g->unlocked == LOCKS_NONE || g->unlocked > position);
}

static uint32_t held_grant(const struct locks_trace *t, uint32_t run, uint32_t lock,
                           uint32_t position)
{
    uint32_t found = LOCKS_NONE;
    for (uint32_t g = run == LOCKS_NONE ? LOCKS_NONE : t->runs[run].grants; g != LOCKS_NONE;
         g = t->grants[g].next)
        if ((lock == LOCKS_NONE || t->grants[g].lock == lock) &&
            locks_judge_held(&t->grants[g], position))
            found = g;
    return found;
}

static bool inner_held(const struct locks_trace *t, uint32_t run, const struct locks_chain *c,
                       uint32_t position)
{
    for (size_t i = 0; i + 1 < c->count; i++) {
        uint32_t lock = locks_names_lock_of(&t->file->names, c->things[i]);
        if (lock != LOCKS_NONE && held_grant(t, run, lock, position) != LOCKS_NONE)
            return true;
    }
    return false;
}

// Finds the last time that the run saw where the thing is: read it, moved it, or met it in a list.
static void find_seen(const struct locks_where *w, uint32_t run, uint32_t thing, bool met,
                      struct locks_verdict *v)
{
    v->seen = locks_where_seen(w, run, thing);
    const struct locks_known *k = &v->chain.known[0];
    bool in_list = met && k->place == LOCKS_PLACED && k->in != thing;
    uint32_t listed = in_list ? locks_where_listed(w, run, k->in) : LOCKS_NONE;
    v->listed = listed != LOCKS_NONE && (v->seen == LOCKS_NONE || listed > v->seen);
    if (v->listed)
        v->seen = listed;
}

static unsigned missing_lock(const struct locks_trace *t, uint32_t run, const struct locks_chain *c,
                             uint32_t position)
{
    uint8_t kind = t->events[position].e.kind;
    bool any = held_grant(t, run, LOCKS_NONE, position) != LOCKS_NONE;
    if (any && inner_held(t, run, c, position))
        return L002_NESTED_LOCK;
    if (kind == TRACE_MOVE)
        return L016_MOVE_UNLOCKED;
    if (kind == TRACE_LIST_READ || kind == TRACE_LIST_WRITE)
        return L013_LIST_UNLOCKED;
    return any ? L003_WRONG_LOCK : L001_NO_LOCK;
}

static void judge_chain(const struct locks_where *w, uint32_t position, bool met,
                        struct locks_verdict *v)
{
    const struct locks_trace *t = w->trace;
    const struct locks_event *e = &t->events[position];
    const struct locks_chain *c = &v->chain;
    const struct locks_known *end = &c->known[c->count - 1];
    uint32_t root = c->things[c->count - 1];
    find_seen(w, e->run, c->things[0], met, v);
    if (end->place == LOCKS_UNKNOWN) {
        v->unknown = true;
    } else if (end->place == LOCKS_DEAD) {
        v->code = L033_DEAD;
    } else if (end->place == LOCKS_LIMBO) {
        v->limbo = e->run != LOCKS_NONE && t->runs[e->run].task == end->in;
        v->code = v->limbo ? 0 : L005_LIMBO;
    } else if (end->in != root) {
        v->code = L023_CYCLE;
    } else {
        uint32_t big = locks_names_big_lock(&t->file->names);
        v->lock = big != LOCKS_NONE ? big : locks_names_lock_of(&t->file->names, root);
        v->outermost = c->count == 1;
        v->grant = v->lock == LOCKS_NONE ? LOCKS_NONE : held_grant(t, e->run, v->lock, position);
        if (v->grant == LOCKS_NONE)
            v->code = missing_lock(t, e->run, c, position);
        else if (locks_judge_is_write(&e->e) && t->grants[v->grant].shared)
            v->code = L003_WRONG_LOCK;
        else if (!v->outermost && (v->seen == LOCKS_NONE || v->seen < t->grants[v->grant].locked))
            v->code = L009_NOT_REVALIDATED;
    }
}

// Marks a verdict as unknown: if the beginning of the task was overwritten, it is not known what it
// held and saw; if a thing was last seen before overwritten events, it may have been moved since.
// The checker knew.
static void doubt(const struct locks_where *w, uint32_t position, struct locks_verdict *v)
{
    const struct locks_trace *t = w->trace;
    uint32_t run = t->events[position].run;
    bool partial = run != LOCKS_NONE && !t->runs[run].begun;
    for (size_t i = 0; i < v->chain.count; i++)
        partial |= v->chain.known[i].position < w->whole;
    if (!v->code || !partial || locks_judge_checker_said(t, position, v->code))
        return;
    v->code = 0;
    v->unknown = v->partial = true;
}

void locks_judge(const struct locks_where *w, uint32_t position, uint32_t thing, bool met,
                 struct locks_verdict *out)
{
    uint32_t run = w->trace->events[position].run;
    // What the run itself saw under its lock is right. If that does not suffice, what other runs
    // saw shows what it should have known.
    for (int own = 1; own >= 0; own--) {
        *out = (struct locks_verdict){.lock = LOCKS_NONE, .grant = LOCKS_NONE, .seen = LOCKS_NONE};
        locks_where_chain(w, run, thing, own, &out->chain);
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

static uint32_t stale_before(const struct locks_trace *t, uint32_t position)
{
    const struct locks_event *e = &t->events[position];
    for (uint32_t i = position; i-- > 0;) {
        const struct locks_event *v = &t->events[i];
        if (v->ring != e->ring || v->e.kind == TRACE_TIME)
            continue;
        if (v->e.kind != TRACE_VIOLATION)
            break;
        if (v->e.arg == L036_STALE_DECISION && concerns(&v->e, &e->e))
            return i;
    }
    return LOCKS_NONE;
}

uint32_t locks_judge_checker(const struct locks_trace *t, uint32_t position, uint32_t *at)
{
    const struct locks_event *e = &t->events[position];
    if (*at == position && e->e.kind == TRACE_ATTR_WRITE) {
        uint32_t before = stale_before(t, position);
        *at = before != LOCKS_NONE ? before : position;
        if (before != LOCKS_NONE)
            return before;
    }
    for (uint32_t i = *at < position ? position + 1 : *at + 1; i < t->count; i++) {
        const struct locks_event *v = &t->events[i];
        if (v->ring != e->ring || v->e.kind == TRACE_TIME)
            continue;
        if (v->e.kind != TRACE_VIOLATION)
            break;
        if (v->e.arg != L036_STALE_DECISION && concerns(&v->e, &e->e))
            return *at = i;
    }
    return LOCKS_NONE;
}

bool locks_judge_checker_said(const struct locks_trace *t, uint32_t position, unsigned code)
{
    uint32_t at = position;
    for (uint32_t v; (v = locks_judge_checker(t, position, &at)) != LOCKS_NONE;)
        if (t->events[v].e.arg == code)
            return true;
    return false;
}
