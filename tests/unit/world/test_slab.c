// Slots of things: in order, scattered, and how soon they are used again.
#include "world/slab.h"

#include "check/check.h"
#include "check/check_report.h"
#include "lock/lockset.h"
#include "world/world_priv.h"

#include <check.h>
#include <pthread.h>
#include <stdlib.h>

enum { MANY = 3000, THREADS = 4, ROUNDS = 2000 };

static struct slab *s;
static struct thing *taken[MANY];

static void setup(void)
{
    s = slab_new();
}

static void teardown(void)
{
    check_set_level(CHECK_OFF);
    slab_free(s);
}

static void take(size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) {
        taken[i] = slab_take(s);
        ck_assert_ptr_eq(slab_at(s, taken[i]->place.index), taken[i]);
        ck_assert_uint_eq(taken[i]->place.generation, 1);
        ck_assert_int_eq(place_kind(place_peek(&taken[i]->place)), PLACE_DEAD);
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
    slab_give(s, taken[2]);
    ck_assert_ptr_eq(slab_at(s, 3), taken[2]); // to be looked at, free or not
    ck_assert_uint_eq(slab_used(s), 2);
    ck_assert_ptr_eq(slab_take(s), taken[2]);
    ck_assert_uint_eq(slab_take(s)->place.index, 4);
}
END_TEST

// While the checker is on.
START_TEST(a_slot_rests)
{
    check_set_level(CHECK_RULES);
    struct thing *first = slab_take(s);
    slab_give(s, first);
    size_t others = 0;
    for (struct thing *t; (t = slab_take(s)) != first; slab_give(s, t))
        others++;
    ck_assert_uint_eq(others, 4096);
}
END_TEST

START_TEST(an_empty_slab_has_no_slot)
{
    ck_assert_uint_eq(slab_used(s), 0);
    ck_assert_uint_eq(slab_end(s), 1);
    ck_assert_ptr_null(slab_at(s, 0));
    ck_assert_ptr_null(slab_at(s, 1));
    ck_assert_ptr_null(slab_at(s, UINT32_MAX));
    slab_free(NULL);
}
END_TEST

// A slot that was taken out of the queue is no longer followed by what came after it there.
START_TEST(a_slot_that_is_taken_has_left_the_queue)
{
    struct thing *a = slab_take(s), *b = slab_take(s);
    slab_give(s, a);
    slab_give(s, b);
    ck_assert_ptr_eq(slab_take(s), a);
    slab_give(s, a);
    ck_assert_ptr_eq(slab_take(s), b);
    ck_assert_ptr_eq(slab_take(s), a);
    ck_assert_uint_eq(slab_take(s)->place.index, 3);
}
END_TEST

START_TEST(the_queue_is_touched_with_its_mutex_held)
{
    struct lockset ls;
    lockset_init(&ls, 7, NULL);
    check_reset();
    check_set_level(CHECK_RULES);
    lockset_enter(&ls);
    lockset_begin(&ls, "test", NULL);
    slab_give(s, slab_take(s));
    ck_assert_uint_eq(check_violations(), 0);
    lockset_end(&ls);
    lockset_leave(&ls);
    lockset_fini(&ls);
    check_set_level(CHECK_OFF);
}
END_TEST

START_TEST(index_and_generation_stay_with_a_slot)
{
    struct thing *t = slab_take(s);
    atomic_store(&t->place.generation, 9);
    slab_give(s, t);
    ck_assert_ptr_eq(slab_take(s), t);
    ck_assert_uint_eq(t->place.generation, 9);
    ck_assert_uint_eq(t->place.index, 1);
}
END_TEST

// A slot belongs to one thread from taking to giving: `population` of it is that thread's alone.
static void *take_and_give(void *arg)
{
    size_t *wrong = arg;
    for (int i = 0; i < ROUNDS; i++) {
        struct thing *mine[3];
        for (int k = 0; k < 3; k++) {
            mine[k] = slab_take(s);
            *wrong += mine[k]->population++ != 0;
            *wrong += slab_at(s, mine[k]->place.index) != mine[k];
        }
        for (int k = 0; k < 3; k++) {
            *wrong += --mine[k]->population != 0;
            slab_give(s, mine[k]);
        }
    }
    return NULL;
}

START_TEST(no_slot_is_given_to_two)
{
    pthread_t threads[THREADS];
    size_t wrong[THREADS] = {0};
    for (int i = 0; i < THREADS; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, take_and_give, &wrong[i]), 0);
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        ck_assert_uint_eq(wrong[i], 0);
    }
    ck_assert_uint_eq(slab_used(s), 0);
    ck_assert_uint_le(slab_end(s), 3 * THREADS + 1);
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
    tcase_add_test(t, an_empty_slab_has_no_slot);
    tcase_add_test(t, a_slot_that_is_taken_has_left_the_queue);
    tcase_add_test(t, the_queue_is_touched_with_its_mutex_held);
    tcase_add_test(t, index_and_generation_stay_with_a_slot);
    tcase_add_test(t, no_slot_is_given_to_two);
    suite_add_tcase(suite, t);
    SRunner *r = srunner_create(suite);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
