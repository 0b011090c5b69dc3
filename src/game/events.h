// What timers run: the command behind each kind of appointment, and the reset of a zone. Each looks
// first whether the appointment still stands (agenda_stands).
#ifndef GAME_EVENTS_H
#define GAME_EVENTS_H

#include "command/command.h"
#include "world/attr/agenda.h"

const struct command *events_command(enum agenda_kind kind);

extern const struct command command_zone; // c->zone; no actor

#endif
