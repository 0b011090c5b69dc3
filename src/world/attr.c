// The attribute table and the one checked door to the values. Knows every attribute's row and none
// of their meanings. Any thread under the lock rules.
#include "world/attr.h"

#include "util/mem.h"
#include "world/attr/attr_rows.h"
#include "world/world_priv.h"

#include <string.h>

static const struct attr_kind *const kinds[ATTR_COUNT] = {
    [ATTR_NAME] = &name_attr,
    [ATTR_ALIASES] = &aliases_attr,
    [ATTR_DESCRIPTION] = &description_attr,
    [ATTR_PRESENCE] = &presence_attr,
    [ATTR_DETAILS] = &details_attr,
    [ATTR_INVENTORY] = &inventory_attr,
    [ATTR_EXITS] = &exits_attr,
    [ATTR_DOOR] = &door_attr,
    [ATTR_WRITING] = &writing_attr,
    [ATTR_VETOES] = &vetoes_attr,
    [ATTR_BARRIER] = &barrier_attr,
    [ATTR_GENDER] = &gender_attr,
    [ATTR_HEALTH] = &health_attr,
    [ATTR_PLAYER] = &player_attr,
    [ATTR_MOBILE] = &mobile_attr,
    [ATTR_REPLIES] = &replies_attr,
    [ATTR_ON_ACTION] = &on_action_attr,
    [ATTR_ON_RESET] = &on_reset_attr,
    [ATTR_ON_CLEANUP] = &on_cleanup_attr,
    [ATTR_RESET] = &reset_attr,
    [ATTR_CLEANUP] = &cleanup_attr,
    [ATTR_HOLDABLE] = &holdable_attr,
    [ATTR_WEARABLE] = &wearable_attr,
    [ATTR_WIELDABLE] = &wieldable_attr,
    [ATTR_BODY] = &body_attr,
    [ATTR_WORN] = &worn_attr,
    [ATTR_AGENDA] = &agenda_attr,
    [ATTR_FIGHT] = &fight_attr,
    [ATTR_MARKS] = &marks_attr,
    [ATTR_DEEDS] = &deeds_attr,
};

const struct attr_kind *attr_kind(enum attr_id id)
{
    return kinds[id];
}

int attr_by_name(const char *name)
{
    for (int id = 0; id < ATTR_COUNT; id++)
        if (!strcmp(kinds[id]->name, name))
            return id;
    return -1;
}

const char *attr_name(unsigned id)
{
    return id < ATTR_COUNT ? kinds[id]->name : "?";
}

const void *attr_get_at(struct thing *t, enum attr_id id, const struct site *at)
{
    lockcheck_access(&t->place, id, false, at);
    const void *value = thing_attr(t, id);
    lockcheck_handed(value);
    return value;
}

void *attr_change_at(struct thing *t, enum attr_id id, const struct site *at)
{
    lockcheck_access(&t->place, id, true, at);
    lockset_changed(&t->place, id);
    t->changed |= 1u << id;
    void *value = thing_attr(t, id);
    if (value && attr_shared_counted(id, value))
        lockcheck_shared_value(&t->place, id, at);
    return value;
}

void attr_set_at(struct thing *t, enum attr_id id, void *value, const struct site *at)
{
    lockcheck_access(&t->place, id, true, at);
    lockset_changed(&t->place, id);
    thing_attr_store(t, id, value);
}

void *attr_shared_new(size_t size)
{
    struct attr_shared *s = mem_zalloc(size);
    atomic_init(&s->refs, 1);
    return s;
}

void *attr_shared_copy(const void *value, struct thing *to)
{
    (void)to;
    struct attr_shared *s = (struct attr_shared *)value;
    atomic_fetch_add_explicit(&s->refs, 1, memory_order_relaxed);
    return s;
}

bool attr_shared_counted(enum attr_id id, const void *value)
{
    const struct attr_shared *s = value;
    return kinds[id]->copy == attr_shared_copy &&
           atomic_load_explicit(&s->refs, memory_order_relaxed) > 1;
}

bool attr_shared_last(void *value)
{
    struct attr_shared *s = value;
    return atomic_fetch_sub_explicit(&s->refs, 1, memory_order_acq_rel) == 1;
}
