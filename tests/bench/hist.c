// Buckets of a latency histogram. Values below 256 have a bucket each; above that an octave is cut
// into 128 equal steps. Recording is one shift and three additions, because it sits in the
// generator's hot path and the generator shares its machine with the server under test.
#include "hist.h"

#include <math.h>
#include <string.h>

static unsigned hist_index(uint64_t value)
{
    const uint64_t largest = ((uint64_t)1 << (HIST_TOP_BIT + 1)) - 1;
    if (value > largest) {
        value = largest;
    }
    unsigned top = 63U - (unsigned)__builtin_clzll(value | 1);
    unsigned shift = top > HIST_STEP_BITS ? top - HIST_STEP_BITS : 0;
    return (shift << HIST_STEP_BITS) + (unsigned)(value >> shift);
}

static uint64_t hist_upper_end(unsigned index)
{
    unsigned shift = index >> HIST_STEP_BITS;
    shift = shift > 0 ? shift - 1 : 0;
    uint64_t step = index - (shift << HIST_STEP_BITS);
    return ((step + 1) << shift) - 1;
}

void hist_reset(struct hist *h)
{
    memset(h, 0, sizeof(*h));
}

void hist_record(struct hist *h, uint64_t value)
{
    h->bucket[hist_index(value)]++;
    h->count++;
    h->sum += value;
    if (value > h->max) {
        h->max = value;
    }
}

void hist_add(struct hist *h, const struct hist *other)
{
    for (unsigned i = 0; i < HIST_BUCKETS; i++) {
        h->bucket[i] += other->bucket[i];
    }
    h->count += other->count;
    h->sum += other->sum;
    if (other->max > h->max) {
        h->max = other->max;
    }
}

uint64_t hist_percentile(const struct hist *h, double percent)
{
    if (h->count == 0) {
        return 0;
    }
    uint64_t rank = (uint64_t)ceil((double)h->count * percent / 100.0);
    rank = rank < 1 ? 1 : rank > h->count ? h->count : rank;
    uint64_t seen = 0;
    for (unsigned i = 0; i < HIST_BUCKETS; i++) {
        seen += h->bucket[i];
        if (seen >= rank) {
            uint64_t end = hist_upper_end(i);
            return i == HIST_BUCKETS - 1 || end > h->max ? h->max : end;
        }
    }
    return h->max;
}

uint64_t hist_mean(const struct hist *h)
{
    return h->count ? h->sum / h->count : 0;
}
