// The entries that the table lists, each defined in its command's own file.
#ifndef VERB_COMMANDS_H
#define VERB_COMMANDS_H

#include "command/command.h"

#define COMMAND(name) extern const struct command command_##name;
#include "verb/commands.def"
#undef COMMAND

// Makes them known to command_find. Before any thread that looks for a command; twice is once.
void commands_know(void);

#endif
