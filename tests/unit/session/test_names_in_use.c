// Which names are in use, and which loops are to look again.
#include "session/names_in_use.h"

#include <check.h>
#include <pthread.h>
#include <stdlib.h>

enum { LOOPS = 3, ROUNDS = 2000 };

static struct names_in_use *n;

static void setup(void)
{
    loopguard_act_for(0);
    n = names_in_use_new();
}

static void teardown(void)
{
    names_in_use_free(n);
    names_in_use_free(NULL);
}

static bool claim_as(unsigned loop, const char *name)
{
    loopguard_act_for(loop);
    return names_in_use_claim(n, name);
}

START_TEST(a_claim_excludes_what_looks_alike)
{
    ck_assert(names_in_use_is_free(n, "Bill"));
    ck_assert(names_in_use_claim(n, "Bill"));
    ck_assert(!names_in_use_claim(n, "Bill"));
    ck_assert(!names_in_use_claim(n, "bill"));
    ck_assert(!names_in_use_claim(n, "BilI")); // an I for an l
    ck_assert(!names_in_use_is_free(n, "BILL"));
    ck_assert(names_in_use_claim(n, "Anna"));
    names_in_use_give(n, "bill");
    ck_assert(names_in_use_is_free(n, "Bill"));
    ck_assert(names_in_use_claim(n, "BilI"));
}
END_TEST

// Saving is about the file, so only the case makes no difference.
START_TEST(what_is_saved_cannot_be_claimed)
{
    ck_assert_uint_eq(names_in_use_savings(n), 0);
    names_in_use_saving(n, "Bill");
    ck_assert_uint_eq(names_in_use_savings(n), 1);
    ck_assert(names_in_use_is_saving(n, "bILL"));
    ck_assert(!names_in_use_is_saving(n, "BilI"));
    ck_assert(!names_in_use_is_free(n, "bill"));
    ck_assert(!names_in_use_claim(n, "Bill"));
    names_in_use_saving(n, "bill"); // by another loop
    ck_assert_uint_eq(names_in_use_savings(n), 1);
    names_in_use_saved(n, "Bill");
    ck_assert(names_in_use_is_saving(n, "Bill"));
    names_in_use_saved(n, "Bill");
    ck_assert(!names_in_use_is_saving(n, "Bill"));
    ck_assert_uint_eq(names_in_use_savings(n), 0);
    ck_assert(names_in_use_claim(n, "Bill"));
}
END_TEST

START_TEST(a_claim_may_be_saved_meanwhile)
{
    ck_assert(names_in_use_claim(n, "Bill"));
    names_in_use_saving(n, "Bill");
    names_in_use_give(n, "Bill");
    ck_assert(!names_in_use_is_free(n, "Bill"));
    names_in_use_saved(n, "Bill");
    ck_assert(names_in_use_is_free(n, "Bill"));
}
END_TEST

START_TEST(players_are_found_with_their_loop)
{
    ck_assert_int_lt(names_in_use_where(n, "Bill"), 0);
    for (unsigned loop = 0; loop < LOOPS; loop++) {
        const char *const names[LOOPS] = {"Bill", "Anna", "Zoe"};
        loopguard_act_for(loop);
        ck_assert(names_in_use_enter(n, names[loop], LOOPS));
        loopguard_act_for(0);
        ck_assert_int_eq(names_in_use_where(n, names[loop]), (int)loop);
    }
    ck_assert_int_eq(names_in_use_where(n, "zOE"), 2);
    names_in_use_leave(n, "zoe");
    ck_assert_int_lt(names_in_use_where(n, "Zoe"), 0);
    names_in_use_leave(n, "Zoe"); // nobody
    ck_assert_int_eq(names_in_use_where(n, "Bill"), 0);
    ck_assert(names_in_use_claim(n, "Bill")); // who is in the world may be played again
}
END_TEST

START_TEST(only_so_many_may_be_in_the_world)
{
    ck_assert(names_in_use_enter(n, "Bill", 2));
    ck_assert(names_in_use_enter(n, "Anna", 2));
    ck_assert(!names_in_use_enter(n, "Zoe", 2));
    ck_assert_int_lt(names_in_use_where(n, "Zoe"), 0);
    ck_assert(!names_in_use_alike(n, "Zoe"));
    names_in_use_leave(n, "Bill");
    ck_assert(names_in_use_enter(n, "Zoe", 2));
}
END_TEST

START_TEST(players_who_look_alike_are_counted)
{
    ck_assert(!names_in_use_alike(n, "Bill"));
    ck_assert(names_in_use_enter(n, "Bill", 9));
    ck_assert(names_in_use_enter(n, "BilI", 9)); // from before there was that rule
    ck_assert(names_in_use_alike(n, "bill"));
    names_in_use_leave(n, "Bill");
    ck_assert(names_in_use_alike(n, "Bill"));
    names_in_use_leave(n, "BilI");
    ck_assert(!names_in_use_alike(n, "Bill"));
}
END_TEST

