// What one running command knows: who acts, where, with which words, under which locks and at what
// time; and the messages that it has made so far.
//
// Threads: one task at a time. Everything in it is valid for one pass of the command only.
// Determinism: a command reads the world that it has locked, `now` and context_rng; nothing else.
#ifndef COMMAND_CONTEXT_H
#define COMMAND_CONTEXT_H

#include "command/words.h"
#include "lock/lockset.h"
#include "util/buf.h"
#include "util/loopguard.h"
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

// A command asks for this, and the engine does it after the locks are released: `actor` runs `line`
// as a command of its own.
struct script_request {
    struct tref actor;
    char *line;
    int64_t delay; // ms
};

// What a player's command asks the session to do, if anything.
enum context_session {
    CONTEXT_STAY,
    CONTEXT_LEAVE, // the player has left the world; `saved` is its character
    CONTEXT_SAVE,  // `saved` is written to the disk; the player stays in the world
};

struct context {
    struct world *world;
    struct thing *actor;
    struct thing *where;    // the inventory that the actor is in
    struct thing *location; // the outermost inventory of the actor: a location
    struct lockset *locks;
    const struct command *command;
    struct words words;                 // the line, cut up; words.list[0] is the command as typed
    struct buf spare_line, spare_lower; // only their memory is kept, for context_run
    int64_t now;                        // the event's clock: wall time in ms, read once
    struct report *report;
    struct buf prompt; // for prompt_deliver; a command keeps its memory for the next one only
    struct timer_sink timers;
    struct script_request *scripts;
    size_t script_count, script_cap;
    struct doc *saved; // owned; see context_session
    enum context_session session;
    struct tref left;     // with CONTEXT_LEAVE: the player that has left; actor is NULL then
    uint32_t last_outbox; // with CONTEXT_LEAVE: the outbox that gets the player's last messages
    unsigned passes;      // how often `run` was called for this command
    uint64_t number;      // the event's number, 0 until it is taken
    struct rng rng;
    bool rng_ready;
    // set by the engine: gives out the next event number, in a replay that of the recorded event
    uint64_t (*take_number)(void *arg);
    void *take_arg;
    bool typed; // the command is a line that a player typed
    // 0, or the time until which the acting player is out of breath after this command.
    int64_t breathless;
    bool read_only; // the journal cannot be written: only commands that change nothing are done
    // The command was not run, as it might have changed something while read_only was set.
    bool refused;
    bool stale;            // the timer that runs this was cancelled or replaced meanwhile
    bool scripted;         // the command was started by an event, not by a player's line
    enum timer_kind event; // for commands run by a timer
    uint32_t timer_token;
    // For the commands that the engine itself runs (enter.h, events.h).
    struct enter_spec *enter;
    const char *rights; // permissions and account, in the form of enter.h; "": unchanged
    uint32_t outbox;    // see enter.h
    int64_t linkdead;   // ms for which a player without a connection stays
    struct zone *zone;  // the zone to reset
    // For the checker: a copy of this context without its words, made when the pass began.
    struct context *before;
};

void context_init(struct context *c, struct world *w, struct lockset *locks);
void context_fini(struct context *c);
// For the engine: begins a new command by `actor`; begins a new pass of it.
WORKER_ONLY void context_begin(struct context *c, struct thing *actor, const char *line,
                               int64_t now);
WORKER_ONLY void context_pass(struct context *c);
// For command_perform, just before it calls `run`, and after `run` has returned AGAIN: the first
// copies the context for the checker, the second compares it with the copy, as a pass must keep
// nothing for the next one.
WORKER_ONLY void context_before_run(struct context *c);
WORKER_ONLY void context_again(struct context *c);

// Ask for locks. True when the lock is held now; when any answer is false, return COMMAND_AGAIN
// before doing anything else. All locks may be asked for before the first answer is looked at. The
// lock of a thing is that of its outermost inventory, which is found again in each pass. A thing in
// limbo cannot be locked: false, and *gone is set if `gone` is given.
WORKER_ONLY __attribute__((warn_unused_result)) bool
context_need_at(struct context *c, struct thing *t, const struct site *at);
WORKER_ONLY __attribute__((warn_unused_result)) bool
context_need_lock_at(struct context *c, struct lock *l, enum lock_mode mode, const struct site *at);
#define context_need(c, t) context_need_at((c), (t), SITE)
#define context_need_lock(c, l, mode) context_need_lock_at((c), (l), (mode), SITE)
// Is the lock of t held, for example that of a location?
WORKER_ONLY bool context_holds(const struct context *c, struct thing *t);

// Takes the event's number while the locks are held. After the first call the command must finish
// in this pass.
WORKER_ONLY uint64_t context_number(struct context *c);
// The event's own random numbers, seeded from its number, which this takes if need be.
WORKER_ONLY struct rng *context_rng(struct context *c);

// Asks that `actor` runs `line` as a command of its own, `delay` ms after this command.
WORKER_ONLY void context_script(struct context *c, struct thing *actor, int64_t delay,
                                const char *line);
// after + a random part of jitter, at least one second: the delay of a timer.
WORKER_ONLY int64_t context_delay(struct context *c, int64_t after, int64_t jitter);

// Runs another command as part of this one, with the same actor and locks, with `line` as input.
WORKER_ONLY enum command_result context_run(struct context *c, const struct command *command,
                                            const char *line);

#endif
