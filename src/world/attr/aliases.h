// The words a player may use for a thing, and the qualifiers that may stand before them.
// All are in the form for comparing (util/caseless.h). Locks: the outermost inventory of the thing.
#ifndef WORLD_ATTR_ALIASES_H
#define WORLD_ATTR_ALIASES_H

#include "util/site.h"

#include <stdbool.h>
#include <stddef.h>

struct thing;

// Is `word` one of its aliases?
bool aliases_is_at(struct thing *t, const char *word, const struct site *at);
// May `qualifier` stand before `alias` for this thing ("tin" before "lamp")?
bool aliases_qualifies_at(struct thing *t, const char *qualifier, const char *alias,
                          const struct site *at);
void aliases_set_at(struct thing *t, const char *const *words, size_t n, const struct site *at);
const char *aliases_first_at(struct thing *t, const struct site *at); // NULL when it has none
// The n-th entry as zone files have it ("word", "+qualifier", "+qualifier:word"); NULL past the
// last.
const char *aliases_peek_at(struct thing *t, size_t n, const struct site *at);
#define aliases_peek(t, n) aliases_peek_at((t), (n), SITE)
// While nothing runs: calls `each` for every word that the thing may be called by, without
// qualifiers.
void aliases_each(const struct thing *t, void (*fn)(void *arg, const char *word), void *arg);
#define aliases_is(t, word) aliases_is_at((t), (word), SITE)
#define aliases_qualifies(t, qualifier, alias) aliases_qualifies_at((t), (qualifier), (alias), SITE)
#define aliases_set(t, words, n) aliases_set_at((t), (words), (n), SITE)
#define aliases_first(t) aliases_first_at((t), SITE)

#endif
