// Inventories: four lists in order, capacity, depth, audience, and that each access calls the
// checker.
#include "play_kit.h"

#include "world/player_priv.h"

// The labels of what is in a list, from the first on; "|" and the same from the last on.
static void ck_list(struct thing *in, enum inventory_list list, const char *wanted)
{
    struct buf out = BUF_INIT;
    struct thing *last = NULL;
    size_t n = 0;
    for (struct thing *t = inventory_peek(in, list); t; t = t->next, n++) {
        buf_addf(&out, "%s%s", last ? " " : "", thing_label(t));
        ck_assert_ptr_eq(t->prev, last);
        ck_assert_int_eq(t->list, list);
        ck_assert_ptr_eq((struct thing *)place_container(place_peek(&t->place)), in);
        last = t;
    }
    ck_assert_str_eq(buf_str(&out), wanted);
    ck_assert_uint_eq(inventory_count(in, list), n);
    buf_fini(&out);
}

static struct thing *item(const char *label, struct thing *in)
{
    return play_thing(label, THING_COPY, in);
}

START_TEST(each_kind_has_its_list)
{
    item("ball", room);
    play_thing("guard", THING_MOBILE | THING_COPY, room);
    play_thing("wall", THING_NARRATIVE, room);
    play_thing("fresco", THING_NARRATIVE | THING_MOBILE, room);
    play_player("Ann", 1, room);
    ck_list(room, INVENTORY_PLAYERS, "Ann");
    ck_list(room, INVENTORY_THINGS, "ball guard");
    ck_list(room, INVENTORY_NARRATIVE, "wall fresco");
    ck_list(room, INVENTORY_DISABLED, "");
    ck_assert_int_eq(inventory_list_of(inventory_first(room, INVENTORY_NARRATIVE)),
                     INVENTORY_NARRATIVE);
    ck_list(yard, INVENTORY_THINGS, "");
}
END_TEST

START_TEST(lists_keep_the_order_of_arrival)
{
    struct thing *a = item("a", room), *b = item("b", room), *c = item("c", room),
                 *d = item("d", room);
    ck_list(room, INVENTORY_THINGS, "a b c d");
    play_move(b, yard); // from the middle
    ck_list(room, INVENTORY_THINGS, "a c d");
    play_move(a, yard); // the first
    play_move(d, yard); // the last
    ck_list(room, INVENTORY_THINGS, "c");
    ck_list(yard, INVENTORY_THINGS, "b a d");
    play_move(c, yard); // the only one
    ck_list(room, INVENTORY_THINGS, "");
    ck_list(yard, INVENTORY_THINGS, "b a d c");
    play_move(a, yard); // where it is: to the end
    ck_list(yard, INVENTORY_THINGS, "b d c a");
    limbo_take(d); // nobody is next to one that is in no list
    ck_assert(!d->next && !d->prev);
    ck_assert_int_eq(limbo_publish(d, yard), INVENTORY_MOVED);
    ck_list(yard, INVENTORY_THINGS, "b c a d");
    play_move(c, room); // an empty list takes one again
    ck_list(room, INVENTORY_THINGS, "c");
}
END_TEST

START_TEST(the_one_at_hand_may_be_moved_while_all_are_met)
{
    item("a", room), item("b", room), item("c", room);
    inventory_foreach (t, room, INVENTORY_THINGS)
        play_move(t, yard);
    ck_list(room, INVENTORY_THINGS, "");
    ck_list(yard, INVENTORY_THINGS, "a b c");
}
END_TEST

START_TEST(room_is_for_things_that_can_be_taken_only)
{
    struct thing *box = play_box("a box", 2, room), *a = item("a", box), *b = item("b", room);
    struct thing *c = item("c", room), *scenery = play_thing("rim", THING_NARRATIVE, room);
    ck_assert_uint_eq(inventory_capacity(box), 2);
    ck_assert_uint_eq(inventory_capacity(room), 0);
    play_move(scenery, box);
    play_move(b, box);
    write_set_clear(&noted);
    ck_assert_int_eq(inventory_move(c, box), INVENTORY_FULL);
    ck_assert_uint_eq(noted.count, 0);
    ck_list(box, INVENTORY_THINGS, "a b");
    ck_assert_ptr_eq(thing_where(c), room);
    play_move(a, box); // it is in there: no more room is needed
    ck_list(box, INVENTORY_THINGS, "b a");
    play_move(scenery, room);
    play_move(scenery, box); // as full as it is
    inventory_disable(a);    // takes no room
    play_move(c, box);
    inventory_enable(a); // comes back although there is none
    ck_list(box, INVENTORY_THINGS, "b c a");
    ck_assert(play_noted(c, WRITE_SET_MOVED));
}
END_TEST

