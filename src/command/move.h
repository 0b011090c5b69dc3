// Going from one location to another, for the direction commands, wandering mobiles and orders.
#ifndef COMMAND_MOVE_H
#define COMMAND_MOVE_H

#include "command/command.h"
#include "world/direction.h"

struct context;
struct thing;

enum command_result move_actor(struct context *c, enum direction d);
// To anywhere, without an exit: others see `leaves` and `arrives` (each with one %s, the name).
__attribute__((format(printf, 3, 0))) __attribute__((format(printf, 4, 0))) enum command_result
move_to(struct context *c, struct thing *to, const char *leaves, const char *arrives);

#endif
