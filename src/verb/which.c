// WHICH: the things that a phrase would mean in another command.
#include "command/context.h"
#include "command/match.h"
#include "command/report.h"
#include "verb/commands.h"
#include "world/attr/name.h"
#include "world/inventory.h"

static enum command_result which_run(struct context *c)
{
    if (c->words.count < 2) {
        report_actor(c, "Which what?");
        return COMMAND_DONE;
    }
    struct match m;
    match_init(&m);
    if (match_find(c, 1, c->words.count,
                   MATCH_SELF | MATCH_CARRIED | MATCH_HERE | MATCH_PLAYERS | MATCH_NARRATIVE, &m))
        for (size_t i = 0; i < m.count; i++)
            report_actor(c, thing_where(m.list[i]) == c->actor ? "You carry %s." : "You see %s.",
                         name_get(m.list[i]));
    match_fini(&m);
    return COMMAND_DONE;
}

const struct command command_which = {
    .name = "which",
    .usage = "which THING",
    .summary = "see what a phrase would mean",
    .flags = COMMAND_READS,
    .run = which_run,
};
