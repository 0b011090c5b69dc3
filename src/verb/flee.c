// FLEE: leave a fight by a random way that is open.
#include "command/context.h"
#include "command/report.h"
#include "game/fight.h"
#include "verb/commands.h"
#include "world/attr/door.h"
#include "world/attr/exits.h"
#include "world/inventory.h"

// Chooses a random open way. The walk itself is a command of its own, so everything that stops a
// walk applies. FLEE typed twice makes one walk, because the first ends the fight.
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

const struct command command_flee = {
    .name = "flee",
    .usage = "flee",
    .summary = "run away from a fight, wherever a way is open",
    .most = 1,
    .flags = COMMAND_MOBILE,
    .run = flee_run,
};
