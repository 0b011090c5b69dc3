// What one pass of a command leaves to the next, which must find out everything again: timers,
// values of attributes, pointers to them, and whatever it keeps in its context.
#include "rules_kit.h"

#include "check/check_values.h"
#include "command/context.h"
#include "command/outcome.h"
#include "command/report.h"
#include "util/mem.h"
#include "world/attr/health.h"
#include "world/snapshot/write_set_digest.h"

START_TEST(l027_a_timer_that_asks_in_its_first_pass_only)
{
    struct timer_sink sink = {0};
    hold(&mine, here);
    thing_outermost(ball);
    timers_set(&sink, ball, TIMER_ACTION, 1000);
    uint32_t generation = sink.list[0].token;
    timer_sink_fini(&sink);
    lockset_clear(&mine);
    lockset_end(&mine);
    lockset_begin(&mine, "timer", NULL);
    hooks_expect_timer_check(&mine, generation);
    for (int pass = 1; pass <= 2; pass++) {
        hold(&mine, pass == 1 ? here : there); // the lock of the first pass is kept
        hooks_pass(&mine);
        thing_outermost(ball);
        if (pass == 1)
            ck_assert(timers_valid(ball, TIMER_ACTION, generation));
    }
    ck_assert_uint_eq(check_violations(), 0);
    timers_finish(ball, TIMER_ACTION, generation); // asks nothing for the one who calls it
    expect(L027_STALE_TIMER, "or the task did not ask");
}
END_TEST

START_TEST(a_timer_that_asks_in_each_pass_is_right)
{
    struct timer_sink sink = {0};
    hold(&mine, here);
    thing_outermost(ball);
    timers_set(&sink, ball, TIMER_ACTION, 1000);
    uint32_t generation = sink.list[0].token;
    timer_sink_fini(&sink);
    lockset_clear(&mine);
    lockset_end(&mine);
    lockset_begin(&mine, "timer", NULL);
    hooks_expect_timer_check(&mine, generation);
    for (int pass = 1; pass <= 2; pass++) {
        hold(&mine, pass == 1 ? here : there);
        hooks_pass(&mine);
        thing_outermost(ball);
        ck_assert(timers_valid(ball, TIMER_ACTION, generation));
    }
    timers_finish(ball, TIMER_ACTION, generation);
    ck_assert(!timers_pending(ball, TIMER_ACTION));
    ck_assert_int_eq(inventory_move(ball, there), INVENTORY_MOVED);
    ck_assert_uint_eq(check_violations(), 0);
}
END_TEST

// The lock of the first pass is kept: with other ids it would have been released.
START_TEST(l036_a_value_from_before_again)
{
    hooks_pass(&mine);
    hold(&mine, here);
    thing_outermost(ball);
    int line = __LINE__ + 1;
    ck_assert_str_eq(name_get(ball), "a ball");
    hooks_pass(&mine);
    hold(&mine, there);
    thing_outermost(ball);
    name_set(ball, "a red ball");
    expect(L036_STALE_DECISION, "before AGAIN");
    char other[60];
    snprintf(other, sizeof(other), "test_rules_again.c:%d", line);
    ck_assert_msg(strstr(text, other) != NULL, "no %s in: %s", other, text);
}
END_TEST

// Of a location too, which is its own outermost place.
START_TEST(l036_two_passes_back)
{
    hold(&mine, here);
    hooks_pass(&mine);
    name_set(here, "The yard");
    name_get(here);
    for (int i = 0; i < 3; i++)
        hooks_pass(&mine);
    name_set(here, "The lawn");
    expect(L036_STALE_DECISION, "z:here");
}
END_TEST

static const char *line_of_first_pass(void)
{
    return name_get(ball);
}

// Another line has read the same attribute in both passes, as it always looks first.
static void look_first(void)
{
    ck_assert_ptr_nonnull(name_get(ball));
}

START_TEST(l036_a_line_that_reads_in_its_first_pass_only)
{
    const char *kept = NULL;
    hold(&mine, here);
    for (int pass = 1; pass <= 2; pass++) {
        hooks_pass(&mine);
        thing_outermost(ball);
        look_first();
        if (pass == 1)
            kept = line_of_first_pass();
    }
    char *longer = mem_printf("%s of his", kept);
    name_set(ball, longer);
    free(longer);
    expect(L036_STALE_DECISION, "not read it again since");
}
END_TEST

