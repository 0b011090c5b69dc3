// Shared by check_report.c, which keeps the problems, check_report_text.c, which words them,
// check_report_export.c, which writes them for machines, and check_suppress.c, which reads the
// suppressions. Included by them only.
#ifndef CHECK_CHECK_REPORT_PRIV_H
#define CHECK_CHECK_REPORT_PRIV_H

#include "check/check_priv.h"
#include "util/buf.h"

enum { LOCKREPORT_PROBLEMS = 1024 };

struct problem {
    enum lockcheck_code code;
    enum lockreport_severity severity;
    const struct site *site, *other;
    uint64_t count;
    int suppression; // number of the suppression that covers it; -1: none
    char *object;    // name of the called function, where that tells problems apart
    char *text;      // the report in full; NULL when suppressed
};

// Takes no lock: to be called when no other thread can report any more, or for a look.
const struct problem *lockreport_problems(size_t *count);

// the suppression that covers v, whose use is counted; or -1
int locksuppress_match(const struct violation *v);
void locksuppress_use(int suppression, uint64_t times); // counts uses of it in another process

void lockstory_site(struct buf *b, const struct site *at);
void lockstory_act(struct buf *b, const struct violation *v);
void lockstory_task(struct buf *b, const struct violation *v);
void lockstory_needs(struct buf *b, const struct violation *v);
void lockstory_holds(struct buf *b, const struct lockset *ls);
void lockstory_cause(struct buf *b, const struct violation *v);
void lockstory_flow(struct buf *b, const struct violation *v);
void lockstory_json(struct buf *b, const struct violation *v, enum lockreport_severity severity);
void lockstory_quote(struct buf *b, const char *text); // as a JSON string

#endif
