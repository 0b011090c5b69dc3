// The parts of the load generator that could make figures wrong without anyone noticing: the
// histogram, the recognition of prompt marks and counters when reads cut them anywhere, exits.
#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "hist.h"
#include "loadgen_accounts.h"
#include "loadgen_mix.h"
#include "loadgen_places.h"
#include "loadgen_player.h"
#include "loadgen_proc.h"
#include "loadgen_setup.h"
#include "loadgen_wire.h"

#define MARK "\377\357"
#define GO_AHEAD "\377\371"

START_TEST(hist_percentiles_stay_within_one_percent)
{
    struct hist h = {0};
    for (uint64_t v = 1; v <= 100000; v++) {
        hist_record(&h, v * 1000);
    }
    const double percents[] = {1, 50, 90, 99, 99.9, 100};
    for (size_t i = 0; i < sizeof(percents) / sizeof(percents[0]); i++) {
        double exact = percents[i] * 1000 * 1000;
        double got = (double)hist_percentile(&h, percents[i]);
        ck_assert_double_ge(got, exact);
        ck_assert_double_le(got, exact * 1.01);
    }
    ck_assert_uint_eq(hist_mean(&h), 50000500);
}
END_TEST

START_TEST(hist_keeps_small_values_exactly)
{
    for (uint64_t v = 0; v < 256; v++) {
        struct hist h = {0};
        hist_record(&h, v);
        hist_record(&h, 1000000);
        ck_assert_uint_eq(hist_percentile(&h, 50), v);
    }
}
END_TEST

START_TEST(hist_bucket_edges_never_round_down)
{
    for (unsigned bit = 1; bit < 38; bit++) {
        for (int64_t near = -1; near <= 1; near++) {
            struct hist h = {0};
            uint64_t v = (uint64_t)((INT64_C(1) << bit) + near);
            hist_record(&h, v);
            hist_record(&h, UINT64_MAX / 2);
            ck_assert_uint_ge(hist_percentile(&h, 50), v);
        }
    }
}
END_TEST

START_TEST(hist_keeps_the_maximum_of_values_beyond_its_range)
{
    struct hist h = {0};
    hist_record(&h, UINT64_MAX);
    ck_assert_uint_eq(h.max, UINT64_MAX);
    ck_assert_uint_eq(hist_percentile(&h, 100), UINT64_MAX);
}
END_TEST

START_TEST(hist_add_equals_recording_everything_in_one)
{
    struct hist a = {0};
    struct hist b = {0};
    struct hist all = {0};
    for (uint64_t v = 1; v < 5000; v++) {
        hist_record(v % 2 ? &a : &b, v * v);
        hist_record(&all, v * v);
    }
    hist_add(&a, &b);
    ck_assert_mem_eq(&a, &all, sizeof(a));
}
END_TEST

START_TEST(hist_of_nothing_is_zero)
{
    struct hist h = {0};
    ck_assert_uint_eq(hist_percentile(&h, 99), 0);
    ck_assert_uint_eq(hist_mean(&h), 0);
}
END_TEST

static bool count_of(const char *text, uint64_t *count)
{
    const uint8_t *from = (const uint8_t *)text;
    return loadgen_wire_count(from, from + strlen(text), count);
}

START_TEST(wire_count_is_the_last_number_sign)
{
    uint64_t n = 0;
    ck_assert(count_of("#7 is up.\r\n#41> ", &n));
    ck_assert_uint_eq(n, 41);
    ck_assert(count_of("\033[32m#12>\033[0m ", &n));
    ck_assert_uint_eq(n, 12);
}
END_TEST

START_TEST(wire_count_is_refused_when_absent_or_unfinished)
{
    uint64_t n = 0;
    ck_assert(!count_of("", &n));
    ck_assert(!count_of("> ", &n));
    ck_assert(!count_of("#", &n));
    ck_assert(!count_of("#>", &n));
    ck_assert(!count_of("#12", &n)); // digits may go on in bytes not looked at
}
END_TEST

