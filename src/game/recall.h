// RECALL, the last way home: it begins as a timer, which blows cancel.
// Locks: see each.
#ifndef GAME_RECALL_H
#define GAME_RECALL_H

#include "command/command.h"
#include "util/loopguard.h"

#include <stdbool.h>

struct context;
struct thing;

// Sets the timer and tells the actor, or says why not. Needs no further lock.
WORKER_ONLY void recall_begin(struct context *c);
// When the timer is due: asks for the lock of the actor's start (false: COMMAND_AGAIN), and
// brings the actor there.
WORKER_ONLY bool recall_need(struct context *c);
WORKER_ONLY enum command_result recall_arrive(struct context *c);

// A blow was struck at `who`, in the actor's location: cancels the recall of `who`, with a message,
// if one is under way.
WORKER_ONLY void recall_disturb(struct context *c, struct thing *who);

#endif
