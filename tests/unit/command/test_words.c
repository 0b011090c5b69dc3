// A line cut into words: where each begins, what of it is compared, and what is left of the line.
#include "command/words.h"

#include "util/buf.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static struct words words;

static void begin(void)
{
    words_init(&words);
}

static void end(void)
{
    words_fini(&words);
}

// All words for comparing, each between bars; "," behind those that a comma follows.
static void ck_words(const char *wanted)
{
    struct buf out = BUF_INIT;
    for (size_t i = 0; i < words.count; i++)
        buf_addf(&out, "|%s%s", words_at(&words, i), words_comma(&words, i) ? "|," : "");
    ck_assert_str_eq(buf_str(&out), wanted);
    buf_fini(&out);
}

static const struct {
    const char *line, *words;
} rows[] = {
    {"", ""},
    {"   ", ""},
    {"look", "|look"},
    {"  look  ", "|look"},
    {"get   Red  BALL", "|get|red|ball"},
    {"get loaf, bun", "|get|loaf|,|bun"},
    {"get loaf , bun", "|get|loaf|,|bun"},
    {"get loaf,, bun", "|get|loaf|,|bun"},
    {"get loaf; bun: cup", "|get|loaf|bun|cup"},
    {"get loaf;, bun", "|get|loaf|bun"},
    {"get loaf,; bun", "|get|loaf|,|bun"},
    {"look.", "|look"},
    {"look at me!?", "|look|at|me"},
    {"mr. smith", "|mr.|smith"}, // only what ends the line
    {"2. smith!", "|2.|smith"},
    {"bun,", "|bun|,"},
    {"...", "|..."}, // nothing else: it is the word
    {", ,", "|,|,"},
    {"\xc3\x89P\xc3\x89"
     "E gro\xc3\x9f",
     "|\xc3\xa9p\xc3\xa9"
     "e|gross"},
    {"don\xe2\x80\x99t", "|don't"},
    {"`x", "|'x"},
    {"a\tb", "|a\tb"}, // cut at spaces only
    {"\xff\xfe X", "|\xff\xfe|x"},
};

START_TEST(a_line_is_cut_at_spaces)
{
    words_set(&words, rows[_i].line);
    ck_words(rows[_i].words);
}
END_TEST

START_TEST(the_text_stays_as_it_was_typed)
{
    words_set(&words, "  SAY  Hello,  World!  ");
    ck_assert_str_eq(words_rest(&words, 0), "SAY  Hello,  World!");
    ck_assert_str_eq(words_rest(&words, 1), "Hello,  World!");
    ck_assert_str_eq(words_rest(&words, 2), "World!");
    ck_assert_str_eq(words_rest(&words, 3), "");
    ck_assert_str_eq(words_rest(&words, 1000), "");
}
END_TEST

START_TEST(past_the_end_there_is_nothing)
{
    ck_assert_str_eq(words_at(&words, 0), "");
    ck_assert_str_eq(words_rest(&words, 0), "");
    words_set(&words, "get bun,");
    ck_assert_str_eq(words_at(&words, 2), "");
    ck_assert_str_eq(words_at(&words, SIZE_MAX), "");
    ck_assert(words_comma(&words, 1));
    ck_assert(!words_comma(&words, 0));
    ck_assert(!words_comma(&words, 2));
    words_set(&words, "x");
    ck_assert(!words_comma(&words, 1)); // of the line before
    ck_assert_str_eq(words_at(&words, 1), "");
}
END_TEST

START_TEST(the_next_line_takes_the_place_of_the_one_before)
{
    words_set(&words, "put bun in box");
    words_set(&words, "look");
    ck_assert_uint_eq(words.count, 1);
    ck_words("|look");
    ck_assert_uint_eq(words.lower.len, sizeof("look"));
    ck_assert_str_eq(words_rest(&words, 0), "look");
    words_set(&words, "");
    ck_assert_uint_eq(words.count, 0);
}
END_TEST

