// Between replay.c, replay_events.c and replay_players.c. Included there only.
//
// Threads: the one that feeds the replay, and the workers that run its events. What stands under the
// mutex may be read without it while nothing runs: before the first event, and after a drain.
#ifndef ENGINE_REPLAY_REPLAY_PRIV_H
#define ENGINE_REPLAY_REPLAY_PRIV_H

#include "engine/dispatch_priv.h"
#include "engine/replay/replay.h"
#include "journal/snapshot_file.h"
#include "runtime/sched.h"

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { REPLAY_WINDOW = 4096 }; // places in the ring of events under way

struct map;
struct record;
struct replay_item; // an event under way; replay_events.c

struct replay {
    struct dispatch *dispatch;
    struct replay_config config;
    struct replay_result *result;
    bool threaded;
    bool other; // the journal is another program's: digests of whole worlds tell nothing
    pthread_mutex_t mutex; // all below
    pthread_cond_t cond;   // an event is over
    struct map *requests;  // "origin/ordinal" → struct event_request, owned
    struct map *players;   // name → struct present, owned
    struct map *saved;     // name → struct doc: each player who has left, as it was then
    struct map *last;      // name → the last item that was that player's
    struct replay_item **last_lock; // by place: the last item that held its lock
    size_t last_lock_count;
    struct replay_item *window[REPLAY_WINDOW]; // by number, while under way
    size_t under_way;
    struct task_list ready; // the feeder's: handed to the workers together
    size_t wanted; // somebody waits until no more than so many are; SIZE_MAX: nobody does
    uint64_t marks[SNAPSHOTS_MAX]; // events that a snapshot comes after
    size_t mark_count;
    uint64_t stood; // the last event after which it stood still
};

// replay.c: the request that e answers to, whose line is the caller's from now on; any thread.
bool replay_take_request(struct replay *r, const struct record *e, struct event_request *q);

// replay_events.c. The feeder adds the events in the order of their numbers; adding may wait until
// enough of those before it are over.
void replay_events_init(struct replay *r);
void replay_events_fini(struct replay *r); // none is under way
void replay_events_add(struct replay *r, const struct record *read); // copied
void replay_events_hand_over(struct replay *r); // what is ready goes to the workers
void replay_events_drain(struct replay *r);     // until none is under way

// replay_players.c: who is in the world, and who has left it.
void replay_players_init(struct replay *r);
void replay_players_fini(struct replay *r);
// Any thread. NULL: the player is not in the world.
struct tref replay_players_find(struct replay *r, const char *name); // {0, 0}: not in the world
// Any thread, after an event: notes the player that it brought in, or that left for good and with
// what.
void replay_players_note(struct replay *r, const struct record *e, struct runner *runner);
// Those below while nothing runs.
void replay_players_brought_back(struct replay *r); // by a snapshot
int replay_players_write_left(struct replay *r);    // config.left of each: 0, or what it says
void replay_players_forget_left(struct replay *r);  // they are written down
void replay_players_go_on(struct replay *r); // are actors without a connection; no lock is checked

#endif
