// The flow: what every worker did to locks, locations and attributes, in order. One ring of 16-byte
// events a thread in a memory-mapped file that survives kill -9; no clock, no lock and no system
// call on the hot path. Format: trace/format.h; it is read by `latchkey locks`.
//
// Threads: trace_event from any thread into its own ring; readers copy events and drop those that
// were overwritten meanwhile.
// Order: a ring is in the order of its thread; a lock's ticket orders its holders over all rings.
#ifndef TRACE_RECORDER_H
#define TRACE_RECORDER_H

#include "trace/format.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct site;

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
// Names are written before the first event that uses them: of a thing once for each label and
// generation, of a lock each time, so the caller remembers in which recording it has named it.
// Labels are never freed.
// The number of the present recording, never 0. Begins a recording if there is none.
uint32_t trace_recording(void);
void trace_name_thing(uint32_t index, uint32_t generation, const char *label);
void trace_name_lock(uint32_t id, uint32_t thing, const char *label); // `thing` 0: it is of none
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
const char *trace_what(uint32_t id); // the name behind TASK_BEGIN; "?"
uint64_t trace_overwritten(void);    // events of all rings that newer ones have overwritten
uint64_t trace_lost(void);           // events and names that were never recorded
const char *trace_lost_why(void);    // why recording into the file has ended; NULL if it has not

#endif
