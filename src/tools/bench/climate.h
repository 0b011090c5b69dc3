// The parts of a zone that change with time: weather, regrowth, decay, and mobiles that drift from
// cell to cell. The result depends only on the zone's number and the number of the tick, so a tick
// gives the same result on any number of threads, in any order of the zones.
//
// Threads: one tick of one zone is done by CLIMATE_PARTS jobs in any order. Each holds the zone's
// lock exclusively; code that counts or digests holds it too. The zone's parts and the jobs'
// scratch memory are declared to the lock checker (check/shared.h).
#ifndef TOOLS_BENCH_CLIMATE_H
#define TOOLS_BENCH_CLIMATE_H

#include "check/shared.h"
#include "util/site.h"

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

struct climate;
struct lock;

enum { CLIMATE_PARTS = 2, CLIMATE_CELLS_MAX = 1 << 24 };

// Where a job computes before it changes the zone. Atomic, though it belongs to one job at a time:
// the variant that shares it by mistake must give wrong results, not a crash.
struct climate_scratch {
    struct shared use; // declares its uses to the checker; its maker sets the label
    _Atomic uint32_t rows_left;
    uint32_t mobiles; // room in `to`
    _Atomic uint32_t to[];
};

// One job's part of a tick.
struct climate_pass {
    uint64_t tick; // from 1
    struct climate_scratch *scratch;
    const struct site *volatile at; // the line that runs now, for the report of a crash
};

struct climate *climate_new(uint32_t zone, uint32_t cells); // 1 to CLIMATE_CELLS_MAX
void climate_free(struct climate *c);
// for zones of that many cells; free() it
struct climate_scratch *climate_scratch_new(uint32_t cells);

struct lock *climate_lock(struct climate *c);
const char *climate_label(const struct climate *c); // "zone 7"; lives as long as c
uint32_t climate_cells(const struct climate *c);

// Does the next part of the tick; the first caller does the first part. Takes no lock and no
// memory.
void climate_tick(struct climate *c, struct climate_pass *pass);

// how many cells have had exactly so many ticks
uint32_t climate_cells_at(struct climate *c, uint64_t ticks);
uint64_t climate_digest(struct climate *c); // of everything that a tick changes

#endif
