// Doors and lids. The state is shared by the two sides of a door, so it is changed with the locks of
// both locations held.
#include "command/door_act.h"

#include "command/context.h"
#include "command/match.h"
#include "command/report.h"
#include "util/mutation.h"
#include "world/direction.h"
#include "world/door.h"
#include "world/inventory.h"
#include "world/name.h"
#include "world/vetoes.h"

static struct thing *door_towards(struct context *c, int d)
{
    inventory_foreach(t, c->where, INVENTORY_NARRATIVE)
        if (door_is(t) && door_exit(t) == d)
            return t;
    report_actor(c, "There is no door %s.", direction_name((enum direction)d));
    return NULL;
}

static struct thing *find(struct context *c)
{
    if (c->words.count < 2) {
        report_actor(c, "What do you want to %s?", c->command->name);
        return NULL;
    }
    int d = c->words.count == 2 ? direction_by_name(words_at(&c->words, 1)) : -1;
    if (d >= 0 && c->where == c->location)
        return door_towards(c, d);
    struct thing *t =
        match_one(c, 1, c->words.count, MATCH_CARRIED | MATCH_HERE | MATCH_NARRATIVE);
    if (t && !door_is(t)) {
        report_actor(c, "You cannot %s %s.", c->command->name, name_get(t));
        return NULL;
    }
    return t;
}

bool door_act_has_key(struct context *c, struct thing *door, const char *verb)
{
    if (door_latch(door))
        return true;
    struct thing *key = door_key(door);
    if (!key) {
        report_actor(c, "%s has no lock.", name_get(door));
        return false;
    }
    inventory_foreach(t, c->actor, INVENTORY_THINGS)
        if (thing_prototype(t) == key)
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
        agenda_cancel(door, AGENDA_DOOR);
    else if (after)
        agenda_set(&c->agenda, door, AGENDA_DOOR, context_delay(c, after, jitter));
}

enum command_result door_act(struct context *c, const struct door_act *act)
{
    struct thing *door = find(c);
    if (!door)
        return COMMAND_DONE;
    const char *why = vetoes_get(door, c->command->name);
    if (why) {
        report_actor(c, "%s", why);
        return COMMAND_DONE;
    }
    struct thing *far = door_far(door);
    if (far && !MUTATION_CHOSEN(14) && !context_need(c, far))
        return COMMAND_AGAIN;
    bool open = door_is_open(door), locked = door_is_locked(door);
    if (!act->change(c, door, &open, &locked))
        return COMMAND_DONE;
    if (far && MUTATION_CHOSEN(14) && !context_holds(c, far) && MUTATION(14))
        far = NULL; // nobody is told who cannot be found without the lock
    door_change(door, open, locked);
    schedule(c, door);
    report_actor(c, "You %s %s.", act->verb, name_get(door));
    report_here(c, "%s %s %s.", name_get(c->actor), act->verbs, name_get(door));
    if (far)
        report_observers(c, thing_where(far), "Somebody on the other side %s %s.", act->verbs,
                         name_get(far));
    return COMMAND_DONE;
}
