// What HOLD, WEAR and WIELD have in common.
#include "verb/use.h"

#include "command/context.h"
#include "command/match.h"
#include "command/report.h"
#include "world/attr/name.h"
#include "world/attr/vetoes.h"

#include <assert.h>

static void use_explain(struct context *c, struct thing *t, enum body_outcome outcome,
                        struct thing *by, const char *slot)
{
    assert(outcome != BODY_DONE);
    const char *verb = c->command->name;
    enum body_use now;
    if (outcome == BODY_NOT_SUCH)
        report_actor(c, "You cannot %s %s.", verb, name_get(t));
    else if (outcome == BODY_NO_SLOT)
        report_actor(c, "You have no %s to %s %s.", slot, verb, name_get(t));
    else
        report_actor(c, "You cannot %s %s while you are %s %s.", verb, name_get(t),
                     by && body_used(by, &now) ? body_use_name(now) : "using",
                     by ? name_get(by) : "something else");
}

// True: the thing is in use now. With `quiet` there is no message when it is not.
static bool use_one(struct context *c, struct thing *t, enum body_use use, bool quiet)
{
    const char *verb = c->command->name, *why = vetoes_for(t, verb, c->actor);
    struct thing *by = NULL;
    const char *slot = "";
    enum body_use now;
    if (why || body_used(t, &now)) {
        if (why && !quiet)
            report_actor(c, "%s", why);
        else if (!quiet)
            report_actor(c, "You are %s %s already.", body_use_name(now), name_get(t));
        return false;
    }
    enum body_outcome outcome = body_use(c->actor, t, use, &by, &slot);
    if (outcome != BODY_DONE) {
        if (!quiet)
            use_explain(c, t, outcome, by, slot);
        return false;
    }
    report_actor(c, "You %s %s.", verb, name_get(t));
    report_here(c, "%s %ss %s.", name_get(c->actor), verb, name_get(t));
    return true;
}

// Of several things those that can be used are used; when none can, there is one answer for all.
static void use_matched(struct context *c, const struct match *m, enum body_use use)
{
    bool quiet = m->all && m->count > 1, any = false;
    for (size_t i = 0; i < m->count; i++)
        any |= use_one(c, m->list[i], use, quiet);
    if (quiet && !any)
        report_actor(c, "You carry nothing more that you could %s.", c->command->name);
}

enum command_result use_matching(struct context *c, enum body_use use)
{
    assert(use < BODY_USES);
    if (c->words.count < 2) {
        report_actor(c, "What do you want to %s?", c->command->name);
        return COMMAND_DONE;
    }
    struct match m;
    match_init(&m);
    if (match_find(c, 1, c->words.count, MATCH_CARRIED, &m))
        use_matched(c, &m, use);
    match_fini(&m);
    return COMMAND_DONE;
}
