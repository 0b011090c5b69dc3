// What a mobile does when somebody says or tells it one of its keywords.
// Locks: the outermost inventory of the thing.
#ifndef WORLD_REPLIES_H
#define WORLD_REPLIES_H

#include "lock/site.h"

#include <stdbool.h>
#include <stddef.h>

struct thing;

// The n-th command for the first keyword found in `text` (words, any case); NULL past the last or
// when nothing fits. `told`: spoken to it directly, so that the keyword "*" may answer.
// Every keyword that it answers to. They never change, so no lock is needed.
void replies_keywords(const struct thing *t, void (*each)(void *arg, const char *word), void *arg);
const char *replies_find_at(struct thing *t, const char *text, bool told, size_t n,
                            const struct site *at);
#define replies_find(t, text, told, n) replies_find_at((t), (text), (told), (n), SITE)

#endif
