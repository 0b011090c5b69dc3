// Unfriendly company: connections that are silent, dripping, deaf or flooding while others play.
// Threads: one.  Locks: none.
#ifndef BENCH_LOADGEN_FOES_H
#define BENCH_LOADGEN_FOES_H

#include <stdbool.h>
#include <stdint.h>

#include "loadgen_pool.h"
#include "loadgen_run.h"

enum {
    LOADGEN_FOES_TICK_NS = 1000000,
    LOADGEN_FOES_A_TICK = 20, // connections begun in a tick
};

struct loadgen_foes {
    unsigned next; // index in the pool of the next one to connect
    uint64_t drip_at;
    uint64_t leave_at;
    uint64_t tick_at;
};

// True when the options ask for any.
bool loadgen_foes_wanted(const struct loadgen_options *o);
// Whether this one logs in during the set-up like a player.
bool loadgen_foes_log_in(enum loadgen_role role);
// Does what is due at `now`: connects the silent, drips, floods. Calls within a tick do nothing.
void loadgen_foes_tick(struct loadgen_foes *f, struct loadgen_pool *pool, uint64_t now);
// Counts the loss of one that had connected at p->began.
void loadgen_foes_count_loss(struct loadgen_role_result *r, const struct loadgen_player *p,
                             uint64_t now);

#endif
