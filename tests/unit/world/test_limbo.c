// Out of play: whose a thing is then, what a copy takes along, what comes back into play and what
// ends.
#include "check/check_priv.h"

#include "play_kit.h"

#include "world/attr/gender.h"
#include "world/attr/health.h"
#include "world/zone.h"

static void ck_limbo(struct thing *t)
{
    uint64_t where = place_peek(&t->place);
    ck_assert_int_eq(place_kind(where), PLACE_LIMBO);
    ck_assert_uint_eq(place_limbo_owner(where), ls.id);
    ck_assert_ptr_null(thing_where(t));
}

START_TEST(a_new_thing_is_the_tasks)
{
    char text[] = "a ball";
    struct thing *t = limbo_new(w, THING_COPY | THING_MOBILE, text), *other = limbo_new(w, 0, NULL);
    text[0] = 'X';
    ck_limbo(t);
    ck_assert_uint_eq(t->flags, THING_COPY | THING_MOBILE);
    ck_assert_str_eq(thing_label(t), "a ball");
    ck_assert_str_eq(thing_label(other), "?");
    ck_assert_ptr_null(thing_lock(t));
    ck_assert_uint_ne(place_peek(&t->place), place_peek(&other->place)); // a token of its own
    ck_assert_uint_eq(check_task(&ls)->limbo, 2);
    limbo_free(t);
    limbo_free(other);
    ck_assert_uint_eq(check_task(&ls)->limbo, 0);
}
END_TEST

static struct thing *model(void)
{
    struct thing *t = world_define(w, "z:rat", THING_MOBILE);
    name_set(t, "a rat");
    gender_set(t, GENDER_FEMALE);
    limbo_freeze(t);
    return t;
}

START_TEST(a_prototype_may_be_read_by_all_and_copied)
{
    struct zone *zone = world_add_zone(w, "z", "Z");
    struct thing *of = world_define(w, "z:rat", THING_MOBILE);
    zone_own(zone, of);
    name_set(of, "a rat");
    gender_set(of, GENDER_FEMALE);
    limbo_freeze(of);
    ck_assert_int_eq(place_kind(place_peek(&of->place)), PLACE_FROZEN);
    world_settle(w);
    of->flags |= THING_PLACED;
    lockset_clear(&ls); // nothing is held
    struct thing *t = limbo_copy(of);
    ck_limbo(t);
    ck_assert_ptr_ne(t, of);
    ck_assert_ptr_eq(thing_prototype(t), of);
    ck_assert_str_eq(thing_refname(t), "z:rat");
    ck_assert_str_eq(thing_label(t), "z:rat");
    ck_assert_ptr_eq(thing_zone(t), zone);
    ck_assert_uint_eq(t->flags, THING_MOBILE | THING_COPY); // neither built nor placed
    ck_assert_uint_eq(attr_set_count(&t->changed), 0);
    ck_assert_str_eq(name_get(t), "a rat");
    ck_assert_int_eq(gender_get(t), GENDER_FEMALE);
    ck_assert(inventory_has(t));
    ck_assert_ptr_ne(thing_lock(t), thing_lock(of));
    ck_assert_ptr_null(thing_origin(t));
    name_set(t, "a grey rat");
    ck_assert_str_eq(name_get(of), "a rat");
    limbo_free(t);
}
END_TEST

START_TEST(what_is_still_being_built_is_a_prototype_too)
{
    struct thing *of = world_define(w, "z:rat", 0), *t = limbo_copy(of);
    ck_assert_ptr_eq(thing_prototype(t), of);
    limbo_free(t);
    limbo_freeze(of);
}
END_TEST

