// The locations over which a run spreads its players: a file with one a line, as GOTO takes them.
// Threads: any; read-only once loaded.  Locks: none.
// Errors: what is wrong is said on standard error.
#ifndef BENCH_LOADGEN_PLACES_H
#define BENCH_LOADGEN_PLACES_H

#include <stdbool.h>
#include <stddef.h>

struct loadgen_places {
    char *text; // owned; the lines point into it
    char **line;
    size_t count;
};

// False when the file cannot be read or names no place.
bool loadgen_places_load(struct loadgen_places *p, const char *path);
void loadgen_places_fini(struct loadgen_places *p);

#endif
