// A stack without a lock, from which a taker removes everything at once: nothing is ever popped
// from the middle of a stack that others change, so an outcome that comes back early does no harm.
#include "engine/outcome_pool.h"

#include "command/outcome.h"

#include <stddef.h>

enum { SPARES_MAX = 512 };

static _Thread_local struct outcome *outcome_store;

static void free_list(struct outcome *o)
{
    for (struct outcome *next; o; o = next) {
        next = o->next;
        outcome_free(o);
    }
}

void outcome_pool_fini(struct outcome_pool *p)
{
    free_list(atomic_exchange(&p->spares, NULL));
}

// Removes all spares of the pool, which are the caller's then, and takes them off its count.
static struct outcome *take_all(struct outcome_pool *p)
{
    struct outcome *all = atomic_exchange_explicit(&p->spares, NULL, memory_order_acquire);
    unsigned count = 0;
    for (const struct outcome *o = all; o; o = o->next)
        count++;
    atomic_fetch_sub_explicit(&p->count, count, memory_order_relaxed);
    return all;
}

struct outcome *outcome_pool_take(struct outcome_pool *p)
{
    if (!outcome_store && atomic_load_explicit(&p->spares, memory_order_relaxed))
        outcome_store = take_all(p);
    struct outcome *o = outcome_store;
    if (!o)
        return outcome_new();
    outcome_store = o->next;
    o->next = NULL;
    return o;
}

void outcome_pool_give(struct outcome_pool *p, struct outcome *o)
{
    // Counted before it can be taken, so that the count never falls below 0.
    if (atomic_fetch_add_explicit(&p->count, 1, memory_order_relaxed) >= SPARES_MAX) {
        atomic_fetch_sub_explicit(&p->count, 1, memory_order_relaxed);
        outcome_free(o);
        return;
    }
    outcome_reset(o);
    struct outcome *first = atomic_load_explicit(&p->spares, memory_order_relaxed);
    do // nothing of `first` may be read: it may be another thread's by now
        o->next = first;
    while (!atomic_compare_exchange_weak_explicit(&p->spares, &first, o, memory_order_release,
                                                  memory_order_relaxed));
}

void outcome_pool_leave(void)
{
    free_list(outcome_store);
    outcome_store = NULL;
}
