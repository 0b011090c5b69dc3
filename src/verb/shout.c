// SHOUT: its words are heard one move away, the noise of it two moves away.
#include "command/context.h"
#include "command/nearby.h"
#include "command/report.h"
#include "game/breath.h"
#include "output/markup.h"
#include "verb/commands.h"
#include "world/attr/name.h"
#include "world/inventory.h"

#include <assert.h>

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
    if (breath_is_short(c))
        return COMMAND_DONE;
    assert(n.ring_end[0] <= n.ring_end[1] && n.ring_end[1] <= n.count);
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

const struct command command_shout = {
    .name = "shout",
    .usage = "shout TEXT",
    .summary = "shout so that the places next door hear your words",
    .help = "Two moves away only the shouting is heard, not the words. You can shout once in "
            "two seconds.",
    .flags = COMMAND_MOBILE | COMMAND_READS | COMMAND_SPEECH,
    .run = shout_run,
};
