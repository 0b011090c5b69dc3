// A lock trace read from its bytes (docs/trace.md): the header checked, the names in tables, and of
// each ring the events that can be trusted. Works on a file that is being written: events that were
// overwritten while it was read are dropped and counted.
//
// The reader (every reader_* of this folder) is a library of bytes in, answers out: it opens no
// file, prints nothing, starts no thread and needs only util, so that it compiles for a web page
// too (scripts/check-wasm).
//
// Threads: one owner at a time.  Locks: none.  Errors: text, one line each, that begins with the
// name that the trace was given.
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
    char *path; // the name that it was given: a path, if it comes from a file
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

// Where the bytes come from: read_at copies up to n bytes from offset `at` on and returns how many
// there were.
struct reader_source {
    size_t (*read_at)(void *arg, uint64_t at, void *to, size_t n);
    void *arg;
    uint64_t size;
};

// Both return false, with the reason added to `error`, when the trace is useless; call
// reader_file_fini all the same. The name is copied; nothing of the source is kept.
bool reader_file_read(struct reader_file *f, const char *name, const struct reader_source *s,
                      struct buf *error);
bool reader_file_read_bytes(struct reader_file *f, const char *name, const void *data, size_t size,
                            struct buf *error);
void reader_file_fini(struct reader_file *f);

uint64_t reader_file_events(const struct reader_file *f); // kept
uint64_t reader_file_overwritten(const struct reader_file *f);
bool reader_file_lost(const struct reader_file *f); // evidence is missing: lost, or damaged

#endif
