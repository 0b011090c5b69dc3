// A lock trace read from a file (docs/trace.md): the header checked, the names in tables, and of
// each ring the events that can be trusted. Works on a file that is being written: events that were
// overwritten while it was read are dropped and counted.
//
// Threads: one owner at a time.  Locks: none.  Errors: text, one line each, that begins with the
// path.
#ifndef TRACE_READER_FILE_H
#define TRACE_READER_FILE_H

#include "trace/reader_names.h"
#include "util/buf.h"

struct reader_ring {
    uint32_t thread;
    char name[48];        // of the thread; never empty, unique in the file
    uint64_t head;        // events ever written
    uint64_t overwritten; // events that later ones have overwritten
    uint64_t damaged;     // events whose number does not fit their position
    struct trace_event *events;
    uint64_t *numbers; // number of each event in the ring; a gap is where damaged ones were
    size_t count;
};

struct reader_file {
    char *path;
    uint32_t pid;
    int64_t started_wall_ms, started_mono_ns;
    bool closed;
    uint64_t lost, lost_names;
    char command[65];
    struct reader_ring *rings;
    size_t ring_count;
    uint32_t ring_events;
    struct reader_names names;
    struct buf notes; // faults of the file that do not make it useless
    bool damaged;
};

// False, with the reason added to `error`, when the file is useless; call reader_file_fini all the
// same.
bool reader_file_open(struct reader_file *f, const char *path, struct buf *error);
void reader_file_fini(struct reader_file *f);

uint64_t reader_file_events(const struct reader_file *f); // kept
uint64_t reader_file_overwritten(const struct reader_file *f);
bool reader_file_lost(const struct reader_file *f); // evidence is missing: lost, or damaged

#endif
