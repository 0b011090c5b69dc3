// Whether a lock was granted at once cannot be ignored (L035): who goes on while it is queued works
// without the lock. With RIGHT the answer is looked at.
#include "lock/lock.h"

#include <stdbool.h>

bool take(struct lock *l, struct lock_waiter *w);

bool take(struct lock *l, struct lock_waiter *w)
{
#ifdef RIGHT
    return lock_acquire(l, w) == LOCK_HELD;
#else
    lock_acquire(l, w);
    return true;
#endif
}
