// ALIAS: a player's own word for a longer command.
#include "command/context.h"
#include "command/report.h"
#include "verb/commands.h"
#include "world/player.h"
#include "world/world.h"

#include <assert.h>
#include <string.h>

static void alias_list(struct context *c)
{
    size_t n = player_aliases(c->actor);
    report_actor(c, n ? "Your aliases:" : "You have no aliases. ALIAS WORD COMMAND makes one.");
    for (size_t i = 0; i < n; i++) {
        const char *name, *text;
        player_alias_peek(c->actor, i, &name, &text);
        report_actor(c, "  %s = %s", name, text);
    }
}

static enum command_result alias_run(struct context *c)
{
    assert(thing_is(c->actor, THING_PLAYER));
    const char *name = words_at(&c->words, 1), *text = words_rest(&c->words, 2);
    if (!*name) {
        alias_list(c);
        return COMMAND_DONE;
    }
    if (!*text) {
        const char *now = player_alias_find(c->actor, name);
        report_actor(c, "%s%s%s", name, now ? " = " : " is no alias of yours.", now ? now : "");
        return COMMAND_DONE;
    }
    if (*text == '=' && text[1] == ' ')
        text += 2;
    const struct command *hidden = command_find(name);
    if (!strcmp(name, "alias") || !strcmp(name, "unalias") || !strcmp(name, "quit"))
        report_actor(c, "\"%s\" has to stay what it is.", name);
    else if (strlen(name) >= PLAYER_ALIAS_NAME || strlen(text) >= PLAYER_ALIAS_TEXT)
        report_actor(c,
                     "That is too long: a word of at most %d letters, a text of at most %d; "
                     "fewer of those that take much room.",
                     PLAYER_ALIAS_NAME - 1, PLAYER_ALIAS_TEXT - 1);
    else if (!player_alias_set(c->actor, name, text, world_limits(c->world)->aliases))
        report_actor(c, "You have %u aliases already, and that is the most.",
                     world_limits(c->world)->aliases);
    else if (hidden && !(hidden->flags & COMMAND_SCRIPT))
        report_actor(c,
                     "From now on %s is short for: %s\nThat hides what %s did before, until you "
                     "UNALIAS it.",
                     name, text, name);
    else
        report_actor(c, "From now on %s is short for: %s", name, text);
    return COMMAND_DONE;
}

const struct command command_alias = {
    .name = "alias",
    .usage = "alias [WORD [COMMAND]]",
    .summary = "make a word short for a command",
    .help = "In the command $1 to $9 stand for the words that follow, $* for all of them; without "
            "any, what follows is put behind. An alias does not call other aliases.",
    .flags = COMMAND_SETTINGS,
    .run = alias_run,
};
