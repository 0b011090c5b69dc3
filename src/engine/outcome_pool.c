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

struct outcome *outcome_pool_take(struct outcome_pool *p)
{
    if (!outcome_store && atomic_load_explicit(&p->spares, memory_order_relaxed))
        outcome_store = atomic_exchange_explicit(&p->spares, NULL, memory_order_acquire);
    struct outcome *o = outcome_store;
    if (!o)
        return outcome_new();
    outcome_store = o->next;
    o->next = NULL;
    o->spares = 0;
    return o;
}

void outcome_pool_give(struct outcome_pool *p, struct outcome *o)
{
    outcome_reset(o);
    struct outcome *first = atomic_load_explicit(&p->spares, memory_order_acquire);
    do {
        o->next = first;
        o->spares = first ? first->spares + 1 : 1;
        if (o->spares > SPARES_MAX) {
            o->next = NULL;
            outcome_free(o);
            return;
        }
    } while (!atomic_compare_exchange_weak_explicit(&p->spares, &first, o, memory_order_acq_rel,
                                                    memory_order_acquire));
}

void outcome_pool_leave(void)
{
    free_list(outcome_store);
    outcome_store = NULL;
}
