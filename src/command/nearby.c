// Rings of locations. The lock of the first ring is asked for under the actor's lock, those of the
// second under the first ring's, and so on; in the order of directions, never of addresses.
#include "command/nearby.h"

#include "command/context.h"
#include "util/loopguard.h"
#include "world/attr/exits.h"

#include <assert.h>

static bool nearby_known(const struct nearby *n, const struct thing *t)
{
    for (size_t i = 0; i < n->count; i++)
        if (n->list[i] == t)
            return true;
    return false;
}

bool nearby_gather(struct context *c, unsigned moves, struct nearby *n)
{
    loopguard_check_worker("nearby_gather()");
    assert(moves <= 2);
    n->list[0] = c->location;
    n->count = 1;
    n->ring_end[0] = 1;
    size_t from = 0;
    for (unsigned ring = 1; ring <= moves; ring++) {
        size_t to = n->count;
        bool held = true;
        for (size_t i = from; i < to; i++)
            for (unsigned d = 0, ways = exits_ways(n->list[i]); ways >> d; d++) {
                struct thing *next =
                    ways & 1U << d ? exits_to(n->list[i], (enum direction)d) : NULL;
                if (!next || nearby_known(n, next) || n->count == NEARBY_MAX)
                    continue;
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
