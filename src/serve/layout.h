// Another layout of memory: what depends on addresses does something else then.
// Threads: one, while no other allocates.
#ifndef SERVE_LAYOUT_H
#define SERVE_LAYOUT_H

#include <stdint.h>

// Memory that is allocated from now on lies elsewhere, in an order that the seed decides.
void layout_stir(uint64_t seed);

#endif
