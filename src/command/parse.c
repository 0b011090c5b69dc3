// Which command a line means. A player's aliases are expanded once, bounded; what comes out is not
// expanded again. Others than players get no aliases and no beginnings of names.
#include "command/parse.h"

#include "command/context.h"
#include "command/report.h"
#include "util/buf.h"
#include "util/screen.h"
#include "world/inventory.h"
#include "world/player.h"

#include <string.h>

enum { EXPANDED_MAX = 4096 };

static const struct {
    char mark;
    const char *command;
} shortcuts[] = {{'"', "say"}, {'\'', "say"}, {':', "emote"}, {'?', "help"}};

// `"hello` is `say hello`: as typed but for the mark.
static void expand_shortcut(struct context *c)
{
    const char *line = words_rest(&c->words, 0);
    for (size_t i = 0; i < sizeof(shortcuts) / sizeof(shortcuts[0]); i++) {
        if (*line != shortcuts[i].mark)
            continue;
        struct buf b = BUF_INIT;
        buf_addf(&b, "%s %s", shortcuts[i].command, line + 1);
        words_set(&c->words, buf_str(&b));
        buf_fini(&b);
        return;
    }
}

// $1 to $9 are single words of the rest, $* all of it; without any the rest is put behind.
static void expand_text(const char *text, const struct words *words, struct buf *out)
{
    bool used = false;
    for (const char *p = text; *p && out->len < EXPANDED_MAX; p++) {
        if (*p == '$' && p[1] == '*') {
            buf_adds(out, words_rest(words, 1));
            used = true;
            p++;
        } else if (*p == '$' && p[1] >= '1' && p[1] <= '9') {
            const char *word = words_rest(words, (size_t)(p[1] - '0'));
            buf_add(out, word, strcspn(word, " "));
            used = true;
            p++;
        } else {
            buf_addc(out, *p);
        }
    }
    if (!used && words->count > 1) {
        buf_addc(out, ' ');
        buf_adds(out, words_rest(words, 1));
    }
    buf_truncate(out, screen_cut(buf_str(out), out->len, EXPANDED_MAX));
}

static void expand_alias(struct context *c)
{
    const char *text = player_alias_find(c->actor, words_at(&c->words, 0));
    if (!text)
        return;
    struct buf b = BUF_INIT;
    expand_text(text, &c->words, &b);
    words_set(&c->words, buf_str(&b));
    buf_fini(&b);
}

static bool allowed(struct context *c, const struct command *command)
{
    bool player = thing_is(c->actor, THING_PLAYER);
    if (command->flags & COMMAND_SCRIPT)
        return c->scripted;
    if (command->flags & COMMAND_PERMISSION)
        return player && player_may(c->actor, command->name);
    return player || command->flags & COMMAND_MOBILE;
}

static const struct command *find(struct context *c)
{
    bool player = thing_is(c->actor, THING_PLAYER);
    if (player && !c->scripted)
        expand_alias(c);
    expand_shortcut(c);
    const struct command *command = command_find(words_at(&c->words, 0));
    if (command && allowed(c, command))
        return command;
    if (player)
        report_actor(c, "You do not know how to \"%.*s\". Type COMMANDS to see what you can do.",
                     (int)strcspn(words_rest(&c->words, 0), " "), words_rest(&c->words, 0));
    return NULL;
}

// Is it one of those that go on while nothing can be written down?
static bool only_reads(const struct context *c)
{
    unsigned flags = c->command->flags;
    return flags & COMMAND_READS || (flags & COMMAND_SETTINGS && c->words.count < 2);
}

enum command_result command_perform(struct context *c)
{
    if (!c->command) {
        // What it was asked to do before it went out of play, it does not do.
        if (c->scripted && c->actor && inventory_list_of(c->actor) == INVENTORY_DISABLED)
            return COMMAND_DONE;
        // Nobody there any more, or just the Enter key: a new prompt.
        if (!c->actor || !c->words.count)
            return COMMAND_DONE;
        c->command = find(c);
        if (!c->command)
            return COMMAND_DONE;
        lockset_name(c->locks, c->command->name);
    }
    if (c->reading && !only_reads(c)) {
        report_actor(c, "The server's disk takes no more, so nothing can change just now. You can "
                        "still look about and talk; try that again in a while.");
        return COMMAND_DONE;
    }
    return c->command->run(c);
}
