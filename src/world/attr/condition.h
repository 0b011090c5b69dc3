// The condition of a rule on the player it is for: marks, and carried things. For the decoders of
// attributes in world/; conditions never change.
// Locks: to test one, the outermost inventory of the player.
#ifndef WORLD_ATTR_CONDITION_H
#define WORLD_ATTR_CONDITION_H

#include "world/attr.h"

#include <stdbool.h>

struct condition;

struct condition *condition_decode(struct attr_decode *d, const struct doc_node *n); // NULL: bad
struct doc_node *condition_encode(const struct condition *c, struct doc *out);
void condition_free(struct condition *c);
// Does the condition hold for t? NULL always holds. Creatures that are no players have no marks.
bool condition_holds_at(const struct condition *c, struct thing *t, const struct site *at);

// Does t carry a copy of that prototype, at any depth?
bool condition_carries_at(struct thing *t, const char *ref, const struct site *at);
#define condition_carries(t, ref) condition_carries_at((t), (ref), SITE)

#endif
