// Whether locks were granted cannot be ignored, and there is no try-lock whose answer could be
// (L035). With RIGHT the answer is looked at.
#include "lock/lockset.h"

bool take(struct lockset *ls);

bool take(struct lockset *ls)
{
#ifdef RIGHT
    return lockset_acquire(ls) == LOCKSET_HELD;
#else
    lockset_acquire(ls);
    return true;
#endif
}
