// Scripted events: timers of things, resets of zones, what mobiles do. Each is a small task that
// sleeps on a timer and then takes the same road as a player's command. Whether the appointment
// still stands is found out under the lock.
#include "command/command.h"
#include "command/events.h"
#include "command/outcome.h"
#include "dispatch/dispatch_priv.h"
#include "lock/lockcheck.h"
#include "runtime/sched.h"
#include "runtime/task.h"
#include "util/mem.h"
#include "util/mutation.h"
#include "world/health.h"
#include "world/zone.h"

#include <stdlib.h>

struct event {
    struct task task; // first
    struct dispatch *dispatch;
    struct runner *runner;
    struct tref thing;
    enum agenda_kind kind;
    uint32_t generation;
    char *line; // a command to be done; NULL: an appointment
    struct zone *zone;
};

static void begin(struct event *e)
{
    struct runner *r = e->runner = runner_take(e->dispatch, &e->task);
    struct thing *actor =
        e->zone ? NULL : thing_find(dispatch_world(e->dispatch), e->thing);
    if (e->zone) {
        runner_begin(r, NULL, &command_zone, "zone reset", "");
        r->context.zone = e->zone;
    } else if (e->line) {
        runner_begin(r, actor, NULL, "script", e->line);
        r->context.scripted = true;
    } else {
        runner_begin(r, actor, events_command(e->kind), agenda_kind_name(e->kind), "");
        r->context.event = e->kind;
        r->context.event_generation = e->generation;
        r->context.scripted = true;
        lockset_expect_appointment(&r->locks);
    }
}

// Planted: the timer heals by itself, with no lock; 11 goes round the accessor as well.
static void heal_unlocked(const struct event *e)
{
    struct health h;
    struct thing *t = thing_find(dispatch_world(e->dispatch), e->thing);
    if (!t || e->line || e->kind != AGENDA_HEALTH ||
        place_kind(place_peek(thing_place(t))) != PLACE_PLACED)
        return;
    if (MUTATION(11))
        health_wound_raw(t);
    if (MUTATION(1) && health_get(t, &h))
        health_set(t, &h);
}

static enum task_result step(struct task *t)
{
    struct event *e = (struct event *)t;
    if (!e->runner) {
        if (MUTATION_CHOSEN(1) || MUTATION_CHOSEN(11))
            heal_unlocked(e);
        begin(e);
    }
    switch (runner_step(e->runner)) {
    case RUNNER_PARKED:
        return TASK_PENDING;
    case RUNNER_YIELD:
        return TASK_READY;
    case RUNNER_DONE:
        break;
    }
    struct outcome *o = e->runner->outcome;
    event_requests(e->dispatch, &e->runner->context);
    runner_give(e->runner);
    e->runner = NULL;
    dispatch_publish(e->dispatch, o);
    return TASK_DONE;
}

static void release(struct task *t)
{
    struct event *e = (struct event *)t;
    free(e->line);
    free(e);
}

static struct event *event_new(struct dispatch *d, const char *what)
{
    struct event *e = mem_new(struct event);
    task_init(&e->task, dispatch_sched(d), step, what, release);
    e->dispatch = d;
    return e;
}

static void start(struct event *e, int64_t delay)
{
    if (delay > 0) {
        struct sched *s = dispatch_sched(e->dispatch);
        // The task is asleep until then; nobody else knows it.
        e->task.timed = true;
        sched_timer_set(s, &e->task.timer, sched_now(s) + delay);
    } else {
        task_spawn(&e->task);
    }
    task_detach(&e->task);
}

void event_requests(struct dispatch *d, struct context *c)
{
    for (size_t i = 0; i < c->agenda.count; i++) {
        const struct agenda_request *q = &c->agenda.list[i];
        struct event *e = event_new(d, agenda_kind_name(q->kind));
        e->thing = q->thing;
        e->kind = q->kind;
        e->generation = q->generation;
        lockcheck_spawn(c->locks, e->task.id);
        start(e, q->delay);
    }
    c->agenda.count = 0;
    for (size_t i = 0; i < c->script_count; i++) {
        struct event *e = event_new(d, "script");
        e->thing = c->scripts[i].actor;
        e->line = c->scripts[i].line;
        lockcheck_spawn(c->locks, e->task.id);
        start(e, c->scripts[i].delay);
    }
    c->script_count = 0;
    if (c->zone && zone_every(c->zone) > 0 && zone_mode(c->zone) != ZONE_NEVER)
        event_zone(d, c->zone, zone_every(c->zone));
}

void event_zone(struct dispatch *d, struct zone *z, int64_t delay)
{
    struct event *e = event_new(d, "zone reset");
    e->zone = z;
    start(e, delay);
}
