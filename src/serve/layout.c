// Allocates many blocks of small sizes and frees about half of them in random order, so that the
// holes between the others are filled in that order. What is kept is never freed.
#include "serve/layout.h"

#include "util/mem.h"
#include "util/rng.h"

#include <stdlib.h>

enum { BLOCKS = 8192, SIZE_STEP = 16, SIZES = 32 };

void layout_stir(uint64_t seed)
{
    static void *kept[BLOCKS]; // so that nothing takes them for lost
    struct rng r;
    rng_seed(&r, seed);
    for (size_t i = 0; i < BLOCKS; i++)
        kept[i] = mem_alloc(SIZE_STEP * (1 + rng_below(&r, SIZES)));
    for (size_t i = 0; i < BLOCKS; i++) {
        size_t k = rng_below(&r, BLOCKS);
        free(kept[k]);
        kept[k] = NULL;
    }
}
