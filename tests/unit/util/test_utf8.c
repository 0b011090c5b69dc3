// UTF-8: every character survives, nothing else passes.
#include "util/utf8.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"

START_TEST(every_character_survives_both_ways)
{
    for (uint32_t c = 0; c <= 0x10ffff; c++) {
        if (c >= 0xd800 && c < 0xe000)
            continue;
        char bytes[4];
        uint32_t back = 0;
        size_t n = utf8_encode(c, bytes);
        ck_assert(utf8_decode(bytes, n, &back) == n && back == c);
        ck_assert(n == 1 || utf8_decode(bytes, n - 1, &back) == 0);
    }
}
END_TEST

START_TEST(what_is_no_character_is_refused)
{
    const char *const bad[] = {"\x80",
                               "\xc0\x80",
                               "\xc1\xbf",
                               "\xe0\x9f\xbf",
                               "\xed\xa0\x80",
                               "\xed\xbf\xbf",
                               "\xf0\x8f\xbf\xbf",
                               "\xf4\x90\x80\x80",
                               "\xf5\x80\x80\x80",
                               "\xff",
                               "\xfe",
                               "\xc3(",
                               "\xe2\x82",
                               "\xe2(\xa1"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        ck_assert_msg(!utf8_valid(bad[i], strlen(bad[i])), "accepted number %zu", i);
    char bytes[4];
    ck_assert(utf8_encode(0xd800, bytes) == 3 && !memcmp(bytes, "\xef\xbf\xbd", 3));
    ck_assert(utf8_encode(0x110000, bytes) == 3);
    ck_assert(utf8_valid("", 0));
    ck_assert(utf8_valid("a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", 10));
}
END_TEST

START_TEST(a_cut_never_splits_a_character)
{
    const char s[] = "a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80";
    const size_t expected[] = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 10};
    for (size_t max = 0; max < 12; max++)
        ck_assert_int_eq(utf8_cut(s, 10, max), expected[max]);
    ck_assert_int_eq(utf8_cut("\x80\x80\x80\x80\x80\x80", 6, 5), 5);
}
END_TEST

START_TEST(cleaning_replaces_bad_bytes_alone)
{
    struct buf b = BUF_INIT;
    utf8_clean(&b, "ok\xff\xc3\xa9\xe2\x82!", 8);
    ck_assert_str_eq(buf_str(&b), "ok\xef\xbf\xbd\xc3\xa9\xef\xbf\xbd\xef\xbf\xbd!");
    ck_assert_int_eq(utf8_count(buf_str(&b), b.len), 7);
    ck_assert_int_eq(utf8_count("\xff\xff", 2), 2);
    buf_fini(&b);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("utf8");
    tcase_add_test(t, every_character_survives_both_ways);
    tcase_add_test(t, what_is_no_character_is_refused);
    tcase_add_test(t, a_cut_never_splits_a_character);
    tcase_add_test(t, cleaning_replaces_bad_bytes_alone);
    Suite *s = suite_create("util/utf8");
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
