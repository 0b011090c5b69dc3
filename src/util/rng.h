// A stream of random numbers that depends on its seed alone: the same on every machine, for ever.
// Not for secrets.
// Threads: one owner at a time.  Locks: none.
// Source: xoshiro256** by Blackman and Vigna (2018), its state filled by splitmix64; numbers below
// a bound by Lemire's multiplication (2019).
#ifndef UTIL_RNG_H
#define UTIL_RNG_H

#include <stdbool.h>
#include <stdint.h>

struct rng {
    uint64_t s[4];
};

void rng_seed(struct rng *r, uint64_t seed);
uint64_t rng_next(struct rng *r);
uint64_t rng_below(struct rng *r, uint64_t n); // 0 to n - 1, unbiased; 0 when n is 0
int64_t rng_between(struct rng *r, int64_t low, int64_t high); // both included; low <= high
bool rng_chance(struct rng *r, uint32_t in, uint32_t of);      // true `in` times of `of`

// One step of splitmix64: a good mixing of a number, for deriving seeds from seeds.
uint64_t rng_mix(uint64_t n);

#endif
