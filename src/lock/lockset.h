// The locks of one command: gathered first, then taken in ascending order of id, held to the end,
// released together (strict two-phase locking). A set asked for a lock that it does not hold
// remembers it; the command then releases all, takes the larger set and starts again.
//
// Threads: one task at a time, on whichever worker steps it. Never shared.
#ifndef LOCK_LOCKSET_H
#define LOCK_LOCKSET_H

#include "lock/changes.h"
#include "lock/lock.h"
#include "lock/site.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { LOCKSET_INLINE = 6 };

struct lockset_entry {
    struct lock *lock;
    enum lock_mode mode;     // wanted
    bool held;               // in held_mode, which a later wish may exceed
    enum lock_mode held_mode;
    const struct site *site; // who asked for it
    uint64_t ticket;
    uint64_t serial; // of the checker, when it was granted
};

// A thing whose location the task has seen, and when, for the checker.
struct lockset_met {
    struct place *place;
    uint64_t serial;
};

// An attribute that was read or written, for the checker: kept with the flow only.
struct lockset_read {
    struct place *place;
    uint32_t generation;     // of the thing
    uint8_t attr;
    bool write;
    const struct site *site;
    const void *value;       // that was handed out for reading; NULL: none, or a number
    size_t size;             // of that
};

struct lockvalues;

struct lockset {
    uint32_t id;        // of the owner, never 0: limbo tokens and lock holders name it
    struct task *task;  // woken when a lock is handed over; NULL at start-up, where nobody waits
    const char *what;   // command or event, for reports; never freed
    const char *actor;  // label of who does it, for reports; never freed; may be NULL
    struct lockset_entry *entries; // sorted by lock id
    size_t count, cap;
    size_t held;            // how many entries are
    struct lock *waiting;   // queued for this one, or NULL
    struct lock_waiter waiter;
    unsigned waits; // how often it was parked since lockset_begin
    bool dirty;     // it has changed the world: see lockset_changed
    struct changes *changes; // what of it, where that is wanted; borrowed, or NULL
    uint32_t group; // tasks of one fork share it; 0 for all others
    // For the checker.
    uint32_t epoch; // of the level under which the command began; 0: it is not judged
    bool flow;      // its events are kept
    enum lockset_appointment { NO_APPOINTMENT, APPOINTMENT_OPEN, APPOINTMENT_STANDS } appointment;
    bool numbered;  // it must take its number before it lets go of what it changed
    bool committed; // it has taken it
    bool replays;   // … and had it before; see lockset_replays
    _Atomic uint32_t stepped; // the stretch of a level in which a worker began to step it; 0: none does
    bool touched, changed; // anything judged, or changed, since it held nothing
    bool altered;          // changed for certain: what was to be changed may be left as it is
    uint32_t appointment_generation;
    bool read_released; // something it has read was let go of before its number
    uint64_t first_serial, last_change, last_serial, last_unlock;
    struct lockset_met *met;
    size_t met_count, met_cap;
    struct lockset_read *read; // what it read and wrote, in order, each line once in a section; the first
    size_t read_count, read_cap, read_before; // `read_before` before it let go of a lock or began this pass
    bool read_open; // the value of the last is yet to be noted
    struct lent *lent; // copies of the texts that it was handed (lent.h)
    struct lockvalues *values; // digests of what it read in this section (lockvalues.h); NULL: none yet
    unsigned limbo; // tokens it owns
    const struct site *limbo_site; // where the last was taken
    struct lockset_entry inline_entries[LOCKSET_INLINE];
};

enum lockset_outcome {
    LOCKSET_HELD = 1,   // all of it
    LOCKSET_PARKED = 2, // the task is queued: return TASK_PENDING and call again when woken
};

void lockset_init(struct lockset *ls, uint32_t id, struct task *task);
void lockset_fini(struct lockset *ls); // holds nothing

// Starts a new command: the set is empty and holds nothing.
void lockset_begin(struct lockset *ls, const char *what, const char *actor);

// Adds a lock to the set and says whether it is held, in that mode or a stronger one, right now.
// What is held stays held until the next lockset_acquire.
bool lockset_need_at(struct lockset *ls, struct lock *l, enum lock_mode mode,
                     const struct site *at);
#define lockset_need(ls, l, mode) lockset_need_at((ls), (l), (mode), SITE)

bool lockset_holds(const struct lockset *ls, const struct lock *l, enum lock_mode mode);
bool lockset_complete(const struct lockset *ls); // everything asked for is held

// Takes what is missing. When that lies below something held, or is a stronger mode of it, all is
// released first, so that ids always ascend.
__attribute__((warn_unused_result)) enum lockset_outcome lockset_acquire(struct lockset *ls);
// All that is held, in reverse order; keeps the list. Clear: and forgets everything.
void lockset_release_at(struct lockset *ls, const struct site *at);
void lockset_clear_at(struct lockset *ls, const struct site *at);
#define lockset_release(ls) lockset_release_at((ls), SITE)
#define lockset_clear(ls) lockset_clear_at((ls), SITE)

// The task is a timer's: it must ask whether its appointment stands before it changes anything.
void lockset_expect_appointment(struct lockset *ls, uint32_t generation);

// What it is that began, now that it is known: for reports and traces. `what` is never freed.
void lockset_name(struct lockset *ls, const char *what);

// The command takes an event number (lockcheck_commit), which must happen while it holds the locks of
// all it has read and changed: then the numbers are a serial order.
void lockset_expect_number(struct lockset *ls);

// The command is done again in a replay, with the number that it had then: whether that ascends under each lock
// was judged then, and says here only that events take other locks, which the replay tells itself (L039).
void lockset_replays(struct lockset *ls);

// The command has changed something and comes at `place` in the order of all that is to be shown: what
// it may have changed, which is what it holds exclusively, remembers that.
void lockset_note_change(struct lockset *ls, uint64_t place);
// The latest place noted at anything that is held: who sees this sees what was done there, and nothing later.
uint64_t lockset_last_change(const struct lockset *ls);

// The raw way, for code that shows what is wrong with it: takes or releases one lock at once, out of
// the set's order. Only where nobody else can hold it; checked like everything else.
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

// The task that runs here changes p: an attribute, or one of enum changes_what. Called by the choke
// points that change the world.
static inline void lockset_changed(struct place *p, unsigned what)
{
    struct lockset *ls = lockset_current_here;
    if (!ls)
        return;
    ls->dirty = true;
    if (ls->changes)
        changes_note(ls->changes, p, what);
}

void lockset_enter(struct lockset *ls); // this thread now works for ls
void lockset_leave(struct lockset *ls); // …and no longer; it may go on elsewhere
// The command is over: complains of what is still held or still in limbo, and releases it.
void lockset_end(struct lockset *ls);

#endif
