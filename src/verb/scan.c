// SCAN: the creatures and things that can be seen in the adjacent locations.
#include "command/context.h"
#include "command/nearby.h"
#include "command/report.h"
#include "verb/commands.h"
#include "world/attr/door.h"
#include "world/attr/exits.h"
#include "world/attr/name.h"
#include "world/inventory.h"
#include "world/world.h"

static bool scan_location(struct context *c, struct thing *to, const char *where)
{
    bool any = false;
    if (inventory_count(to, INVENTORY_PLAYERS) > world_limits(c->world)->crowd) {
        report_actor(c, "%s: a crowd.", where);
        return true;
    }
    inventory_foreach (t, to, INVENTORY_PLAYERS) {
        report_actor(c, "%s: %s.", where, name_get(t));
        any = true;
    }
    inventory_foreach (t, to, INVENTORY_THINGS)
        if (thing_is(t, THING_MOBILE)) {
            report_actor(c, "%s: %s.", where, name_get(t));
            any = true;
        }
    return any;
}

static enum command_result scan_run(struct context *c)
{
    struct nearby n;
    if (!nearby_gather(c, 1, &n))
        return COMMAND_AGAIN;
    bool any = false;
    for (int d = 0; d < DIRECTIONS; d++) {
        struct thing *to = exits_to(c->location, (enum direction)d);
        if (to && context_holds(c, to) && !door_closing(c->location, d))
            any |= scan_location(c, to, direction_side((enum direction)d));
    }
    if (!any)
        report_actor(c, "You see nobody near here.");
    report_here(c, "%s looks all around.", name_get(c->actor));
    return COMMAND_DONE;
}

const struct command command_scan = {
    .name = "scan",
    .usage = "scan",
    .summary = "look who is next door",
    .most = 1,
    .flags = COMMAND_READS,
    .run = scan_run,
};
