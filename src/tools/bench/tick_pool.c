// A scheduler with threads of its own, for ticks without a server. Keeps the threads; knows nothing
// of what they run.
#include "tools/bench/tick.h"

#include "runtime/sched.h"
#include "util/fatal.h"
#include "util/mem.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

struct pool_thread {
    pthread_t thread;
    struct tick_pool *pool;
    unsigned index;
};

struct tick_pool {
    struct sched *sched;
    // all threads and their maker meet here, however long a thread takes to start
    pthread_barrier_t ready;
    unsigned count;
    struct pool_thread threads[];
};

static void *pool_main(void *arg)
{
    struct pool_thread *t = arg;
    char name[16];
    snprintf(name, sizeof(name), "worker-%u", t->index);
    pthread_setname_np(pthread_self(), name);
    pthread_barrier_wait(&t->pool->ready);
    sched_worker_run(t->pool->sched, t->index, NULL, NULL);
    return NULL;
}

struct tick_pool *tick_pool_new(unsigned threads)
{
    assert(threads);
    if (threads > SCHED_WORKERS_MAX)
        threads = SCHED_WORKERS_MAX;
    struct tick_pool *p = mem_zalloc(sizeof(*p) + threads * sizeof(p->threads[0]));
    p->count = threads;
    p->sched = sched_new(threads, 0);
    pthread_barrier_init(&p->ready, NULL, threads + 1);
    for (unsigned i = 0; i < threads; i++) {
        p->threads[i].pool = p;
        p->threads[i].index = i;
        int error = pthread_create(&p->threads[i].thread, NULL, pool_main, &p->threads[i]);
        if (error)
            fatal_system("start a thread of the tick", error);
    }
    pthread_barrier_wait(&p->ready);
    return p;
}

struct sched *tick_pool_sched(struct tick_pool *p)
{
    return p->sched;
}

void tick_pool_free(struct tick_pool *p)
{
    if (!p)
        return;
    sched_stop(p->sched);
    for (unsigned i = 0; i < p->count; i++)
        pthread_join(p->threads[i].thread, NULL);
    sched_free(p->sched);
    pthread_barrier_destroy(&p->ready);
    free(p);
}
