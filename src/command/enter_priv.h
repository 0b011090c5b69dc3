// Leaving the world, for quit, linkdeath and the operator alike. `observed` is what the others see the player do.
#ifndef COMMAND_ENTER_PRIV_H
#define COMMAND_ENTER_PRIV_H

#include "command/command.h"

struct context;

enum command_result enter_leave(struct context *c, const char *observed);

#endif
