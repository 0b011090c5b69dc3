// Runs a dispatch under a schedule that is chosen step by step, with virtual time: the real
// commands, one vthread at a time. See docs/explorer.md.
//
// Threads: explore_run makes the vthreads and joins them; its caller is vthread 0, the first loop.
// One exploration a process at a time. The dispatch has not been started.
#ifndef ENGINE_EXPLORE_EXPLORE_H
#define ENGINE_EXPLORE_EXPLORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dispatch;

enum explore_strategy {
    EXPLORE_STRAIGHT, // no switch except where the vthread cannot go on
    EXPLORE_WALK,
    EXPLORE_PCT,
    EXPLORE_STARVE,
    EXPLORE_PORTFOLIO, // one of the three above, chosen by seed
    EXPLORE_REPLAY,    // the choices in `choices`
};

enum { EXPLORE_VTHREADS_MAX = 16, EXPLORE_CHOICES_MAX = 1 << 20 };

struct explore_config {
    enum explore_strategy strategy;
    uint64_t seed;
    unsigned vthreads;       // workers; from 1 on; with the loops at most EXPLORE_VTHREADS_MAX
    unsigned loops;          // of the dispatch; 0 counts as 1
    bool guests;             // the loops run commands too, as guests of the scheduler
    uint64_t length;         // about how many schedule points there will be, for pct
    unsigned depth;          // of pct
    uint64_t steps_max;      // schedule points after which the run is given up; 0: never
    void (*give_up)(void *); // called then, with the loop's `arg`; does not return
    const uint16_t *choices; // the choices to replay; after the last one 0 is chosen
    size_t choice_count;
    bool lenient;     // an impossible choice becomes 0; otherwise the run has diverged
    uint16_t *record; // room for EXPLORE_CHOICES_MAX: the choices that were made
};

struct explore_result {
    uint64_t hash; // hash of every point and which task passed it, independent of addresses
    uint64_t points, switches;
    size_t recorded; // choices in record
    bool diverged;   // a choice to be replayed was not possible
    bool given_up;   // steps_max was reached
    bool delivered;  // all outcomes, by all loops that have a hearer of them
    uint32_t parked; // tasks that still wait for a lock when nothing can go on
};

// The part of the threads that run the loops. Each function acts for the loop that loopguard_loop
// names.
struct explore_loop {
    void (*turn)(void *arg);   // on the loop's vthread: delivers, hands over lines
    bool (*ready)(void *arg);  // on any: has the loop something to do?
    int64_t (*due)(void *arg); // virtual time at which one of all loops will be; INT64_MAX: never
    void *arg;
};

// `until_ms` is the virtual time at which the run ends.
void explore_run(struct dispatch *d, const struct explore_config *config, int64_t until_ms,
                 const struct explore_loop *loop, struct explore_result *result);

bool explore_parse_strategy(const char *name, enum explore_strategy *strategy);
const char *explore_strategy_name(enum explore_strategy strategy);
// The strategy that the portfolio takes for a seed.
enum explore_strategy explore_portfolio(uint64_t seed);

// For digests: mixes a number into a hash.
uint64_t explore_mix(uint64_t hash, uint64_t value);

#endif
