// Work on some threads: every piece once, and no thread in two pieces at once.
#include "util/parallel.h"

#include <check.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

enum { PIECES = 5000 };

struct tally {
    atomic_int done[PIECES];
    atomic_int inside[PARALLEL_MOST];
    unsigned threads;
    pthread_t caller;
    atomic_bool wrong, open_to_signals;
};

static void count_piece(void *arg, unsigned thread, size_t i)
{
    struct tally *t = arg;
    sigset_t mask;
    if (thread >= t->threads || atomic_fetch_add(&t->inside[thread], 1))
        atomic_store(&t->wrong, true);
    if ((thread == 0) != (pthread_equal(pthread_self(), t->caller) != 0))
        atomic_store(&t->wrong, true);
    pthread_sigmask(SIG_SETMASK, NULL, &mask);
    if (thread && !sigismember(&mask, SIGTERM))
        atomic_store(&t->open_to_signals, true);
    if (i % 100 == 0)
        sched_yield();
    atomic_fetch_add(&t->done[i], 1);
    atomic_fetch_sub(&t->inside[thread], 1);
}

START_TEST(each_piece_is_done_once)
{
    static const size_t sizes[] = {0, 1, 2, 7, PIECES};
    static struct tally t;
    t.threads = (unsigned)_i;
    t.caller = pthread_self();
    for (size_t k = 0; k < sizeof(sizes) / sizeof(sizes[0]); k++) {
        for (size_t i = 0; i < PIECES; i++)
            atomic_store(&t.done[i], 0);
        parallel_each(sizes[k], t.threads, count_piece, &t);
        for (size_t i = 0; i < PIECES; i++)
            ck_assert_int_eq(atomic_load(&t.done[i]), i < sizes[k]);
    }
    ck_assert(!atomic_load(&t.wrong));
    ck_assert(!atomic_load(&t.open_to_signals));
}
END_TEST

START_TEST(signals_reach_the_caller_as_before)
{
    static struct tally t;
    sigset_t before, after;
    t.threads = 3;
    t.caller = pthread_self();
    pthread_sigmask(SIG_SETMASK, NULL, &before);
    parallel_each(10, 3, count_piece, &t);
    pthread_sigmask(SIG_SETMASK, NULL, &after);
    for (int s = 1; s < SIGRTMIN; s++)
        ck_assert_int_eq(sigismember(&before, s), sigismember(&after, s));
}
END_TEST

START_TEST(there_are_no_more_threads_than_pieces_and_processors)
{
    cpu_set_t one, before;
    ck_assert_uint_eq(parallel_threads(0), 1);
    ck_assert_uint_eq(parallel_threads(1), 1);
    ck_assert_int_eq(sched_getaffinity(0, sizeof(before), &before), 0);
    unsigned most = (unsigned)CPU_COUNT(&before);
    ck_assert_uint_eq(parallel_threads(1000), most < PARALLEL_MOST ? most : PARALLEL_MOST);
    int cpu = 0;
    while (!CPU_ISSET(cpu, &before))
        cpu++;
    CPU_ZERO(&one);
    CPU_SET(cpu, &one);
    ck_assert_int_eq(sched_setaffinity(0, sizeof(one), &one), 0);
    ck_assert_uint_eq(parallel_threads(1000), 1);
}
END_TEST

static void note_thread(void *arg)
{
    *(pthread_t *)arg = pthread_self();
}

START_TEST(a_job_is_done_when_it_has_ended)
{
    struct parallel_job jobs[3];
    pthread_t by[3];
    for (int i = 0; i < 3; i++) {
        by[i] = 0;
        parallel_begin(&jobs[i], note_thread, &by[i]);
    }
    for (int i = 2; i >= 0; i--) {
        parallel_end(&jobs[i]);
        ck_assert_int_eq(pthread_equal(by[i], pthread_self()) != 0, !jobs[i].alone);
        ck_assert_int_eq(jobs[i].alone, parallel_threads(2) > 1);
    }
}
END_TEST

START_TEST(with_one_processor_the_caller_does_a_job)
{
    cpu_set_t one;
    struct parallel_job job;
    pthread_t by = 0;
    CPU_ZERO(&one);
    CPU_SET(sched_getcpu(), &one);
    ck_assert_int_eq(sched_setaffinity(0, sizeof(one), &one), 0);
    parallel_begin(&job, note_thread, &by);
    ck_assert(!by);
    parallel_end(&job);
    ck_assert(pthread_equal(by, pthread_self()));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("parallel");
    TCase *t = tcase_create("parallel");
    tcase_add_loop_test(t, each_piece_is_done_once, 1, PARALLEL_MOST + 1);
    tcase_add_test(t, signals_reach_the_caller_as_before);
    tcase_add_test(t, there_are_no_more_threads_than_pieces_and_processors);
    tcase_add_test(t, a_job_is_done_when_it_has_ended);
    tcase_add_test(t, with_one_processor_the_caller_does_a_job);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
