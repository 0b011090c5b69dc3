// The locks of one command: gathered first, then taken in ascending order of id, held to the end,
// released together (strict two-phase locking). A set asked for a lock that it does not hold
// remembers it; the command then releases all, takes the larger set and starts again.
//
// Threads: one task at a time, on whichever worker steps it. Never shared.
#ifndef LOCK_LOCKSET_H
#define LOCK_LOCKSET_H

#include "lock/changes.h"
#include "lock/lock.h"
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
    uint64_t serial; // the checker's serial when it was granted
};

// For the checker: a thing whose location the task has seen, and when.
struct lockset_met {
    struct place *place;
    uint64_t serial;
};

// For the checker, at level flow: an attribute that was read or written.
struct lockset_read {
    struct place *place;
    uint32_t generation; // of the thing
    uint8_t attr;
    bool write;
    const struct site *site;
    const void *value; // the value that was returned for reading; NULL: none, or a number
    size_t size;       // size of that value
};

struct lockvalues;

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
    unsigned waits;          // how often it was parked since lockset_begin
    bool dirty;              // it has changed the world: see lockset_changed
    struct changes *changes; // what it has changed, when a journal wants to know; borrowed, or NULL
    uint32_t group;          // tasks of one fork share it; 0 for all others
    // For the checker.
    uint32_t epoch; // checker epoch under which the command began; 0: it is not checked
    bool flow;      // its steps are kept
    enum lockset_appointment { NO_APPOINTMENT, APPOINTMENT_OPEN, APPOINTMENT_STANDS } appointment;
    bool numbered;            // it must take its event number before it releases what it changed
    bool committed;           // it has taken its event number
    bool replays;             // the number is that of a journal; see lockset_replays
    _Atomic uint32_t stepped; // checker epoch in which a worker is running this task now; 0: none
    bool touched, changed;    // it has accessed, or changed, anything since it held no lock
    bool altered; // a change is certain; `changed` may stand for a write of the same value
    uint32_t appointment_generation;
    bool read_released; // a lock of something it has read was released before its event number
    uint64_t first_serial, last_change, last_serial, last_unlock;
    struct lockset_met *met;
    size_t met_count, met_cap;
    struct lockset_read
        *read; // what it read and wrote, in order, each line once in a section; the first
    size_t read_count, read_cap,
        read_before;   // `read_before` before it let go of a lock or began this pass
    bool read_open;    // the value of the last reading is still to be noted
    struct lent *lent; // copies of the texts that it received (lent.h)
    struct lockvalues
        *values;    // digests of what it read in this section (lockvalues.h); NULL: none yet
    unsigned limbo; // tokens it owns
    const struct site *limbo_site; // where it took the last one
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

// The command has changed something and is at `place` in the order of replies: stores `place` in
// every lock that it holds exclusively.
void lockset_note_change(struct lockset *ls, uint64_t place);
// The latest place stored in any lock that is held: what the holder can see was changed at this
// place or before.
uint64_t lockset_last_change(const struct lockset *ls);

// For tests of the checker: takes or releases one lock at once, bypassing the order of the set.
// Only where no other task can hold it; checked like everything else.
void lockset_take_raw_at(struct lockset *ls, struct lock *l, const struct site *at);
void lockset_drop_raw_at(struct lockset *ls, struct lock *l, const struct site *at);
#define lockset_take_raw(ls, l) lockset_take_raw_at((ls), (l), SITE)
#define lockset_drop_raw(ls, l) lockset_drop_raw_at((ls), (l), SITE)

// The set whose task runs on this thread; NULL between tasks and on other threads.
extern _Thread_local struct lockset *lockset_current_here; // lockset.c's

static inline struct lockset *lockset_current(void)
{
    return lockset_current_here;
}

// Notes that the task on this thread changes p: an attribute, or one of enum changes_what. Called
// by the functions through which every change of the world goes.
static inline void lockset_changed(struct place *p, unsigned what)
{
    struct lockset *ls = lockset_current_here;
    if (!ls)
        return;
    ls->dirty = true;
    if (ls->changes)
        changes_note(ls->changes, p, what);
}

void lockset_enter(struct lockset *ls); // this thread steps the task of ls from now on
void lockset_leave(struct lockset *ls); // … and no longer; the task may go on elsewhere
// The command has ended: reports locks that are still held and things still in limbo, and releases
// them.
void lockset_end(struct lockset *ls);

#endif