START_TEST(nothing_goes_into_itself)
{
    struct thing *bag = play_box("a bag", 0, room), *purse = play_box("a purse", 0, bag);
    ck_assert_int_eq(inventory_move(bag, bag), INVENTORY_CYCLE);
    ck_assert_int_eq(inventory_move(bag, purse), INVENTORY_CYCLE);
    ck_assert(!inventory_bring_home(bag, purse));
    ck_assert(!inventory_bring_home(bag, bag));
    ck_list(room, INVENTORY_THINGS, "a bag");
    ck_list(bag, INVENTORY_THINGS, "a purse");
    play_move(purse, room);
    play_move(bag, purse);
    ck_list(purse, INVENTORY_THINGS, "a bag");
}
END_TEST

START_TEST(what_is_in_nothing_cannot_be_moved)
{
    struct thing *ball = item("a ball", room);
    limbo_take(ball);
    ck_assert_int_eq(inventory_move(ball, yard), INVENTORY_CYCLE);
    ck_assert(!inventory_bring_home(ball, yard));
    ck_assert_int_eq(place_kind(place_peek(&ball->place)), PLACE_LIMBO);
    ck_list(yard, INVENTORY_THINGS, "");
    ck_list(yard, INVENTORY_DISABLED, "");
    limbo_free(ball);
    expected += 2; // the checker says so: it is out of play
}
END_TEST

START_TEST(home_has_always_room_out_of_play)
{
    struct thing *box = play_box("a box", 1, yard), *a = item("a", box), *b = item("b", room);
    write_set_clear(&noted);
    ck_assert(inventory_bring_home(b, box));
    ck_assert(play_noted(b, WRITE_SET_MOVED));
    ck_list(box, INVENTORY_THINGS, "a");
    ck_list(box, INVENTORY_DISABLED, "b");
    ck_list(room, INVENTORY_THINGS, "");
    ck_assert(inventory_bring_home(a, box)); // it is there: it goes out of play
    ck_list(box, INVENTORY_DISABLED, "b a");
    ck_list(box, INVENTORY_THINGS, "");
}
END_TEST

START_TEST(out_of_play_and_back_in_place)
{
    struct thing *a = item("a", room), *b = item("b", room),
                 *wall = play_thing("wall", THING_NARRATIVE, room);
    write_set_clear(&noted);
    inventory_disable(a);
    inventory_disable(wall);
    ck_assert(play_noted(a, WRITE_SET_LISTED));
    ck_assert(!play_noted(a, WRITE_SET_MOVED));
    ck_assert(!play_noted(b, WRITE_SET_LISTED));
    ck_list(room, INVENTORY_THINGS, "b");
    ck_list(room, INVENTORY_NARRATIVE, "");
    ck_list(room, INVENTORY_DISABLED, "a wall");
    ck_assert_int_eq(inventory_list_of(a), INVENTORY_DISABLED);
    ck_assert_ptr_eq(thing_where(a), room);
    write_set_clear(&noted);
    inventory_enable(wall);
    inventory_enable(a);
    ck_assert(play_noted(wall, WRITE_SET_LISTED));
    ck_list(room, INVENTORY_THINGS, "b a");
    ck_list(room, INVENTORY_NARRATIVE, "wall");
    ck_list(room, INVENTORY_DISABLED, "");
}
END_TEST

