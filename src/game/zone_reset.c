// A zone's reset: its whole list is worked through in one event, with the locks of every location
// of the zone held, so that "nobody is there" and "so many are in the world" are exact. The counts
// of copies are behind the locks of the zones that define the prototypes.
#include "game/events.h"

#include "command/context.h"
#include "game/ending.h"
#include "world/attr/body.h"
#include "world/attr/door.h"
#include "world/inventory.h"
#include "world/limbo.h"
#include "world/zone.h"

#include <stddef.h>

static struct thing *door_at(struct thing *location, int direction)
{
    inventory_foreach (t, location, INVENTORY_NARRATIVE)
        if (door_is(t) && door_exit(t) == direction)
            return t;
    return NULL;
}

static bool need_removal(struct context *c, const struct zone_reset *r)
{
    bool held = true;
    inventory_foreach (t, r->where, INVENTORY_THINGS)
        if (thing_prototype(t) == r->what)
            held &= ending_need(c, t);
    return held;
}

// Locations first: their contents may be read only with their locks held.
static bool need_places(struct context *c, const struct zone_reset *list)
{
    bool held = true;
    for (const struct zone_reset *r = list; r; r = r->next) {
        if (r->where && r->kind != ZONE_PUT)
            held &= context_need(c, r->where);
        held &= need_places(c, r->then);
    }
    return held;
}

static bool need_contents(struct context *c, const struct zone_reset *list)
{
    bool held = true;
    for (const struct zone_reset *r = list; r; r = r->next) {
        struct thing *door = r->kind == ZONE_DOOR ? door_at(r->where, r->direction) : NULL;
        if (door && door_far(door))
            held &= context_need(c, door_far(door));
        if (r->kind == ZONE_REMOVE)
            held &= need_removal(c, r);
        held &= need_contents(c, r->then);
    }
    return held;
}

static bool zone_reset_need_all(struct context *c)
{
    size_t n;
    bool held = true;
    struct zone *const *zones = zone_needs(c->zone, &n);
    for (size_t i = 0; i < n; i++)
        held &= context_need_lock(c, zone_lock(zones[i]), LOCK_EXCLUSIVE);
    struct thing *const *locations = zone_locations(c->zone, &n);
    for (size_t i = 0; i < n; i++)
        held &= context_need(c, locations[i]);
    held &= need_places(c, *zone_resets(c->zone));
    return held && need_contents(c, *zone_resets(c->zone));
}

static bool occupied(struct zone *z)
{
    size_t n;
    struct thing *const *locations = zone_locations(z, &n);
    for (size_t i = 0; i < n; i++)
        if (inventory_count(locations[i], INVENTORY_PLAYERS))
            return true;
    return false;
}

static struct thing *zone_reset_find_inside(struct thing *in, const struct thing *prototype)
{
    struct thing *found = NULL;
    inventory_foreach (t, in, INVENTORY_THINGS) {
        if (thing_prototype(t) == prototype)
            found = t;
        struct thing *inner = inventory_has(t) ? zone_reset_find_inside(t, prototype) : NULL;
        if (inner)
            found = inner;
    }
    return found;
}

// The last copy in the zone: that is what the lists of old worlds mean.
static struct thing *zone_reset_find_container(struct zone *z, const struct thing *prototype)
{
    size_t n;
    struct thing *found = NULL;
    struct thing *const *locations = zone_locations(z, &n);
    for (size_t i = 0; i < n; i++) {
        struct thing *t = zone_reset_find_inside(locations[i], prototype);
        if (t)
            found = t;
    }
    return found;
}

static struct thing *zone_reset_place_copy(const struct zone_reset *r, struct thing *into)
{
    if (!into || !inventory_has(into) || (r->limit >= 0 && zone_population(r->what) >= r->limit))
        return NULL;
    struct thing *t = limbo_copy(r->what);
    if (limbo_publish(t, into) != INVENTORY_MOVED) {
        limbo_free(t);
        return NULL;
    }
    zone_born(t);
    return t;
}

static void remove_copies(struct context *c, const struct zone_reset *r)
{
    inventory_foreach (t, r->where, INVENTORY_THINGS)
        if (thing_prototype(t) == r->what)
            ending_junk(c, t);
}

static void set_door(const struct zone_reset *r)
{
    struct thing *door = door_at(r->where, r->direction);
    if (door && (door_is_open(door) != r->open || door_is_locked(door) != r->locked))
        door_change(door, r->open, r->locked);
}

static void zone_reset_perform(struct context *c, const struct zone_reset *list,
                               struct thing *parent);

static void perform_one(struct context *c, const struct zone_reset *r, struct thing *parent)
{
    struct thing *placed = NULL;
    switch (r->kind) {
    case ZONE_PLACE:
        placed = zone_reset_place_copy(r, r->where);
        break;
    case ZONE_PUT:
        placed = zone_reset_place_copy(r, r->where ? zone_reset_find_container(c->zone, r->where)
                                                   : parent);
        break;
    case ZONE_GIVE:
        placed = zone_reset_place_copy(r, parent);
        break;
    case ZONE_EQUIP: {
        struct thing *by;
        const char *slot;
        placed = zone_reset_place_copy(r, parent);
        if (placed)
            body_use(parent, placed, (enum body_use)r->use, &by, &slot);
        break;
    }
    case ZONE_REMOVE:
        remove_copies(c, r);
        break;
    case ZONE_DOOR:
        set_door(r);
        break;
    }
    if (placed)
        zone_reset_perform(c, r->then, placed);
}

static void zone_reset_perform(struct context *c, const struct zone_reset *list,
                               struct thing *parent)
{
    for (const struct zone_reset *r = list; r; r = r->next)
        perform_one(c, r, parent);
}

// Things that come back even while a player is in the zone.
static void respawn(struct context *c, const struct zone_reset *list)
{
    for (const struct zone_reset *r = list; r; r = r->next)
        if (r->respawn)
            perform_one(c, r, NULL);
}

static enum command_result zone_reset_run(struct context *c)
{
    if (!zone_reset_need_all(c))
        return COMMAND_AGAIN;
    if (zone_mode(c->zone) == ZONE_EMPTY && occupied(c->zone))
        respawn(c, *zone_resets(c->zone));
    else
        zone_reset_perform(c, *zone_resets(c->zone), NULL);
    size_t n;
    struct thing *const *locations = zone_locations(c->zone, &n);
    for (size_t i = 0; i < n; i++)
        if (inventory_count(locations[i], INVENTORY_PLAYERS))
            wake_location(c, locations[i]);
    return COMMAND_DONE;
}

const struct command command_zone = {
    .name = "$zone", .flags = COMMAND_SCRIPT, .run = zone_reset_run};
