// What HOLD, WEAR and WIELD have in common.
#ifndef VERB_USE_H
#define VERB_USE_H

#include "command/command.h"
#include "world/attr/body.h"

struct context;

enum command_result use_run(struct context *c, enum body_use use);

#endif
