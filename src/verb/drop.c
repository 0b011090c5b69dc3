// DROP: put down things that the actor carries.
#include "command/carried.h"
#include "command/context.h"
#include "command/match.h"
#include "command/report.h"
#include "game/ending.h"
#include "verb/commands.h"
#include "world/attr/name.h"
#include "world/attr/vetoes.h"
#include "world/inventory.h"

// False: there is no room in the location.
static bool drop_one(struct context *c, struct thing *t)
{
    const char *why = vetoes_for(t, "drop", c->actor);
    if (why) {
        report_actor(c, "%s", why);
        return true;
    }
    if (!carried_may_leave(c, t))
        return true;
    if (inventory_move(t, c->where) != INVENTORY_MOVED)
        return false;
    carried_let_go(c, t);
    ending_left_lying(c, t);
    report_actor(c, "You drop %s.", name_get(t));
    report_here(c, "%s drops %s.", name_get(c->actor), name_get(t));
    return true;
}

static void drop_all(struct context *c, const struct match *m)
{
    bool room = true;
    for (size_t i = 0; i < m->count; i++)
        room &= drop_one(c, m->list[i]);
    if (!room)
        report_actor(c, "There is no room for %s here.",
                     m->count > 1 ? "more" : name_get(m->list[0]));
}

static enum command_result drop_run(struct context *c)
{
    if (c->words.count < 2) {
        report_actor(c, "What do you want to drop?");
        return COMMAND_DONE;
    }
    struct match m;
    match_init(&m);
    if (match_find(c, 1, c->words.count, MATCH_CARRIED, &m) && carried_loose(c, &m))
        drop_all(c, &m);
    match_fini(&m);
    return COMMAND_DONE;
}

const struct command command_drop = {
    .name = "drop",
    .usage = "drop THING",
    .summary = "put down something you carry",
    .help = "DROP ALL puts down all that you carry loosely: what you hold, wear or wield stays on. "
            "DROP "
            "and its name puts that down too.",
    .flags = COMMAND_MOBILE,
    .run = drop_run,
};
