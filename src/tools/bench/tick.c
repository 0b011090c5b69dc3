// Jobs, barriers and crashes of the world tick. Keeps one job for each part of a zone, used again
// at every fork, and scratch memory for each worker. What a tick does to a zone is in
// tools/bench/climate.c, how a crash is survived in crash_guard.c.
#include "tools/bench/tick.h"

#include "check/shared.h"
#include "lock/lock.h"
#include "lock/lockset.h"
#include "runtime/sched.h"
#include "runtime/task.h"
#include "runtime/task_list.h"
#include "tools/bench/climate.h"
#include "tools/bench/crash_guard.h"
#include "util/buf.h"
#include "util/mem.h"

#include <assert.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>

enum { MEETING = 32 }; // as many tasks as a worker takes from the shared queue at once

struct job {
    struct task task; // first: a task is its job
    struct lockset locks;
    struct tick *tick;
    size_t zone;
    unsigned part;
    bool begun;
    // report of a crash: composed while the locks are held, written after their release
    struct buf crash;
    struct climate_pass pass;
};

struct worker_room {
    struct climate_scratch *scratch;
    void *stack; // stack for the signal handler of a crash
};

struct tick {
    struct sched *sched;
    struct climate **zones;
    size_t count;
    struct tick_config config;
    struct job *jobs;
    struct worker_room *rooms;           // one for each worker
    struct climate_scratch *one_scratch; // what all jobs use in TICK_RACE_SHARED_SCRATCH
    _Atomic bool *quarantined;
    _Atomic size_t quarantines;
    uint64_t number;
    uint32_t group;      // number of the fork, for the checker
    _Atomic size_t left; // jobs that have not ended, plus one while the coordinator forks
    pthread_mutex_t mutex;
    pthread_cond_t cond;
    bool over; // protected by the mutex
};

static _Atomic uint32_t next_group = 1;

static void room_init(struct tick *t, struct worker_room *room)
{
    room->scratch = climate_scratch_new(climate_cells(t->zones[0]));
    room->stack = mem_alloc(GUARD_STACK);
    shared_init_thread(&room->scratch->use, "scratch of a worker");
}

struct tick *tick_new(struct sched *s, struct climate **zones, size_t count,
                      const struct tick_config *config)
{
    assert(s && config && (zones || !count));
    struct tick *t = mem_new(struct tick);
    t->sched = s;
    t->zones = zones;
    t->count = count;
    t->config = *config;
    t->jobs = mem_calloc(count * CLIMATE_PARTS, sizeof(*t->jobs));
    t->rooms = mem_calloc(sched_workers(s), sizeof(*t->rooms));
    for (unsigned i = 0; count && i < sched_workers(s); i++)
        room_init(t, &t->rooms[i]);
    if (count) {
        t->one_scratch = climate_scratch_new(climate_cells(zones[0]));
        shared_init(&t->one_scratch->use, "scratch of the tick", NULL);
    }
    t->quarantined = mem_calloc(count, sizeof(*t->quarantined));
    pthread_mutex_init(&t->mutex, NULL);
    pthread_cond_init(&t->cond, NULL);
    t->over = true;
    return t;
}

void tick_free(struct tick *t)
{
    assert(!t || t->over);
    if (!t)
        return;
    for (unsigned i = 0; i < sched_workers(t->sched); i++) {
        free(t->rooms[i].scratch);
        free(t->rooms[i].stack);
    }
    free(t->rooms);
    free(t->one_scratch);
    free(t->quarantined);
    free(t->jobs);
    pthread_mutex_destroy(&t->mutex);
    pthread_cond_destroy(&t->cond);
    free(t);
}

// The end barrier: the last one of the jobs and the coordinator to call this opens it.
static void tick_let_go(struct tick *t)
{
    if (atomic_fetch_sub_explicit(&t->left, 1, memory_order_acq_rel) != 1)
        return;
    void (*finished)(void *) = t->config.finished;
    void *arg = t->config.arg;
    crash_guard_close();
    pthread_mutex_lock(&t->mutex);
    t->over = true;
    pthread_cond_broadcast(&t->cond);
    pthread_mutex_unlock(&t->mutex);
    // From here on t may have been freed.
    if (finished)
        finished(arg);
}

