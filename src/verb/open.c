// OPEN: open a door or a lid.
#include "command/context.h"
#include "command/report.h"
#include "game/door_act.h"
#include "verb/commands.h"
#include "world/attr/door.h"
#include "world/attr/name.h"

static bool open_change(struct context *c, struct thing *door, bool *open, bool *locked)
{
    if (*open) {
        report_actor(c, "%s is open already.", name_get(door));
        return false;
    }
    if (*locked && !door_latch(door)) {
        report_actor(c, "%s is locked.", name_get(door));
        return false;
    }
    // From the side of the latch a locked door can be opened without a key, so that nobody is
    // locked in.
    if (*locked)
        report_actor(c, "You lift the latch.");
    *locked = false;
    *open = true;
    return true;
}

static enum command_result open_run(struct context *c)
{
    static const struct door_act act = {"open", "opens", open_change};
    return door_act(c, &act);
}

const struct command command_open = {
    .name = "open",
    .usage = "open THING | open DIRECTION",
    .summary = "open a door or a container",
    .flags = COMMAND_MOBILE,
    .run = open_run,
};
