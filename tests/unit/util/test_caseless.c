// The same word in any case and normal form, and different words different.
#include "util/caseless.h"

#include "util/buf.h"

#include <check.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *a, *b;
    bool same;
} rows[] = {
    {"Lamp", "lAMP", true},
    {"ÉPÉE", "épée", true},
    {"e\u0301pe\u0301e",
     "É"
     "PÉE",
     true},
    {"Ölfass", "o\u0308lfass", true},
    {"Straße", "STRASSE", true},
    {"STRA\u1E9EE", "strasse", true},
    {"ΟΔΟΣ", "οδος", true},
    {"οδοσ", "οδος", true}, // both small sigmas
    {"МЕЧ", "меч", true},
    {"İstanbul", "istanbul", true},
    {"I\u0307ncir", "İNCİR", true}, // of two characters, and of one
    {"i\u0307ncir", "incir", true},
    {"o\u0307n", "on", false},
    {"KAPI", "kapı", true},
    {"ＬＡＭＰ", "lamp", true},
    {"ﬁre", "fire", true},
    {"warden’s", "WARDEN'S", true},
    {"lock‐keeper", "lock-keeper", true},
    {"in\u00ADvisible", "invisible", true},
    {"épée", "epee", false},
    {"меч", "мяч", false},
    {"日本", "日木", false},
};

START_TEST(words_compare)
{
    struct buf a = BUF_INIT, b = BUF_INIT;
    caseless_add(&a, rows[_i].a, strlen(rows[_i].a));
    caseless_add(&b, rows[_i].b, strlen(rows[_i].b));
    if (rows[_i].same)
        ck_assert_str_eq(buf_str(&a), buf_str(&b));
    else
        ck_assert_str_ne(buf_str(&a), buf_str(&b));
    struct buf again = BUF_INIT;
    caseless_add(&again, buf_str(&a), a.len);
    ck_assert_str_eq(buf_str(&again), buf_str(&a));
    buf_fini(&again);
    buf_fini(&a);
    buf_fini(&b);
}
END_TEST

// One character may become eighteen; bytes that are no UTF-8 stay.
START_TEST(odd_bytes_are_survived)
{
    struct buf out = BUF_INIT;
    for (int i = 0; i < 40; i++) {
        buf_clear(&out);
        for (int k = 0; k < i; k++)
            buf_adds(&out, "\uFDFA");
        struct buf folded = BUF_INIT;
        caseless_add(&folded, buf_str(&out), out.len);
        ck_assert_uint_eq(folded.len, (size_t)i * 33);
        buf_fini(&folded);
    }
    buf_clear(&out);
    caseless_add(&out, "A\xff\xc3", 3);
    ck_assert_str_eq(buf_str(&out), "a\xff\xc3");
    buf_fini(&out);
}
END_TEST

START_TEST(the_first_letter_becomes_a_capital)
{
    static const char *const pairs[][2] = {{"épée", "Épée"}, {"меч", "Меч"},   {"lamp", "Lamp"},
                                           {"ßa", "ẞa"},     {"日本", "日本"}, {"", ""},
                                           {"ⱥb", "Ⱥb"},     {"\xff", "\xff"}};
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        struct buf b = BUF_INIT;
        buf_adds(&b, "-");
        buf_adds(&b, pairs[i][0]);
        caseless_capital(&b, 1);
        ck_assert_str_eq(buf_str(&b) + 1, pairs[i][1]);
        ck_assert_uint_eq(b.len, strlen(buf_str(&b)));
        buf_fini(&b);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("caseless");
    TCase *t = tcase_create("caseless");
    tcase_add_loop_test(t, words_compare, 0, (int)(sizeof(rows) / sizeof(rows[0])));
    tcase_add_test(t, odd_bytes_are_survived);
    tcase_add_test(t, the_first_letter_becomes_a_capital);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
