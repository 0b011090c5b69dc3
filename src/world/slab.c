// Slots for things in chunks that never move. Free slots form a queue, first freed first used.
// While the checker is on, a slot is used again only when many others are free: code that kept a
// plain pointer to its thing then finds a dead thing, which is reported, and not a new one, which
// might go unnoticed. Running out of the 24 bits of an index is treated like running out of memory.
#include "world/slab.h"

#include "lock/raw.h"
#include "util/mem.h"
#include "util/rng.h"
#include "world/world_priv.h"
#include "world/zone_priv.h"

#include <assert.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK = 1024, CHUNKS = (1 << 24) / CHUNK };
enum { REST = 4096 };                   // free slots, while the checker is on
enum { IN_SLAB = INVENTORY_LISTS + 1 }; // value of thing.list: the slot is free

struct slab {
    pthread_mutex_t mutex;
    struct thing *free_first, *free_last; // linked through thing.next
    size_t free_count;
    bool scatter; // slots that were never used are handed out in another order
    struct rng order;
    uint32_t waiting[CHUNK]; // such slots, the next one last
    size_t waiting_count;
    _Atomic size_t used;
    _Atomic uint32_t end; // slot 0 is never used: index 0 means none
    _Atomic(struct thing *) chunks[CHUNKS];
};

#define FIELD(name, rule)                                                                          \
    {                                                                                              \
#name, offsetof(struct thing, name), sizeof(((struct thing *)0)->name), rule, NULL         \
    }

// The zone's lock guards the count of a prototype's copies.
static struct place *population_guard(const struct place *p)
{
    const struct zone *z = ((const struct thing *)p)->zone;
    return z ? thing_place(zone_anchor(z)) : NULL;
}

// The members that may be accessed without the thing's lock: its place, those that never change
// once it is published (of the flags only those are read without a lock), and those that another
// lock protects.
static const struct raw_field fields[] = {
    FIELD(place, RAW_FREE_READ),
    FIELD(world, RAW_FREE_READ),
    FIELD(prototype, RAW_FREE_READ),
    FIELD(origin, RAW_FREE_READ),
    FIELD(refname, RAW_FREE_READ),
    FIELD(flags, RAW_FREE_READ),
    FIELD(has, RAW_JUDGED),
    FIELD(attrs, RAW_JUDGED),
    FIELD(next, RAW_JUDGED),
    FIELD(prev, RAW_JUDGED),
    FIELD(list, RAW_JUDGED),
    FIELD(attrs_before, RAW_JUDGED),
    FIELD(zone, RAW_FREE_READ),
    {"population", offsetof(struct thing, population), sizeof(uint32_t), RAW_GUARDED,
     population_guard},
};

struct slab *slab_new(void)
{
    raw_fields(fields, sizeof(fields) / sizeof(fields[0]));
    struct slab *s = mem_new(struct slab);
    pthread_mutex_init(&s->mutex, NULL);
    atomic_init(&s->end, 1);
    return s;
}

void slab_free(struct slab *s)
{
    if (!s)
        return;
    for (size_t i = 0; i < CHUNKS && s->chunks[i]; i++) {
        raw_slab_gone(s->chunks[i]);
        free(s->chunks[i]);
    }
    pthread_mutex_destroy(&s->mutex);
    free(s);
}

static struct thing *make_slot(struct slab *s, uint32_t index)
{
    if (index / CHUNK >= CHUNKS) {
        fprintf(stderr, "latchkey: more than %d things\n", CHUNK * CHUNKS);
        abort();
    }
    struct thing *chunk = s->chunks[index / CHUNK];
    if (!chunk) {
        chunk = mem_calloc(CHUNK, sizeof(struct thing));
        raw_slab(chunk, CHUNK, sizeof(struct thing));
        atomic_store_explicit(&s->chunks[index / CHUNK], chunk, memory_order_release);
    }
    struct thing *t = &chunk[index % CHUNK];
    t->place.index = index;
    atomic_store(&t->place.generation, 1);
    atomic_store(&t->place.where, PLACE_DEAD);
    atomic_store_explicit(&s->end, index + 1, memory_order_release);
    return t;
}

// Uses up the rest of the chunk. Slots are handed out from the last to the first, so that code
// which compares addresses sees the reverse order, except for one in four, so that distances differ
// too.
static void make_waiting(struct slab *s)
{
    size_t later = 0;
    do {
        uint32_t index = make_slot(s, s->end)->place.index;
        s->waiting[s->waiting_count++] = index;
        if (!rng_chance(&s->order, 1, 4))
            continue;
        // Put behind all the others: the bottom of the stack is taken last.
        memmove(&s->waiting[later + 1], &s->waiting[later],
                (s->waiting_count - 1 - later) * sizeof(s->waiting[0]));
        s->waiting[later++] = index;
    } while (s->end % CHUNK);
}

static struct thing *fresh(struct slab *s)
{
    if (!s->scatter)
        return make_slot(s, s->end);
    if (!s->waiting_count)
        make_waiting(s);
    return slab_at(s, s->waiting[--s->waiting_count]);
}

void slab_scatter(struct slab *s, uint64_t seed)
{
    s->scatter = true;
    rng_seed(&s->order, seed);
}

struct thing *slab_take(struct slab *s)
{
    pthread_mutex_lock(&s->mutex);
    hooks_guarded(&s->mutex, "the slots of things");
    raw_own(1);
    struct thing *t = s->free_count > (hooks_on() ? REST : 0) ? s->free_first : NULL;
    if (t) {
        s->free_count--;
        s->free_first = t->next;
        if (!s->free_first)
            s->free_last = NULL;
    } else {
        t = fresh(s);
    }
    t->list = INVENTORY_LISTS;
    s->used++;
    raw_own(-1);
    pthread_mutex_unlock(&s->mutex);
    return t;
}

static void put_back(struct slab *s, struct thing *t)
{
    t->list = IN_SLAB;
    t->next = NULL;
    if (s->free_last)
        s->free_last->next = t;
    else
        s->free_first = t;
    s->free_last = t;
    s->free_count++;
    s->used--;
}

void slab_give(struct slab *s, struct thing *t)
{
    assert(t);
    pthread_mutex_lock(&s->mutex);
    hooks_guarded(&s->mutex, "the slots of things");
    raw_own(1);
    bool twice = t->list == IN_SLAB;
    if (!twice)
        put_back(s, t);
    raw_own(-1);
    pthread_mutex_unlock(&s->mutex);
    hooks_pooled(twice, "give back", "the slot of a thing");
}

struct thing *slab_at(const struct slab *s, uint32_t index)
{
    if (!index || index >= atomic_load_explicit(&s->end, memory_order_acquire))
        return NULL;
    struct thing *chunk = atomic_load_explicit(&s->chunks[index / CHUNK], memory_order_acquire);
    return &chunk[index % CHUNK];
}

size_t slab_used(const struct slab *s)
{
    return atomic_load_explicit(&s->used, memory_order_relaxed);
}

uint32_t slab_end(const struct slab *s)
{
    return atomic_load_explicit(&s->end, memory_order_acquire);
}
