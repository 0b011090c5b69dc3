// TELL and WHISPER: to one who is here. Others see that it happens; those next door hear talking,
// but no whisper.
#include "command/commands.h"
#include "command/context.h"
#include "command/match.h"
#include "command/nearby.h"
#include "command/reply.h"
#include "command/report.h"
#include "output/markup.h"
#include "world/inventory.h"
#include "world/name.h"

#include <string.h>

// Finds who is meant and where the text begins; a complaint and NULL otherwise.
static struct thing *listener(struct context *c, const char **text)
{
    size_t first = !strcmp(words_at(&c->words, 1), "to") ? 2 : 1;
    if (c->words.count <= first) {
        report_actor(c, "Who do you want to %s something?", c->command->name);
        return NULL;
    }
    // Names are one word; "the old guard" is not looked for here.
    struct thing *who = match_one(c, first, first + 1, MATCH_PLAYERS | MATCH_HERE | MATCH_SELF);
    if (!who)
        return NULL;
    size_t next = first + 1;
    if (!strcmp(words_at(&c->words, next), "about"))
        next++;
    *text = words_rest(&c->words, next);
    if (who == c->actor) {
        report_actor(c, "Talking to yourself again?");
        return NULL;
    }
    if (!thing_is_creature(who)) {
        report_actor(c, "%s does not listen.", name_get(who));
        return NULL;
    }
    if (!**text) {
        report_actor(c, "What do you want to %s %s?", c->command->name, name_get(who));
        return NULL;
    }
    return who;
}

static enum command_result run_tell(struct context *c)
{
    const char *text;
    struct thing *who = listener(c, &text);
    if (!who)
        return COMMAND_DONE;
    struct nearby n;
    if (!nearby_gather(c, 1, &n))
        return COMMAND_AGAIN;
    const char *me = name_get(c->actor);
    report_actor(c, MARK_PLAYER "You tell %s: %s" MARK_RESET, name_get(who), text);
    report_participant(c, who, MARK_PLAYER "%s tells you: %s" MARK_RESET, me, text);
    report_here(c, "%s tells %s something.", me, name_get(who));
    for (size_t i = n.ring_end[0]; i < n.count; i++)
        if (inventory_count(n.list[i], INVENTORY_PLAYERS))
            report_observers(c, n.list[i], "You hear talking nearby.");
    reply_one(c, who, text);
    return COMMAND_DONE;
}

static enum command_result run_whisper(struct context *c)
{
    const char *text;
    struct thing *who = listener(c, &text);
    if (!who)
        return COMMAND_DONE;
    const char *me = name_get(c->actor);
    report_actor(c, MARK_PLAYER "You whisper to %s: %s" MARK_RESET, name_get(who), text);
    report_participant(c, who, MARK_PLAYER "%s whispers to you: %s" MARK_RESET, me, text);
    report_here(c, "%s whispers something to %s.", me, name_get(who));
    reply_one(c, who, text);
    return COMMAND_DONE;
}

static const char *const aliases[] = {"talk", "ask", NULL};

const struct command command_tell = {
    .name = "tell",
    .aliases = aliases,
    .usage = "tell WHO [about] TEXT",
    .summary = "tell or ask somebody here something",
    .help = "People who live here may know something: TELL or ASK them about what you want to "
            "know.",
    .flags = COMMAND_MOBILE | COMMAND_READS,
    .run = run_tell,
};

const struct command command_whisper = {
    .name = "whisper",
    .usage = "whisper [to] WHO TEXT",
    .summary = "tell somebody here something that nobody else hears",
    .flags = COMMAND_MOBILE | COMMAND_READS,
    .run = run_whisper,
};
