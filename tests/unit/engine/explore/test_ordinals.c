// Numbers in the order of first mention.
#include "engine/explore/ordinals.h"

#include <check.h>
#include <stdlib.h>

START_TEST(the_order_of_first_mention_decides)
{
    struct ordinals *o = ordinals_new();
    ck_assert_uint_eq(ordinals_of(o, 70), 1);
    ck_assert_uint_eq(ordinals_of(o, 0), 2);
    ck_assert_uint_eq(ordinals_of(o, 70), 1);
    ck_assert_uint_eq(ordinals_of(o, UINT64_MAX), 3);
    ordinals_free(o);
    ordinals_free(NULL);
}
END_TEST

START_TEST(many_keep_their_numbers)
{
    struct ordinals *o = ordinals_new();
    for (int round = 0; round < 2; round++)
        for (uint32_t i = 0; i < 5000; i++)
            ck_assert_uint_eq(ordinals_of(o, (uint64_t)i << 20), i + 1);
    ordinals_free(o);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("ordinals");
    TCase *t = tcase_create("ordinals");
    tcase_add_test(t, the_order_of_first_mention_decides);
    tcase_add_test(t, many_keep_their_numbers);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
