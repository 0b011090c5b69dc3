// Open addressing with linear steps, at most half full. Keeps what is put into it and forgets
// nothing; the keys come from a file and may be anything below 2^64 - 1.
#include "trace/reader_index.h"

#include "util/mem.h"

#include <assert.h>
#include <stdlib.h>

void reader_index_fini(struct reader_index *x)
{
    free(x->keys);
    free(x->values);
    *x = (struct reader_index)READER_INDEX_INIT;
}

static size_t slot_of(const struct reader_index *x, uint64_t key)
{
    assert(x->cap && !(x->cap & (x->cap - 1)) && x->count < x->cap);
    size_t mask = x->cap - 1;
    size_t at = (size_t)((key + 1) * 0x9e3779b97f4a7c15u >> 20) & mask;
    while (x->keys[at] && x->keys[at] != key + 1)
        at = (at + 1) & mask;
    return at;
}

static void grow(struct reader_index *x)
{
    struct reader_index old = *x;
    x->cap = old.cap ? old.cap * 2 : 64;
    x->keys = mem_calloc(x->cap, sizeof(*x->keys));
    x->values = mem_calloc(x->cap, sizeof(*x->values));
    for (size_t i = 0; i < old.cap; i++) {
        if (!old.keys[i])
            continue;
        size_t at = slot_of(x, old.keys[i] - 1);
        x->keys[at] = old.keys[i];
        x->values[at] = old.values[i];
    }
    free(old.keys);
    free(old.values);
}

void reader_index_put(struct reader_index *x, uint64_t key, uint32_t value)
{
    assert(key != UINT64_MAX); // its key + 1 would mean: free
    if (x->count * 2 >= x->cap)
        grow(x);
    size_t at = slot_of(x, key);
    if (!x->keys[at]) {
        x->keys[at] = key + 1;
        x->count++;
    }
    x->values[at] = value;
}

uint32_t reader_index_get(const struct reader_index *x, uint64_t key)
{
    if (!x->cap)
        return READER_NONE;
    size_t at = slot_of(x, key);
    return x->keys[at] ? x->values[at] : READER_NONE;
}

bool reader_index_has(const struct reader_index *x, uint64_t key)
{
    return x->cap && x->keys[slot_of(x, key)];
}
