// Going from one location to another, for the direction commands, wandering mobiles and orders.
// Locks: the actor's location; that of the destination is asked for.
#ifndef GAME_MOVE_H
#define GAME_MOVE_H

#include "command/command.h"
#include "util/loopguard.h"
#include "world/direction.h"

struct context;
struct thing;

WORKER_ONLY enum command_result move_actor(struct context *c, enum direction d);
// Moves the actor to any location, without an exit; others see its name followed by `leaves` there
// and `arrives` here.
WORKER_ONLY enum command_result move_to(struct context *c, struct thing *to, const char *leaves,
                                        const char *arrives);

#endif