// The line that reads it last is another than before: it went another way, and looked.
START_TEST(another_way_in_the_second_pass_is_right)
{
    hold(&mine, here);
    for (int pass = 1; pass <= 2; pass++) {
        hooks_pass(&mine);
        thing_outermost(ball);
        look_first();
        if (pass == 1)
            line_of_first_pass();
        else
            name_get(ball);
    }
    name_set(ball, "a red ball");
    ck_assert_uint_eq(check_violations(), 0);
}
END_TEST

// Many lines of the first pass are not passed in the second: there was no need to.
START_TEST(a_shorter_way_in_the_second_pass_is_right)
{
    hold(&mine, here);
    for (int pass = 1; pass <= 2; pass++) {
        hooks_pass(&mine);
        thing_outermost(ball);
        thing_outermost(bag);
        look_first();
        if (pass == 1) {
            line_of_first_pass();
            name_get(here);
            name_get(bag);
        }
    }
    name_set(ball, "a red ball");
    ck_assert_uint_eq(check_violations(), 0);
}
END_TEST

START_TEST(what_is_read_anew_in_each_pass_is_right)
{
    hold(&mine, here);
    for (int pass = 0; pass < 3; pass++) {
        hooks_pass(&mine);
        thing_outermost(ball);
        name_get(ball);
        name_get(here);
    }
    name_set(ball, "a red ball");
    name_set(here, "The yard");
    name_set(bag, "a sack"); // was never read
    fflush(out);
    ck_assert_msg(check_violations() == 0, "%s", text);
}
END_TEST

// What has its slot now is another thing.
START_TEST(a_reading_of_what_is_no_more_accuses_nobody)
{
    hold(&mine, here);
    thing_outermost(ball);
    name_get(ball);
    atomic_fetch_add(&thing_place(ball)->generation, 1);
    hooks_pass(&mine);
    name_set(ball, "an egg");
    ck_assert_uint_eq(check_count(L036_STALE_DECISION), 0);
    atomic_fetch_sub(&thing_place(ball)->generation, 1);
}
END_TEST

// After a move in the same pass the checker looks at everything again; what was read before the
// move still counts as read.
START_TEST(what_is_read_before_a_move_in_the_same_pass_is_right)
{
    hold(&mine, here);
    lockset_need(&mine, thing_lock(there), LOCK_EXCLUSIVE);
    ck_assert_int_eq(lockset_acquire(&mine), LOCKSET_HELD);
    for (int pass = 0; pass < 2; pass++) {
        hooks_pass(&mine);
        thing_outermost(ball);
        name_get(ball);
    }
    ck_assert_int_eq(inventory_move(ball, there), INVENTORY_MOVED);
    name_set(ball, "a red ball");
    ck_assert_uint_eq(check_violations(), 0);
}
END_TEST

static void begin_command(void)
{
    lockset_end(&mine);
    lockset_begin(&mine, "test", "tester");
    hooks_expect_number(&mine);
    hold(&mine, here);
    thing_outermost(ball);
}

static struct context *command; // on the heap: raw mode checks what all threads share

// A pass of a command that has asked for a lock and not got it.
static void begin_pass(void)
{
    if (!command)
        command = mem_new(struct context);
    context_init(command, w, &mine);
    begin_command();
    ck_assert(!context_need(command, there));
    context_before_run(command);
}

START_TEST(l036_a_number_kept_in_the_context)
{
    begin_pass();
    command->linkdead = 17;
    context_again(command);
    expect(L036_STALE_DECISION, "keep over AGAIN something in byte");
    ck_assert_ptr_nonnull(strstr(text, "test_rules_again.c"));
    context_fini(command);
}
END_TEST

START_TEST(l019_a_name_kept_in_the_context)
{
    begin_pass();
    command->rights = name_get(ball) + 2; // "ball"
    context_again(command);
    expect(L019_ATTRIBUTE_OUTLIVED, "read name of thing");
    ck_assert_ptr_nonnull(strstr(text, "kept over AGAIN"));
    context_fini(command);
}
END_TEST

