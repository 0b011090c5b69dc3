// Texts that EXAMINE finds by keyword without a thing of that name.
// Locks: the outermost inventory of the thing.
#ifndef WORLD_ATTR_DETAILS_H
#define WORLD_ATTR_DETAILS_H

#include "util/site.h"

struct thing;

const char *details_find_at(struct thing *t, const char *word, const struct site *at); // or NULL
// The first detail with a keyword that begins with the word; NULL when there is none.
const char *details_find_beginning_at(struct thing *t, const char *word, const struct site *at);
#define details_find_beginning(t, word) details_find_beginning_at((t), (word), SITE)
#define details_find(t, word) details_find_at((t), (word), SITE)

#endif
