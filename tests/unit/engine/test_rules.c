// The checker's codes, one planted mistake each, on real things: exactly one report with the right
// code, which names thing and site; and the correct twin of all of them, which is silent.
#include "rules_kit.h"

static void *be_the_loop(void *arg)
{
    loopguard_enter(); // and never leaves it
    return arg;
}

START_TEST(the_correct_way_is_silent)
{
    hold(&mine, here);
    ck_assert_ptr_eq(thing_outermost(ball), here);
    ck_assert_str_eq(name_get(ball), "a ball");
    inventory_foreach (t, bag, INVENTORY_THINGS)
        name_set(t, "a red ball");
    lockset_need(&mine, thing_lock(there), LOCK_EXCLUSIVE);
    ck_assert_int_eq(lockset_acquire(&mine), LOCKSET_HELD);
    thing_outermost(ball);
    ck_assert_int_eq(inventory_move(ball, there), INVENTORY_MOVED);
    name_set(ball, "a blue ball");
    limbo_take(ball);
    limbo_free(ball);
    lockset_clear(&mine);
    lockset_end(&mine);
    ck_assert_uint_eq(check_violations(), 0);
}
END_TEST

START_TEST(l001_without_any_lock)
{
    name_get(ball);
    expect(L001_NO_LOCK, "test_rules.c");
    ck_assert_ptr_nonnull(strstr(text, "z:here"));
}
END_TEST

START_TEST(l001_copying_what_nobody_holds)
{
    limbo_free(limbo_copy(ball));
    expect(L001_NO_LOCK, "test_rules.c");
    hold(&mine, here);
    thing_outermost(ball);
    limbo_free(limbo_copy(ball));
    ck_assert_uint_eq(check_violations(), 1);
}
END_TEST

START_TEST(a_suppression_of_one_thing_hides_no_other)
{
    char path[] = "/tmp/latchkey-rules-XXXXXX";
    FILE *f = fdopen(mkstemp(path), "w");
    fputs("L001 * z:bag until=2999-01-01 reason=\"of the bag only\"\n", f);
    fclose(f);
    ck_assert_int_eq(check_report_suppressions(path, "2026-11-21", out), 0);
    unlink(path);
    struct thing *const both[] = {bag, ball, bag};
    for (int i = 0; i < 3; i++)
        name_get(both[i]); // one site
    ck_assert_uint_eq(check_count(L001_NO_LOCK), 3);
    ck_assert_uint_eq(check_violations(), 1);
    fflush(out);
    ck_assert_ptr_nonnull(strstr(text, "z:model"));
    ck_assert_uint_eq(check_report_suppressions_bad(out), 0);
}
END_TEST

// A level is changed while a move is under way: what the move left open is not the next command's.
START_TEST(a_move_across_two_levels_accuses_nobody)
{
    hold(&mine, here);
    thing_outermost(ball);
    hooks_unlisted(thing_place(ball)); // the first half of a move
    check_set_level(CHECK_RULES);
    lockset_clear(&mine);
    lockset_end(&mine);
    lockset_begin(&mine, "the next", "tester");
    hold(&mine, here);
    thing_outermost(ball);
    name_get(ball);
    lockset_clear(&mine);
    fflush(out);
    ck_assert_msg(check_violations() == 0, "%s", text);
}
END_TEST

START_TEST(l002_with_the_inner_lock)
{
    hold(&mine, bag);
    thing_outermost(ball);
    name_get(ball);
    expect(L002_NESTED_LOCK, "z:model");
}
END_TEST

START_TEST(l003_with_another_lock)
{
    hold(&mine, there);
    thing_outermost(ball);
    name_set(ball, "mine");
    expect(L003_WRONG_LOCK, "write name");
}
END_TEST

START_TEST(l003_writing_under_a_shared_lock)
{
    lockset_need(&mine, thing_lock(here), LOCK_SHARED);
    ck_assert_int_eq(lockset_acquire(&mine), LOCKSET_HELD);
    thing_outermost(ball);
    name_get(ball);
    name_set(ball, "mine");
    expect(L003_WRONG_LOCK, "write name");
}
END_TEST

