// What belongs to the loop or to a step of a task: every call from elsewhere is reported, no other
// is.
#include "util/loopguard.h"

#include <check.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static unsigned reports;
static enum loopguard_owner owner;
static char called[40];
static bool stepping;

static void on_report(enum loopguard_owner of, const char *call, const void *from,
                      const void *frame)
{
    ck_assert_ptr_nonnull(from);
    ck_assert_ptr_nonnull(frame);
    reports++;
    owner = of;
    snprintf(called, sizeof(called), "%s", call);
}

static bool in_step(void)
{
    return stepping;
}

static void of_the_loop(void)
{
    loopguard_check("of_the_loop()");
}

static void of_a_step(void)
{
    loopguard_check_worker("of_a_step()");
}

static void *off_the_loop(void *arg)
{
    (void)arg;
    of_the_loop();
    return NULL;
}

static unsigned on_another_thread(void)
{
    pthread_t thread;
    unsigned before = reports;
    ck_assert_int_eq(pthread_create(&thread, NULL, off_the_loop, NULL), 0);
    pthread_join(thread, NULL);
    return reports - before;
}

static void setup(void)
{
    reports = 0;
    stepping = false;
    loopguard_listen(on_report);
}

static void teardown(void)
{
    loopguard_ask(NULL);
    loopguard_listen(NULL);
}

START_TEST(only_the_loop_may_while_it_runs)
{
    ck_assert_uint_eq(on_another_thread(), 0); // no loop runs
    loopguard_enter();
    of_the_loop();
    ck_assert_uint_eq(reports, 0);
    ck_assert_uint_eq(on_another_thread(), 1);
    ck_assert_int_eq(owner, LOOPGUARD_LOOP);
    ck_assert_str_eq(called, "of_the_loop()");
    loopguard_leave();
    ck_assert_uint_eq(on_another_thread(), 0);
}
END_TEST

START_TEST(the_loop_may_not_from_within_a_step)
{
    loopguard_ask(in_step);
    loopguard_enter();
    stepping = true;
    loopguard_step(1);
    of_the_loop();
    ck_assert_uint_eq(reports, 1);
    stepping = false;
    loopguard_step(-1);
    of_the_loop();
    ck_assert_uint_eq(reports, 1);
    loopguard_leave();
}
END_TEST

START_TEST(only_a_step_may_do_what_is_a_steps)
{
    of_a_step(); // nobody knows what a step is
    ck_assert_uint_eq(reports, 0);
    loopguard_ask(in_step);
    of_a_step();
    ck_assert_uint_eq(reports, 1);
    ck_assert_int_eq(owner, LOOPGUARD_WORKER);
    ck_assert_str_eq(called, "of_a_step()");
    stepping = true;
    of_a_step();
    ck_assert_uint_eq(reports, 1);
    stepping = false;
    loopguard_step(1); // the short way
    loopguard_step(1);
    of_a_step();
    loopguard_step(-1);
    of_a_step();
    ck_assert_uint_eq(reports, 1);
    loopguard_step(-1);
    of_a_step();
    ck_assert_uint_eq(reports, 2);
}
END_TEST

START_TEST(nothing_is_reported_that_is_not_wanted)
{
    loopguard_ask(in_step);
    loopguard_heed(false);
    of_a_step();
    ck_assert_uint_eq(reports, 0);
    loopguard_heed(true);
    of_a_step();
    ck_assert_uint_eq(reports, 1);
    loopguard_listen(NULL);
    loopguard_heed(true); // nobody listens
    of_a_step();
    ck_assert_uint_eq(reports, 1);
    ck_assert(!atomic_load(&loopguard_heeded));
}
END_TEST

// A thread acts for one loop at a time, for loop 0 at first; what another does makes no difference.
static void *act_for_another(void *arg)
{
    unsigned *seen = arg;
    seen[0] = loopguard_loop();
    loopguard_act_for(LOOPS_MAX - 1);
    seen[1] = loopguard_loop();
    return NULL;
}

START_TEST(each_thread_acts_for_a_loop_of_its_own)
{
    pthread_t thread;
    unsigned seen[2] = {9, 9};
    ck_assert_uint_eq(loopguard_loop(), 0);
    loopguard_act_for(2);
    ck_assert_int_eq(pthread_create(&thread, NULL, act_for_another, seen), 0);
    pthread_join(thread, NULL);
    ck_assert_uint_eq(seen[0], 0);
    ck_assert_uint_eq(seen[1], LOOPS_MAX - 1);
    ck_assert_uint_eq(loopguard_loop(), 2);
    loopguard_act_for(0);
    ck_assert_uint_eq(loopguard_loop(), 0);
}
END_TEST

static void *run_a_loop(void *arg)
{
    (void)arg;
    loopguard_enter();
    loopguard_enter(); // once more makes no difference
    of_the_loop();
    loopguard_leave();
    loopguard_leave();
    return NULL;
}

// Threads that run loops may; others may not as long as any of them does.
START_TEST(several_threads_may_run_loops)
{
    pthread_t thread;
    loopguard_enter();
    ck_assert_int_eq(pthread_create(&thread, NULL, run_a_loop, NULL), 0);
    pthread_join(thread, NULL);
    ck_assert_uint_eq(reports, 0);
    ck_assert_uint_eq(on_another_thread(), 1); // this one still runs its loop
    of_the_loop();
    ck_assert_uint_eq(reports, 1);
    loopguard_leave();
    ck_assert_uint_eq(on_another_thread(), 0);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("loopguard");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, only_the_loop_may_while_it_runs);
    tcase_add_test(t, the_loop_may_not_from_within_a_step);
    tcase_add_test(t, only_a_step_may_do_what_is_a_steps);
    tcase_add_test(t, each_thread_acts_for_a_loop_of_its_own);
    tcase_add_test(t, several_threads_may_run_loops);
    tcase_add_test(t, nothing_is_reported_that_is_not_wanted);
    Suite *s = suite_create("util/loopguard");
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
