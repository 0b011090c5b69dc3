// The flow: what every worker did to locks, locations and attributes, in order. One ring of 16-byte
// events a thread in a memory-mapped file that survives kill -9; no clock, no lock and no system
// call on the hot path. Format: docs/trace.md; it is read by `latchkey locks`.
//
// Threads: trace_event from any thread into its own ring; readers copy events and drop those that
// were overwritten meanwhile.
// Order: a ring is in the order of its thread; a lock's ticket orders its holders over all rings.
#ifndef LOCK_TRACE_H
#define LOCK_TRACE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct lock;
struct place;
struct site;

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

// At offset 0 of the file; one page. All numbers little endian.
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

// Starts recording: into a file (made, or emptied), or with NULL in memory only. -1 and errno when
// the file cannot be made. No other thread records while it is opened or closed.
int trace_open(const char *path);
void trace_close(void);
void trace_ready(void); // starts recording in memory if nothing is recorded yet
// of the open file; NULL when there is none, or recording into it has ended
const char *trace_path(void);
// Has the file been emptied, cut, removed or replaced, or its disk become full? Then recording into
// it ends and goes on in memory only, for reports. Returns true once, with the reason.
bool trace_spoiled(const char **file, const char **why);
// for handlers of SIGBUS: the address was in the file's mapping, which is now plain memory
bool trace_file_fault(const void *address);

void trace_event(enum trace_kind kind, unsigned flags, const struct site *at, uint32_t object,
                 uint32_t arg);
void trace_time(void); // records the time
// Names are written once, before the first event that uses them.
void trace_name_thing(struct place *p);
void trace_name_lock(struct lock *l);
uint32_t trace_name_what(const char *what); // a string that is never freed; returns its id
void trace_name_sites_made(void);           // to be called when site_of_call has made sites
void trace_name_attributes(const char *(*name)(unsigned n), unsigned count);

// An event found in a ring, with the thread and task that it belongs to.
struct trace_found {
    struct trace_event event;
    const char *thread;
    uint32_t task, what; // 0 when the beginning of the task is no longer there
    uint64_t ago;        // how many newer events its ring has
    uint64_t before;     // its ring's clock at some moment after the event; UINT64_MAX: just now
};

// Looking back while other threads write; nothing waits. In order: the last events of this thread,
// oldest first; the last events of all rings about one lock or thing, newest first; the last change
// of where a thing is; the last stretch of one task, oldest first. They return how many there are,
// or whether there is one.
size_t trace_last(struct trace_event *out, size_t most);
size_t trace_last_of(uint32_t object, bool lock, struct trace_found *out, size_t most);
bool trace_find_move(uint32_t thing, struct trace_found *out);
// the time when this thread's ring says that the task began; 0: unknown
uint64_t trace_begun(uint32_t task);
size_t trace_last_of_task(uint32_t task, struct trace_event *out, size_t most);
bool trace_event_on_lock(const struct trace_event *e);  // its object is a lock id
bool trace_event_on_thing(const struct trace_event *e); // … a slab index
const char *trace_what(uint32_t id);                    // the name behind TASK_BEGIN; "?"
const char *trace_kind_name(enum trace_kind kind);
uint64_t trace_overwritten(void); // events of all rings that newer ones have overwritten
uint64_t trace_lost(void);        // events and names that were never recorded
const char *trace_lost_why(void); // why recording into the file has ended; NULL if it has not

#endif
