// UNLOCK: unlock a door or a lid with its key.
#include "command/context.h"
#include "command/report.h"
#include "game/door_act.h"
#include "verb/commands.h"
#include "world/attr/door.h"
#include "world/attr/name.h"

static bool unlock_change(struct context *c, struct thing *door, bool *open, bool *locked)
{
    (void)open;
    if (!*locked) {
        report_actor(c, "%s is not locked.", name_get(door));
        return false;
    }
    if (!door_act_has_key(c, door, "unlock"))
        return false;
    *locked = false;
    return true;
}

static enum command_result unlock_run(struct context *c)
{
    static const struct door_act act = {"unlock", "unlocks", unlock_change};
    return door_act(c, &act);
}

const struct command command_unlock = {
    .name = "unlock",
    .usage = "unlock THING [with KEY] | unlock DIRECTION",
    .summary = "unlock a door or a container with its key",
    .flags = COMMAND_MOBILE,
    .run = unlock_run,
};
