// Raw mode: the memory of attributes' values, when its lock has been released, when several things
// share it, and when it is a value no longer.
#include "raw_rig.h"

#include <malloc.h>

// As if it waited for another lock: only then may a task give up its worker with locks held.
static void suspend(void)
{
    mine.waiting = mine.entries[0].lock;
    lockset_leave(&mine);
}

static void resume(void)
{
    lockset_enter(&mine);
    mine.waiting = NULL;
}

// Not inlined, so that each access is made where it stands.
static __attribute__((noinline)) int read_value(const struct health *h)
{
    return h->current;
}

static __attribute__((noinline)) void write_value(struct health *h)
{
    h->current = 3;
}

static __attribute__((noinline)) void write_byte(char *at)
{
    *at = '!';
}

static __attribute__((noinline)) void copy_value(struct health *to, const struct health *from)
{
    *to = *from;
}

static struct health *value_of_ball(void)
{
    hold(&mine, here);
    thing_outermost(ball);
    struct health *h = attr_mutable_at(ball, ATTR_HEALTH, SITE);
    ck_assert_ptr_nonnull(h);
    return h;
}

static void begin_command(void)
{
    lockset_clear(&mine);
    lockset_end(&mine);
    lockset_begin(&mine, "command", NULL);
    hooks_expect_number(&mine);
    hold(&mine, here);
    thing_outermost(ball);
}

// Under the lock, but no accessor knows of it, and so no event.
START_TEST(a_value_is_written_through_a_pointer_for_reading)
{
    hold(&mine, here);
    thing_outermost(ball);
    struct health *h = (struct health *)attr_get_at(ball, ATTR_HEALTH, SITE);
    write_value(h); // by what builds a world, and takes no number
    expect_silence();
    begin_command();
    write_value(attr_mutable_at(ball, ATTR_HEALTH, SITE));
    hooks_commit(&mine, 1, SITE);
    expect_silence();
    begin_command();
    h = (struct health *)attr_get_at(ball, ATTR_HEALTH, SITE);
    write_value(h);
    expect(L020_RAW_ACCESS, "write byte 0 of an attribute's value of thing",
           "a pointer for reading");
}
END_TEST

START_TEST(a_value_is_read_after_its_lock)
{
    struct health *h = value_of_ball();
    ck_assert_int_eq(read_value(h), 7);
    write_value(h);
    expect_silence();
    lockset_clear(&mine);
    ck_assert_int_eq(read_value(h), 3);
    expect(L019_ATTRIBUTE_OUTLIVED, "read byte 0 of an attribute's value of thing",
           "released since");
}
END_TEST

START_TEST(a_value_is_written_after_its_lock)
{
    struct health *h = value_of_ball();
    lockset_clear(&mine);
    write_value(h);
    expect(L019_ATTRIBUTE_OUTLIVED, "write byte 0", "released since");
}
END_TEST

START_TEST(a_whole_value_is_copied_after_its_lock)
{
    struct health *h = value_of_ball(), copy = {0};
    lockset_clear(&mine);
    copy_value(&copy, h);
    fflush(out);
    ck_assert_int_eq(copy.maximum, 10);
    ck_assert_msg(check_count(L019_ATTRIBUTE_OUTLIVED) == check_violations(), "%s", text);
#ifndef __clang__ // 14 makes it a plain memcpy, which is not instrumented
    ck_assert_uint_ge(check_violations(), 1);
#endif
}
END_TEST

START_TEST(a_value_is_overwritten_from_a_buffer)
{
    struct health *h = value_of_ball(), other = {.current = 1};
    lockset_clear(&mine);
    memcpy(h, &other, sizeof(other));
    expect(L019_ATTRIBUTE_OUTLIVED, "write byte 0", "released since");
    ck_assert_int_eq(memcmp(h, &other, sizeof(other)), 0);
}
END_TEST

START_TEST(a_value_of_an_earlier_command)
{
    struct health *h = value_of_ball();
    lockset_clear(&mine);
    lockset_end(&mine);
    lockset_begin(&mine, "next", "tester");
    ck_assert_int_eq(read_value(h), 7);
    expect(L020_RAW_ACCESS, "read byte 0", "would say no-lock");
}
END_TEST

START_TEST(a_value_got_under_the_lock_of_another_task)
{
    struct health *h = value_of_ball();
    suspend();
    lockset_enter(&theirs);
    lockset_begin(&theirs, "other", NULL);
    ck_assert_int_eq(read_value(h), 7);
    lockset_leave(&theirs);
    resume();
    expect(L020_RAW_ACCESS, "read byte 0", "would say no-lock");
}
END_TEST

START_TEST(a_shared_value_may_be_read_and_not_written)
{
    hold(&mine, here);
    thing_outermost(ball);
    char *name = (char *)name_get(ball);
    lockset_clear(&mine);
    ck_assert_int_eq(*name, 'a');
    expect_silence();
    write_byte(name);
    expect(L020_RAW_ACCESS, "of a shared value", "may only be replaced");
}
END_TEST

START_TEST(a_value_no_longer_shared_is_its_last_owners)
{
    hold(&mine, here);
    thing_outermost(ball);
    struct thing *other = limbo_copy(ball);
    char *name = (char *)name_get(ball);
    name_set(ball, "another");
    name_set(model, "yet another"); // not allowed, which is not the point
    check_reset();
    write_byte(name); // in limbo, ours
    expect_silence();
    suspend();
    write_byte(name);
    expect(L020_RAW_ACCESS, "write byte", "would say limbo");
    resume();
    limbo_free(other);
}
END_TEST

START_TEST(freed_memory_belongs_to_no_thing)
{
    struct health *h = value_of_ball();
    size_t size = malloc_usable_size(h);
    attr_set_at(ball, ATTR_HEALTH, NULL, SITE);
    lockset_clear(&mine);
    for (int i = 0; i < 8; i++)
        memset(malloc(size), 0, size); // one of them is where the value was
    write_value(h);
    expect_silence();
}
END_TEST

int main(void)
{
    Suite *s = suite_create("raw_value");
    TCase *t = tcase_create("raw_value");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, a_value_is_written_through_a_pointer_for_reading);
    tcase_add_test(t, a_value_is_read_after_its_lock);
    tcase_add_test(t, a_value_is_written_after_its_lock);
    tcase_add_test(t, a_whole_value_is_copied_after_its_lock);
    tcase_add_test(t, a_value_is_overwritten_from_a_buffer);
    tcase_add_test(t, a_value_of_an_earlier_command);
    tcase_add_test(t, a_value_got_under_the_lock_of_another_task);
    tcase_add_test(t, a_shared_value_may_be_read_and_not_written);
    tcase_add_test(t, a_value_no_longer_shared_is_its_last_owners);
    tcase_add_test(t, freed_memory_belongs_to_no_thing);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? 1 : 0;
}
