// SHOUT: words at one move, shouting nearby at two. SNEEZE: heard as far, and as useful.
#include "verb/commands.h"
#include "command/context.h"
#include "command/nearby.h"
#include "command/report.h"
#include "output/markup.h"
#include "world/inventory.h"
#include "world/attr/name.h"
#include "world/player.h"

enum { BREATH_MS = 2000 };

// Many rooms hear it, so nobody does it faster than breath allows. Later than can be is from a clock that
// was set back.
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

static enum command_result run_shout(struct context *c)
{
    const char *text = words_rest(&c->words, 1);
    if (!*text) {
        report_actor(c, "What do you want to shout?");
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
            report_observers(c, n.list[i], "You hear shouting nearby.");
    }
    return COMMAND_DONE;
}

static enum command_result run_sneeze(struct context *c)
{
    struct nearby n;
    if (!nearby_gather(c, 2, &n))
        return COMMAND_AGAIN;
    if (breathless(c))
        return COMMAND_DONE;
    report_actor(c, "You sneeze. Aaahhhccchhhooo!");
    report_here(c, "You see %s sneeze.", name_get(c->actor));
    for (size_t i = n.ring_end[0]; i < n.count; i++)
        if (inventory_count(n.list[i], INVENTORY_PLAYERS))
            report_observers(c, n.list[i],
                             i < n.ring_end[1] ? "You hear a loud sneeze." : "You hear a sneeze.");
    return COMMAND_DONE;
}

const struct command command_shout = {
    .name = "shout",
    .usage = "shout TEXT",
    .summary = "be heard next door, and that you shout beyond",
    .help = "Once in two seconds: then you are out of breath.",
    .flags = COMMAND_MOBILE | COMMAND_READS,
    .run = run_shout,
};

const struct command command_sneeze = {
    .name = "sneeze",
    .usage = "sneeze",
    .summary = "sneeze",
    .most = 1,
    .flags = COMMAND_MOBILE | COMMAND_READS,
    .run = run_sneeze,
};
