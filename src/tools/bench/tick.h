// The parallel world tick: every zone is ticked on the worker pool, between two barriers. A fork
// makes CLIMATE_PARTS jobs for each zone, which are tasks like any other; the tick ends when the
// last of them has ended, and only then may the next one begin. Each job holds the lock of its
// zone, so the parts of one zone come one after the other, and nothing else is shared: the result
// is the same on any number of workers.
//
// A job that crashes is reported and its locks are released; its zone is quarantined (not ticked
// again) and the others go on.
//
// Threads: tick_new, tick_fork and functions that read the zones on one thread, the coordinator,
// which is not a worker; jobs on the workers of the scheduler.
#ifndef TOOLS_BENCH_TICK_H
#define TOOLS_BENCH_TICK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct climate;
struct sched;
struct tick;
struct tick_pool;

// The correct way, and three mistakes that the lock checker finds in every run, also when the
// counts happen to be right.
enum tick_race {
    TICK_RACE_NONE,
    TICK_RACE_UNLOCKED,       // jobs take no lock: L001
    TICK_RACE_WRONG_ZONE,     // the second part holds the lock of the zone beside its own: L003
    TICK_RACE_SHARED_SCRATCH, // all jobs compute in one scratch memory: L031
};

enum { TICK_NO_ZONE = -1 };

struct tick_config {
    enum tick_race race;
    bool meet; // queue the parts of a zone so that they meet on two workers; for tests and races
    int64_t crash_zone; // index of the zone whose job raises crash_signal; TICK_NO_ZONE
    int crash_signal;
    FILE *report; // crashes are reported here; NULL: stderr
    // Called when the tick is over, so that the coordinator may fork the next. Called on a worker,
    // or on the coordinator when there was nothing to do. NULL: the coordinator uses tick_wait.
    void (*finished)(void *arg);
    void *arg;
};

// Borrows the zones, which are of one size and stay longer than the tick.
struct tick *tick_new(struct sched *s, struct climate **zones, size_t count,
                      const struct tick_config *config);
void tick_free(struct tick *t); // no tick is under way

void tick_fork(struct tick *t); // starts the next one; none is under way
void tick_wait(struct tick *t); // until it is over; not on a worker
uint64_t tick_number(const struct tick *t);

bool tick_quarantined(const struct tick *t, size_t zone);
size_t tick_quarantines(const struct tick *t);
// Both read the zones that are not in quarantine, taking their locks, between two ticks.
// how many cells have had exactly so many ticks
uint64_t tick_cells_at(struct tick *t, uint64_t ticks);
uint64_t tick_digest(struct tick *t);

// Workers for a tick without a server: a scheduler and its threads, all of which have started when
// tick_pool_new returns.
struct tick_pool *tick_pool_new(unsigned threads);
struct sched *tick_pool_sched(struct tick_pool *p);
void tick_pool_free(struct tick_pool *p);

#endif
