// A small pool for blocking calls. Lists behind one mutex: work that waits, and for each loop the
// work that it has to finish.
#include "engine/offload.h"

#include "check/check.h"
#include "lock/hooks.h"
#include "util/clock.h"
#include "util/fatal.h"
#include "util/log.h"
#include "util/mem.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

struct job {
    struct job *next;
    void (*work)(void *);
    void (*done)(void *);
    void *arg;
    unsigned loop; // which has submitted it
};

struct jobs {
    struct job *first, *last;
};

struct offload {
    pthread_mutex_t mutex;
    pthread_cond_t work, idle;
    struct jobs waiting, finished[LOOPS_MAX];
    size_t queued, running, unfinished, max;
    bool stopping;
    void (*wake)(void *, unsigned loop);
    void *wake_arg;
    unsigned count;
    pthread_t threads[];
};

static void push(struct offload *o, struct jobs *l, struct job *j)
{
    hooks_guarded(&o->mutex, "the work that may wait");
    j->next = NULL;
    if (l->last)
        l->last->next = j;
    else
        l->first = j;
    l->last = j;
}

static struct job *pop(struct offload *o, struct jobs *l)
{
    hooks_guarded(&o->mutex, "the work that may wait");
    struct job *j = l->first;
    if (j) {
        l->first = j->next;
        if (!l->first)
            l->last = NULL;
    }
    return j;
}

static void *offload_thread(void *arg)
{
    struct offload *o = arg;
    pthread_mutex_lock(&o->mutex);
    for (;;) {
        struct job *j = pop(o, &o->waiting);
        if (!j) {
            if (o->stopping)
                break;
            pthread_cond_wait(&o->work, &o->mutex);
            continue;
        }
        assert(o->queued);
        o->queued--;
        o->running++;
        pthread_mutex_unlock(&o->mutex);
        int64_t began = clock_mono_ms();
        j->work(j->arg);
        if (log_enabled(LOG_LEVEL_DEBUG))
            log_debug("dispatch", "offload_done", "ms", LOG_INT(clock_mono_ms() - began), NULL);
        pthread_mutex_lock(&o->mutex);
        unsigned loop = j->loop; // the loop may free the job as soon as it is on the list
        push(o, &o->finished[loop], j);
        pthread_mutex_unlock(&o->mutex);
        o->wake(o->wake_arg, loop);
        // Counted only now: when the count is 0 the pool may be freed, so nothing of it may be used
        // after.
        pthread_mutex_lock(&o->mutex);
        o->running--;
        if (!o->queued && !o->running)
            pthread_cond_broadcast(&o->idle);
    }
    pthread_mutex_unlock(&o->mutex);
    return NULL;
}

struct offload *offload_new(unsigned threads, size_t queue_max, void (*wake)(void *, unsigned loop),
                            void *arg)
{
    assert(threads && wake);
    struct offload *o = mem_zalloc(sizeof(*o) + threads * sizeof(o->threads[0]));
    pthread_mutex_init(&o->mutex, NULL);
    pthread_cond_init(&o->work, NULL);
    pthread_cond_init(&o->idle, NULL);
    o->max = queue_max;
    o->wake = wake;
    o->wake_arg = arg;
    for (; o->count < threads; o->count++) {
        int error = pthread_create(&o->threads[o->count], NULL, offload_thread, o);
        if (error)
            fatal_system("start a thread for files and passwords", error);
    }
    return o;
}

void offload_free(struct offload *o)
{
    if (!o)
        return;
    pthread_mutex_lock(&o->mutex);
    o->stopping = true;
    pthread_cond_broadcast(&o->work);
    pthread_mutex_unlock(&o->mutex);
    for (unsigned i = 0; i < o->count; i++)
        pthread_join(o->threads[i], NULL);
    assert(!o->queued && !o->running);
    offload_finish_all(o);
    pthread_cond_destroy(&o->work);
    pthread_cond_destroy(&o->idle);
    pthread_mutex_destroy(&o->mutex);
    free(o);
}

bool offload_submit(struct offload *o, void (*work)(void *), void (*done)(void *), void *arg,
                    bool must)
{
    loopguard_check("offload_submit()");
    assert(work && done);
    pthread_mutex_lock(&o->mutex);
    bool taken = must || o->queued < o->max;
    if (taken) {
        struct job *j = mem_new(struct job);
        *j = (struct job){.work = work, .done = done, .arg = arg, .loop = loopguard_loop()};
        push(o, &o->waiting, j);
        o->queued++;
        o->unfinished++;
        pthread_cond_signal(&o->work);
    }
    pthread_mutex_unlock(&o->mutex);
    return taken;
}

void offload_finish(struct offload *o)
{
    loopguard_check("offload_finish()");
    for (;;) {
        pthread_mutex_lock(&o->mutex);
        struct job *j = pop(o, &o->finished[loopguard_loop()]);
        if (j) {
            assert(o->unfinished);
            o->unfinished--;
        }
        pthread_mutex_unlock(&o->mutex);
        if (!j)
            return;
        j->done(j->arg);
        free(j);
    }
}

void offload_finish_all(struct offload *o)
{
    loopguard_check("offload_finish_all()");
    unsigned here = loopguard_loop();
    do {
        offload_drain(o);
        for (unsigned i = 0; i < LOOPS_MAX; i++) {
            loopguard_act_for(i);
            offload_finish(o);
        }
    } while (offload_pending(o)); // what was finished may have submitted more
    loopguard_act_for(here);
}

size_t offload_pending(struct offload *o)
{
    pthread_mutex_lock(&o->mutex);
    size_t n = o->unfinished;
    pthread_mutex_unlock(&o->mutex);
    return n;
}

void offload_drain(struct offload *o)
{
    check_block("offload_drain()");
    pthread_mutex_lock(&o->mutex);
    while (o->queued || o->running)
        pthread_cond_wait(&o->idle, &o->mutex);
    pthread_mutex_unlock(&o->mutex);
}
