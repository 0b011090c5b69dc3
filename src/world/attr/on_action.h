// Commands that a thing runs by itself from time to time.
// Locks: the outermost inventory of the thing.
#ifndef WORLD_ATTR_ON_ACTION_H
#define WORLD_ATTR_ON_ACTION_H

#include "util/site.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct condition;
struct thing;

struct on_action {
    int64_t after, jitter; // ms
    size_t count;
    const char *const *commands;       // borrowed
    const struct condition *condition; // a player who is there must meet it; NULL: none
};

bool on_action_get_at(struct thing *t, struct on_action *out, const struct site *at);
#define on_action_get(t, out) on_action_get_at((t), (out), SITE)

#endif
