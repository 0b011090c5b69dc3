// GOTO: go to any location, or to where a player is; for players who are permitted it.
#include "command/context.h"
#include "command/report.h"
#include "game/move.h"
#include "verb/commands.h"
#include "world/inventory.h"
#include "world/world.h"

// The location with that ref, or that of the player with that name. Needs the roster's lock.
static struct thing *goto_destination(struct context *c, const char *word)
{
    struct thing *t = world_lookup(c->world, word);
    if (t && thing_is(t, THING_LOCATION))
        return t;
    struct thing *player = world_roster_find(c->world, word);
    struct thing *where = player ? thing_outermost(player) : NULL;
    if (!where)
        report_actor(c, "There is no location and no player \"%s\".", word);
    return where;
}

static enum command_result goto_run(struct context *c)
{
    if (c->words.count != 2) {
        report_actor(c, "Go where? GOTO ZONE:REF, or GOTO PLAYER.");
        return COMMAND_DONE;
    }
    if (!context_need_lock(c, world_roster_lock(c->world), LOCK_SHARED))
        return COMMAND_AGAIN;
    struct thing *to = goto_destination(c, words_at(&c->words, 1));
    return to ? move_to(c, to, "vanishes.", "appears out of thin air.") : COMMAND_DONE;
}

const struct command command_goto = {
    .name = "goto",
    .usage = "goto ZONE:REF | goto PLAYER",
    .summary = "go anywhere at once",
    .flags = COMMAND_PERMISSION,
    .run = goto_run,
};
