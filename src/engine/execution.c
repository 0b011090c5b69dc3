// A command as a task. Rules 3 and 4 find the lock; only once it is granted is it certain where the
// actor is. If the actor has moved meanwhile (its container may have been carried off) all locks
// are released and it is tried again, counted. Retries are bounded: after so many in a row the task
// goes to the back of the queue, so that it cannot keep a worker to itself.
#include "engine/execution.h"

#include "check/check.h"
#include "check/check_data.h"
#include "command/command.h"
#include "command/outcome.h"
#include "command/parse.h"
#include "command/prompt.h"
#include "command/report.h"
#include "engine/dispatch_priv.h"
#include "engine/outcome_pool.h"
#include "lock/hooks.h"
#include "lock/wait_hooks.h"
#include "output/block.h"
#include "runtime/task.h"
#include "util/log.h"
#include "util/mem.h"
#include "world/snapshot/write_set_digest.h"

#include <assert.h>
#include <stdlib.h>

// POOL_MAX: a moment at which thousands wait for locks may not keep their memory for ever.
enum { PASSES_MAX = 200, POOL_MAX = 32 };

static _Thread_local struct execution *pool;
static _Thread_local unsigned pool_count;

struct execution *execution_take(struct dispatch *d, struct task *task)
{
    assert(d && task);
    struct execution *r = pool;
    if (r) {
        assert(r->pooled && pool_count);
        pool = r->next;
        pool_count--;
    } else {
        r = mem_new(struct execution);
        context_init(&r->context, d->world, &r->locks);
        write_set_init(&r->write_set);
    }
    r->pooled = false;
    r->dispatch = d;
    r->context.world = d->world;
    lockset_init(&r->locks, task->id, task);
    r->locks.write_set = dispatch_recording(d) ? &r->write_set : NULL;
    r->at_end = NULL;
    r->context.take_number = sequencer_next_number;
    r->context.take_arg = d->sequencer;
    return r;
}

static void execution_free(struct execution *r)
{
    context_fini(&r->context);
    write_set_fini(&r->write_set);
    buf_fini(&r->encoded);
    free(r);
}

void execution_give(struct execution *r)
{
    hooks_pooled(r->pooled, "give back", "an execution");
    assert(!r->pooled || check_on()); // otherwise two commands could be given the same execution
    if (r->pooled)
        return;
    r->pooled = true;
    lockset_fini(&r->locks);
    if (pool_count >= POOL_MAX) {
        execution_free(r);
        return;
    }
    r->next = pool;
    pool = r;
    pool_count++;
}

void execution_pool_free(void)
{
    for (struct execution *r; (r = pool);) {
        pool = r->next;
        execution_free(r);
    }
    pool_count = 0;
    outcome_pool_leave();
}

void execution_begin(struct execution *r, struct tref who, const struct command *command,
                     const char *what, const char *line)
{
    assert(!r->pooled && what && line);
    struct thing *actor = who.index ? thing_find(r->dispatch->world, who) : NULL;
    context_begin(&r->context, actor, line, dispatch_clock(r->dispatch));
    r->context.command = command;
    r->retries = 0;
    r->record = (struct record){0};
    r->actor = actor ? who : (struct tref){0, 0};
    r->entered = r->too_many_passes = false;
    r->outcome = NULL;
    lockset_begin(&r->locks, what, actor ? thing_label(actor) : NULL);
    hooks_expect_number(&r->locks);
    if (actor)
        hooks_actor(&r->locks, thing_place(actor));
}

// Has the actor ended meanwhile, so that its slot may hold another thing?
static bool same_actor(const struct execution *r)
{
    return thing_is_ref(r->context.actor, r->actor);
}

// With all requested locks held: is the actor still where its lock says? Notes where it is.
static bool still_there(struct execution *r)
{
    struct context *c = &r->context;
    if (!c->actor) {
        c->where = c->location = NULL;
        return true;
    }
    struct thing *outermost = same_actor(r) ? thing_outermost(c->actor) : NULL;
    if (!outermost || !lockset_holds(&r->locks, thing_lock(outermost), LOCK_EXCLUSIVE))
        return false;
    c->location = outermost;
    c->where = thing_where(c->actor);
    if (!c->where)
        c->where = c->actor; // a location acts in itself
    return true;
}

