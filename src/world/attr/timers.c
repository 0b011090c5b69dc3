// TIMERS: the timers of a thing; the attribute is made when the first one is set. Under the lock
// rules; the requests go to a sink that is the running command's own.
#include "world/attr/timers.h"

#include "lock/hooks.h"
#include "util/doc.h"
#include "util/hash.h"
#include "util/mem.h"
#include "world/attr/attr_rows.h"
#include "world/world_priv.h"

#include <assert.h>
#include <stdlib.h>

struct timers {
    uint32_t tokens[TIMER_KINDS];
    uint32_t pending; // one bit for each kind: is it set?
};

// Each timer of a kind has another token, which tells the valid one from those before it.
static void timers_renew_token(struct thing *t, struct timers *a, enum timer_kind kind,
                               const struct site *at)
{
    uint32_t was = a->tokens[kind];
    a->tokens[kind]++;
    hooks_renewed(thing_place(t), was, a->tokens[kind], at);
}

void timer_sink_fini(struct timer_sink *s)
{
    free(s->list);
    *s = (struct timer_sink){0};
}

void timers_set_at(struct timer_sink *s, struct thing *t, enum timer_kind kind, int64_t delay,
                   const struct site *at)
{
    assert(s && (unsigned)kind < TIMER_KINDS && delay >= 0);
    struct timers *a = attr_mutable_at(t, ATTR_TIMERS, at);
    if (!a) {
        a = mem_new(struct timers);
        attr_set_at(t, ATTR_TIMERS, a, at);
    }
    timers_renew_token(t, a, kind, at);
    a->pending |= 1u << kind;
    if (s->count == s->cap) {
        s->cap = s->cap ? s->cap * 2 : 4;
        s->list = mem_realloc_array(s->list, s->cap, sizeof(*s->list));
    }
    s->list[s->count++] = (struct timer_sink_entry){thing_ref(t), a->tokens[kind], kind, delay};
}

void timers_cancel_at(struct thing *t, enum timer_kind kind, const struct site *at)
{
    assert((unsigned)kind < TIMER_KINDS);
    if (!timers_pending_at(t, kind, at))
        return;
    struct timers *a = attr_mutable_at(t, ATTR_TIMERS, at);
    timers_renew_token(t, a, kind, at);
    a->pending &= ~(1u << kind);
}

bool timers_pending_at(struct thing *t, enum timer_kind kind, const struct site *at)
{
    assert((unsigned)kind < TIMER_KINDS);
    const struct timers *a = attr_get_at(t, ATTR_TIMERS, at);
    return a && a->pending & 1u << kind;
}

static bool is_pending(const struct timers *a, enum timer_kind kind, uint32_t token)
{
    return a && a->pending & 1u << kind && a->tokens[kind] == token;
}

bool timers_valid_at(struct thing *t, enum timer_kind kind, uint32_t token, const struct site *at)
{
    assert((unsigned)kind < TIMER_KINDS);
    const struct timers *a = attr_get_at(t, ATTR_TIMERS, at);
    bool stands = is_pending(a, kind, token);
    hooks_timer_asked(thing_place(t), a && a->pending & 1u << kind, a ? a->tokens[kind] : 0, at);
    return stands;
}

void timers_finish_at(struct thing *t, enum timer_kind kind, uint32_t token, const struct site *at)
{
    assert((unsigned)kind < TIMER_KINDS);
    if (!is_pending(attr_get_at(t, ATTR_TIMERS, at), kind, token))
        return;
    struct timers *a = attr_mutable_at(t, ATTR_TIMERS, at);
    a->pending &= ~(1u << kind);
}

const char *timer_kind_name(enum timer_kind kind)
{
    assert((unsigned)kind < TIMER_KINDS);
    static const char *const names[TIMER_KINDS] = {"action", "reset", "cleanup", "door", "health",
                                                   "wander", "quit",  "recall",  "round"};
    return names[kind];
}

static struct doc_node *timers_snapshot(const void *value, struct doc *out)
{
    const struct timers *a = value;
    struct doc_node *list = doc_array(out);
    doc_append(list, doc_int(out, a->pending));
    for (int kind = 0; kind < TIMER_KINDS; kind++)
        doc_append(list, doc_int(out, a->tokens[kind]));
    return list;
}

static void timers_restore(struct attr_decode *d, struct thing *t, const struct doc_node *n)
{
    (void)d;
    struct timers *a = mem_new(struct timers);
    int at = -1;
    for (const struct doc_node *v = n->kind == DOC_ARRAY ? n->list.first : NULL; v; v = v->next) {
        uint32_t value = v->kind == DOC_INT ? (uint32_t)v->integer : 0;
        if (at < 0)
            a->pending = value;
        else if (at < TIMER_KINDS)
            a->tokens[at] = value;
        at++;
    }
    thing_attr_store(t, ATTR_TIMERS, a);
}

// A copy has no timers yet.
static void *timers_copy(const void *value, struct thing *to)
{
    (void)value;
    (void)to;
    return NULL;
}

// For reports: the token of each timer that is set.
static struct doc_node *timers_encode(const void *value, struct doc *out)
{
    const struct timers *a = value;
    struct doc_node *n = doc_object(out);
    for (unsigned kind = 0; kind < TIMER_KINDS; kind++)
        if (a->pending & 1u << kind)
            doc_put(out, n, timer_kind_name((enum timer_kind)kind), doc_int(out, a->tokens[kind]));
    return n;
}

// Kinds that were added later are mixed in only if they were used: the digests in older journals
// know the others only.
static uint64_t timers_digest(const void *value)
{
    const struct timers *a = value;
    uint64_t hash = hash_bytes(a->tokens, sizeof(a->tokens[0]) * TIMER_RECALL, a->pending);
    for (unsigned kind = TIMER_RECALL; kind < TIMER_KINDS; kind++)
        if (a->tokens[kind])
            hash = hash_word(hash, (uint64_t)kind << 32 | a->tokens[kind]);
    return hash;
}

const struct attr_kind timers_attr = {
    .name = "agenda", // as in the reports and journal exports of earlier programs
    .copy = timers_copy,
    .free = free,
    .snapshot = timers_snapshot,
    .restore = timers_restore,
    .encode = timers_encode,
    .digest = timers_digest,
};
