// HIT: begins a fight, or in a fight turns to another opponent. The rules of fights are in
// game/fight.h.
#include "command/context.h"
#include "command/match.h"
#include "command/report.h"
#include "game/fight.h"
#include "verb/commands.h"

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
