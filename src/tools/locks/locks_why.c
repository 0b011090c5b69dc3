// `latchkey locks why`: for each access to a thing the verdict, and the events that decide it. The
// checker's own report is shown beside it, as the checker knew more than the trace.
#include "tools/locks/locks_commands.h"

#include "tools/locks/locks_text.h"
#include "trace/codes.h"
#include "trace/reader_judge.h"

#include <assert.h>
#include <string.h>

struct why {
    const struct reader_trace *t;
    const struct locks_query *q;
    struct reader_where where;
    struct buf b;
    uint64_t told, allowed;
};

static void locks_why_add_event(struct why *w, uint32_t position)
{
    locks_text_id(&w->b, w->t, position);
    buf_adds(&w->b, ", ms ");
    locks_text_ms(&w->b, w->t->events[position].ns);
}

static void locks_why_add_site(struct why *w, const char *before, uint32_t position)
{
    if (!w->t->events[position].e.site)
        return;
    buf_adds(&w->b, before);
    locks_text_site(&w->b, w->t, w->t->events[position].e.site, false);
}

static void add_grant(struct why *w, const struct reader_grant *g)
{
    assert(g->locked != READER_NONE);
    locks_text_lock(&w->b, w->t, g->lock);
    buf_addf(&w->b, " %s, ticket %u, since ", g->shared ? "shared" : "exclusive", g->ticket);
    locks_why_add_event(w, g->locked);
    locks_why_add_site(w, "\n           taken at ", g->locked);
}

static const char *cause(unsigned code)
{
    switch (code) {
    case L001_NO_LOCK:
        return "the task holds no lock at all";
    case L002_NESTED_LOCK:
        return "an inner inventory is locked, and only the outermost one protects what is inside";
    case L003_WRONG_LOCK:
        return "the lock of its outermost inventory is not held, or only shared";
    case L005_LIMBO:
        return "it is out of play, and the token is another task's";
    case L009_NOT_REVALIDATED:
        return "the right lock, but its location was not read after that was granted";
    case L013_LIST_UNLOCKED:
        return "the contents of an inventory without the lock of its outermost one";
    case L016_MOVE_UNLOCKED:
        return "a move without the locks of where it was and where it goes";
    case L023_CYCLE:
        return "the way outward does not end";
    case L033_DEAD:
        return "it was freed before";
    default:
        return "";
    }
}

static void add_verdict(struct why *w, const struct reader_verdict *v)
{
    buf_adds(&w->b, "  verdict  ");
    if (v->partial)
        buf_adds(&w->b, "not known\n  because  events that may matter are overwritten; the checker "
                        "found nothing\n");
    else if (v->unknown)
        buf_adds(&w->b, "not known\n  because  no event that is kept tells where it was\n");
    else if (v->code)
        buf_addf(&w->b, "NOT ALLOWED, L%03u %s\n  because  %s\n", v->code, locks_text_code(v->code),
                 cause(v->code));
    else if (v->limbo)
        buf_adds(&w->b, "allowed\n  because  it is in limbo and this task has the token\n");
    else if (v->outermost)
        buf_adds(&w->b,
                 "allowed\n  because  it is its own outermost inventory, and that is locked\n");
    else
        buf_adds(&w->b, "allowed\n  because  the lock of its outermost inventory is held, and its "
                        "location was seen since\n");
    w->allowed += !v->unknown && !v->code;
}

static void add_chain(struct why *w, uint32_t run, const struct reader_chain *c)
{
    assert(c->count && c->count <= READER_CHAIN);
    for (size_t i = 0; i < c->count; i++) {
        const struct reader_known *k = &c->known[i];
        buf_adds(&w->b, i ? "           " : "  where    ");
        locks_text_thing(&w->b, w->t, c->things[i]);
        if (k->place == READER_PLACED && k->in == c->things[i]) {
            buf_adds(&w->b, " outermost");
        } else if (k->place == READER_PLACED) {
            buf_adds(&w->b, " in ");
            locks_text_thing(&w->b, w->t, k->in);
        } else {
            buf_adds(&w->b, k->place == READER_DEAD      ? " is freed"
                            : k->place == READER_UNKNOWN ? " is somewhere"
                                                         : "");
            if (k->place == READER_LIMBO)
                buf_addf(&w->b, " in limbo, token of task %u", k->in);
        }
        if (k->position != READER_NONE) {
            const struct reader_event *e = &w->t->events[k->position];
            buf_addf(&w->b, "   %s ", trace_kind_name((enum trace_kind)e->e.kind));
            locks_why_add_event(w, k->position);
            if (e->run != run && e->run != READER_NONE)
                buf_addf(&w->b, " by task %u", w->t->runs[e->run].task);
        }
        buf_addc(&w->b, '\n');
    }
}

