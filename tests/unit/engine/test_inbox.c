// A loop's inbox: what was added comes out once, in its order, also while more is added.
#include "engine/inbox.h"

#include <check.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>

enum { MANY = 100000 };

struct outcome {
    uint64_t number;
};

static struct inbox box;
static struct outcome outcomes[MANY];

static void setup(void)
{
    inbox_init(&box);
    for (uint64_t i = 0; i < MANY; i++)
        outcomes[i].number = i;
}

static void teardown(void)
{
    inbox_fini(&box);
}

START_TEST(an_empty_inbox_gives_nothing)
{
    size_t n = 9;
    ck_assert(inbox_is_empty(&box));
    ck_assert_ptr_null(inbox_take(&box, &n));
    ck_assert_uint_eq(n, 0);
    inbox_done(&box, 0);
}
END_TEST

// What was taken stays as it is while more comes.
START_TEST(what_was_taken_is_the_callers_until_the_next_time)
{
    size_t n;
    for (int i = 0; i < 200; i++)
        inbox_add(&box, &outcomes[i]);
    ck_assert(!inbox_is_empty(&box));
    struct outcome *const *list = inbox_take(&box, &n);
    ck_assert_uint_eq(n, 200);
    ck_assert(inbox_is_empty(&box));
    for (int i = 200; i < 1000; i++)
        inbox_add(&box, &outcomes[i]);
    for (size_t i = 0; i < n; i++)
        ck_assert_ptr_eq(list[i], &outcomes[i]);
    list = inbox_take(&box, &n);
    ck_assert_uint_eq(n, 800);
    for (size_t i = 0; i < n; i++)
        ck_assert_ptr_eq(list[i], &outcomes[200 + i]);
    inbox_add(&box, &outcomes[1000]);
    list = inbox_take(&box, &n);
    ck_assert_uint_eq(n, 1);
    ck_assert_ptr_eq(list[0], &outcomes[1000]);
}
END_TEST

START_TEST(what_was_added_and_done_is_counted)
{
    size_t n;
    for (int i = 0; i < 3; i++)
        inbox_add(&box, &outcomes[i]);
    ck_assert_uint_eq(atomic_load(&box.added), 3);
    inbox_take(&box, &n);
    ck_assert_uint_eq(atomic_load(&box.done), 0); // taken is not delivered
    inbox_done(&box, n);
    ck_assert_uint_eq(atomic_load(&box.done), 3);
    inbox_add(&box, &outcomes[3]);
    ck_assert_uint_eq(atomic_load(&box.added), 4);
    ck_assert_uint_eq(atomic_load(&box.done), 3);
}
END_TEST

static void *add_all(void *arg)
{
    (void)arg;
    for (int i = 0; i < MANY; i++)
        inbox_add(&box, &outcomes[i]);
    return NULL;
}

START_TEST(nothing_is_lost_while_more_is_added)
{
    pthread_t adder;
    uint64_t next = 0;
    ck_assert_int_eq(pthread_create(&adder, NULL, add_all, NULL), 0);
    while (next < MANY) {
        size_t n;
        struct outcome *const *list = inbox_take(&box, &n);
        for (size_t i = 0; i < n; i++)
            ck_assert_uint_eq(list[i]->number, next++);
        inbox_done(&box, n);
        if (!n)
            sched_yield();
    }
    pthread_join(adder, NULL);
    ck_assert(inbox_is_empty(&box));
    ck_assert_uint_eq(atomic_load(&box.done), MANY);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("engine/inbox");
    TCase *t = tcase_create("inbox");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, an_empty_inbox_gives_nothing);
    tcase_add_test(t, what_was_taken_is_the_callers_until_the_next_time);
    tcase_add_test(t, what_was_added_and_done_is_counted);
    tcase_add_test(t, nothing_is_lost_while_more_is_added);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