START_TEST(wire_last_mark_is_found_behind_other_bytes)
{
    static const char text[] = "a" MARK "bc" GO_AHEAD "d\377";
    const uint8_t *from = (const uint8_t *)text;
    const uint8_t *mark = loadgen_wire_last_mark(from, from + sizeof(text) - 1);
    ck_assert_ptr_eq(mark, from + 5);
    ck_assert_ptr_null(loadgen_wire_last_mark(from, from + 1));
    ck_assert_ptr_null(loadgen_wire_last_mark(from, from + 2));
}
END_TEST

static unsigned exits_of(const char *text, bool *found)
{
    return loadgen_wire_exits(text, strlen(text), found);
}

START_TEST(wire_exits_reads_both_forms)
{
    bool found = false;
    unsigned north_up = 1U << DIRECTION_NORTH | 1U << DIRECTION_UP;
    ck_assert_uint_eq(exits_of("Hall\r\nYou see exits: north and up.\r\nA cat.\r\n", &found),
                      north_up);
    ck_assert(found);
    ck_assert_uint_eq(exits_of("Exits: north, up\r\n", &found), north_up);
    ck_assert_uint_eq(exits_of("Exits: none\r\nnorth\r\n", &found), 0);
    ck_assert(found);
    exits_of("You cannot go north.\r\n", &found);
    ck_assert(!found);
}
END_TEST

START_TEST(wire_exits_leaves_out_closed_doors)
{
    bool found = false;
    ck_assert_uint_eq(exits_of("Exits: north (closed) east\r\n", &found), 1U << DIRECTION_EAST);
}
END_TEST

START_TEST(wire_opposites_undo_each_other)
{
    for (unsigned d = 0; d < DIRECTION_COUNT; d++) {
        enum loadgen_direction back = loadgen_wire_opposite(d);
        ck_assert_uint_ne(back, d);
        ck_assert_uint_eq(loadgen_wire_opposite(back), d);
    }
}
END_TEST

struct pair {
    struct loadgen_player player;
    struct loadgen_tally tally;
    int server;
    uint8_t buffer[LOADGEN_CARRY + 4096];
};

static void pair_init(struct pair *pair)
{
    int fds[2];
    memset(pair, 0, sizeof(*pair));
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds), 0);
    loadgen_player_init(&pair->player, 3, 1);
    pair->player.fd = fds[0];
    pair->server = fds[1];
}

static void pair_fini(struct pair *pair)
{
    loadgen_player_fini(&pair->player);
    close(pair->server);
}

static enum loadgen_outcome pair_feed(struct pair *pair, const char *bytes, size_t n)
{
    uint8_t *at = pair->buffer + LOADGEN_CARRY;
    memcpy(at, bytes, n);
    return pair->player.setup ? loadgen_setup_input(&pair->player, at, n, &pair->tally)
                              : loadgen_player_input(&pair->player, at, n, true, &pair->tally);
}

// Feeds text in pieces of `piece` bytes; the outcome is the last that was not quiet.
static enum loadgen_outcome pair_say(struct pair *pair, const char *text, size_t piece)
{
    enum loadgen_outcome outcome = LOADGEN_QUIET;
    size_t length = strlen(text);
    for (size_t at = 0; at < length; at += piece) {
        size_t n = length - at < piece ? length - at : piece;
        enum loadgen_outcome one = pair_feed(pair, text + at, n);
        outcome = one == LOADGEN_QUIET ? outcome : one;
    }
    return outcome;
}

static void expect_sent(struct pair *pair, const char *line)
{
    char got[256] = "";
    ssize_t n = recv(pair->server, got, sizeof(got) - 1, 0);
    ck_assert_int_ge(n, 0);
    ck_assert_str_eq(got, line);
}

START_TEST(player_reply_ends_at_its_own_count_only)
{
    for (size_t piece = 1; piece < 80; piece++) {
        struct pair pair;
        pair_init(&pair);
        pair.player.want = 41;
        ck_assert(loadgen_player_command(&pair.player, COMMAND_SAY, "say t1\r\n", 8, 0));
        ck_assert_int_eq(pair_say(&pair, "Bob says: hi\r\n#41> " MARK, piece), LOADGEN_QUIET);
        ck_assert_int_eq(pair_say(&pair, "You say: t1\r\n#42> ", piece), LOADGEN_QUIET);
        ck_assert_int_eq(pair_say(&pair, MARK, piece), LOADGEN_ANSWERED);
        ck_assert_int_eq(pair_say(&pair, "Eve says: x\r\n#42> " MARK, piece), LOADGEN_QUIET);
        ck_assert_uint_eq(pair.tally.kinds[COMMAND_SAY], 1);
        pair_fini(&pair);
    }
}
END_TEST

