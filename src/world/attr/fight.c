// FIGHT: the state of each creature that has ever fought. Under the lock rules. Opponents are kept
// as references: in a snapshot they are slots, and one that has ended is slot 0.
#include "world/attr/fight.h"

#include "util/doc.h"
#include "util/hash.h"
#include "util/mem.h"
#include "world/attr/attr_rows.h"
#include "world/world_priv.h"

#include <assert.h>
#include <stdlib.h>

struct consent {
    struct tref who;
    int64_t until;
};

struct fight_value {
    struct fight fight;
    struct world *world; // for a snapshot, to find out which of them have ended
    struct consent consents[FIGHT_CONSENTS];
    size_t count;
};

static struct fight_value *fight_change(struct thing *t, const struct site *at)
{
    struct fight_value *v = attr_mutable_at(t, ATTR_FIGHT, at);
    if (!v) {
        v = mem_new(struct fight_value);
        v->world = t->world;
        attr_set_at(t, ATTR_FIGHT, v, at);
    }
    return v;
}

void fight_get_at(struct thing *t, struct fight *out, const struct site *at)
{
    const struct fight_value *v = attr_get_at(t, ATTR_FIGHT, at);
    *out = v ? v->fight : (struct fight){0};
}

void fight_set_at(struct thing *t, const struct fight *f, const struct site *at)
{
    assert(f);
    fight_change(t, at)->fight = *f;
}

static bool fight_same(struct tref a, struct tref b)
{
    return a.index == b.index && a.generation == b.generation;
}

int64_t fight_consent_left_at(struct thing *t, struct tref who, int64_t now, const struct site *at)
{
    const struct fight_value *v = attr_get_at(t, ATTR_FIGHT, at);
    for (size_t i = 0; v && i < v->count; i++)
        if (fight_same(v->consents[i].who, who))
            return fight_left(v->consents[i].until, now, FIGHT_CONSENT_MS);
    return 0;
}

void fight_consent_at(struct thing *t, struct tref who, int64_t until, const struct site *at)
{
    assert(who.index);
    struct fight_value *v = fight_change(t, at);
    size_t i = 0;
    while (i < v->count && !fight_same(v->consents[i].who, who))
        i++;
    if (i == v->count && i < FIGHT_CONSENTS) {
        v->count++;
    } else if (i == v->count) {
        i = 0;
        for (size_t n = 1; n < v->count; n++)
            if (v->consents[n].until < v->consents[i].until)
                i = n;
    }
    v->consents[i] = (struct consent){who, until};
}

bool fight_consent_none_at(struct thing *t, const struct site *at)
{
    const struct fight_value *v = attr_get_at(t, ATTR_FIGHT, at);
    if (!v || !v->count)
        return false;
    fight_change(t, at)->count = 0;
    return true;
}

// A copy has no fight yet.
static void *fight_copy(const void *value, struct thing *to)
{
    (void)value;
    (void)to;
    return NULL;
}

static int64_t fight_number_in(const struct doc_node *n, const char *key)
{
    const struct doc_node *member = doc_get(n, key);
    return member && member->kind == DOC_INT ? member->integer : 0;
}

// Saved with a character: a player who leaves and comes back strikes no sooner, and keeps the time
// of peace.
static struct doc_node *fight_encode(const void *value, struct doc *out)
{
    const struct fight_value *v = value;
    struct doc_node *n = doc_object(out);
    doc_put(out, n, "ready", doc_int(out, v->fight.ready));
    doc_put(out, n, "peace", doc_int(out, v->fight.peace));
    return n;
}

static void *fight_decode(struct attr_decode *d, struct thing *t, const struct doc_node *n)
{
    if (!doc_want_kind(d->problems, d->doc, n, DOC_OBJECT))
        return NULL;
    struct fight_value *v = mem_new(struct fight_value);
    v->world = t->world;
    v->fight.ready = fight_number_in(n, "ready");
    v->fight.peace = fight_number_in(n, "peace");
    return v;
}

static struct doc_node *fight_slot_of(const struct fight_value *v, struct tref who, struct doc *out)
{
    return doc_int(out, thing_find(v->world, who) ? who.index : 0);
}

static struct doc_node *fight_snapshot(const void *value, struct doc *out)
{
    const struct fight_value *v = value;
    struct doc_node *n = fight_encode(value, out), *list = doc_array(out);
    if (v->fight.fighting)
        doc_put(out, n, "foe", fight_slot_of(v, v->fight.foe, out));
    for (size_t i = 0; i < v->count; i++) {
        doc_append(list, fight_slot_of(v, v->consents[i].who, out));
        doc_append(list, doc_int(out, v->consents[i].until));
    }
    doc_put(out, n, "consents", list);
    return n;
}

static struct tref fight_in_slot(struct attr_decode *d, const struct doc_node *n)
{
    bool fits = n && n->kind == DOC_INT && n->integer > 0 && n->integer <= UINT32_MAX;
    struct thing *t = fits && d->in_slot ? d->in_slot(d, (uint32_t)n->integer) : NULL;
    return t ? thing_ref(t) : (struct tref){0, 0};
}

static void fight_restore(struct attr_decode *d, struct thing *t, const struct doc_node *n)
{
    struct fight_value *v = fight_decode(d, t, n);
    if (!v)
        return;
    const struct doc_node *list = doc_get(n, "consents");
    v->fight.fighting = doc_get(n, "foe");
    v->fight.foe = fight_in_slot(d, doc_get(n, "foe"));
    const struct doc_node *who = list && list->kind == DOC_ARRAY ? list->list.first : NULL;
    for (; who && who->next && v->count < FIGHT_CONSENTS; who = who->next->next) {
        int64_t until = who->next->kind == DOC_INT ? who->next->integer : 0;
        v->consents[v->count++] = (struct consent){fight_in_slot(d, who), until};
    }
    thing_attr_store(t, ATTR_FIGHT, v);
}

// Leaves out the references, which differ in each run.
static uint64_t fight_digest(const void *value)
{
    const struct fight_value *v = value;
    uint64_t hash = hash_word(v->fight.fighting, (uint64_t)v->fight.ready);
    hash = hash_word(hash, (uint64_t)v->fight.peace);
    for (size_t i = 0; i < v->count; i++)
        hash = hash_word(hash, (uint64_t)v->consents[i].until);
    return hash;
}

const struct attr_kind fight_attr = {
    .copy = fight_copy,
    .free = free,
    .decode = fight_decode,
    .encode = fight_encode,
    .snapshot = fight_snapshot,
    .restore = fight_restore,
    .digest = fight_digest,
};
