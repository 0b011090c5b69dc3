// Folding in depth: tables of widths, and properties of any text in any window.
#include "output/fold.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "output/markup.h"
#include "util/buf.h"
#include "util/rng.h"

#define E_ACUTE "e\u0301" // a letter and a combining accent: one cluster of one column
#define FAMILY "\U0001f468\u200d\U0001f469\u200d\U0001f467"
#define THUMB "\U0001f44d\U0001f3fd" // with a skin tone

// In what is expected, "|" stands for the line break of the wire, CR LF.
struct fold {
    unsigned width;
    const char *text, *wire;
};

static void put(const char *text, size_t n, const struct style *style, struct buf *out)
{
    struct buf wire = BUF_INIT;
    fold_text(text, n, style, &wire);
    for (size_t i = 0; i < wire.len; i++) {
        if (wire.data[i] != '\r') {
            ck_assert_msg(wire.data[i] != '\n', "a line feed with no carriage return");
            buf_addc(out, wire.data[i]);
            continue;
        }
        ck_assert_msg(i + 1 < wire.len && wire.data[i + 1] == '\n', "a bare carriage return");
        buf_addc(out, '|');
        i++;
    }
    buf_fini(&wire);
}

static void check_all(const struct fold *table, size_t n, struct style style)
{
    for (size_t i = 0; i < n; i++) {
        struct buf out = BUF_INIT;
        style.width = (uint16_t)table[i].width;
        put(table[i].text, strlen(table[i].text), &style, &out);
        ck_assert_msg(!strcmp(buf_str(&out), table[i].wire), "row %zu: \"%s\", not \"%s\"", i,
                      buf_str(&out), table[i].wire);
        buf_fini(&out);
    }
}

#define CHECK_ALL(table, ...)                                                                      \
    check_all(table, sizeof(table) / sizeof((table)[0]), (struct style){__VA_ARGS__})

START_TEST(ascii_is_broken_at_spaces)
{
    static const struct fold table[] = {
        {20, "", ""},
        {20, "\n", "|"},
        {20, "\n\n", "||"},
        {0, "no width, no folding\nat all\n", "no width, no folding|at all|"},
        {9, "the quick brown fox", "the quick|brown fox"},
        {10, "the quick brown fox", "the quick|brown fox"},
        {14, "the quick brown fox", "the quick|brown fox"},
        {15, "the quick brown fox\n", "the quick brown|fox|"},
        {19, "the quick brown fox", "the quick brown fox"},
        {1, "a b", "a|b"},
        {1, "abc", "a|b|c"},
        {20, "You are in the yard. A gate leads north.\nIt is open.\n",
         "You are in the yard.|A gate leads north.|It is open.|"},
    };
    CHECK_ALL(table, .utf8 = true);
}
END_TEST

START_TEST(a_line_end_is_always_a_line_break)
{
    static const struct fold table[] = {
        {8, "one two\nthree four\nfive\n", "one two|three|four|five|"},
        {8, "one two\n\nthree four\n", "one two||three|four|"},
        {8, "no end of line", "no end|of line"},
    };
    CHECK_ALL(table, .utf8 = true);
}
END_TEST

START_TEST(spaces_stay_inside_a_line_and_go_at_a_break)
{
    static const struct fold table[] = {
        {20, "End.  Begin.", "End.  Begin."},
        {8, "End.  Begin.", "End.|Begin."},
        {9, "aa  bb  cc  dd", "aa  bb|cc  dd"},
    };
    CHECK_ALL(table, .utf8 = true);
}
END_TEST

START_TEST(a_word_is_cut_only_when_it_is_wider_than_the_window)
{
    static const struct fold table[] = {
        {4, "abcdefghij", "abcd|efgh|ij"},      {4, "abcd", "abcd"},
        {4, "ab cdefghij k", "ab|cdef|ghij|k"}, {4, "cdefgh k", "cdef|gh k"},
        {4, "cdefgh kl", "cdef|gh|kl"},         {4, "abcdefgh ijklmnop", "abcd|efgh|ijkl|mnop"},
    };
    CHECK_ALL(table, .utf8 = true);
}
END_TEST

START_TEST(a_line_that_begins_with_a_space_keeps_its_gaps_where_it_can)
{
    static const struct fold table[] = {
        {20, "  +--+  +--+\n  |  |", "  +--+  +--+|  |  |"},
        {6, "  +--  --+", "  +-- | --+"},
        {6, "  a b c", " a b c"}, // set in less far
        {5, "  a b c", "a b c"},
        {4, "  a b c", "a b|c"},
        {4, "  +---+", "+---|+"},
        {1, " ab", "a|b"},
        {6, "  map\nwords are folded", "  map|words|are|folded"},
    };
    CHECK_ALL(table, .utf8 = true);
}
END_TEST

