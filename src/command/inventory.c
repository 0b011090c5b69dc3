// INVENTORY: what one carries, and how.
#include "world/inventory.h"

#include "command/commands.h"
#include "command/context.h"
#include "command/report.h"
#include "world/body.h"
#include "world/name.h"

static enum command_result run(struct context *c)
{
    struct buf *out = report_buf(c);
    if (!inventory_count(c->actor, INVENTORY_THINGS)) {
        buf_adds(out, "You are not carrying anything.\n");
        return COMMAND_DONE;
    }
    buf_adds(out, "You are carrying:\n");
    inventory_foreach(t, c->actor, INVENTORY_THINGS) {
        enum body_use use;
        buf_adds(out, "  ");
        buf_adds(out, name_get(t));
        if (body_used(t, &use)) {
            buf_adds(out, " (");
            buf_adds(out, body_use_name(use));
            buf_addc(out, ')');
        }
        buf_addc(out, '\n');
    }
    return COMMAND_DONE;
}

static const char *const aliases[] = {"inv", "i", NULL};

const struct command command_inventory = {
    .name = "inventory",
    .aliases = aliases,
    .usage = "inventory",
    .summary = "see what you carry",
    .flags = COMMAND_READS,
    .run = run,
};
