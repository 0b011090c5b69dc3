// Spare outcomes come back empty, are never given to two, and do not pile up.
#include "engine/outcome_pool.h"

#include "command/outcome.h"

#include <check.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>

START_TEST(a_spare_comes_back_empty)
{
    struct outcome_pool pool = {.count = 0};
    struct outcome *o = outcome_pool_take(&pool);
    outcome_add(o, "Text.\n", 6, 2);
    o->seq = 7;
    outcome_pool_give(&pool, o);
    struct outcome *again = outcome_pool_take(&pool);
    ck_assert_ptr_eq(again, o);
    ck_assert(!again->first && !again->seq && !again->next && !again->area_used);
    struct outcome *other = outcome_pool_take(&pool);
    ck_assert_ptr_ne(other, again);
    outcome_pool_give(&pool, other);
    outcome_pool_give(&pool, again);
    outcome_pool_leave();
    outcome_pool_fini(&pool);
}
END_TEST

START_TEST(spares_do_not_pile_up)
{
    struct outcome_pool pool = {.count = 0};
    struct outcome *all[1000];
    for (size_t i = 0; i < 1000; i++)
        all[i] = outcome_pool_take(&pool);
    for (size_t i = 0; i < 1000; i++)
        outcome_pool_give(&pool, all[i]);
    unsigned spares = 0;
    for (struct outcome *o = atomic_load(&pool.spares); o; o = o->next)
        spares++;
    ck_assert_uint_eq(spares, 512);
    ck_assert_uint_eq(atomic_load(&pool.count), 512);
    for (size_t i = 0; i < 3; i++) { // there is room again when they have been taken
        all[i] = outcome_pool_take(&pool);
        ck_assert_uint_eq(atomic_load(&pool.count), 0);
    }
    outcome_pool_give(&pool, all[0]);
    ck_assert_ptr_eq(atomic_load(&pool.spares), all[0]);
    outcome_free(all[1]);
    outcome_free(all[2]);
    outcome_pool_leave();
    outcome_pool_fini(&pool);
}
END_TEST

enum { ROUNDS = 4000, TAKERS = 3, RING = 64 };

struct traffic {
    struct outcome_pool pool;
    _Atomic(struct outcome *) ring[TAKERS][RING];
};

struct taker {
    struct traffic *traffic;
    unsigned index;
};

static void *take_many(void *arg)
{
    struct taker *t = arg;
    for (unsigned i = 0; i < ROUNDS; i++) {
        struct outcome *o = outcome_pool_take(&t->traffic->pool);
        ck_assert(!o->number && !o->next);
        o->number = 1;
        _Atomic(struct outcome *) *slot = &t->traffic->ring[t->index][i % RING];
        while (atomic_load_explicit(slot, memory_order_acquire))
            sched_yield();
        atomic_store_explicit(slot, o, memory_order_release);
    }
    outcome_pool_leave();
    return NULL;
}

// As workers and the loop use it: who takes one finds it unused.
START_TEST(no_spare_is_given_to_two)
{
    struct traffic *traffic = calloc(1, sizeof(*traffic));
    struct taker takers[TAKERS];
    pthread_t threads[TAKERS];
    for (unsigned i = 0; i < TAKERS; i++) {
        takers[i] = (struct taker){traffic, i};
        ck_assert_int_eq(pthread_create(&threads[i], NULL, take_many, &takers[i]), 0);
    }
    for (unsigned given = 0; given < ROUNDS * TAKERS;)
        for (unsigned i = 0; i < TAKERS * RING; i++) {
            struct outcome *o = atomic_exchange(&traffic->ring[i / RING][i % RING], NULL);
            if (!o) {
                sched_yield();
                continue;
            }
            ck_assert_uint_eq(o->number, 1);
            outcome_pool_give(&traffic->pool, o);
            given++;
        }
    for (unsigned i = 0; i < TAKERS; i++)
        pthread_join(threads[i], NULL);
    outcome_pool_fini(&traffic->pool);
    ck_assert_uint_le(atomic_load(&traffic->pool.count), 512);
    free(traffic);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("outcome_pool");
    TCase *t = tcase_create("outcome_pool");
    tcase_add_test(t, a_spare_comes_back_empty);
    tcase_add_test(t, spares_do_not_pile_up);
    tcase_add_test(t, no_spare_is_given_to_two);
    suite_add_tcase(suite, t);
    SRunner *r = srunner_create(suite);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
