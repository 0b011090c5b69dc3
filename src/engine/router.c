// Outcomes wait in the sequencer's ring until all before them are there, and then in the router's
// queue until the journal has what they reveal.
#include "engine/router.h"

#include "check/check.h"
#include "check/check_data.h"
#include "command/outcome.h"
#include "engine/committer.h"
#include "engine/dispatch_priv.h"
#include "engine/player_task_priv.h"
#include "output/outbox.h"
#include "runtime/sched.h"
#include "runtime/schedule_point.h"

#include <assert.h>
#include <sched.h>

enum { PUBLISH_BATCH = 32 };

static _Thread_local unsigned unsignalled; // outcomes published by this thread and not passed on

// The loops that have something to do for an outcome, as bits.
static unsigned router_hearers(const struct dispatch *d, const struct outcome *o)
{
    unsigned all = (1u << d->loop_count) - 1, loops = 0;
    if (d->loop_count == 1)
        return all;
    // The task of a player who was made to leave is found by looking at all loops' players.
    if (!o->source && o->session != CONTEXT_STAY)
        return all;
    if (o->source)
        loops = 1u << o->source->loop;
    if (o->outbox)
        loops |= 1u << outbox_loop(o->outbox);
    for (const struct message *m = o->first; m; m = m->next)
        for (uint32_t i = 0; i < m->count; i++)
            loops |= 1u << outbox_loop(m->outboxes[i]);
    return loops & all; // an earlier run may have had more loops
}

void dispatch_publish(struct dispatch *d, struct outcome *o)
{
    if (o->record && d->committer) {
        committer_add(d->committer, o->number, o->record, o->record_size);
        o->record = NULL;
    }
    check_data_handed(!o->source || player_task_is_free(o->source), "a player's reply");
    o->home = o->source ? o->source->loop : LOOPS_MAX;
    o->loops = (uint16_t)router_hearers(d, o);
    check_block("hand an outcome on");
    while (!sequencer_offer(d->sequencer, o)) {
        router_run(d, NULL); // the ring is full: room is made, or another thread makes it
        sched_yield();
    }
    // A loop that runs its turn does that once for all of it, when its steps have ended.
    if (++unsignalled >= PUBLISH_BATCH && !sched_is_guest())
        dispatch_flush(d);
}

void dispatch_flush(struct dispatch *d)
{
    if (!unsignalled)
        return;
    unsignalled = 0;
    if (d->committer)
        committer_flush(d->committer);
    router_run(d, NULL);
}

static void router_queue(struct router *r, struct outcome *o)
{
    o->next = NULL;
    if (r->last)
        r->last->next = o;
    else
        r->first = o;
    r->last = o;
}

static struct outcome *router_unqueue(struct router *r)
{
    struct outcome *o = r->first;
    r->first = o->next;
    if (!r->first)
        r->last = NULL;
    o->next = NULL;
    return o;
}

// Here another thread may publish, commit or deliver.
static void router_point(const struct dispatch *d)
{
    if (d->loop_count > 1)
        schedule_point(SCHEDULE_POINT_ROUTE, 0);
}

// Returns the loops that have got it.
static unsigned router_pass(struct dispatch *d, struct outcome *o)
{
    unsigned loops = o->loops;
    atomic_store_explicit(&o->holders, (unsigned)__builtin_popcount(loops), memory_order_relaxed);
    if (!loops)
        outcome_pool_give(&d->outcomes, o);
    // From the last inbox_add on the outcome may be gone.
    for (unsigned left = loops; left; left &= left - 1) {
        inbox_add(&d->loops[__builtin_ctz(left)]->inbox, o);
        router_point(d);
    }
    return loops;
}

// Every event whose effects an outcome can reveal has a smaller sequence number. The outcome of an
// event is delivered in order of sequence numbers, once all earlier ones are durable. The outcome
// of a command that only looked comes after the events that changed what it saw; once these have
// been passed on, it need not wait for the others.
static unsigned router_take_in(struct dispatch *d, struct outcome *o)
{
    struct router *r = &d->router;
    if (o->number > r->highest)
        r->highest = o->number;
    o->durable_event = r->highest;
    if (!o->number && (!r->first || r->first->seq > o->observed_seq))
        return router_pass(d, o);
    router_queue(r, o);
    return 0;
}

static bool router_may_pass(const struct dispatch *d)
{
    const struct outcome *first = d->router.first;
    return first && (!d->committer || first->durable_event <= committer_durable(d->committer));
}

// One round of the one thread that is at it; returns the loops that have got something.
static unsigned router_round(struct dispatch *d)
{
    struct router *r = &d->router;
    unsigned loops = 0;
    for (struct outcome *o; (o = sequencer_take(d->sequencer));) {
        r->taken = o->seq;
        loops |= router_take_in(d, o);
    }
    while (router_may_pass(d))
        loops |= router_pass(d, router_unqueue(r));
    atomic_store_explicit(&r->passed, r->first ? r->first->seq - 1 : r->taken,
                          memory_order_release);
    atomic_store_explicit(&r->waiting_event, r->last ? r->last->durable_event : 0,
                          memory_order_relaxed);
    return loops;
}

// After each round: a thread that is asked again and again would let the loops wait otherwise.
static void router_wake(struct dispatch *d, unsigned loops, const struct dispatch_loop *mine)
{
    for (; loops; loops &= loops - 1)
        if (d->loops[__builtin_ctz(loops)] != mine)
            dispatch_wake(d->loops[__builtin_ctz(loops)]);
}

void router_run(struct dispatch *d, const struct dispatch_loop *mine)
{
    unsigned seen = 1;
    router_point(d);
    if (atomic_fetch_add_explicit(&d->router.wanted, 1, memory_order_acq_rel))
        return; // the thread that is at it sees that it was asked once more
    do {
        router_wake(d, router_round(d), mine);
        router_point(d);
    } while (!atomic_compare_exchange_strong_explicit(&d->router.wanted, &seen, 0,
                                                      memory_order_acq_rel, memory_order_acquire));
}

void router_settle(struct dispatch *d)
{
    router_run(d, NULL);
    while (atomic_load_explicit(&d->router.wanted, memory_order_acquire))
        sched_yield();
}

void router_committed(void *arg)
{
    struct dispatch *d = arg;
    router_run(d, NULL);
    bool stalled = dispatch_commit_stalled(d);
    if (atomic_exchange_explicit(&d->router.stalled, stalled, memory_order_relaxed) != stalled)
        dispatch_wake_all(d); // the players have to be informed
    snapshot_policy_nudge(d);
}

bool router_has_delivered(struct dispatch *d, uint64_t seq)
{
    struct router *r = &d->router;
    if (atomic_load_explicit(&r->passed, memory_order_acquire) < seq)
        return false;
    if (r->asked != seq)
        for (unsigned i = 0; i < d->loop_count; i++)
            r->marks[i] = atomic_load_explicit(&d->loops[i]->inbox.added, memory_order_relaxed);
    r->asked = seq;
    for (unsigned i = 0; i < d->loop_count; i++)
        if (atomic_load_explicit(&d->loops[i]->inbox.done, memory_order_acquire) < r->marks[i])
            return false;
    return true;
}

void router_fini(struct router *r)
{
    assert(!atomic_load(&r->wanted));
    while (r->first)
        outcome_free(router_unqueue(r));
}