START_TEST(wide_characters_take_two_columns)
{
    static const struct fold table[] = {
        {4, "日本語日本", "日本|語日|本"},
        {5, "日本語日本", "日本|語日|本"},
        {10, "日本語日本", "日本語日本"},
        {6, "日本 語", "日本|語"},
        {7, "日本 語", "日本 語"},
        {5, "ab日本", "ab日|本"},
        {1, "日本", "日|本"}, // wider than the window: one to a line
        {4, "한국어", "한국|어"},
    };
    CHECK_ALL(table, .utf8 = true);
}
END_TEST

START_TEST(combining_marks_take_no_room_and_stay_with_their_letter)
{
    static const struct fold table[] = {
        {2, E_ACUTE E_ACUTE E_ACUTE, E_ACUTE E_ACUTE "|" E_ACUTE},
        {1, E_ACUTE E_ACUTE, E_ACUTE "|" E_ACUTE},
        {3, "a" E_ACUTE "a " E_ACUTE, "a" E_ACUTE "a|" E_ACUTE},
        {3, "ééé é", "ééé|é"},
        {2, "o\u0301\u0308\u0323pq", "o\u0301\u0308\u0323p|q"},
    };
    CHECK_ALL(table, .utf8 = true);
}
END_TEST

START_TEST(a_joined_emoji_is_one_cluster)
{
    static const struct fold table[] = {
        {1, FAMILY FAMILY, FAMILY "|" FAMILY}, {2, FAMILY FAMILY, FAMILY "|" FAMILY},
        {3, FAMILY FAMILY, FAMILY "|" FAMILY}, {4, FAMILY FAMILY, FAMILY FAMILY},
        {2, THUMB THUMB, THUMB "|" THUMB},     {5, "hi " FAMILY " x", "hi " FAMILY "|x"},
    };
    CHECK_ALL(table, .utf8 = true);
}
END_TEST

START_TEST(marks_take_no_room)
{
    static const struct fold plain[] = {
        {4, MARK_GOOD "abcd" MARK_RESET " ef", "abcd|ef"},
        {4, "ab" MARK_BAD "cdef", "abcd|ef"},
        {7, MARK_PLAYER "Ann" MARK_RESET " hi Bob", "Ann hi|Bob"},
        {4, MARK_TITLE "日本" MARK_RESET, "日本"},
    };
    static const struct fold coloured[] = {
        {4, MARK_GOOD "abcd" MARK_RESET " ef", "\x1b[32mabcd\x1b[0m|ef"},
        {4, "ab" MARK_BAD "cdef" MARK_RESET, "ab\x1b[31mcd|ef\x1b[0m"},
        {0, MARK_INFO "x" MARK_RESET "\n", "\x1b[33mx\x1b[0m|"},
    };
    CHECK_ALL(plain, .utf8 = true);
    CHECK_ALL(coloured, .utf8 = true, .colours = 16);
}
END_TEST

START_TEST(what_ascii_lacks_is_put_as_well_as_can_be)
{
    static const struct fold table[] = {
        {0, "“It’s” – or — ‘so’…", "\"It's\" - or - 'so'..."},
        {0, "Zoë naïve señor Ångström", "Zoe naive senor Angstrom"},
        {0, "e\u0301 straße æther œuvre smørrebrød", "e strasse aether oeuvre smorrebrod"},
        {0, "ﬁne ½ ²", "fine 12 2"},
        {0, "a\u00a0b", "a b"},
        {0, "日本", "??"},
        {0, MARK_EXIT "Zoë" MARK_RESET, "Zoe"},
        {20, "naïve words are folded too", "naive words are|folded too"},
    };
    CHECK_ALL(table, .utf8 = false);
}
END_TEST

START_TEST(eighty_columns_stay_on_one_line_and_eighty_one_do_not)
{
    char line[82], wire[84];
    memset(line, 'x', sizeof(line));
    line[40] = ' ';
    line[80] = '\0';
    struct fold fits = {80, line, line};
    check_all(&fits, 1, (struct style){.utf8 = true});
    line[80] = 'x';
    line[81] = '\0';
    memcpy(wire, line, sizeof(line));
    wire[40] = '|';
    struct fold folded = {80, line, wire};
    check_all(&folded, 1, (struct style){.utf8 = true});
}
END_TEST