START_TEST(l004_out_of_order)
{
    hold(&mine, there);
    lockset_take_raw(&mine, thing_lock(here));
    expect(L004_ORDER, "z:here");
}
END_TEST

START_TEST(l005_in_limbo_of_another)
{
    hold(&mine, here);
    thing_outermost(bag);
    limbo_take(bag);
    suspend(&mine);
    lockset_enter(&theirs);
    lockset_begin(&theirs, "other", NULL);
    name_get(bag);
    lockset_leave(&theirs);
    resume(&mine);
    expect(L005_LIMBO, "in limbo");
    limbo_free(bag);
}
END_TEST

START_TEST(l007_still_held_at_the_end)
{
    hold(&mine, here);
    lockset_end(&mine);
    expect(L007_HELD_AT_END, "z:here");
}
END_TEST

START_TEST(l008_unlocking_what_is_not_held)
{
    lockset_drop_raw(&mine, thing_lock(here));
    expect(L008_FOREIGN_UNLOCK, "z:here");
}
END_TEST

START_TEST(l009_place_read_before_the_lock_though_nothing_moved)
{
    thing_outermost(ball);
    hold(&mine, here);
    name_get(ball);
    expect(L009_NOT_REVALIDATED, "z:model");
}
END_TEST

START_TEST(l012_asking_for_what_is_held)
{
    hold(&mine, here);
    lockset_take_raw(&mine, thing_lock(here));
    expect(L012_SELF_DEADLOCK, "z:here");
}
END_TEST

START_TEST(l013_contents_without_the_lock)
{
    inventory_first(here, INVENTORY_THINGS);
    expect(L013_LIST_UNLOCKED, "z:here");
}
END_TEST

START_TEST(l016_moving_with_one_lock_of_two)
{
    hold(&mine, here);
    thing_outermost(ball);
    ck_assert_int_eq(inventory_move(ball, there), INVENTORY_MOVED);
    expect(L016_MOVE_UNLOCKED, "move something into");
}
END_TEST

START_TEST(l017_a_token_left_behind)
{
    hold(&mine, here);
    thing_outermost(bag);
    limbo_take(bag);
    lockset_clear(&mine);
    lockset_end(&mine);
    expect(L017_TOKEN_LEAKED, "limbo");
    limbo_free(bag);
}
END_TEST

START_TEST(l018_freeing_what_is_not_in_limbo)
{
    limbo_publish_root(here);
    expect(L018_TOKEN_MISUSED, "z:here");
}
END_TEST

START_TEST(l032_changing_a_prototype)
{
    ck_assert_str_eq(name_get(model), "a ball");
    name_set(model, "another");
    expect(L032_FROZEN_WRITTEN, "frozen");
}
END_TEST

START_TEST(l033_touching_what_is_no_more)
{
    hold(&mine, here);
    thing_outermost(ball);
    struct tref ref = thing_ref(ball);
    limbo_take(ball);
    limbo_free(ball);
    ck_assert_ptr_null(thing_find(w, ref));
    name_get(ball);
    expect(L033_DEAD, "dead");
}
END_TEST

START_TEST(l010_freed_while_a_register_refers_to_it)
{
    hold(&mine, here);
    thing_outermost(bag);
    place_pin(thing_place(bag));
    limbo_take(bag);
    limbo_free(bag);
    expect(L010_FREED_WHILE_REFERENCED, "register");
}
END_TEST

START_TEST(l021_the_next_one_was_taken_away)
{
    hold(&mine, here);
    thing_outermost(bag);
    struct thing *other = limbo_copy(model);
    ck_assert_int_eq(limbo_publish(other, bag), INVENTORY_MOVED);
    for (struct thing *t = inventory_first(bag, INVENTORY_THINGS), *next; t; t = next) {
        next = inventory_next(t);
        if (next)
            // and then goes on from it, in another list
            ck_assert_int_eq(inventory_move(next, here), INVENTORY_MOVED);
    }
    expect(L021_LIST_CHANGED, "left the list");
}
END_TEST

