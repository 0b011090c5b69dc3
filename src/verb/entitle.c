// $entitle: the roster shows a player by the title of their last mark.
#include "command/context.h"
#include "verb/commands.h"
#include "world/attr/marks.h"
#include "world/world.h"

static enum command_result entitle_run(struct context *c)
{
    if (!context_need_lock(c, world_roster_lock(c->world), LOCK_EXCLUSIVE))
        return COMMAND_AGAIN;
    world_roster_entitle(c->world, c->actor, marks_title(c->actor));
    return COMMAND_DONE;
}

const struct command command_entitle = {
    .name = "$entitle",
    .usage = "$entitle",
    .summary = "be known by the title of one's last mark",
    .flags = COMMAND_SCRIPT,
    .run = entitle_run,
};
