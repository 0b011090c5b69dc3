// latchkey replay of a journal that players have made: what it says when all is as it was, and when
// something is not.
#include "../played_kit.h"

#include "serve/data_lock.h"

static unsigned long long events, last, digest;

// What the run printed: how many events to which, on how many workers, and what the world is then.
static void ran(const char *begin, unsigned workers)
{
    unsigned on;
    double seconds;
    const char *at = strstr(buf_str(&kit_out), " events to ");
    kit_has(&kit_out, begin);
    ck_assert_msg(at, "%s", buf_str(&kit_out));
    while (at > buf_str(&kit_out) && at[-1] >= '0' && at[-1] <= '9')
        at--;
    ck_assert_int_eq(
        sscanf(at, "%llu events to %llu on %u worker%*[s ]in %lf s", &events, &last, &on, &seconds),
        4);
    ck_assert_uint_eq(on, workers);
    at = strstr(buf_str(&kit_out), ", world ");
    ck_assert_ptr_nonnull(at);
    ck_assert_int_eq(sscanf(at, ", world %llx", &digest), 1);
}

START_TEST(a_journal_gives_the_same_world)
{
    ck_assert_int_eq(kit_tool_apart(tool_replay, "replay|--full"), 0);
    ran("", 1);
    unsigned long long all = events, whole = digest, end = last;
    ck_assert_uint_ge(all, 8);
    ck_assert_uint_eq(end, all);
    kit_has(&kit_out, "held against 1 snapshot on the way\n");
    kit_lacks(&kit_out, "L039");
    kit_has(&kit_err, "lock checker: 0 violations");
    ck_assert_int_eq(kit_tool_apart(tool_replay, "replay|--full|--workers|2"), 0);
    ran("", 2);
    ck_assert_uint_eq(events, all);
    ck_assert_uint_eq(digest, whole);
    ck_assert_int_eq(kit_tool_apart(tool_replay, "replay|--repeat|3|--full|--debug-locks=off"), 0);
    ran("", 1);
    ck_assert_uint_eq(digest, whole);
    kit_lacks(&kit_err, "lock checker:");
    size_t runs = 0;
    for (const char *p = buf_str(&kit_out); (p = strstr(p, " events to ")); p++)
        runs++;
    ck_assert_uint_eq(runs, 3);
    // From the snapshot of the last event, after which nothing came.
    char *begin = mem_printf("from the snapshot of event %llu: ", end);
    ck_assert_int_eq(kit_tool_apart(tool_replay, "replay"), 0);
    ran(begin, 1);
    ck_assert_uint_eq(digest, whole);
    ck_assert_uint_eq(events, 0);
    free(begin);
}
END_TEST

START_TEST(it_stops_where_it_was_told_to)
{
    ck_assert_int_eq(kit_tool_apart(tool_replay, "replay|--to|4"), 0);
    ran("", 1);
    ck_assert_uint_eq(last, 4);
    ck_assert_uint_eq(events, 4);
    ck_assert_int_eq(kit_tool_apart(tool_replay, "replay|--verify-only|--to|4"), 0);
    ck_assert_str_eq(buf_str(&kit_out), "4 events read, all whole\n");
    ck_assert_int_eq(kit_tool_apart(tool_replay, "replay|--to|1000"), 69);
    kit_has(&kit_err, "latchkey replay: there is no event 1000: the last of epoch 0 is ");
    ck_assert_int_eq(kit_tool_apart(tool_replay, "replay|--epoch|0|--verify-only"), 0);
    kit_has(&kit_out, " events read, all whole\n");
    ck_assert_int_eq(kit_tool_apart(tool_replay, "replay|--epoch|3"), 69);
}
END_TEST

