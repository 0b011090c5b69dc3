// What a loop does with the outcomes in its inbox: posts their texts into its outboxes, and reports
// to its sessions what has become of their players.
//
// Threads: dispatch_wake and dispatch_wake_all on any thread, without a world lock; all else on the
// thread of the loop.
#include "engine/dispatch_priv.h"

#include "command/outcome.h"
#include "engine/offload.h"
#include "engine/players.h"
#include "output/outbox.h"
#include "util/log.h"
#include "util/loopguard.h"

#include <assert.h>
#include <stdatomic.h>
#include <string.h>

struct dispatch_loop *dispatch_here(const struct dispatch *d)
{
    assert(loopguard_loop() < d->loop_count);
    return d->loops[loopguard_loop()];
}

void dispatch_wake(struct dispatch_loop *l)
{
    if (!atomic_exchange_explicit(&l->signalled, true, memory_order_acq_rel))
        l->wake(l->wake_arg);
}

void dispatch_wake_all(struct dispatch *d)
{
    for (unsigned i = 0; i < d->loop_count; i++)
        dispatch_wake(d->loops[i]);
}

void dispatch_call(struct dispatch *d, unsigned loop, void (*fn)(void *arg), void *arg)
{
    assert(loop < d->loop_count);
    call_queue_add(&d->loops[loop]->calls, fn, arg);
    dispatch_wake(d->loops[loop]);
}

// Has this loop been given the last part of an outcome? Then nobody else has it any more.
static void delivery_give(struct dispatch *d, struct outcome *o)
{
    unsigned before = atomic_load_explicit(&o->holders, memory_order_acquire);
    if (before == 1 || atomic_fetch_sub_explicit(&o->holders, 1, memory_order_acq_rel) == 1)
        outcome_pool_give(&d->outcomes, o);
}

void delivery_fini(struct dispatch *d, struct dispatch_loop *l)
{
    size_t n;
    struct outcome *const *list = inbox_take(&l->inbox, &n);
    for (size_t i = 0; i < n; i++)
        delivery_give(d, list[i]);
    inbox_fini(&l->inbox);
    call_queue_fini(&l->calls);
}

static void delivery_post(struct dispatch_loop *l, const struct outcome *o)
{
    for (const struct message *m = o->first; m; m = m->next)
        outbox_post_many(l->outboxes, m->outboxes, m->count, m->block, m->urgent);
    if (!o->outbox || !o->prompt)
        return;
    // Show the prompt after a typed line or a text; a timer without text shows none.
    if (o->typed)
        outbox_prompt(l->outboxes, o->outbox, o->prompt, strlen(o->prompt));
    else
        outbox_next_prompt(l->outboxes, o->outbox, o->prompt, strlen(o->prompt));
}

// Posts the texts of an outcome that are for this loop's outboxes, reports it to the player's
// session if that is this loop's, and gives it back to the pool when no other loop has it.
static void delivery_leave(struct dispatch *d, struct dispatch_loop *l, struct outcome *o)
{
    if (log_enabled(LOG_LEVEL_DEBUG))
        log_debug("dispatch", "delivered", "seq", LOG_INT(o->seq), "number", LOG_INT(o->number),
                  "durable_event", LOG_INT(o->durable_event), NULL);
    delivery_post(l, o);
    // On another loop the task may be gone already. Without a source each loop looks whether the
    // player is one of its own.
    if (!o->source || o->home == loopguard_loop())
        players_outcome(l->players, o, &d->ops);
    delivery_give(d, o);
}

static void delivery_tell_stalled(struct player_task *a, void *arg)
{
    struct dispatch *d = arg;
    if (player_task_session(a))
        d->ops.commit_stalled(player_task_session(a));
}

// Tells players why no reply comes. The message reveals nothing of the world, so it need not wait.
static void delivery_report_stalled(struct dispatch *d, struct dispatch_loop *l)
{
    bool stalled = dispatch_commit_stalled(d);
    if (stalled && !l->reported_stalled && d->ops.commit_stalled)
        players_each(l->players, delivery_tell_stalled, d);
    l->reported_stalled = stalled;
}

void dispatch_deliver(struct dispatch *d)
{
    loopguard_check("dispatch_deliver()");
    struct dispatch_loop *l = dispatch_here(d);
    // Clear the flag before looking: a thread that finds it set sends no wake-up, and this exchange
    // makes visible what that thread has put there before.
    atomic_exchange_explicit(&l->signalled, false, memory_order_acq_rel);
    router_run(d, l);
    delivery_report_stalled(d, l);
    size_t n;
    struct outcome *const *list = inbox_take(&l->inbox, &n);
    for (size_t i = 0; i < n; i++)
        delivery_leave(d, l, list[i]);
    inbox_done(&l->inbox, n);
    call_queue_run(&l->calls);
    offload_finish(d->offload);
    if (loopguard_loop() != 0) {
        snapshot_policy_nudge(d);
        return;
    }
    snapshot_policy_look(d);
    dispatch_report_sched(d);
}

void dispatch_deliver_all(struct dispatch *d)
{
    loopguard_check("dispatch_deliver_all()");
    unsigned here = loopguard_loop();
    router_settle(d);
    for (unsigned i = 0; i < d->loop_count; i++) {
        loopguard_act_for(i);
        dispatch_deliver(d);
    }
    loopguard_act_for(here);
}

bool dispatch_ready(struct dispatch *d)
{
    const struct dispatch_loop *l = dispatch_here(d);
    return !inbox_is_empty(&l->inbox) || call_queue_waits(&l->calls);
}
