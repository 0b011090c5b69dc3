// How things end: junked, cleaned up, left behind by one who quits. A copy is gone for good; a
// unique thing goes back to where it belongs, out of play until its reset.
// Locks: ending_need asks for all that the others need; see each.
#ifndef GAME_ENDING_H
#define GAME_ENDING_H

#include <stdbool.h>

struct context;
struct thing;

// Asks for the locks needed to end t and all inside it (or only what is inside): the zones that
// count copies, the places where unique things belong. False: COMMAND_AGAIN.
bool ending_need(struct context *c, struct thing *t);
bool ending_need_contents(struct context *c, struct thing *t);

// Ends t, contents first. Needs ending_need and the lock of where it is. The reset is scheduled.
// What is in a unique thing and is not unique was put there by somebody: it is left where t was.
void ending_junk(struct context *c, struct thing *t);
bool ending_leaves_contents(struct thing *t); // would there be any?
// Sends the unique things inside t home and schedules their resets; the others stay, also those
// that were in one that goes.
void ending_send_home(struct context *c, struct thing *t);
// The copies inside t, and t, no longer count; t is about to leave the world.
void ending_uncount(struct context *c, struct thing *t);

// Somebody who sees is at a location: things there that act of their own accord begin to.
void wake_location(struct context *c, struct thing *location);
// A thing lies where nobody carries it: its clean-up is due some time later, unless a container of
// it has one. Or it is carried now: its clean-up and those of what is inside are off.
void ending_left_lying(struct context *c, struct thing *t);
void ending_picked_up(struct thing *t);

#endif
