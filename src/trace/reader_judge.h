// Decides whether one access in a trace was allowed, and why, by the rules of docs/locking.md.
// Threads: one owner at a time.  Locks: none.
#ifndef TRACE_READER_JUDGE_H
#define TRACE_READER_JUDGE_H

#include "trace/reader_where.h"

struct locks_verdict {
    unsigned code;  // of the rule that is broken, 0: none
    bool unknown;   // the trace does not tell enough
    bool partial;   // unknown, because events that may matter are overwritten
    bool limbo;     // allowed by the token, not by a lock
    bool outermost; // the thing is its own root
    struct locks_chain chain;
    uint32_t lock;  // the lock that is needed, or LOCKS_NONE
    uint32_t grant; // the grant by which this run holds it, or LOCKS_NONE
    uint32_t seen;  // when the run last saw where the thing is, or LOCKS_NONE
    bool listed;    // `seen` is the reading of the list that it is in
};

bool locks_judge_is_access(const struct trace_event *e);
bool locks_judge_is_write(const struct trace_event *e);
bool locks_judge_held(const struct locks_grant *g, uint32_t position);

// Checks the access at `position` to `thing`; `w` has taken in all earlier events. A list that the
// task read counts as having seen the things in it, unless `met` is false.
void locks_judge(const struct locks_where *w, uint32_t position, uint32_t thing, bool met,
                 struct locks_verdict *out);

// The next violation, from *at on, that the checker wrote about the access at `position`: a
// position, or LOCKS_NONE. Begin with *at = position.
uint32_t locks_judge_checker(const struct locks_trace *t, uint32_t position, uint32_t *at);
bool locks_judge_checker_said(const struct locks_trace *t, uint32_t position, unsigned code);

#endif
