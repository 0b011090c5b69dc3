// What writing and reading a snapshot share. Included by both only.
#ifndef WORLD_SNAPSHOT_PRIV_H
#define WORLD_SNAPSHOT_PRIV_H

#include "world/world_priv.h"

#include <stdbool.h>

enum { SNAPSHOT_VERSION = 1 };

static inline bool snapshot_is_built(const struct thing *t)
{
    return t->flags & THING_BUILT;
}

static inline bool snapshot_in_play(struct thing *t)
{
    uint64_t last;
    return place_kind(place_peek(&t->place)) == PLACE_PLACED &&
           place_is_root(place_root_peek(&t->place, &last));
}

#endif
