// Prints what the sweeps, the queues of the locks, and the rings of the recorder show at this
// moment.
#include "console/locks_view.h"

#include "check/check_priv.h"
#include "check/check_report_priv.h"
#include "console/sleepers.h"
#include "console/waits.h"
#include "console/watchdog_priv.h"
#include "util/buf.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct listing {
    struct buf *out;
    int64_t now;
    size_t told, most;
};

static void add_waiter(const struct lock_waiter *w, void *arg)
{
    struct buf *out = arg;
    const struct lockset *ls = w->waiting_set;
    buf_addf(out, " <- task %u %s (%s)", w->owner, ls && ls->what ? ls->what : "?",
             ls && ls->actor ? ls->actor : "no actor");
}

static void add_sleeper(struct sleeper *s, bool queued, void *arg)
{
    struct buf *out = arg;
    if (queued || !s->handed)
        return;
    buf_addf(out, ", given to task %u by task %u %s at ", s->waiter->owner, s->gift.owner,
             s->gift.what ? s->gift.what : "?");
    check_report_text_site(out, s->gift.site);
    buf_adds(out, ", has not gone on");
}

static void add_held(struct lock *l, void *arg)
{
    struct listing *list = arg;
    if (!lock_held(l))
        return;
    uint32_t holder = atomic_load(&l->holder);
    const struct check_lock *known = check_lock(l);
    const char *what = atomic_load(&known->what), *actor = atomic_load(&known->actor);
    if (list->told++ >= list->most)
        return;
    buf_addf(list->out, "%6u %-28.28s ", l->id, waits_label(l));
    if (holder)
        buf_addf(list->out, "task %u %s (%s)", holder, what ? what : "?",
                 actor ? actor : "no actor");
    else
        buf_adds(list->out, "shared");
    buf_addf(list->out, ", ticket %llu, %lld ms", (unsigned long long)atomic_load(&l->ticket),
             (long long)(list->now - watchdog_lock(l)->since));
    if (atomic_load(&check_lock(l)->site)) {
        buf_adds(list->out, ", taken ");
        check_report_text_site(list->out, atomic_load(&check_lock(l)->site));
    }
    sleepers_visit(l, add_sleeper, list->out);
    lock_visit(l, add_waiter, list->out);
    buf_addc(list->out, '\n');
}

bool locks_view_held(struct buf *out, const char *rest, int64_t now)
{
    (void)rest;
    struct listing list = {out, now, 0, 100};
    lock_each(add_held, &list);
    if (!list.told)
        buf_adds(out, "No world lock is held.\n");
    else
        buf_addf(out, "%zu held.\n", list.told);
    return true;
}

enum { TOP = 15 };

struct row {
    uint32_t id, waits, handoffs, retries;
    uint64_t grants;
    int64_t held, waiting;
    char label[32];
};

struct rows {
    struct row top[TOP];
    size_t count;
    uint64_t (*key)(const struct row *);
    int64_t now;
};

static uint64_t by_waits(const struct row *r)
{
    return r->waits;
}

static uint64_t by_hold(const struct row *r)
{
    return r->held > 0 ? (uint64_t)r->held : 0;
}

static uint64_t by_waiting(const struct row *r)
{
    return r->waiting > 0 ? (uint64_t)r->waiting : 0;
}

static void add_row(struct lock *l, void *arg)
{
    struct rows *rows = arg;
    assert(rows->count <= TOP);
    struct sleepers_counts counts = sleepers_counts(l);
    const struct watchdog_lock *seen = watchdog_lock(l);
    struct row r = {.id = l->id,
                    .waits = counts.waits,
                    .handoffs = counts.handoffs,
                    .retries = counts.retries,
                    .grants = atomic_load(&l->ticket),
                    .held = lock_held(l) ? rows->now - seen->since : 0,
                    .waiting = seen->waiter ? rows->now - seen->waiting : 0};
    if (!rows->key(&r))
        return;
    size_t at = rows->count;
    while (at > 0 && rows->key(&rows->top[at - 1]) < rows->key(&r))
        at--;
    if (at == TOP)
        return;
    snprintf(r.label, sizeof(r.label), "%s", waits_label(l));
    size_t moved = (rows->count < TOP ? rows->count : TOP - 1) - at;
    memmove(&rows->top[at + 1], &rows->top[at], moved * sizeof(r));
    rows->top[at] = r;
    if (rows->count < TOP)
        rows->count++;
}

static void add_rows(struct buf *out, int64_t now, uint64_t (*key)(const struct row *),
                     const char *none)
{
    assert(key && none);
    struct rows rows = {.key = key, .now = now};
    lock_each(add_row, &rows);
    if (!rows.count) {
        buf_adds(out, none);
        return;
    }
    buf_adds(
        out,
        "  lock                              grants   waits handoffs retries  held ms  wait ms\n");
    for (size_t i = 0; i < rows.count; i++) {
        const struct row *r = &rows.top[i];
        buf_addf(out, "%6u %-26.26s %9llu %7u %8u %7u %8lld %8lld\n", r->id, r->label,
                 (unsigned long long)r->grants, r->waits, r->handoffs, r->retries,
                 (long long)r->held, (long long)r->waiting);
    }
}

