// The text that is seen when a thing comes back into play; empty: no message. Borrowed; NULL when
// there is none.
// Locks: the outermost inventory of the thing.
#ifndef WORLD_ATTR_ON_RESET_H
#define WORLD_ATTR_ON_RESET_H

#include "util/site.h"

struct thing;

const char *on_reset_get_at(struct thing *t, const struct site *at);
void on_reset_set_at(struct thing *t, const char *text, const struct site *at); // NULL removes it
#define on_reset_get(t) on_reset_get_at((t), SITE)
#define on_reset_set(t, text) on_reset_set_at((t), (text), SITE)

#endif
