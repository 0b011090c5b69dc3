// Leaving the world, for QUIT, a lost connection and the operator alike. `observed` is what others
// see the player do.
#ifndef GAME_ENTER_PRIV_H
#define GAME_ENTER_PRIV_H

#include "command/command.h"
#include "util/loopguard.h"

struct context;

WORKER_ONLY enum command_result enter_leave(struct context *c, const char *observed);

#endif
