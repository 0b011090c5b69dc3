// ACT: shows a text as it is, for the scripts of things.
#include "command/context.h"
#include "command/report.h"
#include "verb/commands.h"

static enum command_result act_run(struct context *c)
{
    const char *text = words_rest(&c->words, 1);
    if (*text)
        report_observers(c, c->location, "%s", text);
    return COMMAND_DONE;
}

const struct command command_act = {
    .name = "act",
    .usage = "act TEXT",
    .summary = "show a text as it is (things only)",
    .flags = COMMAND_SCRIPT,
    .run = act_run,
};
