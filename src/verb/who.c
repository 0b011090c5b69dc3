// WHO: the list of players, read under the roster's lock in shared mode.
#include "command/context.h"
#include "command/report.h"
#include "verb/commands.h"
#include "world/world.h"

static enum command_result who_run(struct context *c)
{
    if (!context_need_lock(c, world_roster_lock(c->world), LOCK_SHARED))
        return COMMAND_AGAIN;
    size_t n;
    const struct roster_entry *list = world_roster(c->world, &n);
    struct buf *out = report_buf(c);
    if (n == 1) {
        buf_adds(out, "You are all alone in this world.\n");
        return COMMAND_DONE;
    }
    buf_adds(out, "Here at the moment:\n");
    for (size_t i = 0; i < n; i++) {
        buf_adds(out, i ? ", " : "");
        buf_adds(out, list[i].name);
        if (list[i].title)
            buf_addf(out, " (%s)", list[i].title);
    }
    buf_addf(out, ".\n%zu players.\n", n);
    return COMMAND_DONE;
}

const struct command command_who = {
    .name = "who",
    .usage = "who",
    .summary = "see who else is in the world",
    .most = 1,
    .flags = COMMAND_READS,
    .run = who_run,
};
