// What a command has changed: once each, in order, to any number; what has ended is followed no
// more.
#include "lock/changes.h"

#include "lock/place.h"

#include <check.h>
#include <stdlib.h>

static struct changes c;
static struct place places[CHANGES_MAX + 10];

static void setup(void)
{
    changes_init(&c);
}

static void teardown(void)
{
    changes_fini(&c);
}

START_TEST(each_is_kept_once_in_order)
{
    changes_note(&c, &places[1], 3);
    changes_note(&c, &places[0], CHANGES_MOVED);
    changes_note(&c, &places[1], 4);
    changes_note(&c, &places[1], 3);
    changes_note(&c, &places[0], CHANGES_MOVED);
    ck_assert_uint_eq(c.count, 3);
    ck_assert_ptr_eq(c.list[0].place, &places[1]);
    ck_assert_uint_eq(c.list[0].what, 3);
    ck_assert_uint_eq(c.list[1].what, CHANGES_MOVED);
    ck_assert_uint_eq(c.list[2].what, 4);
    changes_clear(&c);
    ck_assert_uint_eq(c.count, 0);
}
END_TEST

START_TEST(there_is_room_for_many_and_an_end)
{
    for (size_t i = 0; i < CHANGES_MAX; i++) {
        changes_note(&c, &places[i], CHANGES_MOVED);
        changes_note(&c, &places[i], CHANGES_MOVED);
    }
    ck_assert_uint_eq(c.count, CHANGES_MAX);
    ck_assert(!c.over);
    for (size_t i = 0; i < c.count; i++)
        ck_assert_ptr_eq(c.list[i].place, &places[i]);
    changes_note(&c, &places[CHANGES_MAX], CHANGES_MOVED);
    ck_assert_uint_eq(c.count, CHANGES_MAX);
    ck_assert(c.over);
    changes_clear(&c);
    ck_assert(!c.over);
}
END_TEST

START_TEST(what_has_ended_is_told_once)
{
    changes_note(&c, &places[0], CHANGES_MOVED);
    changes_note(&c, &places[1], CHANGES_MOVED);
    changes_note(&c, &places[2], 1);
    changes_note(&c, &places[1], 7);
    changes_note(&c, &places[2], 2);
    changes_ended(&c, &places[1], "a rat", 77);
    ck_assert_uint_eq(c.count, 4);
    ck_assert_ptr_null(c.list[1].place);
    ck_assert_str_eq(c.list[1].label, "a rat");
    ck_assert_uint_eq(c.list[1].identity, 77);
    ck_assert_uint_eq(c.list[1].what, CHANGES_ENDED);
    ck_assert_uint_eq(c.list[2].what, 1);
    ck_assert_uint_eq(c.list[3].what, 2);
    changes_note(&c, &places[1], 7); // another thing has its slot now
    ck_assert_uint_eq(c.count, 5);
    ck_assert_ptr_eq(c.list[4].place, &places[1]);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("changes");
    TCase *t = tcase_create("changes");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, each_is_kept_once_in_order);
    tcase_add_test(t, there_is_room_for_many_and_an_end);
    tcase_add_test(t, what_has_ended_is_told_once);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? 1 : 0;
}
