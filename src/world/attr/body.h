// Bodies, their slots, and what things take which slots.
// Locks: the outermost inventory of the thing.
#ifndef WORLD_ATTR_BODY_H
#define WORLD_ATTR_BODY_H

#include "util/site.h"

#include <stdbool.h>

struct thing;

enum body_use { BODY_HOLD, BODY_WEAR, BODY_WIELD, BODY_USES };

enum body_outcome {
    BODY_DONE = 1,
    BODY_NOT_SUCH = 2, // the thing cannot be used that way
    BODY_NO_SLOT = 3,  // the creature has no such slot at all
    BODY_TAKEN = 4,    // the slot is in use: see *by
};

// The slots that a thing takes in that use; NULL when it cannot be used so. A thing without
// `holdable` takes one hand to hold, unless it is a creature. NULL-terminated, borrowed, interned
// names.
const char *const *body_slots_at(struct thing *item, enum body_use use, const struct site *at);
int body_count_at(struct thing *creature, const char *slot, const struct site *at);
// Puts a carried thing to use, or takes it out of use.
enum body_outcome body_use_at(struct thing *creature, struct thing *item, enum body_use use,
                              struct thing **by, const char **slot, const struct site *at);
void body_unuse_at(struct thing *item, const struct site *at);
// The use of a carried thing; false when it is not in use.
bool body_used_at(struct thing *item, enum body_use *use, const struct site *at);
const char *body_use_name(enum body_use use); // "holding", "wearing", "wielding"
#define body_slots(item, use) body_slots_at((item), (use), SITE)
#define body_count(creature, slot) body_count_at((creature), (slot), SITE)
#define body_use(creature, item, use, by, slot)                                                    \
    body_use_at((creature), (item), (use), (by), (slot), SITE)
#define body_unuse(item) body_unuse_at((item), SITE)
#define body_used(item, use) body_used_at((item), (use), SITE)

#endif
