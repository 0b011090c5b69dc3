// The commands of `latchkey locks`. Each reads one trace and prints; none changes anything.
// Threads: one.  Locks: none.
#ifndef TOOLS_LOCKS_LOCKS_COMMANDS_H
#define TOOLS_LOCKS_LOCKS_COMMANDS_H

#include "trace/reader_merge.h"

#include <limits.h>
#include <stdio.h>

#define LOCKS_ANY_CODE UINT_MAX

// What a command is to look at. An empty index means everything.
struct locks_query {
    const char *thing, *lock, *player, *at; // options as given; NULL: not given
    bool has_task, dot;
    uint32_t task;
    unsigned violation;                         // 0: not asked for; LOCKS_ANY_CODE, or the code
    uint64_t last;                              // 0: all
    struct reader_index things, locks, players; // ids, looked up in one trace
};

// Looks up the names in this trace. False, with a line in `error`, when one is unknown; a line
// there also when one has several meanings.
bool locks_query_resolve(struct locks_query *q, const struct reader_trace *t, struct buf *error);
void locks_query_fini(struct locks_query *q);
bool locks_query_run(const struct locks_query *q, const struct reader_trace *t, uint32_t run);
// "worker-1:304", "1:304" (ring and number) or "304": is it this event?
bool locks_query_at(const struct locks_query *q, const struct reader_trace *t, uint32_t position);

// Did the checker report the access at `position`, under the code that was asked for?
bool locks_query_violation(const struct locks_query *q, const struct reader_trace *t,
                           uint32_t position);

void locks_info(const struct reader_trace *t, FILE *out);
void locks_flow(const struct reader_trace *t, const struct locks_query *q, FILE *out);
void locks_why(const struct reader_trace *t, const struct locks_query *q, FILE *out);
void locks_top(const struct reader_trace *t, const struct locks_query *q, FILE *out);
void locks_wait(const struct reader_trace *t, const struct locks_query *q, FILE *out);
void locks_hold(const struct reader_trace *t, const struct locks_query *q, FILE *out);
void locks_graph(const struct reader_trace *t, const struct locks_query *q, FILE *out);
void locks_fold(const struct reader_trace *t, const struct locks_query *q, FILE *out);
// Writes the trace number `nth` (from 0 on) of one picture; with a title its tracks are named by it
// (NULL: there is one trace).
void locks_perfetto(const struct reader_trace *t, unsigned nth, const char *title, FILE *out);
void locks_perfetto_begin(FILE *out);
void locks_perfetto_end(FILE *out);
void locks_json(const struct reader_trace *t, const struct locks_query *q, FILE *out);
void locks_diff(const struct reader_trace *a, const struct reader_trace *b, FILE *out);

#endif
