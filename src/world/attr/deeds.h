// Rules of zone files for what a player does with a thing, or on coming to a location.
// Locks: the outermost inventory of the thing, and that of the player.
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
    DEED_RETURN, // the giver keeps it
    DEED_KEEP,   // it ends; a unique thing goes back to its origin
    DEED_CARRY,  // the mobile carries it, until it dies
};

struct deed {
    const char *text;            // what the player sees; NULL: nothing
    const char *give;            // the prototype of what the player gets; NULL: nothing
    const char *mark;            // that the player gets; NULL: none
    enum deed_keep keep;         // for DEED_GIVE: what happens to the gift
    size_t count;                // number of commands that the thing runs then
    const char *const *commands; // borrowed
};

// Finds the first rule for that act whose condition holds for `by`; `with` is the gift, or NULL.
bool deeds_find_at(struct thing *t, enum deed_when when, struct thing *with, struct thing *by,
                   struct deed *out, const struct site *at);
#define deeds_find(t, when, with, by, out) deeds_find_at((t), (when), (with), (by), (out), SITE)

// Building: calls `each` for every prototype that a rule of t gives.
void deeds_gifts(const struct thing *t, void (*each)(void *arg, const char *ref), void *arg);

#endif
