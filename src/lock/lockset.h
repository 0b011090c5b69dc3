// The locks of one command: gathered first, then taken in ascending order of id, held to the end,
// released together (strict two-phase locking). A set asked for a lock that it does not hold
// remembers it; the command then releases all, takes the larger set and starts again.
//
// Threads: one task at a time, on whichever worker steps it. Never shared.
#ifndef LOCK_LOCKSET_H
#define LOCK_LOCKSET_H

#include "lock/lock.h"
#include "lock/write_set.h"
#include "util/site.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { LOCKSET_INLINE = 6 };

struct lockset_entry {
    struct lock *lock;
    enum lock_mode mode; // the mode that is wanted
    bool held;           // held in held_mode, which may be weaker than `mode`
    enum lock_mode held_mode;
    const struct site *site; // the line that asked for it
    uint64_t ticket;
};

struct lockset {
    uint32_t id;       // of the owner, never 0: limbo tokens and lock holders name it
    struct task *task; // woken when a lock is handed over; NULL at start-up, where nobody waits
    const char *what;  // command or event, for reports; never freed
    const char *actor; // label of the actor, for reports; never freed; may be NULL
    struct lockset_entry *entries; // sorted by lock id
    size_t count, cap;
    size_t held;          // how many entries are held
    struct lock *waiting; // queued for this one, or NULL
    struct lock_waiter waiter;
    unsigned waits; // how often it was parked since lockset_begin
    bool dirty;     // it has changed the world: see lockset_changed
    // what it has changed, when a journal wants to know; borrowed, or NULL
    struct write_set *write_set;
    struct lockset_entry inline_entries[LOCKSET_INLINE];
};

enum lockset_outcome {
    LOCKSET_HELD = 1,   // the set holds all its locks
    LOCKSET_PARKED = 2, // the task is queued: return TASK_PENDING and call again when woken
};

void lockset_init(struct lockset *ls, uint32_t id, struct task *task);
void lockset_fini(struct lockset *ls); // the set holds no lock

// Starts a new command: the set is empty and holds nothing.
void lockset_begin(struct lockset *ls, const char *what, const char *actor);

// Adds a lock to the set and says whether it is held, in that mode or a stronger one, right now. A
// lock that is held stays held until the next lockset_acquire.
bool lockset_need_at(struct lockset *ls, struct lock *l, enum lock_mode mode,
                     const struct site *at);
#define lockset_need(ls, l, mode) lockset_need_at((ls), (l), (mode), SITE)

bool lockset_holds(const struct lockset *ls, const struct lock *l, enum lock_mode mode);
bool lockset_complete(const struct lockset *ls); // every lock of the set is held

// Takes the missing locks. If one of them has a lower id than a held one, or a stronger mode is
// wanted, all are released first, so that ids always ascend.
__attribute__((warn_unused_result)) enum lockset_outcome lockset_acquire(struct lockset *ls);
// _release: releases all locks in reverse order and keeps the list. _clear: also empties the list.
void lockset_release_at(struct lockset *ls, const struct site *at);
void lockset_clear_at(struct lockset *ls, const struct site *at);
#define lockset_release(ls) lockset_release_at((ls), SITE)
#define lockset_clear(ls) lockset_clear_at((ls), SITE)

// Names the command that began, once it is known, for reports and traces. `what` is never freed.
void lockset_name(struct lockset *ls, const char *what);

// For tests of the checker: takes or releases one lock at once, bypassing the order of the set.
// Only where no other task can hold it; checked like everything else.
void lockset_take_raw_at(struct lockset *ls, struct lock *l, const struct site *at);
void lockset_drop_raw_at(struct lockset *ls, struct lock *l, const struct site *at);
#define lockset_take_raw(ls, l) lockset_take_raw_at((ls), (l), SITE)
#define lockset_drop_raw(ls, l) lockset_drop_raw_at((ls), (l), SITE)

// The set whose task runs on this thread; NULL between tasks and on other threads.
extern _Thread_local struct lockset *lockset_current_here; // changed by lockset.c only

static inline struct lockset *lockset_current(void)
{
    return lockset_current_here;
}

// Notes that the task on this thread changes p: an attribute, or one of enum write_set_what. Called
// by the functions through which every change of the world goes.
static inline void lockset_changed(struct place *p, unsigned what)
{
    struct lockset *ls = lockset_current_here;
    if (!ls)
        return;
    ls->dirty = true;
    if (ls->write_set)
        write_set_note(ls->write_set, p, what);
}

void lockset_enter(struct lockset *ls); // this thread steps the task of ls from now on
void lockset_leave(struct lockset *ls); // … and no longer; the task may go on elsewhere
// The command has ended: reports locks that are still held and things still in limbo, and releases
// them.
void lockset_end(struct lockset *ls);

#endif
