// Shared text and ASCII helpers.
#include "util/str.h"

#include <check.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

START_TEST(text_is_copied_with_its_length)
{
    char text[] = "two words";
    struct str *s = str_new(text, 3), *whole = str_from(text);
    text[0] = 'x';
    ck_assert_str_eq(str_text(s), "two");
    ck_assert_int_eq(str_length(s), 3);
    ck_assert_str_eq(str_text(whole), "two words");
    struct str *zero = str_new("a\0b", 3);
    ck_assert_int_eq(str_length(zero), 3);
    ck_assert(!memcmp(str_text(zero), "a\0b", 4));
    str_unref(s);
    str_unref(whole);
    str_unref(zero);
    str_unref(NULL);
    ck_assert_ptr_null(str_ref(NULL));
}
END_TEST

static void *share(void *arg)
{
    struct str *s = arg;
    for (int i = 0; i < 20000; i++) {
        struct str *mine = str_ref(s);
        if (strcmp(str_text(mine), "shared"))
            return s;
        str_unref(mine);
    }
    str_unref(s);
    return NULL;
}

START_TEST(references_may_be_taken_and_given_on_many_threads)
{
    struct str *s = str_from("shared");
    pthread_t threads[4];
    for (int i = 0; i < 4; i++)
        pthread_create(&threads[i], NULL, share, str_ref(s));
    void *bad;
    for (int i = 0; i < 4; i++) {
        pthread_join(threads[i], &bad);
        ck_assert_ptr_null(bad);
    }
    ck_assert_str_eq(str_text(s), "shared");
    str_unref(s); // the last one: the leak checker tells when it was not
}
END_TEST

START_TEST(comparing_without_case_folds_ascii_alone)
{
    ck_assert(str_equal_nocase("LaMp", "lAmP"));
    ck_assert(!str_equal_nocase("lamp", "lamps"));
    ck_assert(!str_equal_nocase("\xc3\x89", "\xc3\xa9"));
    ck_assert_int_lt(str_casecmp("Apple", "banana"), 0);
    ck_assert_int_gt(str_casecmp("b", "A"), 0);
    ck_assert_int_gt(str_casecmp("\xff", "a"), 0);
    ck_assert(str_begins("north", "nor") && !str_begins("no", "nor") && str_begins("x", ""));
    ck_assert(str_begins_nocase("NORTH", "nor") && !str_begins_nocase("NO", "nor"));
    ck_assert(str_ends("a.json", ".json") && !str_ends("son", ".json"));
    char s[] = "MiXeD 9\xc3\x89";
    str_lower(s);
    ck_assert_str_eq(s, "mixed 9\xc3\x89");
    ck_assert_int_eq(str_upper_char('q'), 'Q');
}
END_TEST

START_TEST(words_and_refs_are_told_from_the_rest)
{
    ck_assert(str_is_word("lamp") && str_is_word("caf\xc3\xa9") && str_is_word("+tin:lamp"));
    ck_assert(!str_is_word("") && !str_is_word("two words") && !str_is_word("a\x1b[0m"));
    ck_assert(!str_is_word("a\xff") && !str_is_word("a\xc2\x85") && !str_is_word("a\xc2\xa0"));
    ck_assert(str_is_ref("old_mill-2") && !str_is_ref("Mill") && !str_is_ref("") &&
              !str_is_ref("a:b") && !str_is_ref("../x"));
    ck_assert(str_is_ref("aaaaaaaaaabbbbbbbbbbccccccccccdddddddddd"));
    ck_assert(!str_is_ref("aaaaaaaaaabbbbbbbbbbccccccccccdddddddddde"));
    ck_assert(str_is_digits("007") && !str_is_digits("") && !str_is_digits("1a"));
}
END_TEST

START_TEST(words_are_taken_one_by_one)
{
    const char *s = "  get\tthe  lamp \r\n";
    size_t n;
    const char *w = str_word(&s, &n);
    ck_assert(n == 3 && !strncmp(w, "get", 3));
    w = str_word(&s, &n);
    ck_assert(n == 3 && !strncmp(w, "the", 3));
    w = str_word(&s, &n);
    ck_assert(n == 4 && !strncmp(w, "lamp", 4));
    ck_assert_ptr_null(str_word(&s, &n));
    const char *t = " \t a b \n";
    n = strlen(t);
    str_trim(&t, &n);
    ck_assert(n == 3 && !strncmp(t, "a b", 3));
    t = "   ";
    n = 3;
    str_trim(&t, &n);
    ck_assert_int_eq(n, 0);
}
END_TEST

START_TEST(lines_are_taken_one_by_one)
{
    const char *s = "one\n\nthree", *end = s + strlen(s);
    size_t n;
    const char *l = str_line(&s, end, &n);
    ck_assert(n == 3 && !strncmp(l, "one", 3));
    ck_assert_ptr_nonnull(str_line(&s, end, &n));
    ck_assert_uint_eq(n, 0);
    l = str_line(&s, end, &n);
    ck_assert(n == 5 && !strncmp(l, "three", 5));
    ck_assert_ptr_eq(s, end);
    ck_assert_ptr_null(str_line(&s, end, &n));
    s = "a\nb";
    ck_assert_ptr_nonnull(str_line(&s, s + 2, &n)); // what is behind the end is no part of it
    ck_assert_uint_eq(n, 1);
    end = s;
    ck_assert_ptr_null(str_line(&s, end, &n));
    s = end = "";
    ck_assert_ptr_null(str_line(&s, end, &n));
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("str");
    tcase_add_test(t, text_is_copied_with_its_length);
    tcase_add_test(t, references_may_be_taken_and_given_on_many_threads);
    tcase_add_test(t, comparing_without_case_folds_ascii_alone);
    tcase_add_test(t, words_and_refs_are_told_from_the_rest);
    tcase_add_test(t, words_are_taken_one_by_one);
    tcase_add_test(t, lines_are_taken_one_by_one);
    Suite *s = suite_create("util/str");
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
