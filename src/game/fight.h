// Fights: one blow of each creature in a round of three seconds by the event's clock, however much
// is typed meanwhile. A creature strikes at one other at a time; it has one timer for its
// next blow, so however many fight and however often they begin, no blow comes twice.
//
// Locks: that of where the actor is; what a death may need is asked for by fight_need.
#ifndef GAME_FIGHT_H
#define GAME_FIGHT_H

#include "command/command.h"

#include <stdbool.h>

struct context;
struct thing;

// May the actor strike at `who`, who is where the actor is? If not and `tell` is set, says why not.
bool fight_may(struct context *c, struct thing *who, bool tell);
// All locks that a blow at `who` may need. False: COMMAND_AGAIN.
bool fight_need(struct context *c, struct thing *who);
// The actor turns on `who`: strikes now, or when its round is over. After fight_may and fight_need.
void fight_turn_on(struct context *c, struct thing *who);
// Has the actor a fight that is still going on? If so it is over, for the actor.
bool fight_leave(struct context *c);

// What the timer for a blow runs when it is valid; `done` is called once all locks are held.
enum command_result fight_round(struct context *c, void (*done)(struct context *c));
// Wounds heal by themselves, a step at a time and not in a fight: sets the timer for the
// next step unless there is one, or nothing to heal.
void fight_heal_later(struct context *c, struct thing *who);
// What that timer runs.
void fight_heal(struct context *c);

#endif