START_TEST(a_copy_of_a_copy_has_the_same_prototype)
{
    struct thing *of = model(), *first = limbo_copy(of);
    name_set(first, "a grey rat");
    struct thing *second = limbo_copy(first);
    ck_assert_ptr_eq(thing_prototype(second), of);
    ck_assert_str_eq(name_get(second), "a grey rat");
    ck_assert(play_has_only(&second->changed, ATTR_NAME,
                            ATTR_NAME)); // as the first, so that it is written down
    play_put(first, room);
    struct thing *third = limbo_copy(first);
    ck_assert_ptr_eq(thing_prototype(third), of);
    limbo_free(second);
    limbo_free(third);
}
END_TEST

// One of the world's own in play may end before its copies do: it is nobody's prototype.
START_TEST(what_is_in_play_is_no_prototype)
{
    struct thing *of = world_define(w, "z:statue", 0);
    name_set(of, "a statue");
    play_put(of, room);
    world_settle(w);
    ck_assert_uint_eq(attr_set_count(&of->changed), 0);
    struct thing *t = limbo_copy(of);
    ck_assert_ptr_null(thing_prototype(t));
    ck_assert_str_eq(thing_refname(t), "z:statue");
    ck_assert(play_has_only(&t->changed, ATTR_NAME, ATTR_NAME)); // all of it is its own
    ck_assert_uint_eq(t->flags, THING_COPY);
    limbo_free(t);
}
END_TEST

START_TEST(a_copy_is_read_from_under_the_lock)
{
    struct thing *of = play_thing("a ball", THING_COPY, room), *copy;
    CK_TOLD(copy = limbo_copy(of));
    limbo_free(copy);
}
END_TEST

START_TEST(a_player_is_nobodys_copy)
{
    struct thing *template = world_define(w, "z:player", THING_PLAYER);
    struct health h = {.current = 30, .maximum = 30}, of;
    health_set(template, &h);
    template->zone = world_add_zone(w, "z", "Z");
    limbo_freeze(template);
    struct thing *ann = limbo_player(w, template, "Ann");
    ck_limbo(ann);
    ck_assert_uint_eq(ann->flags, THING_PLAYER | THING_COPY);
    ck_assert_ptr_null(thing_prototype(ann));
    ck_assert_ptr_null(thing_zone(ann));
    ck_assert_str_eq(thing_refname(ann), "");
    ck_assert_str_eq(thing_label(ann), "Ann");
    ck_assert(health_get(ann, &of));
    ck_assert_int_eq(of.maximum, 30);
    ck_assert(inventory_has(ann));
    struct thing *ben = limbo_player(w, NULL, "Ben");
    ck_assert_uint_eq(ben->flags, THING_PLAYER | THING_COPY);
    ck_assert_str_eq(thing_label(ben), "Ben");
    ck_assert(inventory_has(ben)); // whatever the template has
    ck_assert(!health_get(ben, &of));
    limbo_free(ann);
    limbo_free(ben);
}
END_TEST

START_TEST(what_is_taken_keeps_what_is_in_it)
{
    struct thing *bag = play_box("a bag", 0, room), *ball = play_thing("a ball", THING_COPY, bag);
    write_set_clear(&noted);
    limbo_take(bag);
    ck_limbo(bag);
    ck_assert_uint_eq(check_task(&ls)->limbo, 1);
    ck_assert_uint_eq(inventory_count(room, INVENTORY_THINGS), 0);
    ck_assert_int_eq(bag->list, INVENTORY_LISTS);
    ck_assert(play_noted(bag, WRITE_SET_MOVED));
    ck_assert(!play_noted(ball, WRITE_SET_MOVED));
    ck_assert_ptr_eq(inventory_any(bag), ball);
    ck_assert_int_eq(limbo_publish(bag, yard), INVENTORY_MOVED);
    ck_assert_uint_eq(check_task(&ls)->limbo, 0);
    ck_assert_ptr_eq(thing_where(bag), yard);
    ck_assert_ptr_eq(inventory_first(yard, INVENTORY_THINGS), bag);
    ck_assert_ptr_eq(thing_outermost(ball), yard);
}
END_TEST

