// REMOVE: stop holding, wearing or wielding something.
#include "command/context.h"
#include "command/match.h"
#include "command/report.h"
#include "verb/commands.h"
#include "world/attr/body.h"
#include "world/attr/name.h"
#include "world/attr/vetoes.h"

// False: the thing was not in use.
static bool remove_one(struct context *c, struct thing *t, bool quiet)
{
    enum body_use use;
    if (!body_used(t, &use)) {
        if (!quiet)
            report_actor(c, "You are not using %s.", name_get(t));
        return false;
    }
    const char *why = vetoes_for(t, "remove", c->actor);
    if (why) {
        report_actor(c, "%s", why);
        return true;
    }
    body_unuse(t);
    report_actor(c, "You stop %s %s.", body_use_name(use), name_get(t));
    report_here(c, "%s stops %s %s.", name_get(c->actor), body_use_name(use), name_get(t));
    return true;
}

static void remove_matched(struct context *c, const struct match *m)
{
    bool any = false;
    for (size_t i = 0; i < m->count; i++)
        any |= remove_one(c, m->list[i], m->all);
    if (m->all && !any)
        report_actor(c, "You are not using any of that.");
}

static enum command_result remove_run(struct context *c)
{
    if (c->words.count < 2) {
        report_actor(c, "What do you want to remove?");
        return COMMAND_DONE;
    }
    struct match m;
    match_init(&m);
    if (match_find(c, 1, c->words.count, MATCH_CARRIED, &m))
        remove_matched(c, &m);
    match_fini(&m);
    return COMMAND_DONE;
}

const struct command command_remove = {
    .name = "remove",
    .usage = "remove THING",
    .summary = "stop holding, wearing or wielding something",
    .flags = COMMAND_MOBILE,
    .run = remove_run,
};
