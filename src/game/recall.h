// RECALL, the last way home: it begins as a timer, which blows cancel.
// Locks: see each.
#ifndef GAME_RECALL_H
#define GAME_RECALL_H

#include "command/command.h"

#include <stdbool.h>

struct context;
struct thing;

// Sets the timer and tells the actor, or says why not. Needs no further lock.
void recall_begin(struct context *c);
// When the timer is due: asks for the lock of the actor's start (false: COMMAND_AGAIN), and
// brings the actor there.
bool recall_need(struct context *c);
enum command_result recall_arrive(struct context *c);

// A blow was struck at `who`, in the actor's location: cancels the recall of `who`, with a message,
// if one is under way.
void recall_disturb(struct context *c, struct thing *who);

#endif
