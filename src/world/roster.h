// The list of players in the world; see world.h for what other rooms may call. For world/ only.
#ifndef WORLD_ROSTER_H
#define WORLD_ROSTER_H

#include <stddef.h>

struct roster;
struct roster_entry;
struct world;

struct roster *roster_new(struct world *w);
void roster_free(struct roster *r);
struct roster *world_roster_peek(struct world *w);
// The list without the checker, while nothing runs.
const struct roster_entry *roster_peek(const struct roster *r, size_t *count);

#endif
