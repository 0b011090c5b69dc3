// The effects of deeds: marks, gifts, and what the thing or mobile does then.
// Locks: the location of the actor, where all of it happens. Other places are reached by events of
// their own.
#ifndef GAME_DEED_H
#define GAME_DEED_H

#include "util/loopguard.h"
#include "world/attr/deeds.h"

#include <stdbool.h>

struct context;
struct thing;

// The actor has done `when` with t: if the actor is a player, applies the rule of t for it.
WORKER_ONLY void deed_happens(struct context *c, struct thing *t, enum deed_when when);
// The same for a rule that was found already.
WORKER_ONLY void deed_do(struct context *c, struct thing *t, const struct deed *rule);

// Gives `who`, a player in the actor's location, a mark that it does not have yet.
WORKER_ONLY void deed_mark(struct context *c, struct thing *who, const char *ref);
// Gives `who` a copy of that prototype from `from`, unless `who` carries one already.
WORKER_ONLY void deed_hand(struct context *c, struct thing *from, struct thing *who,
                           const char *ref);

#endif
