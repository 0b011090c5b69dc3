// Per-thread event rings in memory. A ring is made at a thread's first event and stays until the
// thread ends. Writes no files.
#include "lock/trace.h"

#include "lock/site.h"
#include "util/mem.h"

#include <pthread.h>
#include <stdlib.h>

struct ring {
    uint64_t head; // events ever written
    struct trace_event events[TRACE_RING_EVENTS];
};

static _Thread_local struct ring *ring;
static pthread_key_t ring_key;
static pthread_once_t ring_once = PTHREAD_ONCE_INIT;

static void make_key(void)
{
    pthread_key_create(&ring_key, free);
}

static struct ring *ring_make(void)
{
    pthread_once(&ring_once, make_key);
    ring = mem_alloc(sizeof(*ring));
    ring->head = 0;
    pthread_setspecific(ring_key, ring);
    return ring;
}

void trace_event(enum trace_kind kind, unsigned flags, const struct site *at, uint32_t object,
                 uint32_t arg)
{
    struct ring *r = ring ? ring : ring_make();
    r->events[r->head % TRACE_RING_EVENTS] = (struct trace_event){
        .kind = (uint8_t)kind,
        .flags = (uint8_t)flags,
        .site = (uint16_t)site_index(at),
        .object = object,
        .arg = arg,
        .sequence = (uint32_t)r->head,
    };
    r->head++;
}

size_t trace_last(struct trace_event *out, size_t most)
{
    if (!ring)
        return 0;
    uint64_t n = ring->head < most ? ring->head : most;
    if (n > TRACE_RING_EVENTS)
        n = TRACE_RING_EVENTS;
    for (uint64_t i = 0; i < n; i++)
        out[i] = ring->events[(ring->head - n + i) % TRACE_RING_EVENTS];
    return (size_t)n;
}

uint64_t trace_overwritten(void)
{
    return ring && ring->head > TRACE_RING_EVENTS ? ring->head - TRACE_RING_EVENTS : 0;
}

const char *trace_kind_name(enum trace_kind kind)
{
    switch (kind) {
    case TRACE_TASK_BEGIN:
        return "TASK_BEGIN";
    case TRACE_TASK_END:
        return "TASK_END";
    case TRACE_LOCK_WANT:
        return "LOCK_WANT";
    case TRACE_LOCKED:
        return "LOCKED";
    case TRACE_UNLOCKED:
        return "UNLOCKED";
    case TRACE_WHERE_READ:
        return "WHERE_READ";
    case TRACE_ATTR_READ:
        return "ATTR_R";
    case TRACE_ATTR_WRITE:
        return "ATTR_W";
    case TRACE_MOVE:
        return "MOVE";
    case TRACE_LIMBO_TAKE:
        return "LIMBO_TAKE";
    case TRACE_LIMBO_PASS:
        return "LIMBO_PASS";
    case TRACE_LIMBO_PUBLISH:
        return "LIMBO_PUB";
    case TRACE_FREE:
        return "FREE";
    case TRACE_VIOLATION:
        return "VIOL";
    }
    return "?";
}
