// The engine room: makes the workers, carries commands to them and outcomes back. Keeps the list of
// players, on the loop thread. Does not know sockets, sessions or what a command does.
#include "dispatch/dispatch.h"

#include "command/outcome.h"
#include "dispatch/dispatch_priv.h"
#include "dispatch/offload.h"
#include "dispatch/players.h"
#include "lock/lockcheck.h"
#include "output/mailbox.h"
#include "runtime/sched.h"
#include "util/clock.h"
#include "util/mem.h"
#include "world/world.h"
#include "world/zone.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PUBLISH_BATCH = 32 };

struct worker_thread {
    pthread_t thread;
    struct dispatch *dispatch;
    unsigned index;
    _Atomic uint64_t counters[DISPATCH_COUNTERS];
} __attribute__((aligned(64)));

struct dispatch {
    struct world *world;
    struct dispatch_config config;
    struct dispatch_ops ops;
    struct sched *sched;
    struct release *release;
    struct offload *offload;
    struct players *players;
    struct task_list turn;
    _Atomic bool signalled; // the loop has been woken and has not looked yet
    bool running;
    unsigned workers;
    struct worker_thread *threads;
};

static _Thread_local unsigned unsignalled; // outcomes published by this worker without a wake

static void wake_loop(void *arg)
{
    struct dispatch *d = arg;
    if (!atomic_exchange_explicit(&d->signalled, true, memory_order_acq_rel))
        d->config.wake(d->config.wake_arg);
}

// Those that this process may use, which may be fewer than the machine has.
static unsigned processors(void)
{
    cpu_set_t set;
    int n = sched_getaffinity(0, sizeof(set), &set) ? 1 : CPU_COUNT(&set);
    return n > 0 ? (unsigned)n : 1;
}

struct dispatch *dispatch_new(struct world *w, const struct dispatch_config *config,
                              const struct dispatch_ops *ops)
{
    struct dispatch *d = mem_new(struct dispatch);
    d->world = w;
    d->config = *config;
    d->ops = *ops;
    d->workers = config->workers ? config->workers : processors();
    if (d->workers > SCHED_WORKERS_MAX)
        d->workers = SCHED_WORKERS_MAX;
    d->sched = sched_new(d->workers);
    d->release = release_new();
    d->offload = offload_new(config->offload_threads ? config->offload_threads : 1, 256,
                             wake_loop, d);
    d->players = players_new();
    d->threads = aligned_alloc(64, d->workers * sizeof(*d->threads));
    if (!d->threads)
        abort();
    for (unsigned i = 0; i < d->workers; i++)
        d->threads[i] = (struct worker_thread){.dispatch = d, .index = i};
    return d;
}

static void idle(void *arg, unsigned index)
{
    (void)index;
    dispatch_flush(arg);
}

static void *worker_main(void *arg)
{
    struct worker_thread *t = arg;
    char name[16];
    snprintf(name, sizeof(name), "worker-%u", t->index);
    pthread_setname_np(pthread_self(), name);
    sched_worker_run(t->dispatch->sched, t->index, idle, t->dispatch);
    runner_pool_free();
    return NULL;
}

void dispatch_prepare(struct dispatch *d)
{
    for (size_t i = 0; i < world_zones(d->world); i++)
        event_zone(d, world_zone_at(d->world, i), 0);
    dispatch_run(d);
}

void dispatch_run(struct dispatch *d)
{
    // What is delivered may submit more.
    for (uint64_t before = 0, now = 1; now != before;) {
        before = release_taken(d->release);
        sched_run_until_idle(d->sched);
        offload_drain(d->offload);
        dispatch_deliver(d);
        now = release_taken(d->release);
    }
    runner_pool_free();
}

void dispatch_start(struct dispatch *d)
{
    for (unsigned i = 0; i < d->workers; i++)
        if (pthread_create(&d->threads[i].thread, NULL, worker_main, &d->threads[i]))
            abort();
    d->running = true;
}

