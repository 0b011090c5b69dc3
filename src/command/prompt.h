// The prompt of a player: its format with the %-codes filled in.
//   %h health now  %H health at most  %n commands answered since entry  %l location  %% a percent
// Locks: the player's.
#ifndef COMMAND_PROMPT_H
#define COMMAND_PROMPT_H

#include "util/loopguard.h"

struct context;
struct outcome;

// When the actor is a player: sets its outbox and prompt in the outcome, counts a typed command,
// and stores until when the player is out of breath. The last step of a command, locks still held.
WORKER_ONLY void prompt_deliver(struct context *c, struct outcome *o);

#endif
