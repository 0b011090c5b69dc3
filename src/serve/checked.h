// What every subcommand that runs the world under the lock checker has in common: its options, the
// files that it writes, and the exit status.
// Threads: the one of main.
#ifndef SERVE_CHECKED_H
#define SERVE_CHECKED_H

#include "lock/lockcheck.h"

#include <getopt.h>
#include <stdbool.h>
#include <stdint.h>

enum { CHECKED_OPTIONS = 8, CHECKED_FIRST = 2000 };

struct checked {
    enum lockcheck_level level;
    uint32_t sample;
    const char *trace, *json, *sarif, *junit, *suppress;
    uint64_t most; // violations that are put up with
    FILE *json_file;
};

// Fills in CHECKED_OPTIONS options whose values are CHECKED_FIRST and above.
void checked_options(struct option *list);
// An option of checked_options; false (told on stderr) when its argument is not understood.
bool checked_option(struct checked *c, int value, const char *argument);
extern const char checked_usage[];

// Sets the level and opens the files; 0, or an exit status when one cannot be opened (told).
int checked_begin(struct checked *c);
// Writes what was found; `status` when it is not 0, else 66, 67, 68 or 0.
int checked_end(struct checked *c, int status);

#endif
