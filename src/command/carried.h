// Small questions about containers and carrying, for GET, PUT, DROP, EXAMINE and the like.
#ifndef COMMAND_CARRIED_H
#define COMMAND_CARRIED_H

#include <stdbool.h>

struct context;
struct match;
struct thing;

bool carried_is_container(struct thing *t); // has an inventory and is no creature
bool carried_is_closed(struct thing *t);    // has a lid that is shut
// Is t inside the actor, at any depth?
bool carried_by_actor(struct context *c, struct thing *t);

// ALL means what is carried loosely: what is held, worn or wielded is taken out of m, unless it was
// asked for by itself. False when nothing is left; a message says why.
bool carried_loose(struct context *c, struct match *m);
// May the actor give t out of their hands? False: it is in use and refuses REMOVE; a message says
// so.
bool carried_may_leave(struct context *c, struct thing *t);
// It has left them: it is not in use any more, and the actor reads so.
void carried_let_go(struct context *c, struct thing *t);

// One of those things that everybody may have one of (world/attr/reset.h, each)?
bool carried_is_personal(struct thing *t);
// Does `who` carry a thing like t, at any depth?
bool carried_like(struct thing *who, struct thing *t);
// Such a thing where it belongs is not there for a player who carries one.
bool carried_hides(struct thing *actor, struct thing *t);

#endif
