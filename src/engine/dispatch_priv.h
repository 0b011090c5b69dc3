// Struct dispatch, and what the files of engine/ call of each other. Included by engine/ and its
// tests only.
#ifndef ENGINE_DISPATCH_PRIV_H
#define ENGINE_DISPATCH_PRIV_H

#include "engine/dispatch.h"
#include "engine/execution.h"
#include "engine/inbox.h"
#include "engine/outcome_pool.h"
#include "engine/router.h"
#include "engine/sequencer.h"
#include "runtime/call_queue.h"
#include "runtime/task_list.h"
#include "util/loopguard.h"
#include "world/attr/timers.h"
#include "world/thing.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

// Counted for each worker; see struct dispatch_stats.
enum dispatch_counter {
    DISPATCH_WAITS,
    DISPATCH_RETRIES,
    DISPATCH_AGAIN_TWICE,
    DISPATCH_LIMBO_SEEN,
    DISPATCH_STALE_TIMERS,
    DISPATCH_STALE_AGAIN,
    DISPATCH_REFUSED,
    DISPATCH_COUNTERS,
};

struct checkpoint;
struct committer;
struct journal;
struct map;
struct outcome;
struct players;
struct replay;
struct sched;
struct step_watch;
struct timer_tasks;
struct worker_thread;
struct zone;

// What belongs to one loop: its players, and the outcomes that it has to deliver. Fields of that
// loop's thread, unless said otherwise.
struct dispatch_loop {
    // Set before any task runs: any thread reads them.
    struct outboxes *outboxes;
    void (*wake)(void *arg);
    void *wake_arg;
    struct players *players;
    // Any thread.
    _Atomic bool signalled; // it has been woken and has not looked what there is since
    struct inbox inbox;
    struct call_queue calls;

    struct task_list turn; // tasks that became ready in this turn of the loop
    bool reported_stalled;
};

// The files of this folder read it; only the file that a field is listed under writes it, once
// dispatch_new has returned. Fields of the thread of loop 0, unless said otherwise.
struct dispatch {
    // Set in dispatch_new, the same from then on: any thread reads them.
    struct world *world;
    struct dispatch_config config;
    struct dispatch_ops ops;
    struct sched *sched;
    struct sequencer *sequencer;
    struct offload *offload;
    struct timer_tasks *timer_tasks;
    struct step_watch *step_watch;
    struct outcome_pool outcomes;
    unsigned workers;
    struct worker_thread *threads; // one for each slot of the scheduler
    struct dispatch_loop *loops[LOOPS_MAX];
    unsigned loop_count;

    // dispatch.c
    bool running;                // the workers are
    uint64_t delayed_reported;   // how many delayed timers the log has reported
    int64_t delayed_report_next; // no further report before this time; ms, monotonic
    uint64_t faults_reported;    // how many faults of the scheduler the log has reported

    // router.c
    struct router router;

    // players.c
    _Atomic size_t players; // in the world, of all loops

    // epoch.c; set while no task runs, and read by any thread
    struct committer *committer; // NULL: there is no journal
    struct journal *journal;     // the journal that the committer writes
    void *owner;                 // owner of players that the journal restores
    _Atomic uint64_t resumed;    // counted by the committer

    // replay/replay.c; set while no task runs, and read by any thread
    struct replay *replay; // NULL except while the journal is replayed

    // snapshot_policy.c
    struct checkpoint *checkpoint;         // the snapshot under way, or NULL
    int64_t snapshot_every, snapshot_next; // ms; monotonic
    _Atomic uint64_t snapshot_last;        // event number of the last one
    // Any thread reads it: from when on loop 0 has to look after each change, ms, monotonic;
    // INT64_MIN: one is under way; 0: never.
    _Atomic int64_t snapshot_look;
    // finished snapshots; of these, while events went on; any thread reads them
    _Atomic uint64_t snapshots, snapshots_busy;
};

// dispatch.c; any thread, but for dispatch_report_sched.
int64_t dispatch_clock(struct dispatch *d);
unsigned dispatch_retries_max(const struct dispatch *d);
void dispatch_count(struct dispatch *d, enum dispatch_counter which, uint64_t n);
// The explorer's vthreads stand for the workers from now on (true), or no longer.
void dispatch_explored(struct dispatch *d, bool on);
// In each turn of the loop: logs timers that are delayed, and faults of the scheduler.
void dispatch_report_sched(struct dispatch *d);

