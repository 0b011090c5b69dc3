// Shared by raw.c, which checks accesses, and raw_calls.c, whose functions the compiler's code
// calls. Included by them only.
#ifndef CHECK_RAW_RAW_PRIV_H
#define CHECK_RAW_RAW_PRIV_H

#include <stdbool.h>
#include <stddef.h>

// Instrumented code accesses `size` bytes at p; `from` is the return address.
void raw_touched(const volatile void *p, size_t size, bool write, const void *from);
// Return addresses of this thread's functions: 0 the innermost one, 1… its callers; NULL: not
// known.
const void *raw_caller(unsigned n);

#endif
