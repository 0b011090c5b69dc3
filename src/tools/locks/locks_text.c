// Wording for the tables and lists of `latchkey locks`. Everything goes to a terminal of 100
// columns: sites are shortened there and labels cut. Keeps nothing.
#include "tools/locks/locks_text.h"

#include "trace/codes.h"
#include "util/buf.h"
#include "util/utf8.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

enum { LABEL_WIDTH = 30, LABEL_SHORT = 12, LINE_WIDTH = 100 };

enum locks_object locks_text_object_kind(const struct trace_event *e)
{
    switch (e->kind) {
    case TRACE_LOCK_WANT:
    case TRACE_LOCKED:
    case TRACE_UNLOCKED:
    case TRACE_PARK:
        return LOCKS_OBJECT_LOCK;
    case TRACE_VIOLATION:
        return !e->object                 ? LOCKS_OBJECT_NONE
               : e->flags & TRACE_ON_LOCK ? LOCKS_OBJECT_LOCK
                                          : LOCKS_OBJECT_THING;
    case TRACE_TASK_BEGIN:
    case TRACE_NAMED:
    case TRACE_BLOCK_ENTER:
    case TRACE_BLOCK_LEAVE:
        return e->object ? LOCKS_OBJECT_WHAT : LOCKS_OBJECT_NONE;
    case TRACE_POST:
    case TRACE_SPAWN:
        return LOCKS_OBJECT_TASK;
    case TRACE_TASK_END:
    case TRACE_RUN:
    case TRACE_TIME:
    case TRACE_NUMBER:
        return LOCKS_OBJECT_NONE;
    default:
        return LOCKS_OBJECT_THING;
    }
}

bool locks_text_arg_is_thing(const struct trace_event *e)
{
    return e->kind == TRACE_WHERE_READ || e->kind == TRACE_MOVE || e->kind == TRACE_LIMBO_PUBLISH;
}

void locks_text_cut(struct buf *b, const char *s, size_t width)
{
    assert(b && s && width);
    size_t n = strlen(s);
    if (utf8_count(s, n) <= width) {
        utf8_clean(b, s, n);
        return;
    }
    size_t at = 0;
    for (size_t i = 1; i < width && at < n; i++) {
        uint32_t c;
        size_t step = utf8_decode(s + at, n - at, &c);
        at += step ? step : 1;
    }
    utf8_clean(b, s, at);
    buf_addc(b, '~');
}

static void label(struct buf *b, const struct reader_trace *t, enum trace_name_kind kind,
                  uint32_t id, size_t width)
{
    assert(kind && kind <= TRACE_NAME_WHAT);
    const struct reader_name *n = reader_names_find(&t->file->names, kind, id);
    if (!n)
        return;
    buf_adds(b, " \"");
    locks_text_cut(b, n->text, width);
    buf_addc(b, '"');
}

static void thing(struct buf *b, const struct reader_trace *t, uint32_t id, size_t width)
{
    buf_addf(b, "#%u", id);
    label(b, t, TRACE_NAME_THING, id, width);
}

static void lock(struct buf *b, const struct reader_trace *t, uint32_t id, size_t width)
{
    buf_addf(b, "lock %u", id);
    label(b, t, TRACE_NAME_LOCK, id, width);
}

void locks_text_thing(struct buf *b, const struct reader_trace *t, uint32_t id)
{
    thing(b, t, id, LABEL_WIDTH);
}

void locks_text_lock(struct buf *b, const struct reader_trace *t, uint32_t id)
{
    lock(b, t, id, LABEL_WIDTH);
}

static void object(struct buf *b, const struct reader_trace *t, const struct trace_event *e,
                   size_t width)
{
    switch (locks_text_object_kind(e)) {
    case LOCKS_OBJECT_THING:
        thing(b, t, e->object, width);
        break;
    case LOCKS_OBJECT_LOCK:
        lock(b, t, e->object, width);
        break;
    case LOCKS_OBJECT_WHAT:
        locks_text_cut(b, reader_names_text(&t->file->names, TRACE_NAME_WHAT, e->object, "?"),
                       LABEL_WIDTH);
        break;
    case LOCKS_OBJECT_TASK:
        buf_addf(b, "task %u", e->object);
        break;
    case LOCKS_OBJECT_NONE:
        break;
    }
}

