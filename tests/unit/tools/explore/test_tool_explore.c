// latchkey explore: its options, what it prints of a scenario in which nothing is wrong, and of
// schedules that are played again.
#include "../tool_kit.h"

#include "engine/explore/explore.h"
#include "tools/explore/loop_turns.h"
#include "tools/explore/order.h"
#include "tools/explore/schedule.h"

static void put_scenario(void)
{
    kit_put(
        "world.json",
        "{\"zone\":{\"ref\":\"z\",\"name\":\"Z\"},\"locations\":{\"yard\":{\"name\":\"The yard\","
        "\"description\":\"Earth.\",\"start\":true}},\"things\":{\"ring\":{\"name\":\"a ring\","
        "\"aliases\":[\"ring\"],\"description\":\"Thin.\",\"in\":\"yard\"}}}");
    kit_put("ring.scenario",
            "world world.json\nworkers 2\nseconds 2\njoin Ann\njoin Ben\nAnn> get ring\n"
            "Ben> get ring\n");
}

START_TEST(schedules_in_which_nothing_is_found)
{
    put_scenario();
    ck_assert_int_eq(
        kit_tool(tool_explore, "explore|--scenario|ring.scenario|--seeds|3|--check-every|1"), 0);
    kit_has(&kit_out, "ring.scenario: 2 vthreads, ");
    kit_has(&kit_out, " answers when nothing is switched\n");
    kit_has(&kit_out, "ring.scenario: 3 schedules (portfolio), ");
    kit_has(&kit_out, ", 0 failed\n");
    ck_assert_int_eq(kit_tool(tool_explore,
                              "explore|--scenario|ring.scenario|--seeds|1|--strategy|walk|--quiet"),
                     0);
    kit_has(&kit_out, "ring.scenario: 1 schedules (walk), ");
    kit_lacks(&kit_out, "when nothing is switched");
}
END_TEST

START_TEST(what_players_see_is_printed_when_asked_for)
{
    put_scenario();
    ck_assert_int_eq(
        kit_tool(tool_explore,
                 "explore|--scenario|ring.scenario|--seeds|1|--strategy|straight|--seen"),
        0);
    kit_has(&kit_out, "You take a ring.");
    ck_assert_int_eq(kit_tool(tool_explore, "explore|--scenario|ring.scenario|--seeds|2|--seen"),
                     0);
    kit_lacks(&kit_out, "You take a ring.");
    ck_assert_int_eq(kit_tool(tool_explore, "explore|--scenario|ring.scenario|--seeds|1"), 0);
    kit_lacks(&kit_out, "You take a ring.");
}
END_TEST

// The hash that the first replay prints is the one that the second must have.
START_TEST(a_schedule_is_played_again)
{
    uint16_t choices[] = {1, 0, 1};
    char scenario[] = "ring.scenario", printed[17];
    struct schedule s = {.scenario = scenario, .seed = 5, .choices = choices, .count = 3};
    put_scenario();
    ck_assert_int_eq(schedule_write("one.schedule", &s, "a test"), 0);
    ck_assert_int_eq(kit_tool_apart(tool_explore, "explore|--replay|one.schedule"), 0);
    kit_has(&kit_out, "one.schedule: ");
    kit_has(&kit_out, " 3 choices replayed, hash ");
    kit_has(&kit_out, ", 0 violations\n");
    const char *hash = strstr(buf_str(&kit_out), "hash ");
    snprintf(printed, sizeof(printed), "%.16s", hash + 5);
    s.hash = strtoull(printed, NULL, 16);
    ck_assert_int_eq(schedule_write("two.schedule", &s, "a test"), 0);
    int status = kit_tool_apart(tool_explore, "explore|--replay|two.schedule");
    kit_has(&kit_out, printed);
    ck_assert_msg(!status, "%s", buf_str(&kit_out));
    s.hash ^= 1;
    ck_assert_int_eq(schedule_write("two.schedule", &s, "a test"), 0);
    ck_assert_int_eq(kit_tool_apart(tool_explore, "explore|--replay|two.schedule"), 68);
    kit_has(&kit_out, "L039 diverged  the run is not the one that was recorded");
    ck_assert_int_eq(kit_tool_apart(tool_explore, "explore|--replay|nowhere"), 65);
    kit_has(&kit_err, "nowhere: No such file");
}
END_TEST

// Without a choice nothing is switched, whatever the seed would do.
START_TEST(only_the_choices_of_a_schedule_count)
{
    char scenario[] = "ring.scenario";
    struct schedule s = {.scenario = scenario, .seed = 5};
    unsigned straight = 0, again = 0;
    put_scenario();
    ck_assert_int_eq(schedule_write("none.schedule", &s, "a test"), 0);
    ck_assert_int_eq(
        kit_tool_apart(tool_explore, "explore|--scenario|ring.scenario|--first|5|--seeds|1"), 0);
    ck_assert_int_eq(sscanf(buf_str(&kit_out), "ring.scenario: 2 vthreads, %u points", &straight),
                     1);
    char *switched = mem_printf("(portfolio), %u points", straight);
    kit_lacks(&kit_out, switched);
    ck_assert_int_eq(kit_tool_apart(tool_explore, "explore|--replay|none.schedule"), 0);
    ck_assert_int_eq(sscanf(buf_str(&kit_out), "none.schedule: %u points, 0 choices", &again), 1);
    ck_assert_uint_eq(again, straight);
    free(switched);
}
END_TEST

