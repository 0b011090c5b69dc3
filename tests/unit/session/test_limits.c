// How fast lines are taken, how long silence lasts, and what was typed before.
#include "session_rig.h"

#include "session/history.h"
#include "util/file.h"

static struct peer *player; // of the test that runs

static void begin_with(const char *const *settings)
{
    rig_begin(settings);
    player = rig_make_account("anna");
    rig_type(player, "n", "character: ");
    rig_type(player, "anna", "You see exits");
}

static void begin(void)
{
    begin_with(NULL);
}

static void begin_slow(void)
{
    static const char *const settings[] = {
        "limits.commands_per_second=1", "limits.commands_burst=2", "limits.lines_queued=3", NULL};
    begin_with(settings);
}

static void begin_brief(void)
{
    static const char *const settings[] = {"session.idle=10m", "login.grace=20s",
                                           "session.menu_idle=2m", "limits.players=1", NULL};
    begin_with(settings);
}

static void begin_two_minutes(void)
{
    static const char *const settings[] = {"session.idle=2m", NULL};
    begin_with(settings);
}

static void begin_patient(void)
{
    static const char *const settings[] = {"session.idle=0", NULL};
    begin_with(settings);
}

static size_t times(const char *word)
{
    size_t n = 0;
    for (const char *at = buf_str(&player->seen); (at = strstr(at, word)); at += strlen(word))
        n++;
    return n;
}

START_TEST(lines_are_done_in_order_however_they_come)
{
    buf_clear(&player->seen);
    rig_send(player, "say one");
    rig_send(player, "say two");
    rig_send(player, "say three");
    rig_settle();
    const char *one = strstr(buf_str(&player->seen), "You say: one");
    ck_assert_ptr_nonnull(one);
    const char *two = strstr(one, "You say: two");
    ck_assert_ptr_nonnull(two);
    ck_assert_ptr_nonnull(strstr(two, "You say: three"));
}

START_TEST(lines_that_come_too_fast_wait)
{
    buf_clear(&player->seen);
    for (int i = 0; i < 4; i++)
        rig_send(player, "say tick");
    rig_settle();
    ck_assert_uint_eq(times("You say: tick"), 2);
    rig_pass(1000);
    ck_assert_uint_eq(times("You say: tick"), 3);
    rig_pass(1000);
    ck_assert_uint_eq(times("You say: tick"), 4);
    ck_assert(!rig_saw(player, "faster"));
}

START_TEST(silence_saves_up_no_more_than_a_burst)
{
    rig.now += 100000;
    buf_clear(&player->seen);
    for (int i = 0; i < 4; i++)
        rig_send(player, "say tick");
    rig_settle();
    ck_assert_uint_eq(times("You say: tick"), 2);
}

START_TEST(a_line_that_comes_later_lets_those_before_it_go_on)
{
    buf_clear(&player->seen);
    for (int i = 0; i < 3; i++)
        rig_send(player, "say tick");
    rig_settle();
    ck_assert_uint_eq(times("You say: tick"), 2);
    rig.now += 1000; // and no tick of the sessions
    rig_type(player, "say last", "You say: tick");
    rig_pass(1000);
    ck_assert(rig_saw(player, "You say: last"));
}

START_TEST(more_lines_than_may_wait_are_lost_and_said_so_once)
{
    buf_clear(&player->seen);
    for (int i = 0; i < 9; i++)
        rig_send(player, "say tick");
    rig_settle();
    for (int i = 0; i < 9; i++)
        rig_pass(1000);
    ck_assert_uint_eq(times("You say: tick"), 5); // a burst of two, and three that waited
    ck_assert_uint_eq(times("You type faster than"), 1);
    ck_assert_uint_eq(times("4 of the lines that you typed were lost."), 1);
    ck_assert(!player->closed);
    buf_clear(&player->seen);
    rig_send(player, "say tick");
    rig_pass(1000);
    ck_assert(!rig_saw(player, "lost"));
    for (int i = 0; i < 9; i++)
        rig_send(player, "say tick");
    ck_assert_uint_eq(sessions_playing(rig.sessions), 1);
    rig_settle();
    ck_assert_uint_eq(times("You type faster than"), 1); // the message comes again
}

