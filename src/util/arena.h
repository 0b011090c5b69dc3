// Memory that is taken piece by piece and given back all at once, from a few big chunks.
// Threads: one owner at a time.  Locks: none.
#ifndef UTIL_ARENA_H
#define UTIL_ARENA_H

#include <assert.h>
#include <stdalign.h>
#include <stddef.h>

struct arena_chunk {
    struct arena_chunk *next;
    size_t used, cap;
    alignas(16) char bytes[];
};

struct arena {
    struct arena_chunk *chunks; // the head is the one being filled
    size_t next;                // size of the chunk after it; 0: small
};

#define ARENA_INIT                                                                                 \
    {                                                                                              \
        NULL, 0                                                                                    \
    }

// Before the first arena_take: about how much will be wanted, so that chunks are neither many nor
// much too large.
void arena_expect(struct arena *a, size_t size);
void *arena_take_chunk(struct arena *a, size_t size); // for arena_take: in a new chunk
// Align: a power of two up to 16.
static inline void *arena_take(struct arena *a, size_t size, size_t align)
{
    assert(align && align <= 16 && !(align & (align - 1)));
    struct arena_chunk *c = a->chunks;
    if (__builtin_expect(c != NULL, 1)) {
        size_t at = (c->used + align - 1) & ~(align - 1);
        if (__builtin_expect(at <= c->cap && size <= c->cap - at, 1)) {
            c->used = at + size;
            return c->bytes + at;
        }
    }
    return arena_take_chunk(a, size);
}
// Empties it, but keeps the memory of one chunk for what comes next.
void arena_clear(struct arena *a);
void arena_fini(struct arena *a);

// Asks the kernel to back a large, fresh piece of memory with large pages: touching it for the
// first time, page by page, can cost more than the work done on it.
void arena_use_large_pages(void *p, size_t size);

#endif
