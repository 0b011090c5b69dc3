// Finds values that change without a call of the checker. The value that a task reads of an
// attribute is noted as a digest; when the task releases its locks, or asks to change the
// attribute, the digest must still be the same. So a write through a pointer for reading is
// reported in the very command that did it, whether or not that takes an event number (L020). Costs
// a digest of each value that is read: for the explorer only.
//
// Threads: any; each looks at its own lock set only.
#ifndef CHECK_CHECK_VALUES_H
#define CHECK_CHECK_VALUES_H

#include "check/check.h"

struct check_read;
struct check_task;
struct check_values;

// Sets the function that computes the digest of an attribute of p. NULL: nothing is noted. To be
// called before anything runs.
void check_values_watch(uint64_t (*digest)(struct place *p, unsigned attr));

extern uint64_t (*check_values_digest)(struct place *p,
                                       unsigned attr); // set in check_values.c only

static inline bool check_values_on(void)
{
    return __builtin_expect(check_values_digest != NULL, 0);
}

// For the checker. _access: an attribute that ls may access is read, or about to be changed.
// _settle: compares all that was read, while the locks are held. The last: forgets all.
void check_values_access(struct lockset *ls, struct place *p, unsigned attr, bool write,
                         const struct site *at);
// Watches in this pass, too, what was read in an earlier one: the command may have kept a pointer
// to it.
void check_values_known(struct lockset *ls, const struct check_read *r);
void check_values_settle(struct lockset *ls, struct check_task *t);
void check_values_forget(struct check_task *t);

#endif
