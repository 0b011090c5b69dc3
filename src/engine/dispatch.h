// Dispatch: workers, the players' tasks, timers, and the way of outcomes back to the loop. The only
// folder that creates threads.
//
// Threads: everything here on the thread of a loop unless said otherwise, and for that loop: its
// players, its outboxes. A loop brackets each turn with dispatch_turn_begin and dispatch_turn_end,
// so that all the commands that came in a turn are run together at its end: by the loop itself, as
// a guest of the scheduler, within a budget, and the rest by the workers. It calls dispatch_deliver
// when it has been woken. Locks: none are held by callers.
#ifndef ENGINE_DISPATCH_H
#define ENGINE_DISPATCH_H

#include "util/loopguard.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct player_task;
struct dispatch;
struct error;
struct doc;
struct journal;
struct outboxes;
struct offload;
struct world;

struct dispatch_config {
    unsigned workers;     // 0: as many as there are processors, at least one
    unsigned retries_max; // re-validations in a row before a task goes to the back
    unsigned offload_threads;
    unsigned loops; // how many there will be (dispatch_add_loop); 0 counts as 1
    // What a loop may run itself at the end of a turn: so many steps, and none that would begin
    // later than so many us after the turn's first. 0: it runs none, all go to the workers.
    size_t turn_tasks;
    int64_t turn_us;
    // With more tasks waiting for a loop than this a sleeping worker is woken to help. 0: as
    // dispatch_new thinks right for the number of processors.
    size_t turn_share;
    int64_t linkdead;        // ms a player without a connection stays
    void (*wake)(void *arg); // wakes loop 0; from any thread
    void *wake_arg;
    struct outboxes *outboxes; // of loop 0
    int64_t (*clock)(void);    // wall time in ms for events; NULL: the system's
    // Called when the workers have stopped: reports the tasks that were given a lock and never went
    // on (console/lost_wake.h), and returns how many. NULL: nobody looks.
    size_t (*lost_wakes)(void);
};

// How the results of a player's commands are reported: calls to the owner of the session that
// entered the player.
struct dispatch_ops {
    // One submitted line has been answered; its text is in the outbox already.
    void (*answered)(void *session);
    // A character to be saved; `saved` is the callee's now.
    void (*save)(struct player_task *a, struct doc *saved);
    // The player is in the world now.
    void (*entered)(void *session, struct player_task *a);
    // The player has left for good; `saved` (may be NULL) is the callee's. The task is gone after
    // this.
    void (*left)(struct player_task *a, struct doc *saved);
    // A replay found that the player left with this state, maybe before it was saved; `saved` is
    // the callee's. May be NULL.
    void (*restored)(void *owner, const char *name, struct doc *saved);
    // Is everything on the disk that `save` and `left` were given? May be NULL: it always is.
    bool (*settled)(void *owner);
    // No reply can be shown for now, as events cannot be written to the journal. May be NULL.
    void (*commit_stalled)(void *session);
    // The player used a command that needs a permission, by typing `line`. May be NULL.
    void (*permitted)(struct player_task *a, const char *command, const char *line);
};

struct dispatch *dispatch_new(struct world *w, const struct dispatch_config *config,
                              const struct dispatch_ops *ops);
// One more loop, whose number is returned; before anything else is done with d. dispatch_new has
// made loop 0.
unsigned dispatch_add_loop(struct dispatch *d, void (*wake)(void *arg), void *wake_arg,
                           struct outboxes *outboxes);
unsigned dispatch_loops(const struct dispatch *d); // how many there are; any thread
// The loop that the players of an account belong to, and so its sessions; any thread. NULL or "":
// the account is not known.
unsigned dispatch_home(const struct dispatch *d, const char *account);
// Any thread: fn(arg) runs on that loop, in dispatch_deliver, after what was asked for before.
void dispatch_call(struct dispatch *d, unsigned loop, void (*fn)(void *arg), void *arg);
// Runs every zone's resets on this thread; once, before anything else.
void dispatch_prepare(struct dispatch *d);
// From now on events are written into the journal, which belongs to dispatch until
// dispatch_journal_stop. When the journal has events, call this instead of dispatch_prepare: they
// are replayed, without sending anything. When it has none, call it before dispatch_prepare. 0, one
// of these outcomes, or negative and why.
enum dispatch_outcome {
    // The snapshot failed verification and was renamed. Make a new world and dispatch, and call
    // again.
    DISPATCH_AGAIN = 1,
    // Done, as `soft` permits: events say something else than was recorded; why tells of the first.
    DISPATCH_DIFFERS,
};
struct dispatch_journal {
    int64_t interval; // 0: replies wait for the sync of their events; else ms between syncs
    uint64_t reserve; // bytes: with less room on the disk changes are refused
    void *owner;      // owner of players who are restored (dispatch_entry)
    bool soft;        // accept events that say something else than was recorded
    uint64_t at;      // not 0: replay only up to this event, and record nothing from then on
    bool roll;        // another program wrote the journal: new events go into an epoch of their own
    int64_t snapshot; // ms between snapshots of the world; 0: only when the journal is stopped
};
int dispatch_journal(struct dispatch *d, struct journal *j, const struct dispatch_journal *config,
                     struct error *why);
