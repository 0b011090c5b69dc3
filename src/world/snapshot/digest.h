// The digest of a world: where things are, in which order, and the values of their saved
// attributes. Two worlds with the same history have the same digest, whatever slots their things
// have.
// Threads: while nothing runs.
#ifndef WORLD_SNAPSHOT_DIGEST_H
#define WORLD_SNAPSHOT_DIGEST_H

#include <stdint.h>

struct doc_node;
struct world;

uint64_t world_digest(struct world *w);
// The part of it of the things in slots from `first` to below `end`: the sum of the parts is the
// digest, and parts may be computed by several threads at once.
uint64_t world_digest_part(struct world *w, uint32_t first, uint32_t end);
uint64_t world_digest_node(uint64_t hash, const struct doc_node *n); // mixes in a value; any thread

#endif
