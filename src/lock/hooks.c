// The two tables of hooks that are set now.
#include "lock/hooks.h"

#include "lock/wait_hooks.h"

const struct lock_hooks *_Atomic lock_hooks_now;
const struct lock_wait_hooks *_Atomic lock_wait_hooks_now;

void lock_hooks_set(const struct lock_hooks *table)
{
    atomic_store(&lock_hooks_now, table);
}

void lock_wait_hooks_set(const struct lock_wait_hooks *table)
{
    atomic_store(&lock_wait_hooks_now, table);
}
