// VERSION: the version of the server.
#include "command/context.h"
#include "command/report.h"
#include "verb/commands.h"

static enum command_result version_run(struct context *c)
{
    report_actor(c, "Latchkey %s.", LATCHKEY_VERSION);
    return COMMAND_DONE;
}

const struct command command_version = {
    .name = "version",
    .usage = "version",
    .summary = "which server this is",
    .most = 1,
    .flags = COMMAND_READS,
    .run = version_run,
};
