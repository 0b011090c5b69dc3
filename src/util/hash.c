// The hash of bytes and of texts. Keeps nothing, so any thread may ask. Not for tables that
// strangers fill (util/map.c has a key of its own for that).
#include "util/hash.h"

#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

uint64_t hash_bytes(const void *bytes, size_t n, uint64_t seed)
{
    return XXH3_64bits_withSeed(bytes, n, seed);
}

uint64_t hash_text(const char *text, uint64_t seed)
{
    return text ? hash_bytes(text, strlen(text), seed) : hash_word(seed, UINT64_MAX);
}
