// CLOSE: close a door or a lid.
#include "command/context.h"
#include "command/report.h"
#include "game/door_act.h"
#include "verb/commands.h"
#include "world/attr/door.h"
#include "world/attr/name.h"

static bool close_change(struct context *c, struct thing *door, bool *open, bool *locked)
{
    (void)locked;
    if (!*open) {
        report_actor(c, "%s is closed already.", name_get(door));
        return false;
    }
    *open = false;
    return true;
}

static enum command_result close_run(struct context *c)
{
    static const struct door_act act = {"close", "closes", close_change};
    return door_act(c, &act);
}

const struct command command_close = {
    .name = "close",
    .usage = "close THING | close DIRECTION",
    .summary = "close a door or a container",
    .flags = COMMAND_MOBILE,
    .run = close_run,
};