START_TEST(something_in_any_list_is_something)
{
    struct thing *box = play_box("a box", 0, room);
    ck_assert_ptr_null(inventory_any(box));
    struct thing *a = item("a", box);
    ck_assert_ptr_eq(inventory_any(box), a);
    inventory_disable(a);
    ck_assert_ptr_eq(inventory_any(box), a);
    struct thing *rim = play_thing("rim", THING_NARRATIVE, box);
    ck_assert_ptr_eq(inventory_any(box), rim); // lists in their order
    struct thing *ann = play_player("Ann", 3, box);
    ck_assert_ptr_eq(inventory_any(box), ann);
    ck_assert_ptr_null(inventory_any(item("no box", room)));
}
END_TEST

START_TEST(without_an_inventory_there_is_nothing_in_it)
{
    size_t n = 7;
    struct thing *ball = item("a ball", room);
    ck_assert(!inventory_has(ball));
    ck_assert(inventory_has(room));
    ck_assert_ptr_eq(thing_lock(room)->place, &room->place);
    for (int list = 0; list < INVENTORY_LISTS; list++) {
        ck_assert_ptr_null(inventory_first(ball, (enum inventory_list)list));
        ck_assert_ptr_null(inventory_peek(ball, (enum inventory_list)list));
        ck_assert_uint_eq(inventory_count(ball, (enum inventory_list)list), 0);
    }
    ck_assert_uint_eq(inventory_capacity(ball), 0);
    ck_assert_ptr_null(inventory_audience(ball, &n));
    ck_assert_uint_eq(n, 0);
    ck_assert_ptr_null(inventory_audience_peek(ball, 0));
}
END_TEST

// Who hears in a location: "name:outbox", in the order in which they are kept.
static void ck_hears(struct thing *in, const char *wanted)
{
    struct buf out = BUF_INIT;
    size_t n;
    const struct audience *a = inventory_audience(in, &n);
    for (size_t i = 0; i < n; i++) {
        const struct player *p = thing_attr(a[i].player, ATTR_PLAYER);
        buf_addf(&out, "%s%s:%u", i ? " " : "", thing_label(a[i].player), a[i].outbox);
        ck_assert_uint_eq(p->audience_slot, i);
        ck_assert_ptr_eq(inventory_audience_peek(in, i), a[i].player);
    }
    ck_assert_ptr_null(inventory_audience_peek(in, n));
    ck_assert_str_eq(buf_str(&out), wanted);
    buf_fini(&out);
}

START_TEST(those_who_hear_are_kept_without_a_gap)
{
    struct thing *p[6];
    static const char *const names[] = {"A", "B", "C", "D", "E", "F"};
    for (uint32_t i = 0; i < 6; i++)
        p[i] = play_player(names[i], i + 1, room);
    ck_hears(room, "A:1 B:2 C:3 D:4 E:5 F:6");
    play_move(p[1], yard); // the last one fills the gap
    ck_hears(room, "A:1 F:6 C:3 D:4 E:5");
    ck_list(room, INVENTORY_PLAYERS, "A C D E F");
    play_move(p[4], yard); // the last one leaves none
    ck_hears(room, "A:1 F:6 C:3 D:4");
    ck_hears(yard, "B:2 E:5");
    limbo_take(p[0]);
    ck_hears(room, "D:4 F:6 C:3");
    ck_assert_int_eq(p[0]->list, INVENTORY_LISTS);
    ck_assert_int_eq(limbo_publish(p[0], yard), INVENTORY_MOVED);
    ck_hears(yard, "B:2 E:5 A:1");
    item("a ball", room);
    ck_hears(room, "D:4 F:6 C:3");
    for (uint32_t i = 0; i < 6; i++)
        play_move(p[i], yard);
    ck_hears(room, "");
}
END_TEST

START_TEST(an_outbox_changes_where_the_player_stands)
{
    struct thing *ann = play_player("Ann", 1, room), *ben = play_player("Ben", 2, room);
    struct thing *guard = play_thing("guard", THING_MOBILE, room);
    player_set_outbox(ben, 9);
    ck_hears(room, "Ann:1 Ben:9");
    player_set_outbox(ann, 0);
    ck_hears(room, "Ann:0 Ben:9");
    inventory_disable(ben); // hears nothing any more
    ck_hears(room, "Ann:0");
    inventory_audience_update(ben, 7);
    inventory_audience_update(guard, 7);
    ck_hears(room, "Ann:0");
    inventory_enable(ben);
    ck_hears(room, "Ann:0 Ben:9");
    limbo_take(ben);
    inventory_audience_update(ben, 5); // in nothing
    limbo_free(ben);
    ck_hears(room, "Ann:0");
}
END_TEST

