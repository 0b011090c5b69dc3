// Numbers for what is met, in the order in which it is first met: the same in two runs that meet the same
// things in the same order, whatever the things are called in each.
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
