// Shared state, such as the roster or the counts of a zone, is locked like a location: it belongs
// to a lock anchor, a thing that is in no inventory, holds nothing and has a lock. The checker
// treats a lock anchor like any other thing. For world/ only.
// Threads: lock_anchor_new on the thread that builds the world; lock_anchor_touch on workers, which
// hold the anchor's lock. A lock anchor lives as long as its world.
#ifndef WORLD_LOCK_ANCHOR_H
#define WORLD_LOCK_ANCHOR_H

#include "util/site.h"

#include <stdbool.h>

struct thing;
struct world;

struct thing *lock_anchor_new(struct world *w, const char *label);
// Shows the checker and the write set an access to the state behind the anchor's lock.
void lock_anchor_touch(struct thing *anchor, bool write, const struct site *at);

#endif
