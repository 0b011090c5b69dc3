// The text that is seen when a thing is cleaned away; empty: no message. Borrowed; NULL when there
// is none.
// Locks: the outermost inventory of the thing.
#ifndef WORLD_ATTR_ON_CLEANUP_H
#define WORLD_ATTR_ON_CLEANUP_H

#include "util/site.h"

struct thing;

const char *on_cleanup_get_at(struct thing *t, const struct site *at);
void on_cleanup_set_at(struct thing *t, const char *text, const struct site *at); // NULL removes it
#define on_cleanup_get(t) on_cleanup_get_at((t), SITE)
#define on_cleanup_set(t, text) on_cleanup_set_at((t), (text), SITE)

#endif
