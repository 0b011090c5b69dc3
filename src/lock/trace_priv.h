// Between trace.c, which writes the rings, and trace_read.c, which looks back into them for reports.
#ifndef LOCK_TRACE_PRIV_H
#define LOCK_TRACE_PRIV_H

#include "lock/trace.h"

extern struct trace_header *trace_header_now; // NULL while nothing is recorded

struct trace_ring *trace_ring_mine(void); // of this thread; NULL when it has none

static inline struct trace_event *trace_events(struct trace_ring *r)
{
    return (struct trace_event *)((char *)r + TRACE_PAGE);
}

static inline struct trace_ring *trace_ring_at(size_t i)
{
    return (struct trace_ring *)((char *)trace_header_now + trace_header_now->rings_offset +
                                 i * trace_header_now->ring_stride);
}

#endif
