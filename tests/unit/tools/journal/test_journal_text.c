// Times as people type them for `latchkey journal`.
#include "tools/journal/journal_text.h"

#include "util/clock.h"

#include <check.h>
#include <stdlib.h>

static int64_t time_of(const char *text)
{
    int64_t ms = -1;
    ck_assert_msg(journal_text_time(text, &ms), "%s", text);
    return ms;
}

START_TEST(a_date_may_be_followed_by_as_much_of_a_time_as_is_known)
{
    enum { DAY = 1763337600 }; // 2025-11-17T00:00:00Z
    ck_assert_int_eq(time_of("2025-11-17"), DAY * INT64_C(1000));
    ck_assert_int_eq(time_of("2025-11-17Z"), DAY * INT64_C(1000));
    ck_assert_int_eq(time_of("2025-11-17T20:15"), (DAY + 72900) * INT64_C(1000));
    ck_assert_int_eq(time_of("2025-11-17t20:15z"), (DAY + 72900) * INT64_C(1000));
    ck_assert_int_eq(time_of("2025-11-17T20:15:30"), (DAY + 72930) * INT64_C(1000));
    ck_assert_int_eq(time_of("2025-11-17T20:15:30.250Z"), (DAY + 72930) * INT64_C(1000) + 250);
    ck_assert_int_eq(time_of("2024-02-29"), INT64_C(1709164800000));
    ck_assert_int_eq(time_of("1969-12-31T23:59:59"), -1000);
}
END_TEST

START_TEST(what_is_no_complete_time_is_refused)
{
    static const char *const wrong[] = {
        "",
        "Z",
        "2025-11",
        "2025-11-1",
        "25-11-17T",
        "2025-11-17T",
        "2025-11-17T20",
        "2025-11-17T20:1",
        "2025-11-17T20:15:3",
        "2025-11-17T20:15:30.",
        "2025-11-17T20:15:30.2",
        "2025-11-17T20:15:30.2500",
        "2025-11-17 20:15",
        "2025/11/17",
        "2025-11-17ZZ",
        "2025-11- 7",
        "2025-+1-17",
        "2025-11-17T20:15:30,250",
        "20251117T2015300",
        // complete, and no day or time
        "2025-02-29",
        "2025-00-10",
        "2025-13-01",
        "2025-11-31",
        "2025-11-00",
        "2025-11-17T24:00",
        "2025-11-17T20:60",
        "2025-11-17T20:15:60",
    };
    int64_t ms;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        ck_assert_msg(!journal_text_time(wrong[i], &ms), "%s", wrong[i]);
}
END_TEST

START_TEST(a_duration_is_so_long_ago)
{
    int64_t before = clock_wall_ms(), ago = time_of("2h"), after = clock_wall_ms();
    ck_assert_int_ge(ago, before - 7200000);
    ck_assert_int_le(ago, after - 7200000);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("journal_text");
    tcase_add_test(t, a_date_may_be_followed_by_as_much_of_a_time_as_is_known);
    tcase_add_test(t, what_is_no_complete_time_is_refused);
    tcase_add_test(t, a_duration_is_so_long_ago);
    Suite *s = suite_create("tools/journal/journal_text");
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
