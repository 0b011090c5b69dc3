// A one-way stop for some: by exit, and by the aliases of who comes.
// Allow beats deny; only allow: all others are denied; neither: everyone is. A player's own name
// never counts. Locks: the outermost inventory of the thing.
#ifndef WORLD_ATTR_BARRIER_H
#define WORLD_ATTR_BARRIER_H

#include "util/site.h"

struct thing;

// The message when `who` (whose aliases are read too) may not leave by `direction`, else NULL.
const char *barrier_stops_at(struct thing *t, int direction, struct thing *who,
                             const struct site *at);
#define barrier_stops(t, direction, who) barrier_stops_at((t), (direction), (who), SITE)

#endif
