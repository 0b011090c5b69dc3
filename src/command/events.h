// What timers run: the command behind each kind of appointment, and the reset of a zone. Each looks
// first whether the appointment still stands (agenda_stands).
#ifndef COMMAND_EVENTS_H
#define COMMAND_EVENTS_H

#include "command/command.h"
#include "world/agenda.h"

const struct command *events_command(enum agenda_kind kind);

extern const struct command command_zone; // c->zone; no actor

#endif
