// The heap of timers: the first is always the one that is due first, however they were set, moved
// and cleared, and equal times come in the order in which they were set.
#include "runtime/timer.h"

#include "util/rng.h"

#include <check.h>
#include <stdlib.h>

enum { MOST = 300 };

static struct timer_heap heap;
static struct timer timers[MOST];

static void setup(void)
{
    heap = (struct timer_heap)TIMER_HEAP_INIT;
    for (size_t i = 0; i < MOST; i++)
        timers[i] = (struct timer){.owner = &timers[i]};
}

static void teardown(void)
{
    timer_heap_fini(&heap);
}

START_TEST(equal_times_come_in_the_order_in_which_they_were_set)
{
    static const int64_t due[] = {30, 10, 20, 10, 30, 10};
    static const size_t order[] = {1, 3, 5, 2, 0, 4};
    for (size_t i = 0; i < 6; i++)
        timer_set(&heap, &timers[i], due[i]);
    for (size_t i = 0; i < 6; i++) {
        ck_assert_ptr_eq(timer_first(&heap), &timers[order[i]]);
        ck_assert_ptr_eq(timer_pop_due(&heap, INT64_MAX), &timers[order[i]]);
    }
    ck_assert_ptr_null(timer_first(&heap));
    ck_assert_ptr_null(timer_pop_due(&heap, INT64_MAX));
}
END_TEST

START_TEST(none_comes_before_its_time)
{
    timer_set(&heap, &timers[0], 100);
    ck_assert_ptr_null(timer_pop_due(&heap, 99));
    ck_assert_ptr_eq(timer_first(&heap), &timers[0]);
    ck_assert_ptr_eq(timer_pop_due(&heap, 100), &timers[0]);
    ck_assert_uint_eq(timers[0].slot, 0);
}
END_TEST

// Set again, it has its new place only; among equals that is the last.
START_TEST(set_again_it_moves)
{
    for (size_t i = 0; i < 4; i++)
        timer_set(&heap, &timers[i], 10);
    timer_set(&heap, &timers[0], 10);
    timer_set(&heap, &timers[3], 5);
    ck_assert_uint_eq(heap.count, 4);
    static const size_t order[] = {3, 1, 2, 0};
    for (size_t i = 0; i < 4; i++)
        ck_assert_ptr_eq(timer_pop_due(&heap, 10), &timers[order[i]]);
}
END_TEST

START_TEST(cleared_it_does_not_come)
{
    timer_set(&heap, &timers[0], 1);
    timer_set(&heap, &timers[1], 2);
    timer_clear(&heap, &timers[0]);
    timer_clear(&heap, &timers[0]); // nothing
    timer_clear(&heap, &timers[2]); // never set
    ck_assert_ptr_eq(timer_pop_due(&heap, 9), &timers[1]);
    ck_assert_ptr_null(timer_pop_due(&heap, 9));
}
END_TEST

// The one that a list without any order finds by looking at all of them.
static struct timer *first_by_looking(void)
{
    struct timer *first = NULL;
    for (size_t i = 0; i < MOST; i++) {
        struct timer *t = &timers[i];
        if (t->slot &&
            (!first || t->due < first->due || (t->due == first->due && t->order < first->order)))
            first = t;
    }
    return first;
}

START_TEST(any_course_of_setting_and_clearing_agrees_with_a_plain_list)
{
    struct rng rng;
    rng_seed(&rng, 7);
    size_t popped = 0;
    for (unsigned step = 0; step < 20000; step++) {
        struct timer *t = &timers[rng_below(&rng, MOST)];
        struct timer *first = first_by_looking();
        switch (rng_below(&rng, 4)) {
        case 0:
        case 1:
            timer_set(&heap, t, (int64_t)rng_below(&rng, 50));
            break;
        case 2:
            timer_clear(&heap, t);
            ck_assert_uint_eq(t->slot, 0);
            break;
        default:
            ck_assert_ptr_eq(timer_pop_due(&heap, INT64_MAX), first);
            popped += first != NULL;
        }
        ck_assert_ptr_eq(timer_first(&heap), first_by_looking());
    }
    ck_assert_uint_gt(popped, 1000);
}
END_TEST

// The heap goes, the timers stay: they are set no longer.
START_TEST(an_ended_heap_forgets_them)
{
    timer_set(&heap, &timers[0], 1);
    timer_heap_fini(&heap);
    ck_assert_uint_eq(timers[0].slot, 0);
    timer_clear(&heap, &timers[0]);
    ck_assert_ptr_null(timer_first(&heap));
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("timer");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, equal_times_come_in_the_order_in_which_they_were_set);
    tcase_add_test(t, none_comes_before_its_time);
    tcase_add_test(t, set_again_it_moves);
    tcase_add_test(t, cleared_it_does_not_come);
    tcase_add_test(t, any_course_of_setting_and_clearing_agrees_with_a_plain_list);
    tcase_add_test(t, an_ended_heap_forgets_them);
    Suite *s = suite_create("runtime/timer");
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
