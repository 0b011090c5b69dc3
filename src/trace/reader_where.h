// Where things were, as far as a trace tells: followed event by event in the merged order.
// Threads: one owner at a time.  Locks: none.
#ifndef TRACE_READER_WHERE_H
#define TRACE_READER_WHERE_H

#include "trace/reader_merge.h"

enum locks_place { LOCKS_UNKNOWN, LOCKS_PLACED, LOCKS_LIMBO, LOCKS_DEAD };

// What is known of one thing, and the event that shows it.
struct locks_known {
    enum locks_place place;
    uint32_t in;       // the thing it is in, or in limbo the task that owns it
    uint32_t position; // LOCKS_NONE: inferred, no event shows it
};

struct locks_where {
    const struct locks_trace *trace;
    uint32_t whole;            // from this position on no ring has overwritten events
    struct locks_index latest; // thing: the last event that showed where it is
    struct locks_index seen;   // run and thing: the last time that the run saw where it is
    struct locks_index listed; // run and thing: the last time that the run read its contents
};

enum { LOCKS_CHAIN = 64 };

// The path from a thing outward; the last step is its own root, limbo, or unknown.
struct locks_chain {
    uint32_t things[LOCKS_CHAIN];
    struct locks_known known[LOCKS_CHAIN];
    size_t count;
};

void locks_where_init(struct locks_where *w, const struct locks_trace *t);
void locks_where_fini(struct locks_where *w);
void locks_where_next(struct locks_where *w, uint32_t position); // takes the event into account

uint32_t locks_where_seen(const struct locks_where *w, uint32_t run, uint32_t thing);
uint32_t locks_where_listed(const struct locks_where *w, uint32_t run, uint32_t thing);
struct locks_known locks_where_latest(const struct locks_where *w, uint32_t thing);

// With `own`, what the run itself saw counts first; else what any run saw last.
void locks_where_chain(const struct locks_where *w, uint32_t run, uint32_t thing, bool own,
                       struct locks_chain *out);

#endif
