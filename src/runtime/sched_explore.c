// The part of the scheduler that the explorer uses in place of workers (sched.h): it chooses the
// task that is stepped next. No worker runs meanwhile, so the queues change only by what the
// explorer does.
#include "runtime/sched_priv.h"

#include <assert.h>

void sched_be_worker(struct sched *s, int index)
{
    assert(index < (int)s->count);
    sched_self = index < 0 ? NULL : s;
    sched_self_index = index;
}

static struct run_queue *queue_at(struct sched *s, unsigned i)
{
    return i ? &s->workers[i - 1].queue : &s->injected;
}

size_t sched_runnable(struct sched *s)
{
    size_t n = 0;
    for (unsigned i = 0; i <= s->slots; i++)
        n += run_queue_count(queue_at(s, i));
    return n;
}

struct task *sched_peek_nth(struct sched *s, size_t n)
{
    for (unsigned i = 0; i <= s->slots; i++) {
        size_t there = run_queue_count(queue_at(s, i));
        if (n < there)
            return run_queue_peek_nth(queue_at(s, i), n);
        n -= there;
    }
    return NULL;
}

struct task *sched_take_nth(struct sched *s, size_t n)
{
    for (unsigned i = 0; i <= s->slots; i++) {
        size_t there = run_queue_count(queue_at(s, i));
        if (n < there)
            return run_queue_take_nth(queue_at(s, i), n);
        n -= there;
    }
    return NULL;
}

void sched_requeue(struct sched *s, struct task *t)
{
    run_queue_push(&s->workers[0].queue, t, false);
}

int64_t sched_first_due(const struct sched *s)
{
    return atomic_load_explicit(&s->parking.first_due, memory_order_relaxed);
}
