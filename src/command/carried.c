// Small questions about containers and carrying that several commands ask.
#include "command/carried.h"

#include "command/context.h"
#include "world/door.h"
#include "world/inventory.h"

bool carried_is_container(struct thing *t)
{
    return inventory_has(t) && !thing_is_creature(t);
}

bool carried_is_closed(struct thing *t)
{
    return door_is(t) && door_exit(t) < 0 && !door_is_open(t);
}

bool carried_by_actor(struct context *c, struct thing *t)
{
    for (struct thing *in = thing_where(t); in; in = thing_where(in))
        if (in == c->actor)
            return true;
    return false;
}
