// Chooses which task runs next at a schedule point. Each strategy draws from a random stream of its
// own, so that a seed decides everything. Sources: random walk; PCT after Burckhardt, Kothari,
// Musuvathi and Nagarakatte, "A Randomized Scheduler with Probabilistic Guarantees of Finding
// Bugs", ASPLOS 2010; starvation after the chaos mode of rr.
// Threads: the vthread that has the token.
#ifndef ENGINE_EXPLORE_STRATEGY_H
#define ENGINE_EXPLORE_STRATEGY_H

#include "engine/explore/explore.h"
#include "util/rng.h"

enum { CANDIDATES_MAX = 128, STRATEGY_DEPTH_MAX = 16, STRATEGY_LOW_MAX = 16 };

struct candidate {
    unsigned vthread;
    bool start; // the vthread is free and would begin the n-th runnable task
    size_t nth;
    uint32_t task; // 0 and the largest numbers: the loops
};

struct strategy {
    enum explore_strategy kind;
    uint64_t seed;
    struct rng rng;
    uint64_t points;
    // for pct
    // schedule points at which the running task gets the lowest priority
    uint64_t change[STRATEGY_DEPTH_MAX];
    unsigned changes;
    uint32_t low[STRATEGY_LOW_MAX]; // tasks that got the lowest priority, the latest lowest
    unsigned low_count;
    // for starve
    uint32_t victim;
    uint64_t victim_until;
};

void strategy_init(struct strategy *s, const struct explore_config *config);
size_t strategy_choose(struct strategy *s, const struct candidate *list, size_t n);

#endif
