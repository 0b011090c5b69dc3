// Doors: one state with two sides, what it was at first, what is seen of it, and what files say of
// it.
#include "../play_kit.h"

#include "world/attr/door.h"
#include "world/direction.h"
#include "world/snapshot/write_set_digest.h"

static struct thing *key, *near_side, *far_side;

static const struct door_spec plain = {.exit = NORTH, .open = true};

static struct thing *door(const char *name, const struct door_spec *spec, unsigned flags,
                          struct thing *in)
{
    struct thing *t = limbo_new(w, flags, name);
    door_give(t, spec);
    return play_put(t, in);
}

// From the room north into the yard, where it leads south.
static void both_sides(void)
{
    struct door_spec one = {.exit = NORTH, .locked = true, .close_after = 7000, .jitter = 3000};
    struct door_spec other = {.exit = SOUTH, .open = true, .latch = true, .close_after = 1};
    key = limbo_new(w, 0, "a key");
    limbo_freeze(key);
    one.key = key;
    near_side = door("near", &one, THING_NARRATIVE, room);
    far_side = door("far", &other, THING_NARRATIVE, yard);
    door_join(near_side, far_side);
}

static void ck_state(struct thing *t, bool open, bool locked)
{
    ck_assert_int_eq(door_is_open(t), open);
    ck_assert_int_eq(door_is_locked(t), locked);
}

START_TEST(what_is_no_door_is_open)
{
    bool open = false, locked = true;
    int64_t after = 1, jitter = 1;
    struct thing *t = play_thing("a ball", THING_COPY, room);
    ck_assert(!door_is(t));
    ck_state(t, true, false);
    ck_assert_int_eq(door_exit(t), -1);
    ck_assert_ptr_null(door_key(t));
    ck_assert_ptr_null(door_far(t));
    ck_assert(!door_latch(t));
    ck_assert(door_is_first(t));
    door_first(t, &open, &locked, &after, &jitter);
    ck_assert(open && !locked && !after && !jitter);
    door_change(t, false, true);
    ck_assert(!door_is(t));
}
END_TEST

START_TEST(both_sides_are_one_door)
{
    both_sides();
    ck_assert(door_is(near_side) && door_is(far_side));
    ck_state(far_side, false, true); // as the near side was given
    ck_assert_int_eq(door_exit(near_side), NORTH);
    ck_assert_int_eq(door_exit(far_side), SOUTH);
    ck_assert(!door_latch(near_side));
    ck_assert(door_latch(far_side));
    ck_assert_ptr_eq(door_key(near_side), key);
    ck_assert_ptr_eq(door_key(far_side), key);
    ck_assert_ptr_eq(door_far(near_side), far_side);
    ck_assert_ptr_eq(door_far(far_side), near_side);
    door_change(near_side, false, false);
    ck_state(near_side, false, false);
    ck_state(far_side, false, false);
    door_change(far_side, true, false);
    ck_state(near_side, true, false);
    door_change(near_side, false, true);
    ck_state(far_side, false, true);
}
END_TEST

START_TEST(a_change_is_noted_of_both_sides)
{
    both_sides();
    near_side->changed = far_side->changed = (struct attr_set){0};
    write_set_clear(&noted);
    door_change(far_side, true, false);
    ck_assert(play_noted(near_side, ATTR_DOOR) && play_noted(far_side, ATTR_DOOR));
    ck_assert(play_has_only(&near_side->changed, ATTR_DOOR, ATTR_DOOR));
    ck_assert(play_has_only(&far_side->changed, ATTR_DOOR, ATTR_DOOR));
    struct thing *lid = door("a lid", &plain, THING_COPY, room);
    write_set_clear(&noted);
    door_change(lid, false, false); // of one that has no other side
    ck_assert(play_noted(lid, ATTR_DOOR));
    ck_assert_uint_eq(noted.count, 1);
}
END_TEST

START_TEST(the_first_state_is_that_of_the_near_side)
{
    bool open, locked;
    int64_t after, jitter;
    struct thing *side;
    both_sides();
    for (int i = 0; i < 2; i++) {
        side = i ? far_side : near_side;
        door_first(side, &open, &locked, &after, &jitter);
        ck_assert(!open && locked);
        ck_assert_int_eq(after, 7000);
        ck_assert_int_eq(jitter, 3000);
        door_change(side, false, true);
        ck_assert(door_is_first(side));
        door_change(side, false, false);
        ck_assert(!door_is_first(side));
        door_change(side, true, true); // no command does that
        ck_assert(!door_is_first(side));
    }
    side = door("an open one", &plain, THING_COPY, room);
    ck_assert(door_is_first(side));
    door_first(side, &open, &locked, &after, &jitter);
    ck_assert(open && !locked && !after && !jitter);
}
END_TEST

START_TEST(one_side_outlives_the_other)
{
    both_sides();
    limbo_take(near_side);
    limbo_free(near_side);
    ck_state(far_side, false, true);
    limbo_take(far_side);
    limbo_free(far_side);
}
END_TEST

