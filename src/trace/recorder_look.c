// The reading side of the rings for reports and consoles, while their threads write on. Events that
// are overwritten meanwhile are recognised by their sequence and dropped. Any thread; nothing
// waits.
#include "trace/recorder_priv.h"

#include <assert.h>

enum { LOOK_BACK = 8192 };

static uint32_t rings_now(void)
{
    uint32_t n = trace_header_now ? atomic_load(&trace_header_now->rings_used) : 0;
    return n < TRACE_RINGS ? n : TRACE_RINGS;
}

// Copies event number i of a ring; false when it is overwritten or not written yet.
__attribute__((no_sanitize("thread"))) static bool peek(struct trace_ring *r, uint64_t i,
                                                        struct trace_event *out)
{
    *out = trace_events(r)[i % TRACE_RING_EVENTS];
    atomic_thread_fence(memory_order_acquire);
    uint64_t head = atomic_load_explicit(&r->head, memory_order_relaxed);
    return i < head && head - i < TRACE_RING_EVENTS && out->sequence == (uint32_t)i;
}

static uint64_t back_to(uint64_t head)
{
    return head > LOOK_BACK ? head - LOOK_BACK : 0;
}

size_t trace_last(struct trace_event *out, size_t most)
{
    assert(out || !most);
    struct trace_ring *r = trace_ring_mine();
    if (!r)
        return 0;
    uint64_t head = atomic_load_explicit(&r->head, memory_order_relaxed);
    uint64_t n = head < most ? head : most;
    size_t got = 0;
    for (uint64_t i = head - n; i < head; i++)
        if (peek(r, i, &out[got]))
            got++;
    return got;
}

static bool about(const struct trace_event *e, uint32_t object, bool lock)
{
    return e->object == object && (lock ? trace_event_on_lock(e) : trace_event_on_thing(e));
}

// The task that event i belongs to, and its command; 0 when the beginning of the task is
// overwritten.
static uint32_t task_of(struct trace_ring *r, uint64_t i, uint32_t *what)
{
    struct trace_event e;
    for (uint64_t oldest = back_to(i); i-- > oldest && peek(r, i, &e);)
        if (e.kind == TRACE_TASK_BEGIN || e.kind == TRACE_NAMED) {
            *what = e.object;
            return e.arg;
        }
    *what = 0;
    return 0;
}

size_t trace_last_of(uint32_t object, bool lock, struct trace_found *out, size_t most)
{
    assert(out || !most);
    size_t n = 0;
    for (uint32_t k = 0; k < rings_now() && n < most; k++) {
        struct trace_ring *r = trace_ring_at(k);
        uint64_t head = atomic_load_explicit(&r->head, memory_order_acquire);
        struct trace_event e;
        for (uint64_t i = head; i-- > back_to(head) && n < most;) {
            if (!peek(r, i, &e))
                break;
            if (!about(&e, object, lock))
                continue;
            out[n].event = e;
            out[n].thread = r->name;
            out[n].ago = head - 1 - i;
            out[n].task = task_of(r, i, &out[n].what);
            n++;
        }
    }
    return n;
}

static uint64_t time_of(const struct trace_event *e)
{
    return (uint64_t)e->object << 32 | e->arg;
}

// The clock is recorded just before a task begins.
uint64_t trace_begun(uint32_t task)
{
    struct trace_ring *r = trace_ring_mine();
    uint64_t head = r ? atomic_load_explicit(&r->head, memory_order_relaxed) : 0;
    bool found = false;
    struct trace_event e;
    for (uint64_t i = head; i-- > back_to(head) && peek(r, i, &e);) {
        if (found && e.kind == TRACE_TIME)
            return time_of(&e);
        found |= e.kind == TRACE_TASK_BEGIN && e.arg == task && !(e.flags & TRACE_RESUMED);
    }
    return 0;
}

bool trace_find_move(uint32_t thing, struct trace_found *out)
{
    assert(out);
    for (uint32_t k = 0; k < rings_now(); k++) {
        struct trace_ring *r = trace_ring_at(k);
        uint64_t head = atomic_load_explicit(&r->head, memory_order_acquire);
        struct trace_event e;
        out->before = UINT64_MAX;
        for (uint64_t i = head; i-- > back_to(head) && peek(r, i, &e);) {
            if (e.kind == TRACE_TIME)
                out->before = time_of(&e);
            if (e.object != thing || e.arg == thing ||
                (e.kind != TRACE_MOVE && e.kind != TRACE_LIMBO_PUBLISH &&
                 e.kind != TRACE_LIMBO_TAKE))
                continue;
            out->event = e;
            out->thread = r->name;
            out->ago = head - 1 - i;
            out->task = task_of(r, i, &out->what);
            return true;
        }
    }
    return false;
}

size_t trace_last_of_task(uint32_t task, struct trace_event *out, size_t most)
{
    assert(out || !most);
    for (uint32_t k = 0; k < rings_now(); k++) {
        struct trace_ring *r = trace_ring_at(k);
        uint64_t head = atomic_load_explicit(&r->head, memory_order_acquire);
        uint64_t end = head, begin = 0;
        struct trace_event e;
        bool found = false;
        for (uint64_t i = head; i-- > back_to(head) && peek(r, i, &e);) {
            if (e.kind == TRACE_TASK_BEGIN && e.arg == task) {
                begin = i;
                found = true;
                break;
            }
            if (e.kind == TRACE_TASK_BEGIN)
                end = i;
        }
        if (!found)
            continue;
        size_t n = 0;
        for (uint64_t i = end - begin > most ? end - most : begin; i < end && n < most; i++)
            if (peek(r, i, &out[n]))
                n++;
        return n;
    }
    return 0;
}

uint64_t trace_overwritten(void)
{
    uint64_t n = 0;
    for (uint32_t i = 0; i < rings_now(); i++) {
        uint64_t head = atomic_load(&trace_ring_at(i)->head);
        n += head > TRACE_RING_EVENTS ? head - TRACE_RING_EVENTS : 0;
    }
    return n;
}
