// AGENDA: the appointments of a thing, made at the first one. Under the lock rules; the requests go
// to a sink that is the running command's own.
#include "world/attr/agenda.h"

#include "lock/lockcheck.h"
#include "util/doc.h"
#include "util/hash.h"
#include "util/mem.h"
#include "world/attr/attr_rows.h"
#include "world/world_priv.h"

#include <stdlib.h>

struct agenda {
    uint32_t generations[AGENDA_KINDS];
    uint32_t pending; // bit for each kind
};

// The generation tells the appointment that stands from those before it.
static void renew(struct thing *t, struct agenda *a, enum agenda_kind kind, const struct site *at)
{
    uint32_t was = a->generations[kind];
    a->generations[kind]++;
    lockdata_renewed(thing_place(t), was, a->generations[kind], at);
}

void agenda_sink_fini(struct agenda_sink *s)
{
    free(s->list);
    *s = (struct agenda_sink){0};
}

void agenda_set_at(struct agenda_sink *s, struct thing *t, enum agenda_kind kind, int64_t delay,
                   const struct site *at)
{
    struct agenda *a = attr_mutable_at(t, ATTR_AGENDA, at);
    if (!a) {
        a = mem_new(struct agenda);
        attr_set_at(t, ATTR_AGENDA, a, at);
    }
    renew(t, a, kind, at);
    a->pending |= 1u << kind;
    if (s->count == s->cap) {
        s->cap = s->cap ? s->cap * 2 : 4;
        s->list = mem_realloc_array(s->list, s->cap, sizeof(*s->list));
    }
    s->list[s->count++] = (struct agenda_request){thing_ref(t), a->generations[kind], kind, delay};
}

void agenda_cancel_at(struct thing *t, enum agenda_kind kind, const struct site *at)
{
    if (!agenda_pending_at(t, kind, at))
        return;
    struct agenda *a = attr_mutable_at(t, ATTR_AGENDA, at);
    renew(t, a, kind, at);
    a->pending &= ~(1u << kind);
}

bool agenda_pending_at(struct thing *t, enum agenda_kind kind, const struct site *at)
{
    const struct agenda *a = attr_get_at(t, ATTR_AGENDA, at);
    return a && a->pending & 1u << kind;
}

static bool is_pending(const struct agenda *a, enum agenda_kind kind, uint32_t generation)
{
    return a && a->pending & 1u << kind && a->generations[kind] == generation;
}

bool agenda_stands_at(struct thing *t, enum agenda_kind kind, uint32_t generation,
                      const struct site *at)
{
    const struct agenda *a = attr_get_at(t, ATTR_AGENDA, at);
    bool stands = is_pending(a, kind, generation);
    lockcheck_appointment(thing_place(t), a && a->pending & 1u << kind,
                          a ? a->generations[kind] : 0, at);
    return stands;
}

void agenda_over_at(struct thing *t, enum agenda_kind kind, uint32_t generation,
                    const struct site *at)
{
    if (!is_pending(attr_get_at(t, ATTR_AGENDA, at), kind, generation))
        return;
    struct agenda *a = attr_mutable_at(t, ATTR_AGENDA, at);
    a->pending &= ~(1u << kind);
}

const char *agenda_kind_name(enum agenda_kind kind)
{
    static const char *const names[AGENDA_KINDS] = {"action", "reset", "cleanup", "door", "health",
                                                    "wander", "quit",  "recall",  "round"};
    return names[kind];
}

static struct doc_node *snapshot(const void *value, struct doc *out)
{
    const struct agenda *a = value;
    struct doc_node *list = doc_array(out);
    doc_append(list, doc_int(out, a->pending));
    for (int kind = 0; kind < AGENDA_KINDS; kind++)
        doc_append(list, doc_int(out, a->generations[kind]));
    return list;
}

static void restore(struct attr_decode *d, struct thing *t, const struct doc_node *n)
{
    (void)d;
    struct agenda *a = mem_new(struct agenda);
    int at = -1;
    for (const struct doc_node *v = n->kind == DOC_ARRAY ? n->list.first : NULL; v; v = v->next) {
        uint32_t value = v->kind == DOC_INT ? (uint32_t)v->integer : 0;
        if (at < 0)
            a->pending = value;
        else if (at < AGENDA_KINDS)
            a->generations[at] = value;
        at++;
    }
    thing_attr_store(t, ATTR_AGENDA, a);
}

// A copy has no appointments yet.
static void *copy(const void *value, struct thing *to)
{
    (void)value;
    (void)to;
    return NULL;
}

// For reports: the generation of each appointment that is pending.
static struct doc_node *encode(const void *value, struct doc *out)
{
    const struct agenda *a = value;
    struct doc_node *n = doc_object(out);
    for (unsigned kind = 0; kind < AGENDA_KINDS; kind++)
        if (a->pending & 1u << kind)
            doc_put(out, n, agenda_kind_name((enum agenda_kind)kind),
                    doc_int(out, a->generations[kind]));
    return n;
}

// The kinds that came later count only when they were used: the digests in older journals know the
// others.
static uint64_t digest(const void *value)
{
    const struct agenda *a = value;
    uint64_t hash =
        hash_bytes(a->generations, sizeof(a->generations[0]) * AGENDA_RECALL, a->pending);
    for (unsigned kind = AGENDA_RECALL; kind < AGENDA_KINDS; kind++)
        if (a->generations[kind])
            hash = hash_word(hash, (uint64_t)kind << 32 | a->generations[kind]);
    return hash;
}

const struct attr_kind agenda_attr = {
    .copy = copy,
    .free = free,
    .snapshot = snapshot,
    .restore = restore,
    .encode = encode,
    .digest = digest,
};
