// READ: the writing on a thing, or in the location.
#include "command/context.h"
#include "command/match.h"
#include "command/report.h"
#include "verb/commands.h"
#include "world/attr/name.h"
#include "world/attr/vetoes.h"
#include "world/attr/writing.h"

static enum command_result read_run(struct context *c)
{
    if (c->words.count < 2) {
        const char *here = writing_get(c->where);
        report_actor(c, "%s", here ? here : "What do you want to read?");
        return COMMAND_DONE;
    }
    struct thing *t =
        match_one(c, 1, c->words.count, MATCH_CARRIED | MATCH_HERE | MATCH_NARRATIVE | MATCH_OPEN);
    if (!t)
        return COMMAND_DONE;
    const char *why = vetoes_for(t, "read", c->actor), *text = writing_get(t);
    if (why) {
        report_actor(c, "%s", why);
        return COMMAND_DONE;
    }
    if (!text) {
        report_actor(c, "There is nothing to read on %s.", name_get(t));
        return COMMAND_DONE;
    }
    struct thing *in = thing_where(t);
    if (in != c->where && in != c->actor)
        report_actor(c, "You read %s in %s.", name_get(t), name_get(in));
    else
        report_actor(c, "You read %s.", name_get(t));
    report_actor(c, "%s", text);
    report_here(c, "%s reads %s.", name_get(c->actor), name_get(t));
    return COMMAND_DONE;
}

const struct command command_read = {
    .name = "read",
    .usage = "read THING",
    .summary = "read what is written on something",
    .flags = COMMAND_READS,
    .run = read_run,
};
