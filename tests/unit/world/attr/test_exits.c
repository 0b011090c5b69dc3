// Exits: where each direction leads, what is seen that way, and what files say of them.
#include "../play_kit.h"

#include "world/attr/exits.h"

// The ways are those that lead somewhere.
static unsigned ways_found(struct thing *t)
{
    unsigned ways = 0;
    for (int d = 0; d < DIRECTIONS; d++)
        ways |= exits_to(t, (enum direction)d) ? 1U << d : 0;
    return ways;
}

START_TEST(without_exits_nothing_leads_anywhere)
{
    for (int d = 0; d < DIRECTIONS; d++) {
        ck_assert_ptr_null(exits_to(room, (enum direction)d));
        ck_assert_ptr_null(exits_description(room, (enum direction)d));
    }
    ck_assert_uint_eq(exits_ways(room), 0);
}
END_TEST

START_TEST(each_direction_leads_where_it_was_told_to)
{
    write_set_clear(&noted);
    room->changed = (struct attr_set){0};
    for (int d = 0; d < DIRECTIONS; d++) {
        exits_set(room, (enum direction)d, d % 2 ? room : yard, NULL);
        ck_assert_ptr_eq(exits_to(room, (enum direction)d), d % 2 ? room : yard);
        ck_assert_ptr_null(exits_description(room, (enum direction)d));
        for (int later = d + 1; later < DIRECTIONS; later++)
            ck_assert_ptr_null(exits_to(room, (enum direction)later));
        ck_assert_uint_eq(exits_ways(room), ways_found(room));
    }
    ck_assert(play_noted(room, ATTR_EXITS));
    ck_assert(play_has_only(&room->changed, ATTR_EXITS, ATTR_EXITS));
    exits_set(room, NORTH, NULL, NULL); // a way is closed for good
    ck_assert_ptr_null(exits_to(room, NORTH));
    ck_assert_uint_eq(exits_ways(room), ways_found(room));
    ck_assert_ptr_eq(exits_to(room, NORTHEAST), room);
    ck_assert_ptr_null(exits_to(yard, SOUTH)); // nothing leads back by itself
}
END_TEST

START_TEST(what_is_seen_stays_until_another_is_given)
{
    char text[] = "A lawn.";
    exits_set(room, SOUTH, yard, text);
    text[2] = 'X';
    ck_assert_str_eq(exits_description(room, SOUTH), "A lawn.");
    ck_assert_ptr_null(exits_description(room, NORTH));
    exits_set(room, SOUTH, room, NULL);
    ck_assert_str_eq(exits_description(room, SOUTH), "A lawn.");
    ck_assert_ptr_eq(exits_to(room, SOUTH), room);
    exits_set(room, SOUTH, yard, "A wall.");
    exits_set(room, UP, yard, "The sky.");
    ck_assert_str_eq(exits_description(room, SOUTH), "A wall.");
    ck_assert_str_eq(exits_description(room, UP), "The sky.");
}
END_TEST

START_TEST(a_copy_is_one_of_its_own)
{
    exits_set(room, SOUTH, yard, "A lawn.");
    exits_set(room, EAST, yard, NULL);
    struct thing *copy = limbo_copy(room);
    ck_assert_ptr_eq(exits_to(copy, SOUTH), yard);
    ck_assert_ptr_eq(exits_to(copy, EAST), yard);
    ck_assert_ptr_null(exits_to(copy, NORTH));
    ck_assert_uint_eq(exits_ways(copy), 1U << SOUTH | 1U << EAST);
    ck_assert_str_eq(exits_description(copy, SOUTH), "A lawn.");
    ck_assert_ptr_null(exits_description(copy, EAST));
    ck_assert_ptr_eq(exits_description(copy, SOUTH), exits_description(room, SOUTH)); // shared text
    exits_set(copy, SOUTH, room, "Another lawn.");
    ck_assert_ptr_eq(exits_to(room, SOUTH), yard);
    ck_assert_str_eq(exits_description(room, SOUTH), "A lawn.");
    limbo_free(copy);
    ck_assert_str_eq(exits_description(room, SOUTH), "A lawn.");
    exits_set(yard, WEST, room, NULL);
    copy = limbo_copy(yard); // of one without any description
    ck_assert_ptr_null(exits_description(copy, WEST));
    limbo_free(copy);
}
END_TEST

