// RECALL: from anywhere to the start where the player began. It takes a while, and a blow cancels
// it, so it is no way out of a fight; but no closed door, lost key or edited world can keep a
// player in a place for ever. A location may veto it; `latchkey check` refuses such a veto where
// there is no other way out.
#include "game/recall.h"

#include "command/context.h"
#include "command/report.h"
#include "game/enter.h"
#include "game/move.h"
#include "util/loopguard.h"
#include "world/attr/name.h"
#include "world/attr/vetoes.h"
#include "world/inventory.h"
#include "world/player.h"

#include <assert.h>

enum { RECALL_MS = 10000 };

static struct thing *home(struct context *c)
{
    return enter_home(c->world, player_name(c->actor));
}

bool recall_need(struct context *c)
{
    loopguard_check_worker("recall_need()");
    struct thing *to = home(c);
    return !to || context_need(c, to);
}

enum command_result recall_arrive(struct context *c)
{
    loopguard_check_worker("recall_arrive()");
    struct thing *to = home(c);
    const char *why = vetoes_for(c->location, "recall", c->actor);
    if (why)
        report_actor(c, "%s", why);
    else if (!to || to == c->where)
        report_actor(c, "You are at home already.");
    else
        return move_to(c, to, "is gone, as if called home.", "arrives, as if called home.");
    return COMMAND_DONE;
}

void recall_disturb(struct context *c, struct thing *who)
{
    loopguard_check_worker("recall_disturb()");
    assert(who);
    if (!timers_pending(who, TIMER_RECALL))
        return;
    timers_cancel(who, TIMER_RECALL);
    if (who == c->actor)
        report_actor(c, "You lose the thought of home.");
    else
        report_participant(c, who, "You lose the thought of home.");
}

void recall_begin(struct context *c)
{
    loopguard_check_worker("recall_begin()");
    assert(thing_is(c->actor, THING_PLAYER));
    const char *why = vetoes_for(c->location, "recall", c->actor);
    if (why) {
        report_actor(c, "%s", why);
    } else if (home(c) == c->where) {
        report_actor(c, "You are at home already.");
    } else if (timers_pending(c->actor, TIMER_RECALL)) {
        report_actor(c, "You are thinking of home already.");
    } else {
        timers_set(&c->timers, c->actor, TIMER_RECALL, RECALL_MS);
        report_actor(c, "You think of home. In ten seconds you are there, unless somebody strikes "
                        "you.");
        report_here(c, "%s stands quite quiet, with a look of being elsewhere.",
                    name_get(c->actor));
    }
}