START_TEST(player_counts_each_word_heard_once)
{
    for (size_t piece = 1; piece < 60; piece++) {
        struct pair pair;
        pair_init(&pair);
        pair_say(&pair, "Bob says: a\r\n#1> " MARK "Eve says: b\r\nAnn says: c\r\n#1> " MARK,
                 piece);
        ck_assert_uint_eq(pair.tally.heard, 3);
        pair_fini(&pair);
    }
}
END_TEST

START_TEST(player_notices_a_step_that_failed)
{
    for (size_t piece = 1; piece < 60; piece++) {
        struct pair pair;
        pair_init(&pair);
        loadgen_player_command(&pair.player, COMMAND_OUT, "east\r\n", 6, 0);
        pair_say(&pair, "The gate is shut.\r\n#1> " MARK, piece);
        ck_assert(!pair.player.away);
        ck_assert_uint_eq(pair.tally.blocked, 1);
        loadgen_player_command(&pair.player, COMMAND_OUT, "east\r\n", 6, 0);
        pair_say(&pair, "Road\r\nYou see exits: west.\r\n#2> " MARK, piece);
        ck_assert(pair.player.away);
        pair_fini(&pair);
    }
}
END_TEST

START_TEST(player_samples_words_of_refusal)
{
    struct pair pair;
    pair_init(&pair);
    pair.player.want = 15; // one reply in sixteen is read
    loadgen_player_command(&pair.player, COMMAND_LOOK, "look\r\n", 6, 0);
    pair_say(&pair, "Eh?\r\n#16> " MARK, 3);
    ck_assert_uint_eq(pair.tally.sampled, 1);
    ck_assert_uint_eq(pair.tally.refused, 1);
    ck_assert_uint_eq(pair.tally.unexpected, 1);
    pair_fini(&pair);
}
END_TEST

START_TEST(setup_logs_in_and_finds_a_way_out_and_back)
{
    for (size_t piece = 1; piece < 80; piece++) {
        struct pair pair;
        pair_init(&pair);
        pair.player.phase = LOADGEN_SETS_UP;
        pair.player.setup = loadgen_setup_new((struct loadgen_walk){0});
        pair_say(&pair, "\377\373\031", piece);
        expect_sent(&pair, "\377\375\031");
        pair_say(&pair, "\377\375\030Welcome.\r\nAccount name: " MARK, piece);
        expect_sent(&pair, "bench0003\r\n");
        pair_say(&pair, "\377\373\001Password: " MARK, piece);
        expect_sent(&pair, "bench-password\r\n");
        pair_say(&pair, "  1) Benchaaad\r\n> " MARK, piece);
        expect_sent(&pair, "1\r\n");
        pair_say(&pair, "Hall\r\n> " MARK, piece);
        expect_sent(&pair, "prompt #%n>\r\n");
        pair_say(&pair, "Someone arrives.\r\n> " MARK "Someone leaves.\r\n#4> " MARK, piece);
        pair_say(&pair, "Your prompt is changed.\r\n#5> " MARK, piece);
        expect_sent(&pair, "look\r\n");
        pair_say(&pair, "Hall\r\nYou see exits: east.\r\n#6> " MARK, piece);
        expect_sent(&pair, "east\r\n");
        pair_say(&pair, "Road\r\nYou see exits: west and east.\r\n#7> " MARK, piece);
        expect_sent(&pair, "west\r\n");
        ck_assert_int_eq(pair_say(&pair, "Hall\r\nYou see exits: east.\r\n#8> " MARK, piece),
                         LOADGEN_READY);
        ck_assert_uint_eq(pair.player.way, DIRECTION_EAST);
        ck_assert_uint_eq(pair.player.want, 8);
        pair_fini(&pair);
    }
}
END_TEST

