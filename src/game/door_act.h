// What OPEN, CLOSE, LOCK and UNLOCK have in common: they find the door or lid, take the locks of
// both sides, change the state, tell both sides, and set the timer after which the door changes
// back.
// Locks: the actor's location; the far side is asked for.
#ifndef GAME_DOOR_ACT_H
#define GAME_DOOR_ACT_H

#include "command/command.h"
#include "util/loopguard.h"

#include <stdbool.h>

struct context;
struct thing;

struct door_act {
    const char *verb, *verbs; // "open", "opens"
    // Tells the actor why not and returns false, or sets the new state of the door.
    bool (*change)(struct context *c, struct thing *door, bool *open, bool *locked);
};

WORKER_ONLY enum command_result door_act(struct context *c, const struct door_act *act);
// Does the actor carry the key? If not, the actor gets a message.
WORKER_ONLY bool door_act_has_key(struct context *c, struct thing *door, const char *verb);

#endif
