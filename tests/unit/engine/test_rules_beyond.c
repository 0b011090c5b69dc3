// The same codes for what is no attribute: fields, counts, tables and generations of things, places
// and numbers of commands, and what one pass of a command leaves to the next.
#include "rules_kit.h"

#include "check/check_values.h"
#include "world/attr/health.h"
#include "world/slab.h"
#include "world/snapshot/write_set_digest.h"
#include "world/world_priv.h"

// A command, which takes a number; what builds a world takes none.
static void begin_command(void)
{
    lockset_end(&mine);
    lockset_begin(&mine, "test", "tester");
    hooks_expect_number(&mine);
    hold(&mine, here);
    thing_outermost(ball);
}

START_TEST(l033_counted_when_it_is_no_more)
{
    hold(&mine, here);
    struct thing *copy = limbo_copy(model);
    limbo_free(copy);
    zone_gone(copy);
    expect(L033_DEAD, "count thing");
}
END_TEST

START_TEST(l033_a_pointer_kept_and_asked_anew)
{
    hold(&mine, here);
    struct thing *copy = limbo_copy(model), *next = NULL;
    struct tref ref = thing_ref(copy);
    ck_assert(thing_is_ref(copy, ref));
    limbo_free(copy);
    ck_assert(!thing_is_ref(copy, ref)); // to look is right
    ck_assert_uint_eq(check_violations(), 0);
    for (int i = 0; i < 100; i++) { // its slot is not used again so soon that this could be missed
        limbo_free(next = limbo_copy(model));
        ck_assert_ptr_ne(next, copy);
    }
    ck_assert_uint_eq(check_violations(), 0);
    ref = thing_ref(copy);
    ck_assert_ptr_eq(thing_find(w, ref), copy); // it would pass
    expect(L033_DEAD, "ask for the reference of");
}
END_TEST

START_TEST(l001_fields_that_are_no_attributes)
{
    inventory_list_of(ball);
    expect(L001_NO_LOCK, "ask which list has");
    thing_origin(ball);
    door_far(ball);
    ck_assert_uint_eq(check_count(L001_NO_LOCK), 3);
}
END_TEST

START_TEST(l013_the_roster_counted_unlocked)
{
    hold(&mine, here);
    world_roster_count(w);
    expect(L013_LIST_UNLOCKED, "the roster");
}
END_TEST

START_TEST(l033_a_slot_whose_generation_stays)
{
    hold(&mine, here);
    thing_outermost(ball);
    hooks_ended(thing_place(ball), thing_ref(ball).generation - 1, SITE);
    ck_assert_uint_eq(check_violations(), 0);
    hooks_ended(thing_place(ball), thing_ref(ball).generation, SITE);
    expect(L033_DEAD, "old references");
}
END_TEST

START_TEST(l030_a_slot_given_back_twice)
{
    hold(&mine, here);
    struct thing *copy = limbo_copy(model);
    limbo_free(copy);
    slab_give(world_slab(w), copy);
    expect(L030_RACE, "give back the slot of a thing");
    struct thing *one = limbo_copy(model), *two = limbo_copy(model);
    ck_assert_ptr_ne(one, two);
    limbo_free(one);
    limbo_free(two);
}
END_TEST

// Also by a command that takes no event number. It is reported when the locks are released, not at
// the next access.
static struct health *points(void)
{
    return (struct health *)attr_get_at(ball, ATTR_HEALTH, SITE);
}

START_TEST(l020_a_value_written_through_a_pointer_for_reading)
{
    struct health seven = {.current = 7, .maximum = 10};
    check_values_watch(write_set_digest_value_of);
    begin_command();
    points();
    health_set(ball, &seven); // an accessor is asked: right, and from here on as well
    points()->current--;
    hooks_commit(&mine, 1, SITE);
    lockset_clear(&mine);
    ck_assert_uint_eq(check_violations(), 0);
    begin_command();
    points()->current--;
    hooks_commit(&mine, 0, SITE);
    lockset_clear(&mine);
    check_values_watch(NULL);
    expect(L020_RAW_ACCESS, "write health of thing");
    ck_assert_ptr_nonnull(strstr(text, "a pointer for reading"));
}
END_TEST

