// Errors: code, text, context around it, and where a long text is cut.
#include "util/error.h"
#include "util/utf8.h"

#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static char *repeat(const char *what, size_t times)
{
    size_t n = strlen(what);
    char *all = malloc(n * times + 1);
    for (size_t i = 0; i < times; i++)
        memcpy(all + n * i, what, n);
    all[n * times] = '\0';
    return all;
}

START_TEST(an_error_has_a_code_and_a_text)
{
    struct error e = ERROR_INIT;
    ck_assert_int_eq(error_code(&e), 0);
    ck_assert_str_eq(error_text(&e), "");
    ck_assert_int_eq(error_set(&e, -EINVAL, "event %d is missing", 7), -EINVAL);
    ck_assert_int_eq(error_code(&e), -EINVAL);
    ck_assert_str_eq(error_text(&e), "event 7 is missing");
    ck_assert_int_eq(error_set(&e, 0, "a remark"), 0);
    ck_assert_int_eq(error_code(&e), 0);
    ck_assert_str_eq(error_text(&e), "a remark");
    error_set(&e, -EIO, "another");
    error_clear(&e);
    ck_assert_int_eq(error_code(&e), 0);
    ck_assert_str_eq(error_text(&e), "");
}
END_TEST

START_TEST(what_the_system_says_stands_at_the_end)
{
    struct error e = ERROR_INIT;
    ck_assert_int_eq(error_set_system(&e, ENOENT, "%s: cannot be opened", "data/lock"), -ENOENT);
    ck_assert_int_eq(error_code(&e), -ENOENT);
    ck_assert_str_eq(error_text(&e), "data/lock: cannot be opened: No such file or directory");
}
END_TEST

START_TEST(each_caller_puts_its_context_before_it)
{
    struct error e = ERROR_INIT;
    error_set_system(&e, EACCES, "its tail cannot be read");
    ck_assert_int_eq(error_wrap(&e, "epoch-%d", 12), -EACCES);
    ck_assert_int_eq(error_wrap(&e, "the journal cannot be replayed"), -EACCES);
    ck_assert_str_eq(error_text(&e),
                     "the journal cannot be replayed: epoch-12: its tail cannot be read: "
                     "Permission denied");
    error_add(&e, "; run latchkey %s", "replay");
    ck_assert_str_eq(error_text(&e),
                     "the journal cannot be replayed: epoch-12: its tail cannot be read: "
                     "Permission denied; run latchkey replay");
    ck_assert_int_eq(error_code(&e), -EACCES);
    error_clear(&e);
    ck_assert_int_eq(error_wrap(&e, "alone"), 0);
    ck_assert_str_eq(error_text(&e), "alone");
}
END_TEST

START_TEST(arguments_may_be_its_own_text)
{
    struct error e = ERROR_INIT;
    error_set(&e, -EIO, "inner");
    error_set(&e, -EIO, "outer (%s)", error_text(&e));
    ck_assert_str_eq(error_text(&e), "outer (inner)");
    error_wrap(&e, "twice %s", error_text(&e));
    ck_assert_str_eq(error_text(&e), "twice outer (inner): outer (inner)");
    error_set(&e, -EIO, "a");
    error_add(&e, "%s", error_text(&e));
    ck_assert_str_eq(error_text(&e), "aa");
    error_set_system(&e, EIO, "%s", error_text(&e));
    ck_assert_str_eq(error_text(&e), "aa: Input/output error");
}
END_TEST

START_TEST(a_copy_is_a_value_of_its_own)
{
    struct error e = ERROR_INIT, copy;
    error_set(&e, -EIO, "first");
    copy = e;
    error_set(&e, -EPERM, "second");
    ck_assert_str_eq(error_text(&copy), "first");
    ck_assert_int_eq(error_code(&copy), -EIO);
}
END_TEST

