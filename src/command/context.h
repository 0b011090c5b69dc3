// What one running command knows: who acts, where, with which words, under which locks, at what
// time; and what it has said so far.
//
// Threads: one task at a time. Everything in it is good for one pass of the command only.
// Determinism: a command reads the world it has locked, `now`, and context_rng; nothing else.
#ifndef COMMAND_CONTEXT_H
#define COMMAND_CONTEXT_H

#include "command/words.h"
#include "lock/lockset.h"
#include "util/buf.h"
#include "util/rng.h"
#include "world/attr/timers.h"
#include "world/thing.h"

#include <stdbool.h>
#include <stdint.h>

struct command;
struct context;
struct doc;
struct enter_spec;
struct outcome;
struct report;
struct world;
struct zone;

// Asked for by a command and done by the dispatcher after the locks are released: a thing shall do
// something, as a command of its own.
struct script_request {
    struct tref actor;
    char *line;
    int64_t delay; // ms
};

// What a player's command asks of the session, if anything.
enum context_session {
    CONTEXT_STAY,
    CONTEXT_LEAVE, // the player has left the world; `saved` holds what it takes along
    CONTEXT_SAVE,  // `saved` is to be written; the player plays on
};

struct context {
    struct world *world;
    struct thing *actor;
    struct thing *where;    // what the actor is in
    struct thing *location; // the outermost of it: a location
    struct lockset *locks;
    const struct command *command;
    struct words words; // the line, cut up; words.list[0] is the command as typed
    int64_t now;        // the event's clock: wall time in ms, read once
    struct report *report;
    struct timer_sink timers;
    struct script_request *scripts;
    size_t script_count, script_cap;
    struct doc *saved; // owned; see context_session
    enum context_session session;
    struct tref left;     // with CONTEXT_LEAVE: who is no more; actor is NULL then
    uint32_t last_outbox; // and where its last messages go
    unsigned passes;      // how often run was called for this command
    uint64_t number;      // the event's number, 0 until it is taken
    struct rng rng;
    bool rng_ready;
    uint64_t (*take_number)(void *arg);
    void *take_arg;
    bool typed;            // a line that a player typed
    int64_t breathless;    // 0, or until when the player who acts is out of breath by it
    bool read_only;        // nothing can be written down: only what changes nothing is done
    bool refused;          // the command was not done, as it would have changed something then
    bool stale;            // the timer that runs this was cancelled or replaced meanwhile
    bool scripted;         // runs from an event, not from a player's line
    enum timer_kind event; // for commands run by a timer
    uint32_t timer_token;
    // For what the dispatcher itself has done (enter.h, events.h).
    struct enter_spec *enter;
    const char *rights; // see enter.h; "": as before
    uint32_t outbox;
    int64_t linkdead;
    struct zone *zone;
    struct context *before; // for the checker: all of this but the line, as the pass began
};

void context_init(struct context *c, struct world *w, struct lockset *locks);
void context_fini(struct context *c);
// For the dispatcher: a new command by `actor`; and a new pass of it.
void context_begin(struct context *c, struct thing *actor, const char *line, int64_t now);
void context_pass(struct context *c);
// For command_perform: `run` is about to be called; it has returned AGAIN. The checker is told of
// what is kept in the context by then: the next pass finds out everything anew.
void context_mark(struct context *c);
void context_again(struct context *c);

// Locks. True when held now; when any is false, return COMMAND_AGAIN before doing anything else.
// All may be asked for before the first is looked at. The lock of a thing is that of its outermost
// inventory, worked out anew each time; one that is out of play (in limbo) cannot be locked: false,
// and *gone is set if given.
__attribute__((warn_unused_result)) bool context_need_at(struct context *c, struct thing *t,
                                                         const struct site *at);
__attribute__((warn_unused_result)) bool
context_need_lock_at(struct context *c, struct lock *l, enum lock_mode mode, const struct site *at);
#define context_need(c, t) context_need_at((c), (t), SITE)
#define context_need_lock(c, l, mode) context_need_lock_at((c), (l), (mode), SITE)
bool context_holds(const struct context *c, struct thing *t); // the lock of a location, say

// The event's number, taken while the locks are held: from the first call on the command must
// finish in this pass.
uint64_t context_number(struct context *c);
struct rng *context_rng(struct context *c); // the event's own stream, seeded from its number

// After this command `actor` shall do `line`, `delay` ms later, as a command of its own.
void context_script(struct context *c, struct thing *actor, int64_t delay, const char *line);
// after + a random part of jitter, at least a second: for timers.
int64_t context_delay(struct context *c, int64_t after, int64_t jitter);

// Runs another command as part of this one, with the same actor and locks, with `line` as input.
enum command_result context_run(struct context *c, const struct command *command, const char *line);

#endif
