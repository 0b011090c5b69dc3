// The parallel world tick counts to three: exact at any number of threads, each mistake found in
// every run, a crash that costs one zone.
#include "tools/bench/tick.h"

#include "check/check.h"
#include "check/check_report.h"
#include "lock/lock.h"
#include "tools/bench/climate.h"
#include "tools/bench/crash_guard.h"
#include "util/mem.h"

#include <check.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

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

enum { ZONES = 300, CELLS = 64, TICKS = 3, RUNS = 20 };

static const struct tick_config clean = {.crash_zone = TICK_NO_ZONE};

static struct tick_pool *pool;
static struct climate *zones[ZONES];
static struct tick *tick;

static void setup(void)
{
    check_reset();
    check_set_level(CHECK_RULES);
}

static void begin(uint32_t cells, const struct tick_config *config)
{
    for (uint32_t i = 0; i < ZONES; i++)
        zones[i] = climate_new(i, cells);
    tick = tick_new(tick_pool_sched(pool), zones, ZONES, config);
}

static void ticks(unsigned n)
{
    while (n--) {
        tick_fork(tick);
        tick_wait(tick);
    }
}

static void end(void)
{
    tick_free(tick);
    for (uint32_t i = 0; i < ZONES; i++)
        climate_free(zones[i]);
}

static uint64_t count_to_three(unsigned threads, uint32_t cells)
{
    uint64_t digest = 0;
    pool = tick_pool_new(threads);
    for (int run = 0; run < RUNS; run++) {
        struct tick_config config = clean;
        config.meet = run % 2;
        begin(cells, &config);
        for (unsigned n = 1; n <= TICKS; n++) {
            ticks(1);
            ck_assert_uint_eq(tick_number(tick), n);
            ck_assert_uint_eq(tick_cells_at(tick, n), (uint64_t)ZONES * cells);
        }
        if (run)
            ck_assert_uint_eq(tick_digest(tick), digest);
        digest = tick_digest(tick);
        end();
    }
    tick_pool_free(pool);
    ck_assert_uint_eq(check_violations(), 0);
    return digest;
}

START_TEST(every_cell_is_three_at_any_number_of_threads)
{
    uint64_t one = count_to_three(1, CELLS);
    ck_assert_uint_eq(count_to_three(2, CELLS), one);
    ck_assert_uint_eq(count_to_three(3, CELLS), one);
    ck_assert_uint_eq(count_to_three(8, CELLS), one);
}
END_TEST

START_TEST(a_zone_may_have_one_cell_or_a_row_that_is_not_full)
{
    ck_assert_uint_eq(count_to_three(1, 1), count_to_three(3, 1));
    ck_assert_uint_eq(count_to_three(1, 97), count_to_three(3, 97));
}
END_TEST

START_TEST(the_digest_tells_ticks_and_zones_apart)
{
    check_set_level(CHECK_OFF); // single zones are digested without their locks
    pool = tick_pool_new(2);
    begin(CELLS, &clean);
    uint64_t before = tick_digest(tick);
    ticks(1);
    uint64_t one = tick_digest(tick);
    ck_assert_uint_ne(before, one);
    ck_assert_uint_ne(climate_digest(zones[0]), climate_digest(zones[1]));
    ticks(1);
    ck_assert_uint_ne(tick_digest(tick), one);
    end();
    tick_pool_free(pool);
}
END_TEST

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
static unsigned finished_ticks;

static void finished(void *arg)
{
    ck_assert_ptr_eq(arg, &finished_ticks);
    pthread_mutex_lock(&mutex);
    finished_ticks++;
    pthread_cond_signal(&cond);
    pthread_mutex_unlock(&mutex);
}

START_TEST(who_does_not_wait_is_told)
{
    struct tick_config config = clean;
    config.finished = finished;
    config.arg = &finished_ticks;
    pool = tick_pool_new(2);
    begin(CELLS, &config);
    for (unsigned n = 1; n <= TICKS; n++) {
        tick_fork(tick);
        pthread_mutex_lock(&mutex);
        while (finished_ticks < n)
            pthread_cond_wait(&cond, &mutex);
        pthread_mutex_unlock(&mutex);
    }
    ck_assert_uint_eq(tick_cells_at(tick, TICKS), ZONES * CELLS);
    end();
    tick_pool_free(pool);
}
END_TEST

#if !UNDER_TSAN

static void flagged_in_every_run(enum tick_race race, unsigned threads, enum check_code code,
                                 enum check_code or_code)
{
    struct tick_config config = clean;
    FILE *nowhere = fopen("/dev/null", "w");
    config.race = race;
    config.meet = true;
    check_set_output(nowhere);
    pool = tick_pool_new(threads);
    for (int run = 0; run < RUNS; run++) {
        check_reset();
        begin(CELLS, &config);
        ticks(TICKS);
        uint64_t expected = check_count(code) + (or_code ? check_count(or_code) : 0);
        ck_assert_msg(expected > 0, "run %d of %d at %u threads was not flagged", run, RUNS,
                      threads);
        ck_assert_uint_eq(check_violations(), expected);
        end();
    }
    tick_pool_free(pool);
    check_set_output(NULL);
    fclose(nowhere);
}

