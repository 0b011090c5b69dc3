// What may reach a screen, and where text may be cut.
#include "util/screen.h"

#include "util/buf.h"
#include "util/utf8.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *in, *out;
} rows[] = {
    {"plain text\n", "plain text\n"},
    {"a\tb\rc\x1b[31m\x7f", "a bc[31m"},
    {"\x05title\x01", "title"},
    {"a\xc2\x9b"
     "31mb",
     "a31mb"}, // CSI in one character
    {"a\xe2\x80\xae"
     "b\xe2\x80\xac",
     "ab"}, // turned about
    {"a\xe2\x80\xa8"
     "b\xe2\x80\xa9"
     "c\xc2\x85"
     "d",
     "a b c d"},
    {"\xef\xbb\xbf"
     "a",
     "a"}, // byte order mark
    {"a\xe2\x80\x8b"
     "b\xc2\xad"
     "c\xe2\x81\xa0"
     "d",
     "abcd"}, // what nobody sees
    {"a\xf3\xa0\x81\xa1"
     "b",
     "ab"}, // tags
    {"a\xff"
     "b",
     "a\xef\xbf\xbd"
     "b"},
    {"\U0001F469\u200D\U0001F680", "\U0001F469\u200D\U0001F680"},
    {"\u0915\u094D\u200D\u0937", "\u0915\u094D\u200D\u0937"},
    {"ro\u200Dot", "root"}, // no script of ASCII needs a joiner
    {"e\u0301 \u2764\uFE0F", "e\u0301 \u2764\uFE0F"},
};

// Every byte at every place of texts of every short length: eight bytes are looked at together.
START_TEST(plain_ascii_ends_at_the_first_other_byte)
{
    char text[24];
    for (size_t n = 0; n <= sizeof(text); n++)
        for (size_t at = 0; at < n; at++)
            for (int byte = 0; byte < 256; byte++) {
                memset(text, byte & 1 ? ' ' : '~', sizeof(text));
                text[at] = (char)byte;
                bool plain = byte >= ' ' && byte < 0x7f;
                ck_assert_uint_eq(screen_ascii(text, n), plain ? n : at);
                ck_assert_int_eq(screen_is_clean(text, n, 5),
                                 plain || byte == '\n' || (byte && byte <= 5));
            }
    ck_assert_uint_eq(screen_ascii("", 0), 0);
}
END_TEST

// A byte of each kind at every place of texts whose lengths lie around multiples of sixteen, in
// which other bytes may be silent too.
START_TEST(a_survey_counts_every_byte)
{
    static const int bytes[] = {0, 1, 5, 6, '\n', 0x1f, ' ', '~', 0x7f, 0x80, 0xff};
    char text[50];
    for (size_t n = 1; n <= sizeof(text); n++)
        for (size_t at = 0; at < n; at++)
            for (size_t k = 0; k < sizeof(bytes) / sizeof(bytes[0]); k++) {
                int byte = bytes[k];
                memset(text, 'x', sizeof(text));
                memset(text, 1, at / 2);
                text[at] = (char)byte;
                struct screen_survey s = screen_survey(text, n, 5);
                ck_assert_int_eq(s.ascii, byte < 0x80);
                ck_assert_int_eq(s.clean, (byte >= ' ' && byte < 0x7f) || byte == '\n' ||
                                              (byte && byte <= 5));
                if (s.ascii)
                    ck_assert_uint_eq(s.silent, at / 2 + (byte < ' ' || byte == 0x7f));
            }
    struct screen_survey none = screen_survey(NULL, 0, 5);
    ck_assert(none.ascii && none.clean && !none.silent);
}
END_TEST

// More silent bytes in one column of sixteen than a byte can count.
START_TEST(a_survey_counts_long_texts)
{
    static char text[255 * 16 * 3 + 5];
    memset(text, 2, sizeof(text));
    for (size_t n = 255 * 16 - 1; n <= sizeof(text); n += 16)
        ck_assert_uint_eq(screen_survey(text, n, 5).silent, n);
}
END_TEST

