// A ring indexed by sequence number: a worker stores its outcome in the slot of its number, the
// router takes them out in turn and stops at the first empty slot. Sends nothing itself.
#include "engine/sequencer.h"

#include "check/check.h"
#include "check/check_data.h"
#include "command/outcome.h"
#include "lock/lockset.h"
#include "util/mem.h"
#include "util/paged.h"

#include <assert.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>

struct sequencer {
    _Atomic uint64_t taken;  // sequence numbers that were given out
    _Atomic uint64_t number; // number of the last event
    _Atomic uint64_t next;   // the sequence number that is taken next; only the taker changes it
    _Atomic(struct outcome *) slots[SEQUENCER_SLOTS];
    // By the slot of a lock: the sequence number of the last change under it. An entry is written
    // by exclusive holders of the lock and read by holders. When a slot is another lock's the entry
    // is too high for it: then a reply waits for one that has left, or is about to leave, anyway.
    struct paged changed;
};

struct sequencer *sequencer_new(void)
{
    struct sequencer *r = mem_new(struct sequencer);
    atomic_store_explicit(&r->next, 1, memory_order_relaxed);
    return r;
}

void sequencer_free(struct sequencer *r)
{
    if (!r)
        return;
    for (size_t i = 0; i < SEQUENCER_SLOTS; i++)
        outcome_free(atomic_load(&r->slots[i]));
    paged_fini(&r->changed);
    free(r);
}

uint64_t sequencer_next_number(void *arg)
{
    struct sequencer *r = arg;
    return atomic_fetch_add_explicit(&r->number, 1, memory_order_relaxed) + 1;
}

uint64_t sequencer_next_seq(struct sequencer *r)
{
    return atomic_fetch_add_explicit(&r->taken, 1, memory_order_relaxed) + 1;
}

void sequencer_continue(struct sequencer *r, uint64_t number)
{
    assert(number >= sequencer_last_number(r)); // no number is taken twice
    atomic_store(&r->number, number);
}

uint64_t sequencer_last_number(const struct sequencer *r)
{
    return atomic_load_explicit(&r->number, memory_order_relaxed);
}

uint64_t sequencer_last_seq(const struct sequencer *r)
{
    return atomic_load_explicit(&r->taken, memory_order_relaxed);
}

static uint64_t *last_change(struct sequencer *r, const struct lock *l)
{
    return paged_at(&r->changed, l->slot, sizeof(uint64_t));
}

void sequencer_note_change(struct sequencer *r, const struct lockset *ls, uint64_t seq)
{
    for (size_t i = 0; i < ls->count; i++)
        if (ls->entries[i].held && ls->entries[i].held_mode == LOCK_EXCLUSIVE)
            *last_change(r, ls->entries[i].lock) = seq;
}

uint64_t sequencer_last_change(struct sequencer *r, const struct lockset *ls)
{
    uint64_t last = 0;
    for (size_t i = 0; i < ls->count; i++)
        if (ls->entries[i].held && *last_change(r, ls->entries[i].lock) > last)
            last = *last_change(r, ls->entries[i].lock);
    return last;
}

bool sequencer_offer(struct sequencer *r, struct outcome *o)
{
    assert(o && o->seq && o->seq <= sequencer_last_seq(r)); // it was taken from here
    _Atomic(struct outcome *) *slot = &r->slots[o->seq % SEQUENCER_SLOTS];
    bool twice = atomic_load_explicit(slot, memory_order_acquire) == o ||
                 o->seq < atomic_load_explicit(&r->next, memory_order_relaxed);
    check_data_twice(twice, "an outcome");
    if (twice)
        // its slot would never be free again, and a worker that needs the slot would wait for ever
        return true;
    // The slot belongs to this outcome only when the router has taken all that are a whole ring
    // earlier: one that has yet to be published leaves it free until then.
    if (o->seq - atomic_load_explicit(&r->next, memory_order_relaxed) >= SEQUENCER_SLOTS ||
        atomic_load_explicit(slot, memory_order_acquire))
        return false;
    atomic_store_explicit(slot, o, memory_order_release);
    return true;
}

void sequencer_publish(struct sequencer *r, struct outcome *o)
{
    check_block("hand an outcome on");
    while (!sequencer_offer(r, o)) // the router needs no lock of this worker to catch up
        sched_yield();
}

struct outcome *sequencer_take(struct sequencer *r)
{
    uint64_t next = atomic_load_explicit(&r->next, memory_order_relaxed);
    _Atomic(struct outcome *) *slot = &r->slots[next % SEQUENCER_SLOTS];
    struct outcome *o = atomic_load_explicit(slot, memory_order_acquire);
    if (!o)
        return NULL;
    assert(o->seq == next);
    atomic_store_explicit(slot, NULL, memory_order_release);
    atomic_store_explicit(&r->next, next + 1, memory_order_relaxed);
    return o;
}
