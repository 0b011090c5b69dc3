// Tables by a dense number: entries begin as zeros, keep what is put in, and never move.
#include "util/paged.h"

#include <check.h>
#include <stdlib.h>

static struct paged table;

static uint64_t *entry(uint32_t index)
{
    return paged_at(&table, index, sizeof(uint64_t));
}

START_TEST(entries_begin_as_zeros_and_stay_where_they_are)
{
    uint64_t *first = entry(0), *last = entry((1u << PAGED_SHIFT) - 1);
    ck_assert_uint_eq(*first, 0);
    *first = 1;
    *last = 2;
    uint64_t *far = entry((PAGED_PAGES - 1u) << PAGED_SHIFT);
    ck_assert_uint_eq(*far, 0);
    *far = 3;
    ck_assert_ptr_eq(entry(0), first);
    ck_assert_uint_eq(*entry(0), 1);
    ck_assert_uint_eq(*entry((1u << PAGED_SHIFT) - 1), 2);
    ck_assert_uint_eq(*entry(1u << PAGED_SHIFT), 0);
    paged_fini(&table);
    ck_assert_uint_eq(*entry(0), 0);
    paged_fini(&table);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("paged");
    TCase *t = tcase_create("paged");
    tcase_add_test(t, entries_begin_as_zeros_and_stay_where_they_are);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
