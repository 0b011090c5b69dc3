// When was it: threads write the clock at the begin of a task, at waits and every 256 events; the events
// between two readings are spread evenly. Between a task's end and the next begin a thread may have
// slept, so events there get no more than what an event usually takes.
#include "tools/locks_merge.h"

enum { USUAL_NS = 200 };

struct anchor {
    size_t at;
    int64_t ns;
};

static int64_t told(const struct locks_file *f, const struct trace_event *e)
{
    uint64_t ns = (uint64_t)e->object << 32 | e->arg;
    uint64_t begin = (uint64_t)f->started_mono_ns;
    return ns < begin || ns - begin > INT64_MAX / 2 ? -1 : (int64_t)(ns - begin);
}

// The event after which the thread may have slept, from `from` up to `to`; `to` when there is none.
static size_t pause_in(const struct locks_ring *r, size_t from, size_t to)
{
    for (size_t i = to; i-- > from;)
        if (r->events[i].kind == TRACE_TASK_END || r->events[i].kind == TRACE_PARK)
            return i;
    return to;
}

static size_t next_anchor(const struct locks_file *f, const struct locks_ring *r, size_t from,
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

// What an event takes on this thread while it works.
static int64_t usual_step(const struct locks_file *f, const struct locks_ring *r)
{
    struct anchor a, b;
    int64_t ns = 0, steps = 0;
    size_t from = next_anchor(f, r, 0, 0, &a);
    while (from && (from = next_anchor(f, r, from, a.ns, &b))) {
        if (pause_in(r, a.at, b.at) == b.at && ns < INT64_MAX / 4) {
            ns += (b.ns - a.ns) < INT64_MAX / 4 ? b.ns - a.ns : 0;
            steps += (int64_t)(b.at - a.at);
        }
        a = b;
    }
    return steps ? ns / steps : USUAL_NS;
}

static void spread(const struct locks_ring *r, struct anchor a, struct anchor b, int64_t usual,
                   int64_t *ns)
{
    size_t pause = pause_in(r, a.at, b.at), steps = b.at - a.at;
    int64_t even = (b.ns - a.ns) / (int64_t)steps;
    int64_t step = pause < b.at && usual < even ? usual : even;
    for (size_t i = a.at; i < b.at; i++)
        ns[i] = i <= pause || pause == b.at ? a.ns + step * (int64_t)(i - a.at)
                                            : b.ns - step * (int64_t)(b.at - i);
}

void locks_time(const struct locks_file *f, const struct locks_ring *r, int64_t *ns)
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