// A job counts as done only when the scheduler has released its task too, as the task is used
// again.
static void job_released(struct task *task)
{
    tick_let_go(((struct job *)task)->tick);
}

static void tick_add_site(struct buf *b, const struct site *at)
{
    if (at)
        buf_addf(b, "%s:%d %s()\n", site_file(at), at->line, at->func);
    else
        buf_adds(b, "before its first step\n");
}

// Called while the locks are still held, because the report lists them.
static void compose_crash(struct job *job, int sig, struct buf *b)
{
    assert(sig);
    struct tick *t = job->tick;
    char thread[16] = "?";
    pthread_getname_np(pthread_self(), thread, sizeof(thread));
    const char *zone = climate_label(t->zones[job->zone]);
    buf_addf(b, "crash of a zone job: SIG%s in %s\n", crash_guard_signal_name(sig), zone);
    buf_addf(b, "  task    %u %s of %s, tick %llu\n", job->task.id, job->task.what, zone,
             (unsigned long long)t->number);
    buf_addf(b, "  thread  %s\n  site    ", thread);
    tick_add_site(b, job->pass.at);
    for (size_t i = 0; i < job->locks.count; i++) {
        const struct lockset_entry *e = &job->locks.entries[i];
        if (!e->held)
            continue;
        buf_addf(b, "  holds   lock %u \"%s\", ticket %llu, taken ", e->lock->id, e->lock->label,
                 (unsigned long long)e->ticket);
        tick_add_site(b, e->site);
    }
    if (!job->locks.held)
        buf_adds(b, "  holds   nothing\n");
    buf_addf(b, "  then    locks released; %s is in quarantine, the others go on\n", zone);
}

static void write_crash(struct job *job)
{
    assert(job->crash.len);
    FILE *out = job->tick->config.report ? job->tick->config.report : stderr;
    fwrite(job->crash.data, 1, job->crash.len, out);
    fflush(out);
    buf_fini(&job->crash);
}

// The part of a job that may crash: it allocates no memory and takes no mutex.
static void job_work(void *arg)
{
    struct job *job = arg;
    struct tick *t = job->tick;
    job->pass.at = SITE;
    climate_tick(t->zones[job->zone], &job->pass);
    if (t->config.crash_zone >= 0 && (size_t)t->config.crash_zone == job->zone) {
        job->pass.at = SITE;
        raise(t->config.crash_signal);
    }
}

static void job_run(struct job *job)
{
    struct tick *t = job->tick;
    if (tick_quarantined(t, job->zone))
        return; // its zone was quarantined after the fork
    struct worker_room *room = &t->rooms[sched_worker_index()];
    bool shared = t->config.race == TICK_RACE_SHARED_SCRATCH;
    job->pass = (struct climate_pass){
        .tick = t->number,
        .scratch = shared ? t->one_scratch : room->scratch,
    };
    int sig = crash_guard_run(job_work, job, room->stack);
    if (!sig)
        return;
    compose_crash(job, sig, &job->crash);
    if (!atomic_exchange_explicit(&t->quarantined[job->zone], true, memory_order_relaxed))
        atomic_fetch_add_explicit(&t->quarantines, 1, memory_order_relaxed);
}

static struct lock *lock_of(const struct job *job)
{
    const struct tick *t = job->tick;
    size_t zone = job->zone;
    if (t->config.race == TICK_RACE_UNLOCKED)
        return NULL;
    if (t->config.race == TICK_RACE_WRONG_ZONE && job->part)
        zone = (zone + t->count - 1) % t->count;
    return climate_lock(t->zones[zone]);
}

static enum task_result job_step(struct task *task)
{
    struct job *job = (struct job *)task;
    struct lockset *ls = &job->locks;
    lockset_enter(ls);
    if (!job->begun) {
        job->begun = true;
        lockset_begin(ls, task->what, climate_label(job->tick->zones[job->zone]));
        struct lock *lock = lock_of(job);
        if (lock)
            lockset_need(ls, lock, LOCK_EXCLUSIVE);
    }
    if (lockset_acquire(ls) == LOCKSET_PARKED) {
        lockset_leave(ls);
        return TASK_PENDING;
    }
    job_run(job);
    lockset_clear(ls);
    lockset_end(ls);
    lockset_leave(ls);
    lockset_fini(ls);
    if (job->crash.len)
        write_crash(job);
    return TASK_DONE;
}

