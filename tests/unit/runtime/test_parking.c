// Sleepers and timers without a scheduler: what cannot happen is made by hand, and has to be
// counted and mended. test_sched has the ways in which it does not happen.
#include "runtime/parking.h"
#include "runtime/sched.h"
#include "runtime/task.h"
#include "util/clock.h"

#include <check.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <time.h>

enum { BOUND_MS = 10000, FAR_MS = 600000 };

static void nap(void)
{
    nanosleep(&(struct timespec){0, 200000}, NULL);
}

static enum task_result idle_step(struct task *t)
{
    (void)t;
    return TASK_DONE;
}

static struct sched_stats stats_of(struct parking *p)
{
    struct sched_stats st = {0};
    parking_stats(p, &st);
    return st;
}

// The counters of what cannot happen: sleepers of whom none is to get up in time, made by hand.
// Only the timer that was due while it was so is late.
START_TEST(a_breach_is_counted_and_mended)
{
    struct sched *s = sched_new(2, 0);
    struct task j;
    struct parking p = {0};
    parking_init(&p, 2);
    task_init(&j, s, idle_step, "job", NULL);
    parking_timer_set(&p, &j.timer, clock_mono_ms() - SCHED_DELAY_MS * 2);
    p.idle = 3;
    p.keeper = 1;
    p.bays[1].until = INT64_MAX;
    struct task *t = parking_timer_take(&p, clock_mono_ms());
    ck_assert_ptr_eq(t, &j);
    task_unref(t);
    struct sched_stats st = stats_of(&p);
    ck_assert_uint_eq(st.unkept, 1);
    ck_assert_uint_eq(st.delayed, 1);
    ck_assert_uint_eq(st.late, 1);
    ck_assert_uint_eq(parking_faults(&p), 2);
    ck_assert(p.bays[1].until == INT64_MIN);
    parking_fini(&p);
    sched_free(s);
}
END_TEST

// A breach is seen in whichever section comes next, and no breach is made of what is none.
START_TEST(each_section_looks_for_a_breach)
{
    struct sched *s = sched_new(2, 0);
    struct task j, first;
    task_init(&j, s, idle_step, "job", NULL);
    task_init(&first, s, idle_step, "first", NULL);
    for (int section = 0; section < 6; section++)
        for (int keeper = -1; keeper < 2; keeper++) {
            struct parking p = {0};
            parking_init(&p, 2);
            int64_t due = clock_mono_ms() + FAR_MS;
            parking_timer_set(&p, &first.timer, due);
            p.idle = 2;
            p.keeper = keeper;
            p.called = keeper == 0 ? 1 : 0; // who is called gets up and hands its office on
            p.bays[1].until = due + 1;
            switch (section) {
            case 0:
                parking_timer_set(&p, &j.timer, due + 2);
                parking_timer_clear(&p, &j.timer);
                break;
            case 1:
                parking_timer_clear(&p, &j.timer);
                break;
            case 2:
                ck_assert_ptr_null(parking_timer_take(&p, clock_mono_ms()));
                break;
            case 3:
                parking_call(&p);
                break;
            case 4:
                parking_pause(&p);
                break;
            default:
                parking_stop(&p);
                break;
            }
            ck_assert_msg(atomic_load(&p.unkept) == (keeper == 0 ? 0 : 1), "section %d, keeper %d",
                          section, keeper);
            ck_assert_uint_eq(stats_of(&p).unkept, atomic_load(&p.unkept)); // it was mended
            parking_timer_clear(&p, &first.timer);
            parking_fini(&p);
        }
    sched_free(s);
}
END_TEST

static bool has_no_work(void *arg, unsigned index)
{
    (void)arg;
    (void)index;
    return false;
}

static _Atomic unsigned got_up;

static void *sleep_once(void *arg)
{
    parking_enter(arg, 0);
    parking_sleep(arg, 0, has_no_work, NULL);
    atomic_store(&got_up, 1);
    parking_leave(arg);
    return NULL;
}

// A call without its signal, made by hand: who looks a while later counts it and gives it again.
START_TEST(a_lost_call_is_counted_and_given_again)
{
    struct parking p = {0};
    pthread_t thread;
    atomic_store(&got_up, 0);
    parking_init(&p, 1);
    pthread_create(&thread, NULL, sleep_once, &p);
    for (bool asleep = false; !asleep; nap()) {
        pthread_mutex_lock(&p.mutex);
        asleep = p.idle;
        if (asleep) {
            p.idle = 0;
            p.called = 1;
        }
        pthread_mutex_unlock(&p.mutex);
    }
    ck_assert_uint_eq(stats_of(&p).untaken, 0);
    int64_t end = clock_mono_ms() + BOUND_MS;
    while (!atomic_load(&got_up) && clock_mono_ms() < end) {
        stats_of(&p);
        nap();
    }
    ck_assert(atomic_load(&got_up));
    pthread_join(thread, NULL);
    ck_assert_uint_ge(stats_of(&p).untaken, 1); // again if it takes long once more
    ck_assert_uint_eq(parking_faults(&p), stats_of(&p).untaken);
    parking_fini(&p);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("parking");
    TCase *t = tcase_create("faults");
    tcase_add_test(t, a_breach_is_counted_and_mended);
    tcase_add_test(t, each_section_looks_for_a_breach);
    tcase_add_test(t, a_lost_call_is_counted_and_given_again);
    suite_add_tcase(suite, t);
    SRunner *r = srunner_create(suite);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? 1 : 0;
}
