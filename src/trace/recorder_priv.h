// Shared by recorder.c, which writes the rings, recorder_look.c, which reads them for reports, and
// recorder_file.c, which maps the file that they are in. Included by them only.
#ifndef TRACE_RECORDER_PRIV_H
#define TRACE_RECORDER_PRIV_H

#include "trace/recorder.h"

#define TRACE_RING_STRIDE ((size_t)TRACE_PAGE + TRACE_RING_EVENTS * sizeof(struct trace_event))
#define TRACE_RINGS_OFFSET ((size_t)TRACE_PAGE + TRACE_NAMES_SIZE)

extern struct trace_header *trace_header_now; // NULL while nothing is recorded

struct trace_ring *trace_ring_mine(void); // of this thread; NULL when it has none

// Maps a file (recorder_file.c); NULL and errno on failure. While it is mapped SIGBUS is handled.
void *trace_file_map(const char *path, size_t bytes);
void trace_file_unmap(void *p, size_t bytes); // also memory that has replaced a file
void *trace_file_memory(size_t bytes);
void trace_file_look(const char *path); // checks whether the file is still the one that was opened
const char *trace_file_why(void);       // why the recording ended early; NULL: it did not
// writes the header with its present values into new memory
void trace_header_again(struct trace_header *h);

static inline struct trace_event *trace_events(struct trace_ring *r)
{
    return (struct trace_event *)((char *)r + TRACE_PAGE);
}

static inline struct trace_ring *trace_ring_at(size_t i)
{
    return (struct trace_ring *)((char *)trace_header_now + TRACE_RINGS_OFFSET +
                                 i * TRACE_RING_STRIDE);
}

#endif
