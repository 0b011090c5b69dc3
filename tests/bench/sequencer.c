// What it costs to bring outcomes into one order: workers take sequence numbers and publish, one
// thread takes the outcomes out in order, and nothing else is done. So an outcome's share of the
// time is the least that the hand-over adds to the serial part of a command; docs/benchmarks.md has
// the model. Prints a line for 0 workers, where the thread that takes also publishes, and for each
// number of workers up to the one given.
#include "engine/sequencer.h"
#include "command/outcome.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { WORKERS_MAX = 64, RING = 256, OUTCOMES = 1 << 18, RUNS = 5 };

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
    for (int k = 0; k < (most ? most : 1); k++)
        for (unsigned i = 0; i < RING; i++)
            outcome_free(workers[k].ring[i]);
    sequencer_free(sequencer);
    return 0;
}
