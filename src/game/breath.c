// Keeps the end of the two seconds in the player (world/player.h); the engine stores it from the
// context when the command has ended.
#include "game/breath.h"

#include "command/context.h"
#include "command/report.h"
#include "util/loopguard.h"
#include "world/player.h"

#include <assert.h>

enum { BREATH_MS = 2000 };

// An end that is further ahead than BREATH_MS comes from a clock that was set back, and is ignored.
bool breath_is_short(struct context *c)
{
    loopguard_check_worker("breath_is_short()");
    assert(c->actor);
    if (!thing_is(c->actor, THING_PLAYER))
        return false;
    int64_t until = player_breathless(c->actor);
    if (until > c->now && until - c->now <= BREATH_MS) {
        report_actor(c, "You are out of breath: you can be that loud once in two seconds.");
        return true;
    }
    c->breathless = c->now + BREATH_MS;
    return false;
}