START_TEST(what_is_not_in_play_is_not_taken_again)
{
    struct thing *ball = play_thing("a ball", THING_COPY, room);
    limbo_take(ball);
    uint64_t token = place_peek(&ball->place);
    limbo_take(ball);
    expected++; // "not in play"
    ck_assert_uint_eq(place_peek(&ball->place), token);
    ck_assert_uint_eq(check_count(L018_TOKEN_MISUSED), 1);
    limbo_free(ball);
}
END_TEST

START_TEST(each_kind_is_published_into_its_list)
{
    struct thing *wall = play_thing("a wall", THING_NARRATIVE, room);
    struct thing *ann = play_player("Ann", 1, room);
    ck_assert_ptr_eq(inventory_first(room, INVENTORY_NARRATIVE), wall);
    ck_assert_ptr_eq(inventory_first(room, INVENTORY_PLAYERS), ann);
    limbo_take(ann);
    ck_assert_ptr_null(inventory_first(room, INVENTORY_PLAYERS));
    limbo_free(ann);
}
END_TEST

START_TEST(what_is_refused_stays_in_limbo)
{
    struct thing *box = play_box("a box", 1, room), *purse = play_box("a purse", 0, box);
    struct thing *ball = limbo_new(w, THING_COPY, "a ball");
    ck_assert_int_eq(limbo_publish(ball, box), INVENTORY_FULL);
    ck_limbo(ball);
    ck_assert_uint_eq(inventory_count(box, INVENTORY_THINGS), 1);
    ck_assert_int_eq(limbo_publish(ball, purse), INVENTORY_MOVED);
    limbo_take(box);
    ck_assert_int_eq(limbo_publish(box, purse), INVENTORY_CYCLE);
    ck_assert_int_eq(limbo_publish(box, box), INVENTORY_CYCLE);
    ck_limbo(box);
    ck_assert_int_eq(limbo_publish(box, room), INVENTORY_MOVED);
    ck_assert_ptr_eq(thing_outermost(ball), room);
}
END_TEST

START_TEST(publishing_needs_the_lock_of_where_to)
{
    struct thing *ball = limbo_new(w, THING_COPY, "a ball");
    CK_TOLD(ck_assert_int_eq(limbo_publish(ball, yard), INVENTORY_MOVED));
    ck_assert_uint_eq(check_count(L013_LIST_UNLOCKED), 1);
}
END_TEST

START_TEST(taking_needs_the_lock)
{
    struct thing *ball = play_thing("a ball", THING_COPY, room);
    CK_TOLD(limbo_take(ball));
    limbo_free(ball);
}
END_TEST

START_TEST(a_location_is_in_itself)
{
    struct thing *t = world_define(w, "z:shed", THING_LOCATION);
    ck_assert_uint_eq(check_task(&ls)->limbo, 1);
    limbo_publish_root(t);
    ck_assert(place_is_root(&t->place));
    ck_assert_uint_eq(check_task(&ls)->limbo, 0);
    ck_assert_ptr_eq(thing_outermost(t), t);
}
END_TEST

START_TEST(only_what_is_the_tasks_is_frozen)
{
    struct thing *t = limbo_new(w, 0, "a model"), *ball = play_thing("a ball", THING_COPY, room);
    limbo_freeze(t);
    ck_assert_int_eq(place_kind(place_peek(&t->place)), PLACE_FROZEN);
    ck_assert_uint_eq(check_task(&ls)->limbo, 0);
    limbo_freeze(ball);
    expected++;
    ck_assert_uint_eq(check_count(L018_TOKEN_MISUSED), 1);
    check_set_level(CHECK_OFF); // it is in a list and in none: mended for the end of the test
    place_store_at(&ball->place, place_word_in(&room->place), SITE);
    check_set_level(CHECK_RULES);
}
END_TEST

