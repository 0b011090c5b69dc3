// The words of a report, as text and as JSON. Reads labels, locations and rings that other threads
// may be changing: what a report says was true at some moment during the violation. Keeps nothing.
#include "check/check_report_priv.h"

#include <assert.h>
#include <pthread.h>
#include <string.h>

enum { FLOW_EVENTS = 9, OTHER_EVENTS = 6 };

static const char *label_of(struct place *p)
{
    const char *label = atomic_load_explicit(&p->label, memory_order_relaxed);
    return label ? label : "?";
}

static void add_place(struct buf *b, struct place *p)
{
    assert(p);
    buf_addf(b, "#%ug%u \"%s\"", p->index, atomic_load(&p->generation) & 0xff, label_of(p));
}

static void add_lock(struct buf *b, const struct lock *l)
{
    assert(l);
    if (l->place)
        add_place(b, l->place);
    else
        buf_addf(b, "\"%s\" (lock %u)", l->label ? l->label : "?", l->id);
}

void check_report_text_site(struct buf *b, const struct site *at)
{
    if (at && !at->line)
        buf_adds(b, at->func); // only an address is known, which `func` has as text
    else if (at)
        buf_addf(b, "%s:%d %s()", site_file(at), at->line, at->func);
    else
        buf_adds(b, "(no site)");
}

void check_report_text_act(struct buf *b, const struct violation *v)
{
    assert(b && v);
    if (v->attr >= 0)
        buf_addf(b, "%s %s of ", v->write ? "write" : "read", check_attribute((unsigned)v->attr));
    else
        buf_addf(b, "%s ", v->act ? v->act : "");
    if (v->object) {
        buf_adds(b, v->object);
    } else if (v->place) {
        buf_adds(b, "thing ");
        add_place(b, v->place);
    } else if (v->lock) {
        add_lock(b, v->lock);
    }
}

void check_report_text_task(struct buf *b, const struct violation *v)
{
    assert(b && v);
    if (v->ls)
        buf_addf(b, "task %u %s (%s)", v->ls->id, v->ls->what ? v->ls->what : "?",
                 v->ls->actor ? v->ls->actor : "no actor");
    else
        buf_adds(b, "outside any task");
    char name[20] = "";
    pthread_getname_np(pthread_self(), name, sizeof(name));
    if (*name && v->code != L042_LOST_WAKE) // L042 is found by another thread
        buf_addf(b, " on %s", name);
}

// "#812 … ⊂ #790 … ⊂ #14 …", outward.
static void add_path(struct buf *b, struct place *p)
{
    for (int depth = 0; depth < PLACE_DEPTH_MAX; depth++) {
        uint64_t where = place_peek(p);
        add_place(b, p);
        if (place_kind(where) == PLACE_LIMBO) {
            buf_addf(b, " in limbo, token of task %u", place_limbo_owner(where));
            return;
        }
        if (place_kind(where) == PLACE_FROZEN)
            buf_adds(b, " (frozen prototype)");
        if (place_kind(where) == PLACE_DEAD)
            buf_adds(b, " (dead)");
        if (place_kind(where) != PLACE_PLACED || place_container(where) == p)
            return;
        buf_adds(b, " \u2282 ");
        p = place_container(where);
    }
    buf_adds(b, "\u2026");
}

static void add_holder(struct buf *b, const struct lock *l)
{
    uint32_t holder = atomic_load(&l->holder);
    const struct check_lock *known = check_lock(l);
    const char *what = atomic_load(&known->what), *actor = atomic_load(&known->actor);
    if (holder) {
        buf_addf(b, "   held by task %u %s (%s), ticket %llu, taken ", holder, what ? what : "?",
                 actor ? actor : "no actor", (unsigned long long)atomic_load(&l->ticket));
        check_report_text_site(b, atomic_load(&known->site));
    } else {
        buf_adds(b, lock_held(l) ? "   held shared" : "   held by nobody");
        if (what)
            buf_addf(b, "; last by %s", what);
    }
}

// The lock that should have been held for a thing; NULL when a thing in its state needs none.
static struct lock *needed(struct place *p, struct place **root)
{
    uint64_t where;
    *root = place_root_peek(p, &where);
    return place_kind(where) == PLACE_PLACED ? atomic_load(&(*root)->lock) : NULL;
}

void check_report_text_needs(struct buf *b, const struct violation *v)
{
    if (v->lock) {
        buf_adds(b, "  lock    ");
        add_lock(b, v->lock);
        add_holder(b, v->lock);
        buf_addc(b, '\n');
        return;
    }
    if (!v->place)
        return;
    buf_adds(b, "  path    ");
    add_path(b, v->place);
    buf_addc(b, '\n');
    struct place *root;
    struct lock *l = needed(v->place, &root);
    if (!l)
        return;
    buf_adds(b, "  needs   ");
    add_place(b, root);
    add_holder(b, l);
    buf_addc(b, '\n');
}