// All in one piece: each line is done by itself, so most of them wait for the one before.
static void paste(unsigned lines)
{
    buf_clear(&player->seen);
    rig.now += 3000; // the bucket is full again
    for (unsigned i = 0; i < lines; i++)
        rig_send(player, "say tick");
    for (unsigned i = 0; i < 40; i++)
        rig_settle();
}

START_TEST(a_burst_may_come_in_one_piece)
{
    paste(60);
    ck_assert_uint_eq(times("You say: tick"), 60);
    ck_assert(!rig_saw(player, "faster"));
}

START_TEST(a_walk_of_eighty_steps_is_walked)
{
    paste(80);
    ck_assert_uint_eq(times("You say: tick"), 60);
    rig_pass(1000);
    rig_settle();
    rig_settle();
    rig_settle();
    ck_assert_uint_eq(times("You say: tick"), 80);
    ck_assert(!rig_saw(player, "lost"));
}

START_TEST(burst_and_queue_are_the_most_at_once)
{
    paste(60 + 32 + 1);
    ck_assert_uint_eq(times("You type faster than"), 1);
    for (int i = 0; i < 20; i++)
        rig_pass(1000);
    ck_assert_uint_eq(times("You say: tick"), 60 + 32);
    ck_assert_uint_eq(times("1 of the lines that you typed was lost."), 1);
}

START_TEST(a_flooder_is_dropped)
{
    for (int i = 0; i < 200 && !player->closed; i++)
        rig_send(player, "say tick");
    ck_assert(player->closed);
    rig_settle();
    ck_assert(rig_saw(player, "You send far too much."));
}

START_TEST(silence_is_warned_of_a_minute_before_it_ends)
{
    rig_pass(9 * 60000 - 1000);
    ck_assert(!rig_saw(player, "You seem to be away"));
    rig_pass(1000);
    ck_assert(rig_saw(player, "You seem to be away"));
    ck_assert(!player->closed);
    rig_pass(60000);
    ck_assert(player->closed);
}

START_TEST(a_line_ends_the_silence)
{
    rig_pass(9 * 60000);
    rig_type(player, "say awake", "You say: awake");
    rig_pass(60000);
    ck_assert(!player->closed);
    ck_assert(!rig_saw(player, "You seem to be away"));
    rig_pass(8 * 60000); // it is warned of again, once
    ck_assert_uint_eq(times("You seem to be away"), 1);
    rig_pass(1000);
    ck_assert_uint_eq(times("You seem to be away"), 1);
    session_too_long(player->session, rig.now); // that was a line as well
    rig_pass(60000);
    ck_assert(!player->closed);
}

START_TEST(a_short_silence_ends_without_a_warning)
{
    rig_pass(119000);
    ck_assert(!rig_saw(player, "You seem to be away"));
    ck_assert(!player->closed);
    rig_pass(1000);
    ck_assert(player->closed);
    ck_assert(rig_saw(player, "You have been away for too long. Until next time."));
}

START_TEST(silence_may_last_for_ever)
{
    for (int i = 0; i < 3; i++)
        rig_pass(24 * 60 * 60000);
    ck_assert(!player->closed && !rig_saw(player, "away"));
}

