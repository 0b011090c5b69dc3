// Makes struct dispatch and its parts, starts and stops the workers, lists the players and counts
// what the workers do. Knows no sockets and no sessions, and not what a command does. Outcomes are
// delivered in delivery.c, snapshots begun in snapshot_policy.c, the journal is in epoch.c.
//
// Threads: as dispatch.h and dispatch_priv.h say for each function.
#include "engine/dispatch.h"

#include "command/outcome.h"
#include "engine/committer.h"
#include "engine/dispatch_priv.h"
#include "engine/offload.h"
#include "engine/players.h"
#include "engine/step_watch.h"
#include "lock/lock.h"
#include "runtime/sched.h"
#include "runtime/task_list.h"
#include "util/clock.h"
#include "util/fatal.h"
#include "util/hash.h"
#include "util/log.h"
#include "util/loopguard.h"
#include "util/mem.h"
#include "verb/commands.h"
#include "world/world.h"
#include "world/zone.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

// TURN_SHARE: with more tasks than this waiting for a loop, a worker that gets up pays for itself,
// if besides the loops there are processors for it and for the committer.
enum { DELAYED_REPORT_MS = 60000, TURN_SHARE = 8, TURN_SHARE_PROCESSORS = 2 };

// Of a worker, or of a loop, which has no thread of its own here.
struct worker_thread {
    pthread_t thread;
    struct dispatch *dispatch;
    unsigned index;
    _Atomic uint64_t counters[DISPATCH_COUNTERS];
} __attribute__((aligned(64)));

// How many processors this process may use, which may be fewer than the machine has.
static unsigned dispatch_processors(void)
{
    cpu_set_t set;
    int n = sched_getaffinity(0, sizeof(set), &set) ? 1 : CPU_COUNT(&set);
    return n > 0 ? (unsigned)n : 1;
}

static void dispatch_wake_number(void *arg, unsigned loop)
{
    dispatch_wake(((struct dispatch *)arg)->loops[loop]);
}

unsigned dispatch_add_loop(struct dispatch *d, void (*wake)(void *arg), void *wake_arg,
                           struct outboxes *outboxes)
{
    assert(d->loop_count < d->config.loops && d->loop_count < LOOPS_MAX && wake);
    struct dispatch_loop *l = mem_new(struct dispatch_loop);
    l->wake = wake;
    l->wake_arg = wake_arg;
    l->outboxes = outboxes;
    l->players = players_new(&d->players);
    inbox_init(&l->inbox);
    call_queue_init(&l->calls);
    d->loops[d->loop_count] = l;
    return d->loop_count++;
}

unsigned dispatch_loops(const struct dispatch *d)
{
    return d->loop_count;
}

unsigned dispatch_home(const struct dispatch *d, const char *account)
{
    return account && *account ? (unsigned)(hash_text(account, 0) % d->loop_count) : 0;
}

struct dispatch *dispatch_new(struct world *w, const struct dispatch_config *config,
                              const struct dispatch_ops *ops)
{
    struct dispatch *d = mem_new(struct dispatch);
    commands_know();
    world_settle(w);
    d->world = w;
    d->config = *config;
    d->ops = *ops;
    d->workers = config->workers ? config->workers : dispatch_processors();
    if (d->workers > SCHED_WORKERS_MAX)
        d->workers = SCHED_WORKERS_MAX;
    if (!d->config.loops)
        d->config.loops = 1;
    if (!d->config.turn_share && dispatch_processors() >= d->config.loops + TURN_SHARE_PROCESSORS)
        d->config.turn_share = TURN_SHARE;
    d->sched = sched_new(d->workers, d->config.loops);
    d->sequencer = sequencer_new();
    d->offload = offload_new(config->offload_threads ? config->offload_threads : 1, 256,
                             dispatch_wake_number, d);
    dispatch_add_loop(d, config->wake, config->wake_arg, config->outboxes);
    d->timer_tasks = timer_tasks_new();
    d->step_watch = step_watch_new(d->sched);
    unsigned slots = sched_slots(d->sched);
    d->threads = aligned_alloc(64, slots * sizeof(*d->threads));
    if (!d->threads)
        fatal_system("make the workers", ENOMEM);
    for (unsigned i = 0; i < slots; i++)
        d->threads[i] = (struct worker_thread){.dispatch = d, .index = i};
    return d;
}

static void worker_idle(void *arg, unsigned index)
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
    sched_worker_run(t->dispatch->sched, t->index, worker_idle, t->dispatch);
    execution_pool_free();
    return NULL;
}

