// What circle_text makes of encodings, colour codes and keywords.
#include "tools/import/circle_text.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"

static void check_decode(const char *in, size_t n, const char *out)
{
    struct buf b = BUF_INIT;
    circle_text_decode(&b, in, n);
    ck_assert_str_eq(buf_str(&b), out);
    buf_fini(&b);
}

static void check_strip(const char *in, const char *out, size_t codes)
{
    struct buf b = BUF_INIT;
    size_t n = circle_text_strip(&b, in);
    ck_assert_str_eq(buf_str(&b), out);
    ck_assert_uint_eq(n, codes);
    buf_fini(&b);
}

#define DECODES(in, out) check_decode("" in, sizeof(in) - 1, out)

START_TEST(every_kind_of_line_end_becomes_one)
{
    DECODES("a\r\nb\r\n", "a\nb\n");
    DECODES("a\n\rb\n\r", "a\nb\n");
    DECODES("a\rb\r", "a\nb\n");
    DECODES("a\r\r\nb", "a\nb");
    DECODES("", "");
}
END_TEST

START_TEST(text_that_is_no_utf8_is_latin1)
{
    DECODES("caf\xe9", "caf\xc3\xa9");
    DECODES("\x93quoted\x94", "\xe2\x80\x9cquoted\xe2\x80\x9d");
    DECODES("caf\xc3\xa9", "caf\xc3\xa9");
    DECODES("\xef\xbb\xbfmarked", "marked");
    DECODES("a\0b", "ab");
}
END_TEST

START_TEST(colour_codes_are_removed_and_counted)
{
    check_strip("@rred@n and @[f123]odd@n", "red and odd", 4);
    check_strip("&rred&n and &0dark&n", "red and dark", 4);
    check_strip("\trred\tn", "red", 2);
    check_strip("\\trred\\tn", "red", 2);
    check_strip("\\c01blue\\c00", "blue", 2);
    check_strip("\x1b[1;31mred\x1b[0m", "red", 2);
    check_strip("@", "@", 0);
    check_strip("\x1b", "", 1);
    check_strip("@[f", "@[f", 0);
}
END_TEST

START_TEST(what_only_looks_like_a_colour_code_stays)
{
    check_strip("someone@mud.example", "someone@mud.example", 0);
    check_strip("someone@@mud.example", "someone@mud.example", 0);
    check_strip("research & development, R&D", "research & development, R&D", 0);
    check_strip("look @ this, $%#@!", "look @ this, $%#@!", 0);
    check_strip("c:\\temp", "c:\\temp", 0);
}
END_TEST

START_TEST(tabs_are_expanded_and_line_ends_trimmed)
{
    check_strip("\tin\nab\tc", "        in\nab      c", 0);
    check_strip("a  \n b \t \n", "a\n b\n", 0);
    check_strip("\xc3\xa9\tx", "\xc3\xa9       x", 0);
    check_strip("bell\x07 and delete\x7f", "bell and delete", 0);
}
END_TEST

START_TEST(a_line_has_single_blanks_only)
{
    struct buf b = BUF_INIT;
    circle_text_line(&b, "  a \n tin\tlamp ");
    ck_assert_str_eq(buf_str(&b), "a tin lamp");
    buf_fini(&b);
}
END_TEST

START_TEST(keywords_are_lower_case_words)
{
    const char *at = " Lamp, 'tin' + +Old\noil";
    static const char *const words[] = {"lamp", "tin", "old", "oil"};
    struct buf b = BUF_INIT;
    for (size_t i = 0; i < 4; i++) {
        ck_assert(circle_text_keyword(&at, &b));
        ck_assert_str_eq(buf_str(&b), words[i]);
    }
    ck_assert(!circle_text_keyword(&at, &b));
    ck_assert(circle_text_has_keyword("Tin LAMP", "lamp"));
    ck_assert(!circle_text_has_keyword("tin lamp", "lam"));
    buf_fini(&b);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("circle_text");
    TCase *t = tcase_create("text");
    tcase_add_test(t, every_kind_of_line_end_becomes_one);
    tcase_add_test(t, text_that_is_no_utf8_is_latin1);
    tcase_add_test(t, colour_codes_are_removed_and_counted);
    tcase_add_test(t, what_only_looks_like_a_colour_code_stays);
    tcase_add_test(t, tabs_are_expanded_and_line_ends_trimmed);
    tcase_add_test(t, a_line_has_single_blanks_only);
    tcase_add_test(t, keywords_are_lower_case_words);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
