// Shared by replay.c, replay_events.c and replay_players.c. Included there only.
//
// Threads: the feeder (the one that reads the journal) and the workers that run the events. Fields
// under the mutex may be read without it while no event runs: before the first one, and after a
// drain.
#ifndef ENGINE_REPLAY_REPLAY_PRIV_H
#define ENGINE_REPLAY_REPLAY_PRIV_H

#include "engine/dispatch_priv.h"
#include "engine/replay/replay.h"
#include "journal/snapshot_file.h"
#include "runtime/sched.h"
#include "runtime/task_list.h"

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { REPLAY_WINDOW = 4096 }; // how many events may be under way at once

struct map;
struct record;
struct replay_item; // an event under way; replay_events.c

struct replay {
    struct dispatch *dispatch;
    struct replay_config config;
    struct replay_result *result;
    bool threaded;
    // the journal was written by another program, so digests of whole worlds cannot be compared
    bool other;
    pthread_mutex_t mutex;          // protects all below
    pthread_cond_t cond;            // an event is over
    struct map *requests;           // "origin/ordinal" → struct timer_request, owned
    struct map *players;            // name → struct present, owned
    struct map *saved;              // name → struct doc: each player who has left, as it was then
    struct map *last;               // name → the newest item of that player
    struct replay_item **last_lock; // by the place of a lock: the newest item that holds it
    size_t last_lock_count;
    // items under way, by event number modulo REPLAY_WINDOW
    struct replay_item *window[REPLAY_WINDOW];
    size_t under_way;
    struct task_list ready; // the feeder's: items that can run, handed to the workers together
    // the feeder waits until at most so many items are under way; SIZE_MAX: it does not wait
    size_t wanted;
    uint64_t marks[SNAPSHOTS_MAX]; // numbers of the events that a snapshot was taken after
    size_t mark_count;
    uint64_t stood; // the last event after which stand_still has run
};

// replay.c: removes the request that event e answers; its line belongs to the caller then. Any
// thread.
bool replay_take_request(struct replay *r, const struct record *e, struct timer_request *q);

// replay_events.c. The feeder adds the events in the order of their numbers; adding may wait until
// enough earlier events have ended.
void replay_events_init(struct replay *r);
void replay_events_fini(struct replay *r); // to be called when no event is under way
void replay_events_add(struct replay *r, const struct record *read); // copied
void replay_events_hand_over(struct replay *r); // gives the items that can run to the workers
void replay_events_drain(struct replay *r);     // waits until no event is under way

// replay_players.c: who is in the world, and who has left it.
void replay_players_init(struct replay *r);
void replay_players_fini(struct replay *r);
// Any thread. NULL: the player is not in the world.
struct tref replay_players_find(struct replay *r, const char *name); // {0, 0}: not in the world
// Any thread, after an event: notes the player that it brought in, or that left for good, with
// what.
void replay_players_note(struct replay *r, const struct record *e, struct execution *execution);
// The functions below only while no event runs.
void replay_players_brought_back(struct replay *r); // notes the players that a snapshot contains
int replay_players_write_left(struct replay *r);    // calls config.left for each; 0, or its result
void replay_players_forget_left(struct replay *r);  // after they have been saved
// gives each an actor without a connection; checks no lock
void replay_players_go_on(struct replay *r);

#endif