static void job_spawn(struct tick *t, size_t zone, unsigned part)
{
    assert(zone < t->count && part < CLIMATE_PARTS);
    struct job *job = &t->jobs[zone * CLIMATE_PARTS + part];
    job->tick = t;
    job->zone = zone;
    job->part = part;
    job->begun = false;
    task_init(&job->task, t->sched, job_step, part ? "tick, second part" : "tick, first part",
              job_released);
    lockset_init(&job->locks, job->task.id, &job->task);
    shared_group(&job->locks, t->group);
    atomic_fetch_add_explicit(&t->left, 1, memory_order_relaxed);
    task_spawn(&job->task);
    task_detach(&job->task);
}

// Adds all first parts of the zones, then all second ones: by then no task waits for the lock of a
// zone.
static void spawn_block(struct tick *t, size_t from, size_t end)
{
    for (unsigned part = 0; part < CLIMATE_PARTS; part++)
        for (size_t i = from; i < end; i++)
            if (!tick_quarantined(t, i))
                job_spawn(t, i, part);
}

void tick_fork(struct tick *t)
{
    assert(t->over && !atomic_load(&t->left)); // none is under way
    t->number++;
    pthread_mutex_lock(&t->mutex);
    t->over = false;
    pthread_mutex_unlock(&t->mutex);
    do
        t->group = atomic_fetch_add_explicit(&next_group, 1, memory_order_relaxed);
    while (!t->group);
    atomic_store_explicit(&t->left, 1, memory_order_relaxed);
    crash_guard_open();
    // The start barrier: workers see the jobs of a fork only when all have been made.
    struct task_list fork;
    sched_gather_begin(t->sched, &fork);
    size_t block = t->config.meet ? MEETING : t->count;
    for (size_t from = 0; from < t->count; from += block)
        spawn_block(t, from, block < t->count - from ? from + block : t->count);
    sched_gather_end(t->sched);
    tick_let_go(t);
}

void tick_wait(struct tick *t)
{
    pthread_mutex_lock(&t->mutex);
    while (!t->over)
        pthread_cond_wait(&t->cond, &t->mutex);
    pthread_mutex_unlock(&t->mutex);
}

uint64_t tick_number(const struct tick *t)
{
    return t->number;
}

bool tick_quarantined(const struct tick *t, size_t zone)
{
    assert(zone < t->count);
    return atomic_load_explicit(&t->quarantined[zone], memory_order_relaxed);
}

size_t tick_quarantines(const struct tick *t)
{
    return atomic_load_explicit(&t->quarantines, memory_order_relaxed);
}

// Visits the zones, taking their locks. All locks are free: a tick is over or has not begun.
static void visit(struct tick *t, const char *what, void (*see)(struct climate *c, void *arg),
                  void *arg)
{
    assert(see);
    struct lockset ls;
    lockset_init(&ls, UINT32_MAX, NULL);
    lockset_enter(&ls);
    for (size_t i = 0; i < t->count; i++) {
        if (tick_quarantined(t, i))
            continue;
        lockset_begin(&ls, what, climate_label(t->zones[i]));
        lockset_need(&ls, climate_lock(t->zones[i]), LOCK_EXCLUSIVE);
        if (lockset_acquire(&ls) == LOCKSET_HELD)
            see(t->zones[i], arg);
        lockset_clear(&ls);
        lockset_end(&ls);
    }
    lockset_leave(&ls);
    lockset_fini(&ls);
}

struct cell_count {
    uint64_t ticks, cells;
};

static void count_cells(struct climate *c, void *arg)
{
    struct cell_count *n = arg;
    n->cells += climate_cells_at(c, n->ticks);
}

uint64_t tick_cells_at(struct tick *t, uint64_t ticks)
{
    struct cell_count n = {.ticks = ticks};
    visit(t, "count", count_cells, &n);
    return n.cells;
}

static void add_digest(struct climate *c, void *arg)
{
    uint64_t *digest = arg;
    *digest = *digest * UINT64_C(0x9e3779b97f4a7c15) + climate_digest(c);
}

uint64_t tick_digest(struct tick *t)
{
    uint64_t digest = t->number;
    visit(t, "digest", add_digest, &digest);
    return digest;
}
