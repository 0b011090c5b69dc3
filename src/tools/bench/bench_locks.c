// latchkey bench locks: what one lock, one access and one move cost at each level of the checker,
// on one thread. Takes the best of several rounds, as the machine does other things too. Changes
// nothing.
#include "tools/bench/bench_locks.h"

#include "check/check.h"
#include "check/check_report.h"
#include "lock/lockset.h"
#include "trace/recorder.h"
#include "util/clock.h"
#include "world/attr.h"
#include "world/attr/name.h"
#include "world/inventory.h"
#include "world/limbo.h"
#include "world/world.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { ROUNDS = 9, OPERATIONS = 200000, BALLS = 8 };

static struct {
    struct world *world;
    struct thing *here, *there, *bag, *pouch, *ball;
    struct lockset locks;
} b;

static void must_hold(struct thing *t)
{
    assert(t);
    lockset_need(&b.locks, thing_lock(t), LOCK_EXCLUSIVE);
    if (lockset_acquire(&b.locks) != LOCKSET_HELD)
        abort();
}

static void must_move(enum inventory_outcome outcome)
{
    if (outcome != INVENTORY_MOVED)
        abort();
}

static struct thing *bench_locks_location(const char *name)
{
    struct thing *t = world_define(b.world, name, THING_LOCATION);
    limbo_publish_root(t);
    return t;
}

static struct thing *container(const char *name, struct thing *in)
{
    struct thing *t = world_define(b.world, name, 0);
    inventory_give(t, 0);
    must_move(limbo_publish(t, in));
    return t;
}

static void build(void)
{
    b.world = world_new();
    lockset_init(&b.locks, 1, NULL);
    lockset_enter(&b.locks);
    lockset_begin(&b.locks, "build", NULL);
    b.here = bench_locks_location("bench:here");
    b.there = bench_locks_location("bench:there");
    must_hold(b.here);
    b.bag = container("bench:bag", b.here);
    b.pouch = container("bench:pouch", b.bag);
    b.ball = world_define(b.world, "bench:ball", 0);
    name_set(b.ball, "a ball");
    must_move(limbo_publish(b.ball, b.pouch));
    lockset_clear(&b.locks);
    lockset_end(&b.locks);
}

static void lock_unlock(void)
{
    lockset_begin(&b.locks, "bench", NULL);
    must_hold(b.here);
    lockset_clear(&b.locks);
    lockset_end(&b.locks);
}

static void two_locks(void)
{
    lockset_begin(&b.locks, "bench", NULL);
    lockset_need(&b.locks, thing_lock(b.there), LOCK_EXCLUSIVE);
    must_hold(b.here);
    lockset_clear(&b.locks);
    lockset_end(&b.locks);
}

static void read_again(void)
{
    if (!name_get(b.ball))
        abort();
}

// Measures a first reading after a release: the path outward is walked again, here through two
// containers.
static void read_first(void)
{
    check_look_again(&b.locks);
    read_again();
}

static void move_there_and_back(void)
{
    must_move(inventory_move(b.ball, b.bag));
    must_move(inventory_move(b.ball, b.pouch));
}

static const struct {
    const char *name;
    void (*run)(void);
    bool held;
} operations[] = {
    {"begin, lock, unlock, end", lock_unlock, false},
    {"begin, two locks, end", two_locks, false},
    {"read, found accessible before", read_again, true},
    {"read, walked outward (depth 3)", read_first, true},
    {"two moves", move_there_and_back, true},
};

static double measure(void (*run)(void), bool held)
{
    int64_t best = INT64_MAX;
    for (int round = 0; round < ROUNDS; round++) {
        lockset_begin(&b.locks, "bench", NULL);
        if (held) {
            must_hold(b.here);
            thing_outermost(b.ball);
            thing_outermost(b.bag);
        }
        int64_t began = clock_mono_ns();
        for (int i = 0; i < OPERATIONS; i++)
            run();
        int64_t took = clock_mono_ns() - began;
        best = took < best ? took : best;
        lockset_clear(&b.locks);
        lockset_end(&b.locks);
    }
    return (double)best / OPERATIONS;
}

int bench_locks(void)
{
    static const enum check_level levels[] = {CHECK_OFF, CHECK_RULES, CHECK_FLOW};
    check_set_names(attr_name, ATTR_COUNT);
    build();
    printf("ns for one%22s%10s%10s%10s\n", "", "off", "rules", "flow");
    for (size_t i = 0; i < sizeof(operations) / sizeof(operations[0]); i++) {
        printf("%-32s", operations[i].name);
        for (size_t k = 0; k < 3; k++) {
            check_set_level(levels[k]);
            printf("%10.1f", measure(operations[i].run, operations[i].held));
        }
        printf("\n");
    }
    check_set_level(CHECK_OFF);
    uint64_t violations = check_violations();
    lockset_leave(&b.locks);
    lockset_fini(&b.locks);
    trace_close();
    world_free(b.world);
    if (violations)
        check_summary(stderr);
    return violations ? CHECK_REPORT_FOUND : 0;
}
