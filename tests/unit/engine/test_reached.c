// Names of rare paths: parsed, summed, printed, and missed.
#include "engine/reached.h"

#include "util/buf.h"

#include <check.h>
#include <stdlib.h>

static const char all[] =
    "waits, retries again_twice,limbo_seen stale_timers stale_again refused resumed "
    "snapshots,snapshots_busy,";

START_TEST(every_path_has_a_name)
{
    uint32_t paths = 0;
    ck_assert(reached_parse(all, &paths));
    ck_assert_uint_eq(paths, (UINT32_C(1) << REACHED_PATHS) - 1);
}
END_TEST

START_TEST(what_is_no_name_is_refused)
{
    static const char *const bad[] = {"wait", "waitss", "waits retries x", "waits;retries"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        uint32_t paths = 0;
        ck_assert_msg(!reached_parse(bad[i], &paths), "%s", bad[i]);
    }
    uint32_t none = 0;
    ck_assert(reached_parse("", &none));
    ck_assert_uint_eq(none, 0);
}
END_TEST

START_TEST(counts_are_summed_by_name)
{
    struct dispatch_stats first = {.waits = 1,
                                   .retries = 2,
                                   .again_twice = 3,
                                   .limbo_seen = 4,
                                   .stale_timers = 5,
                                   .stale_again = 6,
                                   .refused = 7,
                                   .resumed = 8,
                                   .snapshots = 9,
                                   .snapshots_busy = 10};
    struct dispatch_stats second = {.events = 99, .limbo_seen = 40};
    struct reached sum = {0};
    struct buf told = BUF_INIT;
    reached_add(&sum, &first);
    reached_add(&sum, &second);
    reached_tell(&sum, &told);
    ck_assert_str_eq(buf_str(&told),
                     "waits 1, retries 2, again_twice 3, limbo_seen 44, stale_timers 5, "
                     "stale_again 6, refused 7, resumed 8, snapshots 9, snapshots_busy 10");
    buf_fini(&told);
}
END_TEST

START_TEST(only_what_is_wanted_and_was_not_taken_is_missing)
{
    struct dispatch_stats s = {.retries = 1, .snapshots = 1};
    struct reached sum = {0};
    struct buf missing = BUF_INIT;
    uint32_t paths = 0, met = 0;
    reached_add(&sum, &s);
    ck_assert(reached_parse("waits retries resumed", &paths));
    ck_assert(reached_missing(&sum, paths, &missing));
    ck_assert_str_eq(buf_str(&missing), "waits, resumed");
    buf_clear(&missing);
    ck_assert(reached_parse("snapshots retries", &met));
    ck_assert(!reached_missing(&sum, met, &missing));
    ck_assert_uint_eq(missing.len, 0);
    buf_fini(&missing);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("reached");
    TCase *t = tcase_create("reached");
    tcase_add_test(t, every_path_has_a_name);
    tcase_add_test(t, what_is_no_name_is_refused);
    tcase_add_test(t, counts_are_summed_by_name);
    tcase_add_test(t, only_what_is_wanted_and_was_not_taken_is_missing);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? 1 : 0;
}