START_TEST(l020_a_value_written_before_it_is_changed)
{
    struct health seven = {.current = 7, .maximum = 10};
    hold(&mine, here);
    thing_outermost(ball);
    health_set(ball, &seven);
    lockset_clear(&mine);
    check_values_watch(write_set_digest_value_of);
    begin_command();
    points()->current--;
    health_set(ball, &seven);
    hooks_commit(&mine, 2, SITE);
    lockset_clear(&mine);
    check_values_watch(NULL);
    expect(L020_RAW_ACCESS, "write health of thing");
}
END_TEST

// Somebody else may change it meanwhile.
START_TEST(what_was_let_go_is_not_looked_at_again)
{
    struct health seven = {.current = 7, .maximum = 10};
    hold(&mine, here);
    thing_outermost(ball);
    health_set(ball, &seven);
    lockset_clear(&mine);
    check_values_watch(write_set_digest_value_of);
    begin_command();
    struct health *kept = points();
    lockset_clear(&mine);
    kept->current--;
    begin_command();
    points();
    lockset_clear(&mine);
    check_values_watch(NULL);
    ck_assert_uint_eq(check_violations(), 0);
}
END_TEST

// An accessor returns a copy of a text: a write into the copy must be reported too.
START_TEST(l020_a_text_written_through_a_pointer_for_reading)
{
    begin_command();
    name_get(ball);
    lockset_clear(&mine);
    ck_assert_uint_eq(check_violations(), 0);
    begin_command();
    name_get(ball);
    *(char *)name_get(ball) = 'A';
    name_get(ball);
    lockset_clear(&mine);
    expect(L020_RAW_ACCESS, "write name of thing");
}
END_TEST

START_TEST(l010_freed_with_something_in_it)
{
    hold(&mine, here);
    hooks_emptied(thing_place(bag), SITE); // limbo_free asks when all should be out of it
    expect(L010_FREED_WHILE_REFERENCED, "still inside it");
}
END_TEST

START_TEST(l018_moved_while_out_of_play)
{
    hold(&mine, here);
    thing_outermost(ball);
    limbo_take(ball);
    ck_assert_int_ne(inventory_move(ball, here), INVENTORY_MOVED);
    expect(L018_TOKEN_MISUSED, "published, not moved");
    limbo_free(ball);
}
END_TEST

START_TEST(l032_a_value_copied_and_not_counted)
{
    hold(&mine, here);
    thing_outermost(ball);
    struct attr_shared *name = (struct attr_shared *)attr_get_at(ball, ATTR_NAME, SITE);
    atomic_fetch_sub(&name->refs, 2); // the model's and the ball's: the copy's seems the only one
    struct thing *copy = limbo_copy(model);
    atomic_fetch_add(&name->refs, 2);
    expect(L032_FROZEN_WRITTEN, "without counting");
    limbo_free(copy);
}
END_TEST

START_TEST(l032_a_table_written_by_a_command)
{
    struct world_limits limits = *world_limits(w);
    world_set_limits(w, &limits); // by what builds the world: right
    ck_assert_uint_eq(check_violations(), 0);
    begin_command();
    world_set_limits(w, &limits);
    expect(L032_FROZEN_WRITTEN, "the world's limits");
}
END_TEST

START_TEST(l027_a_timer_under_an_old_generation)
{
    hold(&mine, here);
    thing_outermost(ball);
    hooks_renewed(thing_place(ball), UINT32_MAX, 0, SITE); // it comes round: right
    ck_assert_uint_eq(check_violations(), 0);
    hooks_renewed(thing_place(ball), 4, 4, SITE);
    expect(L027_STALE_TIMER, "not a new one");
}
END_TEST

