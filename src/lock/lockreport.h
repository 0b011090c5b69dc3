// What becomes of violations: told once in full for each distinct code, site and second site, then
// counted; written as text, JSON Lines, SARIF and JUnit; suppressed when somebody has taken the
// responsibility until a date.
// Threads: lockreport from any; the rest from one thread at start and end.
#ifndef LOCK_LOCKREPORT_H
#define LOCK_LOCKREPORT_H

#include "lock/lockcheck.h"

#include <stdint.h>
#include <stdio.h>

enum lockreport_severity { LOCKREPORT_INFO, LOCKREPORT_WARNING, LOCKREPORT_ERROR };

// Exit statuses of every subcommand that checks.
enum { LOCKREPORT_CLEAN = 0, LOCKREPORT_FOUND = 66, LOCKREPORT_LOST = 67, LOCKREPORT_DIVERGED = 68 };

// Reports go to `out` as they happen (NULL, the default: stderr, or into the log when that is of JSON
// lines), and a line of JSON each to `json` (NULL: none). Borrowed.
void lockcheck_set_output(FILE *out);
void lockreport_set_json(FILE *json);
// What the "repro" line says; `add` writes it. NULL: how to look at the trace, or without one `again`:
// how this program is run again so that more is seen. NULL: no such line. Must be true of the program.
void lockreport_set_repro(void (*add)(FILE *out));
void lockreport_set_again(const char *again);

uint64_t lockcheck_violations(void); // errors of all codes that are not suppressed
uint64_t lockcheck_count(enum lockcheck_code code); // of this code, whatever its severity
// The counts, and "0 violations" when there are none. With NULL: to stderr, or into a log of JSON lines.
void lockcheck_summary(FILE *out);
void lockcheck_reset(void);        // forgets counts and suppressions; for tests and explorers

const char *lockreport_title(enum lockcheck_code code); // "no-lock"; NULL when there is no such code
enum lockreport_severity lockreport_severity(enum lockcheck_code code);

// Reads a file of suppressions, as of `today` (YYYY-MM-DD). Complains of every bad line on `out`
// and returns how many there were; -1 when it cannot be read.
int lockreport_suppressions(const char *path, const char *today, FILE *out);
// How many suppressions were never used or have expired; each named on `out` (NULL: as above).
unsigned lockreport_suppressions_bad(FILE *out);

// What was found, for machines. 0, or -1 and errno.
int lockreport_sarif(const char *path);
int lockreport_junit(const char *path);

// A problem as one process found it, for the one that it was forked from: sites are the same there.
struct lockreport_found {
    enum lockcheck_code code;
    const struct site *site, *other;
    const void *from; // not NULL: the site is that of the call from here (site_of_call)
    uint64_t count;
    int suppression; // that covers it; -1: none
    char object[64], text[2048];
};
size_t lockreport_take(struct lockreport_found *list, size_t most); // how many there are, at most so many
void lockreport_add(const struct lockreport_found *f); // counts as if found here; is told nowhere

// The exit status of a checked run: more than `most` errors, evidence lost, divergence, or bad
// suppressions.
int lockreport_status(uint64_t most);

#endif