void check_report_text_holds(struct buf *b, const struct lockset *ls)
{
    buf_adds(b, "  holds   ");
    if (!ls || !ls->held) {
        buf_adds(b, "nothing\n");
        return;
    }
    const char *gap = "";
    for (size_t i = 0; i < ls->count; i++) {
        const struct lockset_entry *e = &ls->entries[i];
        if (!e->held)
            continue;
        buf_adds(b, gap);
        add_lock(b, e->lock);
        buf_addf(b, " ticket %llu%s taken ", (unsigned long long)e->ticket,
                 e->held_mode == LOCK_SHARED ? " shared" : "");
        check_report_text_site(b, e->site);
        gap = " | ";
    }
    buf_addc(b, '\n');
}

// Adds the last move of the thing, or of what it is in, if another task made it after this task had
// begun: that move made a location untrue that this task had read before.
static bool add_move(struct buf *b, const struct violation *v)
{
    struct place *p = v->place;
    struct trace_found f;
    uint64_t begun = v->ls ? trace_begun(v->ls->id) : 0;
    for (int depth = 0; p && depth < PLACE_DEPTH_MAX; depth++) {
        if (trace_find_move(p->index, &f) && (!v->ls || f.task != v->ls->id) && f.before >= begun) {
            buf_addf(b, "#%u \"%s\" was moved to #%u by task %u %s on %s (%llu events ago there), ",
                     p->index, label_of(p), f.event.arg, f.task, trace_what(f.what), f.thread,
                     (unsigned long long)f.ago);
            check_report_text_site(b, site_by_index(f.event.site));
            return true;
        }
        uint64_t where = place_peek(p);
        if (place_kind(where) != PLACE_PLACED || place_container(where) == p)
            return false;
        p = place_container(where);
    }
    return false;
}

void check_report_text_cause(struct buf *b, const struct violation *v)
{
    struct buf move = BUF_INIT;
    bool moved = (v->code == L003_WRONG_LOCK || v->code == L009_NOT_REVALIDATED ||
                  v->code == L013_LIST_UNLOCKED || v->code == L016_MOVE_UNLOCKED) &&
                 add_move(&move, v);
    if (v->cause || moved)
        buf_addf(b, "  cause   %s%s%s\n", v->cause ? v->cause : "", v->cause && moved ? "; " : "",
                 buf_str(&move));
    buf_fini(&move);
}

static void add_event(struct buf *b, const struct trace_event *e)
{
    buf_adds(b, trace_kind_name((enum trace_kind)e->kind));
    if (trace_event_on_thing(e) || e->kind == TRACE_ACTOR)
        buf_addf(b, " #%u", e->object);
    else if (trace_event_on_lock(e))
        buf_addf(b, " lock %u", e->object);
    switch (e->kind) {
    case TRACE_LOCKED:
    case TRACE_UNLOCKED:
        buf_addf(b, " t%u%s", e->arg, e->flags & TRACE_CONTENDED ? " after waiting" : "");
        break;
    case TRACE_WHERE_READ:
    case TRACE_MOVE:
    case TRACE_LIMBO_PUBLISH:
        buf_addf(b, "\u2192#%u", e->arg);
        break;
    case TRACE_ATTR_READ:
    case TRACE_ATTR_WRITE:
        buf_addf(b, ".%s", check_attribute(e->arg));
        break;
    case TRACE_TASK_BEGIN:
    case TRACE_NAMED:
        buf_addf(b, " %u %s", e->arg, trace_what(e->object));
        break;
    case TRACE_NUMBER:
        buf_addf(b, " %llu", (unsigned long long)e->object << 32 | e->arg);
        break;
    default:
        break;
    }
}

static void add_steps(struct buf *b, const struct trace_event *e, size_t n)
{
    size_t shown = 0;
    for (size_t i = 0; i < n; i++) {
        if (e[i].kind == TRACE_TIME)
            continue;
        if (shown++)
            buf_adds(b, " | ");
        buf_addf(b, "%d ", (int)i + 1 - (int)n);
        add_event(b, &e[i]);
    }
    buf_addc(b, '\n');
}

