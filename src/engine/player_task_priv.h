// The internals of a player's task, shared by player_task.c and players.c.
#ifndef ENGINE_PLAYER_TASK_PRIV_H
#define ENGINE_PLAYER_TASK_PRIV_H

#include "engine/dispatch_priv.h"
#include "game/enter.h"
#include "runtime/task.h"
#include "util/loopguard.h"
#include "world/thing.h"

#include <stdatomic.h>
#include <stdbool.h>

enum { WORK_LINE = 120 }; // no piece has room for less

struct work {
    struct work *next;
    enum record_kind kind; // one of the kinds that belong to a player
    uint32_t outbox;
    char line[]; // what was typed, or permissions; else ""
};

struct player_task {
    struct task task; // first: a pointer to the task is one to this
    struct dispatch *dispatch;
    uint8_t loop; // whose it is; any thread reads it, and it changes only while no task runs
    struct execution *execution; // the worker's, while a command runs
    struct tref thing;           // the worker's
    _Atomic bool busy;           // true while `current` belongs to the worker
    _Atomic bool ended;
    struct enter_spec entry;
    char *entered_as; // the character as it came in, as JSON, for the journal; NULL: new
    // Loop thread only.
    void *session, *owner;
    char *permissions, *account; // as they were set last; account NULL: unknown
    struct tref known;           // the same as `thing`, once the player is in the world
    bool under_way;
    bool gone;            // forgotten already; freed when its last outcome is back
    struct work *current; // the worker reads it while busy
    struct work *first, *last;
    struct work *spare; // memory for the next piece, with room for a line of WORK_LINE bytes
    struct player_task *previous_player, *next_player;
};

// A piece of a player's work, live or from the journal; texts and `enters` are borrowed.
struct player_task_piece {
    enum record_kind kind;
    struct tref who; // {0, 0}: no player, or one that is no longer in the world
    const char *line;
    const char *rights;
    uint32_t outbox;
    int64_t linkdead;
    struct enter_spec *enters;
};
void player_task_begin(struct execution *r, const struct player_task_piece *p);

// The piece of work that has come back has this kind; the next one may be sent.
LOOP_ONLY enum record_kind player_task_returned(struct player_task *a);
// True when no worker runs a piece of its work. Any thread may ask.
bool player_task_is_free(const struct player_task *a);
LOOP_ONLY void player_task_next(struct player_task *a);

#endif
