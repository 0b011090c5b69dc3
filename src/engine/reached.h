// The rare paths of the engine by name, so that a test can require that it has taken them. How
// often each was taken is in struct dispatch_stats; here are their names, sums over many runs, and
// what is missing.
//
// Threads: any; nothing is shared. Locks: none.
#ifndef ENGINE_REACHED_H
#define ENGINE_REACHED_H

#include "engine/dispatch.h"

#include <stdbool.h>
#include <stdint.h>

struct buf;

enum { REACHED_PATHS = 10 };

struct reached {
    uint64_t count[REACHED_PATHS];
};

void reached_add(struct reached *sum, const struct dispatch_stats *more);
// Adds the paths that `names` lists, between commas or spaces, one bit each, to `paths`. False: a
// name is unknown.
bool reached_parse(const char *names, uint32_t *paths);
// "waits 12, retries 3, …", without an end of line.
void reached_tell(const struct reached *sum, struct buf *out);
// The names of those of `paths` that were never taken, between commas; false when there is none.
bool reached_missing(const struct reached *sum, uint32_t paths, struct buf *out);

#endif
