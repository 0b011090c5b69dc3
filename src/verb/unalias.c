// UNALIAS: forget an alias.
#include "command/context.h"
#include "command/report.h"
#include "verb/commands.h"
#include "world/player.h"

#include <assert.h>

static enum command_result unalias_run(struct context *c)
{
    assert(thing_is(c->actor, THING_PLAYER));
    const char *name = words_at(&c->words, 1);
    if (!*name)
        report_actor(c, "Which alias do you want to forget?");
    else if (player_alias_set(c->actor, name, NULL, 0))
        report_actor(c, "%s is no alias any more.", name);
    else
        report_actor(c, "%s is no alias of yours.", name);
    return COMMAND_DONE;
}

const struct command command_unalias = {
    .name = "unalias",
    .usage = "unalias WORD",
    .summary = "forget an alias",
    .most = 2,
    .flags = COMMAND_SETTINGS,
    .run = unalias_run,
};
