// Sums over the grants of a trace, a row for each lock, or for each site that takes locks.
// Durations are in nanoseconds, and estimated.
//
// Threads: one owner at a time.  Locks: none.
#ifndef TRACE_READER_SUMS_H
#define TRACE_READER_SUMS_H

#include "trace/reader_merge.h"

struct reader_row {
    uint32_t lock;
    uint64_t grants, contended;
    int64_t wait_ns, wait_most_ns, hold_ns, hold_most_ns;
    uint64_t held; // grants of which the trace has both ends
};

struct reader_rows {
    struct reader_row *list;
    size_t count;
};

struct reader_site_row {
    unsigned site;
    uint64_t grants, contended;
    int64_t wait_ns, hold_ns;
};

struct reader_site_rows {
    struct reader_site_row *list; // freed with free()
    size_t count;
};

// 0 when the trace does not have both ends; a wait that has not ended lasts to the end of the
// trace.
int64_t reader_wait_ns(const struct reader_trace *t, const struct reader_grant *g);
int64_t reader_hold_ns(const struct reader_trace *t, const struct reader_grant *g);

void reader_rows_make(struct reader_rows *r, const struct reader_trace *t);
void reader_rows_fini(struct reader_rows *r);
// Of these locks only; NULL: of all.
void reader_site_rows_make(struct reader_site_rows *r, const struct reader_trace *t,
                           const struct reader_index *locks);

#endif