START_TEST(setup_makes_the_other_room_home_when_there_is_no_way_back)
{
    struct pair pair;
    pair_init(&pair);
    pair.player.phase = LOADGEN_SETS_UP;
    pair.player.setup = loadgen_setup_new((struct loadgen_walk){0});
    pair_say(&pair, "Account name: " MARK, 64);
    pair_say(&pair, "Password: " MARK, 64);
    pair_say(&pair, "1) A\r\n> " MARK, 64);
    pair_say(&pair, "> " MARK, 64);
    pair_say(&pair, "Your prompt is changed.\r\n#1> " MARK, 64);
    pair_say(&pair, "Exits: down\r\n#2> " MARK, 64);
    pair_say(&pair, "Exits: none\r\n#3> " MARK, 64);
    ck_assert_int_eq(pair_say(&pair, "You cannot.\r\n#4> " MARK, 64), LOADGEN_READY);
    ck_assert_uint_eq(pair.player.way, DIRECTION_NONE);
    pair_fini(&pair);
}
END_TEST

START_TEST(setup_goes_to_its_place_first)
{
    struct pair pair;
    pair_init(&pair);
    pair.player.phase = LOADGEN_SETS_UP;
    pair.player.setup = loadgen_setup_new((struct loadgen_walk){0});
    loadgen_setup_go(pair.player.setup, "z30:r3001");
    pair_say(&pair, "Account name: " MARK, 64);
    pair_say(&pair, "Password: " MARK, 64);
    pair_say(&pair, "1) A\r\n> " MARK, 64);
    pair_say(&pair, "> " MARK, 64);
    char sent[256];
    ck_assert_int_gt(recv(pair.server, sent, sizeof(sent), 0), 0);
    pair_say(&pair, "Your prompt is changed.\r\n#1> " MARK, 64);
    expect_sent(&pair, "goto z30:r3001\r\n");
    pair_say(&pair, "Exits: down\r\n#2> " MARK, 64);
    expect_sent(&pair, "down\r\n");
    pair_fini(&pair);
}
END_TEST

static bool load_places(struct loadgen_places *p, const char *text)
{
    char path[] = "/tmp/loadgen-places-XXXXXX";
    int fd = mkstemp(path);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
    bool loaded = loadgen_places_load(p, path);
    unlink(path);
    return loaded;
}

START_TEST(places_are_the_lines_of_a_file)
{
    struct loadgen_places p;
    ck_assert(load_places(&p, "a:b\r\n\nc:d"));
    ck_assert_uint_eq(p.count, 2);
    ck_assert_str_eq(p.line[0], "a:b");
    ck_assert_str_eq(p.line[1], "c:d");
    loadgen_places_fini(&p);
    ck_assert_uint_eq(p.count, 0);
    ck_assert(!load_places(&p, "\n\n"));
    loadgen_places_fini(&p);
    ck_assert(!loadgen_places_load(&p, "/nonexistent"));
    loadgen_places_fini(&p);
}
END_TEST

// Logs in and sets the prompt; the player is about to look at the start room.
static void pair_log_in(struct pair *pair, struct loadgen_walk walk)
{
    char line[64];
    pair_init(pair);
    pair->player.phase = LOADGEN_SETS_UP;
    pair->player.setup = loadgen_setup_new(walk);
    pair_say(pair, "Account name: " MARK "Password: " MARK, 64);
    pair_say(pair, "1) A\r\n> " MARK, 64);
    pair_say(pair, "> " MARK "Your prompt is changed.\r\n#1> " MARK, 64);
    while (recv(pair->server, line, sizeof(line), 0) > 0) {
        // what it said until here is another test's
    }
}

START_TEST(setup_walks_to_its_place_on_a_grid)
{
    struct pair pair;
    pair_log_in(&pair, (struct loadgen_walk){.east = 2, .south = 1});
    pair_say(&pair, "A\r\nYou see exits: east, south.\r\n#2> " MARK, 64);
    expect_sent(&pair, "east\r\n");
    pair_say(&pair, "B\r\nYou see exits: east, south, west.\r\n#3> " MARK, 64);
    expect_sent(&pair, "east\r\n");
    pair_say(&pair, "C\r\nYou see exits: south, west.\r\n#4> " MARK, 64);
    expect_sent(&pair, "south\r\n");
    pair_say(&pair, "D\r\nYou see exits: west.\r\n#5> " MARK, 64);
    expect_sent(&pair, "west\r\n"); // the trial step: it has arrived
    pair_fini(&pair);
}
END_TEST

