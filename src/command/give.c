// GIVE: to somebody here.
#include "command/carried.h"
#include "command/commands.h"
#include "command/context.h"
#include "command/ending.h"
#include "command/match.h"
#include "command/report.h"
#include "world/inventory.h"
#include "world/name.h"
#include "world/vetoes.h"

// False: the other cannot carry it.
static bool give_one(struct context *c, struct thing *t, struct thing *who)
{
    const char *why = vetoes_get(t, "give");
    if (!why)
        why = vetoes_get(who, "give");
    if (why) {
        report_actor(c, "%s", why);
        return true;
    }
    if (!carried_may_leave(c, t))
        return true;
    if (inventory_move(t, who) != INVENTORY_MOVED)
        return false;
    carried_let_go(c, t);
    const char *me = name_get(c->actor), *what = name_get(t);
    report_actor(c, "You give %s to %s.", what, name_get(who));
    report_participant(c, who, "%s gives you %s.", me, what);
    report_here(c, "%s gives %s to %s.", me, what, name_get(who));
    return true;
}

static void give_all(struct context *c, const struct match *m, struct thing *who)
{
    bool room = true;
    for (size_t i = 0; i < m->count; i++)
        room &= give_one(c, m->list[i], who);
    if (!room)
        report_actor(c, "%s cannot carry any more.", name_get(who));
}

static enum command_result run(struct context *c)
{
    static const char *const prepositions[] = {"to", NULL};
    size_t at = match_split(c, 1, prepositions);
    size_t what_end = at < c->words.count ? at : c->words.count - 1;
    size_t who_from = at < c->words.count ? at + 1 : c->words.count - 1;
    if (c->words.count < 3 || what_end < 2 || who_from >= c->words.count) {
        report_actor(c, "Give what to whom? GIVE THING TO SOMEBODY.");
        return COMMAND_DONE;
    }
    struct thing *who = match_one(c, who_from, c->words.count, MATCH_PLAYERS | MATCH_HERE);
    if (!who)
        return COMMAND_DONE;
    if (!thing_is_creature(who)) {
        report_actor(c, "%s does not want anything.", name_get(who));
        return COMMAND_DONE;
    }
    struct match m;
    match_init(&m);
    if (match_find(c, 1, what_end, MATCH_CARRIED, &m) && carried_loose(c, &m))
        give_all(c, &m, who);
    match_fini(&m);
    return COMMAND_DONE;
}

const struct command command_give = {
    .name = "give",
    .usage = "give THING to SOMEBODY",
    .summary = "give something to somebody here",
    .help = "GIVE ALL TO SOMEBODY gives all that you carry loosely: what you hold, wear or wield stays "
            "on, unless you name it.",
    .flags = COMMAND_MOBILE,
    .run = run,
};
