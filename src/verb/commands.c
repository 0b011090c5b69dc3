// The table of commands, in order of name. Constant.
#include "verb/commands.h"

static const struct command *const commands_list[] = {
#define COMMAND(name) &command_##name,
#include "verb/commands.def"
#undef COMMAND
};

void commands_know(void)
{
    static const struct command_table table = {commands_list,
                                               sizeof(commands_list) / sizeof(commands_list[0])};
    command_know(&table);
}
