// SAY: heard by all who are there, heard of next door; mobiles there may answer.
#include "command/commands.h"
#include "command/context.h"
#include "command/nearby.h"
#include "command/reply.h"
#include "command/report.h"
#include "output/markup.h"
#include "world/inventory.h"
#include "world/name.h"

static enum command_result run(struct context *c)
{
    const char *text = words_rest(&c->words, 1);
    if (!*text) {
        report_actor(c, "What do you want to say? SAY something, or \" and something.");
        return COMMAND_DONE;
    }
    struct nearby n;
    if (!nearby_gather(c, 1, &n))
        return COMMAND_AGAIN;
    if (inventory_count(c->where, INVENTORY_PLAYERS) > (thing_is(c->actor, THING_PLAYER) ? 1 : 0))
        report_actor(c, MARK_PLAYER "You say: %s" MARK_RESET, text);
    else
        report_actor(c, MARK_PLAYER "You say to nobody in particular: %s" MARK_RESET, text);
    report_here(c, MARK_PLAYER "%s says: %s" MARK_RESET, name_get(c->actor), text);
    for (size_t i = n.ring_end[0]; i < n.count; i++)
        if (inventory_count(n.list[i], INVENTORY_PLAYERS))
            report_observers(c, n.list[i], "You hear talking nearby.");
    reply_all(c, text);
    return COMMAND_DONE;
}

static const char *const aliases[] = {"\"", "'", NULL};

const struct command command_say = {
    .name = "say",
    .aliases = aliases,
    .usage = "say TEXT",
    .summary = "say something to everyone here",
    .help = "\"TEXT is short for SAY TEXT. Those next door hear that somebody talks, not what.",
    .flags = COMMAND_MOBILE | COMMAND_READS,
    .run = run,
};
