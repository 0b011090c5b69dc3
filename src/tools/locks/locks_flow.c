// `latchkey locks flow` and `json`: what happened, in order, one line an event. What is said
// elsewhere in the line (the time, the actor) has no line of its own in the flow; the JSON has
// everything.
#include "tools/locks/locks_commands.h"

#include "tools/locks/locks_text.h"
#include "util/mem.h"

#include <assert.h>
#include <stdlib.h>

static bool chosen(const struct reader_trace *t, const struct locks_query *q, uint32_t i)
{
    assert(i < t->count);
    const struct trace_event *e = &t->events[i].e;
    if (!locks_query_run(q, t, t->events[i].run) || !locks_query_at(q, t, i))
        return false;
    if (!q->thing && !q->lock)
        return true;
    enum locks_object kind = locks_text_object_kind(e);
    if (q->lock && kind == LOCKS_OBJECT_LOCK && reader_index_has(&q->locks, e->object))
        return true;
    if (!q->thing)
        return false;
    return (kind == LOCKS_OBJECT_THING && reader_index_has(&q->things, e->object)) ||
           (locks_text_arg_is_thing(e) && reader_index_has(&q->things, e->arg));
}

// The first of the last n chosen events.
static uint32_t from_last(const struct reader_trace *t, const struct locks_query *q,
                          bool (*shown)(const struct trace_event *))
{
    assert(shown);
    uint64_t left = q->last;
    uint32_t i = (uint32_t)t->count;
    while (q->last && i > 0 && left > 0) {
        i--;
        left -= shown(&t->events[i].e) && chosen(t, q, i);
    }
    return q->last ? i : 0;
}

static bool in_flow(const struct trace_event *e)
{
    return e->kind != TRACE_TIME && e->kind != TRACE_ACTOR && e->kind != TRACE_NAMED;
}

static bool always(const struct trace_event *e)
{
    (void)e;
    return true;
}

void locks_flow(const struct reader_trace *t, const struct locks_query *q, FILE *out)
{
    struct buf line = BUF_INIT;
    fputs("       ms thread:event  task what(actor)  event\n", out);
    for (uint32_t i = from_last(t, q, in_flow); i < t->count; i++) {
        if (!in_flow(&t->events[i].e) || !chosen(t, q, i))
            continue;
        buf_clear(&line);
        locks_text_line(&line, t, i);
        buf_addc(&line, '\n');
        fwrite(line.data, 1, line.len, out);
    }
    buf_fini(&line);
}

static void locks_flow_add_run(struct buf *b, const struct reader_trace *t, uint32_t run)
{
    if (run == READER_NONE)
        return;
    const struct reader_run *r = &t->runs[run];
    const struct reader_names *names = &t->file->names;
    buf_addf(b, ",\"run\":%u,\"task\":%u,\"what\":", run, r->task);
    locks_text_json(b, reader_names_text(names, TRACE_NAME_WHAT, r->what, ""));
    if (r->actor) {
        buf_addf(b, ",\"actor\":%u,\"actor_label\":", r->actor);
        locks_text_json(b, reader_names_text(names, TRACE_NAME_THING, r->actor, ""));
    }
    if (r->event)
        buf_addf(b, ",\"event\":%llu", (unsigned long long)r->event);
}

static void add_labels(struct buf *b, const struct reader_trace *t, const struct trace_event *e)
{
    const struct reader_names *names = &t->file->names;
    static const struct {
        const char *kind;
        enum trace_name_kind names;
    } objects[] = {[LOCKS_OBJECT_THING] = {"thing", TRACE_NAME_THING},
                   [LOCKS_OBJECT_LOCK] = {"lock", TRACE_NAME_LOCK},
                   [LOCKS_OBJECT_WHAT] = {"what", TRACE_NAME_WHAT}};
    enum locks_object kind = locks_text_object_kind(e);
    buf_addf(b, ",\"object\":%u", e->object);
    if (kind != LOCKS_OBJECT_NONE && kind != LOCKS_OBJECT_TASK) {
        buf_addf(b, ",\"object_kind\":\"%s\",\"object_label\":", objects[kind].kind);
        locks_text_json(b, reader_names_text(names, objects[kind].names, e->object, ""));
    }
    buf_addf(b, ",\"arg\":%u", e->arg);
    bool attribute = e->kind == TRACE_ATTR_READ || e->kind == TRACE_ATTR_WRITE;
    if (!attribute && !locks_text_arg_is_thing(e))
        return;
    buf_adds(b, ",\"arg_label\":");
    locks_text_json(b, reader_names_text(names, attribute ? TRACE_NAME_ATTRIBUTE : TRACE_NAME_THING,
                                         e->arg, ""));
}

static void add_flags(struct buf *b, unsigned flags)
{
    static const struct {
        unsigned flag;
        const char *name;
    } known[] = {{TRACE_CONTENDED, "contended"},
                 {TRACE_RESUMED, "resumed"},
                 {TRACE_SHARED, "shared"},
                 {TRACE_ON_LOCK, "on_lock"}};
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
        if (flags & known[i].flag)
            buf_addf(b, ",\"%s\":true", known[i].name);
}

static void locks_flow_add_site(struct buf *b, const struct reader_trace *t, unsigned site)
{
    const struct reader_name *n =
        site ? reader_names_find(&t->file->names, TRACE_NAME_SITE, site) : NULL;
    if (!n)
        return;
    buf_adds(b, ",\"file\":");
    locks_text_json(b, n->text);
    buf_addf(b, ",\"line\":%u,\"function\":", n->extra);
    locks_text_json(b, n->func);
}

void locks_json(const struct reader_trace *t, const struct locks_query *q, FILE *out)
{
    struct buf b = BUF_INIT;
    for (uint32_t i = from_last(t, q, always); i < t->count; i++) {
        const struct reader_event *e = &t->events[i];
        if (!chosen(t, q, i))
            continue;
        buf_clear(&b);
        buf_addf(&b, "{\"ms\":%.6f,\"thread\":", (double)e->ns / 1e6);
        locks_text_json(&b, t->file->rings[e->ring].name);
        buf_addf(&b, ",\"ring\":%u,\"number\":%llu,\"kind\":\"%s\"", e->ring,
                 (unsigned long long)e->number, trace_kind_name((enum trace_kind)e->e.kind));
        add_flags(&b, e->e.flags);
        locks_flow_add_run(&b, t, e->run);
        add_labels(&b, t, &e->e);
        locks_flow_add_site(&b, t, e->e.site);
        buf_adds(&b, "}\n");
        fwrite(b.data, 1, b.len, out);
    }
    buf_fini(&b);
}
