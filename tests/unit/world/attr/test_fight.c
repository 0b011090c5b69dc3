// How long something has yet to last, and which consents make room.
#include "check/check.h"
#include "lock/lockset.h"
#include "world/attr/fight.h"
#include "world/limbo.h"
#include "world/world.h"

#include <check.h>
#include <stdlib.h>

static struct world *w;
static struct lockset ls;
static struct thing *ann;

static void begin(void)
{
    check_set_level(CHECK_OFF);
    w = world_new();
    lockset_init(&ls, 7, NULL);
    lockset_enter(&ls);
    lockset_begin(&ls, "test", NULL);
    ann = limbo_new(w, THING_MOBILE, "Ann");
}

static void end(void)
{
    lockset_leave(&ls);
    lockset_fini(&ls);
    world_free(w);
}

START_TEST(a_clock_that_was_set_back_keeps_nobody_waiting)
{
    ck_assert_int_eq(fight_left(1000, 999, 3000), 1);
    ck_assert_int_eq(fight_left(1000, 1000, 3000), 0);
    ck_assert_int_eq(fight_left(1000, 5000, 3000), 0);
    ck_assert_int_eq(fight_left(4000, 1000, 3000), 3000);
    ck_assert_int_eq(fight_left(4001, 1000, 3000), 0);
    ck_assert_int_eq(fight_left(INT64_MAX, 1000, 3000), 0);
    ck_assert_int_eq(fight_left(INT64_MIN, 1000, 3000), 0);
    ck_assert_int_eq(fight_left(INT64_MAX, -1, 3000), 0);
}
END_TEST

START_TEST(the_oldest_consent_makes_room)
{
    struct tref who[FIGHT_CONSENTS + 1], other = {100, 2}; // later in the slot of the first
    for (uint32_t i = 0; i <= FIGHT_CONSENTS; i++)
        who[i] = (struct tref){100 + i, 1};
    ck_assert(!fight_consent_none(ann));
    for (int i = 0; i < FIGHT_CONSENTS; i++)
        fight_consent(ann, who[i], 100 + i);
    fight_consent(ann, who[0], 200); // renewed: one and the same
    fight_consent(ann, who[FIGHT_CONSENTS], 300);
    ck_assert_int_eq(fight_consent_left(ann, who[0], 50), 150);
    ck_assert_int_eq(fight_consent_left(ann, who[1], 50), 0);
    ck_assert_int_eq(fight_consent_left(ann, who[2], 50), 52);
    ck_assert_int_eq(fight_consent_left(ann, who[FIGHT_CONSENTS], 50), 250);
    ck_assert_int_eq(fight_consent_left(ann, other, 50), 0);
    ck_assert(fight_consent_none(ann));
    ck_assert_int_eq(fight_consent_left(ann, who[0], 50), 0);
}
END_TEST

START_TEST(without_a_fight_there_is_none)
{
    struct fight f = {.ready = 1};
    fight_get(ann, &f);
    ck_assert_int_eq(f.ready, 0);
    ck_assert(!fight_is(&f, ann));
    f.foe = thing_ref(ann);
    ck_assert(!fight_is(&f, ann));
    f.fighting = true;
    ck_assert(fight_is(&f, ann));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("fight");
    TCase *tc = tcase_create("fight");
    tcase_add_checked_fixture(tc, begin, end);
    tcase_add_test(tc, a_clock_that_was_set_back_keeps_nobody_waiting);
    tcase_add_test(tc, the_oldest_consent_makes_room);
    tcase_add_test(tc, without_a_fight_there_is_none);
    suite_add_tcase(s, tc);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
