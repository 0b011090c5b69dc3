// Folding by display width, colours, and ASCII for those who can show nothing else.
#include "output/fold.h"

#include "output/markup.h"
#include "util/buf.h"

#include <check.h>
#include <stdlib.h>

struct row {
    unsigned width;
    const char *text, *wire;
};

static const struct row rows[] = {
    {80, "short", "short"},
    {80, "two\nlines\n", "two\r\nlines\r\n"},
    {80, "", ""},
    {10, "one two three", "one two\r\nthree"},
    {7, "one two three", "one two\r\nthree"},
    {3, "one two", "one\r\ntwo"},
    {4, "abcdefghij", "abcd\r\nefgh\r\nij"},
    {6, "ab abcdefghij c", "ab\r\nabcdef\r\nghij c"},
    {1, "abc", "a\r\nb\r\nc"},
    {0, "not folded at all however long it is", "not folded at all however long it is"},
    {20, "  kept   as it is", "  kept   as it is"},
    {6, "  kept as", "kept\r\nas"},
    {9, "    kept as", "  kept as"},     // set in less far
    {6, "  +--  --+", "  +-- \r\n --+"}, // drawn: cut
    {4, "\u2764\uFE0F\u2764\uFE0F x", "\u2764\uFE0F\u2764\uFE0F\r\nx"},
    {4, "\U0001F1E9\U0001F1EA\U0001F1EB\U0001F1F7 x",
     "\U0001F1E9\U0001F1EA\U0001F1EB\U0001F1F7\r\nx"},
    {4, "日本語", "日本\r\n語"},
    {5, "日本語 x", "日本\r\n語 x"},
    {4, "e\u0301e\u0301e\u0301e\u0301 x", "e\u0301e\u0301e\u0301e\u0301\r\nx"},
    {4, "\U0001F469\u200D\U0001F4BB\U0001F469\u200D\U0001F4BB x",
     "\U0001F469\u200D\U0001F4BB\U0001F469\u200D\U0001F4BB\r\nx"},
    {5, MARK_TITLE "title" MARK_RESET, "title"},
    {5, MARK_TITLE "ab" MARK_RESET " cd ef", "ab cd\r\nef"},
};

START_TEST(lines_are_folded_by_display_width)
{
    const struct row *r = &rows[_i];
    struct style style = {.width = (uint16_t)r->width, .utf8 = true};
    struct buf out = BUF_INIT;
    fold_text(r->text, strlen(r->text), &style, &out);
    ck_assert_str_eq(buf_str(&out), r->wire);
    buf_fini(&out);
}
END_TEST

START_TEST(marks_become_colours_for_those_who_want_them)
{
    struct style style = {.width = 5, .colours = 16, .utf8 = true};
    struct buf out = BUF_INIT;
    fold_text(MARK_BAD "red" MARK_RESET " ab", 8, &style, &out);
    ck_assert_str_eq(buf_str(&out), "\x1b[31mred\x1b[0m\r\nab");
    buf_fini(&out);
}
END_TEST

START_TEST(what_is_not_ascii_is_written_as_well_as_can_be)
{
    struct style style = {.width = 80};
    const char *text = "naïve “café” – 日 œuvre…";
    struct buf out = BUF_INIT;
    fold_text(text, strlen(text), &style, &out);
    ck_assert_str_eq(buf_str(&out), "naive \"cafe\" - ? oeuvre...");
    buf_fini(&out);
}
END_TEST

static void extent_is(const char *text, size_t widest, bool ascii, bool clean, size_t silent)
{
    struct fold_extent e = fold_extent(text, strlen(text));
    ck_assert_uint_eq(e.widest, widest);
    ck_assert_int_eq(e.ascii, ascii);
    ck_assert_int_eq(e.clean, clean);
    if (ascii)
        ck_assert_uint_eq(e.silent, silent);
}

START_TEST(the_extent_of_a_text_is_found)
{
    extent_is("", 0, true, true, 0);
    extent_is("ab\nabcd\nabc", 4, true, true, 0);
    extent_is("ab\n" MARK_TITLE "abc" MARK_RESET "\n", 3, true, true, 5);
    extent_is("ab\x1b\nabc", 3, true, false, 3);
    extent_is(MARK_GOOD "ab" MARK_RESET "\nabcdefg\n" MARK_BAD "a", 7, true, true, 4);
    extent_is("ab" MARK_RESET "ab\nabcd", 4, true, true, 5);
    extent_is("ab\n\x7f", 2, true, false, 1);
    extent_is("ab\n日本語\nabcd", 6, false, false, 0);
    extent_is("日本語日本語日本語\n\x1b", 18, false, false, 0);
}
END_TEST

