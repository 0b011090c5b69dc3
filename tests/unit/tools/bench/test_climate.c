// The cells of a zone: a tick counts each once, and what comes of it follows from the numbers of
// the zone and the tick alone.
#include "tools/bench/climate.h"

#include <check.h>
#include <stdlib.h>

enum { CELLS = 100, TICKS = 5 };

// `ticks` of a zone, its two parts one after the other; the digest then.
static uint64_t digest_after(uint32_t zone, uint32_t cells, uint64_t ticks)
{
    struct climate *c = climate_new(zone, cells);
    struct climate_scratch *scratch = climate_scratch_new(cells);
    ck_assert_uint_eq(climate_cells(c), cells);
    for (uint64_t i = 1; i <= ticks; i++)
        for (int part = 0; part < CLIMATE_PARTS; part++) {
            struct climate_pass pass = {.tick = i, .scratch = scratch};
            climate_tick(c, &pass);
            ck_assert_ptr_nonnull(pass.at);
        }
    ck_assert_uint_eq(climate_cells_at(c, ticks), cells);
    ck_assert_uint_eq(climate_cells_at(c, ticks + 1), 0);
    uint64_t digest = climate_digest(c);
    free(scratch);
    climate_free(c);
    return digest;
}

START_TEST(the_same_numbers_give_the_same_zone)
{
    ck_assert_uint_eq(digest_after(7, CELLS, TICKS), digest_after(7, CELLS, TICKS));
    ck_assert_uint_ne(digest_after(7, CELLS, TICKS), digest_after(8, CELLS, TICKS));
    ck_assert_uint_ne(digest_after(7, CELLS, TICKS), digest_after(7, CELLS + 1, TICKS));
    for (uint64_t ticks = 1; ticks < TICKS; ticks++)
        ck_assert_uint_ne(digest_after(7, CELLS, ticks), digest_after(7, CELLS, ticks - 1));
}
END_TEST

// On any machine and with any compiler: the numbers are those that the program had when this was
// written. A change of what a tick does on purpose changes them too.
START_TEST(the_same_numbers_give_what_they_always_gave)
{
    ck_assert_uint_eq(digest_after(7, CELLS, 0), UINT64_C(16258072543111899802));
    ck_assert_uint_eq(digest_after(7, CELLS, TICKS), UINT64_C(13508605764903377137));
    ck_assert_uint_eq(digest_after(1, 1, TICKS), UINT64_C(7683416347891888371));
}
END_TEST

START_TEST(zones_have_names_and_locks_of_their_own)
{
    struct climate *one = climate_new(1, 1), *two = climate_new(2, 1);
    ck_assert_str_eq(climate_label(one), "zone 1");
    ck_assert_str_eq(climate_label(two), "zone 2");
    ck_assert_ptr_ne(climate_lock(one), climate_lock(two));
    climate_free(one);
    climate_free(two);
    climate_free(NULL);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("climate");
    TCase *t = tcase_create("climate");
    tcase_add_test(t, the_same_numbers_give_the_same_zone);
    tcase_add_test(t, the_same_numbers_give_what_they_always_gave);
    tcase_add_test(t, zones_have_names_and_locks_of_their_own);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
