// Runs the journal again: the same commands, in the order of their numbers wherever two of them
// held the same lock, and in parallel elsewhere. Every event must change and say what it did when
// it was recorded; the first that does not is reported. See docs/journal.md.
//
// Threads: called from one thread; events run on the dispatch's workers when it has been started,
// else on the caller.
#ifndef ENGINE_REPLAY_REPLAY_H
#define ENGINE_REPLAY_REPLAY_H

#include "util/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dispatch;
struct doc;
struct timer_request;
struct journal;
struct replay;

struct record;
struct world;

// For rewriting a journal. One event at a time, on the thread that replays.
struct replay_rewrite {
    // The world is that of the beginning: the callee alters what must be different in it.
    void (*began)(void *arg, struct world *w);
    // rewrites the line of an earlier request; the caller owns it
    char *(*reword)(void *arg, const char *line);
    // Returns the event to run instead of e; borrowed until the next call.
    const struct record *(*replace)(void *arg, const struct record *e);
    // Receives the new record; RECORD_VOID when the event did nothing.
    void (*became)(void *arg, const struct record *e);
    void *arg;
};

struct replay_config {
    uint64_t to;      // the last event to be run; 0: all
    bool soft;        // go on after a mismatch
    bool words;       // accept events that say something else, if they change what they changed
    bool full;        // from the beginning of the epoch, not from its newest snapshot
    uint64_t snap_at; // not 0: write a snapshot after this event
    const char *snap_folder; // the folder to write it into; NULL: that of the journal
    // Called before a snapshot is written, to save every player who has left since the last one, as
    // a start from the new snapshot does not replay their departure. Returns 0, or a negative
    // errno: then no snapshot is written. May be NULL.
    int (*left)(void *arg, const char *name, const struct doc *saved);
    const struct replay_rewrite *rewrite;         // NULL: it is only replayed
    void (*progress)(void *arg, uint64_t number); // called now and then; may be NULL
    void *arg;
};

struct replay_result {
    uint64_t events, last;
    uint64_t from;                       // event of the snapshot that it began with; 0: a new world
    uint64_t snapshots;                  // snapshots that the world was compared with on the way
    int snap_error;                      // of writing the wanted snapshot: 0, or a negative errno
    uint64_t mismatches, first_mismatch; // number of the first
    struct error why; // what was wrong with it, or with the journal, one or more lines
    bool damaged;     // the journal could not be read to its end
    bool again;       // a snapshot failed verification and was renamed: try again with a new world
};

// `d` has run nothing yet. True when all of the journal was read and nothing differed.
bool replay_run(struct dispatch *d, struct journal *j, const struct replay_config *config,
                struct replay_result *result);

// The same for a server that starts: afterwards the players who were in the world are there without
// a connection, and pending requests stay pending. `to`: the last event, 0 for all. `soft`: events
// may say something else than was recorded (another program's words): DISPATCH_DIFFERS when they
// do, and `why` describes the first. 0, DISPATCH_DIFFERS, DISPATCH_AGAIN (dispatch.h), or negative
// and `why`.
int replay_recover(struct dispatch *d, struct journal *j, uint64_t to, bool soft,
                   struct error *why);

// For timer_task.c: takes over a request that an event makes. For snapshots: lists the pending
// requests.
void replay_request(struct replay *r, const struct timer_request *q);
void replay_requests_each(struct replay *r, void (*each)(void *arg, const struct timer_request *q),
                          void *arg);
// Makes a replay of d that runs no events and only keeps the requests of the world (see
// replay_requests_each), until replay_let_go frees it.
void replay_hold(struct dispatch *d);
void replay_let_go(struct dispatch *d);

#endif
