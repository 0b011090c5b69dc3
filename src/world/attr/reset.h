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
    bool spawn;            // taking it gives a copy and leaves the original out of play
    bool each;             // each player without one gets a copy; the original stays
    bool wait; // the reset of a container waits until everything that belongs in it is there
};

bool reset_get_at(struct thing *t, struct reset *out, const struct site *at); // false: no reset
#define reset_get(t, out) reset_get_at((t), (out), SITE)

#endif
