// The pages of a paged table: the first thread that needs a page makes it. Keeps nothing itself.
#include "util/paged.h"

#include "util/mem.h"

#include <assert.h>
#include <stdlib.h>

void *paged_grow(struct paged *p, uint32_t page, size_t size)
{
    assert(page < PAGED_PAGES);
    void *made = mem_calloc((size_t)1 << PAGED_SHIFT, size), *there = NULL;
    if (atomic_compare_exchange_strong(&p->pages[page], &there, made))
        return made;
    free(made);
    return there;
}

void paged_fini(struct paged *p)
{
    for (size_t i = 0; i < PAGED_PAGES; i++)
        free(atomic_exchange(&p->pages[i], NULL));
}
