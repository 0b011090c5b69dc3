// Dispatch: workers, the players' tasks, timers, and the way back. The only folder that makes
// threads.
//
// Threads: everything here on the loop thread unless said otherwise. The loop brackets each turn
// with dispatch_turn_begin and dispatch_turn_end, so that all the commands that came in a turn are
// handed over together, and calls dispatch_deliver when it has been woken.
// Locks: none are held by callers.
#ifndef ENGINE_DISPATCH_H
#define ENGINE_DISPATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct actor;
struct dispatch;
struct doc;
struct journal;
struct mailboxes;
struct offload;
struct world;

struct dispatch_config {
    unsigned workers;        // 0: as many as there are processors, at least one
    unsigned retries_max;    // re-validations in a row before a task goes to the back
    unsigned offload_threads;
    int64_t linkdead;        // ms a player without a connection stays
    void (*wake)(void *arg); // wakes the loop; from any thread
    void *wake_arg;
    struct mailboxes *mailboxes;
    int64_t (*clock)(void);  // wall time in ms for events; NULL: the system's
};

// What becomes of a player's command: calls to the owner of the session that entered the player.
struct dispatch_ops {
    // One submitted line has been answered; its text is in the mailbox already.
    void (*answered)(void *session);
    // A character to be written down; `saved` is the callee's now.
    void (*save)(struct actor *a, struct doc *saved);
    // The player is in the world now.
    void (*entered)(void *session, struct actor *a);
    // The player has left for good; `saved` (may be NULL) is the callee's. The actor is gone after
    // this.
    void (*left)(struct actor *a, struct doc *saved);
    // A replay found that the player left with this state, maybe before it was saved; `saved` is
    // the callee's. May be NULL.
    void (*restored)(void *owner, const char *name, struct doc *saved);
    // Is everything on the disk that `save` and `left` were given? May be NULL: it always is.
    bool (*settled)(void *owner);
    // No reply can be shown for now, as what was done cannot be written down. May be NULL.
    void (*stuck)(void *session);
    // It has used a command that it needs a permission for, by typing `line`. May be NULL.
    void (*permitted)(struct actor *a, const char *command, const char *line);
};

struct dispatch *dispatch_new(struct world *w, const struct dispatch_config *config,
                              const struct dispatch_ops *ops);
// Runs every zone's resets on this thread; once, before anything else.
void dispatch_prepare(struct dispatch *d);
// From now on what happens is written into the journal, which is the dispatch's until
// dispatch_journal_stop: instead of dispatch_prepare when the journal has events, which are replayed
// (what they did becomes true again, without telling anybody), or before it when it has none.
// 0, DISPATCH_AGAIN, or -1 and why.
enum {
    // A snapshot was not what it says, and has been put aside: once more, with a new world and dispatch.
    DISPATCH_AGAIN = 1,
};
struct dispatch_journal {
    int64_t interval; // 0 to show nothing that is not synced; else ms between syncs
    uint64_t reserve; // bytes: with less room on the disk changes are refused
    void *owner;      // of players who are restored (dispatch_entry)
    bool soft;        // go on although events say something else than they said
    uint64_t at;      // not 0: only as far as this event, and nothing is written from then on
    bool roll;        // another program wrote it: what happens from now on goes into an epoch of its own
    int64_t snapshot; // ms between snapshots of the world; 0: only when the journal is stopped
};
int dispatch_journal(struct dispatch *d, struct journal *j, const struct dispatch_journal *config,
                     char *why, size_t size);
void dispatch_journal_stop(struct dispatch *d); // after dispatch_stop: all is written, and a snapshot
// Begins a snapshot: false when there is one under way, nothing to be kept, or no way to make one.
bool dispatch_snapshot(struct dispatch *d);
bool dispatch_snapshot_under_way(const struct dispatch *d);
bool dispatch_full(const struct dispatch *d);   // the disk takes no more of the journal
bool dispatch_stuck(const struct dispatch *d);  // what has been done already cannot be kept for now
// Starts the workers.
void dispatch_start(struct dispatch *d);
// Without workers: runs everything that can run now on this thread and delivers; for tests.
void dispatch_run(struct dispatch *d);
// Stops the workers after what they do now; players should have left before.
void dispatch_stop(struct dispatch *d);
void dispatch_free(struct dispatch *d);

