// Rings of locations. The first ring is asked for under the actor's lock, the second under the
// first ring's, and so on; the order is that of directions, never of addresses.
#include "command/nearby.h"

#include "command/context.h"
#include "lock/lock.h"
#include "util/mutation.h"
#include "world/attr/exits.h"

static bool nearby_known(const struct nearby *n, const struct thing *t)
{
    for (size_t i = 0; i < n->count; i++)
        if (n->list[i] == t)
            return true;
    return false;
}

// Planted: the own location is held already, the others come after it in ascending order.
static bool need_after_own(struct context *c, struct thing *next)
{
    if (context_holds(c, next) || thing_lock(next)->id > thing_lock(c->location)->id ||
        !MUTATION(23))
        return false;
    context_need_unsorted(c, next);
    return true;
}

bool nearby_gather(struct context *c, unsigned moves, struct nearby *n)
{
    n->list[0] = c->location;
    n->count = 1;
    n->ring_end[0] = 1;
    size_t from = 0;
    for (unsigned ring = 1; ring <= moves; ring++) {
        size_t to = n->count;
        bool held = true;
        for (size_t i = from; i < to; i++)
            for (int d = 0; d < DIRECTIONS; d++) {
                struct thing *next = exits_to(n->list[i], (enum direction)d);
                if (!next || nearby_known(n, next) || n->count == NEARBY_MAX)
                    continue;
                if (MUTATION_CHOSEN(23) && need_after_own(c, next))
                    return false;
                n->list[n->count++] = next;
                held &= context_need(c, next);
            }
        n->ring_end[ring] = n->count;
        if (!held)
            return false;
        from = to;
    }
    return true;
}
