// Inventories: what is in a thing, in four lists. A location, a container and a creature have one.
//
// Locks: every function here needs the lock of the inventory's outermost thing; inventory_move
// needs those of both sides. The checker sees each access.
#ifndef WORLD_INVENTORY_H
#define WORLD_INVENTORY_H

#include "util/site.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct thing;

enum inventory_list {
    INVENTORY_PLAYERS,   // players, in order of arrival
    INVENTORY_THINGS,    // mobiles, and everything else that can be seen
    INVENTORY_NARRATIVE, // scenery
    INVENTORY_DISABLED,  // things out of play that wait for a reset; this lock covers them too
    INVENTORY_LISTS,
};

// How deep a thing may be nested: well below the limit of a walk outwards (lock/place.h).
enum { INVENTORY_DEPTH_MAX = 24 };

enum inventory_outcome {
    INVENTORY_MOVED = 1,
    INVENTORY_FULL = 2,  // the destination is full, or it would be too deep
    INVENTORY_CYCLE = 3, // the destination is inside the thing
};

bool inventory_has(const struct thing *t); // identity, no lock needed: does it have an inventory?

// Iteration. The body must not move things that it has yet to reach. The next thing is read before
// the body runs, so the body may move the current one.
struct thing *inventory_first_at(struct thing *in, enum inventory_list list, const struct site *at);
struct thing *inventory_next_at(struct thing *item, const struct site *at); // in the same list
#define inventory_next(item) inventory_next_at((item), SITE)
#define inventory_first(in, list) inventory_first_at((in), (list), SITE)
#define inventory_foreach(item, in, list)                                                          \
    for (struct thing *item = inventory_first((in), (list)), *item##_next_;                        \
         item && (item##_next_ = inventory_next(item), true); item = item##_next_)

size_t inventory_count_at(struct thing *in, enum inventory_list list, const struct site *at);
#define inventory_count(in, list) inventory_count_at((in), (list), SITE)
size_t inventory_capacity_at(struct thing *in, const struct site *at); // 0: no limit
#define inventory_capacity(in) inventory_capacity_at((in), SITE)

// The list that an item is in. Needs the lock of its outermost inventory.
enum inventory_list inventory_list_of_at(struct thing *item, const struct site *at);
#define inventory_list_of(item) inventory_list_of_at((item), SITE)

// Moves an item from where it is into another inventory, into the list for its kind. Capacity is
// checked for INVENTORY_THINGS only. Nothing is changed unless the outcome is INVENTORY_MOVED.
__attribute__((warn_unused_result)) enum inventory_outcome
inventory_move_at(struct thing *item, struct thing *to, const struct site *at);
#define inventory_move(item, to) inventory_move_at((item), (to), SITE)

// Moves an item that is in play into a location. A location has no capacity, and nesting gets no
// deeper there, so this always succeeds.
void inventory_relocate_at(struct thing *item, struct thing *location, const struct site *at);
#define inventory_relocate(item, location) inventory_relocate_at((item), (location), SITE)

// Moves an item out of play into the inventory where it belongs, whether there is room or not.
// False, with nothing changed: the destination is inside the item, or the item is in no inventory.
__attribute__((warn_unused_result)) bool
inventory_bring_home_at(struct thing *item, struct thing *to, const struct site *at);
#define inventory_bring_home(item, to) inventory_bring_home_at((item), (to), SITE)

// Takes an item out of play within its inventory, and back.
void inventory_disable_at(struct thing *item, const struct site *at);
void inventory_enable_at(struct thing *item, const struct site *at);
#define inventory_disable(item) inventory_disable_at((item), SITE)
#define inventory_enable(item) inventory_enable_at((item), SITE)

// The players in a location with their outboxes, side by side in memory, so that the addressees of
// a message are copied in one piece. Outbox 0: a player without a connection.
struct audience {
    struct thing *player;
    uint32_t outbox;
};
const struct audience *inventory_audience_at(struct thing *in, size_t *count,
                                             const struct site *at);
#define inventory_audience(in, count) inventory_audience_at((in), (count), SITE)

// Gives a thing an inventory. For building and for limbo.c.
void inventory_give(struct thing *t, uint32_t capacity);
// A player's outbox has changed. For player.c.
void inventory_audience_update(struct thing *player, uint32_t outbox);

#endif
