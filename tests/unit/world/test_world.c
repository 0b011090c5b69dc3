// The world as a whole: what is there when it has been built, and what comes later.
#include "play_kit.h"

START_TEST(what_comes_after_the_building_is_not_built)
{
    struct thing *before = play_thing("a pump", 0, room);
    ck_assert_uint_eq(before->flags & THING_BUILT, 0);
    ck_assert_uint_ne(attr_set_count(&before->changed), 0);
    world_settle(w);
    ck_assert_uint_ne(before->flags & THING_BUILT, 0);
    ck_assert_uint_ne(room->flags & THING_BUILT, 0);
    ck_assert_uint_eq(attr_set_count(&before->changed), 0);
    struct thing *after = play_thing("a leaf", 0, room);
    name_set(before, "a broken pump");
    struct attr_set changed = before->changed;
    ck_assert_uint_ne(attr_set_count(&changed), 0);
    world_settle(w);
    ck_assert_uint_eq(after->flags & THING_BUILT, 0);
    ck_assert_uint_ne(attr_set_count(&after->changed), 0);
    ck_assert_mem_eq(&before->changed, &changed, sizeof(changed));
}
END_TEST

START_TEST(slots_are_those_that_were_handed_out)
{
    uint32_t end = world_slots(w);
    size_t things = world_things(w);
    struct thing *t = play_thing("a pump", 0, room);
    ck_assert_uint_eq(world_slots(w), end + 1);
    ck_assert_uint_eq(world_things(w), things + 1);
    ck_assert_ptr_eq(world_slot(w, t->place.index), t);
    ck_assert_ptr_null(world_slot(w, end + 1));
    ck_assert_ptr_null(world_slot(w, 0));
}
END_TEST

START_TEST(a_name_is_one_things)
{
    ck_assert_ptr_eq(world_lookup(w, "z:room"), room);
    ck_assert_ptr_null(world_lookup(w, "z:nowhere"));
    ck_assert_ptr_null(world_define(w, "z:room", THING_LOCATION));
    ck_assert_ptr_eq(world_lookup(w, "z:room"), room);
}
END_TEST

START_TEST(starts_are_in_the_order_of_loading)
{
    ck_assert_uint_eq(world_starts(w), 0);
    world_add_start(w, yard);
    world_add_start(w, room);
    ck_assert_uint_eq(world_starts(w), 2);
    ck_assert_ptr_eq(world_start(w, 0), yard);
    ck_assert_ptr_eq(world_start(w, 1), room);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("world");
    TCase *t = tcase_create("world");
    tcase_add_checked_fixture(t, play_begin, play_end);
    tcase_add_test(t, what_comes_after_the_building_is_not_built);
    tcase_add_test(t, slots_are_those_that_were_handed_out);
    tcase_add_test(t, a_name_is_one_things);
    tcase_add_test(t, starts_are_in_the_order_of_loading);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
