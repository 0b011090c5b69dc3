// Type-stable memory for things: the slot of a thing stays one for as long as the world lasts, so
// every pointer or index ever handed out can be looked at.
// Threads: slab_at from any, without a lock; taking and giving take a short mutex.
#ifndef WORLD_SLAB_H
#define WORLD_SLAB_H

#include <stddef.h>
#include <stdint.h>

struct slab;
struct thing;

struct slab *slab_new(void);
void slab_free(struct slab *s);
// Slots that were never used are handed out in an order that the seed decides, not in that of their
// indexes. Call it before anything runs.
void slab_scatter(struct slab *s, uint64_t seed);
struct thing *slab_take(struct slab *s); // its place keeps index and generation
void slab_give(struct slab *s, struct thing *t);
struct thing *slab_at(const struct slab *s, uint32_t index); // NULL when never handed out
size_t slab_used(const struct slab *s);
uint32_t slab_end(const struct slab *s); // one past the highest index ever handed out

#endif