START_TEST(texts_are_cleaned)
{
    struct buf out = BUF_INIT;
    screen_clean(&out, rows[_i].in, strlen(rows[_i].in), 0);
    ck_assert_str_eq(buf_str(&out), rows[_i].out);
    ck_assert(screen_is_clean(rows[_i].in, strlen(rows[_i].in), 0) ||
              strcmp(rows[_i].in, "plain text\n") != 0);
    struct buf again = BUF_INIT;
    screen_clean(&again, buf_str(&out), out.len, 0);
    ck_assert_str_eq(buf_str(&again), buf_str(&out));
    buf_fini(&again);
    buf_fini(&out);
}
END_TEST

START_TEST(marks_of_colour_stay_where_they_may)
{
    struct buf out = BUF_INIT;
    const char *text = "\x05"
                       "T\xc3\xb6r\x01\x0b";
    screen_clean(&out, text, strlen(text), 8);
    ck_assert_str_eq(buf_str(&out), "\x05T\xc3\xb6r\x01");
    ck_assert(screen_is_clean("\x05T\x01", 3, 8));
    ck_assert(!screen_is_clean("\x05T\x01", 3, 0));
    ck_assert(!screen_is_clean("\x0b", 1, 8));
    ck_assert(!screen_is_clean("", 1, 8)); // a NUL
    buf_fini(&out);
}
END_TEST

START_TEST(marks_are_not_piled_up)
{
    struct buf in = BUF_INIT, out = BUF_INIT;
    buf_adds(&in, "a");
    for (int i = 0; i < 400; i++)
        buf_adds(&in, "\u0301");
    buf_adds(&in, "b\u0301");
    screen_clean(&out, buf_str(&in), in.len, 0);
    ck_assert_uint_eq(utf8_count(buf_str(&out), out.len), 1 + SCREEN_MARKS + 2);
    buf_fini(&in);
    buf_fini(&out);
}
END_TEST

// Every cut of a text is whole, no longer than asked for, and no shorter than needed.
START_TEST(cuts_fall_between_letters)
{
    const char *text = "ab\u6c34e\u0301\u0302c\U0001F469\u200D\U0001F680\U0001F1E9\U0001F1EA.";
    static const size_t ends[] = {0, 1, 2, 5, 10, 11, 22, 30, 31};
    size_t n = strlen(text), k = 0;
    for (size_t max = 0; max <= n + 2; max++) {
        while (k + 1 < sizeof(ends) / sizeof(ends[0]) && ends[k + 1] <= max)
            k++;
        size_t cut = screen_cut(text, n, max);
        ck_assert(utf8_valid(text, cut));
        // Where not even the first letter fits, a character of it is better than nothing.
        ck_assert_msg(cut == ends[k], "cut at %zu for %zu, expected %zu", cut, max, ends[k]);
    }
}
END_TEST

START_TEST(a_long_text_is_cut_near_its_end)
{
    struct buf b = BUF_INIT;
    buf_adds(&b, "x");
    while (b.len < 6000)
        buf_adds(&b, "\u6c34");
    for (size_t max = 4090; max < 4100; max++) {
        size_t cut = screen_cut(buf_str(&b), b.len, max);
        ck_assert_uint_eq(cut, 1 + (max - 1) / 3 * 3);
    }
    buf_fini(&b);
}
END_TEST

START_TEST(sentences_end_with_a_sign)
{
    ck_assert(screen_ends_sentence("waves."));
    ck_assert(screen_ends_sentence("asks “why?”"));
    ck_assert(screen_ends_sentence("笑。"));
    ck_assert(screen_ends_sentence("is happy \U0001F600"));
    ck_assert(screen_ends_sentence("loves \u2764\uFE0F"));
    ck_assert(!screen_ends_sentence("waves"));
    ck_assert(!screen_ends_sentence("grüßt"));
    ck_assert(!screen_ends_sentence("日本"));
    ck_assert(!screen_ends_sentence(""));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("screen");
    TCase *t = tcase_create("screen");
    tcase_add_loop_test(t, texts_are_cleaned, 0, (int)(sizeof(rows) / sizeof(rows[0])));
    tcase_add_test(t, plain_ascii_ends_at_the_first_other_byte);
    tcase_add_test(t, a_survey_counts_every_byte);
    tcase_add_test(t, a_survey_counts_long_texts);
    tcase_add_test(t, marks_of_colour_stay_where_they_may);
    tcase_add_test(t, marks_are_not_piled_up);
    tcase_add_test(t, cuts_fall_between_letters);
    tcase_add_test(t, a_long_text_is_cut_near_its_end);
    tcase_add_test(t, sentences_end_with_a_sign);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
