// Values that change behind the checker's back: what a task reads of an attribute is noted as a digest, and
// when it lets go of its locks, or asks to change the attribute, the digest must still be the same. So a
// value that was written through a pointer for reading is told in the very command that did it, whether
// that takes an event number or not (L020). Costs a digest of each value that is read: for the explorer.
//
// Threads: any; each looks at its own lock set only.
#ifndef LOCK_LOCKVALUES_H
#define LOCK_LOCKVALUES_H

#include "lock/lockcheck.h"

// The number of what an attribute of p says, the same as long as it says the same. NULL: nothing is noted.
// Before anything runs.
void lockvalues_watch(uint64_t (*digest)(struct place *p, unsigned attr));

extern uint64_t (*lockvalues_digest)(struct place *p, unsigned attr); // lockvalues.c's

static inline bool lockvalues_on(void)
{
    return __builtin_expect(lockvalues_digest != NULL, 0);
}

// For the judge: an attribute that ls may touch is read, or about to be changed; all that was read is
// looked at again, while the locks are held; nothing is noted any more.
void lockvalues_access(struct lockset *ls, struct place *p, unsigned attr, bool write,
                       const struct site *at);
// What was read in an earlier pass is watched in this one too: somebody may have kept a pointer to it.
void lockvalues_known(struct lockset *ls, const struct lockset_read *r);
void lockvalues_settle(struct lockset *ls);
void lockvalues_forget(struct lockset *ls);
void lockvalues_free(struct lockvalues *v);

#endif
