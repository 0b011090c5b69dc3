// Details of descriptions (world/attr/details.h) by what a player calls them: those of the place,
// of what is in it, and of what the actor carries. Locks: the actor's.
#ifndef COMMAND_SCENERY_H
#define COMMAND_SCENERY_H

#include <stdbool.h>

struct context;
struct phrase;

// What EXAMINE shows, or NULL. `beginning`: the beginning of a keyword will do, if no keyword does.
const char *scenery_find(struct context *c, const struct phrase *p, bool beginning);

#endif
