// The strategies. They see tasks only as numbers; candidate 0 is the running vthread, if any.
#include "engine/explore/strategy.h"

#include <assert.h>
#include <string.h>

static const char *const names[] = {"straight", "walk", "pct", "starve", "portfolio", "replay"};

bool explore_parse_strategy(const char *name, enum explore_strategy *strategy)
{
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (!strcmp(name, names[i])) {
            *strategy = (enum explore_strategy)i;
            return true;
        }
    return false;
}

const char *explore_strategy_name(enum explore_strategy strategy)
{
    assert((size_t)strategy < sizeof(names) / sizeof(names[0]));
    return names[strategy];
}

enum explore_strategy explore_portfolio(uint64_t seed)
{
    static const enum explore_strategy turns[] = {EXPLORE_WALK, EXPLORE_PCT, EXPLORE_WALK,
                                                  EXPLORE_STARVE};
    return turns[seed % 4];
}

void strategy_init(struct strategy *s, const struct explore_config *config)
{
    *s = (struct strategy){.kind = config->strategy, .seed = config->seed};
    if (s->kind == EXPLORE_PORTFOLIO)
        s->kind = explore_portfolio(config->seed);
    rng_seed(&s->rng, config->seed ^ 0x5eed5eed5eedu);
    unsigned depth = config->depth ? config->depth : 3;
    uint64_t length = config->length ? config->length : 1000;
    for (s->changes = 0; s->changes + 1 < depth && s->changes < STRATEGY_DEPTH_MAX; s->changes++)
        s->change[s->changes] = rng_below(&s->rng, length);
}

// The priority of a task: random, but the same throughout the run; tasks in `low` are below all
// others.
static uint64_t priority(const struct strategy *s, uint32_t task)
{
    for (unsigned i = s->low_count; i-- > 0;)
        if (s->low[i] == task)
            return s->low_count - i;
    return explore_mix(explore_mix(s->seed, 7), task) | (uint64_t)1 << 32;
}

static void fall(struct strategy *s, uint32_t task)
{
    if (s->low_count == STRATEGY_LOW_MAX) {
        memmove(s->low, s->low + 1, (STRATEGY_LOW_MAX - 1) * sizeof(s->low[0]));
        s->low_count--;
    }
    s->low[s->low_count++] = task;
}

static size_t by_priority(struct strategy *s, const struct candidate *list, size_t n)
{
    for (unsigned i = 0; i < s->changes; i++)
        if (s->change[i] == s->points)
            fall(s, list[0].task);
    size_t best = 0;
    for (size_t i = 1; i < n; i++)
        if (priority(s, list[i].task) > priority(s, list[best].task))
            best = i;
    return best;
}

static size_t starving(struct strategy *s, const struct candidate *list, size_t n)
{
    if (s->points >= s->victim_until) {
        s->victim = list[rng_below(&s->rng, n)].task;
        s->victim_until = s->points + 5 + rng_below(&s->rng, 200);
    }
    size_t choice = rng_below(&s->rng, 4) ? 0 : rng_below(&s->rng, n);
    for (size_t i = 0; i < n && list[choice].task == s->victim; i++)
        choice = (choice + 1) % n;
    return choice;
}

size_t strategy_choose(struct strategy *s, const struct candidate *list, size_t n)
{
    assert(n);
    size_t choice = 0;
    switch (s->kind) {
    case EXPLORE_WALK:
        choice = rng_below(&s->rng, n);
        break;
    case EXPLORE_PCT:
        choice = by_priority(s, list, n);
        break;
    case EXPLORE_STARVE:
        choice = starving(s, list, n);
        break;
    default:
        break;
    }
    s->points++;
    return choice;
}
