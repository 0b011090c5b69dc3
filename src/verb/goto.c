// GOTO, TELEPORT, DUMP: for those permitted them by name.
#include "command/context.h"
#include "command/report.h"
#include "game/move.h"
#include "verb/commands.h"
#include "world/attr/name.h"
#include "world/inventory.h"
#include "world/world.h"

#include <string.h>

// A ref of a location, or the name of a player, whose location it is then. Needs the roster.
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

// Brings a player here, or sends one to a location: it is the player who is moved, so it is done as
// a command of that player.
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

static enum command_result dump_run(struct context *c)
{
    struct thing *t = c->where;
    if (c->words.count > 1) {
        t = NULL;
        const char *word = words_at(&c->words, 1);
        inventory_foreach (item, c->where, INVENTORY_THINGS)
            if (!t && strstr(thing_refname(item), word))
                t = item;
        if (!t) {
            report_actor(c, "No thing here has a ref with \"%s\" in it.", word);
            return COMMAND_DONE;
        }
    }
    struct tref ref = thing_ref(t);
    report_actor(c, "#%ug%u %s \"%s\"", ref.index, ref.generation & 0xff, thing_refname(t),
                 thing_label(t));
    static const char *const lists[] = {"players", "things", "narrative", "disabled"};
    for (int list = 0; inventory_has(t) && list < INVENTORY_LISTS; list++)
        inventory_foreach (item, t, (enum inventory_list)list) {
            ref = thing_ref(item);
            report_actor(c, "  %s #%ug%u %s \"%s\"", lists[list], ref.index, ref.generation & 0xff,
                         thing_refname(item), thing_label(item));
        }
    return COMMAND_DONE;
}

const struct command command_goto = {
    .name = "goto",
    .usage = "goto ZONE:REF | goto PLAYER",
    .summary = "go anywhere at once",
    .flags = COMMAND_PERMISSION,
    .run = goto_run,
};

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

const struct command command_dump = {
    .name = "dump",
    .usage = "dump [REF]",
    .summary = "show the insides of a location or a thing here",
    .flags = COMMAND_PERMISSION | COMMAND_READS,
    .run = dump_run,
};
