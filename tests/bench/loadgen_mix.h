// Which command a player sends next.
// Threads: the generator's only thread.  Locks: none.
#ifndef BENCH_LOADGEN_MIX_H
#define BENCH_LOADGEN_MIX_H

#include <stdbool.h>
#include <stdint.h>

#include "loadgen_options.h"
#include "loadgen_player.h"

// Chooses and sends one command whose latency counts from `began`; false when the connection would
// not take it.
bool loadgen_mix_send(struct loadgen_player *p, const struct loadgen_options *o, uint64_t began,
                      struct loadgen_tally *tally);

#endif
