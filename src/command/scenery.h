// Details of descriptions (world/attr/details.h) by what a player calls them: those of the place,
// of what is in it, and of what the actor carries. Locks: the actor's.
#ifndef COMMAND_SCENERY_H
#define COMMAND_SCENERY_H

#include "util/loopguard.h"

#include <stdbool.h>

struct context;
struct phrase;

// The text that EXAMINE shows, or NULL. With `beginning` a beginning of a keyword is enough, if no
// keyword matches.
WORKER_ONLY const char *scenery_find(struct context *c, const struct phrase *p, bool beginning);

#endif
