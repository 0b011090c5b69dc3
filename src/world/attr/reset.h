// How a thing comes back into play.
// Locks: the outermost inventory of the thing.
#ifndef WORLD_ATTR_RESET_H
#define WORLD_ATTR_RESET_H

#include "util/site.h"

#include <stdbool.h>
#include <stdint.h>

struct thing;

struct reset {
    int64_t after, jitter; // ms
    bool spawn;            // taking it leaves the original out of play and gives a copy
    bool each;             // there for everybody who has none: the original stays, each gets a copy
    bool wait;             // a container waits for all that belongs in it
};

bool reset_get_at(struct thing *t, struct reset *out, const struct site *at); // false: has none
#define reset_get(t, out) reset_get_at((t), (out), SITE)

#endif
