// Bytes of a file as UTF-8, from any encoding.
#include "tools/import/circle_encoding.h"

#include "circle_kit.h"

static struct circle_encoded decode(const char *name, const char *in, size_t n, const char *out)
{
    struct buf b = BUF_INIT;
    struct circle_encoded e = circle_encoding_decode(&b, name, in, n);
    ck_assert_str_eq(buf_str(&b), out);
    buf_fini(&b);
    return e;
}

#define DECODE(name, in, out) decode(name, in, sizeof(in) - 1, out)

START_TEST(utf8_stays_whatever_name_is_given)
{
    ck_assert_int_eq(DECODE(NULL, "caf\xc3\xa9", "caf\xc3\xa9").as, CIRCLE_IS_UTF8);
    ck_assert_int_eq(DECODE("KOI8-R", "caf\xc3\xa9", "caf\xc3\xa9").as, CIRCLE_IS_UTF8);
    ck_assert_int_eq(DECODE("KOI8-R", "plain", "plain").as, CIRCLE_IS_UTF8);
    ck_assert_int_eq(DECODE(NULL, "", "").as, CIRCLE_IS_UTF8);
}
END_TEST

START_TEST(one_bad_byte_does_not_spoil_the_rest)
{
    struct circle_encoded e =
        DECODE(NULL, "caf\xc3\xa9\nna\xefve\n", "caf\xc3\xa9\nna\xc3\xafve\n");
    ck_assert_int_eq(e.as, CIRCLE_IS_MENDED);
    ck_assert_uint_eq(e.bad, 1);
    ck_assert_uint_eq(e.first, 2);
}
END_TEST

START_TEST(what_is_no_utf8_is_windows_1252)
{
    struct circle_encoded e =
        DECODE(NULL, "A plain caf\xe9 \x96 here", "A plain caf\xc3\xa9 \xe2\x80\x93 here");
    ck_assert_int_eq(e.as, CIRCLE_IS_LATIN);
    ck_assert(!e.foreign);
    e = DECODE(NULL, "\xcd\xc9\xd2", "\xc3\x8d\xc3\x89\xc3\x92"); // KOI8-R
    ck_assert_int_eq(e.as, CIRCLE_IS_LATIN);
    ck_assert(e.foreign);
}
END_TEST

START_TEST(named_encodings_are_read_by_iconv)
{
    ck_assert_int_eq(DECODE("KOI8-R", "\xcd\xc9\xd2", "\xd0\xbc\xd0\xb8\xd1\x80").as,
                     CIRCLE_IS_NAMED);
    DECODE("CP1251", "\xec\xe8\xf0", "\xd0\xbc\xd0\xb8\xd1\x80");
    DECODE("EUC-KR", "\xb9\xae", "\xeb\xac\xb8");
    DECODE("GBK", "\xc3\xc5", "\xe9\x97\xa8");
    DECODE("BIG5", "\xaa\xf9", "\xe9\x96\x80");
    DECODE("ISO-8859-2", "\xb3", "\xc5\x82");
    // The second byte of a character of GBK may look like '~' or '\\' and is neither.
    DECODE("GBK", "\x81\x7e\n", "\xe4\xba\x8a\n");
}
END_TEST

START_TEST(bytes_that_are_no_character_are_replaced_and_counted)
{
    struct circle_encoded e = DECODE("EUC-KR", "ok\n\xff\xb9\xae", "ok\n\xef\xbf\xbd\xeb\xac\xb8");
    ck_assert_uint_eq(e.bad, 1);
    ck_assert_uint_eq(e.first, 2);
    e = DECODE("EUC-KR", "\xb9", "\xef\xbf\xbd"); // ends in the middle of a character
    ck_assert_uint_eq(e.bad, 1);
}
END_TEST

START_TEST(utf16_is_known_by_its_mark)
{
    DECODE(NULL,
           "\xff\xfe"
           "A\0\n\0",
           "A\n");
    DECODE(NULL,
           "\xfe\xff"
           "\0A\0\n",
           "A\n");
}
END_TEST

START_TEST(names_are_those_of_iconv)
{
    ck_assert(circle_encoding_known("KOI8-R"));
    ck_assert(circle_encoding_known("utf-8"));
    ck_assert(!circle_encoding_known("KLINGON-7"));
    ck_assert(!circle_encoding_known(""));
    ck_assert(!circle_encoding_known("KOI8-R//IGNORE"));
}
END_TEST

START_TEST(line_ends_become_one)
{
    DECODE("KOI8-R", "\xcd\r\n\xcd\r", "\xd0\xbc\n\xd0\xbc\n");
    DECODE(NULL, "a\n\rb\0c", "a\nbc");
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("encoding");
    tcase_add_test(t, utf8_stays_whatever_name_is_given);
    tcase_add_test(t, one_bad_byte_does_not_spoil_the_rest);
    tcase_add_test(t, what_is_no_utf8_is_windows_1252);
    tcase_add_test(t, named_encodings_are_read_by_iconv);
    tcase_add_test(t, bytes_that_are_no_character_are_replaced_and_counted);
    tcase_add_test(t, utf16_is_known_by_its_mark);
    tcase_add_test(t, names_are_those_of_iconv);
    tcase_add_test(t, line_ends_become_one);
    return kit_run("circle_encoding", t);
}