bool locks_view_top(struct buf *out, const char *rest, int64_t now)
{
    (void)rest;
    add_rows(out, now, by_waits, "Nobody has ever waited for a lock.\n");
    return true;
}

bool locks_view_hold(struct buf *out, const char *rest, int64_t now)
{
    (void)rest;
    add_rows(out, now, by_hold, "No lock has been held for long.\n");
    return true;
}

bool locks_view_wait(struct buf *out, const char *rest, int64_t now)
{
    (void)rest;
    add_rows(out, now, by_waiting, "Nobody waits for a lock.\n");
    waits_find_deadlocks();
    return true;
}

static void add_thing(struct buf *out, uint32_t index)
{
    struct place *p = watchdog_thing(index);
    const char *label = p ? atomic_load(&p->label) : NULL;
    buf_addf(out, "#%u \"%s\"", index, label ? label : "?");
}

static void add_found(struct buf *out, const struct trace_found *f)
{
    const struct trace_event *e = &f->event;
    buf_addf(out, "  %-10s task %u %s, %s ", trace_kind_name((enum trace_kind)e->kind), f->task,
             trace_what(f->what), f->thread);
    if (e->kind == TRACE_ATTR_READ || e->kind == TRACE_ATTR_WRITE)
        buf_addf(out, ".%s ", check_attribute(e->arg));
    check_report_text_site(out, site_by_index(e->site));
    buf_addf(out, " (%llu events ago)\n", (unsigned long long)f->ago);
}

bool locks_view_thing(struct buf *out, const char *rest, int64_t now)
{
    assert(out && rest);
    (void)now;
    uint32_t index = (uint32_t)strtoul(rest, NULL, 10);
    struct place *p = watchdog_thing(index);
    if (!p) {
        buf_adds(out, "There is no thing of that number: @locks thing N\n");
        return index != 0;
    }
    add_thing(out, index);
    for (int depth = 0; depth < PLACE_DEPTH_MAX; depth++) {
        uint64_t where = place_peek(p);
        if (place_kind(where) == PLACE_LIMBO)
            buf_addf(out, " in limbo, token of task %u", place_limbo_owner(where));
        if (place_kind(where) == PLACE_FROZEN)
            buf_adds(out, " (frozen)");
        if (place_kind(where) == PLACE_DEAD)
            buf_adds(out, " (dead)");
        if (place_kind(where) != PLACE_PLACED || place_container(where) == p)
            break;
        p = place_container(where);
        buf_adds(out, " in ");
        add_thing(out, p->index);
    }
    buf_addc(out, '\n');
    struct trace_found found[20];
    size_t n = trace_last_of(index, false, found, 20);
    for (size_t i = 0; i < n; i++)
        add_found(out, &found[i]);
    if (!n)
        buf_addf(out, "  No access is on record%s\n",
                 check_level() == CHECK_FLOW ? "." : ": @locks level flow");
    return true;
}

bool locks_view_task(struct buf *out, const char *rest, int64_t now)
{
    assert(out && rest);
    (void)now;
    struct trace_event e[40];
    size_t n = trace_last_of_task((uint32_t)strtoul(rest, NULL, 10), e, 40);
    for (size_t i = 0; i < n; i++) {
        struct trace_found f = {.event = e[i], .thread = ""};
        if (e[i].kind == TRACE_TIME)
            continue;
        buf_addf(out, "  %-10s %u %u ", trace_kind_name((enum trace_kind)e[i].kind), e[i].object,
                 e[i].arg);
        check_report_text_site(out, site_by_index(f.event.site));
        buf_addc(out, '\n');
    }
    if (!n)
        buf_adds(out, "Nothing of that task is on record: @locks task N, at level flow\n");
    return true;
}

bool locks_view_limbo(struct buf *out, const char *rest, int64_t now)
{
    (void)rest;
    size_t token_count;
    const struct watchdog_token *tokens = watchdog_tokens(&token_count);
    for (size_t i = 0; i < token_count; i++) {
        add_thing(out, tokens[i].index);
        buf_addf(out, " owned by task %u, %lld ms\n", place_limbo_owner(tokens[i].where),
                 (long long)(now - tokens[i].since));
    }
    if (!token_count)
        buf_adds(out, "Nothing is in limbo.\n");
    return true;
}

bool locks_view_graph(struct buf *out, const char *rest, int64_t now)
{
    (void)rest;
    (void)now;
    struct waits p;
    waits_gather(&p);
    for (size_t i = 0; i < p.count; i++) {
        const struct waits_task *q = &p.list[i];
        buf_addf(out, "task %u %s holds", q->owner, q->what ? q->what : "?");
        for (unsigned k = 0; k < q->held_count; k++)
            buf_addf(out, " %u", q->held[k]);
        buf_addf(out, "%s and waits for %u \"%s\"\n", q->held_count ? "" : " nothing", q->wants,
                 q->wants_label);
    }
    if (!p.count)
        buf_adds(out,
                 "Nobody waits; the order of the past is in the trace: latchkey locks graph\n");
    free(p.list);
    return true;
}
