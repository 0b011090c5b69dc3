// From a line to a command: quotes and colons, the player's aliases, names and their beginnings.
// Locks: the actor's, for its aliases and permissions.
#ifndef COMMAND_PARSE_H
#define COMMAND_PARSE_H

#include "command/command.h"
#include "util/loopguard.h"

struct context;

// Finds the command once (in the first pass, unless c->command is set) and runs one pass of it. A
// line that is no command is answered here.
WORKER_ONLY enum command_result command_perform(struct context *c);

#endif
