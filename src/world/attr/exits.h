// The ways out of a location: the locations they lead to, resolved once at load.
// Locks: the outermost inventory of the thing.
#ifndef WORLD_ATTR_EXITS_H
#define WORLD_ATTR_EXITS_H

#include "util/site.h"
#include "world/direction.h"

struct thing;

struct thing *exits_to_at(struct thing *t, enum direction d, const struct site *at); // or NULL
unsigned exits_ways_at(struct thing *t, const struct site *at); // a bit for each direction: 1 << d
const char *exits_description_at(struct thing *t, enum direction d, const struct site *at);
void exits_set_at(struct thing *t, enum direction d, struct thing *to, const char *description,
                  const struct site *at); // to NULL removes the exit
#define exits_to(t, d) exits_to_at((t), (d), SITE)
#define exits_ways(t) exits_ways_at((t), SITE)
#define exits_description(t, d) exits_description_at((t), (d), SITE)
#define exits_set(t, d, to, description) exits_set_at((t), (d), (to), (description), SITE)

#endif
