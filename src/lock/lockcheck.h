// The lock checker: judges every lock, unlock, location read, attribute access and move against the
// four rules at the moment it happens, in one task, without needing a second one to collide with.
// Specification: docs/locking.md. All functions return at once while the level is off.
//
// Threads: any; each looks only at its own lock set, atomics and its own arrays.
#ifndef LOCK_LOCKCHECK_H
#define LOCK_LOCKCHECK_H

#include "lock/lockset.h"
#include "lock/place.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum lockcheck_level {
    LOCKCHECK_OFF,
    LOCKCHECK_RULES, // all checks, no events
    LOCKCHECK_FLOW,  // and every event into the thread's ring
};

enum lockcheck_code {
    L001_NO_LOCK = 1,
    L002_NESTED_LOCK = 2,
    L003_WRONG_LOCK = 3,
    L004_ORDER = 4,
    L005_LIMBO = 5,
    L007_HELD_AT_END = 7,
    L008_FOREIGN_UNLOCK = 8,
    L009_NOT_REVALIDATED = 9,
    L012_SELF_DEADLOCK = 12,
    L013_LIST_UNLOCKED = 13,
    L016_MOVE_UNLOCKED = 16,
    L017_TOKEN_LEAKED = 17,
    L018_TOKEN_MISUSED = 18,
    L023_CYCLE = 23,
    L032_FROZEN_WRITTEN = 32,
    L033_DEAD = 33,
    LOCKCHECK_CODES = 41,
};

extern enum lockcheck_level lockcheck_level_now; // read only; set before workers run

void lockcheck_set_level(enum lockcheck_level level);
// What attribute number n is called in reports; and the name of the thing with a slab index.
void lockcheck_set_names(const char *(*attribute)(unsigned n));

// Reports go to `out` (default stderr) as they happen, each distinct code and site once, then
// counted.
void lockcheck_set_output(FILE *out);
uint64_t lockcheck_violations(void);               // of all codes
uint64_t lockcheck_count(enum lockcheck_code code);
void lockcheck_summary(FILE *out);                 // the counts, and "0 violations" when there are none
void lockcheck_reset(void);                        // forgets counts; for tests

static inline bool lockcheck_on(void)
{
    return __builtin_expect(lockcheck_level_now != LOCKCHECK_OFF, 0);
}

// The slow halves; call the inline ones below.
void lockcheck_access_slow(struct place *p, unsigned attr, bool write, const struct site *at);
void lockcheck_list_slow(struct place *inventory, bool write, const struct site *at);
void lockcheck_met_slow(struct place *p);
void lockcheck_where_slow(struct place *p, struct place *in, const struct site *at);
void lockcheck_move_slow(struct place *p, struct place *to, const struct site *at);
void lockcheck_limbo_slow(unsigned kind, struct place *p, uint32_t owner, const struct site *at);
void lockcheck_begin_slow(struct lockset *ls);
void lockcheck_entered_slow(struct lockset *ls);
void lockcheck_left_slow(struct lockset *ls);
void lockcheck_want_slow(struct lockset *ls, const struct lockset_entry *e);
void lockcheck_locked_slow(struct lockset *ls, struct lockset_entry *e, bool contended);
void lockcheck_unlock_slow(struct lockset *ls, struct lockset_entry *e);
void lockcheck_resumed_slow(struct lockset *ls);
void lockcheck_end_slow(struct lockset *ls);
void lockcheck_commit_slow(struct lockset *ls, const struct site *at);
void lockcheck_foreign_unlock_slow(struct lockset *ls, struct lock *l, const struct site *at);

#define LOCKCHECK_HOOK(call)                                                                       \
    do {                                                                                           \
        if (lockcheck_on())                                                                        \
            call;                                                                                  \
    } while (0)

// An attribute of p is read or written. The inventory functions call _list for their lists, and
// _met for each thing met in a list while its lock is held.
#define lockcheck_access(p, attr, write, at)                                                       \
    LOCKCHECK_HOOK(lockcheck_access_slow((p), (attr), (write), (at)))
#define lockcheck_list(p, write, at) LOCKCHECK_HOOK(lockcheck_list_slow((p), (write), (at)))
#define lockcheck_met(p) LOCKCHECK_HOOK(lockcheck_met_slow((p)))
#define lockcheck_where(p, in, at) LOCKCHECK_HOOK(lockcheck_where_slow((p), (in), (at)))
#define lockcheck_move(p, to, at) LOCKCHECK_HOOK(lockcheck_move_slow((p), (to), (at)))
#define lockcheck_limbo(kind, p, owner, at)                                                        \
    LOCKCHECK_HOOK(lockcheck_limbo_slow((kind), (p), (owner), (at)))
#define lockcheck_begin(ls) LOCKCHECK_HOOK(lockcheck_begin_slow((ls)))
#define lockcheck_entered(ls) LOCKCHECK_HOOK(lockcheck_entered_slow((ls)))
#define lockcheck_left(ls) LOCKCHECK_HOOK(lockcheck_left_slow((ls)))
#define lockcheck_want(ls, e) LOCKCHECK_HOOK(lockcheck_want_slow((ls), (e)))
#define lockcheck_locked(ls, e, c) LOCKCHECK_HOOK(lockcheck_locked_slow((ls), (e), (c)))
#define lockcheck_unlock(ls, e) LOCKCHECK_HOOK(lockcheck_unlock_slow((ls), (e)))
#define lockcheck_resumed(ls) LOCKCHECK_HOOK(lockcheck_resumed_slow((ls)))
#define lockcheck_end(ls) LOCKCHECK_HOOK(lockcheck_end_slow((ls)))
// The command takes its event number: from here on it is one step in the order of all.
#define lockcheck_commit(ls, at) LOCKCHECK_HOOK(lockcheck_commit_slow((ls), (at)))
#define lockcheck_foreign_unlock(ls, l, at)                                                        \
    LOCKCHECK_HOOK(lockcheck_foreign_unlock_slow((ls), (l), (at)))

#endif
