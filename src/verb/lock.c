// LOCK: lock a door or a lid with its key.
#include "command/context.h"
#include "command/report.h"
#include "game/door_act.h"
#include "verb/commands.h"
#include "world/attr/door.h"
#include "world/attr/name.h"

static bool lock_change(struct context *c, struct thing *door, bool *open, bool *locked)
{
    if (*open) {
        report_actor(c, "%s is open; close it first.", name_get(door));
        return false;
    }
    if (*locked) {
        report_actor(c, "%s is locked already.", name_get(door));
        return false;
    }
    if (!door_act_has_key(c, door, "lock"))
        return false;
    *locked = true;
    return true;
}

static enum command_result lock_run(struct context *c)
{
    static const struct door_act act = {"lock", "locks", lock_change};
    return door_act(c, &act);
}

const struct command command_lock = {
    .name = "lock",
    .usage = "lock THING [with KEY] | lock DIRECTION",
    .summary = "lock a door or a container with its key",
    .flags = COMMAND_MOBILE,
    .run = lock_run,
};
