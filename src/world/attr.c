// The attribute table and the checked access to the values. Knows every attribute's row and none of
// their meanings. Any thread under the lock rules.
#include "world/attr.h"

#include "util/mem.h"
#include "world/attr/attr_rows.h"
#include "world/world_priv.h"

#include <assert.h>
#include <string.h>

// The numbers ascend without a gap, because arrays of ATTR_COUNT elements are indexed by them.
enum {
#define ATTRIBUTE(upper, lower, number, flags) POSITION_OF_##upper,
#include "world/attr/attributes.def"
#undef ATTRIBUTE
};

#define ATTRIBUTE(upper, lower, number, flags)                                                     \
    _Static_assert(POSITION_OF_##upper == (number), "attributes.def: numbers ascend without a gap");
#include "world/attr/attributes.def"
#undef ATTRIBUTE

// A journal keeps the changed attribute in one byte, whose values from WRITE_SET_LISTED on have
// other meanings.
_Static_assert((int)ATTR_COUNT <= (int)WRITE_SET_LISTED,
               "attributes.def: too many kinds for a journal");

static const struct {
    const char *name;
    unsigned flags;
    const struct attr_kind *kind;
} table[ATTR_COUNT] = {
#define ATTRIBUTE(upper, lower, number, flags) {#lower, (flags), &lower##_attr},
#include "world/attr/attributes.def"
#undef ATTRIBUTE
};

#define BITS4(n) (n), (n) + 1, (n) + 1, (n) + 2
#define BITS16(n) BITS4(n), BITS4((n) + 1), BITS4((n) + 1), BITS4((n) + 2)
#define BITS64(n) BITS16(n), BITS16((n) + 1), BITS16((n) + 1), BITS16((n) + 2)

const uint8_t attr_bits_below[128] = {BITS64(0), BITS64(1)};

const struct attr_kind *attr_kind(enum attr_id id)
{
    assert((unsigned)id < ATTR_COUNT);
    return table[id].kind;
}

int attr_by_name(const char *name)
{
    assert(name);
    for (int id = 0; id < ATTR_COUNT; id++)
        if (!strcmp(attr_name((unsigned)id), name))
            return id;
    return -1;
}

const char *attr_name(unsigned id)
{
    if (id >= ATTR_COUNT)
        return "?";
    return table[id].kind->name ? table[id].kind->name : table[id].name;
}

unsigned attr_flags(unsigned id)
{
    return id < ATTR_COUNT ? table[id].flags : 0;
}

const void *attr_get_at(struct thing *t, enum attr_id id, const struct site *at)
{
    if (__builtin_expect(!hooks_on(), 1))
        return thing_attr(t, id);
    hooks_access(&t->place, id, false, at);
    const void *value = thing_attr(t, id);
    hooks_handed(value);
    return value;
}

void *attr_mutable_at(struct thing *t, enum attr_id id, const struct site *at)
{
    assert((unsigned)id < ATTR_COUNT);
    hooks_access(&t->place, id, true, at);
    lockset_changed(&t->place, id);
    attr_set_add(&t->changed, id);
    void *value = thing_attr(t, id);
    if (value && attr_shared_counted(id, value))
        hooks_shared_value(&t->place, id, at);
    return value;
}

void attr_set_at(struct thing *t, enum attr_id id, void *value, const struct site *at)
{
    assert((unsigned)id < ATTR_COUNT);
    hooks_access(&t->place, id, true, at);
    lockset_changed(&t->place, id);
    thing_attr_store(t, id, value);
}

void *attr_shared_new(size_t size)
{
    assert(size >= sizeof(struct attr_shared));
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
    return table[id].kind->copy == attr_shared_copy &&
           atomic_load_explicit(&s->refs, memory_order_relaxed) > 1;
}

bool attr_shared_last(void *value)
{
    struct attr_shared *s = value;
    return atomic_fetch_sub_explicit(&s->refs, 1, memory_order_acq_rel) == 1;
}
