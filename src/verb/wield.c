// WIELD: take up a weapon.
#include "verb/commands.h"
#include "verb/use.h"

static enum command_result wield_run(struct context *c)
{
    return use_matching(c, BODY_WIELD);
}

const struct command command_wield = {
    .name = "wield",
    .usage = "wield THING",
    .summary = "take up a weapon",
    .flags = COMMAND_MOBILE,
    .run = wield_run,
};
