// Appointments of a thing: its next action, reset, clean-up, door closing, healing, wandering,
// blow. An appointment is a generation kept with the thing; the timer carries a copy, and one that
// was called off or made anew is told by the difference, under the lock, before it acts.
//
// Locks: the outermost inventory of the thing. Timers themselves are made after the locks are
// released, from the requests gathered here; see agenda_sink.
#ifndef WORLD_ATTR_AGENDA_H
#define WORLD_ATTR_AGENDA_H

#include "lock/site.h"
#include "world/thing.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum agenda_kind {
    AGENDA_ACTION,
    AGENDA_RESET,
    AGENDA_CLEANUP,
    AGENDA_DOOR,
    AGENDA_HEALTH,
    AGENDA_WANDER,
    AGENDA_QUIT, // a linkdead player leaves
    // The numbers are in snapshots and journals: a new kind goes at the end.
    AGENDA_RECALL, // a player who thinks of home is there
    AGENDA_ROUND,  // a fighter strikes, or may strike again
    AGENDA_KINDS,
};

struct agenda_request {
    struct tref thing;
    uint32_t generation;
    enum agenda_kind kind;
    int64_t delay; // ms from now
};

// Where requests gather; one for each running command, emptied by the dispatcher.
struct agenda_sink {
    struct agenda_request *list;
    size_t count, cap;
};

void agenda_sink_fini(struct agenda_sink *s);

// Makes an appointment, calling off the one of its kind before.
void agenda_set_at(struct agenda_sink *s, struct thing *t, enum agenda_kind kind, int64_t delay,
                   const struct site *at);
void agenda_cancel_at(struct thing *t, enum agenda_kind kind, const struct site *at);
bool agenda_pending_at(struct thing *t, enum agenda_kind kind, const struct site *at);
// Is this the appointment that stands? A timer's task asks so in each pass before it changes
// anything.
__attribute__((warn_unused_result)) bool agenda_stands_at(struct thing *t, enum agenda_kind kind,
                                                          uint32_t generation,
                                                          const struct site *at);
// The appointment is over, if it is the one that stands. Asks nothing for the checker: whoever
// calls this has asked before.
void agenda_over_at(struct thing *t, enum agenda_kind kind, uint32_t generation,
                    const struct site *at);
const char *agenda_kind_name(enum agenda_kind kind);

#define agenda_set(s, t, kind, delay) agenda_set_at((s), (t), (kind), (delay), SITE)
#define agenda_cancel(t, kind) agenda_cancel_at((t), (kind), SITE)
#define agenda_pending(t, kind) agenda_pending_at((t), (kind), SITE)
#define agenda_stands(t, kind, generation) agenda_stands_at((t), (kind), (generation), SITE)
#define agenda_over(t, kind, generation) agenda_over_at((t), (kind), (generation), SITE)

#endif
