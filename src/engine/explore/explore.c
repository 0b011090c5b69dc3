// The explorer's engine: virtual threads ("vthreads"), the token, and the loop that asks a strategy
// at every schedule point. Exactly one vthread has the token; all that is kept here is accessed
// only by it. Strategies choose in strategy.c; scenarios, child processes and files belong to the
// subcommand.
#include "engine/explore/explore.h"

#include "check/interpose.h"
#include "engine/dispatch_priv.h"
#include "engine/explore/ordinals.h"
#include "engine/explore/strategy.h"
#include "lock/lock.h"
#include "runtime/sched.h"
#include "runtime/schedule_point.h"
#include "runtime/task.h"
#include "util/clock.h"
#include "util/fatal.h"
#include "util/loopguard.h"

#include <assert.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct vthread {
    pthread_t thread;
    pthread_cond_t cond;
    unsigned index;
    bool busy;         // in the middle of a step
    struct task *task; // the task of that step; NULL for a loop
    uint32_t task_id;
};

struct explorer {
    pthread_mutex_t mutex; // guards `turn` and `over` only
    unsigned turn;
    bool over;
    struct vthread vthreads[EXPLORE_VTHREADS_MAX];
    unsigned count, loops; // the first `loops` vthreads are the loops
    struct dispatch *dispatch;
    struct sched *sched;
    const struct explore_config *config;
    struct explore_result *result;
    struct strategy strategy;
    int64_t until;
    const struct explore_loop *loop;
    struct ordinals *met; // numbers for things and locks, whose indexes may differ in another run
};

static struct explorer *explorer;
static _Thread_local struct vthread *my_vthread;

uint64_t explore_mix(uint64_t hash, uint64_t value)
{
    hash ^= value + 0x9e3779b97f4a7c15u + (hash << 6) + (hash >> 2);
    hash *= 0xbf58476d1ce4e5b9u;
    return hash ^ hash >> 29;
}

// The number of an object in the hash: a thing by its index, a lock by its id, a task by its own
// number.
static uint32_t name_of(struct explorer *x, enum schedule_point_kind kind, uint32_t object)
{
    uint64_t of = kind == SCHEDULE_POINT_LOCK || kind == SCHEDULE_POINT_UNLOCK   ? 1
                  : kind == SCHEDULE_POINT_WHERE || kind == SCHEDULE_POINT_LIMBO ? 2
                                                                                 : 0;
    return of ? ordinals_of(x->met, of << 32 | object) : object;
}

static void wait_turn(struct explorer *x, struct vthread *me)
{
    pthread_mutex_lock(&x->mutex);
    while (x->turn != me->index && !x->over)
        pthread_cond_wait(&me->cond, &x->mutex);
    pthread_mutex_unlock(&x->mutex);
}

static void give_turn(struct explorer *x, unsigned to)
{
    assert(to < x->count);
    pthread_mutex_lock(&x->mutex);
    x->turn = to;
    pthread_cond_signal(&x->vthreads[to].cond);
    pthread_mutex_unlock(&x->mutex);
}

static void explore_finish(struct explorer *x)
{
    pthread_mutex_lock(&x->mutex);
    x->over = true;
    for (unsigned i = 0; i < x->count; i++)
        pthread_cond_signal(&x->vthreads[i].cond);
    pthread_mutex_unlock(&x->mutex);
}

static struct vthread *free_vthread(struct explorer *x)
{
    for (unsigned i = x->loops; i < x->count; i++)
        if (!x->vthreads[i].busy)
            return &x->vthreads[i];
    return NULL;
}

static bool loop_is_ready(struct explorer *x, unsigned loop)
{
    unsigned here = loopguard_loop();
    loopguard_act_for(loop);
    bool ready = x->loop->ready(x->loop->arg);
    loopguard_act_for(here);
    return ready;
}

// What strategies and hashes know a loop by, as they know others by the number of their task.
static uint32_t task_of_loop(unsigned loop)
{
    return loop ? UINT32_MAX - loop : 0;
}

