// Health: the present and the greatest number of points, and how they come back.
// Locks: the outermost inventory of the thing.
#ifndef WORLD_ATTR_HEALTH_H
#define WORLD_ATTR_HEALTH_H

#include "util/site.h"

#include <stdbool.h>
#include <stdint.h>

struct thing;

struct health {
    int32_t current, maximum;
    int32_t restore; // points each time
    int64_t every;   // ms
};

bool health_get_at(struct thing *t, struct health *out, const struct site *at); // false: has none
void health_set_at(struct thing *t, const struct health *h, const struct site *at);
#define health_get(t, out) health_get_at((t), (out), SITE)
#define health_set(t, h) health_set_at((t), (h), SITE)

#endif
