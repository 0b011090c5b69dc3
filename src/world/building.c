// The lock set of the thread that builds. It takes no locks, as no other thread is there yet.
#include "world/building.h"

#include "lock/lockset.h"

#include <assert.h>
#include <stddef.h>

void building_run(void (*work)(void *arg), void *arg)
{
    assert(work);
    struct lockset ls;
    lockset_init(&ls, UINT32_MAX, NULL);
    lockset_enter(&ls);
    lockset_begin(&ls, "build", NULL);
    work(arg);
    lockset_end(&ls);
    lockset_leave(&ls);
    lockset_fini(&ls);
}
