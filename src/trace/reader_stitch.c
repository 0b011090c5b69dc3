// Finds the run of each event: joins the stretches of a task across rings into one run, and pairs
// wanting, getting and releasing of a lock into one grant. A run that began before the oldest kept
// event has no beginning; its task is known from the first event that names it. Works on the merged
// order.
#include "trace/reader_merge.h"

#include "util/mem.h"

#include <assert.h>
#include <stdlib.h>

struct stitch {
    struct reader_trace *t;
    struct reader_index open;        // task: its run that has not ended
    uint32_t *now, *before;          // of each ring: its present run, and the one before
    uint32_t *last_grant;            // of each run
    struct reader_index open_grants; // run and lock: the last grant
};

static uint32_t run_new(struct stitch *s, uint32_t task, uint32_t position, bool begun)
{
    struct reader_trace *t = s->t;
    if (t->run_count == t->run_cap) {
        t->run_cap = t->run_cap ? t->run_cap * 2 : 256;
        t->runs = mem_realloc_array(t->runs, t->run_cap, sizeof(*t->runs));
        s->last_grant = mem_realloc_array(s->last_grant, t->run_cap, sizeof(*s->last_grant));
    }
    uint32_t run = (uint32_t)t->run_count++;
    t->runs[run] = (struct reader_run){
        .task = task, .first = position, .last = position, .grants = READER_NONE, .begun = begun};
    s->last_grant[run] = READER_NONE;
    reader_index_put(&s->open, task, run);
    return run;
}

static bool names_task(const struct trace_event *e)
{
    switch (e->kind) {
    case TRACE_TASK_BEGIN:
    case TRACE_TASK_END:
    case TRACE_LOCK_WANT:
    case TRACE_PARK:
    case TRACE_ACTOR:
    case TRACE_NAMED:
    case TRACE_BLOCK_ENTER:
    case TRACE_BLOCK_LEAVE:
        return true;
    default:
        return false;
    }
}

// A ring whose beginning was overwritten starts inside some task: the first event that names a task
// shows which. A TASK_BEGIN shows that it started outside.
static void find_first_tasks(struct stitch *s)
{
    const struct reader_file *f = s->t->file;
    for (size_t r = 0; r < f->ring_count; r++) {
        const struct reader_ring *ring = &f->rings[r];
        s->now[r] = s->before[r] = READER_NONE;
        for (size_t i = 0; ring->count && i < ring->count; i++) {
            if (!names_task(&ring->events[i]))
                continue;
            uint32_t task = ring->events[i].arg;
            if (ring->events[i].kind != TRACE_TASK_BEGIN)
                s->now[r] = reader_index_has(&s->open, task) ? reader_index_get(&s->open, task)
                                                             : run_new(s, task, 0, false);
            break;
        }
    }
}

static uint32_t grant_new(struct stitch *s, uint32_t run, uint32_t lock)
{
    assert(run < s->t->run_count);
    struct reader_trace *t = s->t;
    if (t->grant_count == t->grant_cap) {
        t->grant_cap = t->grant_cap ? t->grant_cap * 2 : 256;
        t->grants = mem_realloc_array(t->grants, t->grant_cap, sizeof(*t->grants));
    }
    uint32_t g = (uint32_t)t->grant_count++;
    t->grants[g] = (struct reader_grant){.lock = lock,
                                         .run = run,
                                         .want = READER_NONE,
                                         .park = READER_NONE,
                                         .locked = READER_NONE,
                                         .unlocked = READER_NONE,
                                         .next = READER_NONE};
    uint32_t *tail = s->last_grant[run] == READER_NONE ? &t->runs[run].grants
                                                       : &t->grants[s->last_grant[run]].next;
    *tail = g;
    s->last_grant[run] = g;
    reader_index_put(&s->open_grants, (uint64_t)run << 32 | lock, g);
    return g;
}

