// The name of a thing, with its article: "a tin lamp".
// Locks: the outermost inventory of the thing.
#ifndef WORLD_ATTR_NAME_H
#define WORLD_ATTR_NAME_H

#include "util/site.h"

struct thing;

const char *name_get_at(struct thing *t, const struct site *at); // "something" when it has none
void name_set_at(struct thing *t, const char *name, const struct site *at);
#define name_get(t) name_get_at((t), SITE)
#define name_set(t, name) name_set_at((t), (name), SITE)

#endif
