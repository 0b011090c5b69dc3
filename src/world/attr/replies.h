// What a mobile does when somebody says or tells it one of its keywords.
// Locks: the outermost inventory of the thing.
#ifndef WORLD_ATTR_REPLIES_H
#define WORLD_ATTR_REPLIES_H

#include "util/site.h"

#include <stdbool.h>
#include <stddef.h>

struct thing;

// Every keyword that it answers to. They never change, so no lock is needed.
void replies_keywords(const struct thing *t, void (*each)(void *arg, const char *word), void *arg);
struct replies_answer {
    const char *give, *mark;     // what the speaker gets with it; NULL: nothing
    size_t count;                // of commands that it does
    const char *const *commands; // borrowed
};

// The first reply with a keyword that is in `text` (words, any case) and whose condition holds for
// `by`; false when there is none. `told`: spoken to it directly, so that the keyword "*" may
// answer.
bool replies_find_at(struct thing *t, const char *text, bool told, struct thing *by,
                     struct replies_answer *out, const struct site *at);
#define replies_find(t, text, told, by, out) replies_find_at((t), (text), (told), (by), (out), SITE)

// Building: each prototype that some reply gives.
void replies_gifts(const struct thing *t, void (*each)(void *arg, const char *ref), void *arg);

#endif
