// Reading and storing locations. The walk to the outermost inventory may be wrong without a lock
// but is never unsafe: it follows type-stable memory and gives up at a depth that only a cycle
// reaches.
#include "lock/place.h"

#include "lock/hooks.h"
#include "lock/lockset.h"

#include <stddef.h>

uint64_t place_read_at(struct place *p, const struct site *at)
{
    uint64_t where = place_peek(p);
    if (place_kind(where) == PLACE_PLACED)
        hooks_where(p, place_container(where), at);
    return where;
}

struct place *place_outermost_at(struct place *p, const struct site *at)
{
    for (int depth = 0; depth < PLACE_DEPTH_MAX; depth++) {
        uint64_t where = place_peek(p);
        if (place_kind(where) != PLACE_PLACED)
            return NULL;
        struct place *in = place_container(where);
        hooks_where(p, in, at);
        if (in == p)
            return p;
        p = in;
    }
    return NULL;
}

struct place *place_root_peek(struct place *p, uint64_t *last)
{
    uint64_t where = 0;
    for (int depth = 0; depth < PLACE_DEPTH_MAX; depth++) {
        where = place_peek(p);
        if (place_kind(where) != PLACE_PLACED || place_container(where) == p)
            break;
        p = place_container(where);
    }
    *last = where;
    return p;
}

void place_store_at(struct place *p, uint64_t where, const struct site *at)
{
    hooks_store(p, where, at);
    lockset_changed(p, WRITE_SET_MOVED);
    atomic_store_explicit(&p->where, where, memory_order_release);
}