START_TEST(a_players_reader_may_be_slower_than_a_strangers)
{
    struct peer *stranger = rig_connect();
    char text[1025];
    memset(text, 'x', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    for (int i = 0; i < 300; i++) {
        outbox_text(rig.outboxes, session_outbox(player->session), text, true);
        outbox_text(rig.outboxes, session_outbox(stranger->session), text, true);
    }
    ck_assert(outbox_overflowed(rig.outboxes, session_outbox(stranger->session)));
    ck_assert(!outbox_overflowed(rig.outboxes, session_outbox(player->session)));
    ck_assert_uint_gt(outbox_pending(rig.outboxes, session_outbox(player->session)), 250 * 1024);
    ck_assert_uint_lt(outbox_pending(rig.outboxes, session_outbox(player->session)), 260 * 1024);
}

START_TEST(a_stranger_has_so_long_in_all)
{
    struct peer *p = rig_connect();
    for (int i = 0; i < 19; i++) {
        rig_pass(1000);
        rig_type(p, "", "Account name");
    }
    rig_pass(1000);
    ck_assert(p->closed);
    ck_assert(!player->closed);
}

START_TEST(silence_at_the_menu_is_shorter)
{
    struct peer *p = rig_make_account("bert");
    ck_assert(session_known(p->session));
    rig_pass(119 * 1000);
    rig_type(p, "", "Choice: ");
    rig_pass(119 * 1000);
    ck_assert(!p->closed);
    rig_pass(1000);
    ck_assert(p->closed);
    ck_assert(rig_saw(p, "You have been at the menu for too long."));
    ck_assert(!player->closed);
}

START_TEST(a_full_world_takes_back_who_is_in_it)
{
    struct peer *p = rig_make_account("bert");
    rig_type(p, "n", "character: ");
    rig_type(p, "bert", "The world is full just now.");
    rig_type(p, "", "Choice: ");
    rig_gone(player); // its character stays for a while
    struct peer *again = rig_connect();
    rig_type(again, "anna", "Password: ");
    rig_type(again, rig_password, "Choice: ");
    rig_type(again, "1", "You see exits");
    rig_type(p, "1", "The world is full just now.");
}

static char *logged(void)
{
    struct buf b = BUF_INIT;
    ck_assert_int_eq(file_read("log", 1 << 20, &b), 0);
    return buf_take(&b);
}

START_TEST(the_log_names_who_is_dropped)
{
    struct peer *p = rig_connect();
    rig_pass(21 * 1000);
    ck_assert(p->closed);
    rig_type(rig_connect(), "GET / HTTP/1.1", "");
    for (int i = 0; i < 5000 && !player->closed; i++)
        rig_send(player, "say tick");
    struct peer *bert = rig_make_account("bert");
    session_log_drop(bert->session, "overflow");
    session_log_failed(bert->session, "uv_read_start", "not enough memory");
    log_set_level(LOG_LEVEL_DEBUG);
    session_log_closed(bert->session, "EOF");
    log_set_level(LOG_LEVEL_INFO);
    char *text = logged();
    static const char *const lines[] = {
        " warning net dropped address=192.0.2.7 why=grace\n",
        " warning net dropped address=192.0.2.7 why=http\n",
        " warning net dropped address=192.0.2.7 why=flood account=anna character=Anna\n",
        " warning net dropped address=192.0.2.7 why=overflow account=bert\n",
        " warning net failed address=192.0.2.7 why=uv_read_start error=\"not enough memory\" account=bert\n",
        " debug net closed address=192.0.2.7 why=EOF account=bert\n"};
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
        ck_assert_msg(strstr(text, lines[i]) != NULL, "no %s in %s", lines[i], text);
    free(text);
}

START_TEST(a_line_too_long_is_told_and_not_done)
{
    buf_clear(&player->seen);
    session_too_long(player->session, rig.now);
    rig_settle();
    ck_assert(rig_saw(player, "That line was too long: 4096 bytes are the most."));
}

START_TEST(what_was_typed_can_be_done_again)
{
    rig_type(player, "say one", "You say: one");
    rig_type(player, "say two", "You say: two");
    rig_type(player, "!", "You say: two");
    rig_type(player, "!!", "You say: two");
    rig_type(player, "!1", "You say: one");
    rig_type(player, "!say t", "You say: two");
    rig_type(player, "!99", "You have typed nothing like that.");
    rig_type(player, "!xyz", "You have typed nothing like that.");
    rig_type(player, "!0", "You have typed nothing like that.");
    rig_type(player, "!1x", "You have typed nothing like that.");
    rig_type(player, "HISTORY", " 1) say one\n 2) say two\n 3) say one\n 4) say two\n");
    rig_type(player, "!4", "say two\nYou say: two"); // what is done is shown
    rig_type(player, "!SAY O", "You say: one");
    rig_type(player, "!", "You say: one");
    rig_type(player, "history", " 5) say one\n");
    ck_assert(!rig_saw(player, " 6)")); // the same again is not kept twice
}

START_TEST(nothing_was_typed_yet)
{
    rig_type(player, "history", "You have typed nothing yet.\n> ");
    rig_type(player, "!", "You have typed nothing like that.\n> ");
    rig_type(player, "", "> ");
    rig_type(player, "history", "You have typed nothing yet.");
}

START_TEST(very_long_lines_are_not_kept)
{
    char line[HISTORY_LINE_MAX + 2];
    memset(line, 'x', sizeof(line));
    memcpy(line, "say ", 4);
    line[HISTORY_LINE_MAX + 1] = '\0';
    rig_type(player, line, "You say:\nxxx");
    rig_type(player, "history", "You have typed nothing yet.");
    line[HISTORY_LINE_MAX] = '\0';
    rig_type(player, line, "You say:\nxxx");
    rig_type(player, "history", "1) say\nxxx");
}

START_TEST(history_is_of_one_stay)
{
    rig_type(player, "say one", "You say: one");
    rig_type(player, "quit", "Choice: ");
    rig_type(player, "1", "You see exits");
    rig_type(player, "history", "You have typed nothing yet.");
}

START_TEST(a_disk_that_takes_nothing_is_told)
{
    buf_clear(&player->seen);
    sessions_dispatch_ops()->commit_stalled(player->session);
    rig_collect();
    ck_assert(
        rig_saw(player, "The server cannot write to its disk just now, so nothing can change."));
}

START_TEST(history_keeps_the_latest_lines_only)
{
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

static void add(Suite *s, const char *name, void (*setup)(void), const TTest *const *tests)
{
    TCase *t = tcase_create(name);
    tcase_add_checked_fixture(t, setup, rig_end);
    for (; *tests; tests++)
        tcase_add_test(t, *tests);
    suite_add_tcase(s, t);
}

int main(void)
{
    Suite *s = suite_create("limits");
    add(s, "usual", begin,
        (const TTest *const[]){
            lines_are_done_in_order_however_they_come, a_line_too_long_is_told_and_not_done,
            a_burst_may_come_in_one_piece, a_walk_of_eighty_steps_is_walked,
            burst_and_queue_are_the_most_at_once, what_was_typed_can_be_done_again,
            nothing_was_typed_yet, very_long_lines_are_not_kept, history_is_of_one_stay,
            history_keeps_the_latest_lines_only, a_disk_that_takes_nothing_is_told,
            a_players_reader_may_be_slower_than_a_strangers, NULL});
    add(s, "slow", begin_slow,
        (const TTest *const[]){lines_that_come_too_fast_wait, silence_saves_up_no_more_than_a_burst,
                               a_line_that_comes_later_lets_those_before_it_go_on,
                               more_lines_than_may_wait_are_lost_and_said_so_once,
                               a_flooder_is_dropped, NULL});
    add(s, "brief", begin_brief,
        (const TTest *const[]){silence_is_warned_of_a_minute_before_it_ends,
                               a_line_ends_the_silence, a_stranger_has_so_long_in_all,
                               silence_at_the_menu_is_shorter, a_full_world_takes_back_who_is_in_it,
                               the_log_names_who_is_dropped, NULL});
    add(s, "two minutes", begin_two_minutes,
        (const TTest *const[]){a_short_silence_ends_without_a_warning, NULL});
    add(s, "patient", begin_patient, (const TTest *const[]){silence_may_last_for_ever, NULL});
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