// The actor, or what it is in, is in limbo: another event owns it.
static bool is_in_limbo(const struct execution *r)
{
    uint64_t where;
    place_root_peek(thing_place(r->context.actor), &where);
    return place_kind(where) == PLACE_LIMBO && place_limbo_owner(where) != r->locks.id &&
           same_actor(r);
}

// Asks for the lock of where the actor seems to be; false when the actor is in limbo.
static bool aim(struct execution *r)
{
    struct thing *actor = r->context.actor;
    if (!actor)
        return true;
    struct thing *outermost = same_actor(r) ? thing_outermost(actor) : NULL;
    if (!outermost) {
        if (is_in_limbo(r))
            dispatch_count(r->dispatch, DISPATCH_LIMBO_SEEN, 1);
        return false;
    }
    lockset_need(&r->locks, thing_lock(outermost), LOCK_EXCLUSIVE);
    return true;
}

static void count_retry(struct execution *r)
{
    r->retries++;
    wait_hooks_retried(&r->locks);
    dispatch_count(r->dispatch, DISPATCH_RETRIES, 1);
}

// Must the command be journalled as an event? Yes if it changed the world, drew a random number, or
// requested something for later. A due request (a timer, script or reset) is journalled even if it
// did nothing, or recovery would run it twice. Exception: its thing has ended; the command then
// holds no lock by which a replay could order it after that end, and recovery drops the request
// anyway.
static bool is_due(const struct execution *r)
{
    return r->record.kind == RECORD_ZONE || (!record_is_players(r->record.kind) && r->actor.index);
}

static bool is_event(const struct execution *r)
{
    const struct context *c = &r->context;
    return r->locks.dirty || c->number || c->timers.count || c->script_count ||
           c->session == CONTEXT_LEAVE || is_due(r);
}

// Notes the locks by the places that they protect: these numbers are the same in every run, as
// locations and lock anchors are made with the world.
static void note_locks(struct execution *r)
{
    check_data_placed(&r->locks);
    r->record.lock_count = 0;
    for (size_t i = 0; i < r->locks.count && r->record.lock_count < RECORD_LOCKS_MAX; i++) {
        const struct lockset_entry *e = &r->locks.entries[i];
        if (e->held && e->lock->place)
            r->places[r->record.lock_count++] =
                e->lock->place->index | (e->held_mode == LOCK_SHARED ? UINT32_C(1) << 31 : 0);
    }
    r->record.locks = r->places;
}

// Called while the locks are held: afterwards other tasks may change the things, or end them.
static void note_changes(struct execution *r)
{
    struct write_set_digest_entry list[RECORD_CHANGES_MAX];
    if (!r->outcome->number || !r->locks.write_set)
        return;
    size_t n = write_set_digest(&r->write_set, list, RECORD_CHANGES_MAX);
    for (size_t i = 0; i < n; i++)
        record_change_put(r->noted + i * RECORD_CHANGE_SIZE,
                          &(struct record_change){list[i].what, list[i].identity, list[i].value});
    r->record.changes = r->noted;
    r->record.change_count = n;
}

// Takes the sequence number of the reply; in a replay there are no replies.
static uint64_t take_seq(struct execution *r)
{
    check_data_placed(&r->locks);
    return r->dispatch->replay ? 0 : sequencer_next_seq(r->dispatch->sequencer);
}

static uint64_t digest_of(const struct outcome *o)
{
    uint64_t digest = 1;
    for (const struct message *m = o->first; m; m = m->next) {
        size_t n;
        const char *text = block_text(m->block, &n);
        digest = record_digest(text, n, digest);
        digest = record_digest(m->outboxes, m->count * sizeof(m->outboxes[0]), digest);
    }
    return digest;
}

// No lock is needed: the texts of the outcome belong to this command.
static void make_record(struct execution *r)
{
    struct outcome *o = r->outcome;
    r->digest = 0;
    if (!o->number || !dispatch_recording(r->dispatch))
        return;
    r->digest = digest_of(o);
    if (r->dispatch->replay)
        return;
    r->record.number = o->number;
    r->record.clock = r->context.now;
    r->record.output = r->digest;
    buf_clear(&r->encoded);
    record_encode(&r->encoded, &r->record);
    char *record = outcome_take(o, r->encoded.len);
    memcpy(record, r->encoded.data, r->encoded.len);
    o->record = record;
    o->record_size = r->encoded.len;
}