START_TEST(an_origin_makes_a_thing_unique)
{
    struct thing *t = limbo_copy(model());
    ck_assert(thing_is(t, THING_COPY));
    limbo_set_origin(t, room);
    ck_assert(!thing_is(t, THING_COPY));
    ck_assert(thing_is(t, THING_MOBILE)); // the other flags stay
    ck_assert_ptr_eq(thing_origin(t), room);
    ck_assert_uint_eq(room->place.pins, 1);
    limbo_set_origin(t, yard);
    ck_assert_uint_eq(room->place.pins, 0);
    ck_assert_uint_eq(yard->place.pins, 1);
    limbo_set_origin(t, yard);
    ck_assert_uint_eq(yard->place.pins, 1);
    limbo_set_origin(t, NULL);
    ck_assert_ptr_null(thing_origin(t));
    ck_assert_uint_eq(yard->place.pins, 0);
    ck_assert(thing_is(t, THING_COPY | THING_MOBILE));
    limbo_free(t);
}
END_TEST

START_TEST(an_origin_is_given_under_the_lock)
{
    struct thing *t = play_thing("a ball", THING_COPY, room);
    CK_TOLD(limbo_set_origin(t, room));
}
END_TEST

START_TEST(all_that_is_in_it_ends_too)
{
    size_t before = world_things(w);
    struct thing *bag = play_box("a bag", 0, room), *purse = play_box("a purse", 0, bag);
    struct thing *coin = play_thing("a coin", THING_COPY, purse),
                 *rim = play_thing("a rim", THING_NARRATIVE, bag);
    struct thing *second = play_thing("a coin", THING_COPY, purse);
    struct tref refs[] = {thing_ref(bag), thing_ref(purse), thing_ref(coin), thing_ref(rim),
                          thing_ref(second)};
    inventory_disable(rim);
    ck_assert_uint_eq(world_things(w), before + 5);
    limbo_take(bag);
    limbo_free(bag);
    ck_assert_uint_eq(world_things(w), before);
    ck_assert_uint_eq(check_task(&ls)->limbo, 0);
    for (int i = 0; i < 5; i++)
        ck_assert_ptr_null(thing_find(w, refs[i]));
}
END_TEST

// A register that refers to it by address would be left with a stranger.
START_TEST(what_somebody_refers_to_does_not_end_in_silence)
{
    struct thing *bag = play_box("a bag", 0, room), *ball = play_thing("a ball", THING_COPY, room);
    limbo_set_origin(ball, bag);
    limbo_take(bag);
    limbo_free(bag);
    expected++;
    ck_assert_uint_eq(check_count(L010_FREED_WHILE_REFERENCED), 1);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("limbo");
    TCase *t = tcase_create("limbo");
    tcase_add_checked_fixture(t, play_begin, play_end);
    tcase_add_test(t, a_new_thing_is_the_tasks);
    tcase_add_test(t, a_prototype_may_be_read_by_all_and_copied);
    tcase_add_test(t, what_is_still_being_built_is_a_prototype_too);
    tcase_add_test(t, a_copy_of_a_copy_has_the_same_prototype);
    tcase_add_test(t, what_is_in_play_is_no_prototype);
    tcase_add_test(t, a_copy_is_read_from_under_the_lock);
    tcase_add_test(t, a_player_is_nobodys_copy);
    tcase_add_test(t, what_is_taken_keeps_what_is_in_it);
    tcase_add_test(t, what_is_not_in_play_is_not_taken_again);
    tcase_add_test(t, each_kind_is_published_into_its_list);
    tcase_add_test(t, what_is_refused_stays_in_limbo);
    tcase_add_test(t, publishing_needs_the_lock_of_where_to);
    tcase_add_test(t, taking_needs_the_lock);
    tcase_add_test(t, a_location_is_in_itself);
    tcase_add_test(t, only_what_is_the_tasks_is_frozen);
    tcase_add_test(t, an_origin_makes_a_thing_unique);
    tcase_add_test(t, an_origin_is_given_under_the_lock);
    tcase_add_test(t, all_that_is_in_it_ends_too);
    tcase_add_test(t, what_somebody_refers_to_does_not_end_in_silence);
    suite_add_tcase(s, t);
    return play_run(s);
}
