// The marks of a player, in the order of getting them. They are in the character file and in
// snapshots. A mark that no zone defines any more is kept and shows nothing.
// Locks: the outermost inventory of the player.
#ifndef WORLD_ATTR_MARKS_H
#define WORLD_ATTR_MARKS_H

#include "util/site.h"

#include <stdbool.h>
#include <stddef.h>

struct thing;

bool marks_has_at(struct thing *t, const char *ref, const struct site *at);
// Adds a mark; false when the player has it already, or has the greatest number of marks.
bool marks_add_at(struct thing *t, const char *ref, const struct site *at);
const char *marks_get_at(struct thing *t, size_t n, const struct site *at); // NULL past the last
// The title of the last one that has a title (world/mark.h); NULL: none. Never freed.
const char *marks_title_at(struct thing *t, const struct site *at);
#define marks_has(t, ref) marks_has_at((t), (ref), SITE)
#define marks_add(t, ref) marks_add_at((t), (ref), SITE)
#define marks_get(t, n) marks_get_at((t), (n), SITE)
#define marks_title(t) marks_title_at((t), SITE)

// For snapshots: without the checker, while nothing runs.
const char *marks_title_peek(const struct thing *t);

#endif