START_TEST(l001_a_picture_of_a_world_at_work)
{
    lockset_leave(&mine);
    hooks_quiet(true, "write down");
    ck_assert_uint_eq(check_violations(), 0);
    lockset_enter(&mine);
    hooks_quiet(true, "write down");
    expect(L001_NO_LOCK, "write down all of the world");
}
END_TEST

START_TEST(l041_a_change_without_a_number)
{
    begin_command();
    hooks_commit(&mine, 0, SITE); // nothing was changed: right
    lockset_clear(&mine);
    begin_command();
    name_set(ball, "a red ball");
    hooks_commit(&mine, 0, SITE);
    expect(L041_EARLY_RELEASE, "without an event number");
    lockset_clear(&mine);
    begin_command();
    name_set(ball, "a blue ball");
    mine.dirty = false; // as if the accessor had not said so
    hooks_commit(&mine, 0, SITE);
    ck_assert_uint_eq(check_count(L041_EARLY_RELEASE), 2);
}
END_TEST

START_TEST(l041_a_place_in_the_order_taken_late)
{
    begin_command();
    name_get(ball);
    check_data_placed(&mine);
    ck_assert_uint_eq(check_violations(), 0);
    hooks_commit(&mine, 0, SITE);
    lockset_clear(&mine);
    check_data_placed(&mine);
    expect(L041_EARLY_RELEASE, "after the release");
}
END_TEST

START_TEST(l041_read_let_go_and_taken_again)
{
    begin_command();
    name_get(ball);
    lockset_release(&mine);
    ck_assert_int_eq(lockset_acquire(&mine), LOCKSET_HELD);
    hooks_commit(&mine, 1, SITE);
    expect(L041_EARLY_RELEASE, "what was read may have changed");
}
END_TEST

START_TEST(what_a_pass_read_before_is_let_go_by_the_next)
{
    begin_command();
    name_get(ball);
    lockset_release(&mine);
    ck_assert_int_eq(lockset_acquire(&mine), LOCKSET_HELD);
    hooks_pass(&mine);
    thing_outermost(ball);
    name_get(ball);
    hooks_commit(&mine, 1, SITE);
    ck_assert_uint_eq(check_violations(), 0);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("rules_beyond");
    tcase_add_test(t, l033_counted_when_it_is_no_more);
    tcase_add_test(t, l033_a_pointer_kept_and_asked_anew);
    tcase_add_test(t, l001_fields_that_are_no_attributes);
    tcase_add_test(t, l013_the_roster_counted_unlocked);
    tcase_add_test(t, l033_a_slot_whose_generation_stays);
    tcase_add_test(t, l030_a_slot_given_back_twice);
    tcase_add_test(t, l020_a_value_written_through_a_pointer_for_reading);
    tcase_add_test(t, l020_a_value_written_before_it_is_changed);
    tcase_add_test(t, l020_a_text_written_through_a_pointer_for_reading);
    tcase_add_test(t, what_was_let_go_is_not_looked_at_again);
    tcase_add_test(t, l010_freed_with_something_in_it);
    tcase_add_test(t, l018_moved_while_out_of_play);
    tcase_add_test(t, l032_a_value_copied_and_not_counted);
    tcase_add_test(t, l032_a_table_written_by_a_command);
    tcase_add_test(t, l027_a_timer_under_an_old_generation);
    tcase_add_test(t, l001_a_picture_of_a_world_at_work);
    tcase_add_test(t, l041_a_change_without_a_number);
    tcase_add_test(t, l041_a_place_in_the_order_taken_late);
    tcase_add_test(t, l041_read_let_go_and_taken_again);
    tcase_add_test(t, what_a_pass_read_before_is_let_go_by_the_next);
    return run_suite("rules_beyond", t);
}
