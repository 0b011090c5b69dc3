// HOLD: hold something in one's hands.
#include "verb/commands.h"
#include "verb/use.h"

static enum command_result hold_run(struct context *c)
{
    return use_matching(c, BODY_HOLD);
}

const struct command command_hold = {
    .name = "hold",
    .usage = "hold THING",
    .summary = "hold something in your hands",
    .flags = COMMAND_MOBILE,
    .run = hold_run,
};
