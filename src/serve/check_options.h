// Shared by every subcommand that runs the world under the lock checker has in common: its options,
// the files that it writes, and the exit status. Threads: the one of main.
#ifndef SERVE_CHECK_OPTIONS_H
#define SERVE_CHECK_OPTIONS_H

#include "check/check.h"
#include "util/options.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct check_options {
    enum check_level level;
    uint32_t sample;
    const char *trace, *json, *sarif, *junit, *suppress;
    uint64_t most; // violations that are put up with
    FILE *json_file;
};

// The options, whose structure is struct check_options (util/options.h), and what to call them in
// --help.
extern const struct options_entry check_options_entries[];
#define CHECK_OPTIONS_TABLE                                                                        \
    {                                                                                              \
        "Lock checker", check_options_entries                                                      \
    }

// Sets the level and opens the files; 0, or an exit status when one cannot be opened (reported).
int check_options_begin(struct check_options *c);
// Writes what was found; `status` when it is not 0, else 66, 67, 68 or 0.
int check_options_end(struct check_options *c, int status);

#endif
