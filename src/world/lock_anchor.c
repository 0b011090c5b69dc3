// Lock anchors: things made only for their lock. Made while the world is built; never freed before
// it.
#include "world/lock_anchor.h"

#include "world/world_priv.h"

#include <assert.h>

struct thing *lock_anchor_new(struct world *w, const char *label)
{
    assert(label);
    struct thing *t = thing_alloc(w);
    atomic_store(&t->place.label, world_intern(w, label));
    inventory_give(t, 0);
    hooks_permit(&t->place);
    place_store_at(&t->place, place_word_in(&t->place), NULL);
    return t;
}

void lock_anchor_touch(struct thing *anchor, bool write, const struct site *at)
{
    hooks_list(&anchor->place, write, at);
    if (write)
        lockset_changed(&anchor->place, WRITE_SET_SHARED_STATE);
}
