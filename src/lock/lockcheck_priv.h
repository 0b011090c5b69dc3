// Between the modules of the checker: lockcheck.c and locktask.c judge, lockreport.c tells. Included
// by them only.
#ifndef LOCK_LOCKCHECK_PRIV_H
#define LOCK_LOCKCHECK_PRIV_H

#include "lock/lockcheck.h"
#include "lock/lockreport.h"
#include "lock/trace.h"

// What one thread knows of one thing: serials of that thread. Two to a cache line.
struct checker_cell {
    uint64_t ok;     // last found accessible: serial * 2 + 1 when writable
    uint64_t seen;   // its location was last seen
    uint64_t met;    // last met in a list…
    uint32_t met_in; // …of this thing's inventory
    uint32_t met_list;
};

struct checker {
    uint64_t serial;
    struct checker_cell *cells; // by slab index
    uint64_t *masks; // by slab index: attributes read (low half) and written in this section; kept
                     // with the flow only
    struct place *permit;       // whose word may be stored next
    struct place *unlisted;     // what was taken out of a list last and not yet put into one,
    uint32_t unlisted_epoch;    // and under which level: nobody sees it put back under another
    // The stretch of a level in which this thread began to step a task; 0: it steps none. Others
    // look at it.
    _Atomic uint32_t inside;
    struct checker *next;       // lockdata.c's
};

extern _Thread_local struct checker *checker_here;
struct checker *checker_make(void);

static inline struct checker *checker_self(void)
{
    return checker_here ? checker_here : checker_make();
}

struct violation {
    enum lockcheck_code code;
    const struct lockset *ls; // whose task did it; NULL outside tasks
    struct place *place;      // the thing, or NULL
    const struct lock *lock;  // for violations of locks alone
    int attr;                 // attribute number, or -1
    bool write;
    const char *act;    // what was done, when it was no attribute access
    const char *object; // what it was done to, when that is no thing or lock
    const char *cause;  // what made it wrong, or NULL
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

extern _Atomic uint32_t lockcheck_epoch; // of the level that stands now; never 0

// Commands that began under another level are left alone.
static inline bool judged(const struct lockset *ls)
{
    return !ls || ls->epoch == atomic_load_explicit(&lockcheck_epoch, memory_order_relaxed);
}

void checker_own_change(struct checker *c, struct lockset *ls);
void checker_settle(struct checker *c, const struct lockset *ls);
void checker_see(struct checker *c, struct lockset *ls, struct place *p);
const char *checker_cause(int code); // in words, or NULL
// A write that may rest on a reading from before a lock was let go, or from an earlier pass (L036).
void checker_judge_stale(const struct lockset *ls, struct place *p, unsigned attr, const struct site *at);
// Has that line read the attribute just now? Only the last few uses are looked at: loops may have the same
// noted more than once.
bool checker_has_read(const struct lockset *ls, const struct place *p, unsigned attr,
                      const struct site *at);
// The attribute is read, or written, there. False: there is no room left to note that.
bool checker_remember_use(struct lockset *ls, struct place *p, unsigned attr, bool write,
                          const struct site *at);
// A value that is not the thing's own is written (L032).
void checker_accuse_value(struct lockset *ls, struct place *p, unsigned attr, const char *cause,
                          const struct site *at);
void checker_list(struct checker *c);
void checker_unlist(struct checker *c);

#endif
