// What the wrappers of system calls (interpose.h) remember for each thread: the mutexes that it
// holds, whether a signal handler runs, whether the checker itself is running; and for all threads,
// in which order mutexes were taken.
#include "check/interpose.h"

#include "check/check_report_priv.h"

#include <assert.h>
#include <pthread.h>

_Thread_local int interpose_own_here;
static _Thread_local int in_signal;

bool interpose_is_own(void)
{
    return interpose_own_here;
}

void interpose_signal(int step)
{
    in_signal += step;
}

void interpose_signal_over(void)
{
    in_signal = 0;
}

bool interpose_in_signal(void)
{
    return in_signal;
}

enum { MUTEXES_MAX = 16, GRAPH_MAX = 256 };

static _Thread_local struct {
    uint32_t epoch;
    unsigned count;
    const void *mutex[MUTEXES_MAX], *from[MUTEXES_MAX];
} held;

// Pairs of mutexes: `before` was held while `after` was taken. Known by address, as mutexes have no
// names.
static struct edge {
    const void *before, *after, *before_from, *after_from;
} graph[GRAPH_MAX];
static _Atomic unsigned graph_count;
static pthread_mutex_t graph_mutex = PTHREAD_MUTEX_INITIALIZER;

static void forget_older(void)
{
    uint32_t now = atomic_load_explicit(&check_epoch, memory_order_relaxed);
    if (held.epoch != now) {
        held.epoch = now;
        held.count = 0;
    }
}

const char *interpose_mutex_held(void)
{
    forget_older();
    return held.count ? "a mutex" : NULL;
}

const void *interpose_mutex_from(void)
{
    forget_older();
    return held.count ? held.from[0] : NULL;
}

static bool known(const void *before, const void *after)
{
    unsigned n = atomic_load_explicit(&graph_count, memory_order_acquire);
    for (unsigned i = 0; i < n && i < GRAPH_MAX; i++)
        if (graph[i].before == before && graph[i].after == after)
            return true;
    return false;
}

// Is there a path of edges from `from` to `to`? Finds the shortest one, breadth first; `prev` has
// the way back.
static bool reaches(const void *from, const void *to, unsigned n, int *prev, unsigned *last)
{
    assert(n <= GRAPH_MAX && prev && last);
    unsigned queue[GRAPH_MAX], head = 0, tail = 0;
    bool seen[GRAPH_MAX] = {false};
    for (unsigned i = 0; i < n; i++)
        if (graph[i].before == from) {
            prev[i] = -1;
            seen[i] = true;
            queue[tail++] = i;
        }
    while (head < tail) {
        unsigned i = queue[head++];
        if (graph[i].after == to) {
            *last = i;
            return true;
        }
        for (unsigned k = 0; k < n; k++)
            if (!seen[k] && graph[k].before == graph[i].after) {
                seen[k] = true;
                prev[k] = (int)i;
                queue[tail++] = k;
            }
    }
    return false;
}

static void add_taken(struct buf *b, const char *word, const void *m, const void *from)
{
    buf_addf(b, "%smutex %p (taken ", word, m);
    check_report_text_site(b, site_of_call(from, NULL));
    buf_addc(b, ')');
}

static void report_cycle(const struct edge *added, unsigned last, const int *prev)
{
    assert(last < GRAPH_MAX);
    struct buf b = BUF_INIT;
    add_taken(&b, "", added->after, added->after_from);
    add_taken(&b, " after ", added->before, added->before_from);
    for (int i = (int)last; i >= 0; i = prev[i]) {
        add_taken(&b, "; ", graph[i].before, graph[i].before_from);
        add_taken(&b, " before ", graph[i].after, graph[i].after_from);
    }
    check_report(&(struct violation){.code = L015_ORDER_CYCLE,
                                     .ls = lockset_current(),
                                     .attr = -1,
                                     .act = "take",
                                     .object = buf_str(&b),
                                     .cause = "elsewhere they are taken in the other order",
                                     .site = site_of_call(added->after_from, NULL)});
    buf_fini(&b);
}

static void add_edge(const void *before, const void *before_from, const void *after,
                     const void *after_from)
{
    assert(before && after);
    interpose_own_here++;
    pthread_mutex_lock(&graph_mutex);
    unsigned n = atomic_load(&graph_count), last;
    int prev[GRAPH_MAX];
    struct edge e = {before, after, before_from, after_from};
    bool cycle = false;
    if (n < GRAPH_MAX && !known(before, after)) {
        cycle = reaches(after, before, n, prev, &last);
        graph[n] = e;
        atomic_store_explicit(&graph_count, n + 1, memory_order_release);
    }
    pthread_mutex_unlock(&graph_mutex);
    interpose_own_here--;
    if (cycle)
        report_cycle(&e, last, prev);
}

void interpose_mutex_taken(const void *m, const void *from)
{
    if (interpose_own_here)
        return;
    forget_older();
    for (unsigned i = 0; i < held.count; i++)
        add_edge(held.mutex[i], held.from[i], m, from);
    if (held.count == MUTEXES_MAX)
        return;
    held.mutex[held.count] = m;
    held.from[held.count++] = from;
}

void interpose_mutex_released(const void *m)
{
    for (unsigned i = held.count; i-- > 0;)
        if (held.mutex[i] == m) {
            for (held.count--; i < held.count; i++) {
                held.mutex[i] = held.mutex[i + 1];
                held.from[i] = held.from[i + 1];
            }
            return;
        }
}

// Forgets the mutex: another one may get its address.
void interpose_mutex_destroyed(const void *m)
{
    if (!atomic_load_explicit(&graph_count, memory_order_relaxed) || interpose_own_here)
        return;
    interpose_own_here++;
    pthread_mutex_lock(&graph_mutex);
    unsigned n = atomic_load(&graph_count), kept = 0;
    for (unsigned i = 0; i < n; i++)
        if (graph[i].before != m && graph[i].after != m)
            graph[kept++] = graph[i];
    atomic_store(&graph_count, kept);
    pthread_mutex_unlock(&graph_mutex);
    interpose_own_here--;
}