// At this level it is not known what was handed out.
START_TEST(l036_a_name_kept_in_the_context_at_level_rules)
{
    lockset_end(&mine);
    check_set_level(CHECK_RULES);
    begin_pass();
    command->rights = name_get(ball);
    context_again(command);
    expect(L036_STALE_DECISION, "keep over AGAIN");
    context_fini(command);
}
END_TEST

// Not in the context: the copy that was lent is overwritten when the next pass begins.
START_TEST(l019_a_name_kept_elsewhere_and_said)
{
    begin_pass();
    hooks_pass(&mine);
    thing_outermost(ball);
    const char *kept = name_get(ball);
    ck_assert_str_eq(kept, "a ball");
    hooks_pass(&mine);
    thing_outermost(ball);
    ck_assert_str_eq(name_get(ball), "a ball");
    struct outcome *o = outcome_new();
    report_observers(command, here, "%s bounces.", kept);
    report_deliver(command, o);
    outcome_free(o);
    expect(L019_ATTRIBUTE_OUTLIVED, "say a text got before AGAIN, of thing");
    ck_assert_ptr_nonnull(strstr(text, "other   "));
    context_fini(command);
}
END_TEST

START_TEST(l019_a_name_kept_elsewhere_and_stored)
{
    begin_pass();
    const char *kept = name_get(ball);
    hooks_pass(&mine);
    thing_outermost(bag);
    name_set(bag, kept);
    expect(L019_ATTRIBUTE_OUTLIVED, "store a text got before AGAIN");
    context_fini(command);
}
END_TEST

// At level rules, and by what builds the world, the text itself is handed out.
START_TEST(texts_are_lent_to_commands_only)
{
    begin_pass();
    const char *name = name_get(ball);
    ck_assert_ptr_ne(name, name_get(ball));
    context_fini(command);
    lockset_clear(&mine);
    lockset_end(&mine);
    lockset_begin(&mine, "build", NULL);
    hold(&mine, here);
    thing_outermost(ball);
    name = name_get(ball);
    ck_assert_ptr_eq(name, name_get(ball));
    hooks_pass(&mine);
    ck_assert_str_eq(name, "a ball");
    lockset_clear(&mine);
    lockset_end(&mine);
    check_set_level(CHECK_RULES);
    begin_command();
    name = name_get(ball);
    ck_assert_ptr_eq(name, name_get(ball));
    fflush(out);
    ck_assert_msg(check_violations() == 0, "%s", text);
}
END_TEST

// More than there is room for: the rest is handed out as it is.
START_TEST(very_many_texts_are_not_all_lent)
{
    begin_pass();
    const char *last = NULL;
    for (int i = 0; i < 40000; i++)
        last = name_get(ball);
    ck_assert_str_eq(last, "a ball");
    hooks_pass(&mine);
    ck_assert_str_eq(last, "a ball");
    ck_assert_uint_eq(check_violations(), 0);
    context_fini(command);
}
END_TEST

// Not read again in the second pass, in which the lock was taken again and the location of the
// thing was not read.
START_TEST(l020_a_value_kept_and_written_in_the_next_pass)
{
    struct health h = {.current = 5, .maximum = 9};
    begin_pass();
    health_set(ball, &h);
    hooks_commit(&mine, 1, SITE);
    lockset_clear(&mine);
    check_values_watch(write_set_digest_value_of);
    begin_command();
    context_before_run(command);
    struct health *kept = (struct health *)(uintptr_t)attr_get_at(ball, ATTR_HEALTH, SITE);
    lockset_clear(&mine);
    hold(&mine, here);
    hooks_pass(&mine);
    context_before_run(command);
    kept->current--;
    hooks_commit(&mine, 0, SITE);
    lockset_clear(&mine);
    check_values_watch(NULL);
    expect(L020_RAW_ACCESS, "write health of thing");
    context_fini(command);
}
END_TEST

