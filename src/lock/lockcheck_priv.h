// Shared by the modules of the checker: lockcheck.c and locktask.c check, lockreport.c reports.
// Included by them only.
#ifndef LOCK_LOCKCHECK_PRIV_H
#define LOCK_LOCKCHECK_PRIV_H

#include "lock/lockcheck.h"
#include "lock/lockreport.h"
#include "lock/trace.h"

// What one thread knows of one thing, as serial numbers of that thread. Two to a cache line.
struct checker_cell {
    uint64_t ok;     // last found accessible: serial * 2 + 1 when writable
    uint64_t seen;   // when its location was last seen
    uint64_t met;    // when it was last met in a list…
    uint32_t met_in; // …of this thing's inventory
    uint32_t met_list;
};

struct checker {
    uint64_t serial;
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
    struct checker *next; // lockdata.c's
};

extern _Thread_local struct checker *checker_here;
struct checker *checker_make(void);

static inline struct checker *checker_self(void)
{
    return checker_here ? checker_here : checker_make();
}

struct violation {
    enum lockcheck_code code;
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
int lockcheck_judge_raw(struct place *p, bool write);

void lockreport(const struct violation *v);

// Are the steps of this task kept?
static inline bool flows(const struct lockset *ls)
{
    return ls && ls->flow;
}

extern unsigned lockcheck_attributes;    // how many there are: see lockcheck_set_names
extern _Atomic uint32_t lockcheck_epoch; // grows with each change of level; never 0

// False for a command that began under another level.
static inline bool judged(const struct lockset *ls)
{
    return !ls || ls->epoch == atomic_load_explicit(&lockcheck_epoch, memory_order_relaxed);
}

void checker_own_change(struct checker *c, struct lockset *ls);
void checker_settle(struct checker *c, const struct lockset *ls);
void checker_see(struct checker *c, struct lockset *ls, struct place *p);
const char *checker_cause(int code); // in words, or NULL
// Checks a write that may depend on a value read before a lock was released, or in an earlier pass
// (L036).
void checker_judge_stale(const struct lockset *ls, struct place *p, unsigned attr,
                         const struct site *at);
// Has that line read the attribute just now? Only the last few uses are searched, so a loop may
// have the same use noted more than once.
bool checker_has_read(const struct lockset *ls, const struct place *p, unsigned attr,
                      const struct site *at);
// Notes that the attribute is read, or written, at that line. False: there is no room left to note
// it.
bool checker_remember_use(struct lockset *ls, struct place *p, unsigned attr, bool write,
                          const struct site *at);
// Reports a write to a value that p does not own alone (L032).
void checker_accuse_value(struct lockset *ls, struct place *p, unsigned attr, const char *cause,
                          const struct site *at);
void checker_list(struct checker *c);
void checker_unlist(struct checker *c);

#endif