START_TEST(the_order_of_those_who_hear_is_restored)
{
    play_player("A", 1, room), play_player("B", 2, room);
    struct thing *c = play_player("C", 3, room);
    inventory_audience_restore(room, 0, c);
    ck_hears(room, "C:3 B:2 A:1");
    inventory_audience_restore(room, 0, c);
    ck_hears(room, "C:3 B:2 A:1");
    ck_list(room, INVENTORY_PLAYERS, "A B C");
}
END_TEST

START_TEST(a_list_is_restored_whatever_the_kind)
{
    struct thing *ball = limbo_new(w, THING_COPY, "a ball");
    check_set_level(CHECK_OFF); // snapshots are read while nothing runs
    inventory_list_restore(room, ball, INVENTORY_DISABLED);
    ck_list(room, INVENTORY_DISABLED, "a ball");
    ck_assert_ptr_eq(thing_where(ball), room);
}
END_TEST

START_TEST(a_copy_is_as_large_and_empty)
{
    struct thing *box = play_box("a box", 5, room);
    item("a ball", box);
    struct thing *copy = limbo_copy(box);
    ck_assert_uint_eq(inventory_capacity(copy), 5);
    ck_assert_ptr_null(inventory_any(copy));
    ck_assert_ptr_nonnull(thing_lock(copy));
    ck_assert_ptr_ne(thing_lock(copy), thing_lock(box));
    ck_list(box, INVENTORY_THINGS, "a ball");
    limbo_free(copy);
}
END_TEST

static const struct {
    const char *json, *complaint, *said;
} decoded[] = {
    {"true", "", "true"},
    {"false", "", ""},
    {"{}", "", "true"},
    {"{\"capacity\": 0}", "", "true"},
    {"{\"capacity\": 12}", "", "{ \"capacity\": 12 }"},
    {"{\"capacity\": 100000}", "", "{ \"capacity\": 100000 }"},
    {"{\"capacity\": 100001}",
     "100001 is out of range: a whole number from 0 to 100000 was expected", "true"},
    {"{\"capacity\": -1}", "-1 is out of range: a whole number from 0 to 100000 was expected",
     "true"},
    {"{\"size\": 3}", "unknown member \"size\", expected \"capacity\"", "true"},
    {"3", "true or false was expected here, not a whole number", ""},
};

START_TEST(zone_files_say_whether_and_how_large)
{
    struct thing *t = limbo_new(w, THING_COPY, "a box");
    play_ck_decode(t, ATTR_INVENTORY, decoded[_i].json, decoded[_i].complaint);
    play_ck_says(t, ATTR_INVENTORY, decoded[_i].said);
    ck_assert_int_eq(inventory_has(t), *decoded[_i].said != 0);
    limbo_free(t);
}
END_TEST

// A creature has one before its file says how large.
START_TEST(what_has_one_keeps_it)
{
    struct thing *t = play_box("a box", 0, room), *ball = item("a ball", t);
    struct lock *lock = thing_lock(t);
    play_ck_decode(t, ATTR_INVENTORY, "{\"capacity\": 4}", "");
    play_ck_says(t, ATTR_INVENTORY, "{ \"capacity\": 4 }");
    ck_assert_ptr_eq(thing_lock(t), lock);
    ck_assert_ptr_eq(inventory_any(t), ball);
    play_ck_decode(t, ATTR_INVENTORY, "false", "");
    ck_assert(inventory_has(t));
}
END_TEST

// The innermost of so many boxes in each other, the outermost of which lies in the room.
static struct thing *tower(int boxes, struct thing **outermost)
{
    struct thing *in = room;
    for (int i = 0; i < boxes; i++) {
        struct thing *t = play_box("a box", 0, in);
        if (!i)
            *outermost = t;
        in = t;
    }
    return in;
}

