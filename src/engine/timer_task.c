// Scripted events: timers of things, resets of zones, what mobiles do. Each is a small task that
// sleeps on a timer and then runs like a player's command. Whether its timer still stands is
// checked under the lock.
#include "check/check.h"
#include "command/command.h"
#include "command/outcome.h"
#include "engine/dispatch_priv.h"
#include "engine/replay/replay.h"
#include "game/events.h"
#include "lock/hooks.h"
#include "runtime/sched.h"
#include "runtime/task.h"
#include "util/log.h"
#include "util/mem.h"
#include "world/zone.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

enum {
    STILL_MS = 500, // how often an event that waits for the disk checks whether it may go on
    BUCKETS = 4096,
};

struct timer_task {
    struct task task; // first
    struct dispatch *dispatch;
    struct execution *execution;
    struct timer_request asked; // the request that it answers; `line` belongs to the event
    // list of events that have not happened yet; both NULL afterwards
    struct timer_task *next, *previous;
    bool pending;
    struct timer_task *beside;            // the next timer in its bucket
    enum { MAKING, ASLEEP, AWAKE } stage; // asleep: until its time comes; no other task wakes it
    bool dropped; // a later timer has replaced it: it ends without happening
};

// Requests that have not happened yet, for snapshots. Timers are also found by thing and kind:
// however often a timer is set again, only the last one waits for its time.
struct timer_tasks {
    pthread_mutex_t mutex; // guards all below, and the links and flags of listed events
    struct timer_task *first;
    struct timer_task *timers[BUCKETS];
};

struct timer_tasks *timer_tasks_new(void)
{
    struct timer_tasks *l = mem_new(struct timer_tasks);
    pthread_mutex_init(&l->mutex, NULL);
    return l;
}

void timer_tasks_free(struct timer_tasks *l)
{
    assert(!l || !l->first);
    if (!l)
        return;
    pthread_mutex_destroy(&l->mutex);
    free(l);
}

static bool is_timer(const struct timer_request *q)
{
    return !q->zone && !q->line;
}

static struct timer_task **bucket(struct timer_tasks *l, const struct timer_request *q)
{
    return &l->timers[((uint64_t)q->thing.index * TIMER_KINDS + (uint64_t)q->kind) % BUCKETS];
}

static void link_timer_task(struct timer_tasks *l, struct timer_task *e)
{
    assert(!e->next && !e->previous && l->first != e);
    e->next = l->first;
    if (l->first)
        l->first->previous = e;
    l->first = e;
    if (is_timer(&e->asked)) {
        struct timer_task **b = bucket(l, &e->asked);
        e->beside = *b;
        *b = e;
    }
}

static void unlink_timer_task(struct timer_tasks *l, struct timer_task *e)
{
    assert(l->first);
    if (e->previous)
        e->previous->next = e->next;
    else
        l->first = e->next;
    if (e->next)
        e->next->previous = e->previous;
    if (!is_timer(&e->asked))
        return;
    struct timer_task **at = bucket(l, &e->asked);
    while (*at != e)
        at = &(*at)->beside;
    *at = e->beside;
}

static void set_pending(struct timer_task *e, bool pending)
{
    struct timer_tasks *l = e->dispatch->timer_tasks;
    pthread_mutex_lock(&l->mutex);
    hooks_guarded(&l->mutex, "the events that are to come");
    if (pending)
        link_timer_task(l, e);
    else if (e->pending)
        unlink_timer_task(l, e);
    e->pending = pending;
    pthread_mutex_unlock(&l->mutex);
}

static bool is_same_timer(const struct timer_request *a, const struct timer_request *b)
{
    return a->kind == b->kind && a->thing.index == b->thing.index &&
           a->thing.generation == b->thing.generation;
}

// A timer for q is set: older ones of the same thing and kind would not stand when their time
// comes, so they end now. False: a later one than q exists, so q itself is such an older one.
static bool take_place_of_older(struct timer_tasks *l, const struct timer_request *q)
{
    struct timer_task *old = NULL;
    bool latest = true;
    pthread_mutex_lock(&l->mutex);
    hooks_guarded(&l->mutex, "the events that are to come");
    for (struct timer_task *e = *bucket(l, q); e; e = e->beside) {
        if (!is_same_timer(&e->asked, q))
            continue;
        int32_t ahead = (int32_t)(e->asked.timer_token - q->timer_token);
        latest &= ahead < 0;
        // A task that is being made, or that has woken, checks this by itself; so at most one is
        // found here.
        if (ahead < 0 && e->stage == ASLEEP && !e->dropped && !old) {
            e->dropped = true;
            old = e;
            task_ref(&e->task);
        }
    }
    pthread_mutex_unlock(&l->mutex);
    if (old) {
        task_wake(&old->task);
        task_unref(&old->task);
    }
    return latest;
}

// The event's time has come, or it was dropped: takes it off the list. True when it was dropped.
static bool is_dropped(struct timer_task *e)
{
    struct timer_tasks *l = e->dispatch->timer_tasks;
    pthread_mutex_lock(&l->mutex);
    hooks_guarded(&l->mutex, "the events that are to come");
    e->stage = AWAKE;
    bool dropped = e->dropped;
    pthread_mutex_unlock(&l->mutex);
    return dropped;
}

void timer_tasks_each(struct timer_tasks *l, void (*each)(void *arg, const struct timer_request *q),
                      void *arg)
{
    pthread_mutex_lock(&l->mutex);
    hooks_guarded(&l->mutex, "the events that are to come");
    for (struct timer_task *e = l->first; e; e = e->next)
        each(arg, &e->asked);
    pthread_mutex_unlock(&l->mutex);
}

