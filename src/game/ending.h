// How things end: junked, cleaned up, or left behind by a player who quits. A copy is freed; a
// unique thing goes back to its origin, out of play until its reset.
// Locks: ending_need asks for all that the others need; see each.
#ifndef GAME_ENDING_H
#define GAME_ENDING_H

#include "util/loopguard.h"

#include <stdbool.h>

struct context;
struct thing;

// Asks for the locks needed to end t and all inside it (or only the things inside): those of the
// zones that count copies, and of the origins of unique things. False: COMMAND_AGAIN.
WORKER_ONLY bool ending_need(struct context *c, struct thing *t);
WORKER_ONLY bool ending_need_contents(struct context *c, struct thing *t);

// Ends t, contents first, and schedules its reset. Needs ending_need and the lock of where t is.
// Contents of a unique thing that are not unique were put there by somebody: they stay where t was.
WORKER_ONLY void ending_junk(struct context *c, struct thing *t);
bool ending_leaves_contents(struct thing *t); // would ending t leave contents behind?
// Sends the unique things inside t to their origins and schedules their resets. Other things stay,
// including those that were inside a unique thing.
WORKER_ONLY void ending_send_home(struct context *c, struct thing *t);
// Takes the copies inside t, and t, out of their zones' counts, because t is about to leave the
// world.
WORKER_ONLY void ending_uncount(struct context *c, struct thing *t);

// A player has come to a location: sets the timers of things there that act by themselves.
WORKER_ONLY void wake_location(struct context *c, struct thing *location);
// ending_left_lying: t lies where nobody carries it, so its clean-up timer is set, unless a
// container around it has one. ending_picked_up: t is carried, so the clean-up timers of t and of
// its contents are cancelled.
WORKER_ONLY void ending_left_lying(struct context *c, struct thing *t);
void ending_picked_up(struct thing *t);

#endif
