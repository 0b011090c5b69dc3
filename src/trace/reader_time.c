// Estimates the times of events: threads record the clock at the beginning of a task, at waits and
// every 256 events; the events between two readings are spread evenly. Between a task's end and the
// next beginning a thread may have slept, so events there get no more time than an event usually
// takes.
#include "trace/reader_merge.h"

#include <assert.h>
#include <stdlib.h>

enum { USUAL_NS = 200 };

struct anchor {
    size_t at;
    int64_t ns;
};

static int64_t told(const struct reader_file *f, const struct trace_event *e)
{
    uint64_t ns = (uint64_t)e->object << 32 | e->arg;
    uint64_t begin = (uint64_t)f->started_mono_ns;
    return ns < begin || ns - begin > INT64_MAX / 2 ? -1 : (int64_t)(ns - begin);
}

static bool ends_stretch(const struct trace_event *e)
{
    return e->kind == TRACE_TASK_END || e->kind == TRACE_PARK;
}

// The event after which the thread may have slept, from `from` up to `to`; `to` when there is none.
static size_t pause_in(const struct reader_ring *r, size_t from, size_t to)
{
    assert(from <= to && to <= r->count);
    for (size_t i = to; i-- > from;)
        if (ends_stretch(&r->events[i]))
            return i;
    return to;
}

static size_t next_anchor(const struct reader_file *f, const struct reader_ring *r, size_t from,
                          int64_t least, struct anchor *a)
{
    for (size_t i = from; i < r->count; i++) {
        if (r->events[i].kind != TRACE_TIME)
            continue;
        int64_t ns = told(f, &r->events[i]);
        if (ns < least)
            continue; // damaged: clocks of one thread do not go back
        *a = (struct anchor){i, ns};
        return i + 1;
    }
    return 0;
}

// Two readings between which the thread worked all the time.
static bool all_work(const struct reader_ring *r, const struct anchor *a, const struct anchor *b)
{
    assert(a->at < b->at && b->at < r->count);
    if (b->at - a->at < 3 || pause_in(r, a->at, b->at) != b->at)
        return false;
    return a->at == 0 || !ends_stretch(&r->events[a->at - 1]) ||
           r->events[a->at + 1].kind == TRACE_TASK_BEGIN;
}

static int compare(const void *x, const void *y)
{
    int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;
    return a < b ? -1 : a > b;
}

// What an event takes on this thread while it works: the median, for a thread may lose its
// processor.
static int64_t usual_step(const struct reader_file *f, const struct reader_ring *r)
{
    enum { SAMPLES = 1024 };
    int64_t steps[SAMPLES];
    struct anchor a, b;
    size_t n = 0, from = next_anchor(f, r, 0, 0, &a);
    while (from && n < SAMPLES && (from = next_anchor(f, r, from, a.ns, &b))) {
        if (all_work(r, &a, &b))
            steps[n++] = (b.ns - a.ns) / (int64_t)(b.at - a.at);
        a = b;
    }
    if (!n)
        return USUAL_NS;
    qsort(steps, n, sizeof(*steps), compare);
    return steps[n / 2];
}

static void spread(const struct reader_ring *r, struct anchor a, struct anchor b, int64_t usual,
                   int64_t *ns)
{
    assert(a.at < b.at && b.at < r->count);
    size_t pause = pause_in(r, a.at, b.at), steps = b.at - a.at;
    int64_t even = (b.ns - a.ns) / (int64_t)steps;
    int64_t step = pause < b.at && usual < even ? usual : even;
    for (size_t i = a.at; i < b.at; i++)
        ns[i] = i <= pause || pause == b.at ? a.ns + step * (int64_t)(i - a.at)
                                            : b.ns - step * (int64_t)(b.at - i);
}

void reader_time(const struct reader_file *f, const struct reader_ring *r, int64_t *ns)
{
    struct anchor a, b;
    size_t from = next_anchor(f, r, 0, 0, &a);
    if (!from)
        a = (struct anchor){0, 0};
    int64_t usual = usual_step(f, r);
    for (size_t i = 0; i < a.at; i++) {
        int64_t before = usual * (int64_t)(a.at - i);
        ns[i] = before < a.ns ? a.ns - before : 0;
    }
    while (from && (from = next_anchor(f, r, from, a.ns, &b))) {
        spread(r, a, b, usual, ns);
        a = b;
    }
    if (usual > USUAL_NS * 100)
        usual = USUAL_NS * 100;
    for (size_t i = a.at; i < r->count; i++)
        ns[i] = a.ns + usual * (int64_t)(i - a.at);
}