// Lists all vthreads and tasks that could run now, the running vthread first.
static size_t explore_gather(struct explorer *x, struct vthread *me, struct candidate *out)
{
    size_t n = 0;
    if (me->busy)
        out[n++] = (struct candidate){.vthread = me->index, .task = me->task_id};
    for (unsigned i = 0; i < x->count; i++)
        if (x->vthreads[i].busy && &x->vthreads[i] != me)
            out[n++] = (struct candidate){.vthread = i, .task = x->vthreads[i].task_id};
    struct vthread *idle = free_vthread(x);
    size_t runnable = idle ? sched_runnable(x->sched) : 0;
    for (size_t k = 0; k < runnable && n < CANDIDATES_MAX - x->loops; k++)
        out[n++] = (struct candidate){.vthread = idle->index,
                                      .start = true,
                                      .nth = k,
                                      .task = sched_peek_nth(x->sched, k)->id};
    for (unsigned i = 0; i < x->loops; i++)
        if (!x->vthreads[i].busy && loop_is_ready(x, i))
            out[n++] = (struct candidate){.vthread = i, .start = true, .task = task_of_loop(i)};
    assert(n <= CANDIDATES_MAX);
    return n;
}

// No vthread can run now: moves the virtual clock to the next timer. False when there is none
// before the end.
static bool pass_time(struct explorer *x)
{
    int64_t due = sched_first_due(x->sched), now = sched_now(x->sched);
    int64_t loop_due = x->loop->due(x->loop->arg);
    due = loop_due < due ? loop_due : due;
    if (due > x->until)
        return false;
    if (due > now)
        clock_advance_ms(due - now);
    sched_fire_timers(x->sched);
    return true;
}

static size_t replayed(struct explorer *x, size_t n)
{
    size_t at = x->result->recorded;
    size_t choice = at < x->config->choice_count ? x->config->choices[at] : 0;
    if (choice < n)
        return choice;
    if (!x->config->lenient)
        x->result->diverged = true;
    return 0;
}

// Decides which vthread runs next; -1 when the run is over. Starts a task on the vthread if that is
// the choice.
static int explore_choose(struct explorer *x, struct vthread *me)
{
    struct candidate list[CANDIDATES_MAX];
    struct explore_result *r = x->result;
    size_t n;
    while (!(n = explore_gather(x, me, list)))
        if (!pass_time(x))
            return -1;
    if (x->config->steps_max && r->points > x->config->steps_max) {
        // Vthreads that were let go would run side by side, under no schedule: end the process
        // instead.
        r->given_up = true;
        x->config->give_up(x->loop->arg);
        return -1;
    }
    size_t choice = 0;
    if (n > 1) {
        choice = x->config->strategy == EXPLORE_REPLAY ? replayed(x, n)
                                                       : strategy_choose(&x->strategy, list, n);
        if (x->config->record && r->recorded < EXPLORE_CHOICES_MAX)
            x->config->record[r->recorded] = (uint16_t)choice;
        r->recorded++;
    }
    assert(choice < n);
    const struct candidate *c = &list[choice];
    struct vthread *vthread = &x->vthreads[c->vthread];
    if (c->start) {
        assert(!vthread->busy);
        vthread->task = c->vthread < x->loops ? NULL : sched_take_nth(x->sched, c->nth);
        vthread->task_id = c->task;
        vthread->busy = true;
    }
    if (vthread != me || c->start)
        r->switches += vthread != me;
    r->hash = explore_mix(r->hash, (uint64_t)c->vthread << 32 | c->task);
    return (int)c->vthread;
}

// A schedule point inside a step.
static void point(enum schedule_point_kind kind, uint32_t object)
{
    struct explorer *x = explorer;
    struct vthread *me = my_vthread;
    if (!x || !me || !me->busy || x->over || interpose_mutex_held())
        return;
    my_vthread = NULL; // code called from here passes no schedule points…
    interpose_own(1);  // … and its calls are not the task's
    x->result->points++;
    x->result->hash = explore_mix(x->result->hash, (uint64_t)kind << 32 | name_of(x, kind, object));
    int next = explore_choose(x, me);
    if (next < 0) {
        explore_finish(x);
    } else if ((unsigned)next != me->index) {
        give_turn(x, (unsigned)next);
        wait_turn(x, me);
    }
    interpose_own(-1);
    my_vthread = me;
}

