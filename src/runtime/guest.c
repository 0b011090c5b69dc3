// Guests of the scheduler: threads that are no workers and step tasks within a budget. What a guest
// begins with, and what its steps wake, is in the queue of its slot, from which workers may steal;
// before it leaves it injects the rest, as it may be long before it comes again.
//
// A step cannot be taken away from its thread, so a task whose steps are long would hold up what
// else the guest has to do. The clock that all steps are measured by cannot tell a long step from
// one whose thread was not run by the machine. So a task that had a step which seemed long is
// suspected: its next steps are measured by the thread's own clock, which costs a system call, and
// when one of them is long it is left to the workers for a while.
#include "runtime/sched_priv.h"

#include "runtime/task.h"
#include "util/clock.h"
#include "util/mem.h"

#include <assert.h>
#include <stdlib.h>
#include <time.h>

enum {
    SHARE_STEPS = 8, // a guest looks after so many steps whether workers should help
    SUSPECTS = 64,
    SUSPECTED_STEPS = 16, // for so many steps a task stays suspected
    AVOIDED_STEPS = 64,   // for so many it is left to the workers
};

// A task, by its id; it may be gone.
struct suspect {
    uint32_t task;
    bool avoided;
    uint16_t left; // steps until it is trusted, or measured, again
};

struct guest {
    struct suspect suspects[SUSPECTS]; // of a task by its id
};

struct guest *guests_new(unsigned count)
{
    return mem_calloc(count, sizeof(struct guest));
}

bool sched_is_guest(void)
{
    return sched_self_index >= 0 && (unsigned)sched_self_index >= sched_self->count;
}

// Wakes a worker that may help with what waits in the guest's queue, if the budget asks for that:
// one for each `share` tasks, as a worker that gets up has to pay for itself.
static void guest_share(struct sched *s, struct worker *w)
{
    size_t waiting = run_queue_count(&w->queue);
    unsigned awake = sched_awake(s);
    if (awake < s->count && awake < waiting / w->share)
        parking_call(&s->parking);
}

static bool guest_goes_on(const struct sched *s, const struct sched_budget *budget, int64_t now)
{
    return budget->tasks && now < budget->until &&
           !atomic_load_explicit(&s->parking.stopping, memory_order_relaxed) &&
           !atomic_load_explicit(&s->parking.pausing, memory_order_relaxed);
}

static int64_t thread_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static bool is_long(int64_t ns)
{
    return ns > SCHED_LONG_US * INT64_C(1000);
}

static struct suspect *suspect_of(struct guest *g, uint32_t task)
{
    return &g->suspects[task % SUSPECTS];
}

// Should this task be left to the workers?
static bool guest_avoids(struct guest *g, uint32_t task)
{
    struct suspect *p = suspect_of(g, task);
    if (p->task != task || !p->avoided)
        return false;
    if (--p->left)
        return true;
    *p = (struct suspect){task, false, SUSPECTED_STEPS};
    return true;
}

// Steps a task that is suspected, and measures it.
static void guest_step_suspect(struct worker *w, struct suspect *p, struct task *t)
{
    int64_t from = thread_ns();
    sched_step(w, t);
    if (is_long(thread_ns() - from))
        *p = (struct suspect){p->task, true, AVOIDED_STEPS};
    else if (!--p->left)
        p->task = 0;
}

// Steps a task; `now` is the time before and, after it, the time then.
static void guest_step(struct guest *g, struct worker *w, struct task *t, int64_t *now)
{
    uint32_t id = t->id;
    struct suspect *p = suspect_of(g, id);
    bool suspected = p->task == id;
    int64_t from = *now;
    if (suspected)
        guest_step_suspect(w, p, t);
    else
        sched_step(w, t); // the task may be gone now
    *now = clock_step_ns();
    if (!suspected && is_long(*now - from))
        *p = (struct suspect){id, false, SUSPECTED_STEPS};
}

static void guest_enter(struct sched *s, unsigned slot, const struct sched_budget *budget)
{
    s->workers[slot].share = budget->share ? budget->share : SIZE_MAX;
    sched_self = s;
    sched_self_index = (int)slot;
}

// At once: until a task is in a queue it looks lost.
static void guest_pass_on(struct sched *s, struct task *t)
{
    struct task_list one = {NULL, NULL, 0};
    task_list_push(&one, t, false);
    sched_inject(s, &one);
}

// Hands what is left to the workers.
static void guest_leave(struct sched *s, struct worker *w)
{
    struct task_list rest = {NULL, NULL, 0};
    run_queue_take(&w->queue, SIZE_MAX, &rest);
    sched_self_index = -1;
    sched_self = NULL;
    if (rest.count)
        sched_inject(s, &rest);
    parking_guest_leave(&s->parking);
}

size_t sched_guest_run(struct sched *s, unsigned guest, struct task_list *list,
                       struct sched_budget *budget)
{
    assert(s->count + guest < s->slots && sched_self_index < 0);
    if (!list->count)
        return 0;
    int64_t now = clock_step_ns();
    if (!guest_goes_on(s, budget, now) || !parking_guest_enter(&s->parking)) {
        sched_inject(s, list);
        return 0;
    }
    struct worker *w = &s->workers[s->count + guest];
    struct guest *g = &s->guests[guest];
    size_t steps = 0;
    guest_enter(s, s->count + guest, budget);
    run_queue_append(&w->queue, list);
    for (struct task *t; guest_goes_on(s, budget, now) && (t = run_queue_pop(&w->queue));) {
        if (guest_avoids(g, t->id)) {
            guest_pass_on(s, t);
            continue;
        }
        if (steps++ % SHARE_STEPS == 0)
            guest_share(s, w);
        budget->tasks--;
        guest_step(g, w, t, &now);
    }
    guest_leave(s, w);
    return steps;
}
