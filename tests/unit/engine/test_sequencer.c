// Outcomes leave in the order of their sequence numbers, whichever worker is first.
#include "engine/sequencer.h"

#include "command/outcome.h"

#include <check.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>

enum { THREADS = 4, EACH = 30000 };

static struct sequencer *r;

static void setup(void)
{
    r = sequencer_new();
}

static void teardown(void)
{
    sequencer_free(r);
}

static struct outcome *numbered(uint64_t seq)
{
    struct outcome *o = outcome_new();
    o->seq = seq;
    return o;
}

static void expect_next(uint64_t seq)
{
    struct outcome *o = sequencer_take(r);
    ck_assert_ptr_nonnull(o);
    ck_assert_uint_eq(o->seq, seq);
    outcome_free(o);
}

START_TEST(sequence_and_event_numbers_begin_at_one_and_ascend)
{
    ck_assert_uint_eq(sequencer_last_seq(r), 0);
    ck_assert_uint_eq(sequencer_last_number(r), 0);
    ck_assert_uint_eq(sequencer_next_seq(r), 1);
    ck_assert_uint_eq(sequencer_next_seq(r), 2);
    ck_assert_uint_eq(sequencer_next_number(r), 1);
    ck_assert_uint_eq(sequencer_last_seq(r), 2);
    ck_assert_uint_eq(sequencer_last_number(r), 1);
    sequencer_continue(r, 41);
    ck_assert_uint_eq(sequencer_next_number(r), 42);
    ck_assert_uint_eq(sequencer_last_number(r), 42);
    ck_assert_uint_eq(sequencer_next_seq(r), 3); // of this run alone
}
END_TEST

START_TEST(a_later_one_waits_for_an_earlier)
{
    for (int i = 0; i < 4; i++)
        sequencer_next_seq(r);
    ck_assert_ptr_null(sequencer_take(r));
    sequencer_publish(r, numbered(3));
    sequencer_publish(r, numbered(2));
    ck_assert_ptr_null(sequencer_take(r));
    sequencer_publish(r, numbered(1));
    for (uint64_t seq = 1; seq <= 3; seq++)
        expect_next(seq);
    ck_assert_ptr_null(sequencer_take(r));
    sequencer_publish(r, numbered(4));
    expect_next(4);
}
END_TEST

// The slot of one that has yet to be published is free, but not for one that is a whole ring later.
START_TEST(none_is_taken_that_is_a_ring_ahead)
{
    for (uint64_t seq = 1; seq <= SEQUENCER_SLOTS + 2; seq++)
        sequencer_next_seq(r);
    struct outcome *ahead = numbered(SEQUENCER_SLOTS + 1), *further = numbered(SEQUENCER_SLOTS + 2);
    ck_assert(!sequencer_offer(r, ahead));
    for (uint64_t seq = 2; seq <= SEQUENCER_SLOTS; seq++)
        ck_assert(sequencer_offer(r, numbered(seq)));
    ck_assert(!sequencer_offer(r, ahead));
    ck_assert(!sequencer_offer(r, further));
    ck_assert_ptr_null(sequencer_take(r));
    ck_assert(sequencer_offer(r, numbered(1)));
    expect_next(1);
    ck_assert(!sequencer_offer(r, further));
    ck_assert(sequencer_offer(r, ahead));
    expect_next(2);
    ck_assert(sequencer_offer(r, further));
    for (uint64_t seq = 3; seq <= SEQUENCER_SLOTS + 2; seq++)
        expect_next(seq);
}
END_TEST

// What nobody took goes with it: the sanitizers would say if not.
START_TEST(what_is_left_inside_is_freed)
{
    sequencer_next_seq(r);
    sequencer_next_seq(r);
    sequencer_publish(r, numbered(2));
    ck_assert_ptr_null(sequencer_take(r));
}
END_TEST

static void *worker(void *arg)
{
    _Atomic unsigned *number_sum = arg;
    for (unsigned i = 0; i < EACH; i++) {
        atomic_fetch_add(number_sum, (unsigned)(sequencer_next_number(r) % 7));
        sequencer_publish(r, numbered(sequencer_next_seq(r)));
    }
    return NULL;
}

// More than there are slots, so that workers also wait for the loop.
START_TEST(none_is_lost_and_none_overtakes)
{
    pthread_t threads[THREADS];
    _Atomic unsigned sum = 0;
    unsigned expected = 0;
    for (int i = 0; i < THREADS; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, worker, &sum), 0);
    for (uint64_t seq = 1; seq <= THREADS * EACH;) {
        struct outcome *o = sequencer_take(r);
        if (o) {
            ck_assert_uint_eq(o->seq, seq++);
            outcome_free(o);
        } else {
            sched_yield();
        }
    }
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    for (uint64_t number = 1; number <= THREADS * EACH; number++)
        expected += number % 7;
    ck_assert_uint_eq(sum, expected); // each number was given once
    ck_assert_uint_eq(sequencer_last_number(r), THREADS * EACH);
    ck_assert_uint_eq(sequencer_last_seq(r), THREADS * EACH);
    ck_assert_ptr_null(sequencer_take(r));
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("sequencer");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, sequence_and_event_numbers_begin_at_one_and_ascend);
    tcase_add_test(t, a_later_one_waits_for_an_earlier);
    tcase_add_test(t, none_is_taken_that_is_a_ring_ahead);
    tcase_add_test(t, what_is_left_inside_is_freed);
    tcase_add_test(t, none_is_lost_and_none_overtakes);
    Suite *s = suite_create("engine/sequencer");
    suite_add_tcase(s, t);
    SRunner *runner = srunner_create(s);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