void locks_text_object(struct buf *b, const struct reader_trace *t, const struct reader_event *e)
{
    object(b, t, &e->e, LABEL_WIDTH);
}

static void attribute(struct buf *b, const struct reader_trace *t, uint32_t id)
{
    const char *name = reader_names_text(&t->file->names, TRACE_NAME_ATTRIBUTE, id, NULL);
    if (name)
        utf8_clean(b, name, strlen(name));
    else
        buf_addf(b, "attribute %u", id);
}

static void argument(struct buf *b, const struct reader_trace *t, const struct trace_event *v,
                     size_t width)
{
    const char *shared = v->flags & TRACE_SHARED ? "shared " : "";
    switch (v->kind) {
    case TRACE_TASK_BEGIN:
        buf_adds(b, v->flags & TRACE_RESUMED ? "goes on" : "");
        break;
    case TRACE_LOCK_WANT:
    case TRACE_PARK:
        buf_adds(b, shared);
        break;
    case TRACE_LOCKED:
    case TRACE_UNLOCKED:
        buf_addf(b, "%sticket %u%s", shared, v->arg, v->flags & TRACE_CONTENDED ? " waited" : "");
        break;
    case TRACE_WHERE_READ:
        buf_adds(b, v->arg == v->object ? "outermost" : "in ");
        if (v->arg != v->object)
            thing(b, t, v->arg, width);
        break;
    case TRACE_MOVE:
    case TRACE_LIMBO_PUBLISH:
        buf_adds(b, "to ");
        thing(b, t, v->arg, width);
        break;
    case TRACE_ATTR_READ:
    case TRACE_ATTR_WRITE:
        attribute(b, t, v->arg);
        break;
    case TRACE_LIMBO_TAKE:
    case TRACE_LIMBO_PASS:
        buf_addf(b, "task %u", v->arg);
        break;
    case TRACE_VIOLATION:
        buf_addf(b, "L%03u %s", v->arg, locks_text_code(v->arg));
        break;
    case TRACE_NUMBER:
        buf_addf(b, "event %llu", (unsigned long long)v->object << 32 | v->arg);
        break;
    default:
        break;
    }
}

void locks_text_arg(struct buf *b, const struct reader_trace *t, const struct reader_event *e)
{
    argument(b, t, &e->e, LABEL_WIDTH);
}

void locks_text_what(struct buf *b, const struct reader_trace *t, uint32_t run)
{
    assert(run == READER_NONE || run < t->run_count);
    if (run == READER_NONE)
        return;
    const struct reader_run *r = &t->runs[run];
    const struct reader_names *names = &t->file->names;
    const char *what = reader_names_text(names, TRACE_NAME_WHAT, r->what, "?");
    utf8_clean(b, what, strlen(what));
    if (r->actor) {
        const char *actor = reader_names_text(names, TRACE_NAME_THING, r->actor, NULL);
        buf_addc(b, '(');
        if (actor)
            utf8_clean(b, actor, strlen(actor));
        else
            buf_addf(b, "#%u", r->actor);
        buf_addc(b, ')');
    }
}

void locks_text_run(struct buf *b, const struct reader_trace *t, uint32_t run)
{
    assert(run == READER_NONE || run < t->run_count);
    if (run == READER_NONE) {
        buf_adds(b, "no task");
        return;
    }
    buf_addf(b, "task %u ", t->runs[run].task);
    locks_text_what(b, t, run);
}

void locks_text_ms(struct buf *b, int64_t ns)
{
    buf_addf(b, "%.3f", (double)ns / 1e6);
}

void locks_text_span(struct buf *b, int64_t ns)
{
    if (ns < 1000)
        buf_addf(b, "%lld ns", (long long)ns);
    else if (ns < 1000000)
        buf_addf(b, "%.1f us", (double)ns / 1e3);
    else if (ns < 1000000000)
        buf_addf(b, "%.1f ms", (double)ns / 1e6);
    else
        buf_addf(b, "%.1f s", (double)ns / 1e9);
}