START_TEST(setup_fills_a_grid_evenly)
{
    unsigned there[3][5] = {{0}};
    for (unsigned n = 0; n < 2 * 3 * 5; n++) {
        struct loadgen_walk w = loadgen_setup_grid(n, 5, 3);
        ck_assert_uint_lt(w.east, 5);
        ck_assert_uint_lt(w.south, 3);
        ck_assert_uint_eq(w.any, 0);
        ck_assert_uint_eq(there[w.south][w.east]++, n / (3 * 5));
    }
}
END_TEST

START_TEST(setup_gives_up_when_the_grid_is_none)
{
    struct pair pair;
    pair_log_in(&pair, (struct loadgen_walk){.east = 1});
    pair_say(&pair, "A\r\nYou see exits: south.\r\n#2> " MARK, 64);
    expect_sent(&pair, "east\r\n");
    ck_assert_int_eq(pair_say(&pair, "You cannot go east from here.\r\n#3> " MARK, 64),
                     LOADGEN_GONE);
    pair_fini(&pair);
}
END_TEST

START_TEST(mix_look_and_change_send_nothing_else)
{
    struct pair pair;
    struct loadgen_options o = {.workload = LOADGEN_LOOK, .items = {1, {(char *)"pebble"}, NULL}};
    pair_init(&pair);
    pair.player.way = DIRECTION_EAST;
    for (unsigned i = 0; i < 50; i++) {
        ck_assert(loadgen_mix_send(&pair.player, &o, 0, &pair.tally));
        expect_sent(&pair, "look\r\n");
    }
    o.workload = LOADGEN_CHANGE;
    for (unsigned i = 0; i < 50; i++) {
        ck_assert(loadgen_mix_send(&pair.player, &o, 0, &pair.tally));
        expect_sent(&pair, i % 2 == 0 ? "get pebble\r\n" : "drop pebble\r\n");
        ck_assert_int_eq(pair.player.command, i % 2 == 0 ? COMMAND_GET : COMMAND_DROP);
    }
    pair_fini(&pair);
}
END_TEST

START_TEST(player_wants_the_words_of_a_change)
{
    struct pair pair;
    pair_init(&pair);
    pair.player.want = 15; // one reply in sixteen is read
    loadgen_player_command(&pair.player, COMMAND_GET, "get x\r\n", 7, 0);
    pair_say(&pair, "You take an x.\r\n#16> " MARK, 3);
    ck_assert_uint_eq(pair.tally.unexpected, 0);
    pair.player.want = 31;
    loadgen_player_command(&pair.player, COMMAND_DROP, "drop x\r\n", 8, 0);
    pair_say(&pair, "You have no x.\r\n#32> " MARK, 3);
    ck_assert_uint_eq(pair.tally.unexpected, 1);
    pair_fini(&pair);
}
END_TEST

START_TEST(proc_knows_the_kind_of_a_thread_by_its_name)
{
    ck_assert_int_eq(loadgen_proc_kind("loop\n", false), LOADGEN_THREAD_LOOP);
    ck_assert_int_eq(loadgen_proc_kind("loop-12\n", false), LOADGEN_THREAD_LOOP);
    ck_assert_int_eq(loadgen_proc_kind("worker-3\n", false), LOADGEN_THREAD_WORKER);
    ck_assert_int_eq(loadgen_proc_kind("committer\n", true), LOADGEN_THREAD_COMMITTER);
    ck_assert_int_eq(loadgen_proc_kind("loopy\n", false), LOADGEN_THREAD_OTHER);
    ck_assert_int_eq(loadgen_proc_kind("watch\n", false), LOADGEN_THREAD_OTHER);
    ck_assert_int_eq(loadgen_proc_kind("latchkey\n", true), LOADGEN_THREAD_LOOP);
}
END_TEST

