// How a mobile answers when a player says one of its keywords, to it (TELL) or in its location.
// Locks: the outermost inventory of the thing.
#ifndef WORLD_ATTR_REPLIES_H
#define WORLD_ATTR_REPLIES_H

#include "util/site.h"

#include <stdbool.h>
#include <stddef.h>

struct thing;

// Calls `each` for every keyword of the mobile. Keywords never change, so no lock is needed.
void replies_keywords(const struct thing *t, void (*each)(void *arg, const char *word), void *arg);
struct replies_answer {
    const char *give, *mark;     // what the speaker gets with the answer; NULL: nothing
    size_t count;                // number of commands of the answer
    const char *const *commands; // borrowed
};

// Finds the first reply with a keyword that is in `text` (as words, in any case) and whose
// condition holds for `by`; false when there is none. `told`: the text was said to this mobile
// only, so that the keyword "*" matches too.
bool replies_find_at(struct thing *t, const char *text, bool told, struct thing *by,
                     struct replies_answer *out, const struct site *at);
#define replies_find(t, text, told, by, out) replies_find_at((t), (text), (told), (by), (out), SITE)

// Building: calls `each` for every prototype that a reply gives.
void replies_gifts(const struct thing *t, void (*each)(void *arg, const char *ref), void *arg);

#endif