void timer_task_begin(struct execution *r, const struct timer_request *q)
{
    assert(!q->zone || !q->line);
    if (q->zone) {
        execution_begin(r, (struct tref){0, 0}, &command_zone, "zone reset", "");
        r->context.zone = q->zone;
        r->record.kind = RECORD_ZONE;
    } else if (q->line) {
        execution_begin(r, q->thing, NULL, "script", q->line);
        r->context.scripted = true;
        r->record.kind = RECORD_SCRIPT;
    } else {
        execution_begin(r, q->thing, events_command(q->kind), timer_kind_name(q->kind), "");
        r->context.event = q->kind;
        r->context.timer_token = q->timer_token;
        r->context.scripted = true;
        r->record.kind = RECORD_TIMER;
        hooks_expect_timer_check(&r->locks, q->timer_token);
    }
    r->record.origin = q->origin;
    r->record.ordinal = q->ordinal;
}

// While changes are refused timers and resets wait, as what they do would have to be written to the
// journal too.
static enum task_result timer_task_step(struct task *t)
{
    struct timer_task *e = (struct timer_task *)t;
    if (!e->execution && is_timer(&e->asked) && is_dropped(e)) {
        set_pending(e, false);
        return TASK_DONE;
    }
    if (!e->execution && dispatch_disk_full(e->dispatch)) {
        log_debug("dispatch", "event_put_off", "what", t->what, "why", "changes are refused", NULL);
        task_wake_at(t, sched_now(e->dispatch->sched) + STILL_MS);
        return TASK_PENDING;
    }
    if (!e->execution) {
        e->execution = execution_take(e->dispatch, &e->task);
        timer_task_begin(e->execution, &e->asked);
    }
    switch (execution_step(e->execution)) {
    case EXECUTION_PARKED:
        return TASK_PENDING;
    case EXECUTION_YIELD:
        return TASK_READY;
    case EXECUTION_DONE:
        break;
    }
    struct outcome *o = e->execution->outcome;
    assert(o && e->pending);
    set_pending(e, false);
    timer_tasks_request(e->dispatch, &e->execution->context);
    execution_give(e->execution);
    e->execution = NULL;
    dispatch_publish(e->dispatch, o);
    return TASK_DONE;
}

static void release_timer_task(struct task *t)
{
    struct timer_task *e = (struct timer_task *)t;
    if (e->pending)
        set_pending(e, false);
    free(e->asked.line);
    free(e);
}

static struct timer_task *timer_task_new(struct dispatch *d, const char *what)
{
    struct timer_task *e = mem_new(struct timer_task);
    task_init(&e->task, d->sched, timer_task_step, what, release_timer_task);
    e->dispatch = d;
    return e;
}

static void launch_timer_task(struct timer_task *e, int64_t delay)
{
    assert(e->pending);
    struct timer_tasks *l = e->dispatch->timer_tasks;
    if (log_enabled(LOG_LEVEL_DEBUG))
        log_debug("dispatch", "event_set", "task", LOG_INT(e->task.id), "what", e->task.what,
                  "in_ms", LOG_INT(delay), "asked_by", LOG_INT(e->asked.origin), NULL);
    // The task sleeps until its time. Others that find `e` leave it alone while its stage is
    // MAKING.
    if (delay > 0)
        task_wake_at(&e->task, sched_now(e->dispatch->sched) + delay);
    else
        task_spawn(&e->task);
    pthread_mutex_lock(&l->mutex);
    hooks_guarded(&l->mutex, "the events that are to come");
    if (e->stage == MAKING)
        e->stage = ASLEEP;
    pthread_mutex_unlock(&l->mutex);
    task_detach(&e->task);
}

// A request is named by the event that made it and its number among that event's requests: these
// are the same in every run, which a slab index is not.
static struct timer_request request(const struct context *c, uint32_t ordinal, struct tref thing,
                                    int64_t delay)
{
    return (struct timer_request){
        .origin = c->number, .ordinal = ordinal, .thing = thing, .delay = delay, .asked = c->now};
}

static void place_request(struct dispatch *d, struct context *c, struct timer_request *q)
{
    if (d->replay)
        replay_request(d->replay, q);
    else
        timer_task_start(d, c->locks, q);
}

void timer_tasks_request(struct dispatch *d, struct context *c)
{
    uint32_t ordinal = 0;
    for (size_t i = 0; i < c->timers.count; i++) {
        const struct timer_sink_entry *a = &c->timers.list[i];
        struct timer_request q = request(c, ordinal++, a->thing, a->delay);
        q.kind = a->kind;
        q.timer_token = a->token;
        place_request(d, c, &q);
    }
    c->timers.count = 0;
    for (size_t i = 0; i < c->script_count; i++) {
        struct timer_request q = request(c, ordinal++, c->scripts[i].actor, c->scripts[i].delay);
        q.line = c->scripts[i].line;
        place_request(d, c, &q);
    }
    c->script_count = 0;
    if (c->zone && zone_every(c->zone) > 0 && zone_mode(c->zone) != ZONE_NEVER) {
        struct timer_request q = request(c, ordinal++, (struct tref){0, 0}, zone_every(c->zone));
        q.zone = c->zone;
        place_request(d, c, &q);
    }
}

void timer_task_start(struct dispatch *d, struct lockset *asker, const struct timer_request *q)
{
    assert(!q->zone || !q->line);
    if (is_timer(q) && !take_place_of_older(d->timer_tasks, q))
        return;
    struct timer_task *e = timer_task_new(d, q->zone   ? "zone reset"
                                             : q->line ? "script"
                                                       : timer_kind_name(q->kind));
    e->asked = *q;
    set_pending(e, true);
    if (asker)
        check_spawn(asker, e->task.id);
    launch_timer_task(e, q->delay);
}