START_TEST(the_widest_line_is_counted_in_columns)
{
    static const struct {
        const char *text;
        size_t columns;
        bool ascii;
    } table[] = {
        {"", 0, true},
        {"\n\n", 0, true},
        {"one\nthree\ntwo", 5, true},
        {MARK_GOOD "abc" MARK_RESET "\n", 3, true},
        {"日本\nabc\n", 4, false},
        {E_ACUTE E_ACUTE, 2, false},
        {"ab\n" FAMILY, 2, false},
        {"abc é", 5, false},
    };
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        struct fold_extent e = fold_extent(table[i].text, strlen(table[i].text));
        ck_assert_msg(e.widest == table[i].columns && e.ascii == table[i].ascii,
                      "row %zu: %zu columns, ascii %d", i, e.widest, e.ascii);
    }
}
END_TEST

// A second opinion on columns, for the property below: clusters as utf8proc finds them.
static size_t measure(const char *text, size_t n, size_t *clusters)
{
    size_t columns = 0, wide = 0;
    utf8proc_int32_t c, last = -1, state = 0;
    *clusters = 0;
    for (size_t i = 0; i < n;) {
        utf8proc_ssize_t used =
            utf8proc_iterate((const utf8proc_uint8_t *)text + i, (utf8proc_ssize_t)(n - i), &c);
        ck_assert_int_gt(used, 0);
        if (last < 0 || utf8proc_grapheme_break_stateful(last, c, &state)) {
            columns += wide;
            wide = 0;
            ++*clusters;
        }
        size_t w = (size_t)utf8proc_charwidth(c);
        wide = w > wide ? w : wide;
        last = c;
        i += (size_t)used;
    }
    return columns + wide;
}

// Words of anything, single spaces or line ends between them, sometimes a preformatted line.
static void random_text(struct rng *r, struct buf *out)
{
    static const char *const letters[] = {"a",  "b",  "Z",    ".",   "é", E_ACUTE,
                                          "日", "語", FAMILY, THUMB, "ß", "…"};
    for (uint64_t word = 0, words = rng_below(r, 30); word < words; word++) {
        static const char *const between[] = {" ", " ", " ", " ", " ", "\n", "\n\n", "\n  "};
        if (word)
            buf_adds(out, between[rng_below(r, sizeof(between) / sizeof(between[0]))]);
        for (uint64_t i = 0, n = 1 + rng_below(r, 12); i < n; i++)
            buf_adds(out, letters[rng_below(r, sizeof(letters) / sizeof(letters[0]))]);
    }
}

static void without_space(const struct buf *from, struct buf *out)
{
    for (size_t i = 0; i < from->len; i++)
        if (!strchr(" \r\n", from->data[i]))
            buf_addc(out, from->data[i]);
}

START_TEST(any_text_fits_any_window_and_loses_nothing_but_space)
{
    struct rng r;
    rng_seed(&r, 20);
    for (int round = 0; round < 3000; round++) {
        struct buf text = BUF_INIT, wire = BUF_INIT, before = BUF_INIT, after = BUF_INIT;
        struct style style = {.width = (uint16_t)(1 + rng_below(&r, 40)), .utf8 = true};
        random_text(&r, &text);
        fold_text(buf_str(&text), text.len, &style, &wire);
        without_space(&text, &before);
        without_space(&wire, &after);
        ck_assert_str_eq(buf_str(&before), buf_str(&after));
        for (size_t at = 0; at < wire.len;) {
            const char *line = wire.data + at, *end = strstr(line, "\r\n");
            size_t n = end ? (size_t)(end - line) : wire.len - at, clusters;
            size_t columns = measure(line, n, &clusters);
            ck_assert_msg(columns <= style.width || clusters == 1, "%zu columns of %u: %.*s",
                          columns, (unsigned)style.width, (int)n, line);
            at += n + 2;
        }
        buf_fini(&text);
        buf_fini(&wire);
        buf_fini(&before);
        buf_fini(&after);
    }
}
END_TEST

START_TEST(no_break_falls_inside_a_cluster)
{
    struct rng r;
    rng_seed(&r, 21);
    for (int round = 0; round < 1500; round++) {
        struct buf text = BUF_INIT, wire = BUF_INIT;
        struct style style = {.width = (uint16_t)(1 + rng_below(&r, 10)), .utf8 = true};
        for (uint64_t i = 0, n = 1 + rng_below(&r, 40); i < n; i++)
            buf_adds(&text, rng_chance(&r, 1, 2) ? FAMILY : rng_chance(&r, 1, 2) ? E_ACUTE : "x");
        fold_text(buf_str(&text), text.len, &style, &wire);
        size_t whole, parts = 0;
        measure(text.data, text.len, &whole);
        for (const char *line = wire.data, *end; line; line = end ? end + 2 : NULL) {
            size_t some;
            end = strstr(line, "\r\n");
            measure(line, end ? (size_t)(end - line) : strlen(line), &some);
            parts += some;
        }
        ck_assert_uint_eq(parts, whole);
        buf_fini(&text);
        buf_fini(&wire);
    }
}
END_TEST

