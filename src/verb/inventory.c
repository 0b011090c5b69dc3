// INVENTORY: what the actor carries, and how it is used.
#include "world/inventory.h"

#include "command/context.h"
#include "command/listing.h"
#include "command/report.h"
#include "verb/commands.h"
#include "world/attr/body.h"
#include "world/attr/name.h"

#include <assert.h>

static const char *use_in_brackets(enum body_use use)
{
    assert(use < BODY_USES);
    return use == BODY_HOLD ? " (holding)" : use == BODY_WEAR ? " (wearing)" : " (wielding)";
}

static enum command_result inventory_run(struct context *c)
{
    struct buf *out = report_buf(c);
    if (!inventory_count(c->actor, INVENTORY_THINGS)) {
        buf_adds(out, "You are not carrying anything.\n");
        return COMMAND_DONE;
    }
    buf_adds(out, "You are carrying:\n");
    struct listing lines;
    listing_begin(&lines, out);
    inventory_foreach (t, c->actor, INVENTORY_THINGS) {
        enum body_use use;
        if (body_used(t, &use))
            listing_add(&lines, "  ", name_get(t), use_in_brackets(use), "");
        else
            listing_add(&lines, "  ", name_get(t), "", "");
    }
    listing_end(&lines);
    return COMMAND_DONE;
}

static const char *const aliases[] = {"inv", "i", NULL};

const struct command command_inventory = {
    .name = "inventory",
    .aliases = aliases,
    .usage = "inventory",
    .summary = "see what you carry",
    .most = 1,
    .flags = COMMAND_READS,
    .run = inventory_run,
};
