// Inventories: what is in a thing, in four lists. A location, a container and a creature have one.
//
// Locks: every function here needs the lock of the inventory's outermost thing; inventory_move
// needs those of both sides. The checker is told.
#ifndef WORLD_INVENTORY_H
#define WORLD_INVENTORY_H

#include "util/site.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct thing;

enum inventory_list {
    INVENTORY_PLAYERS,   // in order of arrival
    INVENTORY_THINGS,    // everything else that can be seen, and mobiles
    INVENTORY_NARRATIVE, // scenery
    INVENTORY_DISABLED,  // out of play, waiting for a reset, but covered by this lock
    INVENTORY_LISTS,
};

// How deep a thing may be in others: well below what a walk outwards follows (lock/place.h).
enum { INVENTORY_DEPTH_MAX = 24 };

enum inventory_outcome {
    INVENTORY_MOVED = 1,
    INVENTORY_FULL =
        2, // the destination's capacity is reached, or it would be too deep inside others
    INVENTORY_CYCLE = 3, // the destination is inside the thing
};

bool inventory_has(const struct thing *t); // identity: does it have one at all?

// Iteration. The body must not move things that it has yet to reach; inventory_next is read before
// the body, so moving the thing at hand is allowed.
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

// Which list an item is in (the lock of its outermost inventory is held).
enum inventory_list inventory_list_of_at(struct thing *item, const struct site *at);
#define inventory_list_of(item) inventory_list_of_at((item), SITE)

// Moves an item from where it is into another inventory, into the list for its kind. Capacity is
// checked for INVENTORY_THINGS only. Nothing happens unless the outcome is INVENTORY_MOVED.
__attribute__((warn_unused_result)) enum inventory_outcome
inventory_move_at(struct thing *item, struct thing *to, const struct site *at);
#define inventory_move(item, to) inventory_move_at((item), (to), SITE)

// Moves an item that is in play into a location. That has room for everything: it has no capacity,
// and nothing gets deeper there than it was.
void inventory_relocate_at(struct thing *item, struct thing *location, const struct site *at);
#define inventory_relocate(item, location) inventory_relocate_at((item), (location), SITE)

// Moves it there out of play, whether there is room or not: the destination is where it belongs.
// False: the destination is inside it, or it is in nothing; nothing happens then.
__attribute__((warn_unused_result)) bool
inventory_bring_home_at(struct thing *item, struct thing *to, const struct site *at);
#define inventory_bring_home(item, to) inventory_bring_home_at((item), (to), SITE)

// Out of play in place, and back. The item stays in its inventory.
void inventory_disable_at(struct thing *item, const struct site *at);
void inventory_enable_at(struct thing *item, const struct site *at);
#define inventory_disable(item) inventory_disable_at((item), SITE)
#define inventory_enable(item) inventory_enable_at((item), SITE)

// The players in a location with their outboxes, side by side, so that a message for all of them
// is copied and not walked for. Outbox 0: a player without a connection.
struct audience {
    struct thing *player;
    uint32_t outbox;
};
const struct audience *inventory_audience_at(struct thing *in, size_t *count,
                                             const struct site *at);
#define inventory_audience(in, count) inventory_audience_at((in), (count), SITE)

// For building and for limbo.c: gives a thing an inventory.
void inventory_give(struct thing *t, uint32_t capacity);
// For player.c: a player's outbox is another now.
void inventory_audience_update(struct thing *player, uint32_t outbox);

#endif
