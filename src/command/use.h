// What HOLD, WEAR and WIELD have in common.
#ifndef COMMAND_USE_H
#define COMMAND_USE_H

#include "command/command.h"
#include "world/body.h"

struct context;

enum command_result use_run(struct context *c, enum body_use use);

#endif
