// A latency histogram of fixed size: logarithmic octaves cut into equal steps, so that any value
// up to two minutes is kept with an error below 1 %. The scheme is that of HdrHistogram.
// Units: whatever the caller records (the generator records nanoseconds).
// Threads: one at a time.  Locks: none.
#ifndef BENCH_HIST_H
#define BENCH_HIST_H

#include <stdint.h>

enum {
    HIST_STEP_BITS = 7, // 128 steps an octave: a bucket is at most 1/128 of its value wide
    HIST_TOP_BIT = 37,  // larger values are counted in the last bucket; `max` stays exact
    HIST_BUCKETS = (HIST_TOP_BIT - HIST_STEP_BITS + 2) << HIST_STEP_BITS,
};

// Visible so that it can be embedded; a zeroed struct is an empty histogram.
struct hist {
    uint64_t count;
    uint64_t sum;
    uint64_t max;
    uint64_t bucket[HIST_BUCKETS];
};

void hist_reset(struct hist *h);
void hist_record(struct hist *h, uint64_t value);
void hist_add(struct hist *h, const struct hist *other);
// The value that `percent` (0..100) of the records do not exceed, rounded up to its bucket's upper
// end but never above the maximum; 0 when nothing was recorded.
uint64_t hist_percentile(const struct hist *h, double percent);
uint64_t hist_mean(const struct hist *h);

#endif
