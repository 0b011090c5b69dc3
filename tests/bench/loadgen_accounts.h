// Account files for the benchmark's players.
// Threads: any.  Locks: none.
#ifndef BENCH_LOADGEN_ACCOUNTS_H
#define BENCH_LOADGEN_ACCOUNTS_H

#include "loadgen_options.h"

#include <stddef.h>

// Writes accounts/benchNNNN.json for N players under the data folder `dir`, making both folders
// when they are missing. All accounts share one password and one hash of the least cost that
// libsodium allows: for benchmarks only. Negative: -errno, already said on standard error.
int loadgen_accounts_make(const char *dir, unsigned n, const struct loadgen_words *permit);

// "Benchaaaa", "Benchaaab", …; `size` of at least 16 holds every name.
void loadgen_accounts_character(unsigned number, char *name, size_t size);

#endif
