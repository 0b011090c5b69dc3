// What timers run: the command behind each kind of timer, and the reset of a zone. Each
// checks first that its timer is still valid (timers_valid).
#ifndef GAME_EVENTS_H
#define GAME_EVENTS_H

#include "command/command.h"
#include "world/attr/timers.h"

const struct command *events_command(enum timer_kind kind);

extern const struct command command_zone; // c->zone; no actor

#endif