START_TEST(violations_can_be_answered_for_until_a_date)
{
    put_scenario();
    kit_put("known", "L004 * * until=2999-01-01 reason=\"not met here\"\n");
    ck_assert_int_eq(
        kit_tool_apart(tool_explore,
                       "explore|--scenario|ring.scenario|--seeds|1|--locks-suppress|known"),
        66);
    kit_has(&kit_err, "was never used");
    kit_lacks(&kit_err, "has expired");
    kit_put("known", "L004 * * until=2020-01-01 reason=\"not met here\"\n");
    ck_assert_int_eq(
        kit_tool_apart(tool_explore,
                       "explore|--scenario|ring.scenario|--seeds|1|--locks-suppress|known"),
        66);
    kit_has(&kit_err, "known:1:1: suppression of L004 at * has expired\n");
    kit_put("known", "L099 somewhere\n");
    ck_assert_int_eq(
        kit_tool_apart(tool_explore,
                       "explore|--scenario|ring.scenario|--seeds|1|--locks-suppress|known"),
        78);
    kit_has(&kit_err, "known:1:1: expected a code like L003\n");
}
END_TEST

START_TEST(a_bad_scenario_is_told)
{
    kit_put("bad.scenario", "world nowhere.json\njoin Ann\nAnn> look\n");
    ck_assert_int_eq(kit_tool(tool_explore, "explore|--scenario|bad.scenario|--seeds|1"), 65);
    kit_has(&kit_err, "nowhere.json");
}
END_TEST

// Each of the players is on a loop of its own; what is recorded with several loops is played again
// with as many.
START_TEST(several_loops_are_explored)
{
    uint16_t choices[] = {1, 0, 1};
    char scenario[] = "ring.scenario", printed[17];
    struct schedule s = {.scenario = scenario,
                         .seed = 5,
                         .loops = 2,
                         .guests = true,
                         .choices = choices,
                         .count = 3};
    put_scenario();
    ck_assert_int_eq(kit_tool_apart(tool_explore, "explore|--scenario|ring.scenario|--seeds|32|"
                                                  "--loops|1,2,4|--guests|--check-every|1"),
                     0);
    kit_has(&kit_out, "ring.scenario: 32 schedules (portfolio), ");
    kit_has(&kit_out, ", 0 failed\n");
    ck_assert_int_eq(schedule_write("one.schedule", &s, "a test"), 0);
    ck_assert_int_eq(kit_tool_apart(tool_explore, "explore|--replay|one.schedule"), 0);
    snprintf(printed, sizeof(printed), "%.16s", strstr(buf_str(&kit_out), "hash ") + 5);
    s.hash = strtoull(printed, NULL, 16);
    ck_assert_int_eq(schedule_write("two.schedule", &s, "a test"), 0);
    ck_assert_int_eq(kit_tool_apart(tool_explore, "explore|--replay|two.schedule"), 0);
    s.loops = 15;
    ck_assert_int_eq(schedule_write("two.schedule", &s, "a test"), 0);
    ck_assert_int_eq(kit_tool_apart(tool_explore, "explore|--replay|two.schedule"), 65);
    kit_has(&kit_err, "ring.scenario has 2 workers: with the loops at most 16\n");
}
END_TEST

START_TEST(turns_go_by_seeds)
{
    struct loop_turns t = {.count = 0};
    struct buf why = BUF_INIT;
    unsigned counts[5][2] = {{0}};
    ck_assert(loop_turns_parse(&t, "1,2,4", &why));
    ck_assert_uint_eq(loop_turns_most(&t), 4);
    t.guests = true;
    for (uint64_t seed = 0; seed < 96; seed += 4) { // of one strategy
        struct explore_config c = {.seed = seed};
        loop_turns_choose(&t, &c);
        counts[c.loops][c.guests]++;
    }
    for (unsigned i = 1; i <= 4; i *= 2)
        for (unsigned k = 0; k < 2; k++)
            ck_assert_uint_eq(counts[i][k], 4);
    loop_turns_tell(&t, &why);
    ck_assert_str_eq(buf_str(&why), " --loops 1,2,4 --guests");
    buf_fini(&why);
    t = (struct loop_turns){.count = 0};
    struct explore_config c = {.seed = 12};
    loop_turns_choose(&t, &c);
    ck_assert_uint_eq(c.loops, 1);
    ck_assert(!c.guests);
    ck_assert_uint_eq(loop_turns_most(&t), 1);
}
END_TEST

