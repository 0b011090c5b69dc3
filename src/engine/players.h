// The players in the world who belong to one loop. Only on the thread of that loop.
#ifndef ENGINE_PLAYERS_H
#define ENGINE_PLAYERS_H

#include "util/loopguard.h"

#include <stdatomic.h>
#include <stddef.h>

struct player_task;
struct dispatch_ops;
struct outcome;
struct players;

// `all` counts the players of all loops, and outlives the list.
struct players *players_new(_Atomic size_t *all);
void players_free(struct players *p);
LOOP_ONLY void players_add(struct players *p, struct player_task *a);
LOOP_ONLY struct player_task *players_find(const struct players *p, const char *name);
LOOP_ONLY size_t players_count(const struct players *p);
LOOP_ONLY void players_each(struct players *p, void (*fn)(struct player_task *a, void *arg),
                            void *arg);
// An outcome has come back: calls the ops, sends the next piece of work, forgets a player who has
// left.
LOOP_ONLY void players_outcome(struct players *p, struct outcome *o,
                               const struct dispatch_ops *ops);

#endif