START_TEST(a_copy_is_a_door_of_its_own)
{
    bool open, locked;
    int64_t after, jitter;
    both_sides();
    door_change(near_side, true, false);
    struct thing *t = limbo_copy(near_side);
    ck_state(t, false, true); // in its first state
    ck_assert_ptr_null(door_far(t));
    ck_assert_int_eq(door_exit(t), NORTH);
    ck_assert_ptr_eq(door_key(t), key);
    door_first(t, &open, &locked, &after, &jitter);
    ck_assert_int_eq(after, 7000);
    ck_assert_int_eq(jitter, 3000);
    door_change(t, false, false);
    ck_state(near_side, true, false);
    ck_state(far_side, true, false);
    limbo_free(t);
    t = limbo_copy(far_side);
    ck_assert(door_latch(t));
    limbo_free(t);
}
END_TEST

START_TEST(the_door_that_bars_the_way)
{
    struct door_spec shut = {.exit = NORTH}, east = {.exit = EAST}, lid = {.exit = -1};
    ck_assert_ptr_null(door_closing(room, NORTH));
    play_thing("a wall", THING_NARRATIVE, room);
    door("a lid", &lid, THING_COPY, room);
    door("an eastern door", &east, THING_NARRATIVE, room);
    ck_assert_ptr_null(door_closing(room, NORTH));
    struct thing *open = door("an open one", &plain, THING_NARRATIVE, room);
    ck_assert_ptr_null(door_closing(room, NORTH));
    struct thing *bar = door("a bar", &shut, THING_COPY, room); // something to be carried
    ck_assert_ptr_eq(door_closing(room, NORTH), bar);
    ck_assert_ptr_null(door_closing(room, SOUTH));
    ck_assert_ptr_null(door_closing(yard, NORTH));
    struct thing *grating = door("a grating", &shut, THING_NARRATIVE, room);
    ck_assert_ptr_eq(door_closing(room, NORTH), grating); // scenery first
    door_change(open, false, false);
    ck_assert_ptr_eq(door_closing(room, NORTH), open);
    inventory_disable(open);
    ck_assert_ptr_eq(door_closing(room, NORTH), grating);
}
END_TEST

static const struct {
    const char *json, *complaint, *said;
} decoded[] = {
    {"{}", "", "{ \"open\": false, \"locked\": false, \"now\": \"closed\" }"},
    {"{\"exit\": \"ne\", \"open\": true, \"comment\": \"x\"}", "",
     "{ \"exit\": \"northeast\", \"open\": true, \"locked\": false, \"now\": \"open\" }"},
    {"{\"exit\": \"north\", \"locked\": true, \"latch\": true, \"close_after\": \"7s\", \"jitter\": 3}",
     "",
     "{ \"exit\": \"north\", \"open\": false, \"locked\": true, \"latch\": true, \"close_after\": \"7s\","
     " \"jitter\": \"3s\", \"now\": \"locked\" }"},
    {"{\"open\": true, \"now\": \"locked\"}", "",
     "{ \"open\": true, \"locked\": false, \"now\": \"locked\" }"},
    {"{\"locked\": true, \"now\": \"open\"}", "",
     "{ \"open\": false, \"locked\": true, \"now\": \"open\" }"},
    {"{\"locked\": true, \"now\": \"closed\"}", "",
     "{ \"open\": false, \"locked\": true, \"now\": \"closed\" }"},
    {"{\"key\": \"z:room\"}", "",
     "{ \"open\": false, \"locked\": false, \"key\": \"z:room\", \"now\": \"closed\" }"},
    {"{\"key\": \"z:none\"}", "no such thing",
     "{ \"open\": false, \"locked\": false, \"now\": \"closed\" }"},
    {"{\"open\": true, \"locked\": true}", "a door cannot be open and locked at once",
     "{ \"open\": true, \"locked\": true, \"now\": \"open\" }"},
    {"{\"exit\": \"nrth\"}", "bad direction \"nrth\", did you mean \"north\"?",
     "{ \"open\": false, \"locked\": false, \"now\": \"closed\" }"},
    {"{\"exit\": \"sideways\"}", "bad direction \"sideways\"",
     "{ \"open\": false, \"locked\": false, \"now\": \"closed\" }"},
    {"{\"exit\": 3}", "a string was expected here, not a whole number",
     "{ \"open\": false, \"locked\": false, \"now\": \"closed\" }"},
    {"{\"now\": 3}", "a string was expected here, not a whole number",
     "{ \"open\": false, \"locked\": false, \"now\": \"closed\" }"},
    {"{\"loked\": true}", "unknown member \"loked\", did you mean \"locked\"?",
     "{ \"open\": false, \"locked\": false, \"now\": \"closed\" }"},
    {"true", "an object was expected here, not true or false", ""},
};