void dispatch_stop(struct dispatch *d)
{
    if (!d->running)
        return;
    sched_stop(d->sched);
    for (unsigned i = 0; i < d->workers; i++)
        pthread_join(d->threads[i].thread, NULL);
    d->running = false;
    offload_drain(d->offload);
    dispatch_deliver(d);
}

void dispatch_free(struct dispatch *d)
{
    if (!d)
        return;
    dispatch_stop(d);
    offload_free(d->offload);
    players_free(d->players);
    release_free(d->release);
    sched_free(d->sched);
    free(d->threads);
    free(d);
}

void dispatch_turn_begin(struct dispatch *d)
{
    sched_gather_begin(d->sched, &d->turn);
}

void dispatch_turn_end(struct dispatch *d)
{
    sched_gather_end(d->sched);
}

void dispatch_publish(struct dispatch *d, struct outcome *o)
{
    lockcheck_block("hand an outcome on");
    release_publish(d->release, o);
    if (++unsignalled >= PUBLISH_BATCH)
        dispatch_flush(d);
}

void dispatch_flush(struct dispatch *d)
{
    if (!unsignalled)
        return;
    unsignalled = 0;
    wake_loop(d);
}

static void post(struct dispatch *d, const struct outcome *o)
{
    for (const struct message *m = o->first; m; m = m->next)
        mailbox_post_many(d->config.mailboxes, m->mailboxes, m->count, m->block, m->urgent);
    if (o->mailbox && o->prompt)
        mailbox_prompt(d->config.mailboxes, o->mailbox, o->prompt, strlen(o->prompt));
}

void dispatch_deliver(struct dispatch *d)
{
    atomic_store_explicit(&d->signalled, false, memory_order_seq_cst);
    for (struct outcome *o; (o = release_next(d->release));) {
        post(d, o);
        players_outcome(d->players, o, &d->ops);
        outcome_free(o);
    }
    offload_finish(d->offload);
}

bool dispatch_ready(struct dispatch *d)
{
    return release_ready(d->release);
}

struct offload *dispatch_offload(struct dispatch *d)
{
    return d->offload;
}

struct actor *dispatch_enter(struct dispatch *d, const struct dispatch_entry *entry)
{
    struct actor *a = actor_new(d, entry);
    players_add(d->players, a);
    return a;
}

struct actor *dispatch_find(struct dispatch *d, const char *name)
{
    return players_find(d->players, name);
}

size_t dispatch_players(const struct dispatch *d)
{
    return players_count(d->players);
}

void dispatch_each(struct dispatch *d, void (*fn)(struct actor *, void *), void *arg)
{
    players_each(d->players, fn, arg);
}

struct world *dispatch_world(struct dispatch *d)
{
    return d->world;
}

struct release *dispatch_releaser(struct dispatch *d)
{
    return d->release;
}

struct sched *dispatch_sched(struct dispatch *d)
{
    return d->sched;
}

int64_t dispatch_clock(struct dispatch *d)
{
    return d->config.clock ? d->config.clock() : clock_wall_ms();
}

unsigned dispatch_retries_max(const struct dispatch *d)
{
    return d->config.retries_max ? d->config.retries_max : 32;
}

int64_t dispatch_linkdead_ms(const struct dispatch *d)
{
    return d->config.linkdead;
}

void dispatch_count(struct dispatch *d, enum dispatch_counter which, uint64_t n)
{
    int index = sched_worker_index();
    if (n && index >= 0)
        atomic_fetch_add_explicit(&d->threads[index].counters[which], n, memory_order_relaxed);
}

void dispatch_stats(struct dispatch *d, struct dispatch_stats *out)
{
    struct sched_stats s;
    sched_stats(d->sched, &s);
    *out = (struct dispatch_stats){.events = release_taken(d->release),
                                   .steps = s.steps,
                                   .stolen = s.stolen,
                                   .sleeps = s.sleeps,
                                   .timers = s.timers,
                                   .players = dispatch_players(d)};
    for (unsigned i = 0; i < d->workers; i++) {
        out->waits += atomic_load(&d->threads[i].counters[DISPATCH_WAITS]);
        out->retries += atomic_load(&d->threads[i].counters[DISPATCH_RETRIES]);
    }
}
