// Shared by check_report.c, which keeps the problems, check_report_text.c, which words them,
// check_report_export.c, which writes them for machines, and check_suppress.c, which reads the
// suppressions. Included by them only.
#ifndef CHECK_CHECK_REPORT_PRIV_H
#define CHECK_CHECK_REPORT_PRIV_H

#include "check/check_priv.h"
#include "util/buf.h"

enum { CHECK_REPORT_PROBLEMS = 1024 };

struct problem {
    enum check_code code;
    enum check_report_severity severity;
    const struct site *site, *other;
    uint64_t count;
    int suppression; // number of the suppression that covers it; -1: none
    char *object;    // name of the called function, where that tells problems apart
    char *text;      // the report in full; NULL when suppressed
};

// Takes no lock: to be called when no other thread can report any more, or for a look.
const struct problem *check_report_problems(size_t *count);

// the suppression that covers v, whose use is counted; or -1
int check_suppress_match(const struct violation *v);
void check_suppress_use(int suppression, uint64_t times); // counts uses of it in another process

void check_report_text_site(struct buf *b, const struct site *at);
void check_report_text_act(struct buf *b, const struct violation *v);
void check_report_text_task(struct buf *b, const struct violation *v);
void check_report_text_needs(struct buf *b, const struct violation *v);
void check_report_text_holds(struct buf *b, const struct lockset *ls);
void check_report_text_cause(struct buf *b, const struct violation *v);
void check_report_text_flow(struct buf *b, const struct violation *v);
void check_report_text_json(struct buf *b, const struct violation *v,
                            enum check_report_severity severity);
void check_report_text_quote(struct buf *b, const char *text); // as a JSON string

#endif