static const unsigned thread_counts[] = {1, 3};

START_TEST(unlocked_jobs_are_flagged)
{
    flagged_in_every_run(TICK_RACE_UNLOCKED, thread_counts[_i], L001_NO_LOCK, 0);
}
END_TEST

START_TEST(jobs_with_the_lock_of_another_zone_are_flagged)
{
    flagged_in_every_run(TICK_RACE_WRONG_ZONE, thread_counts[_i], L003_WRONG_LOCK, 0);
}
END_TEST

START_TEST(jobs_that_share_a_scratch_are_flagged)
{
    flagged_in_every_run(TICK_RACE_SHARED_SCRATCH, thread_counts[_i], L031_PREDICTED_RACE,
                         L030_RACE);
}
END_TEST

static void crash_of_zone_7(int sig, unsigned threads)
{
    struct sigaction before, after;
    char *text = NULL;
    size_t size = 0;
    FILE *report = open_memstream(&text, &size);
    struct tick_config config = {.crash_zone = 7, .crash_signal = sig, .report = report};
    config.meet = threads > 1; // then the other part may wait for the lock
    sigaction(sig, NULL, &before);
    pool = tick_pool_new(threads);
    begin(CELLS, &config);
    ticks(TICKS);
    sigaction(sig, NULL, &after);
    ck_assert(before.sa_handler == after.sa_handler);
    fclose(report);
    ck_assert_uint_eq(tick_quarantines(tick), 1);
    ck_assert(tick_quarantined(tick, 7));
    ck_assert(!lock_held(climate_lock(zones[7])));
    ck_assert_uint_eq(tick_cells_at(tick, TICKS), (ZONES - 1) * CELLS);
    char *first =
        mem_printf("crash of a zone job: SIG%s in zone 7\n", crash_guard_signal_name(sig));
    ck_assert_msg(!strncmp(text, first, strlen(first)), "%s", text);
    ck_assert_ptr_nonnull(strstr(text, "  thread  worker-"));
    ck_assert_ptr_nonnull(strstr(text, "  site    tools/bench/tick.c:"));
    ck_assert_ptr_nonnull(strstr(text, " \"zone 7\", ticket 1, taken tools/bench/tick.c:"));
    ck_assert_ptr_null(strstr(text + 1, "crash of a zone job"));
    ck_assert_uint_eq(check_violations(), 0);
    free(first);
    free(text);
    end();
    tick_pool_free(pool);
}

START_TEST(a_crash_costs_one_zone)
{
    static const int signals[] = {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL};
    crash_of_zone_7(signals[_i], 1);
    crash_of_zone_7(signals[_i], 3);
}
END_TEST

static void fault(void *arg)
{
    *(volatile int *)arg = 1;
}

static void abort_work(void *arg)
{
    (void)arg;
    abort();
}

static void overflow(void *arg)
{
    volatile char frame[4096];
    frame[0] = 1;
    if (arg) // counts down and does not get there
        overflow((char *)arg - 1);
    frame[1] = frame[0];
}

static void nothing(void *arg)
{
    (void)arg;
}

START_TEST(real_faults_come_back)
{
    void *stack = mem_alloc(GUARD_STACK);
    crash_guard_open();
    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(crash_guard_run(nothing, NULL, stack), 0);
        ck_assert_int_eq(crash_guard_run(fault, (void *)4096, stack), SIGSEGV);
        ck_assert_int_eq(crash_guard_run(abort_work, NULL, stack), SIGABRT);
    }
    ck_assert_int_eq(crash_guard_run(overflow, stack, stack), SIGSEGV);
    crash_guard_close();
    free(stack);
}
END_TEST

START_TEST(a_crash_elsewhere_still_ends_the_program)
{
    crash_guard_open();
    abort();
}
END_TEST

#endif

int main(void)
{
    Suite *s = suite_create("tick");
    TCase *t = tcase_create("tick");
    tcase_add_checked_fixture(t, setup, NULL);
    tcase_add_test(t, every_cell_is_three_at_any_number_of_threads);
    tcase_add_test(t, a_zone_may_have_one_cell_or_a_row_that_is_not_full);
    tcase_add_test(t, the_digest_tells_ticks_and_zones_apart);
    tcase_add_test(t, who_does_not_wait_is_told);
#if !UNDER_TSAN
    tcase_add_loop_test(t, unlocked_jobs_are_flagged, 0, 2);
    tcase_add_loop_test(t, jobs_with_the_lock_of_another_zone_are_flagged, 0, 2);
    tcase_add_loop_test(t, jobs_that_share_a_scratch_are_flagged, 0, 2);
    tcase_add_loop_test(t, a_crash_costs_one_zone, 0, 5);
    tcase_add_test(t, real_faults_come_back);
    tcase_add_test_raise_signal(t, a_crash_elsewhere_still_ends_the_program, SIGABRT);
#endif
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? 1 : 0;
}