// What another task changes between the passes is no fault.
START_TEST(a_value_that_another_has_changed_meanwhile_is_right)
{
    struct health h = {.current = 5, .maximum = 9};
    begin_pass();
    health_set(ball, &h);
    hooks_commit(&mine, 1, SITE);
    lockset_clear(&mine);
    check_values_watch(write_set_digest_value_of);
    begin_command();
    context_before_run(command);
    health_get(ball, &h);
    lockset_clear(&mine);
    suspend(&mine);
    lockset_enter(&theirs);
    lockset_begin(&theirs, "other", NULL);
    hold(&theirs, here);
    thing_outermost(ball);
    health_get(ball, &h);
    h.current--;
    health_set(ball, &h);
    lockset_clear(&theirs);
    lockset_end(&theirs);
    lockset_leave(&theirs);
    resume(&mine);
    hold(&mine, here);
    hooks_pass(&mine);
    context_before_run(command);
    hooks_commit(&mine, 0, SITE);
    lockset_clear(&mine);
    check_values_watch(NULL);
    fflush(out);
    ck_assert_msg(check_violations() == 0, "%s", text);
    context_fini(command);
}
END_TEST

START_TEST(l020_a_text_written_through_a_cast)
{
    begin_pass();
    *(char *)(uintptr_t)name_get(ball) = 'A';
    ck_assert_str_eq(name_get(model), "a ball"); // a copy was lent
    lockset_clear(&mine);
    expect(L020_RAW_ACCESS, "a pointer for reading");
    context_fini(command);
}
END_TEST

START_TEST(l019_a_text_kept_and_written_in_the_next_pass)
{
    begin_pass();
    char *kept = (char *)(uintptr_t)name_get(ball);
    hooks_pass(&mine);
    *kept = 'A';
    lockset_clear(&mine);
    expect(L019_ATTRIBUTE_OUTLIVED, "written in a later one");
    context_fini(command);
}
END_TEST

START_TEST(what_the_next_pass_drops_may_be_left)
{
    begin_pass();
    struct timer_sink *s = &command->timers;
    name_get(ball);
    timers_set(s, ball, TIMER_ACTION, 1000);
    context_script(command, ball, 0, "bounce");
    words_set(&command->words, "bounce");
    command->session = CONTEXT_SAVE;
    context_again(command);
    fflush(out);
    ck_assert_msg(check_violations() == 0, "%s", text);
    context_fini(command);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("rules_again");
    tcase_add_test(t, l027_a_timer_that_asks_in_its_first_pass_only);
    tcase_add_test(t, a_timer_that_asks_in_each_pass_is_right);
    tcase_add_test(t, l036_a_value_from_before_again);
    tcase_add_test(t, l036_two_passes_back);
    tcase_add_test(t, l036_a_line_that_reads_in_its_first_pass_only);
    tcase_add_test(t, another_way_in_the_second_pass_is_right);
    tcase_add_test(t, a_shorter_way_in_the_second_pass_is_right);
    tcase_add_test(t, what_is_read_anew_in_each_pass_is_right);
    tcase_add_test(t, a_reading_of_what_is_no_more_accuses_nobody);
    tcase_add_test(t, what_is_read_before_a_move_in_the_same_pass_is_right);
    tcase_add_test(t, l036_a_number_kept_in_the_context);
    tcase_add_test(t, l019_a_name_kept_in_the_context);
    tcase_add_test(t, l036_a_name_kept_in_the_context_at_level_rules);
    tcase_add_test(t, l019_a_name_kept_elsewhere_and_said);
    tcase_add_test(t, l019_a_name_kept_elsewhere_and_stored);
    tcase_add_test(t, texts_are_lent_to_commands_only);
    tcase_add_test(t, very_many_texts_are_not_all_lent);
    tcase_add_test(t, l020_a_value_kept_and_written_in_the_next_pass);
    tcase_add_test(t, a_value_that_another_has_changed_meanwhile_is_right);
    tcase_add_test(t, l020_a_text_written_through_a_cast);
    tcase_add_test(t, l019_a_text_kept_and_written_in_the_next_pass);
    tcase_add_test(t, what_the_next_pass_drops_may_be_left);
    return run_suite("rules_again", t);
}