START_TEST(words_beyond_the_most_stay_in_the_text)
{
    struct buf line = BUF_INIT;
    for (int i = 0; i < WORDS_MAX + 3; i++)
        buf_addf(&line, "%sw%d", i ? " " : "", i);
    words_set(&words, buf_str(&line));
    ck_assert_uint_eq(words.count, WORDS_MAX);
    ck_assert_str_eq(words_at(&words, WORDS_MAX - 1), "w63");
    ck_assert_str_eq(words_rest(&words, WORDS_MAX - 1), "w63 w64 w65 w66");
    ck_assert_str_eq(words_at(&words, WORDS_MAX), "");
    buf_fini(&line);
}
END_TEST

static void add_random_word(struct buf *line)
{
    static const char signs[] = "aZz@A[`{ ,;:.!?~'9", plain[] = "aZzQ@A[{m ,;:.!?~'9";
    static unsigned seed = 11;
    const char *from = rand_r(&seed) % 8 ? plain : signs;
    for (int i = rand_r(&seed) % 12; i >= 0; i--)
        buf_addc(line, from[(size_t)rand_r(&seed) % strlen(from)]);
    buf_adds(line, rand_r(&seed) % 4 ? " " : "   ");
}

// ASCII goes a short way; behind a word that is not, the same words go the long way.
START_TEST(the_short_way_and_the_long_way_cut_alike)
{
    for (int round = 0; round < 20000; round++) {
        struct buf line = BUF_INIT;
        struct words other;
        words_init(&other);
        buf_adds(&line, "\u00e9 ");
        for (int i = round % 6; i >= 0; i--)
            add_random_word(&line);
        words_set(&other, buf_str(&line));
        words_set(&words, buf_str(&line) + strlen("\u00e9 "));
        ck_assert_uint_eq(words.count + 1, other.count);
        for (size_t i = 0; i < words.count; i++) {
            ck_assert_str_eq(words_at(&words, i), words_at(&other, i + 1));
            ck_assert_str_eq(words_rest(&words, i), words_rest(&other, i + 1));
            ck_assert_int_eq(words_comma(&words, i), words_comma(&other, i + 1));
        }
        words_fini(&other);
        buf_fini(&line);
    }
}
END_TEST

START_TEST(words_move_with_their_memory)
{
    struct words to;
    words_init(&to);
    words_set(&words, "Get the LOAF, bun");
    words_move(&to, &words);
    ck_words("");
    words_set(&words, "look");
    ck_words("|look");
    words_fini(&words);
    words_move(&words, &to);
    ck_words("|get|the|loaf|,|bun");
    ck_assert_str_eq(words_rest(&words, 2), "LOAF, bun");
    ck_assert_uint_eq(to.count, 0);
    words_fini(&to);
}
END_TEST

// The words lie in memory that a longer line allocates again.
START_TEST(long_lines_keep_each_word)
{
    struct buf line = BUF_INIT;
    for (int i = 0; i < 20; i++) {
        buf_adds(&line, i ? " " : "");
        for (int k = 0; k < 200; k++)
            buf_addc(&line, (char)('A' + i));
    }
    words_set(&words, buf_str(&line));
    ck_assert_uint_eq(words.count, 20);
    for (size_t i = 0; i < 20; i++) {
        const char *word = words_at(&words, i);
        ck_assert_uint_eq(strlen(word), 200);
        ck_assert_int_eq(word[0], 'a' + (int)i);
        ck_assert_int_eq(word[199], 'a' + (int)i);
    }
    buf_fini(&line);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("words");
    TCase *t = tcase_create("words");
    tcase_add_checked_fixture(t, begin, end);
    tcase_add_loop_test(t, a_line_is_cut_at_spaces, 0, (int)(sizeof(rows) / sizeof(rows[0])));
    tcase_add_test(t, the_text_stays_as_it_was_typed);
    tcase_add_test(t, past_the_end_there_is_nothing);
    tcase_add_test(t, the_next_line_takes_the_place_of_the_one_before);
    tcase_add_test(t, words_beyond_the_most_stay_in_the_text);
    tcase_add_test(t, the_short_way_and_the_long_way_cut_alike);
    tcase_add_test(t, words_move_with_their_memory);
    tcase_add_test(t, long_lines_keep_each_word);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
