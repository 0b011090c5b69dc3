// Sums over the grants of a trace, a row for each lock; shared by top, wait, hold and diff.
// Threads: one owner at a time.  Locks: none.
#ifndef TOOLS_LOCKS_LOCKS_TABLES_H
#define TOOLS_LOCKS_LOCKS_TABLES_H

#include "trace/reader_merge.h"

struct locks_row {
    uint32_t lock;
    uint64_t grants, contended;
    int64_t wait_ns, wait_most_ns, hold_ns, hold_most_ns;
    uint64_t held; // grants of which the trace has both ends
};

struct locks_rows {
    struct locks_row *list;
    size_t count;
};

struct locks_site_row {
    unsigned site;
    uint64_t grants, contended;
    int64_t wait_ns, hold_ns;
};

struct locks_site_rows {
    struct locks_site_row *list; // freed with free()
    size_t count;
};

struct locks_query;

void locks_rows_make(struct locks_rows *r, const struct reader_trace *t);
void locks_rows_fini(struct locks_rows *r);
// Makes the rows for the chosen locks; query may be NULL.
void locks_site_rows_make(struct locks_site_rows *r, const struct reader_trace *t,
                          const struct locks_query *q);

#endif
