// What it costs to bring outcomes into one order: workers take sequence numbers and publish, one
// thread takes the outcomes out in order, and nothing else is done. So an outcome's share of the
// time is the least that the order adds to the serial part of a command; docs/benchmarks.md has the
// model. Prints a line for 0 workers, where the thread that takes also publishes, for each number
// of workers up to the one given, and for the router, which passes outcomes on to the loops.
#include "engine/sequencer.h"
#include "command/outcome.h"
#include "engine/dispatch_priv.h"
#include "output/outbox.h"
#include "util/mem.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { WORKERS_MAX = 64, RING = 256, OUTCOMES = 1 << 18, RUNS = 5, BATCH = 256, LOOPS = 16 };

struct worker {
    pthread_t thread;
    unsigned count;
    struct outcome *ring[RING];
};

static struct sequencer *sequencer;
static _Atomic uint64_t taken; // sequence number of the last outcome that was taken out
static struct worker workers[WORKERS_MAX];

static int64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

// Of the calling thread alone, so that it does not matter who else wants the processor.
static int64_t cpu_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void publish(struct worker *w, unsigned i)
{
    struct outcome *o = w->ring[i % RING];
    while (o->seq > atomic_load_explicit(&taken, memory_order_acquire))
        sched_yield(); // its last round has not been taken out
    o->seq = sequencer_next_seq(sequencer);
    sequencer_publish(sequencer, o);
}

static void *work(void *arg)
{
    struct worker *w = arg;
    for (unsigned i = 0; i < w->count; i++)
        publish(w, i);
    return NULL;
}

static bool take(void)
{
    struct outcome *o = sequencer_take(sequencer);
    if (o)
        atomic_store_explicit(&taken, o->seq, memory_order_release);
    return o;
}

// ns an outcome.
static double run(unsigned n)
{
    int64_t began = now_ns();
    for (unsigned k = 0; k < n; k++) {
        workers[k].count = OUTCOMES / n;
        if (pthread_create(&workers[k].thread, NULL, work, &workers[k]))
            abort();
    }
    unsigned all = n ? OUTCOMES / n * n : OUTCOMES;
    for (unsigned i = 0; i < all;) {
        if (!n)
            publish(&workers[0], i);
        if (take())
            i++;
        else
            sched_yield();
    }
    for (unsigned k = 0; k < n; k++)
        pthread_join(workers[k].thread, NULL);
    return (double)(now_ns() - began) / all;
}

static void no_wake(void *arg)
{
    (void)arg;
}

// ns an outcome of the router, which one thread at a time runs: from the ring into the inboxes of
// two loops, the actor's and another's. Three of ten are events.
static double route(unsigned loops)
{
    struct dispatch *d = mem_new(struct dispatch);
    struct outcome *batch[BATCH];
    d->sequencer = sequencer;
    d->loop_count = loops;
    d->router.taken = sequencer_last_seq(sequencer);
    for (unsigned i = 0; i < loops; i++) {
        d->loops[i] = mem_new(struct dispatch_loop);
        d->loops[i]->wake = no_wake;
        inbox_init(&d->loops[i]->inbox);
    }
    for (unsigned i = 0; i < BATCH; i++) {
        batch[i] = outcome_new();
        batch[i]->outbox = (i % loops) << OUTBOX_LOOP_SHIFT | 1;
        outcome_add(batch[i], "heard", 5, 1)->outboxes[0] =
            (i + 1) % loops << OUTBOX_LOOP_SHIFT | 1;
    }
    int64_t ns = 0;
    for (unsigned n = 0; n < OUTCOMES; n += BATCH) {
        for (unsigned i = 0; i < BATCH; i++) {
            batch[i]->seq = sequencer_next_seq(sequencer);
            batch[i]->number = i % 10 < 3 ? sequencer_next_number(sequencer) : 0;
            batch[i]->loops = (uint16_t)(1u << i % loops | 1u << (i + 1) % loops);
            sequencer_publish(sequencer, batch[i]);
        }
        int64_t began = cpu_ns();
        router_run(d, NULL);
        ns += cpu_ns() - began;
        for (unsigned i = 0; i < loops; i++) {
            size_t count;
            inbox_take(&d->loops[i]->inbox, &count);
            inbox_done(&d->loops[i]->inbox, count);
        }
    }
    for (unsigned i = 0; i < BATCH; i++)
        outcome_free(batch[i]);
    for (unsigned i = 0; i < loops; i++) {
        inbox_fini(&d->loops[i]->inbox);
        free(d->loops[i]);
    }
    free(d);
    return (double)ns / OUTCOMES;
}

int main(int argc, char **argv)
{
    int most = argc == 2 ? atoi(argv[1]) : -1;
    if (most < 0 || most > WORKERS_MAX) {
        fputs("Usage: bench_sequencer WORKERS\n", stderr);
        return 2;
    }
    sequencer = sequencer_new();
    for (int k = 0; k < (most ? most : 1); k++)
        for (unsigned i = 0; i < RING; i++)
            workers[k].ring[i] = outcome_new();
    for (int n = 0; n <= most; n++) {
        double least = 0;
        for (unsigned i = 0; i < RUNS; i++) {
            double ns = run((unsigned)n);
            least = i && least < ns ? least : ns;
        }
        printf("%2d workers: %6.1f ns an outcome\n", n, least);
    }
    double least = 0;
    for (unsigned i = 0; i < RUNS; i++) {
        double ns = route(LOOPS);
        least = i && least < ns ? least : ns;
    }
    printf("router, %d loops: %6.1f ns an outcome\n", LOOPS, least);
    for (int k = 0; k < (most ? most : 1); k++)
        for (unsigned i = 0; i < RING; i++)
            outcome_free(workers[k].ring[i]);
    sequencer_free(sequencer);
    return 0;
}