void check_report_text_flow(struct buf *b, const struct violation *v)
{
    struct trace_event mine[FLOW_EVENTS], theirs[OTHER_EVENTS];
    size_t n = flows(check_task(v->ls)) ? trace_last(mine, FLOW_EVENTS) : 0;
    if (n) {
        buf_adds(b, "  flow    ");
        add_steps(b, mine, n);
    }
    struct place *root;
    struct lock *l = v->place ? needed(v->place, &root) : (struct lock *)v->lock;
    uint32_t holder = l ? atomic_load(&l->holder) : 0;
    if (!n || !holder || (v->ls && holder == v->ls->id))
        return;
    n = trace_last_of_task(holder, theirs, OTHER_EVENTS);
    if (n) {
        buf_addf(b, "  task %u ", holder);
        add_steps(b, theirs, n);
    }
}

void check_report_text_quote(struct buf *b, const char *text)
{
    buf_addc(b, '"');
    for (const unsigned char *p = (const unsigned char *)text; *p; p++) {
        if (*p == '"' || *p == '\\')
            buf_addc(b, '\\');
        if (*p < 0x20)
            buf_addf(b, "\\u%04x", *p);
        else
            buf_addc(b, (char)*p);
    }
    buf_addc(b, '"');
}

static void quote_site(struct buf *b, const struct site *at)
{
    struct buf text = BUF_INIT;
    check_report_text_site(&text, at);
    check_report_text_quote(b, buf_str(&text));
    buf_fini(&text);
}

static void json_place(struct buf *b, struct place *p)
{
    buf_addf(b, "{\"index\":%u,\"generation\":%u,\"label\":", p->index,
             atomic_load(&p->generation) & 0xff);
    check_report_text_quote(b, label_of(p));
    buf_addc(b, '}');
}

static void json_holds(struct buf *b, const struct lockset *ls)
{
    const char *gap = "";
    buf_adds(b, ",\"holds\":[");
    for (size_t i = 0; ls && i < ls->count; i++) {
        const struct lockset_entry *e = &ls->entries[i];
        if (!e->held)
            continue;
        buf_addf(b, "%s{\"lock\":%u,\"ticket\":%llu,\"shared\":%s,\"site\":", gap, e->lock->id,
                 (unsigned long long)e->ticket, e->held_mode == LOCK_SHARED ? "true" : "false");
        quote_site(b, e->site);
        buf_addc(b, '}');
        gap = ",";
    }
    buf_addc(b, ']');
}

static void json_needs(struct buf *b, const struct violation *v)
{
    struct place *root = NULL;
    struct lock *l = v->place ? needed(v->place, &root) : NULL;
    if (!l)
        return;
    buf_addf(b, ",\"needs\":{\"lock\":%u,\"holder\":%u,\"ticket\":%llu,\"root\":", l->id,
             atomic_load(&l->holder), (unsigned long long)atomic_load(&l->ticket));
    json_place(b, root);
    buf_addc(b, '}');
}

static void json_flow(struct buf *b)
{
    struct trace_event e[64];
    size_t n = trace_last(e, 64);
    buf_adds(b, ",\"flow\":[");
    for (size_t i = 0; i < n; i++) {
        buf_addf(b, "%s[%u,\"%s\",%u,%u,", i ? "," : "", e[i].sequence,
                 trace_kind_name((enum trace_kind)e[i].kind), e[i].object, e[i].arg);
        quote_site(b, site_by_index(e[i].site));
        buf_addc(b, ']');
    }
    buf_addc(b, ']');
}

void check_report_text_json(struct buf *b, const struct violation *v,
                            enum check_report_severity severity)
{
    assert(b && v && severity <= CHECK_REPORT_ERROR);
    static const char *const severities[] = {"info", "warning", "error"};
    struct buf text = BUF_INIT;
    buf_addf(b, "{\"v\":1,\"code\":\"L%03d\",\"title\":\"%s\",\"sev\":\"%s\",\"predicted\":%s",
             (int)v->code, check_report_title(v->code), severities[severity],
             v->code == L030_RACE || v->code == L011_DEADLOCK ? "false" : "true");
    buf_addf(b, ",\"task\":%u,\"what\":", v->ls ? v->ls->id : 0);
    check_report_text_quote(b, v->ls && v->ls->what ? v->ls->what : "");
    buf_adds(b, ",\"actor\":");
    check_report_text_quote(b, v->ls && v->ls->actor ? v->ls->actor : "");
    buf_adds(b, ",\"site\":");
    quote_site(b, v->site);
    check_report_text_act(&text, v);
    buf_adds(b, ",\"act\":");
    check_report_text_quote(b, buf_str(&text));
    if (v->place) {
        buf_adds(b, ",\"obj\":");
        json_place(b, v->place);
    }
    json_needs(b, v);
    json_holds(b, v->ls);
    buf_adds(b, ",\"cause\":");
    check_report_text_quote(b, v->cause ? v->cause : "");
    json_flow(b);
    buf_addf(b, ",\"doc\":\"docs/locking.md#l%03d\"}\n", (int)v->code);
    buf_fini(&text);
}
