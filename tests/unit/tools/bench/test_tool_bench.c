// latchkey bench: what it prints and its exit status, with small numbers.
#include "../tool_kit.h"

// It would end the test at a planted race, and takes the signal of a crash for itself.
#if defined(__SANITIZE_THREAD__)
#define UNDER_TSAN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define UNDER_TSAN 1
#endif
#endif
#ifndef UNDER_TSAN
#define UNDER_TSAN 0
#endif

START_TEST(a_right_tick_is_said_to_be_right)
{
    ck_assert_int_eq(
        kit_tool(tool_bench, "bench|tick|--zones|5|--cells|4|--ticks|2|--threads|1,3|--repeat|3"),
        0);
    kit_has(&kit_out, "5 zones of 4 cells, 2 ticks; race: none; lock checker off\n");
    kit_has(
        &kit_out,
        "\n      1      3            60 of 60                     3              3             0            0");
    kit_has(
        &kit_out,
        "\n      3      3            60 of 60                     3              3             0            0");
    kit_has(&kit_out, "; all is as it must be\n");
    ck_assert_str_eq(buf_str(&kit_err), "");
}
END_TEST

#if !UNDER_TSAN

START_TEST(a_zone_that_crashes_is_left_out)
{
    ck_assert_int_eq(kit_tool(tool_bench, "bench|tick|--zones|3|--cells|2|--threads|2|--repeat|2|"
                                          "--crash-zone|1|--debug-locks"),
                     0);
    kit_has(&kit_out, "3 ticks; race: none; lock checker on\n");
    kit_has(
        &kit_out,
        "\n      2      2             8 of 8                      2              2             0            2");
}
END_TEST

START_TEST(a_planted_race_is_flagged_in_every_run)
{
    ck_assert_int_eq(kit_tool(tool_bench, "bench|tick|--zones|3|--cells|2|--threads|2|--repeat|2|"
                                          "--race|unlocked"),
                     0);
    kit_has(&kit_out, "race: unlocked; lock checker on\n");
    kit_has(&kit_out, "; all is as it must be\n");
}
END_TEST

#endif

static void refused(const char *words, const char *told)
{
    ck_assert_int_eq(kit_tool(tool_bench, words), 2);
    kit_has(&kit_err, told);
}

START_TEST(wrong_usage_is_told)
{
    ck_assert_int_eq(kit_tool(tool_bench, "bench|--help"), 0);
    kit_has(&kit_out, "Usage: latchkey bench tick");
    ck_assert_int_eq(kit_tool(tool_bench, "bench|tick|--help"), 0);
    refused("bench", "the name of a command is missing\n");
    refused("bench|tock", "there is no command \"tock\", did you mean \"tick\"?\n");
    refused("bench|tick|--zones|0", "--zones \"0\": expected a number from 1 to 100000\n");
    refused("bench|tick|--zones|-1", "--zones \"-1\": expected a number from 1 to 100000\n");
    refused("bench|tick|--zones|100001",
            "--zones \"100001\": expected a number from 1 to 100000\n");
    refused("bench|tick|--cells|4x", "--cells \"4x\": expected a number from 1 to ");
    refused("bench|tick|--ticks|0", "--ticks \"0\": expected a number from 1 on\n");
    refused("bench|tick|--repeat|", "--repeat \"\": expected a number from 1 on\n");
    refused("bench|tick|--threads|1,0", "--threads \"1,0\": expected a number from 1 to 64\n");
    refused("bench|tick|--threads|1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1",
            "expected at most 16 numbers\n");
    refused(
        "bench|tick|--race|unloked",
        "--race \"unloked\": expected none, unlocked, wrong-zone or shared-scratch; did you mean "
        "unlocked?\n");
    refused("bench|tick|--debug-locks=some", "--debug-locks \"some\": expected rules or flow\n");
    refused("bench|tick|--crash-zone|-1",
            "--crash-zone \"-1\": expected a number from 0 to 100000\n");
    refused("bench|tick|more", "\"more\" is not understood\n");
    refused("bench|locks|--zones|3", "locks takes no --zones\n");
    refused("bench|tick|--zones|4|--crash-zone|4", "there is no such zone to crash");
    refused("bench|tick|--zones|1|--race|unlocked", "a race needs a second zone");
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("tool_bench");
    tcase_add_checked_fixture(t, kit_begin, kit_end);
    tcase_add_test(t, a_right_tick_is_said_to_be_right);
#if !UNDER_TSAN
    tcase_add_test(t, a_zone_that_crashes_is_left_out);
    tcase_add_test(t, a_planted_race_is_flagged_in_every_run);
#endif
    tcase_add_test(t, wrong_usage_is_told);
    return kit_suite("tool_bench", t);
}
