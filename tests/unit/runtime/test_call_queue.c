// Calls that threads ask a loop for: all run, each once, each thread's in their order.
#include "runtime/call_queue.h"

#include <check.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

enum { ASKERS = 4, CALLS = 2000 };

static struct call_queue q;
static unsigned ran, next[ASKERS];
static bool in_order;

static void setup(void)
{
    call_queue_init(&q);
    ran = 0;
    in_order = true;
}

static void teardown(void)
{
    call_queue_fini(&q);
}

static void count(void *arg)
{
    ran += *(unsigned *)arg;
}

START_TEST(calls_run_in_order_and_once)
{
    static unsigned one = 1, ten = 10;
    call_queue_run(&q);
    ck_assert_uint_eq(ran, 0);
    call_queue_add(&q, count, &one);
    call_queue_add(&q, count, &ten);
    ck_assert_uint_eq(call_queue_waits(&q), 2);
    ck_assert_uint_eq(ran, 0);
    call_queue_run(&q);
    ck_assert_uint_eq(ran, 11);
    ck_assert_uint_eq(call_queue_waits(&q), 0);
    call_queue_run(&q);
    ck_assert_uint_eq(ran, 11);
}
END_TEST

static void ask_again(void *arg)
{
    count(arg);
    call_queue_add(&q, count, arg);
}

START_TEST(a_call_that_asks_for_another_waits_for_the_next_run)
{
    static unsigned one = 1;
    call_queue_add(&q, ask_again, &one);
    call_queue_run(&q);
    ck_assert_uint_eq(ran, 1);
    ck_assert_uint_eq(call_queue_waits(&q), 1);
    call_queue_run(&q);
    ck_assert_uint_eq(ran, 2);
}
END_TEST

struct asked {
    unsigned asker, number;
};

static void check_order(void *arg)
{
    struct asked *a = arg;
    in_order = in_order && next[a->asker]++ == a->number;
    ran++;
    free(a);
}

static void *asker(void *arg)
{
    unsigned me = *(unsigned *)arg;
    for (unsigned i = 0; i < CALLS; i++) {
        struct asked *a = malloc(sizeof(*a));
        *a = (struct asked){me, i};
        call_queue_add(&q, check_order, a);
    }
    return NULL;
}

START_TEST(threads_ask_side_by_side)
{
    pthread_t threads[ASKERS];
    unsigned numbers[ASKERS];
    for (unsigned i = 0; i < ASKERS; i++) {
        numbers[i] = i;
        next[i] = 0;
        ck_assert_int_eq(pthread_create(&threads[i], NULL, asker, &numbers[i]), 0);
    }
    while (ran < ASKERS * CALLS)
        call_queue_run(&q);
    for (unsigned i = 0; i < ASKERS; i++)
        pthread_join(threads[i], NULL);
    ck_assert(in_order);
    ck_assert_uint_eq(call_queue_waits(&q), 0);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("call_queue");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, calls_run_in_order_and_once);
    tcase_add_test(t, a_call_that_asks_for_another_waits_for_the_next_run);
    tcase_add_test(t, threads_ask_side_by_side);
    Suite *s = suite_create("runtime/call_queue");
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
