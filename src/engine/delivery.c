// The way of outcomes from the workers to the players: a worker publishes them, the loop takes them
// in, keeps them in order until what they reveal is durable, and posts them into outboxes. What the
// loop's own steps make goes the same way.
//
// Threads: dispatch_publish, dispatch_flush and the wakes run on any thread, without a world lock;
// all else runs on the loop thread, which alone reads the two queues.
#include "engine/dispatch_priv.h"

#include "check/check_data.h"
#include "command/outcome.h"
#include "engine/committer.h"
#include "engine/offload.h"
#include "engine/player_task_priv.h"
#include "engine/players.h"
#include "output/outbox.h"
#include "runtime/sched.h"
#include "util/log.h"
#include "util/loopguard.h"

#include <stdatomic.h>
#include <string.h>

enum { PUBLISH_BATCH = 32 };

static _Thread_local unsigned unsignalled; // outcomes published by this thread without a wake
// Outcomes of this thread's loop for which the ring had no room.
static _Thread_local struct outcomes unpublished;

void dispatch_wake(void *arg)
{
    struct dispatch *d = arg;
    if (!atomic_exchange_explicit(&d->signalled, true, memory_order_acq_rel))
        d->config.wake(d->config.wake_arg);
}

static void delivery_queue(struct outcomes *q, struct outcome *o)
{
    o->next = NULL;
    if (q->last)
        q->last->next = o;
    else
        q->first = o;
    q->last = o;
}

static struct outcome *delivery_unqueue(struct outcomes *q)
{
    struct outcome *o = q->first;
    q->first = o->next;
    if (!q->first)
        q->last = NULL;
    return o;
}

void dispatch_publish(struct dispatch *d, struct outcome *o)
{
    if (o->record && d->committer) {
        committer_add(d->committer, o->number, o->record, o->record_size);
        o->record = NULL;
    }
    check_data_handed(!o->source || player_task_is_free(o->source), "a player's reply");
    unsignalled++;
    if (sched_is_guest()) {
        // The loop itself makes room in the ring, so it cannot wait for it; and it delivers once
        // its steps have ended, so nothing is to be woken before.
        if (!sequencer_offer(d->sequencer, o))
            delivery_queue(&unpublished, o);
        return;
    }
    sequencer_publish(d->sequencer, o);
    if (unsignalled >= PUBLISH_BATCH)
        dispatch_flush(d);
}

void dispatch_flush(struct dispatch *d)
{
    if (!unsignalled)
        return;
    unsignalled = 0;
    if (d->committer)
        committer_flush(d->committer);
    dispatch_wake(d);
}

static void delivery_free_queue(struct outcomes *q)
{
    while (q->first)
        outcome_free(delivery_unqueue(q));
}

void delivery_fini(struct dispatch *d)
{
    delivery_free_queue(&d->waiting_durable);
    delivery_free_queue(&d->ready);
    delivery_free_queue(&unpublished);
    outcome_pool_fini(&d->outcomes);
}

static void delivery_post(struct dispatch *d, const struct outcome *o)
{
    for (const struct message *m = o->first; m; m = m->next)
        outbox_post_many(d->config.outboxes, m->outboxes, m->count, m->block, m->urgent);
    if (!o->outbox || !o->prompt)
        return;
    // Show the prompt after a typed line or a text; a timer without text shows none.
    if (o->typed)
        outbox_prompt(d->config.outboxes, o->outbox, o->prompt, strlen(o->prompt));
    else
        outbox_next_prompt(d->config.outboxes, o->outbox, o->prompt, strlen(o->prompt));
}

// Every event whose effects an outcome can reveal has a smaller sequence number. The outcome of an
// event is delivered in order of sequence numbers, once all earlier ones are durable. The outcome
// of a command that only looked comes after the events that changed what it saw; once these have
// been delivered, it need not wait for the others.
static void delivery_take_in(struct dispatch *d, struct outcome *o)
{
    if (o->number > d->highest)
        d->highest = o->number;
    o->durable_event = d->highest;
    bool ready = !o->number &&
                 (!d->waiting_durable.first || d->waiting_durable.first->seq > o->observed_seq);
    delivery_queue(ready ? &d->ready : &d->waiting_durable, o);
}

// Posts the texts of an outcome, reports it to the player's session, and gives it back to the pool.
static void delivery_leave(struct dispatch *d, struct outcome *o)
{
    if (log_enabled(LOG_LEVEL_DEBUG))
        log_debug("dispatch", "delivered", "seq", LOG_INT(o->seq), "number", LOG_INT(o->number),
                  "durable_event", LOG_INT(o->durable_event), NULL);
    delivery_post(d, o);
    players_outcome(d->players, o, &d->ops);
    outcome_pool_give(&d->outcomes, o);
}

// Is the first outcome that waits durable?
static bool delivery_may_leave(const struct dispatch *d)
{
    return d->waiting_durable.first && (!d->committer || d->waiting_durable.first->durable_event <=
                                                             committer_durable(d->committer));
}

static void delivery_tell_stalled(struct player_task *a, void *arg)
{
    struct dispatch *d = arg;
    if (player_task_session(a))
        d->ops.commit_stalled(player_task_session(a));
}

// Tells players why no reply comes. The message reveals nothing of the world, so it need not wait.
static void delivery_report_stalled(struct dispatch *d)
{
    bool stalled = dispatch_commit_stalled(d);
    if (stalled && !d->reported_stalled && d->ops.commit_stalled)
        players_each(d->players, delivery_tell_stalled, d);
    d->reported_stalled = stalled;
}

// Publishes outcomes for which the ring had no room; false when it could publish none. An outcome
// that is published may be another thread's at once.
static bool delivery_publish_rest(struct dispatch *d)
{
    bool any = false;
    while (unpublished.first) {
        struct outcome *o = delivery_unqueue(&unpublished);
        if (sequencer_offer(d->sequencer, o)) {
            any = true;
            continue;
        }
        o->next = unpublished.first;
        unpublished.first = o;
        if (!unpublished.last)
            unpublished.last = o;
        break;
    }
    return any;
}

void dispatch_take_in(struct dispatch *d)
{
    loopguard_check("dispatch_take_in()");
    do
        for (struct outcome *o; (o = sequencer_take(d->sequencer));)
            delivery_take_in(d, o);
    while (delivery_publish_rest(d));
}

void dispatch_deliver(struct dispatch *d)
{
    loopguard_check("dispatch_deliver()");
    // Clear the flag before taking outcomes in: a worker that finds it set sends no wake-up, and
    // this exchange makes visible what that worker published before.
    atomic_exchange_explicit(&d->signalled, false, memory_order_acq_rel);
    dispatch_take_in(d);
    if (unpublished.first)
        dispatch_wake(d); // a worker has yet to publish one before them
    delivery_report_stalled(d);
    while (d->ready.first)
        delivery_leave(d, delivery_unqueue(&d->ready));
    while (delivery_may_leave(d))
        delivery_leave(d, delivery_unqueue(&d->waiting_durable));
    offload_finish(d->offload);
    snapshot_policy_look(d);
    dispatch_report_sched(d);
}

bool dispatch_ready(struct dispatch *d)
{
    return sequencer_ready(d->sequencer) || d->ready.first || delivery_may_leave(d);
}
