// Where things were, as far as a trace tells: followed event by event in the merged order.
// Threads: one owner at a time.  Locks: none.
#ifndef TRACE_READER_WHERE_H
#define TRACE_READER_WHERE_H

#include "trace/reader_merge.h"

enum reader_place { READER_UNKNOWN, READER_PLACED, READER_LIMBO, READER_DEAD };

// What is known of one thing, and the event that shows it.
struct reader_known {
    enum reader_place place;
    uint32_t in;       // the thing it is in, or in limbo the task that owns it
    uint32_t position; // READER_NONE: inferred, no event shows it
};

struct reader_where {
    const struct reader_trace *trace;
    uint32_t whole;             // from this position on no ring has overwritten events
    struct reader_index latest; // thing: the last event that showed where it is
    struct reader_index seen;   // run and thing: the last time that the run saw where it is
    struct reader_index listed; // run and thing: the last time that the run read its contents
};

enum { READER_CHAIN = 64 };

// The path from a thing outward; the last step is its own root, limbo, or unknown.
struct reader_chain {
    uint32_t things[READER_CHAIN];
    struct reader_known known[READER_CHAIN];
    size_t count;
};

void reader_where_init(struct reader_where *w, const struct reader_trace *t);
void reader_where_fini(struct reader_where *w);
void reader_where_next(struct reader_where *w, uint32_t position); // takes the event into account

uint32_t reader_where_seen(const struct reader_where *w, uint32_t run, uint32_t thing);
uint32_t reader_where_listed(const struct reader_where *w, uint32_t run, uint32_t thing);
struct reader_known reader_where_latest(const struct reader_where *w, uint32_t thing);

// With `own`, what the run itself saw counts first; else what any run saw last.
void reader_where_chain(const struct reader_where *w, uint32_t run, uint32_t thing, bool own,
                        struct reader_chain *out);

#endif
