// Memory that is taken piece by piece and given back all at once, from a few big chunks.
// Threads: one owner at a time.  Locks: none.
#ifndef UTIL_ARENA_H
#define UTIL_ARENA_H

#include <stddef.h>

struct arena_chunk;

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
void *arena_take(struct arena *a, size_t size, size_t align); // align: a power of two up to 16
void arena_fini(struct arena *a);

// Asks the kernel to back a large, fresh piece of memory with large pages: touching it for the
// first time, page by page, can cost more than the work done on it.
void arena_use_large_pages(void *p, size_t size);

#endif
