// SHOUT: its words are heard one move away, the noise of it two moves away. SNEEZE: heard one and
// two moves away.
#include "command/context.h"
#include "command/nearby.h"
#include "command/report.h"
#include "output/markup.h"
#include "verb/commands.h"
#include "world/attr/name.h"
#include "world/inventory.h"
#include "world/player.h"

enum { BREATH_MS = 2000 };

// Many rooms receive a shout or a sneeze, so a player may make one every BREATH_MS only. An end
// that is further ahead than BREATH_MS comes from a clock that was set back, and is ignored.
static bool breathless(struct context *c)
{
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

static enum command_result shout_run(struct context *c)
{
    const char *text = words_rest(&c->words, 1);
    if (!*text) {
        report_actor(c, "Shout what? Type: shout TEXT");
        return COMMAND_DONE;
    }
    struct nearby n;
    if (!nearby_gather(c, 2, &n))
        return COMMAND_AGAIN;
    if (breathless(c))
        return COMMAND_DONE;
    const char *name = name_get(c->actor);
    report_actor(c, MARK_PLAYER "You shout: %s" MARK_RESET, text);
    report_here(c, MARK_PLAYER "%s shouts: %s" MARK_RESET, name, text);
    for (size_t i = n.ring_end[0]; i < n.count; i++) {
        if (!inventory_count(n.list[i], INVENTORY_PLAYERS))
            continue;
        if (i < n.ring_end[1])
            report_observers(c, n.list[i], MARK_PLAYER "Somebody shouts nearby: %s" MARK_RESET,
                             text);
        else
            report_observers(c, n.list[i],
                             "Far off somebody is shouting, too far to make out the words.");
    }
    return COMMAND_DONE;
}

static enum command_result sneeze_run(struct context *c)
{
    struct nearby n;
    if (!nearby_gather(c, 2, &n))
        return COMMAND_AGAIN;
    if (breathless(c))
        return COMMAND_DONE;
    report_actor(c, "A tickle, a deep breath, and out it comes: you sneeze.");
    report_here(c, "%s screws up both eyes and sneezes.", name_get(c->actor));
    for (size_t i = n.ring_end[0]; i < n.count; i++)
        if (inventory_count(n.list[i], INVENTORY_PLAYERS))
            report_observers(c, n.list[i],
                             i < n.ring_end[1] ? "A sneeze rings out next door."
                                               : "From further off comes the sound of a sneeze.");
    return COMMAND_DONE;
}

const struct command command_shout = {
    .name = "shout",
    .usage = "shout TEXT",
    .summary = "shout so that the places next door hear your words",
    .help = "Two moves away only the shouting is heard, not the words. You can shout once in "
            "two seconds.",
    .flags = COMMAND_MOBILE | COMMAND_READS,
    .run = shout_run,
};

const struct command command_sneeze = {
    .name = "sneeze",
    .usage = "sneeze",
    .summary = "sneeze",
    .most = 1,
    .flags = COMMAND_MOBILE | COMMAND_READS,
    .run = sneeze_run,
};
