// Chunks that double up to a limit; the large ones ask for large pages. One owner at a time.
#include "util/arena.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "util/mem.h"

enum { FIRST_CHUNK = 4096, LARGEST_CHUNK = 8 << 20, LARGE_PAGE = 2 << 20 };

void arena_use_large_pages(void *p, size_t size)
{
    uintptr_t start = ((uintptr_t)p + LARGE_PAGE - 1) & ~(uintptr_t)(LARGE_PAGE - 1);
    uintptr_t end = ((uintptr_t)p + size) & ~(uintptr_t)(LARGE_PAGE - 1);
    if (start < end) // a kernel that does not know it loses nothing but time
        madvise((void *)start, end - start, MADV_HUGEPAGE);
}

void arena_expect(struct arena *a, size_t size)
{
    a->next = size < FIRST_CHUNK ? FIRST_CHUNK : size > LARGEST_CHUNK ? LARGEST_CHUNK : size;
}

void *arena_take_chunk(struct arena *a, size_t size)
{
    size_t cap = a->next ? a->next : FIRST_CHUNK;
    a->next = cap * 2 > LARGEST_CHUNK ? LARGEST_CHUNK : cap * 2;
    if (cap < size)
        cap = size;
    struct arena_chunk *c = mem_alloc(sizeof(*c) + cap);
    if (cap > 2 * LARGE_PAGE)
        arena_use_large_pages(c, sizeof(*c) + cap);
    c->next = a->chunks;
    c->cap = cap;
    c->used = size;
    a->chunks = c;
    return c->bytes;
}

void arena_clear(struct arena *a)
{
    struct arena_chunk *kept = a->chunks;
    if (!kept)
        return;
    struct arena rest = {kept->next, 0};
    arena_fini(&rest);
    kept->next = NULL;
    kept->used = 0;
}

void arena_fini(struct arena *a)
{
    for (struct arena_chunk *c = a->chunks, *next; c; c = next) {
        next = c->next;
        free(c);
    }
    *a = (struct arena)ARENA_INIT;
}
