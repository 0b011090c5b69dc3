// The flow: what every worker did to locks, locations and attributes, in order. One ring of 16-byte
// events a thread, single writer, no clock and no lock on the hot path; the oldest are overwritten
// and what was overwritten is counted.
// Threads: trace_event from any thread into its own ring; readers copy and drop what moved on.
#ifndef LOCK_TRACE_H
#define LOCK_TRACE_H

#include <stddef.h>
#include <stdint.h>

struct site;

enum trace_kind {
    TRACE_TASK_BEGIN = 1, // arg: task
    TRACE_TASK_END,
    TRACE_LOCK_WANT,
    TRACE_LOCKED,     // arg: ticket
    TRACE_UNLOCKED,   // arg: ticket
    TRACE_WHERE_READ, // arg: where it was
    TRACE_ATTR_READ,  // arg: attribute
    TRACE_ATTR_WRITE,
    TRACE_MOVE,       // arg: destination
    TRACE_LIMBO_TAKE,
    TRACE_LIMBO_PASS, // arg: task
    TRACE_LIMBO_PUBLISH,
    TRACE_FREE,
    TRACE_VIOLATION = 19, // arg: code
};

enum { TRACE_CONTENDED = 1, TRACE_RESUMED = 2 };

struct trace_event {
    uint8_t kind;
    uint8_t flags;
    uint16_t site;
    uint32_t object; // slab index, or lock id for locks without a place
    uint32_t arg;
    uint32_t sequence;
};

enum { TRACE_RING_EVENTS = 65536 };

void trace_event(enum trace_kind kind, unsigned flags, const struct site *at, uint32_t object,
                 uint32_t arg);
// The last events of this thread, oldest first; returns how many.
size_t trace_last(struct trace_event *out, size_t most);
const char *trace_kind_name(enum trace_kind kind);
uint64_t trace_overwritten(void); // of this thread's ring

#endif
