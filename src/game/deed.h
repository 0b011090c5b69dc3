// What deeds come to: marks, gifts, and what the thing or mobile does then.
// Locks: the location of the actor, where all of it happens. Other places hear of it by events of
// their own.
#ifndef GAME_DEED_H
#define GAME_DEED_H

#include "world/attr/deeds.h"

#include <stdbool.h>

struct context;
struct thing;

// The actor, if it is a player, has done that with t; what the rules of t say of it happens.
void deed_happens(struct context *c, struct thing *t, enum deed_when when);
// The same for a rule that has been found.
void deed_do(struct context *c, struct thing *t, const struct deed *rule);

// `who`, a player where the actor is, gets a mark, if it has not got it.
void deed_mark(struct context *c, struct thing *who, const char *ref);
// `who` gets a copy of that prototype from `from`; nothing when it carries one.
void deed_hand(struct context *c, struct thing *from, struct thing *who, const char *ref);

#endif