static void explore_step(struct explorer *x, struct vthread *me)
{
    assert(me->busy);
    my_vthread = me;
    if (me->index < x->loops) {
        x->loop->turn(x->loop->arg);
    } else {
        sched_be_worker(x->sched, (int)(me->index - x->loops));
        if (task_run(me->task))
            sched_requeue(x->sched, me->task);
        dispatch_flush(x->dispatch);
        sched_be_worker(x->sched, -1);
    }
    my_vthread = NULL;
    me->busy = false;
    me->task = NULL;
}

static void vthread_run(struct explorer *x, struct vthread *me)
{
    for (wait_turn(x, me); !x->over; wait_turn(x, me)) {
        if (me->busy)
            explore_step(x, me);
        if (x->over)
            break;
        x->result->points++;
        int next = explore_choose(x, me);
        if (next < 0) {
            explore_finish(x);
            break;
        }
        if ((unsigned)next != me->index)
            give_turn(x, (unsigned)next);
    }
}

// Functions of a loop are reported when another vthread calls them.
static void loop_run(struct explorer *x, struct vthread *me)
{
    loopguard_enter();
    loopguard_act_for(me->index);
    vthread_run(x, me);
    loopguard_leave();
}

static void *vthread_main(void *arg)
{
    struct vthread *me = arg;
    char name[16];
    snprintf(name, sizeof(name), "vthread-%u", me->index);
    pthread_setname_np(pthread_self(), name);
    if (me->index < explorer->loops)
        loop_run(explorer, me);
    else
        vthread_run(explorer, me);
    execution_pool_free();
    return NULL;
}

static void count_waiters(const struct lock_waiter *w, void *arg)
{
    (void)w;
    ++*(uint32_t *)arg;
}

static void count_parked(struct lock *l, void *arg)
{
    lock_visit(l, count_waiters, arg);
}

void explore_run(struct dispatch *d, const struct explore_config *config, int64_t until_ms,
                 const struct explore_loop *loop, struct explore_result *result)
{
    unsigned loops = config->loops ? config->loops : 1;
    assert(config->vthreads && config->vthreads + loops <= EXPLORE_VTHREADS_MAX && !explorer);
    assert(loops == dispatch_loops(d));
    struct explorer x = {.mutex = PTHREAD_MUTEX_INITIALIZER,
                         .count = config->vthreads + loops,
                         .loops = loops,
                         .dispatch = d,
                         .sched = d->sched,
                         .config = config,
                         .result = result,
                         .until = until_ms,
                         .loop = loop,
                         .met = ordinals_new()};
    *result = (struct explore_result){.hash = 1};
    strategy_init(&x.strategy, config);
    explorer = &x;
    for (unsigned i = 0; i < x.count; i++) {
        x.vthreads[i].index = i;
        pthread_cond_init(&x.vthreads[i].cond, NULL);
    }
    atomic_store(&schedule_point_hook, point);
    for (unsigned i = 1; i < x.count; i++) {
        int error = pthread_create(&x.vthreads[i].thread, NULL, vthread_main, &x.vthreads[i]);
        if (error)
            fatal_system("start a vthread", error);
    }
    dispatch_explored(d, true);
    loop_run(&x, &x.vthreads[0]);
    dispatch_explored(d, false);
    for (unsigned i = 1; i < x.count; i++)
        pthread_join(x.vthreads[i].thread, NULL);
    atomic_store(&schedule_point_hook, NULL);
    explorer = NULL;
    ordinals_free(x.met);
    result->delivered = router_has_delivered(d, sequencer_last_seq(d->sequencer));
    lock_each(count_parked, &result->parked);
    for (unsigned i = 0; i < x.count; i++)
        pthread_cond_destroy(&x.vthreads[i].cond);
}
