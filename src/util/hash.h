// Hashes that mean the same in every run and on every machine: no key of this process, no pointer.
// Threads: any.
#ifndef UTIL_HASH_H
#define UTIL_HASH_H

#include <stddef.h>
#include <stdint.h>

uint64_t hash_bytes(const void *bytes, size_t n, uint64_t seed); // xxh3
uint64_t hash_text(const char *text, uint64_t seed);             // NULL is not the same as ""

// One more word; quick, and depends on the order.
static inline uint64_t hash_word(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
    return hash ^ hash >> 32;
}

#endif
