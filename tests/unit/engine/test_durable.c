// Which replies are sent while the journal cannot be written, and which wait: no player sees an
// event that is not durable, and no reply waits for an event that it does not reveal.
#include "replay/checkpoint_kit.h"

#include <signal.h>
#include <sys/resource.h>

enum { ANN, BOB, CAT, HEADS = 8192 }; // of the table; its pages come behind

// The files may not grow beyond; to those who write them it is a full disk.
static void limit_files(rlim_t size)
{
    struct rlimit l;
    signal(SIGXFSZ, SIG_IGN);
    ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &l), 0);
    l.rlim_cur = size;
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &l), 0);
}

static void ask(int who, const char *line)
{
    visitors[who].answered = 0;
    dispatch_line(visitors[who].actor, line);
}

static void wait_for(int who)
{
    while (!visitors[who].answered)
        turn();
}

static void do_it(int who, const char *line)
{
    ask(who, line);
    wait_for(who);
}

// Ann and Cat are in one place, Bob in another; Ann's change cannot be kept.
static void begin(void)
{
    start_server(2, 0);
    enter("Ann", &visitors[ANN]);
    enter("Bob", &visitors[BOB]);
    enter("Cat", &visitors[CAT]);
    do_it(BOB, "north");
    limit_files(HEADS);
    ask(ANN, "alias n north");
    while (!dispatch_commit_stalled(server.dispatch))
        usleep(1000);
}

static void end(void)
{
    limit_files(RLIM_INFINITY);
    wait_for(ANN);
    dispatch_stop(server.dispatch);
    dispatch_journal_stop(server.dispatch);
    dispatch_free(server.dispatch);
    journal_close(server.journal);
    outboxes_free(server.outboxes);
    world_free(server.world);
}

START_TEST(who_does_not_see_it_does_not_wait)
{
    begin();
    for (int i = 0; i < 20; i++)
        do_it(BOB, i % 2 ? "look" : "inventory");
    ck_assert_uint_eq(visitors[ANN].answered, 0);
    do_it(BOB, "alias s south"); // refused, with a message
    ck_assert_uint_eq(visitors[ANN].answered, 0);
    end();
}
END_TEST

START_TEST(who_sees_it_waits)
{
    begin();
    ask(CAT, "look");
    for (int i = 0; i < 20; i++)
        do_it(BOB, "look");
    ck_assert_uint_eq(visitors[CAT].answered, 0);
    limit_files(RLIM_INFINITY);
    wait_for(CAT);
    ck_assert_uint_eq(visitors[ANN].answered, 1); // first
    end();
}
END_TEST

// What was there before the change waits for nothing either.
START_TEST(what_was_changed_long_ago_is_seen)
{
    start_server(2, 0);
    enter("Ann", &visitors[ANN]);
    enter("Bob", &visitors[BOB]);
    do_it(ANN, "alias n north");
    do_it(BOB, "north");
    do_it(BOB, "alias s south");
    limit_files(HEADS);
    ask(ANN, "alias e east");
    while (!dispatch_commit_stalled(server.dispatch))
        usleep(1000);
    do_it(BOB, "look");
    ck_assert_uint_eq(visitors[ANN].answered, 0);
    end();
}
END_TEST

static struct dispatch_stats stats(void)
{
    struct dispatch_stats s;
    dispatch_stats(server.dispatch, &s);
    return s;
}

static uint64_t events(void)
{
    return stats().events;
}

// What was refused by the disk first, and is written when it can be.
START_TEST(a_wait_that_goes_on_is_counted)
{
    begin();
    ck_assert_uint_eq(stats().resumed, 0);
    do_it(BOB, "alias s south"); // refused
    ck_assert_uint_eq(stats().refused, 1);
    limit_files(RLIM_INFINITY);
    wait_for(ANN);
    ck_assert_uint_eq(stats().resumed, 1);
    end();
}
END_TEST

// Zones are to be reset after a day; they are when it can be written down.
START_TEST(the_world_stands_still)
{
    begin();
    uint64_t before = events();
    later = 24 * 3600000;
    for (int i = 0; i < 50; i++)
        do_it(BOB, "look");
    ck_assert_uint_eq(events(), before);
    ck_assert_uint_eq(visitors[ANN].answered, 0);
    limit_files(RLIM_INFINITY);
    while (events() == before) {
        do_it(BOB, "look");
        usleep(1000);
    }
    end();
}
END_TEST

int main(void)
{
    Suite *s = suite_create("durable");
    TCase *c = tcase_create("durable");
    tcase_add_checked_fixture(c, start, finish);
    tcase_set_timeout(c, 60);
    tcase_add_test(c, who_does_not_see_it_does_not_wait);
    tcase_add_test(c, who_sees_it_waits);
    tcase_add_test(c, what_was_changed_long_ago_is_seen);
    tcase_add_test(c, the_world_stands_still);
    tcase_add_test(c, a_wait_that_goes_on_is_counted);
    suite_add_tcase(s, c);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
