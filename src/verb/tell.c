// TELL: words to one listener in the location; others there see that it happens, and players one
// move away hear talking. TELL also reaches a player anywhere; nobody else hears it then.
#include "command/context.h"
#include "command/match.h"
#include "command/nearby.h"
#include "command/reply.h"
#include "command/report.h"
#include "output/markup.h"
#include "verb/commands.h"
#include "verb/speech.h"
#include "world/attr/name.h"
#include "world/player.h"
#include "world/world.h"

#include <assert.h>
#include <string.h>

// Finds a player elsewhere by that name when nobody here has it; only that player hears the words.
// *who stays NULL when there is none.
static enum command_result find_far(struct context *c, size_t first, struct thing **who)
{
    assert(!*who);
    size_t next;
    const char *name = words_at(&c->words, first);
    if (!*name || match_listener_quietly(c, first, &next))
        return COMMAND_DONE;
    if (!context_need_lock(c, world_roster_lock(c->world), LOCK_SHARED))
        return COMMAND_AGAIN;
    struct thing *player = world_roster_find(c->world, name);
    if (!player || player == c->actor || !thing_outermost(player))
        return COMMAND_DONE;
    if (!context_need(c, player))
        return COMMAND_AGAIN;
    *who = player;
    return COMMAND_DONE;
}

static void tell_far(struct context *c, struct thing *who, const char *text)
{
    assert(who != c->actor);
    const char *name = name_get(who);
    if (!*text) {
        report_actor(c, "What do you want to tell %s?", name);
    } else if (!player_outbox(who)) {
        report_actor(c, "%s is not awake just now.", name);
    } else {
        report_actor(c, MARK_PLAYER "You tell %s: %s" MARK_RESET, name, text);
        report_participant(c, who, MARK_PLAYER "%s tells you: %s" MARK_RESET, name_get(c->actor),
                           text);
    }
}

static enum command_result tell_run(struct context *c)
{
    struct speech s;
    size_t first = !strcmp(words_at(&c->words, 1), "to") ? 2 : 1;
    struct thing *far = NULL;
    if (find_far(c, first, &far) == COMMAND_AGAIN)
        return COMMAND_AGAIN;
    if (far) {
        tell_far(c, far, words_rest(&c->words, first + 1));
        return COMMAND_DONE;
    }
    if (!speech_read(c, &s))
        return COMMAND_DONE;
    struct nearby n;
    if (!nearby_gather(c, 1, &n))
        return COMMAND_AGAIN;
    const char *me = name_get(c->actor);
    report_actor(c, MARK_PLAYER "You tell %s: %s" MARK_RESET, name_get(s.who), s.text);
    report_participant(c, s.who, MARK_PLAYER "%s tells you: %s" MARK_RESET, me, s.text);
    report_here(c, "%s tells %s something.", me, name_get(s.who));
    speech_carries(c, &n);
    reply_one(c, s.who, s.text);
    return COMMAND_DONE;
}

static const char *const aliases[] = {"talk", NULL};

const struct command command_tell = {
    .name = "tell",
    .aliases = aliases,
    .usage = "tell WHO [about] TEXT",
    .summary = "tell somebody something",
    .help =
        "WHO is somebody's name as you see it; others here see that you talk, not what you say. "
        "Another player hears you anywhere.",
    .flags = COMMAND_MOBILE | COMMAND_READS | COMMAND_SPEECH | COMMAND_LISTENER,
    .run = tell_run,
};
