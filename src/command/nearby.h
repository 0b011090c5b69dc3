// The locations round the actor, ring by ring, for what can be heard there.
#ifndef COMMAND_NEARBY_H
#define COMMAND_NEARBY_H

#include "util/loopguard.h"

#include <stdbool.h>
#include <stddef.h>

struct context;
struct thing;

enum { NEARBY_MAX = 128 };

struct nearby {
    struct thing *list[NEARBY_MAX];
    // The locations list[ring_end[k-1]..ring_end[k]) are k moves away; ring 0 is the actor's own.
    size_t ring_end[3];
    size_t count;
};

// Gathers all locations within `moves` (at most 2) of the actor's, each once. Exits are read only
// in locations that are locked, so each ring may cost a pass. False: COMMAND_AGAIN.
WORKER_ONLY bool nearby_gather(struct context *c, unsigned moves, struct nearby *n);

#endif
