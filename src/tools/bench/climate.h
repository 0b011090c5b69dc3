// What changes in a zone by itself: weather, regrowth, decay, and mobiles that drift from cell to
// cell. All of it follows from the zone's number and the number of the tick, so that a tick gives
// the same result on any number of threads, in any order of the zones.
//
// Threads: one tick of one zone is done by CLIMATE_PARTS jobs in any order. Each holds the zone's
// lock exclusively; whoever counts or digests holds it too. Its parts and the scratch that they
// work in are declared to the lock checker (lock/shared.h).
#ifndef TOOLS_BENCH_CLIMATE_H
#define TOOLS_BENCH_CLIMATE_H

#include "lock/shared.h"
#include "lock/site.h"

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

struct climate;
struct lock;

enum { CLIMATE_PARTS = 2, CLIMATE_CELLS_MAX = 1 << 24 };

// Where a job computes before it changes the zone. Atomic, though it belongs to one job at a time:
// the variant that shares it by mistake must come to wrong results, not to a crash.
struct climate_scratch {
    struct shared use; // by whom, for the checker; whoever makes it says whose it is
    _Atomic uint32_t rows_left;
    uint32_t mobiles; // how many `to` has room for
    _Atomic uint32_t to[];
};

// One job's part of a tick.
struct climate_pass {
    uint64_t tick; // from 1
    struct climate_scratch *scratch;
    const struct site *volatile at; // the step that runs, for the report of a crash
};

struct climate *climate_new(uint32_t zone, uint32_t cells); // 1 to CLIMATE_CELLS_MAX
void climate_free(struct climate *c);
struct climate_scratch *climate_scratch_new(uint32_t cells); // for zones of so many; free() it

struct lock *climate_lock(struct climate *c);
const char *climate_label(const struct climate *c); // "zone 7"; lives as long as c
uint32_t climate_cells(const struct climate *c);

// The next part of the tick: whoever comes first does the first. Takes no lock and no memory.
void climate_tick(struct climate *c, struct climate_pass *pass);

uint32_t climate_cells_at(struct climate *c, uint64_t ticks); // that had exactly so many
uint64_t climate_digest(struct climate *c);                   // of everything that a tick changes

#endif