static void ck_order(bool wanted, const char *a, const char *b, const char *told)
{
    struct buf why = BUF_INIT;
    ck_assert(order_is_one(a, b, "m-", &why) == wanted);
    ck_assert_str_eq(buf_str(&why), told);
    buf_fini(&why);
}

START_TEST(words_are_seen_in_one_order)
{
    ck_order(true, "", "", "");
    ck_order(true, "You say: m-a1\nBen says: m-b1.", "Ann says: m-a1\nYou say: m-b1", "");
    ck_order(true, "m-a m-b m-c m-d", "m-b m-d", ""); // who came later, or was elsewhere
    ck_order(true, "m-b m-d", "m-a m-b m-c m-d", "");
    ck_order(true, "m-a1 m-a", "m-a1 m-a", ""); // one begins as the other does
    ck_order(true, "xm-a m-b xm-a", "m-b xm-a", "");
    ck_order(false, "m-a m-b", "m-b m-a", "m-a before m-b, and in the other order");
    ck_order(false, "m-a x m-c m-b", "m-b m-a m-c", "m-c before m-b, and in the other order");
    ck_order(false, "m-a m-b m-a", "", "m-a twice");
}
END_TEST

START_TEST(another_order_ends_the_run)
{
    put_scenario();
    kit_put("twice.scenario", "world world.json\nworkers 2\nseconds 2\norder mark-\njoin Ann\n"
                              "join Ben\nAnn> say mark-a\nAnn> say mark-a\n");
    ck_assert_int_eq(kit_tool_apart(tool_explore, "explore|--scenario|twice.scenario|--seeds|1"),
                     66);
    kit_has(&kit_out, "ended with signal 6");
    kit_has(&kit_err, "twice.scenario: Ann and Ann saw mark-a twice\n");
}
END_TEST

static void refused(const char *words, const char *told)
{
    ck_assert_int_eq(kit_tool(tool_explore, words), 2);
    kit_has(&kit_err, told);
    kit_has(&kit_err, "Try \"latchkey explore --help\".\n");
}

START_TEST(wrong_usage_is_told)
{
    ck_assert_int_eq(kit_tool(tool_explore, "explore|--help"), 0);
    kit_has(&kit_out, "Usage: latchkey explore");
    refused("explore", "latchkey explore: needs --scenario FILE or --replay FILE\n");
    refused("explore|--scenario|a|--seeds|0", "--seeds \"0\": expected a number from 1 on");
    refused("explore|--scenario|a|--seeds|", "--seeds \"\": expected a number from 1 on");
    refused("explore|--scenario|a|--first|-1", "--first \"-1\": expected a number\n");
    refused("explore|--scenario|a|--depth|0", "--depth \"0\": expected a number from 1 on");
    refused("explore|--scenario|a|--check-every|x", "--check-every \"x\": expected a number\n");
    refused("explore|--scenario|a|--first|9223372036854775808",
            "expected a number from 0 to 9223372036854775807\n");
    refused("explore|--scenario|a|--strategy|replay",
            "--strategy \"replay\": expected straight, walk, pct, starve or portfolio\n");
    refused("explore|--scenario|a|--strategy|wlak", "did you mean walk?\n");
    refused("explore|--scenario|a|--loops|1,0", "--loops \"1,0\": expected up to 8 numbers");
    refused("explore|--scenario|a|--loops|1,,2", "from 1 to 15 like 1,2,4\n");
    refused("explore|--scenario|a|--loops|16", "from 1 to 15");
    refused("explore|--scenario|a|--loops|2x", "from 1 to 15");
    refused("explore|--scenario|a|--loops|1,2,", "from 1 to 15");
    refused("explore|--scenario|a|--loops|1,2,3,4,5,6,7,8,9", "from 1 to 15");
    refused("explore|--scenario|a|--trace|t", "a trace is of one run");
    refused("explore|--scenario|a|more", "\"more\" is not understood\n");
    refused("explore|--scenario|a|--loud", "unknown option --loud\n");
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("tool_explore");
    tcase_set_timeout(t, 60);
    tcase_add_checked_fixture(t, kit_begin, kit_end);
    tcase_add_test(t, schedules_in_which_nothing_is_found);
    tcase_add_test(t, what_players_see_is_printed_when_asked_for);
    tcase_add_test(t, a_schedule_is_played_again);
    tcase_add_test(t, only_the_choices_of_a_schedule_count);
    tcase_add_test(t, several_loops_are_explored);
    tcase_add_test(t, turns_go_by_seeds);
    tcase_add_test(t, words_are_seen_in_one_order);
    tcase_add_test(t, another_order_ends_the_run);
    tcase_add_test(t, violations_can_be_answered_for_until_a_date);
    tcase_add_test(t, a_bad_scenario_is_told);
    tcase_add_test(t, wrong_usage_is_told);
    return kit_suite("tool_explore", t);
}
