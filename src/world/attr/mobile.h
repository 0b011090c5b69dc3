// What makes a thing a mobile: whether and how it wanders.
// Locks: the outermost inventory of the thing.
#ifndef WORLD_ATTR_MOBILE_H
#define WORLD_ATTR_MOBILE_H

#include "util/site.h"

#include <stdbool.h>
#include <stdint.h>

struct thing;

struct mobile {
    int64_t after, jitter; // ms between steps; after 0: it stays where it is
    bool stay;             // it stays inside the zone that defined it
};

bool mobile_get_at(struct thing *t, struct mobile *out, const struct site *at); // false: no mobile
#define mobile_get(t, out) mobile_get_at((t), (out), SITE)

#endif