// The grant of the run for this lock that is held, or that is wanted and not yet held.
static uint32_t grant_find(const struct stitch *s, uint32_t run, uint32_t lock, bool held)
{
    assert(run < s->t->run_count);
    uint32_t g = reader_index_get(&s->open_grants, (uint64_t)run << 32 | lock);
    if (g == READER_NONE)
        return g;
    const struct reader_grant *one = &s->t->grants[g];
    return one->unlocked == READER_NONE && (one->locked != READER_NONE) == held ? g : READER_NONE;
}

static void on_lock(struct stitch *s, const struct reader_event *e, uint32_t position)
{
    assert(e->run < s->t->run_count);
    bool held = e->e.kind == TRACE_UNLOCKED;
    uint32_t g =
        e->e.kind == TRACE_LOCK_WANT ? READER_NONE : grant_find(s, e->run, e->e.object, held);
    if (g == READER_NONE)
        g = grant_new(s, e->run, e->e.object);
    struct reader_grant *one = &s->t->grants[g];
    one->shared |= (e->e.flags & TRACE_SHARED) != 0;
    if (e->e.kind == TRACE_LOCK_WANT) {
        one->want = position;
    } else if (e->e.kind == TRACE_PARK) {
        one->park = position;
    } else {
        one->ticket = e->e.arg;
        one->contended |= (e->e.flags & TRACE_CONTENDED) != 0;
        *(held ? &one->unlocked : &one->locked) = position;
    }
}

static void task_begin(struct stitch *s, const struct reader_event *e, uint32_t position)
{
    bool resumed = e->e.flags & TRACE_RESUMED;
    uint32_t run = resumed ? reader_index_get(&s->open, e->e.arg) : READER_NONE;
    if (run == READER_NONE || s->t->runs[run].ended)
        run = run_new(s, e->e.arg, position, !resumed);
    if (e->e.object)
        s->t->runs[run].what = e->e.object;
    s->before[e->ring] = s->now[e->ring];
    s->now[e->ring] = run;
}

// Applies the event to its run.
static void on_run(struct stitch *s, struct reader_event *e, uint32_t position)
{
    assert(e->run < s->t->run_count);
    struct reader_run *run = &s->t->runs[e->run];
    if (!run->begun && run->first == 0)
        run->first = position;
    run->last = position;
    switch (e->e.kind) {
    case TRACE_ACTOR:
        run->actor = e->e.object;
        break;
    case TRACE_NAMED:
        run->what = e->e.object;
        break;
    case TRACE_NUMBER:
        run->event = (uint64_t)e->e.object << 32 | e->e.arg;
        break;
    case TRACE_LOCK_WANT:
    case TRACE_PARK:
    case TRACE_LOCKED:
    case TRACE_UNLOCKED:
        on_lock(s, e, position);
        break;
    default:
        break;
    }
    if (e->e.kind == TRACE_TASK_END)
        s->t->runs[e->run].ended = true;
}

void reader_stitch(struct reader_trace *t)
{
    assert(!t->runs && !t->grants);
    struct stitch s = {.t = t};
    size_t rings = t->file->ring_count;
    s.now = mem_calloc(rings + 1, sizeof(*s.now));
    s.before = mem_calloc(rings + 1, sizeof(*s.before));
    find_first_tasks(&s);
    for (size_t i = 0; i < t->count; i++) {
        struct reader_event *e = &t->events[i];
        uint32_t position = (uint32_t)i;
        if (e->e.kind == TRACE_TASK_BEGIN)
            task_begin(&s, e, position);
        e->run = s.now[e->ring];
        // A lock that was still held at the end of its task is released after it (L007).
        if (e->run == READER_NONE && e->e.kind == TRACE_UNLOCKED)
            e->run = s.before[e->ring];
        if (e->run != READER_NONE)
            on_run(&s, e, position);
        if (e->e.kind == TRACE_PARK || e->e.kind == TRACE_TASK_END) {
            s.before[e->ring] = s.now[e->ring];
            s.now[e->ring] = READER_NONE;
        }
    }
    free(s.now);
    free(s.before);
    free(s.last_grant);
    reader_index_fini(&s.open);
    reader_index_fini(&s.open_grants);
}
