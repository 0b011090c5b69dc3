// A hash table with open addressing that doubles; nothing is removed. One thread at a time.
#include "engine/explore/ordinals.h"

#include "util/mem.h"
#include "util/rng.h"

#include <assert.h>
#include <stdlib.h>

struct slot {
    uint64_t key;
    uint32_t ordinal; // 0: the entry is free
};

struct ordinals {
    struct slot *slots;
    size_t size; // a power of two
    uint32_t count;
};

struct ordinals *ordinals_new(void)
{
    struct ordinals *o = mem_new(struct ordinals);
    o->size = 1024;
    o->slots = mem_calloc(o->size, sizeof(*o->slots));
    return o;
}

void ordinals_free(struct ordinals *o)
{
    if (!o)
        return;
    free(o->slots);
    free(o);
}

static struct slot *ordinals_find(const struct ordinals *o, uint64_t key)
{
    size_t at = rng_mix(key) & (o->size - 1);
    while (o->slots[at].ordinal && o->slots[at].key != key)
        at = (at + 1) & (o->size - 1);
    return &o->slots[at];
}

static void ordinals_grow(struct ordinals *o)
{
    assert(o->count < o->size);
    struct slot *old = o->slots;
    size_t n = o->size;
    o->size *= 2;
    o->slots = mem_calloc(o->size, sizeof(*o->slots));
    for (size_t i = 0; i < n; i++)
        if (old[i].ordinal)
            *ordinals_find(o, old[i].key) = old[i];
    free(old);
}

uint32_t ordinals_of(struct ordinals *o, uint64_t key)
{
    struct slot *s = ordinals_find(o, key);
    if (s->ordinal)
        return s->ordinal;
    if (o->count >= o->size / 2) {
        ordinals_grow(o);
        s = ordinals_find(o, key);
    }
    *s = (struct slot){key, ++o->count};
    return s->ordinal;
}
