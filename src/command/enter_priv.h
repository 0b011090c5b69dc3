// Leaving the world, for quit, linkdeath and the operator alike. `observed` has one %s, the name.
#ifndef COMMAND_ENTER_PRIV_H
#define COMMAND_ENTER_PRIV_H

#include "command/command.h"

struct context;

__attribute__((format(printf, 2, 0))) enum command_result enter_leave(struct context *c,
                                                                      const char *observed);

#endif