START_TEST(each_way_to_be_refused_is_noted_once)
{
    ck_assert(claim_as(0, "Bill"));
    ck_assert(!claim_as(1, "Bill"));
    loopguard_act_for(2);
    ck_assert(!names_in_use_is_free(n, "Bill"));
    ck_assert_uint_eq(names_in_use_give(n, "Bill"), 1u << 1 | 1u << 2);
    ck_assert(claim_as(0, "Bill"));
    ck_assert_uint_eq(names_in_use_give(n, "Bill"), 0);
    names_in_use_saving(n, "Bill");
    ck_assert(!claim_as(1, "Bill"));
    loopguard_act_for(2);
    ck_assert(names_in_use_is_saving(n, "Bill"));
    ck_assert_uint_eq(names_in_use_saved(n, "Bill"), 1u << 1 | 1u << 2);
}
END_TEST

START_TEST(what_is_granted_is_not_noted)
{
    names_in_use_saving(n, "Anna");
    loopguard_act_for(1);
    ck_assert(names_in_use_is_free(n, "Bill"));
    ck_assert(!names_in_use_is_saving(n, "Bill"));
    ck_assert(names_in_use_claim(n, "Bill"));
    ck_assert_uint_eq(names_in_use_saved(n, "Anna"), 0);
    ck_assert(!claim_as(2, "Bill"));
    names_in_use_saving(n, "Anna");
    ck_assert_uint_eq(names_in_use_saved(n, "Anna"), 1u << 2); // whichever name is free again
}
END_TEST

// Two loops want one name by turns. Each time it is refused, its number comes back with the name,
// so it may sleep until then.
struct rival {
    unsigned loop;
    pthread_t thread;
};

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static unsigned to_look; // the loops that were woken

static void rival_wait(unsigned loop)
{
    pthread_mutex_lock(&mutex);
    while (!(to_look & 1u << loop))
        pthread_cond_wait(&changed, &mutex);
    to_look &= ~(1u << loop);
    pthread_mutex_unlock(&mutex);
}

static void *rival_run(void *arg)
{
    const struct rival *r = arg;
    loopguard_act_for(r->loop);
    for (int i = 0; i < ROUNDS; i++) {
        while (!names_in_use_claim(n, "Bill"))
            rival_wait(r->loop);
        unsigned loops = names_in_use_give(n, "Bill");
        pthread_mutex_lock(&mutex);
        to_look |= loops;
        pthread_cond_broadcast(&changed);
        pthread_mutex_unlock(&mutex);
    }
    return NULL;
}

START_TEST(no_loop_waits_for_ever)
{
    struct rival rivals[LOOPS];
    for (unsigned i = 0; i < LOOPS; i++) {
        rivals[i].loop = i;
        ck_assert_int_eq(pthread_create(&rivals[i].thread, NULL, rival_run, &rivals[i]), 0);
    }
    for (unsigned i = 0; i < LOOPS; i++)
        pthread_join(rivals[i].thread, NULL);
    ck_assert(names_in_use_is_free(n, "Bill"));
}
END_TEST

// Each loop asks about a character of its own, all of them at once.
static void *ask_all(void *arg)
{
    static const char *const names[LOOPS] = {"Anna", "Bertold", "Zoe"};
    const struct rival *r = arg;
    const char *mine = names[r->loop];
    loopguard_act_for(r->loop);
    for (int i = 0; i < 10 * ROUNDS; i++) {
        ck_assert(names_in_use_claim(n, mine));
        ck_assert(names_in_use_enter(n, mine, LOOPS));
        names_in_use_give(n, mine);
        ck_assert_int_eq(names_in_use_where(n, mine), (int)r->loop);
        ck_assert(names_in_use_alike(n, mine));
        names_in_use_saving(n, mine);
        ck_assert(names_in_use_is_saving(n, mine));
        ck_assert_uint_ge(names_in_use_savings(n), 1);
        names_in_use_leave(n, mine);
        names_in_use_saved(n, mine);
        ck_assert(names_in_use_is_free(n, mine));
    }
    return NULL;
}

START_TEST(all_loops_may_ask_at_once)
{
    struct rival rivals[LOOPS];
    for (unsigned i = 0; i < LOOPS; i++) {
        rivals[i].loop = i;
        ck_assert_int_eq(pthread_create(&rivals[i].thread, NULL, ask_all, &rivals[i]), 0);
    }
    for (unsigned i = 0; i < LOOPS; i++)
        pthread_join(rivals[i].thread, NULL);
    ck_assert_uint_eq(names_in_use_savings(n), 0);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("session/names_in_use");
    TCase *t = tcase_create("names_in_use");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, a_claim_excludes_what_looks_alike);
    tcase_add_test(t, what_is_saved_cannot_be_claimed);
    tcase_add_test(t, a_claim_may_be_saved_meanwhile);
    tcase_add_test(t, players_are_found_with_their_loop);
    tcase_add_test(t, only_so_many_may_be_in_the_world);
    tcase_add_test(t, players_who_look_alike_are_counted);
    tcase_add_test(t, each_way_to_be_refused_is_noted_once);
    tcase_add_test(t, what_is_granted_is_not_noted);
    tcase_add_test(t, no_loop_waits_for_ever);
    tcase_add_test(t, all_loops_may_ask_at_once);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
