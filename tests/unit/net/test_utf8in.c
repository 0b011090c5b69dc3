// The input filter: what passes, what vanishes, and that nothing unsafe passes at all.
#include <check.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "net/utf8in.h"
#include "util/buf.h"

static void filter(struct buf *out, const char *bytes, size_t n)
{
    struct utf8in u = {0};
    for (size_t i = 0; i < n; i++) {
        char c[4];
        buf_add(out, c, utf8in_next(&u, (uint8_t)bytes[i], c));
    }
}

static const struct {
    const char *in, *out;
} cases[] = {
    {"look", "look"},
    {"a\tb", "a b"},
    {"Größe", "Größe"},
    {"日本", "日本"},
    {"\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x9a\x80",
     "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x9a\x80"},
    {"a\b\x7f\nb", "a\b\x7f\nb"},
    {"a\x1b[31mb", "a[31mb"},
    {"a\r\x07\x01 b", "a b"},
    {"\xc0\xaf\xe0\x80\xaf\xf0\x80\x80\xaf!", "!"}, // overlong '/'
    {"\xc1\xbf\xe0\x9f\xbf\xf0\x8f\xbf\xbf!", "!"},
    {"\xed\xa0\x80\xed\xbf\xbf!", "!"},         // surrogates
    {"\xf4\x90\x80\x80\xf5\x80\x80\x80!", "!"}, // beyond U+10FFFF
    {"\xf8\x88\x80\x80\x80\xfe\xff!", "!"},
    {"\xc2\x9b"
     "31m",
     "31m"},                                  // CSI as one character
    {"\xe2\x80\xaeroot\xe2\x80\xac", "root"}, // right-to-left override
    {"\xe2\x81\xa6x\xe2\x81\xa9", "x"},       // isolate
    {"a\xe2\x80\xa8"
     "b\xef\xbb\xbf"
     "c",
     "abc"},                                // line separator, byte order mark
    {"\xef\xbf\xbf\xf0\x9f\xbf\xbe!", "!"}, // noncharacters
    {"caf\xe9 au lait", "caf au lait"},     // Latin-1
    {"\xe2\x82x", "x"},                     // broken off by ASCII
    {"\xe2\x82\xc3\xa9", "\xc3\xa9"},       // broken off by the next character
    {"\xe2\n", "\n"},
    {"ro\xe2\x80\x8bot\xc2\xad!", "root!"},     // zero width; soft hyphen
    {"a\xf3\xa0\x81\xa1\xf3\xa0\x80\x81", "a"}, // tags
    {"ro\xe2\x80\x8dot", "root"},               // a joiner between Latin letters
    {"e\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81",
     "e\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81"},
    {"e\xcc\x81\b\xcc\x81\b\xcc\x81\b\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81",
     "e\xcc\x81\b\xcc\x81\b\xcc\x81\b\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81"},
    {"\x80\xbf", ""},
};

START_TEST(what_comes_out_is_as_listed)
{
    struct buf out = BUF_INIT;
    filter(&out, cases[_i].in, strlen(cases[_i].in));
    ck_assert_str_eq(buf_str(&out), cases[_i].out);
    buf_fini(&out);
}
END_TEST

static size_t encode(uint32_t c, char *p)
{
    if (c < 0x80) {
        p[0] = (char)c;
        return 1;
    }
    size_t n = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    for (size_t i = n; i-- > 1; c >>= 6)
        p[i] = (char)(0x80 | (c & 0x3F));
    p[0] = (char)(0xF00u >> n | c);
    return n;
}

// Not by ck_assert in the loop: it takes a lock and a write each time.
static bool may_pass(uint32_t c)
{
    return (c >= ' ' || c == '\n' || c == '\b' || c == '\t') && (c < 0x80 || c > 0x9F) &&
           (c < 0x202A || c > 0x202E) && (c < 0x2066 || c > 0x2069) && c != 0xAD && c != 0x200B &&
           (c < 0xD800 || c > 0xDFFF);
}

START_TEST(every_character_passes_whole_or_not_at_all)
{
    unsigned passed = 0;
    for (uint32_t c = 0; c <= 0x10FFFF; c++) {
        char in[4], out[4];
        size_t n = encode(c, in);
        struct utf8in u = {0};
        unsigned got = 0;
        for (size_t i = 0; i < n; i++) {
            if (got)
                ck_abort_msg("U+%04X came out early", c);
            got = utf8in_next(&u, (uint8_t)in[i], out);
        }
        if (!got)
            continue;
        if (!may_pass(c) || got != n || (c != '\t' && memcmp(in, out, n)))
            ck_abort_msg("U+%04X passed wrongly", c);
        passed++;
    }
    ck_assert_uint_gt(passed, 1107600);
}
END_TEST

// All pairs of bytes before a plain letter: the letter survives, and 255 and ESC never do.
START_TEST(a_letter_survives_whatever_came_before)
{
    for (unsigned pair = 0; pair < 0x10000; pair++) {
        char in[4] = {(char)(pair >> 8), (char)pair, 'x', '\0'};
        struct buf out = BUF_INIT;
        filter(&out, in, 3);
        if (out.len == 0 || out.data[out.len - 1] != 'x' || memchr(out.data, 0xFF, out.len) ||
            memchr(out.data, 0x1B, out.len))
            ck_abort_msg("bytes %02x %02x", pair >> 8, pair & 0xFF);
        buf_fini(&out);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("utf8in");
    TCase *c = tcase_create("filter");
    tcase_add_loop_test(c, what_comes_out_is_as_listed, 0, sizeof(cases) / sizeof(cases[0]));
    tcase_add_test(c, every_character_passes_whole_or_not_at_all);
    tcase_add_test(c, a_letter_survives_whatever_came_before);
    suite_add_tcase(s, c);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
