// Between raw.c, which judges, and raw_hooks.c, which the compiler calls. Included by them only.
#ifndef LOCK_RAW_PRIV_H
#define LOCK_RAW_PRIV_H

#include <stdbool.h>
#include <stddef.h>

// Instrumented code touches these bytes; `from` is where it goes on.
void raw_touched(const volatile void *p, size_t size, bool write, const void *from);
// Where the function that this thread is in returns to (0), and its callers (1…); NULL: not known.
const void *raw_caller(unsigned n);

#endif
