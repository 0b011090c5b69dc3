// The table from numbers to numbers that the reader keeps names and open tasks in.
#include <check.h>
#include <stdlib.h>

#include "trace/reader_index.h"

START_TEST(what_was_put_is_found)
{
    struct reader_index x = READER_INDEX_INIT;
    ck_assert_uint_eq(reader_index_get(&x, 0), READER_NONE);
    for (uint64_t key = 0; key < 5000; key++)
        reader_index_put(&x, key * 0x100000001, (uint32_t)key + 7);
    for (uint64_t key = 0; key < 5000; key++)
        ck_assert_uint_eq(reader_index_get(&x, key * 0x100000001), (uint32_t)key + 7);
    ck_assert(!reader_index_has(&x, 2));
    ck_assert_uint_eq(x.count, 5000);
    reader_index_fini(&x);
    ck_assert(!reader_index_has(&x, 0));
}
END_TEST

START_TEST(the_last_value_counts)
{
    struct reader_index x = READER_INDEX_INIT;
    reader_index_put(&x, 3, 1);
    reader_index_put(&x, 3, 2);
    ck_assert_uint_eq(reader_index_get(&x, 3), 2);
    ck_assert_uint_eq(x.count, 1);
    reader_index_fini(&x);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("reader_index");
    tcase_add_test(t, what_was_put_is_found);
    tcase_add_test(t, the_last_value_counts);
    Suite *s = suite_create("reader_index");
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
