// Moving. The exit is read under the lock of the actor's place; then the destination's lock is
// asked for, and only with both held anything is reported or changed.
#include "game/move.h"

#include "command/context.h"
#include "command/report.h"
#include "game/deed.h"
#include "game/ending.h"
#include "util/loopguard.h"
#include "world/attr/barrier.h"
#include "world/attr/door.h"
#include "world/attr/exits.h"
#include "world/attr/name.h"
#include "world/attr/vetoes.h"
#include "world/inventory.h"

#include <assert.h>

// Any thing in the location may veto the move; tells the actor so and returns true.
static bool stopped(struct context *c, enum direction d)
{
    static const enum inventory_list lists[] = {INVENTORY_NARRATIVE, INVENTORY_THINGS};
    const char *why = vetoes_for(c->where, direction_name(d), c->actor);
    for (size_t i = 0; i < 2 && !why; i++)
        inventory_foreach (t, c->where, lists[i]) {
            if (t == c->actor)
                continue;
            why = vetoes_for(t, direction_name(d), c->actor);
            if (!why)
                why = barrier_stops(t, (int)d, c->actor);
            if (why)
                break;
        }
    if (why)
        report_actor(c, "%s", why);
    return why;
}

static void arrive(struct context *c, struct thing *to)
{
    inventory_relocate(c->actor, to);
    c->where = c->location = to;
    if (!thing_is(c->actor, THING_PLAYER))
        return;
    wake_location(c, to);
    context_run(c, command_find("look"), "look");
    deed_happens(c, to, DEED_ENTER);
}

enum command_result move_actor(struct context *c, enum direction d)
{
    loopguard_check_worker("move_actor()");
    assert((unsigned)d < DIRECTIONS);
    if (c->where != c->location) {
        report_actor(c, "You cannot walk about in here.");
        return COMMAND_DONE;
    }
    struct thing *to = exits_to(c->where, d);
    if (!to) {
        report_actor(c, "You cannot go %s from here.", direction_name(d));
        return COMMAND_DONE;
    }
    struct thing *door = door_closing(c->where, (int)d);
    if (door) {
        report_actor(c, "You cannot go %s, %s is blocking your way.", direction_name(d),
                     name_get(door));
        return COMMAND_DONE;
    }
    if (!context_need(c, to))
        return COMMAND_AGAIN;
    if (stopped(c, d))
        return COMMAND_DONE;
    struct thing *from = c->where;
    const char *name = name_get(c->actor);
    report_passing(c, from, "%s %s %s.", name, d == UP || d == DOWN ? "goes" : "leaves",
                   direction_name(d));
    report_passing(c, to, "%s arrives from %s.", name, direction_arrival(direction_opposite(d)));
    arrive(c, to);
    return COMMAND_DONE;
}

enum command_result move_to(struct context *c, struct thing *to, const char *leaves,
                            const char *arrives)
{
    loopguard_check_worker("move_to()");
    assert(thing_is(to, THING_LOCATION) && leaves && arrives);
    if (!context_need(c, to))
        return COMMAND_AGAIN;
    report_passing(c, c->where, "%s %s", name_get(c->actor), leaves);
    report_passing(c, to, "%s %s", name_get(c->actor), arrives);
    arrive(c, to);
    return COMMAND_DONE;
}
