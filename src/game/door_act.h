// What OPEN, CLOSE, LOCK and UNLOCK have in common: finding the door or lid, both sides' locks,
// changing it, telling both sides, and the time when it goes back by itself.
#ifndef GAME_DOOR_ACT_H
#define GAME_DOOR_ACT_H

#include "command/command.h"

#include <stdbool.h>

struct context;
struct thing;

struct door_act {
    const char *verb, *verbs; // "open", "opens"
    // Says why not and returns false, or sets what the door is to be.
    bool (*change)(struct context *c, struct thing *door, bool *open, bool *locked);
};

enum command_result door_act(struct context *c, const struct door_act *act);
// Does the actor carry the key? If not, the actor gets a message.
bool door_act_has_key(struct context *c, struct thing *door, const char *verb);

#endif