void dispatch_prepare(struct dispatch *d)
{
    for (size_t i = 0; i < world_zones(d->world); i++)
        timer_task_start(
            d, NULL,
            &(struct timer_request){.ordinal = (uint32_t)i, .zone = world_zone_at(d->world, i)});
    dispatch_run(d);
}

void dispatch_run(struct dispatch *d)
{
    // Delivering an outcome may submit more work.
    for (uint64_t before = 0, now = 1; now != before;) {
        before = sequencer_last_seq(d->sequencer);
        sched_run_until_idle(d->sched);
        offload_drain(d->offload);
        dispatch_deliver_all(d);
        uint64_t event = atomic_load(&d->router.waiting_event);
        if (event) {
            committer_wait(d->committer, event);
            dispatch_deliver_all(d);
        }
        now = sequencer_last_seq(d->sequencer);
    }
    execution_pool_free();
}

void dispatch_start(struct dispatch *d)
{
    for (unsigned i = 0; i < d->workers; i++) {
        int error = pthread_create(&d->threads[i].thread, NULL, worker_main, &d->threads[i]);
        if (error)
            fatal_system("start a worker", error);
    }
    d->running = true;
    log_debug("dispatch", "started", "workers", LOG_INT(d->workers), NULL);
}

void dispatch_explored(struct dispatch *d, bool on)
{
    assert(d->running != on);
    d->running = on;
}

void dispatch_stop(struct dispatch *d)
{
    if (!d->running)
        return;
    log_debug("dispatch", "stopping", "players", LOG_INT(dispatch_players_of_all(d)), NULL);
    sched_stop(d->sched);
    for (unsigned i = 0; i < d->workers; i++)
        pthread_join(d->threads[i].thread, NULL);
    d->running = false;
    dispatch_loop_leave(d);
    lock_abandon();
    size_t lost = d->config.lost_wakes ? d->config.lost_wakes() : 0;
    if (lost)
        log_error("dispatch", "lost_wakes", "tasks", LOG_INT(lost), "why",
                  "they were given a lock and never went on: see L042, and please report this",
                  NULL);
    offload_drain(d->offload);
    dispatch_deliver_all(d);
}

void dispatch_free(struct dispatch *d)
{
    if (!d)
        return;
    dispatch_stop(d);
    offload_free(d->offload);
    for (unsigned i = 0; i < d->loop_count; i++)
        players_free(d->loops[i]->players);
    sequencer_free(d->sequencer);
    step_watch_free(d->step_watch);
    sched_free(d->sched);
    timer_tasks_free(d->timer_tasks);
    router_fini(&d->router);
    for (unsigned i = 0; i < d->loop_count; i++) {
        delivery_fini(d, d->loops[i]);
        free(d->loops[i]);
    }
    outcome_pool_fini(&d->outcomes);
    free(d->threads);
    free(d);
}

void dispatch_loop_leave(struct dispatch *d)
{
    (void)d;
    execution_pool_free();
}

void dispatch_turn_begin(struct dispatch *d)
{
    loopguard_check("dispatch_turn_begin()");
    sched_gather_begin(d->sched, &dispatch_here(d)->turn);
}

// Steps what has gathered, and delivers. What the steps publish need not wake this loop: the flag
// that it has been woken is set until dispatch_deliver clears it.
static void dispatch_run_turn(struct dispatch *d, struct dispatch_loop *l,
                              struct sched_budget *budget)
{
    atomic_store_explicit(&l->signalled, true, memory_order_release);
    sched_guest_run(d->sched, loopguard_loop(), &l->turn, budget);
    dispatch_flush(d);
    sched_gather_begin(d->sched, &l->turn); // of the lines that the delivery lets through
    dispatch_deliver(d);
    sched_gather_keep(d->sched);
}

void dispatch_turn_end(struct dispatch *d)
{
    loopguard_check("dispatch_turn_end()");
    struct dispatch_loop *l = dispatch_here(d);
    if (!d->running || !d->config.turn_tasks || !d->config.turn_us || !l->turn.count) {
        sched_gather_end(d->sched);
        return;
    }
    sched_gather_keep(d->sched);
    struct sched_budget budget = {d->config.turn_tasks, clock_step_ns() + d->config.turn_us * 1000,
                                  d->config.turn_share};
    while (l->turn.count)
        dispatch_run_turn(d, l, &budget);
}

