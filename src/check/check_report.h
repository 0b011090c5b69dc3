// What becomes of violations: reported once in full for each distinct code, site and second site,
// then counted; written as text, JSON Lines, SARIF and JUnit; suppressed until a date when a line
// of a suppressions file says so.
// Threads: check_report from any; the rest from one thread at start and end.
#ifndef CHECK_CHECK_REPORT_H
#define CHECK_CHECK_REPORT_H

#include "check/check.h"

#include <stdint.h>
#include <stdio.h>

enum check_report_severity { CHECK_REPORT_INFO, CHECK_REPORT_WARNING, CHECK_REPORT_ERROR };

// Exit statuses of every subcommand that checks.
enum {
    CHECK_REPORT_CLEAN = 0,
    CHECK_REPORT_FOUND = 66,
    CHECK_REPORT_LOST = 67,
    CHECK_REPORT_DIVERGED = 68
};

// Reports go to `out` as they happen (NULL, the default: stderr, or into the log when that is of
// JSON lines), and a line of JSON each to `json` (NULL: none). Borrowed.
void check_set_output(FILE *out);
void check_report_set_json(FILE *json);
// Sets the content of the line "repro": `add` writes it. Without it the line says how to look at
// the trace; without a trace it is the text `again`, which says how to run this program so that
// more is seen. All NULL: no such line.
void check_report_set_repro(void (*add)(FILE *out));
void check_report_set_again(const char *again);

uint64_t check_violations(void);            // errors of all codes that are not suppressed
uint64_t check_count(enum check_code code); // of this code, whatever its severity
// Writes the counts, or "0 violations". NULL: to stderr, or into a log of JSON lines.
void check_summary(FILE *out);
void check_reset(void); // forgets counts and suppressions; for tests and explorers

// The name of a code, such as "no-lock"; NULL when there is no such code.
const char *check_report_title(enum check_code code);
enum check_report_severity check_report_severity(enum check_code code);

// Reads a file of suppressions, as of `today` (YYYY-MM-DD). Reports every bad line on `out` and
// returns how many there were; -1 when the file cannot be read.
int check_report_suppressions(const char *path, const char *today, FILE *out);
// How many suppressions were never used or have expired. Names each on `out` (NULL: stderr or log).
unsigned check_report_suppressions_bad(FILE *out);

// Write the results for machines. 0, or -1 and errno.
int check_report_sarif(const char *path);
int check_report_junit(const char *path);

// A problem that a forked child has found, for its parent: sites have the same addresses there.
struct check_report_found {
    enum check_code code;
    const struct site *site, *other;
    const void *from; // return address from which site_of_call finds the site; NULL: use `site`
    uint64_t count;
    int suppression; // number of the suppression that covers it; -1: none
    char object[64], text[2048];
};
// Copies at most `most` problems into the list; returns how many.
size_t check_report_take(struct check_report_found *list, size_t most);
// Counts the problem as if this process had found it; writes no report.
void check_report_add(const struct check_report_found *f);

// The exit status of a checked run: more than `most` errors, evidence lost, divergence, or bad
// suppressions.
int check_report_status(uint64_t most);

#endif