START_TEST(who_does_not_want_to_know_passes_null)
{
    ck_assert_int_eq(error_set(NULL, -EINVAL, "%s", "lost"), -EINVAL);
    ck_assert_int_eq(error_set_system(NULL, ENOSPC, "%s", "lost"), -ENOSPC);
    ck_assert_int_eq(error_wrap(NULL, "%s", "lost"), 0);
    error_add(NULL, "%s", "lost");
    error_clear(NULL);
    ck_assert_int_eq(error_code(NULL), 0);
    ck_assert_str_eq(error_text(NULL), "");
}
END_TEST

// A text of exactly the room stays whole; one byte more, and it is cut and says so.
START_TEST(a_text_that_just_fits_is_whole)
{
    struct error e = ERROR_INIT;
    char *fits = repeat("x", ERROR_TEXT - 1), *more = repeat("x", ERROR_TEXT);
    error_set(&e, -EIO, "%s", fits);
    ck_assert_str_eq(error_text(&e), fits);
    error_set(&e, -EIO, "%s", more);
    ck_assert_uint_eq(strlen(error_text(&e)), ERROR_TEXT - 1);
    ck_assert(!strncmp(error_text(&e), fits, ERROR_TEXT - 4));
    ck_assert_str_eq(error_text(&e) + ERROR_TEXT - 4, "…");
    free(fits);
    free(more);
}
END_TEST

// Whatever stands at the end of the room, no character is cut in two: texts of characters of two,
// three and four bytes, moved by one byte at a time.
START_TEST(a_cut_text_ends_with_a_whole_character)
{
    static const char *const characters[] = {"é", "€", "𝄞"};
    for (size_t which = 0; which < 3; which++) {
        char *many = repeat(characters[which], ERROR_TEXT);
        for (int shift = 0; shift < 5; shift++) {
            struct error e = ERROR_INIT;
            error_set(&e, -EIO, "%.*s%s", shift, "abcd", many);
            size_t n = strlen(error_text(&e));
            ck_assert(utf8_valid(error_text(&e), n));
            ck_assert_uint_lt(n, ERROR_TEXT);
            ck_assert_uint_ge(n, ERROR_TEXT - 1 - 3);
            ck_assert_str_eq(error_text(&e) + n - 3, "…");
        }
        free(many);
    }
}
END_TEST

// Of a long way the outermost context is what stays.
START_TEST(context_stays_when_the_text_is_cut)
{
    struct error e = ERROR_INIT;
    char *fits = repeat("x", ERROR_TEXT - 1);
    error_set(&e, -EIO, "%s", fits);
    ck_assert_int_eq(error_wrap(&e, "outer"), -EIO);
    ck_assert(!strncmp(error_text(&e), "outer: xxx", 10));
    ck_assert_uint_eq(strlen(error_text(&e)), ERROR_TEXT - 1);
    ck_assert_str_eq(error_text(&e) + ERROR_TEXT - 4, "…");
    error_wrap(&e, "%s", fits);
    ck_assert_uint_eq(strlen(error_text(&e)), ERROR_TEXT - 1);
    ck_assert(!strncmp(error_text(&e), fits, ERROR_TEXT - 4));
    error_set(&e, -EIO, "%s", fits);
    error_add(&e, "!");
    ck_assert_str_eq(error_text(&e) + ERROR_TEXT - 4, "…");
    error_set_system(&e, EIO, "%s", fits);
    ck_assert_str_eq(error_text(&e) + ERROR_TEXT - 4, "…");
    free(fits);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("error");
    tcase_add_test(t, an_error_has_a_code_and_a_text);
    tcase_add_test(t, what_the_system_says_stands_at_the_end);
    tcase_add_test(t, each_caller_puts_its_context_before_it);
    tcase_add_test(t, arguments_may_be_its_own_text);
    tcase_add_test(t, a_copy_is_a_value_of_its_own);
    tcase_add_test(t, who_does_not_want_to_know_passes_null);
    tcase_add_test(t, a_text_that_just_fits_is_whole);
    tcase_add_test(t, a_cut_text_ends_with_a_whole_character);
    tcase_add_test(t, context_stays_when_the_text_is_cut);
    Suite *s = suite_create("util/error");
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