static void add_random_line(struct buf *text, unsigned *seed)
{
    static const char *const pieces[] = {
        " ",         " ",       " ",        "a",      "word",    "longer",          "  ",
        "sentence.", MARK_GOOD, MARK_RESET, "ab, cd", "eight b", "sixteen bytes to"};
    for (int i = rand_r(seed) % 20; i > 0; i--)
        buf_adds(text, pieces[(size_t)rand_r(seed) % (sizeof(pieces) / sizeof(pieces[0]))]);
    if (rand_r(seed) % 50 == 0)
        buf_addc(text, '\x1b');
}

// Plain text goes a short way, which depends on what the other lines are; beside a line that is not
// ASCII all go the long way. Both give the same.
START_TEST(the_short_way_and_the_long_way_give_the_same)
{
    unsigned seed = 7;
    for (int round = 0; round < 20000; round++) {
        struct buf text = BUF_INIT, is = BUF_INIT, want = BUF_INIT;
        struct style style = {.width = (uint16_t)(rand_r(&seed) % 40),
                              .colours = rand_r(&seed) % 2 ? 16 : 0,
                              .utf8 = true};
        for (int lines = 1 + rand_r(&seed) % 3; lines > 0; lines--) {
            add_random_line(&text, &seed);
            buf_addc(&text, '\n');
        }
        fold_text(buf_str(&text), text.len, &style, &is);
        buf_adds(&is, "\u00e9");
        buf_adds(&text, "\u00e9");
        fold_text(buf_str(&text), text.len, &style, &want);
        ck_assert_str_eq(buf_str(&is), buf_str(&want));
        buf_fini(&text);
        buf_fini(&is);
        buf_fini(&want);
    }
}
END_TEST

static void add_slowly(const struct buf *text, bool colours, struct buf *out)
{
    for (size_t i = 0; i < text->len; i++) {
        unsigned char c = (unsigned char)text->data[i];
        if (c == '\n')
            buf_adds(out, "\r\n");
        else if (!c || c > MARK_LAST)
            buf_addc(out, (char)c);
        else if (colours)
            buf_adds(out, markup_ansi(c));
    }
}

// Without a width only marks and line ends change; marks are looked for in eight bytes at a time.
START_TEST(marks_are_found_wherever_they_stand)
{
    unsigned seed = 9;
    for (int round = 0; round < 20000; round++) {
        struct buf text = BUF_INIT, is = BUF_INIT, want = BUF_INIT;
        struct style style = {.colours = round % 2 ? 16 : 0, .utf8 = true};
        for (int lines = rand_r(&seed) % 3; lines >= 0; lines--) {
            for (int n = rand_r(&seed) % 28; n > 0; n--)
                buf_addc(&text, rand_r(&seed) % 16 ? "a \x7f"[rand_r(&seed) % 3]
                                                   : (char)(rand_r(&seed) % 10));
            buf_adds(&text, lines || rand_r(&seed) % 2 ? "\n" : "\n" MARK_RESET);
        }
        fold_text(buf_str(&text), text.len, &style, &is);
        add_slowly(&text, style.colours, &want);
        ck_assert_uint_eq(is.len, want.len);
        ck_assert(!memcmp(is.data, want.data, is.len));
        buf_fini(&text);
        buf_fini(&is);
        buf_fini(&want);
    }
}
END_TEST

// No text, whatever its bytes, makes folding read or write where it must not; every byte of plain
// text comes out again.
START_TEST(any_bytes_at_any_width_are_survived)
{
    unsigned seed = 12345;
    for (int round = 0; round < 3000; round++) {
        char text[64];
        size_t n = (size_t)(rand_r(&seed) % 64);
        for (size_t i = 0; i < n; i++)
            text[i] = (char)(rand_r(&seed) % 255 + 1);
        char *exact = malloc(n ? n : 1);
        memcpy(exact, text, n);
        struct style style = {.width = (uint16_t)(rand_r(&seed) % 30),
                              .colours = rand_r(&seed) % 2 ? 16 : 0,
                              .utf8 = rand_r(&seed) % 2};
        struct buf out = BUF_INIT;
        fold_text(exact, n, &style, &out);
        fold_extent(exact, n);
        buf_fini(&out);
        free(exact);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("fold");
    TCase *t = tcase_create("fold");
    tcase_add_loop_test(t, lines_are_folded_by_display_width, 0,
                        (int)(sizeof(rows) / sizeof(rows[0])));
    tcase_add_test(t, marks_become_colours_for_those_who_want_them);
    tcase_add_test(t, what_is_not_ascii_is_written_as_well_as_can_be);
    tcase_add_test(t, the_extent_of_a_text_is_found);
    tcase_add_test(t, the_short_way_and_the_long_way_give_the_same);
    tcase_add_test(t, marks_are_found_wherever_they_stand);
    tcase_add_test(t, any_bytes_at_any_width_are_survived);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? 1 : 0;
}
