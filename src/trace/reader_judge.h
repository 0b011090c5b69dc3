// Decides whether one access in a trace was allowed, and why, by the rules of docs/locking.md.
// Threads: one owner at a time.  Locks: none.
#ifndef TRACE_READER_JUDGE_H
#define TRACE_READER_JUDGE_H

#include "trace/reader_where.h"

struct reader_verdict {
    unsigned code;  // of the rule that is broken, 0: none
    bool unknown;   // the trace does not tell enough
    bool partial;   // unknown, because events that may matter are overwritten
    bool limbo;     // allowed by the token, not by a lock
    bool outermost; // the thing is its own root
    struct reader_chain chain;
    uint32_t lock;  // the lock that is needed, or READER_NONE
    uint32_t grant; // the grant by which this run holds it, or READER_NONE
    uint32_t seen;  // when the run last saw where the thing is, or READER_NONE
    bool listed;    // `seen` is the reading of the list that it is in
};

bool reader_judge_is_access(const struct trace_event *e);
bool reader_judge_is_write(const struct trace_event *e);
bool reader_judge_held(const struct reader_grant *g, uint32_t position);

// Checks the access at `position` to `thing`; `w` has taken in all earlier events. A list that the
// task read counts as having seen the things in it, unless `met` is false.
void reader_judge(const struct reader_where *w, uint32_t position, uint32_t thing, bool met,
                  struct reader_verdict *out);

// The next violation, from *at on, that the checker wrote about the access at `position`: a
// position, or READER_NONE. Begin with *at = position.
uint32_t reader_judge_checker(const struct reader_trace *t, uint32_t position, uint32_t *at);
bool reader_judge_checker_said(const struct reader_trace *t, uint32_t position, unsigned code);

#endif
