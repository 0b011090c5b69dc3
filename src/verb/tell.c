// TELL, ASK and WHISPER: to one listener in the location. Others there see that it happens; players
// one move away hear talking, but no whisper. TELL also reaches a player anywhere; nobody else
// hears it then.
#include "command/context.h"
#include "command/match.h"
#include "command/nearby.h"
#include "command/reply.h"
#include "command/report.h"
#include "output/markup.h"
#include "util/screen.h"
#include "verb/commands.h"
#include "world/attr/name.h"
#include "world/inventory.h"
#include "world/player.h"
#include "world/world.h"

#include <string.h>

struct speech {
    struct thing *who;
    const char *text;
    bool about; // ABOUT stood before the text
};

// Finds who is meant and where the text begins; false after a complaint.
static bool listener(struct context *c, struct speech *s)
{
    size_t first = !strcmp(words_at(&c->words, 1), "to") ? 2 : 1, next;
    if (c->words.count <= first) {
        report_actor(c, "Who do you want to %s something? Type: %s", c->command->name,
                     c->command->usage);
        return false;
    }
    s->who = match_listener(c, first, &next);
    if (!s->who)
        return false;
    s->about = !strcmp(words_at(&c->words, next), "about");
    s->text = words_rest(&c->words, next + s->about);
    if (s->who == c->actor)
        report_actor(c, "That is you. Say it aloud with SAY, if it helps.");
    else if (!thing_is_creature(s->who))
        report_actor(c, "%s does not listen.", name_get(s->who));
    else if (!*s->text)
        report_actor(c, "What do you want to %s %s%s?", c->command->name, name_get(s->who),
                     s->about ? " about" : "");
    else
        return true;
    return false;
}

static void hear_talking(struct context *c, const struct nearby *n)
{
    for (size_t i = n->ring_end[0]; i < n->count; i++)
        if (inventory_count(n->list[i], INVENTORY_PLAYERS))
            report_observers(c, n->list[i], "A voice carries from close by, but not its words.");
}

// Nobody here goes by that word, but a player somewhere does: only that one hears it. *who stays
// NULL when there is none.
static enum command_result find_far(struct context *c, size_t first, struct thing **who)
{
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
    if (!listener(c, &s))
        return COMMAND_DONE;
    struct nearby n;
    if (!nearby_gather(c, 1, &n))
        return COMMAND_AGAIN;
    const char *me = name_get(c->actor);
    report_actor(c, MARK_PLAYER "You tell %s: %s" MARK_RESET, name_get(s.who), s.text);
    report_participant(c, s.who, MARK_PLAYER "%s tells you: %s" MARK_RESET, me, s.text);
    report_here(c, "%s tells %s something.", me, name_get(s.who));
    hear_talking(c, &n);
    reply_one(c, s.who, s.text);
    return COMMAND_DONE;
}

static enum command_result ask_run(struct context *c)
{
    struct speech s;
    if (!listener(c, &s))
        return COMMAND_DONE;
    struct nearby n;
    if (!nearby_gather(c, 1, &n))
        return COMMAND_AGAIN;
    const char *me = name_get(c->actor), *between = s.about ? " about" : ":";
    const char *stop = s.about && !screen_ends_sentence(s.text) ? "." : "";
    report_actor(c, MARK_PLAYER "You ask %s%s %s%s" MARK_RESET, name_get(s.who), between, s.text,
                 stop);
    report_participant(c, s.who, MARK_PLAYER "%s asks you%s %s%s" MARK_RESET, me, between, s.text,
                       stop);
    report_here(c, "%s asks %s something.", me, name_get(s.who));
    hear_talking(c, &n);
    reply_one(c, s.who, s.text);
    return COMMAND_DONE;
}

static enum command_result whisper_run(struct context *c)
{
    struct speech s;
    if (!listener(c, &s))
        return COMMAND_DONE;
    const char *me = name_get(c->actor);
    report_actor(c, MARK_PLAYER "You whisper to %s: %s" MARK_RESET, name_get(s.who), s.text);
    report_participant(c, s.who, MARK_PLAYER "%s whispers to you: %s" MARK_RESET, me, s.text);
    report_here(c, "%s whispers something to %s.", me, name_get(s.who));
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
    .flags = COMMAND_MOBILE | COMMAND_READS,
    .run = tell_run,
};

const struct command command_ask = {
    .name = "ask",
    .usage = "ask WHO about SOMETHING",
    .summary = "ask somebody here about something",
    .help = "People who live here may know something: ASK them about what you want to know. The "
            "answer may take a moment.",
    .flags = COMMAND_MOBILE | COMMAND_READS,
    .run = ask_run,
};

const struct command command_whisper = {
    .name = "whisper",
    .usage = "whisper [to] WHO TEXT",
    .summary = "tell somebody here something that nobody else hears",
    .flags = COMMAND_MOBILE | COMMAND_READS,
    .run = whisper_run,
};
