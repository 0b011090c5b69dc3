// TIME: the clock of the event in universal time, which is the same whenever and wherever the event
// is replayed.
#include "command/context.h"
#include "command/report.h"
#include "verb/commands.h"

#include <time.h>

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

const struct command command_time = {
    .name = "time",
    .usage = "time",
    .summary = "what time it is",
    .most = 1,
    .flags = COMMAND_READS,
    .run = time_run,
};
