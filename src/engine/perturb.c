// The length of a pause is counted in schedule points that other workers pass meanwhile, so that a
// busy machine perturbs as much as an idle one; if they pass none, the pause ends by the clock.
#include "engine/perturb.h"

#include "check/interpose.h"
#include "runtime/sched.h"
#include "runtime/schedule_point.h"
#include "util/rng.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <time.h>

enum {
    POINTS = 200, // that other workers pass until a pause ends
    SLEEPS = 10,  // at most
    SLEEP_NS = 100000,
    LIMBO = 2, // one in so many steps into or out of limbo pauses
};

static uint64_t first_seed;
static unsigned often;
static _Atomic uint64_t passed, threads;
static _Thread_local struct rng rng;
static _Thread_local bool seeded;

// The checker reports a task that sleeps under a world lock. Here that is intended, so this code
// counts as the checker's own.
static void pause_until(uint64_t point)
{
    const struct timespec moment = {.tv_nsec = SLEEP_NS};
    interpose_own(1);
    for (int i = 0; i < SLEEPS && atomic_load_explicit(&passed, memory_order_relaxed) < point; i++)
        nanosleep(&moment, NULL);
    interpose_own(-1);
}

static void perturb(enum schedule_point_kind kind, uint32_t object)
{
    (void)object;
    if (sched_worker_index() < 0)
        return;
    if (!seeded)
        rng_seed(&rng, first_seed + atomic_fetch_add_explicit(&threads, 1, memory_order_relaxed));
    seeded = true;
    uint64_t now = atomic_fetch_add_explicit(&passed, 1, memory_order_relaxed);
    if (!rng_below(&rng, kind == SCHEDULE_POINT_LIMBO && often > LIMBO ? LIMBO : often))
        pause_until(now + POINTS);
}

void perturb_start(uint64_t seed, unsigned one_in)
{
    assert(one_in);
    first_seed = seed;
    often = one_in;
    atomic_store(&schedule_point_hook, perturb);
}

void perturb_stop(void)
{
    atomic_store(&schedule_point_hook, NULL);
}
