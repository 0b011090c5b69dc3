// Shared by the files of the checker, and included by them only: what it knows of tasks, locks and
// threads, and how a check reports a violation (check_report).
//
// A *serial* is a count that each thread keeps for itself. checker_own_change makes it grow, so of
// two serials of one thread the larger belongs to the later moment.
#ifndef CHECK_CHECK_PRIV_H
#define CHECK_CHECK_PRIV_H

#include "check/check.h"
#include "check/check_hooks.h"
#include "check/check_report.h"
#include "check/interpose.h"
#include "check/site_call.h"
#include "trace/recorder.h"

// What one thread knows of one thing: the serials of this thread at which it last found each fact.
// Two cells fill a cache line.
struct checker_cell {
    uint64_t ok;     // last found accessible: serial * 2 + 1 when writable
    uint64_t seen;   // when its location was last seen
    uint64_t met;    // when it was last met in a list…
    uint32_t met_in; // …of this thing's inventory
    uint32_t met_list;
};

// A thing whose location a task has seen, and when.
struct check_met {
    struct place *place;
    uint64_t serial;
};

// An attribute that a task has read or written; only at level flow.
struct check_read {
    struct place *place;
    uint32_t generation; // of the thing
    uint8_t attr;
    bool write;
    const struct site *site;
    const void *value; // the value that was returned for reading; NULL: none, or a number
    size_t size;       // size of that value
};

// A lock that a task holds, and the serial at which it was granted.
struct check_grant {
    const struct lock *lock;
    uint64_t serial;
};

// What the checker knows of a task: begun with its command, or when a worker first steps it, and
// kept until its lock set is no more. Used by the task's own thread; what others read or write is
// atomic, or under the latch of the lock that it is given (`given`).
struct check_task {
    const struct lockset *_Atomic set; // NULL while it is not in use
    struct check_task *next;           // in its bucket, or in a list of unused ones
    uint32_t epoch;                    // in which its command began; 0: it is not checked
    bool flow;                         // its steps are kept
    enum check_timer { CHECK_TIMER_NONE, CHECK_TIMER_NOT_ASKED, CHECK_TIMER_STANDS } timer;
    uint32_t timer_generation;
    bool given, given_twice;  // it was granted a lock; another task held that lock at the time
    bool numbered;            // it must take its event number before it releases what it changed
    bool committed;           // it has taken its event number
    bool replays;             // the number is that of a journal: see hooks_replays
    _Atomic uint32_t stepped; // epoch in which a worker is running this task now; 0: none
    bool touched, changed;    // it has accessed, or changed, anything since it held no lock
    bool altered;             // a change is certain; `changed` may be a write of the same value
    bool read_released;       // a lock of what it has read was released before its event number
    uint32_t group;           // tasks of one fork share it; 0 for all others: see shared.h
    uint64_t first_serial, last_change, last_serial, last_unlock;
    struct check_grant *grants; // of the locks that it holds
    size_t grant_count, grant_cap;
    struct check_met *met;
    size_t met_count, met_cap;
    // what it read and wrote, in order, each line once in a section; the first `read_before` before
    // it released a lock or began this pass
    struct check_read *read;
    size_t read_count, read_cap, read_before;
    bool read_open;          // the value of the last reading is still to be noted
    struct check_text *lent; // copies of the texts that it received (check_text.h)
    struct check_values
        *values;    // digests of what it read in this section (check_values.h), or NULL
    unsigned limbo; // tokens it owns
    const struct site *limbo_site; // where it took the last one
};

// What the checker knows of a lock, by the lock's slot. When another lock gets
// the slot, all of it is set to zero first.
struct check_lock {
    _Atomic uint32_t id;     // of the lock that this is about
    _Atomic uint32_t traced; // number of the recording that has its name
    // of the last holder: its command, its actor (may be NULL), and the site where it took the lock
    const char *_Atomic what;
    const char *_Atomic actor;
    const struct site *_Atomic site;
    _Atomic uint64_t shadow; // the checker's own count of its holders
    // the highest event number under an exclusive hold, and under any hold, and the epoch of both
    _Atomic uint64_t number_alone, number_any;
    _Atomic uint32_t number_epoch;
};

struct check_lock *check_lock(const struct lock *l);

