// Mobiles that answer what is said to them. An answer is a command of the mobile, a moment after
// this command.
// Locks: the location of the actor.
#ifndef COMMAND_REPLY_H
#define COMMAND_REPLY_H

#include "util/loopguard.h"

struct context;
struct thing;

// The text was said aloud: every mobile in the location may answer.
WORKER_ONLY void reply_all(struct context *c, const char *text);
// The text was said to this mobile only.
WORKER_ONLY void reply_one(struct context *c, struct thing *mobile, const char *text);

#endif