// router.c
// Any thread, no lock held: passes an outcome on its way to the loops; dispatch_flush follows, or
// many outcomes later dispatch_publish does the same.
void dispatch_publish(struct dispatch *d, struct outcome *o);
// Any thread: passes on what this thread has published since the last time, and wakes the loops
// that have got something.
void dispatch_flush(struct dispatch *d);
// Any thread, no lock held: passes on to the loops' inboxes all outcomes that may be delivered, in
// their order, and wakes the loops that have got one, but for `mine` (may be NULL), whose thread
// calls. When another thread is doing that, that thread does this too, and nobody waits.
void router_run(struct dispatch *d, const struct dispatch_loop *mine);
// The same, and waits until no other thread is at it.
void router_settle(struct dispatch *d);
// The committer has made more durable, or its state has changed; `arg` is the dispatch.
void router_committed(void *arg);
// All outcomes up to `seq` have been delivered by all loops, and what follows from them has begun.
// On one thread only.
bool router_has_delivered(struct dispatch *d, uint64_t seq);
// After the workers have stopped: the outcomes that wait are freed, undelivered.
void router_fini(struct router *r);

// delivery.c
// Any thread: wakes a loop.
void dispatch_wake(struct dispatch_loop *l);
void dispatch_wake_all(struct dispatch *d);
// The loop that the calling thread acts for.
struct dispatch_loop *dispatch_here(const struct dispatch *d);
// Delivers for all loops by turns; while no other thread acts for a loop.
LOOP_ONLY void dispatch_deliver_all(struct dispatch *d);
// After the workers have stopped: frees the outcomes that are in a loop's inbox.
void delivery_fini(struct dispatch *d, struct dispatch_loop *l);

// snapshot_policy.c
// Before events are written into the journal: drops files of snapshots that must not stay; from now
// on a snapshot is begun each `every` ms (0: never).
void snapshot_policy_start(struct dispatch *d, int64_t every);
// Any thread, no lock held: something has happened that may let a snapshot begin, go on or end;
// wakes loop 0 if it should look, as it may have nothing else to do.
void snapshot_policy_nudge(struct dispatch *d);
// In each turn of loop 0: begins a snapshot that is due, lets the one under way be finished once
// it may be, and ends one that is over. Without a committer it does nothing.
void snapshot_policy_look(struct dispatch *d);
// Ends the snapshot under way, if there is one, without a file.
void snapshot_policy_cancel(struct dispatch *d);
// After the committer has stopped: writes a snapshot of the last event if that is possible, and
// logs which. A failure is only logged, as the next start replays the events.
void snapshot_policy_last(struct dispatch *d);
// Are the characters of all players who have left on the disk? A start from a snapshot does not
// replay the departures before it.
bool snapshot_policy_all_saved(const struct dispatch *d);

// epoch.c
bool dispatch_recording(const struct dispatch *d); // any thread: are records wanted?
// After a replay: gives the characters of players who left, by name, to be saved. The characters
// are taken over, the map is not.
void dispatch_restored(struct dispatch *d, struct map *saved);

// player_task.c
struct player_task *player_task_new(struct dispatch *d, const struct dispatch_entry *entry);
void player_task_free(struct player_task *a);

// A request of a finished command: a timer, a scripted command (`line`, owned), a zone's reset.
// It is known by the event that asked and by its number among that event's requests.
struct timer_request {
    uint64_t origin; // 0: the start
    uint32_t ordinal;
    struct tref thing;
    enum timer_kind kind;
    uint32_t timer_token;
    char *line;
    struct zone *zone;
    int64_t delay, asked; // ms, and the clock of the event that asked
};

// timer_task.c: any thread, no world lock held.
struct timer_tasks *timer_tasks_new(void);
void timer_tasks_free(struct timer_tasks *l); // none of its tasks is left
// Those that have yet to happen, in no order; while nothing runs.
void timer_tasks_each(struct timer_tasks *l, void (*each)(void *arg, const struct timer_request *q),
                      void *arg);
void timer_tasks_request(struct dispatch *d, struct context *c);
void timer_task_start(struct dispatch *d, struct lockset *asker, const struct timer_request *q);
void timer_task_begin(struct execution *r,
                      const struct timer_request *q); // of one that is taken out

// player_task.c: the task of a player who was in the world before a replay; it has no connection.
struct player_task *player_task_restore(struct dispatch *d, const char *name, struct thing *player,
                                        void *owner);

#endif
