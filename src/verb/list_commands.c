// COMMANDS: the list of what there is to type. (verb/commands.h is the table of the verbs.)
#include "command/context.h"
#include "command/report.h"
#include "verb/commands.h"
#include "verb/help.h"

#include <string.h>

// One-letter forms and signs are left out; HELP COMMAND lists them.
static void add_other_names(const struct command *command, struct buf *out)
{
    const char *gap = " (";
    for (const char *const *a = command->aliases; a && *a; a++) {
        if (!strcmp(*a, "\"") || !strcmp(*a, "'") || !strcmp(*a, ":"))
            continue;
        buf_adds(out, gap);
        buf_adds(out, *a);
        gap = ", ";
    }
    buf_adds(out, *gap == ',' ? ")" : "");
}

static enum command_result commands_run(struct context *c)
{
    struct buf *out = report_buf(c);
    const struct command *command;
    buf_adds(out, "You can use these commands, with short forms and other names for them; HELP "
                  "COMMAND tells more:\n");
    const char *gap = "";
    for (size_t n = 0; (command = command_at(n)); n++) {
        if (!help_may_use(c, command))
            continue;
        buf_adds(out, gap);
        buf_adds(out, command->name);
        add_other_names(command, out);
        gap = ", ";
    }
    buf_adds(out,
             ".\nAlso history and ! (HELP HISTORY), \" or ' for say, : for emote, ? for help.\n");
    return COMMAND_DONE;
}

const struct command command_commands = {
    .name = "commands",
    .usage = "commands",
    .summary = "list what you can type",
    .most = 1,
    .flags = COMMAND_READS,
    .run = commands_run,
};
