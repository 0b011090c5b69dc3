// The bytes of a lock trace, which the recorder writes and the reader reads: a header, a heap of
// names, and for each thread a ring of 16-byte events. docs/trace.md describes it for other
// readers; a change of what stands in a file needs another TRACE_VERSION. All numbers are little
// endian.
//
// Threads: any; there is no state.  Locks: none.
#ifndef TRACE_FORMAT_H
#define TRACE_FORMAT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

enum trace_kind {
    TRACE_TASK_BEGIN = 1, // object: what (name of kind TRACE_NAME_WHAT), arg: task
    TRACE_TASK_END,       // arg: task
    TRACE_LOCK_WANT,      // object: lock id, arg: task
    TRACE_LOCKED,         // object: lock id, arg: ticket
    TRACE_UNLOCKED,       // object: lock id, arg: ticket
    TRACE_WHERE_READ,     // object: thing, arg: the thing it is in
    TRACE_ATTR_READ,      // object: thing, arg: attribute; once for each section
    TRACE_ATTR_WRITE,
    TRACE_MOVE,          // object: thing, arg: destination
    TRACE_LIMBO_TAKE,    // object: thing, arg: task
    TRACE_LIMBO_PASS,    // object: thing, arg: task
    TRACE_LIMBO_PUBLISH, // object: thing, arg: destination
    TRACE_FREE,          // object: thing
    TRACE_POST,          // object: task that is woken, arg: task that wakes
    TRACE_RUN,           // arg: task
    TRACE_BLOCK_ENTER,   // object: name of the call, arg: task
    TRACE_BLOCK_LEAVE,
    TRACE_TIME,      // object: high, arg: low half of monotonic nanoseconds
    TRACE_VIOLATION, // object: thing or lock id, arg: code
    TRACE_SPAWN,     // object: new task, arg: task
    TRACE_PARK,      // object: lock id, arg: task: it waits and leaves the worker
    TRACE_ACTOR,     // object: the thing that acts, arg: task
    TRACE_NUMBER,    // object: high, arg: low half of the event number
    TRACE_LIST_READ, // object: thing whose contents are read
    TRACE_LIST_WRITE,
    TRACE_NAMED, // object: the name of the command, known only now (as in TASK_BEGIN), arg: task
    TRACE_KINDS,
};

enum trace_flag {
    TRACE_CONTENDED = 1, // LOCKED: the task was parked before
    TRACE_RESUMED = 2,   // TASK_BEGIN: it goes on, maybe on another worker
    TRACE_SHARED = 4,    // WANT, LOCKED, UNLOCKED: shared mode
    TRACE_ON_LOCK = 8,   // VIOLATION: object is a lock id
};

struct trace_event {
    uint8_t kind;
    uint8_t flags;
    uint16_t site;
    uint32_t object;
    uint32_t arg;
    // number of the event in its ring (low 32 bits); a gap means that events were overwritten while
    // being read
    uint32_t sequence;
};

enum {
    TRACE_VERSION = 1,
    TRACE_RING_EVENTS = 65536,
    TRACE_RINGS = 96,
    TRACE_PAGE = 4096,
    TRACE_NAMES_SIZE = 8 << 20,
};

#define TRACE_MAGIC "LKTRACE\n"

// At offset 0 of the file; one page.
struct trace_header {
    char magic[8];
    uint32_t version, pid;
    int64_t started_wall_ms;
    int64_t started_mono_ns;
    uint32_t ring_events, rings;
    uint64_t names_offset, names_size;
    uint64_t rings_offset, ring_stride;
    _Atomic uint64_t names_used;
    _Atomic uint32_t rings_used;
    _Atomic uint32_t closed; // 1: the file was closed properly
    _Atomic uint64_t lost;   // events of threads that found no free ring
    _Atomic uint64_t lost_names;
    char command[64];
};

// A ring: one page that begins with this, then its events.
struct trace_ring {
    _Atomic uint64_t head; // events ever written
    uint32_t thread;       // its number in the operating system
    char name[20];
};

enum trace_name_kind {
    TRACE_NAME_SITE = 1, // id: site, extra: line, text: file, a zero byte, function
    TRACE_NAME_ATTRIBUTE,
    TRACE_NAME_THING, // id: index, extra: generation; the last one for an index counts
    TRACE_NAME_LOCK,  // id: lock, extra: the thing whose inventory it is, or 0
    TRACE_NAME_WHAT,
};

// A record of the names heap, padded to 4 bytes; text is not ended by a zero byte.
struct trace_name {
    uint16_t kind, length;
    uint32_t id, extra;
    char text[];
};

const char *trace_kind_name(enum trace_kind kind);     // "LOCKED"; "?" for a number that is no kind
bool trace_event_on_lock(const struct trace_event *e); // its object is a lock id
bool trace_event_on_thing(const struct trace_event *e); // its object is a thing: a slab index

#endif
