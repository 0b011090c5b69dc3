// WEAR: put on something to wear.
#include "verb/commands.h"
#include "verb/use.h"

static enum command_result wear_run(struct context *c)
{
    return use_matching(c, BODY_WEAR);
}

const struct command command_wear = {
    .name = "wear",
    .usage = "wear THING",
    .summary = "put on something to wear",
    .flags = COMMAND_MOBILE,
    .run = wear_run,
};