// Adds which run holds the needed lock, if it is not this one.
static void add_needs(struct why *w, uint32_t position, const struct reader_verdict *v)
{
    assert(position < w->t->count);
    if (v->lock == READER_NONE)
        return;
    const struct reader_trace *t = w->t;
    buf_adds(&w->b, "  needs    ");
    locks_text_lock(&w->b, t, v->lock);
    bool write = reader_judge_is_write(&t->events[position].e);
    buf_adds(&w->b, write ? " exclusive" : "");
    if (v->grant != READER_NONE) {
        bool enough = !write || !t->grants[v->grant].shared;
        buf_adds(&w->b, enough ? ", which it holds\n" : ", which it holds only shared\n");
        return;
    }
    uint32_t holder = READER_NONE;
    for (size_t g = 0; g < t->grant_count; g++)
        if (t->grants[g].lock == v->lock && reader_judge_held(&t->grants[g], position))
            holder = (uint32_t)g;
    if (holder == READER_NONE) {
        buf_adds(&w->b, ", held by nobody\n");
        return;
    }
    buf_adds(&w->b, ", held by ");
    locks_text_run(&w->b, t, t->grants[holder].run);
    buf_adds(&w->b, "\n           ");
    add_grant(w, &t->grants[holder]);
    buf_addc(&w->b, '\n');
}

static void add_holds(struct why *w, uint32_t position)
{
    const struct reader_trace *t = w->t;
    uint32_t run = t->events[position].run, shown = 0;
    for (uint32_t g = run == READER_NONE ? READER_NONE : t->runs[run].grants; g != READER_NONE;
         g = t->grants[g].next) {
        if (!reader_judge_held(&t->grants[g], position))
            continue;
        buf_adds(&w->b, shown++ ? "           " : "  holds    ");
        add_grant(w, &t->grants[g]);
        buf_addc(&w->b, '\n');
    }
    if (!shown)
        buf_adds(&w->b, "  holds    nothing\n");
}

static void add_seen(struct why *w, uint32_t run, const struct reader_verdict *v)
{
    const struct reader_trace *t = w->t;
    if (v->outermost || v->limbo || v->unknown)
        return;
    buf_adds(&w->b, "  seen     ");
    if (v->seen == READER_NONE) {
        buf_adds(&w->b, "its location was not read by this task");
    } else {
        buf_adds(&w->b, v->listed ? "in the list that was read at " : "its location, at ");
        locks_why_add_event(w, v->seen);
        locks_why_add_site(w, ", ", v->seen);
        if (v->grant != READER_NONE)
            buf_adds(&w->b, v->seen < t->grants[v->grant].locked
                                ? "\n           before the lock was granted"
                                : "\n           after the lock was granted");
    }
    buf_addc(&w->b, '\n');
    struct reader_known latest = reader_where_latest(&w->where, v->chain.things[0]);
    if (!v->code || latest.position == READER_NONE || v->seen == READER_NONE ||
        latest.position < v->seen || t->events[latest.position].run == run ||
        t->events[latest.position].e.kind != TRACE_MOVE)
        return;
    buf_adds(&w->b, "  cause    moved to ");
    locks_text_thing(&w->b, t, latest.in);
    buf_adds(&w->b, " at ");
    locks_why_add_event(w, latest.position);
    buf_adds(&w->b, " by ");
    locks_text_run(&w->b, t, t->events[latest.position].run);
    buf_addc(&w->b, '\n');
}