struct checker {
    uint64_t serial;
    struct check_task *task;    // of the lock set whose task this thread steps, or NULL
    struct check_task *spare;   // unused ones
    struct checker_cell *cells; // by slab index
    // attributes read (low half) and written in this section, 32 in each word, mask_words words for
    // each slab index; only at level flow
    uint64_t *masks;
    size_t mask_words;
    struct place *permit; // the thing whose location word may be stored next
    // the thing that was taken out of a list last and is not yet in another one
    struct place *unlisted;
    // checker epoch in which it was taken out; in another epoch its return is not seen
    uint32_t unlisted_epoch;
    // Checker epoch in which this thread began to step a task; 0: it steps none. Other threads read
    // it.
    _Atomic uint32_t inside;
    struct checker *next; // in the list of all checkers, in check_data.c
};

extern _Thread_local struct checker *checker_here;
struct checker *checker_make(void);

static inline struct checker *checker_self(void)
{
    return checker_here ? checker_here : checker_make();
}

struct violation {
    enum check_code code;
    const struct lockset *ls; // lock set of the task that did it; NULL outside tasks
    struct place *place;      // the thing, or NULL
    const struct lock *lock;  // for violations of locks alone
    int attr;                 // attribute number, or -1
    bool write;
    const char *act;    // what was done, if it was not an attribute access
    const char *object; // what it was done to, if that is not a thing or a lock
    const char *cause;  // why it is wrong, or NULL
    const struct site *site;
    const struct site *other; // the second site, when there is one
};

// For raw mode: the code of the rule that touching p would break now, or 0. Reports nothing.
int check_raw_code(struct place *p, bool write);

void check_report(const struct violation *v);

// Finds what is known of the task of a lock set; NULL: nothing. _make: makes it if need be. _drop:
// the lock set is no more.
struct check_task *check_task_find(const struct lockset *ls);
struct check_task *check_task_make(const struct lockset *ls);
void check_task_drop(const struct lockset *ls);
void check_tasks_leave(struct check_task *spare); // unused ones, of a thread that ends

static inline struct check_task *check_task(const struct lockset *ls)
{
    struct check_task *t = checker_here ? checker_here->task : NULL;
    if (t && atomic_load_explicit(&t->set, memory_order_relaxed) == ls)
        return t;
    return ls ? check_task_find(ls) : NULL;
}

// Are the steps of this task kept?
static inline bool flows(const struct check_task *t)
{
    return t && t->flow;
}

// Records a step; the calls that this makes are the checker's, not a command's.
static inline void check_event(enum trace_kind kind, unsigned flags, const struct site *at,
                               uint32_t object, uint32_t arg)
{
    interpose_own(1);
    trace_event(kind, flags, at, object, arg);
    interpose_own(-1);
}

static inline void check_time(void)
{
    interpose_own(1);
    trace_time();
    interpose_own(-1);
}

static inline void check_name_thing(struct place *p)
{
    trace_name_thing(p->index, atomic_load_explicit(&p->generation, memory_order_relaxed),
                     atomic_load_explicit(&p->label, memory_order_relaxed));
}

void check_name_lock(struct lock *l);

extern unsigned check_attributes;    // how many there are: see check_set_names
extern _Atomic uint32_t check_epoch; // grows with each change of level; never 0

// Is this task checked? No when its command began under another level, or while the checker was
// off.
static inline bool is_task_checked(const struct check_task *t)
{
    return t && t->epoch == atomic_load_explicit(&check_epoch, memory_order_relaxed);
}

// The same for the task of a lock set. Code outside tasks (NULL) is always checked.
static inline bool is_checked(const struct lockset *ls)
{
    return !ls || is_task_checked(check_task(ls));
}

void checker_own_change(struct checker *c, struct check_task *t);
void checker_settle(struct checker *c, const struct lockset *ls);
void checker_see(struct checker *c, struct check_task *t, struct place *p);
const char *checker_cause(int code); // in words, or NULL
// Checks a write that may depend on a value read before a lock was released, or in an earlier pass
// (L036).
void checker_check_stale(const struct lockset *ls, struct place *p, unsigned attr,
                         const struct site *at);
// Has that line read the attribute just now? Only the last few uses are searched, so a loop may
// have the same use noted more than once.
bool checker_has_read(const struct lockset *ls, const struct place *p, unsigned attr,
                      const struct site *at);
// Notes that the attribute is read, or written, at that line. False: there is no room left to note
// it.
bool checker_remember_use(struct lockset *ls, struct place *p, unsigned attr, bool write,
                          const struct site *at);
// Reports a write to a value that p shares with its prototype or with copies (L032).
void checker_report_value(struct lockset *ls, struct place *p, unsigned attr, const char *cause,
                          const struct site *at);
void checker_list(struct checker *c);
void checker_unlist(struct checker *c);

#endif
