// What happens when a player does something with a thing, or comes to a location: rules of zone
// files. Locks: the outermost inventory of the thing, and of the player.
#ifndef WORLD_ATTR_DEEDS_H
#define WORLD_ATTR_DEEDS_H

#include "util/site.h"

#include <stdbool.h>
#include <stddef.h>

struct thing;

enum deed_when {
    DEED_ENTER, // comes to the location
    DEED_GET,   // takes the thing
    DEED_GIVE,  // gives the mobile something
    DEED_SIGN,  // signs the thing
    DEED_WHENS,
};

enum deed_keep {
    DEED_RETURN, // the giver has it still
    DEED_KEEP,   // it is gone, a unique thing goes home
    DEED_CARRY,  // the mobile carries it, until it dies
};

struct deed {
    const char *text;            // what the player sees; NULL: nothing
    const char *give;            // the prototype of what the player gets; NULL: nothing
    const char *mark;            // that the player gets; NULL: none
    enum deed_keep keep;         // of DEED_GIVE: what becomes of what is given
    size_t count;                // of commands that the thing does then
    const char *const *commands; // borrowed
};

// The first rule for it whose condition holds for `by`; `with` is what is given, or NULL.
bool deeds_find_at(struct thing *t, enum deed_when when, struct thing *with, struct thing *by,
                   struct deed *out, const struct site *at);
#define deeds_find(t, when, with, by, out) deeds_find_at((t), (when), (with), (by), (out), SITE)

// Building: each prototype that some rule of t gives.
void deeds_gifts(const struct thing *t, void (*each)(void *arg, const char *ref), void *arg);

#endif
