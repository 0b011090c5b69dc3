// The timers of a thing: its next action, reset, clean-up, door closing, healing, wandering, blow.
// At most one of each kind is set. Each time one is set it gets a new token, of which the thing
// keeps one copy and the timer's task the other: the task compares them under the lock before it
// acts, so a timer that was cancelled or replaced meanwhile does nothing.
//
// Locks: the outermost inventory of the thing. The tasks are made by the engine after the locks are
// released, from the requests gathered in a timer_sink.
#ifndef WORLD_ATTR_TIMERS_H
#define WORLD_ATTR_TIMERS_H

#include "util/site.h"
#include "world/thing.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum timer_kind {
    TIMER_ACTION,
    TIMER_RESET,
    TIMER_CLEANUP,
    TIMER_DOOR,
    TIMER_HEALTH,
    TIMER_WANDER,
    TIMER_QUIT, // a linkdead player leaves
    // The numbers are in snapshots and journals: a new kind goes at the end.
    TIMER_RECALL, // a player who has typed RECALL goes home
    TIMER_ROUND,  // a fighter strikes, or may strike again
    TIMER_KINDS,
};

struct timer_sink_entry {
    struct tref thing;
    uint32_t token;
    enum timer_kind kind;
    int64_t delay; // ms from now
};

// Where requests gather: one for each running command, emptied by the engine.
struct timer_sink {
    struct timer_sink_entry *list;
    size_t count, cap;
};

void timer_sink_fini(struct timer_sink *s);

// Sets a timer; one of its kind that is set already is cancelled.
void timers_set_at(struct timer_sink *s, struct thing *t, enum timer_kind kind, int64_t delay,
                   const struct site *at);
void timers_cancel_at(struct thing *t, enum timer_kind kind, const struct site *at);
bool timers_pending_at(struct thing *t, enum timer_kind kind, const struct site *at);
// Is a timer of that kind set, and is this its token? A timer's task must ask in each pass before
// it changes anything.
__attribute__((warn_unused_result)) bool timers_valid_at(struct thing *t, enum timer_kind kind,
                                                         uint32_t token, const struct site *at);
// Ends the timer if the token is still its own. The checker does not count this as asking: the
// caller has called timers_valid before.
void timers_finish_at(struct thing *t, enum timer_kind kind, uint32_t token, const struct site *at);
const char *timer_kind_name(enum timer_kind kind);

#define timers_set(s, t, kind, delay) timers_set_at((s), (t), (kind), (delay), SITE)
#define timers_cancel(t, kind) timers_cancel_at((t), (kind), SITE)
#define timers_pending(t, kind) timers_pending_at((t), (kind), SITE)
#define timers_valid(t, kind, token) timers_valid_at((t), (kind), (token), SITE)
#define timers_finish(t, kind, token) timers_finish_at((t), (kind), (token), SITE)

#endif
