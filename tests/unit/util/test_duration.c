// Durations: what is accepted, what is refused, and that writing and parsing agree.
#include "util/duration.h"

#include <check.h>
#include <stdlib.h>

#include "util/buf.h"

static int64_t parsed(const char *s)
{
    int64_t ms = -1;
    return duration_parse(s, &ms) ? ms : -1;
}

START_TEST(units_go_from_large_to_small)
{
    ck_assert_int_eq(parsed("90"), 90000);
    ck_assert_int_eq(parsed("0"), 0);
    ck_assert_int_eq(parsed("90s"), 90000);
    ck_assert_int_eq(parsed("5m"), 300000);
    ck_assert_int_eq(parsed("1h30m"), 5400000);
    ck_assert_int_eq(parsed("2d1h1m1s1ms"), 2 * 86400000LL + 3600000 + 60000 + 1000 + 1);
    ck_assert_int_eq(parsed("250ms"), 250);
    ck_assert_int_eq(parsed("30d"), DURATION_MAX_MS);
}
END_TEST

START_TEST(everything_else_is_refused)
{
    const char *const bad[] = {"",
                               "s",
                               "m5",
                               "30m1h",
                               "5m5m",
                               "1x",
                               "-5",
                               "5 m",
                               " 5m",
                               "5m ",
                               "1.5h",
                               "31d",
                               "0x5",
                               "5M",
                               "30d1ms",
                               "5m5",
                               "99999999999999999999",
                               "ms",
                               "1hh",
                               "1h m",
                               "1e3"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        ck_assert_msg(parsed(bad[i]) == -1, "accepted '%s'", bad[i]);
}
END_TEST

START_TEST(what_is_written_parses_to_the_same)
{
    const int64_t values[] = {0,     1,       999,      1000,     60000,
                              90000, 3600000, 86400000, 90061001, DURATION_MAX_MS};
    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        struct buf b = BUF_INIT;
        duration_write(&b, values[i]);
        ck_assert_int_eq(parsed(buf_str(&b)), values[i]);
        buf_fini(&b);
    }
    struct buf b = BUF_INIT;
    duration_write(&b, 90000);
    ck_assert_str_eq(buf_str(&b), "1m30s");
    buf_fini(&b);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("duration");
    tcase_add_test(t, units_go_from_large_to_small);
    tcase_add_test(t, everything_else_is_refused);
    tcase_add_test(t, what_is_written_parses_to_the_same);
    Suite *s = suite_create("util/duration");
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
