// $strike: the next blow of a fight, as programs before this one asked for it. A snapshot of theirs
// may hold such commands; a fight that one of them begins goes on in rounds (game/fight.h).
#include "verb/strike.h"

#include "command/context.h"
#include "game/fight.h"
#include "util/buf.h"
#include "verb/commands.h"
#include "world/world.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

void strike_write(struct buf *line, struct tref at)
{
    assert(line);
    buf_addf(line, "$strike %u %u", at.index, at.generation);
}

bool strike_read(const char *line, struct tref *at)
{
    assert(line && at);
    return sscanf(line, "$strike %" SCNu32 " %" SCNu32, &at->index, &at->generation) == 2;
}

// "$strike INDEX GENERATION": makes that creature the opponent, unless it has left or the actor's
// fight has a timer already.
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

const struct command command_strike = {
    .name = "$strike",
    .usage = "$strike INDEX GENERATION",
    .summary = "strike back",
    .flags = COMMAND_SCRIPT,
    .run = strike_run,
};
