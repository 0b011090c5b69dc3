// Buffers that grow: what is added stands behind what was there, and a NUL behind all of it;
// and formats come out like printf's.
#include "util/buf.h"

#include "util/rng.h"

#include <check.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/types.h>

static void ck_grouped(uint64_t n, const char *wanted)
{
    struct buf b = BUF_INIT;
    buf_adds(&b, "<");
    buf_addu_grouped(&b, n);
    buf_adds(&b, ">");
    ck_assert_str_eq(buf_str(&b), wanted);
    buf_fini(&b);
}

START_TEST(digits_are_grouped_by_three)
{
    ck_grouped(0, "<0>");
    ck_grouped(7, "<7>");
    ck_grouped(999, "<999>");
    ck_grouped(1000, "<1,000>");
    ck_grouped(1954, "<1,954>");
    ck_grouped(10000, "<10,000>");
    ck_grouped(123456, "<123,456>");
    ck_grouped(1000000, "<1,000,000>");
    ck_grouped(UINT64_MAX, "<18,446,744,073,709,551,615>");
}
END_TEST

START_TEST(what_is_added_is_kept_while_it_grows)
{
    struct buf b = BUF_INIT;
    ck_assert_str_eq(buf_str(&b), "");
    for (unsigned i = 0; i < 1000; i++) {
        buf_addu(&b, i % 10);
        buf_addf(&b, "%s", i % 2 ? "," : "");
    }
    ck_assert_uint_eq(b.len, 1500);
    ck_assert_str_eq(buf_str(&b) + 1497, "89,");
    buf_consume(&b, 1499);
    ck_assert_str_eq(buf_str(&b), ",");
    buf_truncate(&b, 0);
    ck_assert_str_eq(buf_str(&b), "");
    size_t room = b.cap;
    buf_trim(&b, room);
    ck_assert_uint_eq(b.cap, room);
    buf_trim(&b, room - 1);
    ck_assert_uint_eq(b.cap, 0);
    buf_addc(&b, 'x');
    char *taken = buf_take(&b);
    ck_assert_str_eq(taken, "x");
    ck_assert_uint_eq(b.len, 0);
    free(taken);
    buf_fini(&b);
}
END_TEST

// Each is written behind other bytes, into a buffer with little room and into one with much.
#define SAME_AS_PRINTF(...)                                                                        \
    for (size_t room = 0; room < 400; room += 57) {                                                \
        char want[1000] = "before ";                                                               \
        struct buf b = BUF_INIT;                                                                   \
        buf_reserve(&b, room);                                                                     \
        buf_adds(&b, want);                                                                        \
        snprintf(want + 7, sizeof(want) - 7, __VA_ARGS__);                                         \
        buf_addf(&b, __VA_ARGS__);                                                                 \
        ck_assert_str_eq(buf_str(&b), want);                                                       \
        ck_assert_uint_eq(b.len, strlen(want));                                                    \
        buf_fini(&b);                                                                              \
    }

START_TEST(formats_are_written_like_printf_writes_them)
{
    const char *volatile none = NULL;
    char wide[300];
    memset(wide, 'w', sizeof(wide) - 1);
    wide[sizeof(wide) - 1] = '\0';
    SAME_AS_PRINTF("%s", "");
    SAME_AS_PRINTF("plain");
    SAME_AS_PRINTF("%s", "text");
    SAME_AS_PRINTF("%s says to %s: %s.", "Ann", "Ben", wide);
    SAME_AS_PRINTF("%d %d %d %d", 0, -1, INT_MAX, INT_MIN);
    SAME_AS_PRINTF("%u of %u", 0U, UINT_MAX);
    SAME_AS_PRINTF("%zu things%s", SIZE_MAX, "");
    SAME_AS_PRINTF("100 %%, %s", "all");
    SAME_AS_PRINTF("%s %2u) %s", "one", 3U, "two");
    SAME_AS_PRINTF("%d%s%.*s|%-8s|%c", 4, "a", 2, "bcd", "e", 'f');
    SAME_AS_PRINTF("%s%s", wide, wide);
    SAME_AS_PRINTF("%s %lld %04x %zd", wide, LLONG_MIN, 0xabcU, (ssize_t)-1);
    SAME_AS_PRINTF("%d %s", 1, none);
}
END_TEST

START_TEST(random_formats_are_written_like_printf_writes_them)
{
    static const char *const pieces[] = {"a", " ", "some text ", "%%", "", ", "};
    static const char *const conversions[] = {"%s", "%d", "%u", "%zu"};
    struct rng r;
    rng_seed(&r, 3);
    for (int round = 0; round < 3000; round++) {
        char fmt[200] = "", want[600];
        struct buf b = BUF_INIT;
        for (int i = 0; i < 4; i++) {
            for (uint64_t more = rng_below(&r, 3); more > 0; more--)
                strcat(fmt, pieces[rng_below(&r, 6)]);
            strcat(fmt, conversions[i]);
        }
        int d = (int)rng_next(&r);
        unsigned u = (unsigned)rng_next(&r) >> rng_below(&r, 32);
        size_t z = (size_t)rng_next(&r) >> rng_below(&r, 64);
        const char *s = pieces[rng_below(&r, 6)];
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
        snprintf(want, sizeof(want), fmt, s, d, u, z);
        buf_addf(&b, fmt, s, d, u, z);
#pragma GCC diagnostic pop
        ck_assert_str_eq(buf_str(&b), want);
        buf_fini(&b);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("buf");
    TCase *t = tcase_create("buf");
    tcase_add_test(t, digits_are_grouped_by_three);
    tcase_add_test(t, what_is_added_is_kept_while_it_grows);
    tcase_add_test(t, formats_are_written_like_printf_writes_them);
    tcase_add_test(t, random_formats_are_written_like_printf_writes_them);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
