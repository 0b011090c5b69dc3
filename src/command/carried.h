// Opening the way into containers, for GET, PUT, EXAMINE and the like.
#ifndef COMMAND_CARRIED_H
#define COMMAND_CARRIED_H

#include <stdbool.h>

struct context;
struct thing;

bool carried_is_container(struct thing *t);  // has an inventory and is no creature
bool carried_is_closed(struct thing *t);     // has a lid that is shut
// Is t inside the actor, at any depth?
bool carried_by_actor(struct context *c, struct thing *t);

#endif
