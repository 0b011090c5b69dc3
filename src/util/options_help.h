// The text of --help, made from the tables of options (util/options.h).
// Threads: any.  Locks: none.
#ifndef UTIL_OPTIONS_HELP_H
#define UTIL_OPTIONS_HELP_H

#include "util/options.h"

#include <stdio.h>

// What every table has: --help and --version.
extern const struct options_entry options_help_entries[];

void options_help_print(const struct options_spec *spec, FILE *out);

#endif
