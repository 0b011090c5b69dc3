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

struct parts {
    size_t what, what_end, who, who_end;
};

// GIVE THING TO SOMEBODY; or, without TO, GIVE SOMEBODY THING and GIVE THING SOMEBODY.
static bool cut(struct context *c, struct parts *p)
{
    static const char *const prepositions[] = {"to", NULL};
    size_t count = c->words.count, at = match_split(c, 1, prepositions), next;
    if (at < count) {
        *p = (struct parts){1, at, at + 1, count};
        return at > 1 && at + 1 < count;
    }
    if (count < 3)
        return false;
    if (match_listener_quietly(c, 1, &next) && next < count) {
        *p = (struct parts){next, count, 1, next};
        return true;
    }
    for (size_t i = 2; i < count; i++)
        if (match_quietly(c, i, count, MATCH_PLAYERS | MATCH_HERE | MATCH_CREATURES)) {
            *p = (struct parts){1, i, i, count};
            return true;
        }
    *p = (struct parts){1, count - 1, count - 1, count};
    return true;
}

static enum command_result run(struct context *c)
{
    struct parts p;
    if (!cut(c, &p)) {
        report_actor(c, "Give what to whom? GIVE THING TO SOMEBODY.");
        return COMMAND_DONE;
    }
    struct thing *who =
        match_one(c, p.who, p.who_end, MATCH_PLAYERS | MATCH_HERE | MATCH_CREATURES);
    if (!who)
        return COMMAND_DONE;
    if (!thing_is_creature(who)) {
        report_actor(c, "%s does not want anything.", name_get(who));
        return COMMAND_DONE;
    }
    struct match m;
    match_init(&m);
    if (match_find(c, p.what, p.what_end, MATCH_CARRIED, &m) && carried_loose(c, &m))
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
