// The state of a task and its edges. Keeps nothing of its own but the id counter and, for each
// thread, the task that runs there. Does not know queues: sched.c has them.
#include "runtime/task.h"

#include "runtime/sched.h"
#include "util/loopguard.h"

#include <assert.h>
#include <stddef.h>

enum {
    SCHEDULED = 1u << 0, // in a run queue, or to be put there when its step returns
    RUNNING = 1u << 1,
    COMPLETE = 1u << 2,
    CANCELLED = 1u << 3,
    REF_ONE = 1u << 8,
};

static _Atomic uint32_t next_id = 1;
static _Thread_local struct task *current;

void task_init(struct task *t, struct sched *sched, task_step_fn step, const char *what,
               void (*release)(struct task *))
{
    assert(step && what);
    *t = (struct task){.sched = sched, .step = step, .what = what, .release = release};
    atomic_init(&t->state, 2 * REF_ONE);
    do
        t->id = atomic_fetch_add_explicit(&next_id, 1, memory_order_relaxed);
    while (!t->id);
    t->timer.owner = t;
}

void task_spawn(struct task *t)
{
    assert(t->sched);
    task_wake(t);
}

void task_wake(struct task *t)
{
    uint32_t s = atomic_load_explicit(&t->state, memory_order_relaxed);
    for (;;) {
        if (s & (COMPLETE | SCHEDULED))
            return;
        // Release: what the waker wrote is seen by the step that follows.
        if (atomic_compare_exchange_weak_explicit(&t->state, &s, s | SCHEDULED,
                                                  memory_order_acq_rel, memory_order_relaxed))
            break;
    }
    if (!(s & RUNNING))
        sched_push(t->sched, t);
}

bool task_run(struct task *t)
{
    // SCHEDULED goes and RUNNING comes in one step, so that a wake from now on is a new one.
    uint32_t s = atomic_fetch_xor_explicit(&t->state, SCHEDULED | RUNNING, memory_order_acq_rel);
    assert((s & SCHEDULED) && !(s & (RUNNING | COMPLETE)));

    struct task *outer = current;
    current = t;
    loopguard_step(1);
    enum task_result r = t->step(t);
    loopguard_step(-1);
    current = outer;

    if (r == TASK_DONE) {
        task_wake_never(t);
        atomic_fetch_or_explicit(&t->state, COMPLETE, memory_order_acq_rel);
        atomic_fetch_and_explicit(&t->state, ~(uint32_t)(RUNNING | SCHEDULED),
                                  memory_order_acq_rel);
        struct task *joiner = atomic_exchange_explicit(&t->joiner, NULL, memory_order_acq_rel);
        if (joiner) {
            task_wake(joiner);
            task_unref(joiner);
        }
        task_unref(t);
        return false;
    }
    if (r == TASK_READY) {
        atomic_fetch_or_explicit(&t->state, SCHEDULED, memory_order_relaxed);
        atomic_fetch_and_explicit(&t->state, ~(uint32_t)RUNNING, memory_order_acq_rel);
        return true;
    }
    s = atomic_fetch_and_explicit(&t->state, ~(uint32_t)RUNNING, memory_order_acq_rel);
    return s & SCHEDULED;
}

enum task_join task_join(struct task *t, struct task *self, int *result)
{
    assert(task_current() == self);
    if (!task_complete(t)) {
        task_ref(self);
        struct task *before = atomic_exchange_explicit(&t->joiner, self, memory_order_acq_rel);
        if (before)
            task_unref(before);
        if (!task_complete(t))
            return TASK_JOIN_WAITING;
        // It finished in between: take the waker back unless the task has taken it already.
        before = atomic_exchange_explicit(&t->joiner, NULL, memory_order_acq_rel);
        if (before)
            task_unref(before);
    }
    if (result)
        *result = t->result;
    return TASK_JOIN_DONE;
}

void task_detach(struct task *t)
{
    if (t)
        task_unref(t);
}

void task_cancel(struct task *t)
{
    atomic_fetch_or_explicit(&t->state, CANCELLED, memory_order_relaxed);
    task_wake(t);
}

bool task_cancelled(const struct task *t)
{
    return atomic_load_explicit(&t->state, memory_order_relaxed) & CANCELLED;
}

bool task_complete(const struct task *t)
{
    return atomic_load_explicit(&t->state, memory_order_acquire) & COMPLETE;
}

bool task_stepped(const struct task *t)
{
    return atomic_load_explicit(&t->state, memory_order_acquire) & RUNNING;
}

bool task_woken(const struct task *t)
{
    return atomic_load_explicit(&t->state, memory_order_acquire) & SCHEDULED;
}

void task_ref(struct task *t)
{
    atomic_fetch_add_explicit(&t->state, REF_ONE, memory_order_relaxed);
}

void task_unref(struct task *t)
{
    uint32_t s = atomic_fetch_sub_explicit(&t->state, REF_ONE, memory_order_acq_rel);
    assert(s >= REF_ONE);
    if (s / REF_ONE == 1 && t->release)
        t->release(t);
}

void task_wake_at(struct task *t, int64_t due_ms)
{
    t->timed = true;
    sched_timer_set(t->sched, &t->timer, due_ms);
}

void task_wake_never(struct task *t)
{
    if (!t->timed)
        return;
    t->timed = false;
    sched_timer_clear(t->sched, &t->timer);
}

struct task *task_current(void)
{
    return current;
}
