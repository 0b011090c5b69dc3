// Numbers objects in the order in which they are first seen: two runs that see the same objects in
// the same order give them the same numbers, whatever their addresses or indexes are.
// Threads: one at a time.
#ifndef ENGINE_EXPLORE_ORDINALS_H
#define ENGINE_EXPLORE_ORDINALS_H

#include <stddef.h>
#include <stdint.h>

struct ordinals;

struct ordinals *ordinals_new(void);
void ordinals_free(struct ordinals *o);
uint32_t ordinals_of(struct ordinals *o, uint64_t key); // from 1 on

#endif
