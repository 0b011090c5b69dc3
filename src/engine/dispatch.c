// Makes the workers, carries commands to them and outcomes back. Keeps the list of players, on the
// loop thread. Knows no sockets and no sessions, and not what a command does.
#include "engine/dispatch.h"

#include "check/check_data.h"
#include "command/outcome.h"
#include "engine/committer.h"
#include "engine/dispatch_priv.h"
#include "engine/offload.h"
#include "engine/outcome_pool.h"
#include "engine/player_task_priv.h"
#include "engine/players.h"
#include "engine/replay/checkpoint.h"
#include "engine/replay/replay.h"
#include "journal/journal.h"
#include "journal/snapshot_file.h"
#include "lock/lock.h"
#include "output/outbox.h"
#include "runtime/sched.h"
#include "runtime/task_list.h"
#include "util/clock.h"
#include "util/error.h"
#include "util/fatal.h"
#include "util/log.h"
#include "util/loopguard.h"
#include "util/map.h"
#include "util/mem.h"
#include "verb/commands.h"
#include "world/world.h"
#include "world/zone.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PUBLISH_BATCH = 32, DELAYED_TOLD_MS = 60000 };

struct worker_thread {
    pthread_t thread;
    struct dispatch *dispatch;
    unsigned index;
    _Atomic uint64_t counters[DISPATCH_COUNTERS];
} __attribute__((aligned(64)));

struct outcomes {
    struct outcome *first, *last;
};