START_TEST(l021_the_next_one_was_listed_anew)
{
    hold(&mine, here);
    thing_outermost(bag);
    ck_assert_int_eq(limbo_publish(limbo_copy(model), bag), INVENTORY_MOVED);
    for (struct thing *t = inventory_first(bag, INVENTORY_THINGS), *next; t; t = next) {
        next = inventory_next(t);
        if (next) {
            inventory_disable(next);
            inventory_enable(next); // the same list, but at its end: things are passed over
        }
    }
    expect(L021_LIST_CHANGED, "go on in a list");
}
END_TEST

START_TEST(l023_a_thing_put_into_itself)
{
    hold(&mine, here);
    thing_outermost(bag);
    hooks_permit(thing_place(bag));
    place_store_at(thing_place(bag), place_word_in(thing_place(bag)), SITE);
    expect(L023_CYCLE, "inside itself");
    hooks_permit(thing_place(bag));
    place_store_at(thing_place(bag), place_word_in(thing_place(here)), SITE);
}
END_TEST

START_TEST(l018_published_twice)
{
    hold(&mine, here);
    thing_outermost(ball);
    ck_assert_int_ne(limbo_publish(ball, bag), INVENTORY_MOVED);
    expect(L018_TOKEN_MISUSED, "used already");
    ck_assert_uint_eq(inventory_count(bag, INVENTORY_THINGS), 1);
    ck_assert_ptr_null(
        inventory_next(inventory_first(bag, INVENTORY_THINGS))); // not its own successor
}
END_TEST

START_TEST(l018_freed_in_play)
{
    hold(&mine, here);
    thing_outermost(ball);
    limbo_free(ball);
    expect(L018_TOKEN_MISUSED, "used already");
    ck_assert_str_eq(name_get(ball), "a ball"); // it is there as before
    ck_assert_ptr_eq(inventory_first(bag, INVENTORY_THINGS), ball);
}
END_TEST

START_TEST(l018_freed_twice)
{
    hold(&mine, here);
    struct thing *one = limbo_copy(model);
    limbo_free(one);
    limbo_free(one);
    expect(L018_TOKEN_MISUSED, "used already");
    struct thing *two = limbo_copy(model), *three = limbo_copy(model);
    ck_assert_ptr_ne(two, three); // its slot was not free twice
    limbo_free(two);
    limbo_free(three);
}
END_TEST

START_TEST(l018_taken_twice)
{
    hold(&mine, here);
    thing_outermost(ball);
    limbo_take(ball);
    limbo_take(ball);
    expect(L018_TOKEN_MISUSED, "not in play");
    limbo_free(ball);
}
END_TEST

START_TEST(l032_a_shared_value_changed_in_place)
{
    hold(&mine, here);
    thing_outermost(ball);
    attr_mutable_at(ball, ATTR_NAME, SITE);
    expect(L032_FROZEN_WRITTEN, "shared with its prototype");
}
END_TEST

START_TEST(l027_a_timer_that_believes_itself)
{
    // The code that asks says yes whatever the generation; the checker compares for itself.
    hold(&mine, here);
    thing_outermost(ball);
    lockset_clear(&mine);
    lockset_end(&mine);
    lockset_begin(&mine, "timer", NULL);
    hooks_expect_timer_check(&mine, 4);
    hold(&mine, here);
    thing_outermost(ball);
    hooks_timer_asked(thing_place(ball), true, 5, SITE);
    name_set(ball, "a red ball");
    expect(L027_STALE_TIMER, "called off");
}
END_TEST

START_TEST(l021_a_cursor_kept_over_an_unlock)
{
    hold(&mine, here);
    thing_outermost(bag);
    struct thing *cursor = inventory_first(bag, INVENTORY_THINGS);
    lockset_clear(&mine);
    hold(&mine, here);
    inventory_next(cursor);
    expect(L021_LIST_CHANGED, "released");
}
END_TEST

START_TEST(taking_away_the_one_that_was_met_is_right)
{
    hold(&mine, here);
    thing_outermost(bag);
    ck_assert_int_eq(limbo_publish(limbo_copy(model), bag), INVENTORY_MOVED);
    ck_assert_int_eq(limbo_publish(limbo_copy(model), bag), INVENTORY_MOVED);
    inventory_foreach (t, bag, INVENTORY_THINGS)
        ck_assert_int_eq(inventory_move(t, here), INVENTORY_MOVED);
    ck_assert_uint_eq(inventory_count(bag, INVENTORY_THINGS), 0);
    ck_assert_uint_eq(check_violations(), 0);
}
END_TEST

