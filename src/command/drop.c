// DROP: put down what one carries.
#include "command/commands.h"
#include "command/context.h"
#include "command/ending.h"
#include "command/match.h"
#include "command/report.h"
#include "world/body.h"
#include "world/inventory.h"
#include "world/name.h"
#include "world/vetoes.h"

static void drop_one(struct context *c, struct thing *t)
{
    const char *why = vetoes_get(t, "drop");
    if (why) {
        report_actor(c, "%s", why);
        return;
    }
    body_unuse(t);
    if (inventory_move(t, c->where) != INVENTORY_MOVED) {
        report_actor(c, "There is no room for %s here.", name_get(t));
        return;
    }
    ending_left_lying(c, t);
    report_actor(c, "You drop %s.", name_get(t));
    report_here(c, "%s drops %s.", name_get(c->actor), name_get(t));
}

static enum command_result run(struct context *c)
{
    if (c->words.count < 2) {
        report_actor(c, "What do you want to drop?");
        return COMMAND_DONE;
    }
    struct match m;
    match_init(&m);
    if (match_find(c, 1, c->words.count, MATCH_CARRIED, &m))
        for (size_t i = 0; i < m.count; i++)
            drop_one(c, m.list[i]);
    match_fini(&m);
    return COMMAND_DONE;
}

const struct command command_drop = {
    .name = "drop",
    .usage = "drop THING",
    .summary = "put down something you carry",
    .flags = COMMAND_MOBILE,
    .run = run,
};