// Logs at most one line a minute, however many timers are delayed.
static void dispatch_report_delayed(struct dispatch *d)
{
    uint64_t delayed = sched_delayed(d->sched);
    if (delayed == d->delayed_reported || clock_mono_ms() < d->delayed_report_next)
        return;
    struct sched_stats s;
    sched_stats(d->sched, &s);
    log_warning("dispatch", "delayed_timers", "more", LOG_INT(s.delayed - d->delayed_reported),
                "worst_ms", LOG_INT(s.delay_max), "why",
                "the machine was busy, suspended or out of memory", NULL);
    d->delayed_reported = s.delayed;
    d->delayed_report_next = clock_mono_ms() + DELAYED_REPORT_MS;
}

// Logs faults of the scheduler at once, but at most one line each time that their number has
// doubled.
static void dispatch_report_faults(struct dispatch *d)
{
    if (sched_faults(d->sched) <= d->faults_reported)
        return;
    struct sched_stats s;
    sched_stats(d->sched, &s);
    log_error("dispatch", "scheduler_fault", "late_timers", LOG_INT(s.late), "unkept",
              LOG_INT(s.unkept), "untaken_wakes", LOG_INT(s.untaken), "why",
              "a sleeping worker was not to get up in time: please report this", NULL);
    d->faults_reported = 2 * (s.late + s.unkept + s.untaken);
}

void dispatch_report_sched(struct dispatch *d)
{
    dispatch_report_delayed(d);
    dispatch_report_faults(d);
}

void dispatch_watch(struct dispatch *d, int64_t now)
{
    step_watch_look(d->step_watch, now);
}

struct offload *dispatch_offload(struct dispatch *d)
{
    return d->offload;
}

struct player_task *dispatch_enter(struct dispatch *d, const struct dispatch_entry *entry)
{
    loopguard_check("dispatch_enter()");
    struct player_task *a = player_task_new(d, entry);
    players_add(dispatch_here(d)->players, a);
    return a;
}

struct player_task *dispatch_find(struct dispatch *d, const char *name)
{
    loopguard_check("dispatch_find()");
    return players_find(dispatch_here(d)->players, name);
}

size_t dispatch_players(const struct dispatch *d)
{
    loopguard_check("dispatch_players()");
    return players_count(dispatch_here(d)->players);
}

size_t dispatch_players_of_all(const struct dispatch *d)
{
    return atomic_load_explicit(&d->players, memory_order_relaxed);
}

void dispatch_each(struct dispatch *d, void (*fn)(struct player_task *, void *), void *arg)
{
    loopguard_check("dispatch_each()");
    players_each(dispatch_here(d)->players, fn, arg);
}

int64_t dispatch_clock(struct dispatch *d)
{
    return d->config.clock ? d->config.clock() : clock_wall_ms();
}

unsigned dispatch_retries_max(const struct dispatch *d)
{
    return d->config.retries_max ? d->config.retries_max : 32;
}

void dispatch_count(struct dispatch *d, enum dispatch_counter which, uint64_t n)
{
    if (!n)
        return;
    int index = sched_worker_index();
    atomic_fetch_add_explicit(&d->threads[index < 0 ? 0 : index].counters[which], n,
                              memory_order_relaxed);
}

static uint64_t workers_counted(const struct dispatch *d, enum dispatch_counter which)
{
    uint64_t n = 0;
    for (unsigned i = 0; i < sched_slots(d->sched); i++)
        n += atomic_load_explicit(&d->threads[i].counters[which], memory_order_relaxed);
    return n;
}

void dispatch_stats(struct dispatch *d, struct dispatch_stats *out)
{
    struct sched_stats s;
    sched_stats(d->sched, &s);
    *out = (struct dispatch_stats){.events = sequencer_last_number(d->sequencer),
                                   .outcomes = sequencer_last_seq(d->sequencer),
                                   .steps = s.steps,
                                   .stolen = s.stolen,
                                   .sleeps = s.sleeps,
                                   .timers = s.timers,
                                   .delayed = s.delayed,
                                   .delay_max = s.delay_max,
                                   .late = s.late,
                                   .unkept = s.unkept,
                                   .wakes = s.wakes,
                                   .untaken = s.untaken,
                                   .resumed = atomic_load(&d->resumed),
                                   .snapshots = atomic_load(&d->snapshots),
                                   .snapshots_busy = atomic_load(&d->snapshots_busy)};
    out->waits = workers_counted(d, DISPATCH_WAITS);
    out->retries = workers_counted(d, DISPATCH_RETRIES);
    out->again_twice = workers_counted(d, DISPATCH_AGAIN_TWICE);
    out->limbo_seen = workers_counted(d, DISPATCH_LIMBO_SEEN);
    out->stale_timers = workers_counted(d, DISPATCH_STALE_TIMERS);
    out->stale_again = workers_counted(d, DISPATCH_STALE_AGAIN);
    out->refused = workers_counted(d, DISPATCH_REFUSED);
}
