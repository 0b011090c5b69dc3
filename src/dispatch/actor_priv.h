// The insides of a player's task, for actor.c and players.c.
#ifndef DISPATCH_ACTOR_PRIV_H
#define DISPATCH_ACTOR_PRIV_H

#include "command/enter.h"
#include "dispatch/dispatch_priv.h"
#include "runtime/task.h"
#include "world/thing.h"

#include <stdatomic.h>
#include <stdbool.h>

enum work_kind { WORK_LINE, WORK_ENTER, WORK_LINKDEAD, WORK_ATTACH, WORK_LEAVE, WORK_SAVE };

struct work {
    struct work *next;
    enum work_kind kind;
    uint32_t mailbox;
    char line[]; // "" for what is no line
};

struct actor {
    struct task task; // first: the task is the actor
    struct dispatch *dispatch;
    struct runner *runner; // worker's, while a command is under way
    struct tref thing;     // the worker's
    _Atomic bool busy;     // `current` belongs to the worker
    _Atomic bool ended;
    struct enter_spec entry;
    char *entered_as; // his character as he came in, as JSON, for the journal; NULL: new
    // Loop thread only.
    void *session, *owner;
    struct tref known; // the same as `thing`, once he is in
    bool under_way;
    bool gone; // forgotten already; freed when his last outcome is back
    struct work *current; // the worker reads it while busy
    struct work *first, *last;
    struct actor *previous_player, *next_player;
};

// Loop thread: what kind of work has come back, and the next one to go.
enum work_kind actor_returned(struct actor *a);
void actor_next(struct actor *a);

#endif
