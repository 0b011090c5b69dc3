// How fast lines are taken, how long silence lasts, and what was typed before.
#include "session_rig.h"

#include "session/history.h"

static struct peer *player; // of the test that runs

static void begin_with(const char *const *settings) {
    rig_begin(settings);
    player = rig_make_account("anna");
    rig_type(player, "n", "character: ");
    rig_type(player, "anna", "You see exits");
}

static void begin(void) {
    begin_with(NULL);
}

static void begin_slow(void) {
    static const char *const settings[] = {
        "limits.commands_per_second=1", "limits.commands_burst=2", "limits.lines_queued=3", NULL};
    begin_with(settings);
}

static void begin_brief(void) {
    static const char *const settings[] = {"session.idle=10m", "login.grace=20s", NULL};
    begin_with(settings);
}

static size_t times(const char *word) {
    size_t n = 0;
    for (const char *at = buf_str(&player->seen); (at = strstr(at, word)); at += strlen(word))
        n++;
    return n;
}

START_TEST(lines_are_done_in_order_however_they_come) {
    buf_clear(&player->seen);
    rig_send(player, "say one");
    rig_send(player, "say two");
    rig_send(player, "say three");
    rig_settle();
    const char *one = strstr(buf_str(&player->seen), "particular: one");
    ck_assert_ptr_nonnull(one);
    const char *two = strstr(one, "particular: two");
    ck_assert_ptr_nonnull(two);
    ck_assert_ptr_nonnull(strstr(two, "particular: three"));
}

START_TEST(lines_that_come_too_fast_wait) {
    buf_clear(&player->seen);
    for (int i = 0; i < 4; i++)
        rig_send(player, "say tick");
    rig_settle();
    ck_assert_uint_eq(times("particular: tick"), 2);
    rig_pass(1000);
    ck_assert_uint_eq(times("particular: tick"), 3);
    rig_pass(1000);
    ck_assert_uint_eq(times("particular: tick"), 4);
    ck_assert(!rig_saw(player, "faster"));
}

START_TEST(more_lines_than_may_wait_are_lost_and_said_so_once) {
    buf_clear(&player->seen);
    for (int i = 0; i < 9; i++)
        rig_send(player, "say tick");
    rig_settle();
    for (int i = 0; i < 9; i++)
        rig_pass(1000);
    ck_assert_uint_eq(times("particular: tick"), 5); // a burst of two, and three that waited
    ck_assert_uint_eq(times("You type faster than"), 1);
    ck_assert_uint_eq(times("4 of the lines that you typed were lost."), 1);
    ck_assert(!player->closed);
}

// All in one piece: each line is done by itself, so most of them wait for the one before.
static void paste(unsigned lines) {
    buf_clear(&player->seen);
    rig.now += 3000; // the bucket is full again
    for (unsigned i = 0; i < lines; i++)
        rig_send(player, "say tick");
    for (unsigned i = 0; i < 40; i++)
        rig_settle();
}

START_TEST(a_burst_may_come_in_one_piece) {
    paste(60);
    ck_assert_uint_eq(times("particular: tick"), 60);
    ck_assert(!rig_saw(player, "faster"));
}

START_TEST(a_walk_of_eighty_steps_is_walked) {
    paste(80);
    ck_assert_uint_eq(times("particular: tick"), 60);
    rig_pass(1000);
    rig_settle();
    rig_settle();
    rig_settle();
    ck_assert_uint_eq(times("particular: tick"), 80);
    ck_assert(!rig_saw(player, "lost"));
}

START_TEST(burst_and_queue_are_the_most_at_once) {
    paste(60 + 32 + 1);
    ck_assert_uint_eq(times("You type faster than"), 1);
    for (int i = 0; i < 20; i++)
        rig_pass(1000);
    ck_assert_uint_eq(times("particular: tick"), 60 + 32);
    ck_assert_uint_eq(times("1 of the lines that you typed was lost."), 1);
}

START_TEST(a_flooder_is_dropped) {
    for (int i = 0; i < 200 && !player->closed; i++)
        rig_send(player, "say tick");
    ck_assert(player->closed);
    rig_settle();
    ck_assert(rig_saw(player, "You send far too much."));
}

START_TEST(silence_is_warned_of_a_minute_before_it_ends) {
    rig_pass(9 * 60000 - 1000);
    ck_assert(!rig_saw(player, "You seem to be away"));
    rig_pass(1000);
    ck_assert(rig_saw(player, "You seem to be away"));
    ck_assert(!player->closed);
    rig_pass(60000);
    ck_assert(player->closed);
}

START_TEST(a_line_ends_the_silence) {
    rig_pass(9 * 60000);
    rig_type(player, "say awake", "particular: awake");
    rig_pass(60000);
    ck_assert(!player->closed);
}

START_TEST(a_stranger_has_so_long_in_all) {
    struct peer *p = rig_connect();
    for (int i = 0; i < 19; i++) {
        rig_pass(1000);
        rig_type(p, "", "Account name");
    }
    rig_pass(1000);
    ck_assert(p->closed);
    ck_assert(!player->closed);
}

START_TEST(a_line_too_long_is_told_and_not_done) {
    buf_clear(&player->seen);
    session_too_long(player->session, rig.now);
    rig_settle();
    ck_assert(rig_saw(player, "That line was too long: 4096 bytes are the most."));
}

START_TEST(what_was_typed_can_be_done_again) {
    rig_type(player, "say one", "particular: one");
    rig_type(player, "say two", "particular: two");
    rig_type(player, "!", "particular: two");
    rig_type(player, "!!", "particular: two");
    rig_type(player, "!1", "particular: one");
    rig_type(player, "!say t", "particular: two");
    rig_type(player, "!99", "You have typed nothing like that.");
    rig_type(player, "!xyz", "You have typed nothing like that.");
    rig_type(player, "history", " 1) say one\n 2) say two\n");
}

START_TEST(history_keeps_the_latest_lines_only) {
    for (int i = 0; i < HISTORY_LINES + 5; i++) {
        char line[32];
        snprintf(line, sizeof(line), "say number %d.", i);
        rig_pass(100);
        rig_type(player, line, line + 4);
    }
    rig_type(player, "history", " 1) say number 5.\n");
    ck_assert(rig_saw(player, "20) say number 24.\n"));
    ck_assert(!rig_saw(player, "number 4."));
}

static void add(Suite *s, const char *name, void (*setup)(void), const TTest *const *tests) {
    TCase *t = tcase_create(name);
    tcase_add_checked_fixture(t, setup, rig_end);
    for (; *tests; tests++)
        tcase_add_test(t, *tests);
    suite_add_tcase(s, t);
}

int main(void) {
    Suite *s = suite_create("limits");
    add(s, "usual", begin,
        (const TTest *const[]){
            lines_are_done_in_order_however_they_come, a_line_too_long_is_told_and_not_done,
            a_burst_may_come_in_one_piece,
            a_walk_of_eighty_steps_is_walked, burst_and_queue_are_the_most_at_once,
            what_was_typed_can_be_done_again, history_keeps_the_latest_lines_only, NULL});
    add(s, "slow", begin_slow,
        (const TTest *const[]){lines_that_come_too_fast_wait,
                               more_lines_than_may_wait_are_lost_and_said_so_once,
                               a_flooder_is_dropped, NULL});
    add(s, "brief", begin_brief,
        (const TTest *const[]){silence_is_warned_of_a_minute_before_it_ends,
                               a_line_ends_the_silence, a_stranger_has_so_long_in_all, NULL});
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
