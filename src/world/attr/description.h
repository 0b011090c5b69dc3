// The text that LOOK (at a location) or EXAMINE shows. Borrowed; NULL when there is none.
// Locks: the outermost inventory of the thing.
#ifndef WORLD_ATTR_DESCRIPTION_H
#define WORLD_ATTR_DESCRIPTION_H

#include "util/site.h"

struct thing;

const char *description_get_at(struct thing *t, const struct site *at);
void description_set_at(struct thing *t, const char *text,
                        const struct site *at); // NULL removes it
#define description_get(t) description_get_at((t), SITE)
#define description_set(t, text) description_set_at((t), (text), SITE)

#endif
