// Fights: each creature strikes one blow in a round of three seconds by the event's clock, however
// much is typed meanwhile. A creature has one opponent at a time and one timer for its next blow,
// so no blow comes twice, however many fight and however often they begin.
//
// Locks: the location of the actor; fight_need asks for what a death may need.
#ifndef GAME_FIGHT_H
#define GAME_FIGHT_H

#include "command/command.h"
#include "util/loopguard.h"

#include <stdbool.h>

struct context;
struct thing;

// May the actor strike at `who`, who is in the same place? If not and `tell` is set, tells the
// actor why.
WORKER_ONLY bool fight_may(struct context *c, struct thing *who, bool tell);
// Asks for all locks that a blow at `who` may need. False: COMMAND_AGAIN.
WORKER_ONLY bool fight_need(struct context *c, struct thing *who);
// Makes `who` the actor's opponent and strikes now, or when the present round ends. After fight_may
// and fight_need.
WORKER_ONLY void fight_turn_on(struct context *c, struct thing *who);
// Ends the actor's fight, for the actor only. False: the actor had none.
WORKER_ONLY bool fight_leave(struct context *c);

// What the timer for a blow runs when it is valid; `done` is called once all locks are held.
WORKER_ONLY enum command_result fight_round(struct context *c, void (*done)(struct context *c));
// Wounds heal by themselves, a step at a time and not during a fight: sets the timer for the next
// step, unless it is set or there is nothing to heal.
WORKER_ONLY void fight_heal_later(struct context *c, struct thing *who);
// The command of that timer.
WORKER_ONLY void fight_heal(struct context *c);

#endif