START_TEST(files_are_written_in_the_order_of_directions)
{
    exits_set(room, DOWN, yard, "A pit.");
    exits_set(room, NORTH, yard, NULL);
    exits_set(room, WEST, room, NULL);
    exits_set(room, SOUTH, NULL, "A wall."); // leads nowhere: not written
    play_ck_says(room, ATTR_EXITS,
                 "{ \"north\": \"z:yard\", \"west\": \"z:room\", \"down\": { \"to\": \"z:yard\","
                 " \"description\": \"A pit.\" } }");
}
END_TEST

static const struct {
    const char *json, *complaint, *said;
} decoded[] = {
    {"{}", "", "{}"},
    {"{\"north\": \"z:yard\", \"sw\": \"z:room\"}", "",
     "{ \"north\": \"z:yard\", \"southwest\": \"z:room\" }"},
    {"{\"up\": {\"to\": \"z:yard\"}}", "", "{ \"up\": \"z:yard\" }"},
    {"{\"up\": {\"to\": \"z:yard\", \"one_way\": true, \"comment\": \"x\", \"description\": \"Sky.\"}}",
     "", "{ \"up\": { \"to\": \"z:yard\", \"description\": \"Sky.\" } }"},
    {"{\"up\": {\"description\": \"Sky.\"}, \"east\": \"z:yard\"}",
     "an exit needs \"to\", the ref of a location", "{ \"east\": \"z:yard\" }"},
    {"{\"up\": {\"to\": \"z:yard\", \"one_way\": 1}}",
     "true or false was expected here, not a whole number", "{ \"up\": \"z:yard\" }"},
    {"{\"up\": {\"to\": \"z:yard\", \"description\": 1}}",
     "a string was expected here, not a whole number", "{ \"up\": \"z:yard\" }"},
    {"{\"up\": {\"to\": \"z:yard\", \"desription\": \"Sky.\"}}",
     "unknown member \"desription\", did you mean \"description\"?", "{ \"up\": \"z:yard\" }"},
    {"{\"nroth\": \"z:yard\", \"east\": \"z:yard\"}",
     "bad direction \"nroth\", did you mean \"north\"?", "{ \"east\": \"z:yard\" }"},
    {"{\"sideways\": \"z:yard\"}",
     "bad direction \"sideways\", expected north, northeast, east, southeast, south, southwest, west, northwest,"
     " up or down",
     "{}"},
    {"{\"north\": \"z:none\"}", "no such thing", "{}"},
    {"{\"north\": \"z:ball\", \"south\": \"z:yard\"}", "\"z:ball\" is not a location",
     "{ \"south\": \"z:yard\" }"},
    {"{\"north\": 7}", "a string was expected here, not a whole number", "{}"},
    {"[]", "an object was expected here, not an array", ""},
};

START_TEST(files_say_where_they_lead)
{
    limbo_freeze(world_define(w, "z:ball", 0));
    struct thing *t = limbo_new(w, THING_COPY, "a place");
    play_ck_decode(t, ATTR_EXITS, decoded[_i].json, decoded[_i].complaint);
    play_ck_says(t, ATTR_EXITS, decoded[_i].said);
    ck_assert_uint_eq(exits_ways(t), ways_found(t));
    limbo_free(t);
}
END_TEST

START_TEST(each_access_is_checked)
{
    exits_set(room, UP, yard, "The sky.");
    CK_TOLD(exits_to(room, UP));
    CK_TOLD(exits_ways(room));
    CK_TOLD(exits_description(room, UP));
    CK_TOLD(exits_set(room, UP, room, NULL));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("exits");
    TCase *t = tcase_create("exits");
    tcase_add_checked_fixture(t, play_begin, play_end);
    tcase_add_test(t, without_exits_nothing_leads_anywhere);
    tcase_add_test(t, each_direction_leads_where_it_was_told_to);
    tcase_add_test(t, what_is_seen_stays_until_another_is_given);
    tcase_add_test(t, a_copy_is_one_of_its_own);
    tcase_add_test(t, files_are_written_in_the_order_of_directions);
    tcase_add_loop_test(t, files_say_where_they_lead, 0,
                        (int)(sizeof(decoded) / sizeof(decoded[0])));
    tcase_add_test(t, each_access_is_checked);
    suite_add_tcase(s, t);
    return play_run(s);
}
