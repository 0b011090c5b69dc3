// TELEPORT: brings a player here, or sends one to a location; for players who are permitted it.
// The player is moved by a command of their own, $teleport.
#include "command/context.h"
#include "command/report.h"
#include "game/move.h"
#include "verb/commands.h"
#include "world/inventory.h"
#include "world/world.h"

#include <assert.h>

static enum command_result teleport_run(struct context *c)
{
    if (c->words.count < 2 || c->words.count > 3) {
        report_actor(c, "Whom? TELEPORT PLAYER [ZONE:REF]; without a ref they come here.");
        return COMMAND_DONE;
    }
    if (!context_need_lock(c, world_roster_lock(c->world), LOCK_SHARED))
        return COMMAND_AGAIN;
    struct thing *who = world_roster_find(c->world, words_at(&c->words, 1));
    if (!who) {
        report_actor(c, "There is no player \"%s\" in the world.", words_at(&c->words, 1));
        return COMMAND_DONE;
    }
    const char *ref = thing_refname(c->location);
    if (c->words.count == 3) {
        struct thing *to = world_lookup(c->world, words_at(&c->words, 2));
        if (!to || !thing_is(to, THING_LOCATION)) {
            report_actor(c, "There is no location \"%s\".", words_at(&c->words, 2));
            return COMMAND_DONE;
        }
        ref = thing_refname(to);
    }
    struct buf line = BUF_INIT;
    assert(ref);
    buf_addf(&line, "$teleport %s", ref);
    context_script(c, who, 0, buf_str(&line));
    buf_fini(&line);
    report_actor(c, "You send for %s.", thing_label(who));
    return COMMAND_DONE;
}

static enum command_result teleported_run(struct context *c)
{
    struct thing *to = world_lookup(c->world, words_at(&c->words, 1));
    return to ? move_to(c, to, "is called away.", "is called here.") : COMMAND_DONE;
}

const struct command command_teleport = {
    .name = "teleport",
    .usage = "teleport PLAYER [ZONE:REF]",
    .summary = "bring a player here, or send them somewhere",
    .flags = COMMAND_PERMISSION,
    .run = teleport_run,
};

const struct command command_teleported = {
    .name = "$teleport",
    .usage = "$teleport ZONE:REF",
    .summary = "be moved",
    .flags = COMMAND_SCRIPT,
    .run = teleported_run,
};