void locks_text_site(struct buf *b, const struct reader_trace *t, unsigned site, bool brief)
{
    const struct reader_name *n =
        site ? reader_names_find(&t->file->names, TRACE_NAME_SITE, site) : NULL;
    if (!n) {
        if (site)
            buf_addf(b, "site %u", site);
        return;
    }
    const char *slash = brief ? strrchr(n->text, '/') : NULL, *file = slash ? slash + 1 : n->text;
    utf8_clean(b, file, strlen(file));
    buf_addf(b, ":%u ", n->extra);
    utf8_clean(b, n->func, strlen(n->func));
    buf_adds(b, "()");
}

void locks_text_id(struct buf *b, const struct reader_trace *t, uint32_t position)
{
    assert(position < t->count);
    const struct reader_event *e = &t->events[position];
    buf_addf(b, "%s:%llu", t->file->rings[e->ring].name, (unsigned long long)e->number);
}

void locks_text_pad(struct buf *b, size_t from, size_t column)
{
    size_t width = from < b->len ? utf8_count(b->data + from, b->len - from) : 0;
    do
        buf_addc(b, ' ');
    while (++width < column);
}

// Adds the kind of the event, its object, and where in the source it is.
static void add_act(struct buf *b, const struct reader_trace *t, const struct trace_event *e,
                    size_t width, bool function)
{
    struct buf part = BUF_INIT;
    size_t before = b->len;
    object(b, t, e, width);
    argument(&part, t, e, width);
    if (part.len && b->len > before)
        buf_addc(b, ' ');
    buf_add(b, buf_str(&part), part.len);
    buf_clear(&part);
    locks_text_site(&part, t, e->site, true);
    if (part.len) {
        char *blank = memchr(part.data, ' ', part.len);
        buf_adds(b, "  ");
        buf_add(b, part.data, blank && !function ? (size_t)(blank - part.data) : part.len);
    }
    buf_fini(&part);
}

void locks_text_line(struct buf *b, const struct reader_trace *t, uint32_t position)
{
    assert(position < t->count);
    enum { TIME = 9, ID = 14, WHO = 17, KIND = 11, WAYS = 3 };
    const struct reader_event *e = &t->events[position];
    size_t from = b->len;
    buf_addf(b, "%*.3f ", TIME, (double)e->ns / 1e6);
    locks_text_id(b, t, position);
    locks_text_pad(b, from, TIME + 1 + ID);
    if (e->run != READER_NONE) {
        struct buf who = BUF_INIT;
        buf_addf(&who, "%u ", t->runs[e->run].task);
        locks_text_what(&who, t, e->run);
        locks_text_cut(b, buf_str(&who), WHO - 1);
        buf_fini(&who);
    }
    locks_text_pad(b, from, TIME + 1 + ID + WHO);
    buf_adds(b, trace_kind_name((enum trace_kind)e->e.kind));
    locks_text_pad(b, from, TIME + 1 + ID + WHO + KIND);
    // Tries the full form; if it is too wide, without the function; then with short labels.
    size_t before = b->len;
    for (int way = 0; way < WAYS; way++) {
        buf_truncate(b, before);
        add_act(b, t, &e->e, way < 2 ? LABEL_WIDTH : LABEL_SHORT, way == 0);
        if (utf8_count(b->data + from, b->len - from) <= LINE_WIDTH)
            break;
    }
    while (b->len > from && b->data[b->len - 1] == ' ')
        buf_truncate(b, b->len - 1);
}

void locks_text_json(struct buf *b, const char *s)
{
    assert(b && s);
    struct buf clean = BUF_INIT;
    utf8_clean(&clean, s, strlen(s));
    buf_addc(b, '"');
    for (const char *p = buf_str(&clean); *p; p++) {
        if (*p == '"' || *p == '\\')
            buf_addf(b, "\\%c", *p);
        else if ((unsigned char)*p < 0x20)
            buf_addf(b, "\\u%04x", (unsigned char)*p);
        else
            buf_addc(b, *p);
    }
    buf_addc(b, '"');
    buf_fini(&clean);
}

const char *locks_text_code(unsigned code)
{
    const char *title = codes_title(code);
    return title ? title : "unknown";
}
