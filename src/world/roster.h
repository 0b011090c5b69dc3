// Who is on; see world.h for what others may call. For world/ only.
#ifndef WORLD_ROSTER_H
#define WORLD_ROSTER_H

struct roster;
struct world;

struct roster *roster_new(struct world *w);
void roster_free(struct roster *r);
struct roster *world_roster_peek(struct world *w);

#endif
