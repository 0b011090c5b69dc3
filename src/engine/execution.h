// One command from its first lock to its outcome: locks, re-validation, passes, event number,
// outcome. Commands of players, timers, resets and mobiles all run this way.
//
// Threads: an execution belongs to one task at a time; while its task is parked for a lock it keeps
// the execution. Executions are pooled by worker, so that an idle player has none.
#ifndef ENGINE_EXECUTION_H
#define ENGINE_EXECUTION_H

#include "command/context.h"
#include "journal/record.h"
#include "lock/lockset.h"

#include <stdbool.h>
#include <stdint.h>

struct command;
struct dispatch;
struct outcome;
struct task;

enum execution_result {
    EXECUTION_PARKED = 1, // return TASK_PENDING; call execution_step again when woken
    EXECUTION_DONE = 2,   // `outcome` is made and the locks are released
    EXECUTION_YIELD = 3,  // tried too often in a row: return TASK_READY and call again
};

struct execution {
    struct lockset locks;
    struct context context;
    struct dispatch *dispatch;
    struct outcome *outcome; // owned by the caller after EXECUTION_DONE
    unsigned retries;
    // what the event was given; filled in by the code that begins it; texts borrowed
    struct record record;
    uint32_t places[RECORD_LOCKS_MAX]; // places of the locks it held, for the record
    struct write_set write_set; // what it changed in the world; noted only when there is a journal
    // `write_set` in the form of the record
    unsigned char noted[RECORD_CHANGES_MAX * RECORD_CHANGE_SIZE];
    // called at the end, with the locks held; may be NULL
    void (*at_end)(struct execution *r, void *arg);
    void *at_end_arg;
    // Digest of what was said and to whom, set with EXECUTION_DONE; 0: no event, or not wanted.
    uint64_t digest;
    struct buf encoded;   // the record as bytes; only its memory is kept
    bool entered;         // the first attempt to take locks was made
    struct tref actor;    // context.actor at the beginning: its slot may be given to another thing
    bool too_many_passes; // it was stopped, because it kept asking for more locks
    struct execution *next; // in the pool
    bool pooled;            // it is in a pool: nobody may use it
};

struct execution *execution_take(struct dispatch *d, struct task *task);
void execution_give(struct execution *r); // at most once for each execution_take (L030)
void execution_pool_free(void);           // frees the pool of the calling thread

// `command` NULL: what the line says. `who` {0, 0}: nobody acts (a zone's reset, a player's entry).
// `who` is a reference because the actor may end meanwhile and its slot be given to another thing;
// then nobody acts.
void execution_begin(struct execution *r, struct tref who, const struct command *command,
                     const char *what, const char *line);
enum execution_result execution_step(struct execution *r);

#endif
