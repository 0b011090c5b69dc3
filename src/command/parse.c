// Finds the command that a line means. A player's aliases are expanded once, to a bounded length;
// the result is not expanded again. Mobiles and scripts have no aliases.
#include "command/parse.h"

#include "command/context.h"
#include "command/match.h"
#include "command/report.h"
#include "util/buf.h"
#include "util/loopguard.h"
#include "util/screen.h"
#include "world/inventory.h"
#include "world/player.h"

#include <string.h>

enum { EXPANDED_MAX = 4096 };

static const struct {
    char mark;
    const char *command;
} shortcuts[] = {{'"', "say"}, {'\'', "say"}, {':', "emote"}, {'?', "help"}};

// `"hello` is `say hello`: only the mark is replaced.
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

// In an alias $1 to $9 are single words of the rest of the line, $* all of it; without any of these
// the rest is appended.
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

// Tells the player which commands begin with the word, as it is no command's whole name and more
// than one begins with it, or the only one must be typed in full. False: no command does.
static bool tell_candidates(struct context *c, const char *word)
{
    const struct command *first = command_beginning(word, 0), *next;
    if (!first)
        return false;
    if (!command_beginning(word, 1)) {
        report_actor(c, "Type \"%s\" in full if you mean that: %s.", first->name, first->summary);
        return true;
    }
    struct buf b = BUF_INIT;
    for (size_t n = 0; (next = command_beginning(word, n)); n++)
        buf_addf(&b, "%s%s", n ? command_beginning(word, n + 1) ? ", " : " or " : "", next->name);
    report_actor(c, "\"%s\" may be %s. Type more of it.", word, buf_str(&b));
    buf_fini(&b);
    return true;
}

static void tell_unknown(struct context *c)
{
    const char *typed = words_rest(&c->words, 0);
    if (strchr(typed, ';'))
        report_actor(c, "One command a line, please.");
    else if (!tell_candidates(c, words_at(&c->words, 0)))
        report_actor(c, "You do not know how to \"%.*s\". Type COMMANDS to see what you can do.",
                     (int)strcspn(typed, " "), typed);
}

// Tells the player about words that the command does not use: nothing that was typed is ignored
// silently.
static bool too_many(struct context *c, const struct command *command)
{
    unsigned most = command->most;
    if (!most || c->words.count <= most)
        return false;
    report_actor(c, "\"%s\" is not understood here, and nothing was done. Type: %s",
                 words_rest(&c->words, most), command->usage);
    return true;
}

// "ben, hello" is said to Ben, if it is no command and Ben is in the location.
static void expand_address(struct context *c)
{
    size_t next;
    if (command_find(words_at(&c->words, 0)) || !c->where || !match_listener_quietly(c, 0, &next) ||
        !words_comma(&c->words, next - 1) || next >= c->words.count)
        return;
    struct buf b = BUF_INIT;
    buf_addf(&b, "say to %s", words_rest(&c->words, 0));
    words_set(&c->words, buf_str(&b));
    buf_fini(&b);
}

static bool has_comma(const struct words *words)
{
    return strchr(words_rest(words, 0), ',');
}

// Are there several commands on the line, as in "look; say hi"? Only the first word is looked at: a
// `;` further on may belong to a text.
static bool several(struct context *c)
{
    const char *line = words_rest(&c->words, 0);
    size_t n = strcspn(line, " ");
    return c->words.count > 1 && line[n - 1] == ';';
}

static const struct command *parse_find(struct context *c)
{
    bool player = thing_is(c->actor, THING_PLAYER);
    if (player && !c->scripted)
        expand_alias(c);
    expand_shortcut(c);
    if (player && !c->scripted && has_comma(&c->words))
        expand_address(c);
    const struct command *command = command_find(words_at(&c->words, 0));
    if (command && player && !c->scripted && several(c))
        command = NULL;
    if (command && allowed(c, command))
        return player && !c->scripted && too_many(c, command) ? NULL : command;
    if (player)
        tell_unknown(c);
    return NULL;
}

// Does this command work while the journal cannot be written?
static bool only_reads(const struct context *c)
{
    unsigned flags = c->command->flags;
    return flags & COMMAND_READS || (flags & COMMAND_SETTINGS && c->words.count < 2);
}

enum command_result command_perform(struct context *c)
{
    loopguard_check_worker("command_perform()");
    if (!c->command) {
        // A scripted command is dropped when its actor has gone out of play meanwhile.
        if (c->scripted && c->actor && inventory_list_of(c->actor) == INVENTORY_DISABLED)
            return COMMAND_DONE;
        // No actor any more, or an empty line: the player only gets a new prompt.
        if (!c->actor || !c->words.count)
            return COMMAND_DONE;
        c->command = parse_find(c);
        if (!c->command)
            return COMMAND_DONE;
        lockset_name(c->locks, c->command->name);
    }
    if (c->read_only && !only_reads(c)) {
        c->refused = true;
        report_actor(c, "The server's disk takes no more, so nothing can change just now. You can "
                        "still look about and talk; try that again in a while.");
        return COMMAND_DONE;
    }
    context_before_run(c);
    enum command_result result = c->command->run(c);
    if (result == COMMAND_AGAIN)
        context_again(c);
    return result;
}
