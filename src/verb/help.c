// HELP: explains a command or a topic. Topics that are no commands come from data/text/help, read
// once at the start.
#include "verb/help.h"

#include "command/context.h"
#include "command/report.h"
#include "output/markup.h"
#include "util/map.h"
#include "verb/commands.h"
#include "world/player.h"

#include <assert.h>
#include <string.h>

static const struct map *topics; // set before any worker runs, constant afterwards

void help_set_topics(const struct map *texts)
{
    topics = texts;
}

bool help_may_use(struct context *c, const struct command *command)
{
    assert(command);
    if (command->flags & COMMAND_SCRIPT)
        return false;
    return !(command->flags & COMMAND_PERMISSION) || player_may(c->actor, command->name);
}

static void list_topics(struct context *c)
{
    struct buf *out = report_buf(c);
    buf_adds(out, "HELP NEWCOMERS is for those who are new. HELP TOPIC tells more about:\n");
    const char *gap = "", *key;
    struct map_iter it = {0};
    void *text;
    while (topics && map_next(topics, &it, &key, &text)) {
        buf_adds(out, gap);
        buf_adds(out, key);
        gap = ", ";
    }
    buf_adds(out, ".\nand about each of the COMMANDS.\n");
}

static void help_command(struct context *c, const struct command *command)
{
    assert(command->usage && command->summary);
    report_actor(c, MARK_TITLE "%s" MARK_RESET ": %s.", command->name, command->summary);
    report_actor(c, "Type: %s", command->usage);
    if (command->aliases && *command->aliases) {
        struct buf b = BUF_INIT;
        for (const char *const *a = command->aliases; *a; a++)
            buf_addf(&b, "%s%s", a == command->aliases ? "" : ", ", *a);
        report_actor(c, "Also: %s", buf_str(&b));
        buf_fini(&b);
    }
    if (command->help)
        report_actor(c, "%s", command->help);
}

// Other names of topics. Topics are the names of files, which cannot be "!".
static const char *topic_named(const char *word)
{
    static const char *const others[][2] = {
        {"!", "history"},    {"!!", "history"},       {"combat", "fight"},  {"fighting", "fight"},
        {"keys", "doors"},   {"newbie", "newcomers"}, {"new", "newcomers"}, {"start", "newcomers"},
        {"talk", "talking"}, {"quests", "newcomers"},
    };
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        if (!strcmp(word, others[i][0]))
            return others[i][1];
    return word;
}

// The text of the only topic that begins with that word, or NULL.
static const char *topic_beginning(const char *word)
{
    assert(*word);
    const char *key, *found = NULL;
    struct map_iter it = {0};
    void *text;
    size_t n = strlen(word);
    while (n > 1 && topics && map_next(topics, &it, &key, &text)) {
        if (strncmp(key, word, n))
            continue;
        if (found)
            return NULL;
        found = text;
    }
    return found;
}

static enum command_result help_run(struct context *c)
{
    const char *word = words_at(&c->words, 1);
    if (!*word) {
        list_topics(c);
        return COMMAND_DONE;
    }
    const char *text = topics ? map_get(topics, topic_named(word)) : NULL;
    const struct command *command = command_find(word);
    if (!text && !command)
        text = topic_beginning(word);
    if (text)
        report_actor(c, "%s", text);
    else if (command && help_may_use(c, command))
        help_command(c, command);
    else
        report_actor(c, "There is no help about \"%s\". HELP alone lists what there is.", word);
    return COMMAND_DONE;
}

const struct command command_help = {
    .name = "help",
    .usage = "help [COMMAND | TOPIC]",
    .summary = "explain something",
    .most = 2,
    .flags = COMMAND_READS,
    .run = help_run,
};
