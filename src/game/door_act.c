// Doors and lids. The two sides of a door share its state, so it is changed with the locks of both
// locations held.
#include "game/door_act.h"

#include "command/carried.h"
#include "command/context.h"
#include "command/match.h"
#include "command/report.h"
#include "world/attr/door.h"
#include "world/attr/name.h"
#include "world/attr/vetoes.h"
#include "world/direction.h"
#include "world/inventory.h"

#include <assert.h>

enum { SCOPE = MATCH_CARRIED | MATCH_HERE | MATCH_NARRATIVE };

static struct thing *door_towards(struct context *c, int d)
{
    inventory_foreach (t, c->where, INVENTORY_NARRATIVE)
        if (door_is(t) && door_exit(t) == d)
            return t;
    report_actor(c, "There is no door %s.", direction_name((enum direction)d));
    return NULL;
}

// Reads "north", or "the door north" and "north door" when nothing has that name; -1: no direction.
static int direction_in(struct context *c, size_t to)
{
    if (c->where != c->location)
        return -1;
    int d = to == 2 ? direction_by_name(words_at(&c->words, 1)) : -1;
    for (size_t i = 1; d < 0 && to > 2 && i < to; i++)
        d = direction_by_name(words_at(&c->words, i));
    if (d < 0 || (to > 2 && match_quietly(c, 1, to, SCOPE)))
        return -1;
    return d;
}

static struct thing *door_act_find(struct context *c, size_t to)
{
    if (to < 2) {
        report_actor(c, "What do you want to %s?", c->command->name);
        return NULL;
    }
    int d = direction_in(c, to);
    if (d >= 0)
        return door_towards(c, d);
    struct thing *t = match_one(c, 1, to, SCOPE);
    if (t && !door_is(t)) {
        report_actor(c, "You cannot %s %s.", c->command->name, name_get(t));
        return NULL;
    }
    return t;
}

// Does the actor carry it, in its hands or in an open bag?
static bool carries(struct thing *in, struct thing *key)
{
    inventory_foreach (t, in, INVENTORY_THINGS) {
        if (thing_prototype(t) == key)
            return true;
        if (carried_is_container(t) && !carried_is_closed(t) && carries(t, key))
            return true;
    }
    return false;
}

// Checks the thing behind WITH: the actor must carry it, and it must be the key if the door has
// one. True: there is no objection.
static bool tool_fits(struct context *c, struct thing *door, size_t with)
{
    if (with >= c->words.count)
        return true;
    if (with + 1 == c->words.count) {
        match_tell_usage(c, "With what?");
        return false;
    }
    struct thing *tool = match_one(c, with + 1, c->words.count, MATCH_CARRIED | MATCH_OPEN);
    if (!tool)
        return false;
    struct thing *key = door_key(door);
    if (!key || thing_prototype(tool) == key)
        return true;
    report_actor(c, "%s does not fit %s.", name_get(tool), name_get(door));
    return false;
}

bool door_act_has_key(struct context *c, struct thing *door, const char *verb)
{
    loopguard_check_worker("door_act_has_key()");
    assert(verb);
    if (door_latch(door))
        return true;
    struct thing *key = door_key(door);
    if (!key) {
        report_actor(c, "%s has no lock.", name_get(door));
        return false;
    }
    if (carries(c->actor, key))
        return true;
    report_actor(c, "You do not have the key to %s %s.", verb, name_get(door));
    return false;
}

static void schedule(struct context *c, struct thing *door)
{
    bool open, locked;
    int64_t after, jitter;
    door_first(door, &open, &locked, &after, &jitter);
    if (door_is_first(door))
        timers_cancel(door, TIMER_DOOR);
    else if (after)
        timers_set(&c->timers, door, TIMER_DOOR, context_delay(c, after, jitter));
}

enum command_result door_act(struct context *c, const struct door_act *act)
{
    loopguard_check_worker("door_act()");
    assert(act->verb && act->verbs && act->change);
    static const char *const prepositions[] = {"with", "using", NULL};
    size_t with = match_split_name(c, 1, prepositions, SCOPE);
    struct thing *door = door_act_find(c, with);
    if (!door || !tool_fits(c, door, with))
        return COMMAND_DONE;
    const char *why = vetoes_for(door, c->command->name, c->actor);
    if (why) {
        report_actor(c, "%s", why);
        return COMMAND_DONE;
    }
    struct thing *far = door_far(door);
    if (far && !context_need(c, far))
        return COMMAND_AGAIN;
    bool open = door_is_open(door), locked = door_is_locked(door);
    if (!act->change(c, door, &open, &locked))
        return COMMAND_DONE;
    door_change(door, open, locked);
    schedule(c, door);
    report_actor(c, "You %s %s.", act->verb, name_get(door));
    report_here(c, "%s %s %s.", name_get(c->actor), act->verbs, name_get(door));
    if (far)
        report_observers(c, thing_where(far), "Somebody on the other side %s %s.", act->verbs,
                         name_get(far));
    return COMMAND_DONE;
}
