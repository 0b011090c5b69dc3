// Each thread takes the next piece until none is left. Threads live for one call: they are made for
// work that takes milliseconds.
#include "util/parallel.h"

#include <assert.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>

struct parallel {
    size_t n;
    void (*work)(void *arg, unsigned thread, size_t i);
    void *arg;
    atomic_size_t next;
};

struct parallel_thread {
    struct parallel *shared;
    unsigned number;
    pthread_t id;
};

unsigned parallel_threads(size_t n)
{
    cpu_set_t set;
    size_t most = sched_getaffinity(0, sizeof(set), &set) ? 1 : (size_t)CPU_COUNT(&set);
    most = most > PARALLEL_MOST ? PARALLEL_MOST : most;
    most = most > n ? n : most;
    return most ? (unsigned)most : 1;
}

static void parallel_run(struct parallel *p, unsigned number)
{
    for (;;) {
        size_t i = atomic_fetch_add_explicit(&p->next, 1, memory_order_relaxed);
        if (i >= p->n)
            return;
        p->work(p->arg, number, i);
    }
}

static void *parallel_main(void *arg)
{
    struct parallel_thread *t = arg;
    parallel_run(t->shared, t->number);
    return NULL;
}

// Signals stay with the threads that expect them.
static bool parallel_make(pthread_t *id, void *(*run)(void *arg), void *arg)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int error = pthread_create(id, NULL, run, arg);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return !error;
}

void parallel_each(size_t n, unsigned threads, void (*work)(void *arg, unsigned thread, size_t i),
                   void *arg)
{
    assert(work && threads && threads <= PARALLEL_MOST);
    struct parallel p = {.n = n, .work = work, .arg = arg};
    struct parallel_thread list[PARALLEL_MOST];
    unsigned count = 1;
    for (; count < threads; count++) {
        list[count] = (struct parallel_thread){.shared = &p, .number = count};
        if (!parallel_make(&list[count].id, parallel_main, &list[count]))
            break;
    }
    parallel_run(&p, 0);
    for (unsigned i = 1; i < count; i++)
        pthread_join(list[i].id, NULL);
}

static void *parallel_job_main(void *arg)
{
    struct parallel_job *job = arg;
    job->work(job->arg);
    return NULL;
}

void parallel_begin(struct parallel_job *job, void (*work)(void *arg), void *arg)
{
    assert(job && work);
    *job = (struct parallel_job){.work = work, .arg = arg};
    job->alone = parallel_threads(2) > 1 && parallel_make(&job->id, parallel_job_main, job);
}

void parallel_end(struct parallel_job *job)
{
    assert(job->work);
    if (job->alone)
        pthread_join(job->id, NULL);
    else
        job->work(job->arg);
}
