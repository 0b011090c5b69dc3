// EQUIPMENT: what the actor holds, wears and wields.
#include "command/context.h"
#include "command/report.h"
#include "verb/commands.h"
#include "world/attr/body.h"
#include "world/attr/name.h"
#include "world/inventory.h"

static enum command_result equipment_run(struct context *c)
{
    bool any = false;
    inventory_foreach (t, c->actor, INVENTORY_THINGS) {
        enum body_use use;
        if (!body_used(t, &use))
            continue;
        if (!any)
            report_actor(c, "You are using:");
        any = true;
        const char *const *slots = body_slots(t, use);
        report_actor(c, "  %s %s%s%s", body_use_name(use), name_get(t), slots ? ": " : "",
                     slots ? slots[0] : "");
    }
    if (!any)
        report_actor(c, "You are not holding, wearing or wielding anything.");
    return COMMAND_DONE;
}

static const char *const aliases[] = {"eq", NULL};

const struct command command_equipment = {
    .name = "equipment",
    .aliases = aliases,
    .usage = "equipment",
    .summary = "see what you hold, wear and wield",
    .most = 1,
    .flags = COMMAND_READS,
    .run = equipment_run,
};
