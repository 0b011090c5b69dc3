// When a thing that nobody carries is taken away.
// Locks: the outermost inventory of the thing.
#ifndef WORLD_ATTR_CLEANUP_H
#define WORLD_ATTR_CLEANUP_H

#include "util/site.h"

#include <stdbool.h>
#include <stdint.h>

struct thing;

bool cleanup_get_at(struct thing *t, int64_t *after, int64_t *jitter, const struct site *at);
#define cleanup_get(t, after, jitter) cleanup_get_at((t), (after), (jitter), SITE)

#endif
