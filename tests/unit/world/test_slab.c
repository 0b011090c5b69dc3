// Slots of things: in order, scattered, and how soon they are used again.
#include "lock/lockcheck.h"
#include "world/slab.h"
#include "world/world_priv.h"

#include <check.h>
#include <stdlib.h>

enum { MANY = 3000 };

static struct slab *s;
static struct thing *taken[MANY];

static void setup(void)
{
    s = slab_new();
}

static void teardown(void)
{
    lockcheck_set_level(LOCKCHECK_OFF);
    slab_free(s);
}

static void take(size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) {
        taken[i] = slab_take(s);
        ck_assert_ptr_eq(slab_at(s, taken[i]->place.index), taken[i]);
        ck_assert_uint_eq(taken[i]->place.generation, 1);
    }
}

// Each once.
static void expect_distinct(size_t n)
{
    bool *met = calloc(slab_end(s), sizeof(*met));
    for (size_t i = 0; i < n; i++) {
        ck_assert_uint_gt(taken[i]->place.index, 0);
        ck_assert(!met[taken[i]->place.index]);
        met[taken[i]->place.index] = true;
    }
    ck_assert_uint_eq(slab_used(s), n);
    free(met);
}

START_TEST(slots_come_in_order)
{
    take(0, MANY);
    for (uint32_t i = 0; i < MANY; i++)
        ck_assert_uint_eq(taken[i]->place.index, i + 1);
    ck_assert_uint_eq(slab_end(s), MANY + 1);
}
END_TEST

static size_t descents(size_t from, size_t to)
{
    size_t n = 0;
    for (size_t i = from + 1; i < to; i++)
        n += taken[i]->place.index < taken[i - 1]->place.index;
    return n;
}

START_TEST(scattered_slots_come_the_other_way_round)
{
    take(0, 10);
    slab_scatter(s, 7);
    take(10, MANY);
    expect_distinct(MANY);
    for (uint32_t i = 0; i < 10; i++)
        ck_assert_uint_eq(taken[i]->place.index, i + 1);
    ck_assert_uint_eq(descents(10, 500), 489);
    ck_assert_uint_ge(descents(10, MANY), MANY - 20); // it begins again with each chunk
}
END_TEST

static uint32_t distances(uint64_t seed)
{
    uint32_t sum = 0;
    struct slab *mine = slab_new();
    slab_scatter(mine, seed);
    for (int i = 0; i < 100; i++)
        sum = sum * 31 + slab_take(mine)->place.index;
    slab_free(mine);
    return sum;
}

START_TEST(each_seed_scatters_in_its_own_way)
{
    ck_assert_uint_eq(distances(1), distances(1));
    ck_assert_uint_ne(distances(1), distances(2));
}
END_TEST

START_TEST(what_falls_free_first_is_used_first)
{
    take(0, 3);
    slab_give(s, taken[1]);
    slab_give(s, taken[0]);
    ck_assert_ptr_eq(slab_take(s), taken[1]);
    ck_assert_ptr_eq(slab_take(s), taken[0]);
    ck_assert_uint_eq(slab_take(s)->place.index, 4);
}
END_TEST

// While the checker is on.
START_TEST(a_slot_rests)
{
    lockcheck_set_level(LOCKCHECK_RULES);
    struct thing *first = slab_take(s);
    slab_give(s, first);
    size_t others = 0;
    for (struct thing *t; (t = slab_take(s)) != first; slab_give(s, t))
        others++;
    ck_assert_uint_eq(others, 4096);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("slab");
    TCase *t = tcase_create("slab");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, slots_come_in_order);
    tcase_add_test(t, scattered_slots_come_the_other_way_round);
    tcase_add_test(t, each_seed_scatters_in_its_own_way);
    tcase_add_test(t, what_falls_free_first_is_used_first);
    tcase_add_test(t, a_slot_rests);
    suite_add_tcase(suite, t);
    SRunner *r = srunner_create(suite);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
