// Deterministic random numbers. Keeps nothing outside the caller's state; one owner at a time.
#include "util/rng.h"

#include <assert.h>
#include <stddef.h>

uint64_t rng_mix(uint64_t n)
{
    n += UINT64_C(0x9e3779b97f4a7c15);
    n = (n ^ (n >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    n = (n ^ (n >> 27)) * UINT64_C(0x94d049bb133111eb);
    return n ^ (n >> 31);
}

void rng_seed(struct rng *r, uint64_t seed)
{
    for (size_t i = 0; i < 4; i++)
        r->s[i] = rng_mix(seed + i * UINT64_C(0x9e3779b97f4a7c15));
}

static uint64_t rotate(uint64_t x, int by)
{
    return x << by | x >> (64 - by);
}

uint64_t rng_next(struct rng *r)
{
    uint64_t *s = r->s;
    uint64_t result = rotate(s[1] * 5, 7) * 9;
    uint64_t shifted = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= shifted;
    s[3] = rotate(s[3], 45);
    return result;
}

uint64_t rng_below(struct rng *r, uint64_t n)
{
    if (n < 2)
        return 0;
    __extension__ typedef unsigned __int128 wide;
    wide product = (wide)rng_next(r) * n;
    if ((uint64_t)product < n) {
        // The low 2^64 mod n products would favour some results: draw those again.
        uint64_t unfair = -n % n;
        while ((uint64_t)product < unfair)
            product = (wide)rng_next(r) * n;
    }
    return (uint64_t)(product >> 64);
}

int64_t rng_between(struct rng *r, int64_t low, int64_t high)
{
    assert(low <= high);
    uint64_t span = (uint64_t)high - (uint64_t)low;
    uint64_t offset = span == UINT64_MAX ? rng_next(r) : rng_below(r, span + 1);
    return (int64_t)((uint64_t)low + offset);
}

bool rng_chance(struct rng *r, uint32_t in, uint32_t of)
{
    assert(of && in <= of);
    return rng_below(r, of) < in;
}