START_TEST(any_bytes_at_all_are_folded_without_harm)
{
    struct rng r;
    rng_seed(&r, 22);
    for (int round = 0; round < 3000; round++) {
        char *text = malloc(64); // on the heap, and no longer than said: reading on is seen
        size_t n = rng_below(&r, 65);
        ck_assert_ptr_nonnull(text);
        text = realloc(text, n ? n : 1);
        for (size_t i = 0; i < n; i++)
            text[i] = (char)(rng_chance(&r, 1, 3) ? rng_below(&r, 256) : 0x20 + rng_below(&r, 95));
        struct style style = {.width = (uint16_t)rng_below(&r, 20), .utf8 = rng_chance(&r, 1, 2)};
        struct buf wire = BUF_INIT;
        fold_text(text, n, &style, &wire);
        size_t least = 0; // a line end becomes two bytes and is never lost
        for (size_t i = 0; i < n; i++)
            least += text[i] == '\n' ? 2 : 0;
        ck_assert_uint_ge(wire.len, least);
        buf_fini(&wire);
        free(text);
    }
}
END_TEST

// Words of letters and colour marks with gaps of one to three spaces between them, at either end
// too.
static void random_ascii(struct rng *r, struct buf *out)
{
    for (uint64_t word = 0, words = rng_below(r, 12); word < words; word++) {
        for (uint64_t i = rng_below(r, 8) ? 1 : rng_below(r, 4); i; i--)
            buf_addc(out, ' ');
        if (!rng_below(r, 20))
            buf_addc(out, '\n');
        if (!rng_below(r, 10))
            buf_adds(out, MARK_GOOD);
        for (uint64_t i = 0, n = 1 + rng_below(r, rng_below(r, 10) ? 6 : 20); i < n; i++)
            buf_addc(out, (char)('a' + i));
    }
    if (!rng_below(r, 4))
        buf_adds(out, "  ");
}

// The same text once in ASCII, which goes a short way, and once with another letter of one column
// for each "a", which is measured by clusters: the breaks must be the same.
START_TEST(ascii_is_broken_where_other_text_is)
{
    struct rng r;
    rng_seed(&r, 23);
    for (int round = 0; round < 20000; round++) {
        struct buf ascii = BUF_INIT, other = BUF_INIT, wire = BUF_INIT, expected = BUF_INIT;
        struct style style = {.width = (uint16_t)(1 + rng_below(&r, 30)), .utf8 = true};
        random_ascii(&r, &ascii);
        for (size_t i = 0; i < ascii.len; i++)
            buf_add(&other, ascii.data[i] == 'a' ? "\u00e4" : &ascii.data[i],
                    ascii.data[i] == 'a' ? 2 : 1);
        fold_text(buf_str(&ascii), ascii.len, &style, &wire);
        for (size_t i = 0; i < wire.len; i++)
            buf_add(&expected, wire.data[i] == 'a' ? "\u00e4" : &wire.data[i],
                    wire.data[i] == 'a' ? 2 : 1);
        buf_clear(&wire);
        fold_text(buf_str(&other), other.len, &style, &wire);
        ck_assert_str_eq(buf_str(&wire), buf_str(&expected));
        buf_fini(&ascii);
        buf_fini(&other);
        buf_fini(&wire);
        buf_fini(&expected);
    }
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("fold_window");
    tcase_add_test(t, ascii_is_broken_at_spaces);
    tcase_add_test(t, a_line_end_is_always_a_line_break);
    tcase_add_test(t, spaces_stay_inside_a_line_and_go_at_a_break);
    tcase_add_test(t, a_word_is_cut_only_when_it_is_wider_than_the_window);
    tcase_add_test(t, a_line_that_begins_with_a_space_keeps_its_gaps_where_it_can);
    tcase_add_test(t, wide_characters_take_two_columns);
    tcase_add_test(t, combining_marks_take_no_room_and_stay_with_their_letter);
    tcase_add_test(t, a_joined_emoji_is_one_cluster);
    tcase_add_test(t, marks_take_no_room);
    tcase_add_test(t, what_ascii_lacks_is_put_as_well_as_can_be);
    tcase_add_test(t, eighty_columns_stay_on_one_line_and_eighty_one_do_not);
    tcase_add_test(t, the_widest_line_is_counted_in_columns);
    tcase_add_test(t, ascii_is_broken_where_other_text_is);
    tcase_add_test(t, any_text_fits_any_window_and_loses_nothing_but_space);
    tcase_add_test(t, no_break_falls_inside_a_cluster);
    tcase_add_test(t, any_bytes_at_all_are_folded_without_harm);
    Suite *s = suite_create("output/fold_window");
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