// With the locks held: takes the event number and turns what was said into messages.
static void make_outcome(struct execution *r)
{
    assert(!r->outcome);
    struct context *c = &r->context;
    struct outcome *o = r->outcome = outcome_pool_take(&r->dispatch->outcomes);
    if (is_event(r))
        o->number = context_number(c);
    else
        hooks_commit(&r->locks, 0, SITE);
    o->seq = take_seq(r);
    if (o->number)
        sequencer_note_change(r->dispatch->sequencer, &r->locks, o->seq);
    o->observed_seq = sequencer_last_change(r->dispatch->sequencer, &r->locks);
    note_locks(r);
    note_changes(r);
    if (r->at_end)
        r->at_end(r, r->at_end_arg);
    report_deliver(c, o);
    o->session = c->session;
    o->saved = c->saved;
    c->saved = NULL;
    if (c->typed && c->command && c->command->flags & COMMAND_PERMISSION)
        o->permitted = c->command->name;
    if (c->session == CONTEXT_LEAVE)
        o->actor = c->left;
    else if (c->actor)
        o->actor = thing_ref(c->actor);
    if (c->actor && c->session != CONTEXT_LEAVE)
        prompt_deliver(c, o);
}

// Logs the result of the command, after its locks are released.
static void note_done(const struct execution *r)
{
    const struct context *c = &r->context;
    if (!log_enabled(LOG_LEVEL_DEBUG))
        return;
    log_debug("dispatch", "done", "task", LOG_INT(r->locks.id), "what",
              c->command ? c->command->name : "?", "actor", c->actor ? thing_label(c->actor) : "-",
              "number", LOG_INT(r->outcome->number), "seq", LOG_INT(r->outcome->seq), "passes",
              LOG_INT(c->passes), "retries", LOG_INT(r->retries), "waits", LOG_INT(r->locks.waits),
              NULL);
}

// Counts the rare paths that the command took.
static void count_done(struct execution *r)
{
    const struct context *c = &r->context;
    dispatch_count(r->dispatch, DISPATCH_WAITS, r->locks.waits);
    dispatch_count(r->dispatch, DISPATCH_AGAIN_TWICE, c->passes > 2);
    dispatch_count(r->dispatch, DISPATCH_STALE_TIMERS, c->stale);
    dispatch_count(r->dispatch, DISPATCH_STALE_AGAIN, c->stale && c->passes > 1);
    dispatch_count(r->dispatch, DISPATCH_REFUSED, c->refused);
}

static enum execution_result execution_done(struct execution *r)
{
    if (!r->outcome) {
        r->outcome = outcome_pool_take(&r->dispatch->outcomes);
        hooks_pass(&r->locks); // the command will start again: what it read does not count
        r->outcome->seq = take_seq(r);
    }
    lockset_clear(&r->locks);
    lockset_end(&r->locks);
    lockset_leave(&r->locks);
    make_record(r);
    if (r->too_many_passes)
        log_error("dispatch", "command_stuck", "command",
                  r->context.command ? r->context.command->name : "?", "actor",
                  r->context.actor ? thing_label(r->context.actor) : "-", NULL);
    note_done(r);
    count_done(r);
    return EXECUTION_DONE;
}

static enum execution_result parked(struct execution *r)
{
    lockset_leave(&r->locks);
    return EXECUTION_PARKED;
}

enum execution_result execution_step(struct execution *r)
{
    assert(!r->outcome); // it has not ended
    struct context *c = &r->context;
    hooks_pooled(r->pooled, "step", "an execution");
    lockset_enter(&r->locks);
    if (!r->entered && !aim(r))
        return execution_done(r);
    r->entered = true;
    for (;;) {
        if (lockset_acquire(&r->locks) == LOCKSET_PARKED)
            return parked(r);
        if (!still_there(r)) {
            count_retry(r);
            lockset_clear(&r->locks);
            if (!aim(r))
                return execution_done(r);
            if (r->retries % dispatch_retries_max(r->dispatch))
                continue;
            lockset_leave(&r->locks);
            return EXECUTION_YIELD;
        }
        context_pass(c);
        if (command_perform(c) == COMMAND_DONE)
            break;
        if (c->passes >= PASSES_MAX || lockset_complete(&r->locks)) {
            r->too_many_passes = true;
            report_clear(c->report);
            report_actor(c, "Something holds you back; try that again.");
            break;
        }
    }
    make_outcome(r);
    return execution_done(r);
}
