// Small answers: VERSION, WHOAMI, TIME.
#include "command/context.h"
#include "command/report.h"
#include "verb/commands.h"
#include "world/attr/name.h"

#include <time.h>

static enum command_result version_run(struct context *c)
{
    report_actor(c, "Latchkey %s.", LATCHKEY_VERSION);
    return COMMAND_DONE;
}

static enum command_result whoami_run(struct context *c)
{
    report_actor(c, "You are %s.", name_get(c->actor));
    return COMMAND_DONE;
}

// The event's clock, in universal time: the same whenever and wherever the event is replayed.
static enum command_result time_run(struct context *c)
{
    time_t seconds = (time_t)(c->now / 1000);
    struct tm tm;
    char text[64];
    gmtime_r(&seconds, &tm);
    strftime(text, sizeof(text), "%A, %e %B %Y, %H:%M", &tm);
    report_actor(c, "It is %s, universal time.", text);
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

const struct command command_whoami = {
    .name = "whoami",
    .usage = "whoami",
    .summary = "who you are",
    .most = 1,
    .flags = COMMAND_READS,
    .run = whoami_run,
};

const struct command command_time = {
    .name = "time",
    .usage = "time",
    .summary = "what time it is",
    .most = 1,
    .flags = COMMAND_READS,
    .run = time_run,
};
