// HIT: begins a fight, or turns in one on somebody else. FLEE: runs away from it. What a fight is
// stands in fight.c.
#include "verb/hit.h"
#include "command/context.h"
#include "command/match.h"
#include "command/report.h"
#include "game/fight.h"
#include "util/buf.h"
#include "verb/commands.h"
#include "world/attr/door.h"
#include "world/attr/exits.h"
#include "world/inventory.h"
#include "world/world.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

void hit_write_blow(struct buf *line, struct tref at)
{
    buf_addf(line, "$strike %u %u", at.index, at.generation);
}

bool hit_read_blow(const char *line, struct tref *at)
{
    return sscanf(line, "$strike %" SCNu32 " %" SCNu32, &at->index, &at->generation) == 2;
}

static enum command_result hit_run(struct context *c)
{
    if (c->words.count < 2) {
        report_actor(c, "Whom do you want to hit?");
        return COMMAND_DONE;
    }
    struct thing *who =
        match_one(c, 1, c->words.count,
                  MATCH_PLAYERS | MATCH_HERE | MATCH_NARRATIVE | MATCH_SELF | MATCH_CREATURES);
    if (!who || !fight_may(c, who, true))
        return COMMAND_DONE;
    if (!fight_need(c, who))
        return COMMAND_AGAIN;
    fight_turn_on(c, who);
    return COMMAND_DONE;
}

// "$strike INDEX GENERATION": the next blow of a fight, as programs before this one asked for it. A
// snapshot of theirs may hold some; what they begin goes on in rounds.
static enum command_result strike_run(struct context *c)
{
    struct tref ref = {(uint32_t)strtoul(words_at(&c->words, 1), NULL, 10),
                       (uint32_t)strtoul(words_at(&c->words, 2), NULL, 10)};
    struct thing *who = thing_find(c->world, ref);
    if (!who || thing_where(who) != c->where || timers_pending(c->actor, TIMER_ROUND) ||
        !fight_may(c, who, false))
        return COMMAND_DONE;
    if (!fight_need(c, who))
        return COMMAND_AGAIN;
    fight_turn_on(c, who);
    return COMMAND_DONE;
}

// Any way that is open; the walk itself is a command of its own, with all that may stop it. However
// often it is typed, there is one walk: the fight is over with the first.
static enum command_result flee_run(struct context *c)
{
    enum direction ways[DIRECTIONS];
    size_t n = 0;
    for (int d = 0; c->where == c->location && d < DIRECTIONS; d++)
        if (exits_to(c->where, (enum direction)d) && !door_closing(c->where, d))
            ways[n++] = (enum direction)d;
    if (!n) {
        report_actor(c, "There is no way out of here that is open.");
        return COMMAND_DONE;
    }
    if (!fight_leave(c)) {
        report_actor(c, "You are in no fight.");
        return COMMAND_DONE;
    }
    report_actor(c, "You flee.");
    context_script(c, c->actor, 0, direction_name(ways[rng_below(context_rng(c), n)]));
    return COMMAND_DONE;
}

static const char *const aliases[] = {"attack", "kill", NULL};

const struct command command_hit = {
    .name = "hit",
    .aliases = aliases,
    .usage = "hit SOMEBODY",
    .summary = "start a fight",
    .help =
        "A fight goes on by itself, one blow of each fighter every three seconds, while both are "
        "there; walking away or FLEE ends it. A weapon that you WIELD helps. Who dies loses "
        "nothing but the day. HELP FIGHT tells more.",
    .flags = COMMAND_MOBILE,
    .run = hit_run,
};

const struct command command_flee = {
    .name = "flee",
    .usage = "flee",
    .summary = "run away from a fight, wherever a way is open",
    .most = 1,
    .flags = COMMAND_MOBILE,
    .run = flee_run,
};

const struct command command_strike = {
    .name = "$strike",
    .usage = "$strike INDEX GENERATION",
    .summary = "strike back",
    .flags = COMMAND_SCRIPT,
    .run = strike_run,
};
