// The world as one number: what is where, in which order, and what its saved attributes say. Two
// worlds with the same history have the same digest, whatever slots their things are in.
// Threads: one, while nothing runs.
#ifndef WORLD_DIGEST_H
#define WORLD_DIGEST_H

#include <stdint.h>

struct world;

uint64_t world_digest(struct world *w);

#endif
