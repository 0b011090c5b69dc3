// The codes of rules and their names.
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "trace/codes.h"

START_TEST(a_code_has_a_title_of_its_own)
{
    unsigned titles = 0;
    for (unsigned code = 0; code < CHECK_CODES; code++) {
        const char *title = codes_title(code);
        titles += title != NULL;
        for (unsigned other = 0; title && other < code; other++)
            ck_assert(!codes_title(other) || strcmp(title, codes_title(other)));
    }
    ck_assert_uint_eq(titles, 40);
    ck_assert_str_eq(codes_title(L003_WRONG_LOCK), "wrong-lock");
}
END_TEST

START_TEST(what_is_no_code_has_none)
{
    ck_assert_ptr_null(codes_title(0));
    ck_assert_ptr_null(codes_title(26));
    ck_assert_ptr_null(codes_title(CHECK_CODES));
    ck_assert_ptr_null(codes_title(4000000000u));
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("codes");
    tcase_add_test(t, a_code_has_a_title_of_its_own);
    tcase_add_test(t, what_is_no_code_has_none);
    Suite *s = suite_create("codes");
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
