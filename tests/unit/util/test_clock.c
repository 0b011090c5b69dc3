// Clocks: real ones move forward, frozen ones only when a test sets them, dates come out right.
#include "util/clock.h"

#include <check.h>
#include <stdlib.h>
#include <time.h>

START_TEST(frozen_clocks_move_only_when_told)
{
    clock_freeze(5000, 1700000000000);
    ck_assert_int_eq(clock_mono_ms(), 5000);
    ck_assert_int_eq(clock_mono_us(), 5000000);
    ck_assert_int_ne(clock_mono_ns(), 5000000000); // the machine's
    ck_assert_int_eq(clock_step_ns(), 5000000000);
    ck_assert_int_eq(clock_wall_ms(), 1700000000000);
    clock_advance_ms(250);
    ck_assert_int_eq(clock_mono_ms(), 5250);
    ck_assert_int_eq(clock_wall_ms(), 1700000000250);
    clock_use_system();
    ck_assert_int_ne(clock_wall_ms(), 1700000000250);
}
END_TEST

// Not time(), which is behind until the next tick.
static int64_t system_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

START_TEST(the_real_clocks_agree_with_the_system)
{
    int64_t before = system_ms();
    int64_t wall = clock_wall_ms();
    ck_assert_int_ge(wall, before);
    ck_assert_int_le(wall, system_ms());
    int64_t mono = clock_mono_us();
    ck_assert_int_ge(clock_mono_us(), mono);
}
END_TEST

static void assert_iso(int64_t ms, const char *expected)
{
    char out[CLOCK_ISO_SIZE];
    clock_iso(ms, out);
    ck_assert_str_eq(out, expected);
}

START_TEST(dates_come_out_in_utc_with_milliseconds)
{
    setenv("TZ", "Asia/Tokyo", 1);
    tzset();
    assert_iso(0, "1970-01-01T00:00:00.000Z");
    assert_iso(-1, "1969-12-31T23:59:59.999Z");
    assert_iso(1709210096007, "2024-02-29T12:34:56.007Z");
    assert_iso(4102444800000, "2100-01-01T00:00:00.000Z");
    assert_iso(INT64_MAX, "9999-12-31T23:59:59.999Z");
    assert_iso(INT64_MIN, "0000-01-01T00:00:00.000Z");
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("clock");
    tcase_add_test(t, frozen_clocks_move_only_when_told);
    tcase_add_test(t, the_real_clocks_agree_with_the_system);
    tcase_add_test(t, dates_come_out_in_utc_with_milliseconds);
    Suite *s = suite_create("util/clock");
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
