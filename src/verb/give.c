// GIVE: hand a thing to a creature in the location.
#include "command/carried.h"
#include "command/context.h"
#include "command/match.h"
#include "command/report.h"
#include "game/deed.h"
#include "game/ending.h"
#include "verb/commands.h"
#include "world/attr/name.h"
#include "world/attr/vetoes.h"
#include "world/inventory.h"

#include <assert.h>

static bool is_gift_to_mobile(struct context *c, struct thing *who)
{
    return thing_is(c->actor, THING_PLAYER) && thing_is(who, THING_MOBILE);
}

// Do the deeds of the mobile name this gift? If so, sets the rule.
static bool give_wanted(struct context *c, struct thing *t, struct thing *who, struct deed *rule)
{
    return deeds_find(who, DEED_GIVE, t, c->actor, rule);
}

// A mobile keeps the things that its deeds name; anything else stays with the giver, so that
// nothing is lost.
static void give_mobile(struct context *c, struct thing *t, struct thing *who)
{
    assert(thing_is(who, THING_MOBILE));
    struct deed rule = {0};
    const char *me = name_get(c->actor), *what = name_get(t), *name = name_get(who);
    if (!give_wanted(c, t, who, &rule)) {
        report_actor(c, "%s does not want %s.", name, what);
        report_here(c, "%s offers %s to %s, who does not want it.", me, what, name);
        return;
    }
    if (rule.keep == DEED_CARRY && inventory_move(t, who) != INVENTORY_MOVED) {
        report_actor(c, "%s cannot carry any more.", name);
        return;
    }
    report_actor(c, rule.keep ? "You give %s to %s." : "You hold out %s to %s.", what, name);
    report_here(c, rule.keep ? "%s gives %s to %s." : "%s holds out %s to %s.", me, what, name);
    if (rule.keep)
        carried_let_go(c, t);
    if (rule.keep == DEED_KEEP)
        ending_junk(c, t);
    deed_do(c, who, &rule);
}

// False: the receiver cannot carry it.
static bool give_one(struct context *c, struct thing *t, struct thing *who)
{
    const char *why = vetoes_for(t, "give", c->actor);
    if (!why)
        why = vetoes_for(who, "give", c->actor);
    if (why) {
        report_actor(c, "%s", why);
        return true;
    }
    if (!carried_may_leave(c, t))
        return true;
    if (is_gift_to_mobile(c, who)) {
        give_mobile(c, t, who);
        return true;
    }
    if (carried_is_personal(t) && carried_like(who, t)) {
        report_actor(c, "%s has %s already.", name_get(who), name_get(t));
        return true;
    }
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

// A thing that a mobile keeps ends, which may need more locks.
static bool need_kept(struct context *c, const struct match *m, struct thing *who)
{
    bool held = true;
    struct deed rule;
    for (size_t i = 0; is_gift_to_mobile(c, who) && i < m->count; i++)
        if (give_wanted(c, m->list[i], who, &rule) && rule.keep == DEED_KEEP)
            held &= ending_need(c, m->list[i]);
    return held;
}

struct parts {
    size_t what, what_end, who, who_end;
};

// GIVE THING TO SOMEBODY; or, without TO, GIVE SOMEBODY THING and GIVE THING SOMEBODY.
static bool give_cut(struct context *c, struct parts *p)
{
    assert(p);
    static const char *const prepositions[] = {"to", NULL};
    size_t count = c->words.count, at = match_split_last(c, 1, prepositions), next;
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

static enum command_result give_run(struct context *c)
{
    struct parts p;
    if (!give_cut(c, &p)) {
        report_actor(c, "Give what to whom? GIVE THING TO SOMEBODY.");
        return COMMAND_DONE;
    }
    assert(p.what < p.what_end && p.who < p.who_end);
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
    enum command_result result = COMMAND_DONE;
    if (match_find(c, p.what, p.what_end, MATCH_CARRIED, &m) && carried_loose(c, &m)) {
        if (need_kept(c, &m, who))
            give_all(c, &m, who);
        else
            result = COMMAND_AGAIN;
    }
    match_fini(&m);
    return result;
}

const struct command command_give = {
    .name = "give",
    .usage = "give THING to SOMEBODY",
    .summary = "give something to somebody here",
    .help =
        "GIVE ALL TO SOMEBODY gives all that you carry loosely: what you hold, wear or wield stays "
        "on, unless you name it.",
    .flags = COMMAND_MOBILE,
    .run = give_run,
};
