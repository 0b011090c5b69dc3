// Schedules as files: what is written is read again, and what is damaged is refused by line.
#include "engine/explore/strategy.h"
#include "tools/explore/schedule.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char path[] = "/tmp/latchkey-schedule-XXXXXX";

static void setup(void)
{
    int fd = mkstemp(path);
    ck_assert_int_ge(fd, 0);
    close(fd);
}

static void teardown(void)
{
    unlink(path);
    memcpy(path + strlen(path) - 6, "XXXXXX", 6);
}

static void put(const char *text)
{
    FILE *f = fopen(path, "w");
    fputs(text, f);
    fclose(f);
}

START_TEST(written_and_read)
{
    uint16_t choices[100000];
    for (size_t i = 0; i < 100000; i++)
        choices[i] = (uint16_t)(i % 7 == 3 || i > 99000 ? i % 5 : 0);
    char name[] = "a b/c.scenario";
    struct schedule s = {.scenario = name,
                         .seed = 18446744073709551615u,
                         .hash = 0xfedcba9876543210u,
                         .loops = _i ? 4 : 1,
                         .guests = _i,
                         .choices = choices,
                         .count = 100000};
    ck_assert_int_eq(schedule_write(path, &s, "L003 wrong-lock"), 0);
    struct schedule *got = schedule_read(path);
    ck_assert_ptr_nonnull(got);
    ck_assert_str_eq(got->scenario, s.scenario);
    ck_assert_uint_eq(got->seed, s.seed);
    ck_assert_uint_eq(got->hash, s.hash);
    ck_assert_uint_eq(got->count, s.count);
    ck_assert_uint_eq(got->loops, _i ? 4 : 0); // not written: as it was before there were several
    ck_assert(got->guests == s.guests);
    ck_assert_int_eq(memcmp(got->choices, choices, sizeof(choices)), 0);
    schedule_free(got);
}
END_TEST

START_TEST(damage_is_refused)
{
    static const char *const bad[] = {"",
                                      "latchkey schedule 2\n",
                                      "latchkey schedule 1\nseed 1\n",
                                      "latchkey schedule 1\nscenario a\nchoices 1 x\n",
                                      "latchkey schedule 1\nscenario a\nchoices 70000\n",
                                      "latchkey schedule 1\nscenario a\nchoices 1*99999999\n",
                                      "latchkey schedule 1\nscenario a\nchoices 1*0\n",
                                      "latchkey schedule 1\nscenario a\nloops 0\n",
                                      "latchkey schedule 1\nscenario a\nloops 16\n",
                                      "latchkey schedule 1\nscenario a\nnonsense\n"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        put(bad[i]);
        ck_assert_ptr_null(schedule_read(path));
    }
}
END_TEST

static uint64_t choices_of(enum explore_strategy kind, uint64_t seed)
{
    struct explore_config c = {.strategy = kind, .seed = seed, .length = 300};
    struct strategy s;
    struct candidate list[4] = {{.vthread = 1, .task = 10},
                                {.vthread = 2, .task = 11},
                                {.vthread = 3, .task = 12},
                                {.vthread = 0, .task = 0}};
    uint64_t hash = 1;
    strategy_init(&s, &c);
    for (int i = 0; i < 300; i++) {
        size_t n = (size_t)i % 4 + 1, choice = strategy_choose(&s, list, n);
        ck_assert_uint_lt(choice, n);
        hash = explore_mix(hash, choice);
    }
    return hash;
}

START_TEST(a_seed_decides_everything)
{
    static const enum explore_strategy kinds[] = {EXPLORE_WALK, EXPLORE_PCT, EXPLORE_STARVE,
                                                  EXPLORE_PORTFOLIO};
    for (size_t k = 0; k < 4; k++) {
        unsigned same = 0;
        for (uint64_t seed = 0; seed < 50; seed++) {
            ck_assert_uint_eq(choices_of(kinds[k], seed), choices_of(kinds[k], seed));
            same += choices_of(kinds[k], seed) == choices_of(kinds[k], seed + 1000);
        }
        ck_assert_uint_lt(same, 5);
    }
}
END_TEST

START_TEST(why_it_cannot_be_written_is_handed_up)
{
    uint16_t choices[] = {1, 2};
    struct schedule s = {.scenario = (char *)"s", .choices = choices, .count = 2};
    ck_assert_int_eq(schedule_write("/nonexistent/one.schedule", &s, "none"), -ENOENT);
    ck_assert_int_eq(schedule_write("/dev/full", &s, "none"), -ENOSPC);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("schedule");
    TCase *t = tcase_create("schedule");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_loop_test(t, written_and_read, 0, 2);
    tcase_add_test(t, damage_is_refused);
    tcase_add_test(t, a_seed_decides_everything);
    tcase_add_test(t, why_it_cannot_be_written_is_handed_up);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
