// What a command has changed: once each, in order, to any number; what has ended is followed no
// more.
#include "lock/write_set.h"

#include "lock/place.h"

#include <check.h>
#include <stdlib.h>

static struct write_set c;
static struct place places[WRITE_SET_MAX + 10];

static void setup(void)
{
    write_set_init(&c);
}

static void teardown(void)
{
    write_set_fini(&c);
}

START_TEST(each_is_kept_once_in_order)
{
    write_set_note(&c, &places[1], 3);
    write_set_note(&c, &places[0], WRITE_SET_MOVED);
    write_set_note(&c, &places[1], 4);
    write_set_note(&c, &places[1], 3);
    write_set_note(&c, &places[0], WRITE_SET_MOVED);
    ck_assert_uint_eq(c.count, 3);
    ck_assert_ptr_eq(c.list[0].place, &places[1]);
    ck_assert_uint_eq(c.list[0].what, 3);
    ck_assert_uint_eq(c.list[1].what, WRITE_SET_MOVED);
    ck_assert_uint_eq(c.list[2].what, 4);
    write_set_clear(&c);
    ck_assert_uint_eq(c.count, 0);
}
END_TEST

START_TEST(there_is_room_for_many_and_an_end)
{
    for (size_t i = 0; i < WRITE_SET_MAX; i++) {
        write_set_note(&c, &places[i], WRITE_SET_MOVED);
        write_set_note(&c, &places[i], WRITE_SET_MOVED);
    }
    ck_assert_uint_eq(c.count, WRITE_SET_MAX);
    ck_assert(!c.over);
    for (size_t i = 0; i < c.count; i++)
        ck_assert_ptr_eq(c.list[i].place, &places[i]);
    write_set_note(&c, &places[WRITE_SET_MAX], WRITE_SET_MOVED);
    ck_assert_uint_eq(c.count, WRITE_SET_MAX);
    ck_assert(c.over);
    write_set_clear(&c);
    ck_assert(!c.over);
}
END_TEST

START_TEST(what_has_ended_is_told_once)
{
    write_set_note(&c, &places[0], WRITE_SET_MOVED);
    write_set_note(&c, &places[1], WRITE_SET_MOVED);
    write_set_note(&c, &places[2], 1);
    write_set_note(&c, &places[1], 7);
    write_set_note(&c, &places[2], 2);
    write_set_ended(&c, &places[1], "a rat", 77);
    ck_assert_uint_eq(c.count, 4);
    ck_assert_ptr_null(c.list[1].place);
    ck_assert_str_eq(c.list[1].label, "a rat");
    ck_assert_uint_eq(c.list[1].identity, 77);
    ck_assert_uint_eq(c.list[1].what, WRITE_SET_ENDED);
    ck_assert_uint_eq(c.list[2].what, 1);
    ck_assert_uint_eq(c.list[3].what, 2);
    write_set_note(&c, &places[1], 7); // another thing has its slot now
    ck_assert_uint_eq(c.count, 5);
    ck_assert_ptr_eq(c.list[4].place, &places[1]);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("write_set");
    TCase *t = tcase_create("write_set");
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