struct dispatch {
    struct world *world;
    struct dispatch_config config;
    struct dispatch_ops ops;
    struct sched *sched;
    struct sequencer *sequencer;
    struct offload *offload;
    struct players *players;
    struct task_list turn;
    struct committer *committer; // NULL: there is no journal
    struct journal *journal;     // the journal that the committer writes
    struct replay *replay;       // while the journal is replayed
    struct timer_tasks *timer_tasks;
    struct checkpoint *checkpoint;         // the snapshot under way, or NULL
    int64_t snapshot_every, snapshot_next; // ms; monotonic
    uint64_t snapshot_last;                // event number of the last one
    // finished snapshots; of these, while events went on
    _Atomic uint64_t snapshots, snapshots_busy;
    _Atomic uint64_t resumed; // counted by the committer
    // Outcomes in order of sequence numbers that wait until they are durable.
    struct outcomes waiting_durable;
    struct outcomes ready; // outcomes that may be delivered at once
    struct outcome_pool outcomes;
    uint64_t highest;       // the highest event number that sequencer_take has returned
    void *owner;            // owner of players that the journal restores
    _Atomic bool signalled; // the loop has been woken and has not taken outcomes in since
    bool running, reported_stalled;
    uint64_t delayed_told; // how many delayed timers the log has reported
    int64_t delayed_next;  // no further report before this time; ms, monotonic
    uint64_t faults_told;  // how many faults of the scheduler the log has reported
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

// How many processors this process may use, which may be fewer than the machine has.
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
    commands_know();
    world_settle(w);
    d->world = w;
    d->config = *config;
    d->ops = *ops;
    d->workers = config->workers ? config->workers : processors();
    if (d->workers > SCHED_WORKERS_MAX)
        d->workers = SCHED_WORKERS_MAX;
    d->sched = sched_new(d->workers);
    d->sequencer = sequencer_new();
    d->offload =
        offload_new(config->offload_threads ? config->offload_threads : 1, 256, wake_loop, d);
    d->players = players_new();
    d->timer_tasks = timer_tasks_new();
    d->threads = aligned_alloc(64, d->workers * sizeof(*d->threads));
    if (!d->threads)
        fatal_system("make the workers", ENOMEM);
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
        dispatch_deliver(d);
        if (d->waiting_durable.first) {
            committer_wait(d->committer, d->waiting_durable.last->durable_event);
            dispatch_deliver(d);
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

void dispatch_stop(struct dispatch *d)
{
    if (!d->running)
        return;
    log_debug("dispatch", "stopping", "players", LOG_INT(dispatch_players(d)), NULL);
    sched_stop(d->sched);
    for (unsigned i = 0; i < d->workers; i++)
        pthread_join(d->threads[i].thread, NULL);
    d->running = false;
    lock_abandon();
    size_t lost = d->config.lost_wakes ? d->config.lost_wakes() : 0;
    if (lost)
        log_error("dispatch", "lost_wakes", "tasks", LOG_INT(lost), "why",
                  "they were given a lock and never went on: see L042, and please report this",
                  NULL);
    offload_drain(d->offload);
    dispatch_deliver(d);
}

static void queue(struct outcomes *q, struct outcome *o)
{
    o->next = NULL;
    if (q->last)
        q->last->next = o;
    else
        q->first = o;
    q->last = o;
}

static struct outcome *unqueue(struct outcomes *q)
{
    struct outcome *o = q->first;
    q->first = o->next;
    if (!q->first)
        q->last = NULL;
    return o;
}

static void free_all(struct outcomes *q)
{
    while (q->first)
        outcome_free(unqueue(q));
}

void dispatch_free(struct dispatch *d)
{
    if (!d)
        return;
    dispatch_stop(d);
    offload_free(d->offload);
    players_free(d->players);
    free_all(&d->waiting_durable);
    free_all(&d->ready);
    sequencer_free(d->sequencer);
    sched_free(d->sched);
    timer_tasks_free(d->timer_tasks);
    outcome_pool_fini(&d->outcomes);
    free(d->threads);
    free(d);
}

void dispatch_turn_begin(struct dispatch *d)
{
    loopguard_check("dispatch_turn_begin()");
    sched_gather_begin(d->sched, &d->turn);
}

void dispatch_turn_end(struct dispatch *d)
{
    loopguard_check("dispatch_turn_end()");
    sched_gather_end(d->sched);
}

void dispatch_publish(struct dispatch *d, struct outcome *o)
{
    if (o->record && d->committer) {
        committer_add(d->committer, o->number, o->record, o->record_size);
        o->record = NULL;
    }
    lockdata_handed(!o->source || player_task_is_free(o->source), "a player's reply");
    sequencer_publish(d->sequencer, o);
    if (++unsignalled >= PUBLISH_BATCH)
        dispatch_flush(d);
}

void dispatch_flush(struct dispatch *d)
{
    if (!unsignalled)
        return;
    unsignalled = 0;
    if (d->committer)
        committer_flush(d->committer);
    wake_loop(d);
}

static void post(struct dispatch *d, const struct outcome *o)
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
static void take_in(struct dispatch *d, struct outcome *o)
{
    if (o->number > d->highest)
        d->highest = o->number;
    o->durable_event = d->highest;
    bool ready = !o->number &&
                 (!d->waiting_durable.first || d->waiting_durable.first->seq > o->observed_seq);
    queue(ready ? &d->ready : &d->waiting_durable, o);
}

static void leave(struct dispatch *d, struct outcome *o)
{
    if (log_enabled(LOG_LEVEL_DEBUG))
        log_debug("dispatch", "delivered", "seq", LOG_INT(o->seq), "number", LOG_INT(o->number),
                  "durable_event", LOG_INT(o->durable_event), NULL);
    post(d, o);
    players_outcome(d->players, o, &d->ops);
    outcome_pool_give(&d->outcomes, o);
}

static bool may_leave(const struct dispatch *d)
{
    return d->waiting_durable.first && (!d->committer || d->waiting_durable.first->durable_event <=
                                                             committer_durable(d->committer));
}

static void tell_one(struct player_task *a, void *arg)
{
    struct dispatch *d = arg;
    if (player_task_session(a))
        d->ops.commit_stalled(player_task_session(a));
}

// Tells players why no reply comes. The message reveals nothing of the world, so it need not wait.
static void report_stalled(struct dispatch *d)
{
    bool stalled = dispatch_commit_stalled(d);
    if (stalled && !d->reported_stalled && d->ops.commit_stalled)
        players_each(d->players, tell_one, d);
    d->reported_stalled = stalled;
}

void dispatch_take_in(struct dispatch *d)
{
    loopguard_check("dispatch_take_in()");
    for (struct outcome *o; (o = sequencer_take(d->sequencer));)
        take_in(d, o);
}

bool dispatch_snapshot(struct dispatch *d)
{
    if (!d->committer || d->checkpoint || sequencer_last_number(d->sequencer) == d->snapshot_last)
        return false;
    d->checkpoint = checkpoint_begin(d, d->journal);
    d->snapshot_next = clock_mono_ms() + d->snapshot_every;
    return d->checkpoint;
}

bool dispatch_snapshot_under_way(const struct dispatch *d)
{
    return d->checkpoint;
}

// May the snapshot be finished? Only when every earlier outcome is on the disk and every player who
// left before it has been saved: a start from the snapshot does not replay those departures, so it
// could not save them.
static bool is_settled(const struct dispatch *d)
{
    return (!d->waiting_durable.first ||
            d->waiting_durable.first->seq > checkpoint_seq(d->checkpoint)) &&
           committer_kept(d->committer) >= checkpoint_number(d->checkpoint) &&
           (!d->ops.settled || d->ops.settled(d->owner));
}

static void count_snapshot(struct dispatch *d, uint64_t number)
{
    atomic_fetch_add_explicit(&d->snapshots, 1, memory_order_relaxed);
    if (sequencer_last_number(d->sequencer) > number)
        atomic_fetch_add_explicit(&d->snapshots_busy, 1, memory_order_relaxed);
}

static void look_after_snapshots(struct dispatch *d)
{
    if (!d->committer)
        return;
    if (!d->checkpoint) {
        if (d->snapshot_every && clock_mono_ms() >= d->snapshot_next)
            dispatch_snapshot(d);
    } else if (checkpoint_over(d->checkpoint)) {
        uint64_t number = checkpoint_number(d->checkpoint);
        if (checkpoint_end(d->checkpoint, false)) {
            d->snapshot_last = number;
            count_snapshot(d, number);
        }
        d->checkpoint = NULL;
    } else if (is_settled(d)) {
        checkpoint_allow(d->checkpoint);
    }
}

// Logs at most one line a minute, however many timers are delayed.
static void tell_delayed(struct dispatch *d)
{
    uint64_t delayed = sched_delayed(d->sched);
    if (delayed == d->delayed_told || clock_mono_ms() < d->delayed_next)
        return;
    struct sched_stats s;
    sched_stats(d->sched, &s);
    log_warning("dispatch", "delayed_timers", "more", LOG_INT(s.delayed - d->delayed_told),
                "worst_ms", LOG_INT(s.delay_max), "why",
                "the machine was busy, suspended or out of memory", NULL);
    d->delayed_told = s.delayed;
    d->delayed_next = clock_mono_ms() + DELAYED_TOLD_MS;
}

// Logs faults of the scheduler at once, but at most one line each time that their number has
// doubled.
static void tell_faults(struct dispatch *d)
{
    if (sched_faults(d->sched) <= d->faults_told)
        return;
    struct sched_stats s;
    sched_stats(d->sched, &s);
    log_error("dispatch", "scheduler_fault", "late_timers", LOG_INT(s.late), "unkept",
              LOG_INT(s.unkept), "untaken_wakes", LOG_INT(s.untaken), "why",
              "a sleeping worker was not to get up in time: please report this", NULL);
    d->faults_told = 2 * (s.late + s.unkept + s.untaken);
}

void dispatch_deliver(struct dispatch *d)
{
    loopguard_check("dispatch_deliver()");
    // Clear the flag before taking outcomes in: a worker that finds it set sends no wake-up, and
    // this exchange makes visible what that worker published before.
    atomic_exchange_explicit(&d->signalled, false, memory_order_acq_rel);
    dispatch_take_in(d);
    report_stalled(d);
    while (d->ready.first)
        leave(d, unqueue(&d->ready));
    while (may_leave(d))
        leave(d, unqueue(&d->waiting_durable));
    offload_finish(d->offload);
    look_after_snapshots(d);
    tell_delayed(d);
    tell_faults(d);
}

bool dispatch_ready(struct dispatch *d)
{
    return sequencer_ready(d->sequencer) || d->ready.first || may_leave(d);
}

// Begins a new epoch with the world as it is now; the log says so if there were events in the old
// one.
static int begin_epoch(struct dispatch *d, struct journal *j, bool any, bool differs,
                       struct error *why)
{
    uint64_t last = journal_last(j);
    // The next start does not replay the departures of players who left in the old epoch.
    if (d->ops.settled && !d->ops.settled(d->owner)) {
        return error_set(why, -EIO, "characters of players who have left cannot be written");
    }
    int r = checkpoint_write(d, j, journal_path(j), last);
    if (r < 0)
        return error_set_system(why, -r, "no snapshot can be written");
    r = journal_roll_own(j, journal_world(j));
    if (r < 0)
        return error_set(why, r, "%s", journal_why(j));
    if (any)
        log_info("journal", "new_epoch", "after", LOG_INT(last), "why",
                 differs ? "events say something else" : "another program or other settings", NULL);
    return 0;
}

// If another program or other settings made the events, or if they now say something else than was
// recorded (a later replay would find the same difference), the next ones go into an epoch of their
// own.
static int begin_epoch_if_needed(struct dispatch *d, struct journal *j, bool roll, bool differs,
                                 struct error *why)
{
    bool events = journal_last(j) >= journal_first(j);
    if (!roll && !(events && differs))
        return 0;
    if (events || journal_based(j))
        return begin_epoch(d, j, events, differs, why);
    int r = journal_roll(j, journal_world(j), true); // nothing has ever happened in this world
    return r < 0 ? error_set(why, r, "%s", journal_why(j)) : 0;
}

static void start_committer(struct dispatch *d, struct journal *j,
                            const struct dispatch_journal *config)
{
    struct committer_config lc = {.interval = config->interval,
                                  .reserve = config->reserve,
                                  .resumed = &d->resumed,
                                  .wake = wake_loop,
                                  .arg = d};
    d->journal = j;
    d->snapshot_every = config->snapshot;
    d->snapshot_next = clock_mono_ms() + config->snapshot;
    snapshot_file_sweep(journal_path(j));
    // drop snapshots of events that are removed, before other events get their numbers
    snapshot_file_drop_later(journal_path(j), journal_last(j));
    sequencer_continue(d->sequencer, journal_last(j));
    d->highest = journal_last(j);
    d->committer = committer_start(j, &lc);
}

int dispatch_journal(struct dispatch *d, struct journal *j, const struct dispatch_journal *config,
                     struct error *why)
{
    bool new_world = !journal_based(j) && journal_last(j) < journal_first(j);
    d->owner = config->owner;
    error_clear(why);
    int recovered = new_world ? 0 : replay_recover(d, j, config->at, config->soft, why);
    if (recovered < 0 || recovered == DISPATCH_AGAIN)
        return recovered;
    if (config->at)
        return recovered; // serve --at: a world of the past, in which events are not recorded
    int r = begin_epoch_if_needed(d, j, config->roll, recovered == DISPATCH_DIFFERS, why);
    if (r < 0)
        return r;
    start_committer(d, j, config);
    return recovered;
}

void dispatch_journal_stop(struct dispatch *d)
{
    if (!d->committer)
        return;
    checkpoint_end(d->checkpoint, true);
    d->checkpoint = NULL;
    committer_stop(d->committer);
    d->committer = NULL;
    uint64_t last = journal_last(d->journal);
    if (last == d->snapshot_last || last < journal_first(d->journal))
        return;
    // If a player who left could not be saved, write no snapshot: the next start has to replay that
    // departure to save the character. Nor may the snapshot be ahead of the events that the journal
    // holds.
    if ((d->ops.settled && !d->ops.settled(d->owner)) ||
        sequencer_last_number(d->sequencer) != last) {
        log_info("journal", "no_snapshot", "why", "not everything could be written down", NULL);
        return;
    }
    int64_t began = clock_mono_ms();
    int r = checkpoint_write(d, d->journal, journal_path(d->journal), last);
    if (!r)
        snapshot_file_prune(journal_path(d->journal), journal_epoch(d->journal));
    if (r)
        log_error("journal", "no_snapshot", "error", strerror(-r), NULL);
    else
        log_info("journal", "snapshot", "number", LOG_INT(last), "ms",
                 LOG_INT(clock_mono_ms() - began), NULL);
}

bool dispatch_disk_full(const struct dispatch *d)
{
    return d->committer && committer_disk_full(d->committer);
}

bool dispatch_commit_stalled(const struct dispatch *d)
{
    return d->committer && committer_stalled(d->committer);
}

struct outboxes *dispatch_outboxes(struct dispatch *d)
{
    return d->config.outboxes;
}

struct timer_tasks *dispatch_timer_tasks(struct dispatch *d)
{
    return d->timer_tasks;
}

void dispatch_wake(struct dispatch *d)
{
    wake_loop(d);
}

struct replay *dispatch_replay(struct dispatch *d)
{
    return d->replay;
}

void dispatch_set_replay(struct dispatch *d, struct replay *r)
{
    d->replay = r;
}

bool dispatch_recording(const struct dispatch *d)
{
    return d->committer || d->replay;
}

void *dispatch_owner(const struct dispatch *d)
{
    return d->owner;
}

bool dispatch_started(const struct dispatch *d)
{
    return d->running;
}

void dispatch_restored(struct dispatch *d, struct map *saved)
{
    struct map_iter at = {0};
    const char *name;
    for (void *value; map_next(saved, &at, &name, &value);)
        if (d->ops.restored && value) {
            d->ops.restored(d->owner, name, value);
            map_put(saved, name, NULL);
        }
}

struct players *dispatch_player_list(struct dispatch *d)
{
    return d->players;
}

struct offload *dispatch_offload(struct dispatch *d)
{
    return d->offload;
}

struct player_task *dispatch_enter(struct dispatch *d, const struct dispatch_entry *entry)
{
    loopguard_check("dispatch_enter()");
    struct player_task *a = player_task_new(d, entry);
    players_add(d->players, a);
    return a;
}

struct player_task *dispatch_find(struct dispatch *d, const char *name)
{
    loopguard_check("dispatch_find()");
    return players_find(d->players, name);
}

size_t dispatch_players(const struct dispatch *d)
{
    loopguard_check("dispatch_players()");
    return players_count(d->players);
}

void dispatch_each(struct dispatch *d, void (*fn)(struct player_task *, void *), void *arg)
{
    loopguard_check("dispatch_each()");
    players_each(d->players, fn, arg);
}

struct world *dispatch_world(struct dispatch *d)
{
    return d->world;
}

struct outcome_pool *dispatch_outcomes(struct dispatch *d)
{
    return &d->outcomes;
}

struct sequencer *dispatch_sequencer(struct dispatch *d)
{
    return d->sequencer;
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
    if (!n)
        return;
    int index = sched_worker_index();
    atomic_fetch_add_explicit(&d->threads[index < 0 ? 0 : index].counters[which], n,
                              memory_order_relaxed);
}

static uint64_t counted(const struct dispatch *d, enum dispatch_counter which)
{
    uint64_t n = 0;
    for (unsigned i = 0; i < d->workers; i++)
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
    out->waits = counted(d, DISPATCH_WAITS);
    out->retries = counted(d, DISPATCH_RETRIES);
    out->again_twice = counted(d, DISPATCH_AGAIN_TWICE);
    out->limbo_seen = counted(d, DISPATCH_LIMBO_SEEN);
    out->stale_timers = counted(d, DISPATCH_STALE_TIMERS);
    out->stale_again = counted(d, DISPATCH_STALE_AGAIN);
    out->refused = counted(d, DISPATCH_REFUSED);
}