void dispatch_turn_begin(struct dispatch *d);
void dispatch_turn_end(struct dispatch *d);
void dispatch_deliver(struct dispatch *d); // posts what is ready into mailboxes, calls the ops

bool dispatch_ready(struct dispatch *d);   // has dispatch_deliver something to do?

struct offload *dispatch_offload(struct dispatch *d);

struct dispatch_entry {
    const char *name;        // of the character; copied
    const char *permissions; // names of commands; copied
    const char *account;     // whose it is; copied; NULL: nobody says
    struct doc *character;   // as it was saved, taken over; NULL: a new one
    uint32_t mailbox;
    void *session;
    void *owner; // of the session; stays when the session goes
};

// Brings a player into the world; `entered` follows. Returns its actor at once; lines submitted
// before `entered` wait.
struct actor *dispatch_enter(struct dispatch *d, const struct dispatch_entry *entry);
// A line that the player typed. One line runs at a time, the others wait in order; `answered` for
// each.
void dispatch_line(struct actor *a, const char *line);
// The player's connection is gone: the player stays a while. Or it has come back, maybe to another
// session, with the permissions that its account has now.
void dispatch_linkdead(struct actor *a);
void dispatch_attach(struct actor *a, uint32_t mailbox, void *session, const char *permissions,
                     const char *account);
// The permissions of the player's account have changed, or the account was not known before.
void dispatch_rights(struct actor *a, const char *permissions, const char *account);
// The player leaves as if QUIT had been typed, whatever it is doing; `left` follows.
void dispatch_leave(struct actor *a);
// Takes the character as it is now, to be saved; `save` follows.
void dispatch_save(struct actor *a);

struct actor *dispatch_find(struct dispatch *d, const char *name); // any case; NULL
const char *actor_name(const struct actor *a);
const char *actor_account(const struct actor *a);     // NULL: nobody knows, as in journals of before
const char *actor_permissions(const struct actor *a); // as they were given last
void *actor_session(const struct actor *a); // NULL when linkdead
void *actor_owner(const struct actor *a);
size_t dispatch_players(const struct dispatch *d);
void dispatch_each(struct dispatch *d, void (*fn)(struct actor *a, void *arg), void *arg);

// Is there a command of that name that only those may use who have been permitted it, or is it "all"?
bool dispatch_is_permission(const char *word);
// Words that mean something to those who are in the world: commands and directions, and what mobiles
// are called. Before the workers start.
void dispatch_words(struct dispatch *d, void (*fn)(void *arg, const char *word), void *arg);

struct dispatch_stats {
    uint64_t events, outcomes, steps, stolen, sleeps;
    // The rare paths, by their names in engine/reached.h.
    uint64_t waits;        // for a lock that was handed over
    uint64_t retries;      // commands whose actor was elsewhere when the lock was granted
    uint64_t again_twice;  // commands that returned AGAIN more than once
    uint64_t limbo_seen;   // events whose actor was in limbo, in the hands of another, when they began
    uint64_t stale_timers; // timers that came due and found their appointment called off
    uint64_t stale_again;  // of these: it still stood in an earlier pass
    uint64_t refused;      // lines refused as the journal takes no more
    uint64_t resumed;      // batches of the journal that were written at a later try
    uint64_t snapshots;    // that were finished while the workers ran
    uint64_t snapshots_busy; // of these: events went on while it was written
    size_t timers;
    uint64_t delayed, delay_max, late, unkept, wakes, untaken; // see sched_stats
};
void dispatch_stats(struct dispatch *d, struct dispatch_stats *out); // any thread

#endif