START_TEST(a_snapshot_is_written_when_asked_for)
{
    ck_assert_int_eq(kit_tool_apart(tool_replay, "replay|--full|--snap-at|4"), 0);
    kit_has(&kit_out, "there is a snapshot of event 4 now\n");
    ck_assert_int_eq(system("rm latchkey-data/journal/epoch-*/snapshot-*"), 0);
    ck_assert_int_eq(kit_tool_apart(tool_replay, "replay|--full"), 0);
    ran("", 1);
    char *words = mem_printf("replay|--full|--snap-at|%llu", last);
    char *told = mem_printf("there is a snapshot of event %llu now\n", last);
    ck_assert_int_eq(kit_tool_apart(tool_replay, words), 0);
    kit_has(&kit_out, told);
    int lock = data_lock("latchkey-data", NULL);
    ck_assert_int_ge(lock, 0);
    ck_assert_int_eq(kit_tool_apart(tool_replay, words), 73);
    kit_has(&kit_err, "a server is running on ");
    ck_assert_int_eq(kit_tool_apart(tool_replay, "replay"), 0); // reading is no harm
    close(lock);
    ck_assert_int_eq(kit_tool_apart(tool_replay, "replay"), 0);
    kit_has(&kit_out, "from the snapshot of event ");
    free(told);
    free(words);
}
END_TEST

// The ring is called something else now: the files that the epoch has kept are used; without them
// nothing is.
START_TEST(the_zone_files_of_then_are_used)
{
    struct buf text = BUF_INIT;
    kit_get("data/zones/z.json", &text);
    memcpy(strstr(text.data, "a ring"), "a rang", 6);
    kit_put("data/zones/z.json", buf_str(&text));
    ck_assert_int_eq(kit_tool_apart(tool_replay, "replay|--full"), 0);
    ck_assert_int_eq(system("rm latchkey-data/journal/epoch-*/world-files"), 0);
    ck_assert_int_eq(kit_tool_apart(tool_replay, "replay|--full"), 65);
    kit_has(&kit_err,
            "latchkey replay: the journal is that of other zone files than data/zones, and ");
    kit_has(&kit_err, "missing: this epoch kept no zone files");
    ck_assert_int_eq(kit_tool_apart(tool_replay, "replay|--verify-only"), 0);
    buf_fini(&text);
}
END_TEST

static void refused(const char *words, const char *told)
{
    ck_assert_int_eq(kit_tool(tool_replay, words), 2);
    kit_has(&kit_err, told);
}

START_TEST(wrong_usage_is_told)
{
    ck_assert_int_eq(kit_tool(tool_replay, "replay|--help"), 0);
    kit_has(&kit_out, "Usage: latchkey replay");
    refused("replay|--loud", "latchkey replay: unknown option --loud\n");
    refused("replay|--softdigests", "unknown option --softdigests, did you mean --soft-digests?\n");
    refused("replay|more", "latchkey replay: \"more\" is not understood\n");
    refused("replay|--workers|0", "--workers \"0\": expected a number from 1 to 64\n");
    refused("replay|--workers|65", "--workers \"65\": expected a number from 1 to 64\n");
    refused("replay|--to|0", "--to \"0\": expected a number from 1 on\n");
    refused("replay|--to|4x", "--to \"4x\": expected a number from 1 on\n");
    refused("replay|--epoch|-1", "--epoch \"-1\": expected a number\n");
    refused("replay|--repeat|0", "--repeat \"0\": expected a number from 1 on\n");
    refused("replay|--snap-at|99999999999999999999",
            "expected a number from 1 to 9223372036854775807\n");
    refused("replay|--debug-locks=some",
            "--debug-locks \"some\": expected rules, flow, sample=1/N or off");
    refused("replay|--verify-only|--snap-at|1", "--verify-only runs nothing");
    ck_assert_int_eq(kit_tool(tool_replay, "replay|--data|nowhere"), 69);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("tool_replay");
    tcase_set_timeout(t, 60);
    tcase_add_checked_fixture(t, played, kit_end);
    tcase_add_test(t, a_journal_gives_the_same_world);
    tcase_add_test(t, it_stops_where_it_was_told_to);
    tcase_add_test(t, a_snapshot_is_written_when_asked_for);
    tcase_add_test(t, the_zone_files_of_then_are_used);
    tcase_add_test(t, wrong_usage_is_told);
    return kit_suite("tool_replay", t);
}
