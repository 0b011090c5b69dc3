// WHOAMI: the player's own name.
#include "command/context.h"
#include "command/report.h"
#include "verb/commands.h"
#include "world/attr/name.h"

static enum command_result whoami_run(struct context *c)
{
    report_actor(c, "You are %s.", name_get(c->actor));
    return COMMAND_DONE;
}

const struct command command_whoami = {
    .name = "whoami",
    .usage = "whoami",
    .summary = "who you are",
    .most = 1,
    .flags = COMMAND_READS,
    .run = whoami_run,
};
