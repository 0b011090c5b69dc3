// The table of the verbs: command_NAME for each, defined in the verb's own file.
#ifndef VERB_COMMANDS_H
#define VERB_COMMANDS_H

#include "command/command.h"

#define COMMAND(name) extern const struct command command_##name;
#include "verb/commands.def"
#undef COMMAND

// Gives the table to command_find. Call it before any thread looks for a command; a second call
// changes nothing.
void commands_know(void);

#endif
