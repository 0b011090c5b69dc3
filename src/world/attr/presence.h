// The line that LOOK shows for a thing where it stands. Borrowed; NULL when there is none.
// Locks: the outermost inventory of the thing.
#ifndef WORLD_ATTR_PRESENCE_H
#define WORLD_ATTR_PRESENCE_H

#include "util/site.h"

struct thing;

const char *presence_get_at(struct thing *t, const struct site *at);
void presence_set_at(struct thing *t, const char *text, const struct site *at); // NULL removes it
#define presence_get(t) presence_get_at((t), SITE)
#define presence_set(t, text) presence_set_at((t), (text), SITE)

#endif
