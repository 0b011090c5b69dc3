// The values of things: as in the new zone files, except for what has changed since the thing was
// built or copied. Of attributes that zone files give, only those that events change are carried:
// the state of a door, the health of a creature.
#include "world/snapshot/carry_priv.h"

#include "util/doc.h"
#include "world/attr/health.h"
#include "world/snapshot/digest.h"

// A reference to an old slot becomes one to the new thing.
struct values {
    struct attr_decode decode; // first
    struct carry *carry;
};

static struct thing *carry_values_in_slot(struct attr_decode *d, uint32_t slot)
{
    return carry_thing(((struct values *)d)->carry, slot);
}

static struct thing *carry_values_resolve(struct attr_decode *d, const struct doc_node *ref)
{
    return ref->kind == DOC_STRING ? world_lookup(d->world, ref->string.text) : NULL;
}

static uint64_t value_hash(enum attr_id id, const void *value)
{
    const struct attr_kind *kind = attr_kind(id);
    if (kind->digest)
        return kind->digest(value);
    struct doc *d = doc_new("value");
    const struct doc_node *n = kind->encode ? kind->encode(value, d) : NULL;
    uint64_t hash = n ? world_digest_node(1, n) : 0;
    doc_free(d);
    return hash;
}

// The attributes that differ from what the zone files made.
static struct attr_set own_of(const struct thing *t)
{
    const struct thing *p = t->prototype;
    struct attr_set own = {0};
    if (snapshot_is_built(t))
        return t->changed;
    for (unsigned id = 0; id < ATTR_COUNT; id++) {
        const void *mine = thing_attr(t, (enum attr_id)id), *its = thing_attr(p, (enum attr_id)id);
        bool same = mine && its && mine != its
                        ? value_hash((enum attr_id)id, mine) == value_hash((enum attr_id)id, its)
                        : mine == its;
        if (!same)
            attr_set_add(&own, id);
    }
    return own;
}

static void carry_values_set_value(struct carry *c, struct thing *now, enum attr_id id,
                                   const void *value)
{
    const struct attr_kind *kind = attr_kind(id);
    struct doc_problems problems = DOC_PROBLEMS_INIT;
    struct doc *d = doc_new("carried");
    struct values v = {{c->to, d, &problems, NULL, carry_values_resolve, carry_values_in_slot}, c};
    struct doc_node *n = kind->snapshot ? kind->snapshot(value, d)
                         : kind->encode ? kind->encode(value, d)
                                        : NULL;
    if (n && kind->restore) {
        kind->restore(&v.decode, now, n);
    } else if (n && kind->decode) {
        void *made = kind->decode(&v.decode, now, n);
        if (made)
            thing_attr_store(now, id, made);
    }
    doc_free(d);
    doc_problems_fini(&problems);
}

// A creature with full health keeps full health when the builder has raised the maximum.
static void set_health(struct thing *now, const struct health *then)
{
    struct health *h = thing_attr(now, ATTR_HEALTH);
    bool whole = then->current >= then->maximum || then->current > h->maximum;
    h->current = whole ? h->maximum : then->current;
}

static void carry_value(struct carry *c, struct thing *then, struct thing *now, enum attr_id id)
{
    const void *value = thing_attr(then, id);
    if (id == ATTR_INVENTORY)
        return; // contents are handled by the places of things
    if (!value) {
        thing_attr_store(now, id, NULL);
    } else if (id == ATTR_HEALTH || id == ATTR_DOOR) {
        if (!thing_attr(now, id))
            return; // the builder has removed the attribute
        if (id == ATTR_HEALTH)
            set_health(now, value);
        else
            carry_values_set_value(c, now, id, value);
    } else {
        carry_values_set_value(c, now, id, value);
    }
    attr_set_add(&now->changed, id);
}

void carry_values_whole(struct carry *c, struct thing *then, struct thing *now)
{
    attr_set_foreach (id, &then->has)
        carry_values_set_value(c, now, (enum attr_id)id, thing_attr(then, (enum attr_id)id));
    now->changed = then->changed;
}

static void carry_one(struct carry *c, struct thing *then, struct thing *now)
{
    bool whole = !snapshot_is_built(then) && !then->prototype;
    struct attr_set own = whole ? (struct attr_set){0} : own_of(then);
    if (whole)
        carry_values_whole(c, then, now);
    attr_set_foreach (id, &own)
        carry_value(c, then, now, (enum attr_id)id);
    if (attr_set_has(&own, ATTR_NAME) && thing_attr(then, ATTR_NAME))
        thing_set_label(now, thing_label(then));
    // The creature that used the thing no longer has it.
    if ((whole || attr_set_has(&own, ATTR_WORN)) && carry_is_inside(then) &&
        c->parent[now->place.index] != carry_thing(c, carry_where(then)->place.index))
        thing_attr_store(now, ATTR_WORN, NULL);
}

void carry_values(struct carry *c)
{
    for (uint32_t i = 1; i < c->new_slots; i++)
        if (c->then[i])
            carry_one(c, c->then[i], world_slot(c->to, i));
}