static bool add_checker(struct why *w, uint32_t position)
{
    uint32_t at = position, said = 0;
    for (uint32_t v; (v = reader_judge_checker(w->t, position, &at)) != READER_NONE; said++) {
        const struct trace_event *e = &w->t->events[v].e;
        buf_addf(&w->b, "  checker  L%03u %s at ", e->arg, locks_text_code(e->arg));
        locks_why_add_event(w, v);
        buf_addc(&w->b, '\n');
    }
    return said;
}

static void add_head(struct why *w, uint32_t position)
{
    const struct reader_event *e = &w->t->events[position];
    struct buf *b = &w->b;
    buf_adds(b, w->told++ ? "\n" : "");
    size_t from = b->len;
    locks_text_ms(b, e->ns);
    buf_adds(b, " ms  ");
    locks_text_id(b, w->t, position);
    buf_addf(b, "  %s ", trace_kind_name((enum trace_kind)e->e.kind));
    locks_text_object(b, w->t, e);
    buf_addc(b, ' ');
    locks_text_arg(b, w->t, e);
    buf_adds(b, b->len - from > 70 ? "\n  by       " : "  ");
    locks_text_run(b, w->t, e->run);
    if (e->run != READER_NONE && w->t->runs[e->run].event)
        buf_addf(b, ", event %llu", (unsigned long long)w->t->runs[e->run].event);
    buf_adds(b, "\n  at       ");
    locks_text_site(b, w->t, e->e.site, false);
    buf_addc(b, '\n');
}

// A move is checked twice, for the thing and for its destination; the worse verdict is printed.
static void print_why(struct why *w, uint32_t position)
{
    assert(position < w->t->count);
    const struct reader_event *e = &w->t->events[position];
    struct reader_verdict v, to;
    bool move = e->e.kind == TRACE_MOVE;
    // If the thing had not been met in the list, the checker would have reported it.
    bool met = !reader_judge_checker_said(w->t, position, L009_NOT_REVALIDATED);
    reader_judge(&w->where, position, e->e.object, met, &v);
    if (move)
        reader_judge(&w->where, position, e->e.arg, met, &to);
    buf_clear(&w->b);
    add_head(w, position);
    const struct reader_verdict *worse = move && !v.code && (to.code || to.unknown) ? &to : &v;
    add_verdict(w, worse);
    add_chain(w, e->run, &v.chain);
    add_needs(w, position, &v);
    if (move) {
        add_chain(w, e->run, &to.chain);
        add_needs(w, position, &to);
    }
    add_holds(w, position);
    add_seen(w, e->run, worse);
    if (!add_checker(w, position) && worse->code)
        buf_adds(&w->b, "  checker  found nothing: it may have seen what the trace did not keep\n");
}

static bool asked(const struct why *w, uint32_t i)
{
    assert(i < w->t->count);
    const struct reader_event *e = &w->t->events[i];
    if (!reader_judge_is_access(&e->e) || !locks_query_run(w->q, w->t, e->run) ||
        !locks_query_at(w->q, w->t, i) || !locks_query_violation(w->q, w->t, i))
        return false;
    return !w->q->thing || reader_index_has(&w->q->things, e->e.object) ||
           (e->e.kind == TRACE_MOVE && reader_index_has(&w->q->things, e->e.arg));
}

void locks_why(const struct reader_trace *t, const struct locks_query *q, FILE *out)
{
    assert(q && out);
    struct why w = {.t = t, .q = q};
    uint64_t all = 0, skip;
    reader_where_init(&w.where, t);
    for (uint32_t i = 0; i < t->count; i++)
        all += asked(&w, i);
    skip = q->last && all > q->last ? all - q->last : 0;
    for (uint32_t i = 0; i < t->count; i++) {
        if (asked(&w, i)) {
            if (skip) {
                skip--;
            } else {
                print_why(&w, i);
                fwrite(w.b.data, 1, w.b.len, out);
            }
        }
        reader_where_next(&w.where, i);
    }
    fprintf(out, "%s%llu accesses, %llu allowed by what the trace kept\n", w.told ? "\n" : "",
            (unsigned long long)w.told, (unsigned long long)w.allowed);
    reader_where_fini(&w.where);
    buf_fini(&w.b);
}
