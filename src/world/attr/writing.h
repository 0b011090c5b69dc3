// The text that READ shows. Borrowed; NULL when there is none.
// Locks: the outermost inventory of the thing.
#ifndef WORLD_ATTR_WRITING_H
#define WORLD_ATTR_WRITING_H

#include "util/site.h"

struct thing;

const char *writing_get_at(struct thing *t, const struct site *at);
void writing_set_at(struct thing *t, const char *text, const struct site *at); // NULL removes it
#define writing_get(t) writing_get_at((t), SITE)
#define writing_set(t, text) writing_set_at((t), (text), SITE)

#endif
