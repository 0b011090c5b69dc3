// Durations as people write them: "90s", "5m", "1h30m", "250ms", "2d", or a bare number of seconds.
// Threads: any.  Locks: none.  Unit of every number here: milliseconds.
#ifndef UTIL_DURATION_H
#define UTIL_DURATION_H

#include <stdbool.h>
#include <stdint.h>

struct buf;

#define DURATION_MAX_MS INT64_C(2592000000) // 30 days

// Units go from large to small, each at most once. False, leaving *ms alone, when `s` is not a
// duration or exceeds DURATION_MAX_MS.
bool duration_parse(const char *s, int64_t *ms);
void duration_write(struct buf *out, int64_t ms); // the shortest text that parses to the same

#endif