// after dispatch_stop: writes all records, and a snapshot
void dispatch_journal_stop(struct dispatch *d);
// Begins a snapshot: false when one is under way, there is nothing new, or it cannot be begun.
bool dispatch_snapshot(struct dispatch *d);
bool dispatch_snapshot_under_way(const struct dispatch *d);
// the disk has no room for the journal: changes are refused
bool dispatch_disk_full(const struct dispatch *d);
// events that have happened cannot be written for now
bool dispatch_commit_stalled(const struct dispatch *d);
// Starts the workers.
void dispatch_start(struct dispatch *d);
// For tests, without workers: runs everything that can run now on this thread, and delivers.
void dispatch_run(struct dispatch *d);
// Stops the workers when their present steps have ended; players should have left before.
void dispatch_stop(struct dispatch *d);
void dispatch_free(struct dispatch *d);

// This thread runs no loop any more: what its steps have kept is freed. dispatch_stop does that for
// its caller.
void dispatch_loop_leave(struct dispatch *d);
// Between these two, tasks that the loop wakes are gathered. The end runs what its budget allows,
// delivers what has come of it (dispatch_deliver), and goes on with the lines that were waiting for
// that, as long as the budget lasts. It wakes the committer once.
LOOP_ONLY void dispatch_turn_begin(struct dispatch *d);
LOOP_ONLY void dispatch_turn_end(struct dispatch *d);
// Posts what is ready into outboxes, calls the ops.
LOOP_ONLY void dispatch_deliver(struct dispatch *d);

bool dispatch_ready(struct dispatch *d); // has dispatch_deliver something to do?

// On one thread, any, about every second; `now` in ms, monotonic: logs steps of workers and loops
// that last (engine/step_watch.h).
void dispatch_watch(struct dispatch *d, int64_t now);

struct offload *dispatch_offload(struct dispatch *d);

struct dispatch_entry {
    const char *name;        // of the character; copied
    const char *permissions; // names of commands; copied
    const char *account;     // the character's account; copied; NULL: unknown
    struct doc *character;   // as it was saved, taken over; NULL: a new character
    uint32_t outbox;
    void *session;
    void *owner; // of the session; stays when the session goes
};

// Brings a player into the world; `entered` follows. Returns its task at once; lines submitted
// before `entered` wait.
LOOP_ONLY struct player_task *dispatch_enter(struct dispatch *d,
                                             const struct dispatch_entry *entry);
// A line that the player typed. One line runs at a time, the others wait in order; `answered` for
// each.
LOOP_ONLY void dispatch_line(struct player_task *a, const char *line);
// The player's connection is gone: the player stays a while. Or it has come back, maybe to another
// session, with the permissions that its account has now.
LOOP_ONLY void dispatch_linkdead(struct player_task *a);
LOOP_ONLY void dispatch_attach(struct player_task *a, uint32_t outbox, void *session,
                               const char *permissions, const char *account);
// The permissions of the player's account have changed, or the account was not known before.
LOOP_ONLY void dispatch_rights(struct player_task *a, const char *permissions, const char *account);
// The player leaves as if QUIT had been typed, whatever it is doing; `left` follows.
LOOP_ONLY void dispatch_leave(struct player_task *a);
// Takes the character as it is now, to be saved; `save` follows.
LOOP_ONLY void dispatch_save(struct player_task *a);

LOOP_ONLY struct player_task *dispatch_find(struct dispatch *d, const char *name); // any case; NULL
const char *player_task_name(const struct player_task *a);
// The name of its account. NULL: unknown, as records of early programs do not have it.
const char *player_task_account(const struct player_task *a);
const char *player_task_permissions(const struct player_task *a); // as they were set last
void *player_task_session(const struct player_task *a);           // NULL when linkdead
void *player_task_owner(const struct player_task *a);
LOOP_ONLY size_t dispatch_players(const struct dispatch *d); // of this loop
// of all loops; any thread
size_t dispatch_players_of_all(const struct dispatch *d);
LOOP_ONLY void dispatch_each(struct dispatch *d, void (*fn)(struct player_task *a, void *arg),
                             void *arg);

// Is `word` the name of a command that needs a permission, or "all"?
bool dispatch_is_permission(const char *word);
// Calls `fn` for words that have a meaning in the world: commands, directions, and the names of
// mobiles. To be called before the workers start.
void dispatch_words(struct dispatch *d, void (*fn)(void *arg, const char *word), void *arg);

struct dispatch_stats {
    uint64_t events, outcomes, steps, stolen, sleeps;
    // The rare paths, by their names in engine/reached.h.
    uint64_t waits;       // locks that were waited for and handed over
    uint64_t retries;     // commands whose actor was elsewhere when the lock was granted
    uint64_t again_twice; // commands that returned AGAIN more than once
    uint64_t limbo_seen; // events whose actor was in limbo, owned by another event, when they began
    uint64_t stale_timers;   // timers that came due after they had been cancelled or set again
    uint64_t stale_again;    // of these: the timer still stood in an earlier pass
    uint64_t refused;        // lines refused because the journal could not be written
    uint64_t resumed;        // batches of the journal that were refused first and written later
    uint64_t snapshots;      // snapshots that were finished while the workers ran
    uint64_t snapshots_busy; // of these: events happened while the snapshot was written
    size_t timers;
    uint64_t delayed, delay_max, late, unkept, wakes, untaken; // see sched_stats
};
void dispatch_stats(struct dispatch *d, struct dispatch_stats *out); // any thread

#endif
