// Small questions about containers and carrying, for GET, PUT, DROP, EXAMINE and the like.
#ifndef COMMAND_CARRIED_H
#define COMMAND_CARRIED_H

#include "util/loopguard.h"

#include <stdbool.h>

struct context;
struct match;
struct thing;

bool carried_is_container(struct thing *t); // it has an inventory and is no creature
bool carried_is_closed(struct thing *t);    // it has a lid that is closed
// Is t inside the actor, at any depth?
WORKER_ONLY bool carried_by_actor(struct context *c, struct thing *t);

// ALL means what is carried loosely: things that are held, worn or wielded are taken out of m
// unless they were asked for by name. False when nothing is left; the actor gets a message that
// says why.
WORKER_ONLY bool carried_loose(struct context *c, struct match *m);
// May the actor part with t? False when t is in use and vetoes REMOVE; the actor gets a message
// then.
WORKER_ONLY bool carried_may_leave(struct context *c, struct thing *t);
// To be called when t has left the actor: t is no longer in use, and the actor gets a message if it
// was.
WORKER_ONLY void carried_let_go(struct context *c, struct thing *t);

// Is t a thing that each player may have one of (`each` in world/attr/reset.h)?
bool carried_is_personal(struct thing *t);
// Does `who` carry a thing of the same prototype as t, at any depth?
bool carried_like(struct thing *who, struct thing *t);
// Is t hidden from the actor? A thing that each player may have one of, in its place, is hidden
// from a player who carries one.
bool carried_hides(struct thing *actor, struct thing *t);

#endif
