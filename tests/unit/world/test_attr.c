// The table of attributes and the one checked way to their values; values that several things
// share.
#include "play_kit.h"

#include "world/attr/text.h"

START_TEST(each_attribute_has_one_row)
{
    for (int id = 0; id < ATTR_COUNT; id++) {
        const struct attr_kind *kind = attr_kind((enum attr_id)id);
        ck_assert_ptr_nonnull(kind);
        ck_assert_int_eq(attr_by_name(attr_name((unsigned)id)), id); // so no name is there twice
        ck_assert_ptr_nonnull(kind->copy);
        ck_assert_ptr_nonnull(kind->free);
        ck_assert_ptr_nonnull(kind->encode);
        ck_assert_msg(kind->decode || (kind->restore && !attr_flags((unsigned)id)),
                      "%s cannot be read", attr_name((unsigned)id));
    }
}
END_TEST

// They are in journals and snapshots.
START_TEST(numbers_stay_what_they_are)
{
    static const char *const names[] = {
        "name",       "aliases", "description", "presence", "details",   "inventory",
        "exits",      "door",    "writing",     "vetoes",   "barrier",   "gender",
        "health",     "player",  "mobile",      "replies",  "on_action", "on_reset",
        "on_cleanup", "reset",   "cleanup",     "holdable", "wearable",  "wieldable",
        "body",       "worn",    "agenda",      "fight",    "marks",     "deeds"};
    for (unsigned id = 0; id < sizeof(names) / sizeof(names[0]); id++)
        ck_assert_str_eq(attr_name(id), names[id]);
}
END_TEST

START_TEST(what_is_no_attribute_has_no_name)
{
    ck_assert_str_eq(attr_name(ATTR_COUNT), "?");
    ck_assert_str_eq(attr_name(UINT32_MAX), "?");
    ck_assert_int_eq(attr_by_name("nonsense"), -1);
    ck_assert_int_eq(attr_by_name(""), -1);
    ck_assert_int_eq(attr_by_name("nam"), -1);
    ck_assert_int_eq(attr_by_name("names"), -1);
}
END_TEST

START_TEST(a_value_is_set_read_and_removed)
{
    struct thing *t = play_thing("a ball", THING_COPY, room);
    t->changed = (struct attr_set){0};
    write_set_clear(&noted);
    ls.dirty = false;
    ck_assert_ptr_null(attr_get_at(t, ATTR_WRITING, SITE));
    ck_assert(!attr_set_count(&t->changed) && !noted.count &&
              !ls.dirty); // to read is to change nothing
    attr_set_at(t, ATTR_WRITING, text_new("PULL"), SITE);
    ck_assert_str_eq(text_peek(attr_get_at(t, ATTR_WRITING, SITE)), "PULL");
    ck_assert(ls.dirty && play_noted(t, ATTR_WRITING));
    ck_assert(play_has_only(&t->changed, ATTR_WRITING, ATTR_WRITING));
    t->changed = (struct attr_set){0};
    write_set_clear(&noted);
    attr_set_at(t, ATTR_WRITING, NULL, SITE);
    ck_assert_ptr_null(attr_get_at(t, ATTR_WRITING, SITE));
    ck_assert(play_noted(t, ATTR_WRITING)); // that it is gone is a change too
    ck_assert(play_has_only(&t->changed, ATTR_WRITING, ATTR_WRITING));
    ck_assert_str_eq(name_get(t), "a ball");
}
END_TEST

START_TEST(what_is_changed_in_place_is_noted)
{
    struct thing *t = play_thing("a ball", THING_COPY, room);
    t->changed = (struct attr_set){0};
    write_set_clear(&noted);
    ls.dirty = false;
    ck_assert_ptr_eq(attr_mutable_at(t, ATTR_NAME, SITE), thing_attr(t, ATTR_NAME));
    ck_assert(ls.dirty && play_noted(t, ATTR_NAME));
    ck_assert(play_has_only(&t->changed, ATTR_NAME, ATTR_NAME));
    ck_assert_ptr_null(attr_mutable_at(t, ATTR_DOOR, SITE)); // it has none, and may be given one
    ck_assert(play_has_only(&t->changed, ATTR_NAME, ATTR_DOOR));
}
END_TEST

START_TEST(a_shared_value_is_not_changed_in_place)
{
    struct thing *t = play_thing("a ball", THING_COPY, room), *copy = limbo_copy(t);
    attr_mutable_at(t, ATTR_NAME, SITE);
    expected++;
    ck_assert_uint_eq(check_count(L032_FROZEN_WRITTEN), 1);
    limbo_free(copy);
    attr_mutable_at(t, ATTR_NAME, SITE); // now it is its own
    ck_assert_uint_eq(check_count(L032_FROZEN_WRITTEN), 1);
}
END_TEST

START_TEST(a_shared_value_is_counted)
{
    struct counted {
        struct attr_shared shared;
        char rest[40];
    } *value = attr_shared_new(sizeof(struct counted));
    for (size_t i = 0; i < sizeof(value->rest); i++)
        ck_assert_int_eq(value->rest[i], 0);
    ck_assert(!attr_shared_counted(ATTR_NAME, value));
    ck_assert_ptr_eq(attr_shared_copy(value, NULL), value);
    ck_assert(attr_shared_counted(ATTR_NAME, value));
    ck_assert(!attr_shared_counted(ATTR_HEALTH, value)); // that kind is never shared
    ck_assert_ptr_eq(attr_shared_copy(value, NULL), value);
    ck_assert(!attr_shared_last(value));
    ck_assert(attr_shared_counted(ATTR_NAME, value));
    ck_assert(!attr_shared_last(value));
    ck_assert(!attr_shared_counted(ATTR_NAME, value));
    ck_assert(attr_shared_last(value));
    free(value);
}
END_TEST

START_TEST(each_access_is_checked)
{
    struct thing *t = play_thing("a ball", THING_COPY, room);
    CK_TOLD(attr_get_at(t, ATTR_NAME, SITE));
    CK_TOLD(attr_mutable_at(t, ATTR_HEALTH, SITE));
    CK_TOLD(attr_set_at(t, ATTR_WRITING, NULL, SITE));
    lockset_need(&ls, thing_lock(room), LOCK_SHARED);
    ck_assert_int_eq(lockset_acquire(&ls), LOCKSET_HELD);
    thing_outermost(t);
    ck_assert_str_eq(name_get(t), "a ball");
    uint64_t before = check_violations();
    attr_mutable_at(t, ATTR_HEALTH, SITE); // shared is for reading
    attr_set_at(t, ATTR_WRITING, NULL, SITE);
    ck_assert_uint_eq(check_violations(), before + 2);
    expected += 2;
}
END_TEST

int main(void)
{
    Suite *s = suite_create("attr");
    TCase *t = tcase_create("attr");
    tcase_add_checked_fixture(t, play_begin, play_end);
    tcase_add_test(t, each_attribute_has_one_row);
    tcase_add_test(t, numbers_stay_what_they_are);
    tcase_add_test(t, what_is_no_attribute_has_no_name);
    tcase_add_test(t, a_value_is_set_read_and_removed);
    tcase_add_test(t, what_is_changed_in_place_is_noted);
    tcase_add_test(t, a_shared_value_is_not_changed_in_place);
    tcase_add_test(t, a_shared_value_is_counted);
    tcase_add_test(t, each_access_is_checked);
    suite_add_tcase(s, t);
    return play_run(s);
}
