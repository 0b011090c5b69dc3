// A shout or a sneeze reaches many locations, so a player may be that loud only once in two
// seconds.
// Threads: workers, in a command that has all its locks.
#ifndef GAME_BREATH_H
#define GAME_BREATH_H

#include "util/loopguard.h"

#include <stdbool.h>

struct context;

// True when the actor is a player who was as loud less than two seconds ago; they get a message
// then. Otherwise the two seconds begin.
WORKER_ONLY bool breath_is_short(struct context *c);

#endif