START_TEST(l022_a_location_stored_past_the_moves)
{
    hold(&mine, here);
    thing_outermost(ball);
    place_store_at(thing_place(ball), place_word_in(thing_place(bag)), SITE);
    expect(L022_WHERE_STORED, "store the location");
}
END_TEST

START_TEST(l023_something_inside_itself)
{
    hold(&mine, here);
    thing_outermost(bag);
    hooks_permit(thing_place(bag));
    place_store_at(thing_place(bag), place_word_in(thing_place(ball)), SITE);
    expect(L023_CYCLE, "inside itself");
    hooks_permit(thing_place(bag));
    place_store_at(thing_place(bag), place_word_in(thing_place(here)), SITE);
}
END_TEST

START_TEST(l027_a_timer_that_does_not_ask)
{
    hooks_expect_timer_check(&mine, 0);
    hold(&mine, here);
    thing_outermost(ball);
    name_set(ball, "a red ball");
    expect(L027_STALE_TIMER, "did not ask whether it stands");
}
END_TEST

START_TEST(l027_a_timer_that_acts_although_it_was_called_off)
{
    struct timer_sink sink = {0};
    hold(&mine, here);
    thing_outermost(ball);
    timers_set(&sink, ball, TIMER_ACTION, 1000);
    uint32_t generation = sink.list[0].token;
    timers_cancel(ball, TIMER_ACTION);
    timer_sink_fini(&sink);
    lockset_clear(&mine);
    lockset_end(&mine);
    lockset_begin(&mine, "timer", NULL);
    hooks_expect_timer_check(&mine, generation);
    hold(&mine, here);
    thing_outermost(ball);
    ck_assert(!timers_valid(ball, TIMER_ACTION, generation));
    ck_assert_uint_eq(check_violations(), 0); // asking is right
    name_set(ball, "a red ball");
    expect(L027_STALE_TIMER, "called off");
}
END_TEST

START_TEST(l027_a_timer_that_takes_out_of_play_unasked)
{
    hooks_expect_timer_check(&mine, 0);
    hold(&mine, here);
    thing_outermost(ball);
    limbo_take(ball);
    expect(L027_STALE_TIMER, "did not ask");
    limbo_free(ball);
}
END_TEST

START_TEST(l036_a_decision_from_before_the_lock_was_let_go)
{
    hold(&mine, here);
    thing_outermost(ball);
    ck_assert_str_eq(name_get(ball), "a ball");
    lockset_clear(&mine);
    hold(&mine, here);
    thing_outermost(ball);
    name_set(ball, "a red ball");
    expect(L036_STALE_DECISION, "not read it again since");
}
END_TEST

START_TEST(l028_libuv_off_its_thread)
{
    loopguard_listen(check_off_thread);
    pthread_t other;
    ck_assert_int_eq(pthread_create(&other, NULL, be_the_loop, NULL), 0);
    pthread_join(other, NULL);
    loopguard_check("uv_write()");
    loopguard_listen(NULL);
    fflush(out);
    ck_assert_uint_eq(check_count(L028_OFF_LOOP), 1);
    ck_assert_ptr_nonnull(strstr(text, "uv_write()"));
}
END_TEST

START_TEST(the_cause_names_the_move)
{
    // Another task moves the bag away; ours still holds the lock of where it was.
    hold(&mine, here);
    suspend(&mine);
    lockset_enter(&theirs);
    lockset_begin(&theirs, "carry", "Ben");
    hold(&theirs, there);
    thing_outermost(bag);
    ck_assert_int_eq(inventory_move(bag, there), INVENTORY_MOVED);
    lockset_clear(&theirs);
    lockset_end(&theirs);
    lockset_leave(&theirs);
    resume(&mine);
    check_reset(); // what the mover did wrong is not what is looked at
    name_get(ball);
    expect(L003_WRONG_LOCK, "was moved to");
    ck_assert_ptr_nonnull(strstr(text, "task 72 carry"));
}
END_TEST

