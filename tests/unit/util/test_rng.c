// Random numbers: the stream is fixed for ever (journals depend on it) and fair.
#include "util/rng.h"

#include <check.h>
#include <stdlib.h>

START_TEST(the_stream_of_a_seed_never_changes)
{
    // splitmix64 from 0 as its authors publish it, then xoshiro256** over that state.
    struct rng r;
    rng_seed(&r, 0);
    ck_assert_uint_eq(r.s[0], UINT64_C(0xe220a8397b1dcdaf));
    ck_assert_uint_eq(r.s[1], UINT64_C(0x6e789e6aa1b965f4));
    ck_assert_uint_eq(r.s[2], UINT64_C(0x06c45d188009454f));
    ck_assert_uint_eq(r.s[3], UINT64_C(0xf88bb8a8724c81ec));
    r = (struct rng){{1, 2, 3, 4}};
    const uint64_t first[] = {11520, 0, 1509978240, UINT64_C(1215971899390074240)};
    for (int i = 0; i < 4; i++)
        ck_assert_uint_eq(rng_next(&r), first[i]);
}
END_TEST

START_TEST(equal_seeds_give_equal_streams_and_others_do_not)
{
    struct rng a, b, c;
    rng_seed(&a, 42);
    rng_seed(&b, 42);
    rng_seed(&c, 43);
    int same = 0;
    for (int i = 0; i < 1000; i++) {
        uint64_t x = rng_next(&a);
        ck_assert_uint_eq(x, rng_next(&b));
        same += x == rng_next(&c);
    }
    ck_assert_int_eq(same, 0);
}
END_TEST

START_TEST(numbers_below_a_bound_are_even_and_inside)
{
    struct rng r;
    rng_seed(&r, 7);
    int counts[6] = {0};
    for (int i = 0; i < 60000; i++) {
        uint64_t n = rng_below(&r, 6);
        ck_assert_uint_lt(n, 6);
        counts[n]++;
    }
    for (int i = 0; i < 6; i++)
        ck_assert(counts[i] > 9600 && counts[i] < 10400);
    ck_assert_uint_eq(rng_below(&r, 0), 0);
    ck_assert_uint_eq(rng_below(&r, 1), 0);
    // With a bound of three quarters of the range plain multiplication would be far from even.
    uint64_t bound = UINT64_C(3) << 62;
    int low = 0;
    for (int i = 0; i < 30000; i++) {
        uint64_t n = rng_below(&r, bound);
        ck_assert_uint_lt(n, bound);
        low += n < bound / 3;
    }
    ck_assert(low > 9600 && low < 10400);
}
END_TEST

START_TEST(a_range_includes_both_its_ends)
{
    struct rng r;
    rng_seed(&r, 9);
    int seen[5] = {0};
    for (int i = 0; i < 1000; i++) {
        int64_t n = rng_between(&r, -2, 2);
        ck_assert(n >= -2 && n <= 2);
        seen[n + 2]++;
    }
    for (int i = 0; i < 5; i++)
        ck_assert_int_gt(seen[i], 100);
    ck_assert_int_eq(rng_between(&r, 5, 5), 5);
    int negative = 0;
    for (int i = 0; i < 1000; i++)
        negative += rng_between(&r, INT64_MIN, INT64_MAX) < 0;
    ck_assert(negative > 400 && negative < 600);
    int hits = 0;
    for (int i = 0; i < 10000; i++)
        hits += rng_chance(&r, 1, 4);
    ck_assert(hits > 2300 && hits < 2700);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("rng");
    tcase_add_test(t, the_stream_of_a_seed_never_changes);
    tcase_add_test(t, equal_seeds_give_equal_streams_and_others_do_not);
    tcase_add_test(t, numbers_below_a_bound_are_even_and_inside);
    tcase_add_test(t, a_range_includes_both_its_ends);
    Suite *s = suite_create("util/rng");
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
