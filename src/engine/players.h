// The players in the world, as the loop knows them. Loop thread only.
#ifndef ENGINE_PLAYERS_H
#define ENGINE_PLAYERS_H

#include "util/loopguard.h"

#include <stddef.h>

struct player_task;
struct dispatch_ops;
struct outcome;
struct players;

struct players *players_new(void);
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
