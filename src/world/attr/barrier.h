// A barrier stops some creatures from leaving by an exit, chosen by the aliases of the creature.
// `allow` beats `deny`; with `allow` only, all others are stopped; with neither everybody is. A
// player's own name never counts.
// Locks: the outermost inventory of the thing.
#ifndef WORLD_ATTR_BARRIER_H
#define WORLD_ATTR_BARRIER_H

#include "util/site.h"

struct thing;

// The message when `who` (whose aliases are read too) may not leave by `direction`, else NULL.
const char *barrier_stops_at(struct thing *t, int direction, struct thing *who,
                             const struct site *at);
#define barrier_stops(t, direction, who) barrier_stops_at((t), (direction), (who), SITE)

#endif
