// SAY: everybody in the location hears the words; one move away players hear that somebody talks.
// Mobiles in the location may answer. SAY TO names one listener; all still hear it.
#include "command/context.h"
#include "command/match.h"
#include "command/nearby.h"
#include "command/reply.h"
#include "command/report.h"
#include "output/markup.h"
#include "verb/commands.h"
#include "verb/speech.h"
#include "world/attr/name.h"
#include "world/inventory.h"

#include <assert.h>
#include <string.h>

static bool anybody_else(struct context *c)
{
    if (inventory_count(c->where, INVENTORY_PLAYERS) > (thing_is(c->actor, THING_PLAYER) ? 1 : 0))
        return true;
    inventory_foreach (t, c->where, INVENTORY_THINGS)
        if (t != c->actor && thing_is(t, THING_MOBILE))
            return true;
    return false;
}

static void say_to_all(struct context *c, const char *text)
{
    assert(*text);
    if (anybody_else(c))
        report_actor(c, MARK_PLAYER "You say: %s" MARK_RESET, text);
    else
        report_actor(c, MARK_PLAYER "You say to nobody in particular: %s" MARK_RESET, text);
    report_here(c, MARK_PLAYER "%s says: %s" MARK_RESET, name_get(c->actor), text);
}

static void say_to(struct context *c, struct thing *who, const char *text)
{
    assert(who && *text);
    const char *me = name_get(c->actor), *name = name_get(who);
    report_actor(c, MARK_PLAYER "You say to %s: %s" MARK_RESET, name, text);
    report_participant(c, who, MARK_PLAYER "%s says to you: %s" MARK_RESET, me, text);
    report_here(c, MARK_PLAYER "%s says to %s: %s" MARK_RESET, me, name, text);
}

static enum command_result say_run(struct context *c)
{
    const char *text = words_rest(&c->words, 1);
    if (!*text) {
        report_actor(c, "Say what? Type: say TEXT, or \"TEXT");
        return COMMAND_DONE;
    }
    struct nearby n;
    if (!nearby_gather(c, 1, &n))
        return COMMAND_AGAIN;
    size_t next = 1;
    struct thing *who =
        strcmp(words_at(&c->words, 1), "to") ? NULL : match_listener_quietly(c, 2, &next);
    if (who && *words_rest(&c->words, next)) {
        text = words_rest(&c->words, next);
        say_to(c, who, text);
    } else {
        say_to_all(c, text);
    }
    speech_carries(c, &n);
    reply_all(c, text);
    return COMMAND_DONE;
}

static const char *const aliases[] = {"\"", "'", NULL};

const struct command command_say = {
    .name = "say",
    .aliases = aliases,
    .usage = "say [to WHO] TEXT",
    .summary = "say something to everyone here",
    .help = "\"TEXT is short for SAY TEXT. SAY TO somebody names whom you mean; everybody here "
            "hears it. One move away players hear that somebody talks, but not the words.",
    .flags = COMMAND_MOBILE | COMMAND_READS | COMMAND_SPEECH,
    .run = say_run,
};