START_TEST(nothing_gets_deeper_than_a_walk_outwards_can_follow)
{
    struct thing *first = NULL, *second = NULL;
    struct thing *deepest = tower(INVENTORY_DEPTH_MAX, &first);
    ck_assert_ptr_eq(thing_outermost(deepest), room);
    struct thing *more = limbo_new(w, THING_COPY, "a box");
    ck_assert_int_eq(limbo_publish(more, deepest), INVENTORY_FULL);
    ck_assert_int_eq(limbo_publish(more, room), INVENTORY_MOVED);
    thing_outermost(more);
    ck_assert_int_eq(inventory_move(more, deepest), INVENTORY_FULL);
    ck_assert_ptr_eq(thing_where(more), room);
    // What counts is all that is in it.
    tower(INVENTORY_DEPTH_MAX / 2 + 1, &second);
    struct thing *middle = first;
    for (int i = 1; i < INVENTORY_DEPTH_MAX / 2; i++)
        middle = inventory_first(middle, INVENTORY_THINGS);
    item("a ball", second); // of several things in it the highest counts
    ck_assert_int_eq(inventory_move(second, middle), INVENTORY_FULL);
    play_move(second, thing_where(middle));
    ck_assert_int_eq(inventory_move(first, second), INVENTORY_CYCLE);
}
END_TEST

START_TEST(each_access_is_checked)
{
    size_t n;
    struct thing *box = play_box("a box", 1, room), *a = item("a", box);
    CK_TOLD(inventory_first(box, INVENTORY_THINGS));
    play_hold_both();
    thing_outermost(box);
    ck_assert_ptr_eq(inventory_first(box, INVENTORY_THINGS), a);
    CK_TOLD(inventory_next(a)); // met while it was locked
    CK_TOLD(inventory_count(box, INVENTORY_THINGS));
    CK_TOLD(inventory_capacity(box));
    CK_TOLD(inventory_list_of(a));
    CK_TOLD(inventory_audience(box, &n));
}
END_TEST

START_TEST(each_change_is_checked)
{
    struct thing *box = play_box("a box", 1, room), *a = item("a", box);
    if (_i == 0)
        CK_TOLD(play_move(a, yard));
    else if (_i == 1)
        CK_TOLD(ck_assert(inventory_bring_home(a, yard)));
    else if (_i == 2)
        CK_TOLD(inventory_disable(a));
    else
        CK_TOLD(inventory_enable(a));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("inventory");
    TCase *t = tcase_create("inventory");
    tcase_add_checked_fixture(t, play_begin, play_end);
    tcase_add_test(t, each_kind_has_its_list);
    tcase_add_test(t, lists_keep_the_order_of_arrival);
    tcase_add_test(t, the_one_at_hand_may_be_moved_while_all_are_met);
    tcase_add_test(t, room_is_for_things_that_can_be_taken_only);
    tcase_add_test(t, nothing_goes_into_itself);
    tcase_add_test(t, what_is_in_nothing_cannot_be_moved);
    tcase_add_test(t, home_has_always_room_out_of_play);
    tcase_add_test(t, out_of_play_and_back_in_place);
    tcase_add_test(t, something_in_any_list_is_something);
    tcase_add_test(t, without_an_inventory_there_is_nothing_in_it);
    tcase_add_test(t, those_who_hear_are_kept_without_a_gap);
    tcase_add_test(t, an_outbox_changes_where_the_player_stands);
    tcase_add_test(t, the_order_of_those_who_hear_is_restored);
    tcase_add_test(t, a_list_is_restored_whatever_the_kind);
    tcase_add_test(t, a_copy_is_as_large_and_empty);
    tcase_add_loop_test(t, zone_files_say_whether_and_how_large, 0,
                        (int)(sizeof(decoded) / sizeof(decoded[0])));
    tcase_add_test(t, what_has_one_keeps_it);
    tcase_add_test(t, nothing_gets_deeper_than_a_walk_outwards_can_follow);
    tcase_add_test(t, each_access_is_checked);
    tcase_add_loop_test(t, each_change_is_checked, 0, 4);
    suite_add_tcase(s, t);
    return play_run(s);
}