START_TEST(files_say_what_it_is)
{
    struct thing *t = limbo_new(w, THING_COPY, "a door");
    play_ck_decode(t, ATTR_DOOR, decoded[_i].json, decoded[_i].complaint);
    play_ck_says(t, ATTR_DOOR, decoded[_i].said);
    limbo_free(t);
}
END_TEST

static void restore(struct thing *t, const char *json)
{
    struct doc_problems p = DOC_PROBLEMS_INIT;
    struct doc *doc = json_read("it", json, strlen(json), &p);
    struct attr_decode d = {w, doc, &p, "z", play_resolve, NULL};
    attr_kind(ATTR_DOOR)->restore(&d, t, doc_root(doc));
    ck_assert_uint_eq(p.count, 0);
    doc_problems_fini(&p);
    doc_free(doc);
}

START_TEST(a_snapshot_changes_the_state_alone)
{
    both_sides();
    restore(far_side, "{\"exit\": \"up\", \"open\": true, \"now\": \"open\"}");
    ck_state(near_side, true, false);
    ck_assert_int_eq(door_exit(far_side), SOUTH);
    ck_assert_ptr_eq(door_far(near_side), far_side);
    restore(near_side, "{\"now\": \"locked\"}");
    ck_state(far_side, false, true);
    struct thing *t = play_thing("a lid", THING_COPY, room);
    restore(t, "{\"exit\": \"up\", \"now\": \"locked\"}");
    ck_state(t, false, true);
    ck_assert_int_eq(door_exit(t), UP);
}
END_TEST

static uint32_t digest(struct thing *t)
{
    struct write_set_digest_entry c;
    write_set_clear(&noted);
    attr_mutable_at(t, ATTR_DOOR, SITE);
    ck_assert_uint_eq(write_set_digest(&noted, &c, 1), 1);
    return c.value;
}

START_TEST(a_digest_tells_states_and_exits_apart)
{
    struct door_spec other = {.exit = EAST, .open = true},
                     slow = {.exit = NORTH, .open = true, .jitter = 9};
    struct thing *t = door("a door", &plain, THING_COPY, room);
    uint32_t open = digest(t);
    ck_assert_uint_eq(digest(door("a door", &slow, THING_COPY, room)),
                      open); // the rest never changes
    ck_assert_uint_ne(digest(door("a door", &other, THING_COPY, room)), open);
    door_change(t, false, false);
    uint32_t closed = digest(t);
    door_change(t, false, true);
    uint32_t locked = digest(t);
    ck_assert(closed != open && locked != open && locked != closed);
    door_change(t, true, false);
    ck_assert_uint_eq(digest(t), open);
}
END_TEST

START_TEST(each_access_is_checked)
{
    bool open, locked;
    int64_t after, jitter;
    struct door_spec shut = {.exit = NORTH};
    struct thing *t = door("a door", &shut, THING_COPY, room);
    CK_TOLD(door_is(t));
    CK_TOLD(door_is_open(t));
    CK_TOLD(door_is_locked(t));
    CK_TOLD(door_exit(t));
    CK_TOLD(door_far(t));
    CK_TOLD(door_key(t));
    CK_TOLD(door_latch(t));
    CK_TOLD(door_is_first(t));
    CK_TOLD(door_first(t, &open, &locked, &after, &jitter));
    CK_TOLD(door_change(t, true, false));
}
END_TEST

// A door is changed with the locks of both its sides.
START_TEST(the_other_side_is_checked_too)
{
    both_sides();
    lockset_clear(&ls);
    play_hold(room);
    thing_outermost(near_side);
    door_change(near_side, true, false);
    ck_assert_uint_eq(check_count(L003_WRONG_LOCK), 1);
    expected++;
    lockset_clear(&ls);
    play_hold(room);
    thing_outermost(near_side);
    ck_assert(door_is_open(near_side)); // read with either
}
END_TEST

int main(void)
{
    Suite *s = suite_create("door");
    TCase *t = tcase_create("door");
    tcase_add_checked_fixture(t, play_begin, play_end);
    tcase_add_test(t, what_is_no_door_is_open);
    tcase_add_test(t, both_sides_are_one_door);
    tcase_add_test(t, a_change_is_noted_of_both_sides);
    tcase_add_test(t, the_first_state_is_that_of_the_near_side);
    tcase_add_test(t, one_side_outlives_the_other);
    tcase_add_test(t, a_copy_is_a_door_of_its_own);
    tcase_add_test(t, the_door_that_bars_the_way);
    tcase_add_loop_test(t, files_say_what_it_is, 0, (int)(sizeof(decoded) / sizeof(decoded[0])));
    tcase_add_test(t, a_snapshot_changes_the_state_alone);
    tcase_add_test(t, a_digest_tells_states_and_exits_apart);
    tcase_add_test(t, each_access_is_checked);
    tcase_add_test(t, the_other_side_is_checked_too);
    suite_add_tcase(s, t);
    return play_run(s);
}