START_TEST(a_task_does_not_inherit_what_another_has_seen)
{
    // Another task sees the ball under the lock; ours takes the lock after it and has seen nothing.
    suspend(&mine);
    lockset_enter(&theirs);
    lockset_begin(&theirs, "other", NULL);
    hold(&theirs, here);
    thing_outermost(ball);
    name_get(ball);
    lockset_clear(&theirs);
    lockset_end(&theirs);
    lockset_leave(&theirs);
    resume(&mine);
    hold(&mine, here);
    name_get(ball);
    expect(L009_NOT_REVALIDATED, "z:model");
}
END_TEST

START_TEST(a_task_that_was_parked_keeps_what_it_has_seen)
{
    hold(&mine, here);
    thing_outermost(ball);
    suspend(&mine);
    // Others use the same worker meanwhile.
    lockset_enter(&theirs);
    lockset_begin(&theirs, "other", NULL);
    hold(&theirs, there);
    name_get(there);
    lockset_clear(&theirs);
    lockset_end(&theirs);
    lockset_leave(&theirs);
    resume(&mine);
    name_get(ball);
    ck_assert_uint_eq(check_violations(), 0);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("rules");
    tcase_add_test(t, the_correct_way_is_silent);
    tcase_add_test(t, l001_without_any_lock);
    tcase_add_test(t, l001_copying_what_nobody_holds);
    tcase_add_test(t, a_suppression_of_one_thing_hides_no_other);
    tcase_add_test(t, a_move_across_two_levels_accuses_nobody);
    tcase_add_test(t, l002_with_the_inner_lock);
    tcase_add_test(t, l003_with_another_lock);
    tcase_add_test(t, l003_writing_under_a_shared_lock);
    tcase_add_test(t, l004_out_of_order);
    tcase_add_test(t, l005_in_limbo_of_another);
    tcase_add_test(t, l007_still_held_at_the_end);
    tcase_add_test(t, l008_unlocking_what_is_not_held);
    tcase_add_test(t, l009_place_read_before_the_lock_though_nothing_moved);
    tcase_add_test(t, l012_asking_for_what_is_held);
    tcase_add_test(t, l013_contents_without_the_lock);
    tcase_add_test(t, l016_moving_with_one_lock_of_two);
    tcase_add_test(t, l017_a_token_left_behind);
    tcase_add_test(t, l018_freeing_what_is_not_in_limbo);
    tcase_add_test(t, l032_changing_a_prototype);
    tcase_add_test(t, l033_touching_what_is_no_more);
    tcase_add_test(t, a_task_does_not_inherit_what_another_has_seen);
    tcase_add_test(t, a_task_that_was_parked_keeps_what_it_has_seen);
    tcase_add_test(t, l010_freed_while_a_register_refers_to_it);
    tcase_add_test(t, l021_the_next_one_was_taken_away);
    tcase_add_test(t, l021_a_cursor_kept_over_an_unlock);
    tcase_add_test(t, l021_the_next_one_was_listed_anew);
    tcase_add_test(t, l018_published_twice);
    tcase_add_test(t, l018_freed_in_play);
    tcase_add_test(t, l018_freed_twice);
    tcase_add_test(t, l018_taken_twice);
    tcase_add_test(t, l032_a_shared_value_changed_in_place);
    tcase_add_test(t, l027_a_timer_that_believes_itself);
    tcase_add_test(t, l023_a_thing_put_into_itself);
    tcase_add_test(t, taking_away_the_one_that_was_met_is_right);
    tcase_add_test(t, l022_a_location_stored_past_the_moves);
    tcase_add_test(t, l023_something_inside_itself);
    tcase_add_test(t, l027_a_timer_that_does_not_ask);
    tcase_add_test(t, l027_a_timer_that_acts_although_it_was_called_off);
    tcase_add_test(t, l027_a_timer_that_takes_out_of_play_unasked);
    tcase_add_test(t, l036_a_decision_from_before_the_lock_was_let_go);
    tcase_add_test(t, l028_libuv_off_its_thread);
    tcase_add_test(t, the_cause_names_the_move);
    return run_suite("rules", t);
}
