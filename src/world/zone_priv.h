// Making and ending zones; for world.c.
#ifndef WORLD_ZONE_PRIV_H
#define WORLD_ZONE_PRIV_H

#include "world/zone.h"

struct zone *zone_new(struct world *w, const char *ref, const char *name);
void zone_free(struct zone *z);
struct thing *zone_anchor(const struct zone *z); // whose lock its counts need

#endif
