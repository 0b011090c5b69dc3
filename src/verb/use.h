// What HOLD, WEAR and WIELD have in common: a thing that the actor carries is put to use, if the
// actor's body has free slots for it.
// Locks: the outermost inventory of the actor.
#ifndef VERB_USE_H
#define VERB_USE_H

#include "command/command.h"
#include "world/attr/body.h"

struct context;

// Puts what the words of the command name to use, and reports what came of it. Always COMMAND_DONE.
enum command_result use_matching(struct context *c, enum body_use use);

#endif
