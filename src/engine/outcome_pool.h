// Spare outcomes: a worker makes one for each command and the loop frees it, so without spares
// nearly every command would allocate on one thread and free on another.
//
// Threads: outcome_pool_take on any thread, with a store of its own that outcome_pool_leave frees;
// outcome_pool_give on any thread. No lock.
#ifndef ENGINE_OUTCOME_POOL_H
#define ENGINE_OUTCOME_POOL_H

#include <stdatomic.h>

struct outcome;

// Zeroed = empty.
struct outcome_pool {
    _Atomic(struct outcome *) spares; // linked by `next`
    _Atomic unsigned count;           // how many of them there are, or soon will be
};

void outcome_pool_fini(struct outcome_pool *p); // no thread uses it any more
// A new outcome, in the memory of a spare one if there is any.
struct outcome *outcome_pool_take(struct outcome_pool *p);
// Takes an outcome that has done its work; frees it when there are enough spares.
void outcome_pool_give(struct outcome_pool *p, struct outcome *o);
// The calling thread takes no more outcomes: frees the spare ones that it keeps.
void outcome_pool_leave(void);

#endif
