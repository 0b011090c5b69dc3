// Offices: things made only for their lock. Made while the world is built; never freed before it.
#include "world/office.h"

#include "world/world_priv.h"

struct thing *office_new(struct world *w, const char *label)
{
    struct thing *t = thing_alloc(w);
    atomic_store(&t->place.label, world_intern(w, label));
    inventory_give(t, 0);
    lockcheck_permit(&t->place);
    place_store_at(&t->place, place_word_in(&t->place), NULL);
    return t;
}

void office_touch(struct thing *office, bool write, const struct site *at)
{
    lockcheck_list(&office->place, write, at);
    if (write)
        lockset_changed(&office->place, CHANGES_OFFICE);
}
