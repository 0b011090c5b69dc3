// EXITS: the ways out, with the closed doors in them or where they lead.
#include "world/attr/exits.h"
#include "command/context.h"
#include "command/report.h"
#include "verb/commands.h"
#include "world/attr/door.h"
#include "world/attr/name.h"
#include "world/inventory.h"

static enum command_result exits_run(struct context *c)
{
    bool any = false, held = true;
    for (int d = 0; c->where == c->location && d < DIRECTIONS; d++) {
        struct thing *to = exits_to(c->where, (enum direction)d);
        if (to && !door_closing(c->where, d))
            held &= context_need(c, to);
    }
    if (!held)
        return COMMAND_AGAIN;
    report_actor(c, "The ways out of here:");
    for (int d = 0; c->where == c->location && d < DIRECTIONS; d++) {
        struct thing *to = exits_to(c->where, (enum direction)d), *door = door_closing(c->where, d);
        if (!to)
            continue;
        any = true;
        if (door)
            report_actor(c, "  %s: %s, closed", direction_name((enum direction)d), name_get(door));
        else
            report_actor(c, "  %s: %s", direction_name((enum direction)d), name_get(to));
    }
    if (!any)
        report_actor(c, "  none that you see");
    return COMMAND_DONE;
}

const struct command command_exits = {
    .name = "exits",
    .usage = "exits",
    .summary = "list the ways out and where they lead",
    .most = 1,
    .flags = COMMAND_READS,
    .run = exits_run,
};
