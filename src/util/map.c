// Open addressing over an array of entries kept in insertion order. The slots hold entry numbers;
// a removed entry stays as a gap, for iteration and probing to step over, until the table is
// rebuilt. The hash is seeded by the system's randomness, so that names cannot be chosen to
// collide. One owner at a time.
#include "util/map.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "util/mem.h"

enum { SMALLEST = 8 }; // slots; a power of two

struct entry {
    char *key; // NULL: removed
    size_t n;
    uint64_t hash;
    void *value;
};

struct map {
    uint64_t seed;
    struct entry *entries;
    size_t used;     // entries in use, gaps included
    size_t count;    // without gaps
    uint32_t *slots; // entry number + 1; 0 is free
    size_t slot_count;
};

struct map *map_new(void)
{
    struct map *m = mem_new(struct map);
    // Without randomness (early boot) the table still works, merely with a known hash.
    if (getrandom(&m->seed, sizeof(m->seed), GRND_NONBLOCK) < 0)
        m->seed = 0;
    return m;
}

void map_clear(struct map *m)
{
    for (size_t i = 0; i < m->used; i++)
        free(m->entries[i].key);
    free(m->entries);
    free(m->slots);
    *m = (struct map){.seed = m->seed};
}

void map_free(struct map *m)
{
    if (!m)
        return;
    map_clear(m);
    free(m);
}

size_t map_count(const struct map *m)
{
    return m->count;
}

// Three quarters of the slots may be taken.
static size_t entries_for(size_t slots)
{
    return slots / 4 * 3;
}

static void take_slot(struct map *m, size_t number)
{
    size_t mask = m->slot_count - 1;
    size_t at = m->entries[number].hash & mask;
    while (m->slots[at])
        at = (at + 1) & mask;
    m->slots[at] = (uint32_t)number + 1;
}

// Makes room for one more: drops the gaps, and doubles when those were few.
static void rebuild(struct map *m)
{
    size_t slots = m->slot_count ? m->slot_count : SMALLEST;
    while (m->count + 1 > entries_for(slots) / 2)
        slots *= 2;
    struct entry *entries = mem_calloc(entries_for(slots), sizeof(*entries));
    size_t kept = 0;
    for (size_t i = 0; i < m->used; i++) {
        if (m->entries[i].key)
            entries[kept++] = m->entries[i];
    }
    free(m->entries);
    free(m->slots);
    m->entries = entries;
    m->used = kept;
    m->slots = mem_calloc(slots, sizeof(*m->slots));
    m->slot_count = slots;
    for (size_t i = 0; i < kept; i++)
        take_slot(m, i);
}

static struct entry *map_find(const struct map *m, const char *key, size_t n, uint64_t hash)
{
    if (!m->slot_count)
        return NULL;
    size_t mask = m->slot_count - 1;
    for (size_t at = hash & mask; m->slots[at]; at = (at + 1) & mask) {
        struct entry *e = &m->entries[m->slots[at] - 1];
        if (e->key && e->hash == hash && e->n == n && !memcmp(e->key, key, n))
            return e;
    }
    return NULL;
}

static uint64_t hash_of(const struct map *m, const char *key, size_t n)
{
    return XXH3_64bits_withSeed(key, n, m->seed);
}

static struct entry *find_text(const struct map *m, const char *key)
{
    size_t n = strlen(key);
    return map_find(m, key, n, hash_of(m, key, n));
}

void *map_getn(const struct map *m, const char *key, size_t n)
{
    struct entry *e = map_find(m, key, n, hash_of(m, key, n));
    return e ? e->value : NULL;
}

void *map_get(const struct map *m, const char *key)
{
    return map_getn(m, key, strlen(key));
}

bool map_has(const struct map *m, const char *key)
{
    return find_text(m, key) != NULL;
}

static const char *map_add(struct map *m, const char *key, size_t n, uint64_t hash, void *value)
{
    if (m->used == entries_for(m->slot_count))
        rebuild(m);
    char *copy = mem_alloc(n + 1);
    memcpy(copy, key, n);
    copy[n] = '\0';
    m->entries[m->used] = (struct entry){copy, n, hash, value};
    take_slot(m, m->used++);
    m->count++;
    return copy;
}

void *map_putn(struct map *m, const char *key, size_t n, void *value)
{
    assert(key || !n);
    uint64_t hash = hash_of(m, key, n);
    struct entry *e = map_find(m, key, n, hash);
    if (!e) {
        map_add(m, key, n, hash, value);
        return NULL;
    }
    void *before = e->value;
    e->value = value;
    return before;
}

const char *map_keep(struct map *m, const char *key)
{
    size_t n = strlen(key);
    uint64_t hash = hash_of(m, key, n);
    struct entry *e = map_find(m, key, n, hash);
    return e ? e->key : map_add(m, key, n, hash, NULL);
}

void *map_put(struct map *m, const char *key, void *value)
{
    return map_putn(m, key, strlen(key), value);
}

void *map_remove(struct map *m, const char *key)
{
    struct entry *e = find_text(m, key);
    if (!e)
        return NULL;
    void *value = e->value;
    free(e->key);
    *e = (struct entry){0};
    m->count--;
    return value;
}

bool map_next(const struct map *m, struct map_iter *it, const char **key, void **value)
{
    assert(it);
    while (it->at < m->used && !m->entries[it->at].key)
        it->at++;
    if (it->at >= m->used)
        return false;
    const struct entry *e = &m->entries[it->at++];
    if (key)
        *key = e->key;
    if (value)
        *value = e->value;
    return true;
}