START_TEST(proc_counts_the_time_of_threads)
{
    struct loadgen_proc_threads before, after;
    ck_assert(loadgen_proc_threads(getpid(), &before));
    ck_assert_uint_eq(before.count[LOADGEN_THREAD_LOOP], 1);
    clock_t end = clock() + CLOCKS_PER_SEC / 10;
    while (clock() < end) {
        // use the processor
    }
    ck_assert(loadgen_proc_threads(getpid(), &after));
    double ms = after.ms[LOADGEN_THREAD_LOOP] - before.ms[LOADGEN_THREAD_LOOP];
    ck_assert_double_ge(ms, 50);
    ck_assert_double_le(ms, 1000);
    ck_assert(!loadgen_proc_threads(-1, &after));
}
END_TEST

START_TEST(setup_gives_up_when_the_password_is_refused)
{
    struct pair pair;
    pair_init(&pair);
    pair.player.phase = LOADGEN_SETS_UP;
    pair.player.setup = loadgen_setup_new((struct loadgen_walk){0});
    pair_say(&pair, "Account name: " MARK, 64);
    pair_say(&pair, "Password: " MARK, 64);
    ck_assert_int_eq(pair_say(&pair, "That is not right.\r\nAccount name: " MARK, 64),
                     LOADGEN_GONE);
    pair_fini(&pair);
}
END_TEST

START_TEST(accounts_have_distinct_names_of_letters)
{
    char name[16];
    loadgen_accounts_character(0, name, sizeof(name));
    ck_assert_str_eq(name, "Benchaaaa");
    loadgen_accounts_character(27, name, sizeof(name));
    ck_assert_str_eq(name, "Benchaabb");
    loadgen_accounts_character(99999, name, sizeof(name));
    ck_assert_uint_eq(strspn(name + 1, "abcdefghijklmnopqrstuvwxyz"), strlen(name) - 1);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("bench/loadgen");
    TCase *t = tcase_create("loadgen");
    tcase_add_test(t, hist_percentiles_stay_within_one_percent);
    tcase_add_test(t, hist_keeps_small_values_exactly);
    tcase_add_test(t, hist_bucket_edges_never_round_down);
    tcase_add_test(t, hist_keeps_the_maximum_of_values_beyond_its_range);
    tcase_add_test(t, hist_add_equals_recording_everything_in_one);
    tcase_add_test(t, hist_of_nothing_is_zero);
    tcase_add_test(t, wire_count_is_the_last_number_sign);
    tcase_add_test(t, wire_count_is_refused_when_absent_or_unfinished);
    tcase_add_test(t, wire_last_mark_is_found_behind_other_bytes);
    tcase_add_test(t, wire_exits_reads_both_forms);
    tcase_add_test(t, wire_exits_leaves_out_closed_doors);
    tcase_add_test(t, wire_opposites_undo_each_other);
    tcase_add_test(t, player_reply_ends_at_its_own_count_only);
    tcase_add_test(t, player_counts_each_word_heard_once);
    tcase_add_test(t, player_notices_a_step_that_failed);
    tcase_add_test(t, player_samples_words_of_refusal);
    tcase_add_test(t, setup_logs_in_and_finds_a_way_out_and_back);
    tcase_add_test(t, setup_makes_the_other_room_home_when_there_is_no_way_back);
    tcase_add_test(t, setup_goes_to_its_place_first);
    tcase_add_test(t, places_are_the_lines_of_a_file);
    tcase_add_test(t, setup_walks_to_its_place_on_a_grid);
    tcase_add_test(t, setup_fills_a_grid_evenly);
    tcase_add_test(t, setup_gives_up_when_the_grid_is_none);
    tcase_add_test(t, setup_gives_up_when_the_password_is_refused);
    tcase_add_test(t, mix_look_and_change_send_nothing_else);
    tcase_add_test(t, player_wants_the_words_of_a_change);
    tcase_add_test(t, proc_knows_the_kind_of_a_thread_by_its_name);
    tcase_add_test(t, proc_counts_the_time_of_threads);
    tcase_add_test(t, accounts_have_distinct_names_of_letters);
    suite_add_tcase(suite, t);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
