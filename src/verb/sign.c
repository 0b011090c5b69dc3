// SIGN: write one's name on a thing whose deeds have a rule for it. A rule that grants no mark says
// why not.
#include "command/context.h"
#include "command/match.h"
#include "command/report.h"
#include "game/deed.h"
#include "verb/commands.h"
#include "world/attr/name.h"
#include "world/attr/vetoes.h"

static enum command_result sign_run(struct context *c)
{
    if (c->words.count < 2) {
        report_actor(c, "What do you want to sign?");
        return COMMAND_DONE;
    }
    struct thing *t =
        match_one(c, 1, c->words.count, MATCH_CARRIED | MATCH_HERE | MATCH_NARRATIVE | MATCH_OPEN);
    if (!t)
        return COMMAND_DONE;
    struct deed rule;
    const char *why = vetoes_for(t, "sign", c->actor);
    if (why || !deeds_find(t, DEED_SIGN, NULL, c->actor, &rule)) {
        if (why)
            report_actor(c, "%s", why);
        else
            report_actor(c, "There is no room for a name on %s.", name_get(t));
        return COMMAND_DONE;
    }
    if (rule.mark) {
        report_actor(c, "You sign %s.", name_get(t));
        report_here(c, "%s signs %s.", name_get(c->actor), name_get(t));
    }
    deed_do(c, t, &rule);
    return COMMAND_DONE;
}

const struct command command_sign = {
    .name = "sign",
    .usage = "sign THING",
    .summary = "put your name on something",
    .run = sign_run,
};
