// All rings of a lock trace in one order that agrees with what happened: each ring's own order, a
// lock's tickets, a parked task before it goes on, a wake-up before what it wakes. Where these
// leave a choice, the time decides; it is estimated, since threads tell it only now and then.
//
// Threads: one owner at a time.  Locks: none.  The file must outlive the trace.
#ifndef TRACE_READER_MERGE_H
#define TRACE_READER_MERGE_H

#include "trace/reader_file.h"

struct reader_event {
    struct trace_event e;
    uint32_t run; // the run that it belongs to, or READER_NONE
    uint32_t ring;
    uint64_t number; // in its ring
    int64_t ns;      // since the recording began; estimated
};

// One task from its begin to its end, on however many threads.
struct reader_run {
    uint32_t task, what;  // what: a name of TRACE_NAME_WHAT, 0: unknown
    uint32_t actor;       // a thing, 0: none known
    uint64_t event;       // number of the command, 0: none
    uint32_t first, last; // positions
    uint32_t grants;      // the first of its grants, or READER_NONE
    bool begun, ended;    // false: before what is kept, or still running
};

// One lock that a run wanted, got and released. Positions are READER_NONE where the trace has no
// such event.
struct reader_grant {
    uint32_t lock, ticket, run;
    uint32_t want, park, locked, unlocked;
    uint32_t next; // the run's next grant
    bool shared, contended;
};

struct reader_trace {
    const struct reader_file *file;
    struct reader_event *events;
    size_t count;
    struct reader_run *runs;
    size_t run_count, run_cap;
    struct reader_grant *grants;
    size_t grant_count, grant_cap;
    uint64_t forced; // how often the rules of order contradicted each other
};

void reader_merge(struct reader_trace *t, const struct reader_file *f);
void reader_merge_fini(struct reader_trace *t);

// Shared by the parts of the merge: reader_time.c, reader_order.c, reader_stitch.c.

// Estimates when each event of the ring was, in ns since the recording began. Never goes backward.
void reader_time(const struct reader_file *f, const struct reader_ring *r, int64_t *ns);

// Events numbered through all rings, one ring after the other.
struct reader_flat {
    const struct reader_file *file;
    size_t *begin; // of each ring, and the end
    int64_t *ns;
    size_t count;
};

struct reader_edge {
    uint32_t from, to;
};

struct reader_edges {
    struct reader_edge *list; // sorted by `from`
    size_t count, cap;
};

void reader_order(const struct reader_flat *flat, struct reader_edges *out);
void reader_stitch(struct reader_trace *t); // fills runs and grants

#endif
