// A table of entries by a dense number, in pages that are made when they are first used and never
// move or go away: an entry may be read while other threads add pages. All entries begin as zeros.
//
// Threads: any; what is in an entry is for its users to guard.
#ifndef UTIL_PAGED_H
#define UTIL_PAGED_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

enum { PAGED_SHIFT = 10, PAGED_PAGES = 1 << 14 }; // entries of a page, as a power of two; pages

struct paged {
    _Atomic(void *) pages[PAGED_PAGES];
};

void *paged_grow(struct paged *p, uint32_t page, size_t size);
void paged_fini(struct paged *p); // nobody uses an entry any more

// Entry number `index` of `size` bytes; each call for a table passes the same size.
static inline void *paged_at(struct paged *p, uint32_t index, size_t size)
{
    uint32_t page = index >> PAGED_SHIFT;
    char *entries = atomic_load_explicit(&p->pages[page], memory_order_acquire);
    if (__builtin_expect(!entries, 0))
        entries = paged_grow(p, page, size);
    return entries + (index & ((1u << PAGED_SHIFT) - 1)) * size;
}

#endif
