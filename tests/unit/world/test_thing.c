// Things: which one a reference finds, where one is, and the attributes that it keeps.
#include "play_kit.h"

#include "world/attr/gender.h"
#include "world/attr/text.h"
#include "world/attr/wordlist.h"
#include "world/snapshot/write_set_digest.h"
#include "world/zone.h"

START_TEST(a_new_thing_has_nothing)
{
    struct thing *t = thing_alloc(w);
    ck_assert_ptr_eq(thing_world(t), w);
    ck_assert_str_eq(thing_refname(t), "");
    ck_assert_str_eq(thing_label(t), "?");
    ck_assert_ptr_null(thing_prototype(t));
    ck_assert_ptr_null(thing_zone(t));
    ck_assert_ptr_null(thing_lock(t));
    ck_assert_uint_eq(t->flags, 0);
    ck_assert_uint_eq(attr_set_count(&t->has), 0);
    ck_assert_uint_eq(attr_set_count(&t->changed), 0);
    ck_assert_int_eq(t->list, INVENTORY_LISTS);
    ck_assert_int_eq(place_kind(place_peek(&t->place)), PLACE_DEAD);
    thing_release(t);
}
END_TEST

// The slot of one that had everything.
START_TEST(nothing_is_left_of_the_one_before_in_its_slot)
{
    struct zone *zone = world_add_zone(w, "z", "Z");
    struct thing *t = limbo_new(w, THING_MOBILE | THING_COPY, "a rat");
    uint32_t index = t->place.index;
    name_set(t, "a rat");
    inventory_give(t, 3);
    t->refname = "z:rat";
    t->prototype = room;
    t->zone = zone;
    t->population = 2;
    limbo_set_origin(t, yard);
    ck_assert_uint_ne(write_set_digest_identity(t), 0);
    check_set_level(CHECK_OFF); // with the checker on a slot rests before it is used again
    limbo_free(t);
    ck_assert_uint_eq(yard->place.pins, 0);
    ck_assert_ptr_null(thing_lock(t));
    ck_assert_uint_eq(attr_set_count(&t->has), 0);
    ck_assert_int_eq(place_kind(place_peek(&t->place)), PLACE_DEAD);
    struct thing *again = thing_alloc(w);
    ck_assert_ptr_eq(again, t);
    ck_assert_uint_eq(again->place.index, index);
    ck_assert_str_eq(thing_label(again), "?");
    ck_assert_str_eq(thing_refname(again), "");
    ck_assert_ptr_null(thing_prototype(again));
    ck_assert_ptr_null(thing_zone(again));
    ck_assert_ptr_null(again->origin);
    ck_assert_ptr_null(thing_attr(again, ATTR_NAME));
    ck_assert_uint_eq(again->flags, 0);
    ck_assert_uint_eq(again->population, 0);
    ck_assert_uint_eq(again->identity, 0);
    ck_assert_int_eq(again->list, INVENTORY_LISTS);
    thing_release(again);
}
END_TEST

START_TEST(a_reference_finds_its_own_thing_only)
{
    struct thing *t = play_thing("a ball", THING_COPY, room);
    struct tref ref = thing_ref(t), next = {ref.index, ref.generation + 1};
    ck_assert_uint_eq(ref.index, t->place.index);
    ck_assert_ptr_eq(thing_find(w, ref), t);
    ck_assert_ptr_null(thing_find(w, next));
    ck_assert_ptr_null(thing_find(w, (struct tref){0}));
    ck_assert_ptr_null(thing_find(w, (struct tref){0, 1}));
    ck_assert_ptr_null(thing_find(w, (struct tref){world_slots(w), 1}));
    ck_assert_ptr_null(thing_find(w, (struct tref){UINT32_MAX, 1}));
    limbo_take(t);
    ck_assert_ptr_eq(thing_find(w, ref), t); // out of play, but there
    check_set_level(CHECK_OFF); // with the checker on a slot rests before it is used again
    limbo_free(t);
    ck_assert_ptr_null(thing_find(w, ref));
    struct thing *other = play_thing("a bell", THING_COPY, room);
    ck_assert_ptr_eq(other, t);
    ck_assert_ptr_null(thing_find(w, ref));
    ck_assert_ptr_eq(thing_find(w, next), other);
}
END_TEST

START_TEST(a_reference_is_compared_whole)
{
    struct thing *ball = play_thing("a ball", THING_COPY, room),
                 *bell = play_thing("a bell", THING_COPY, room);
    struct tref ref = thing_ref(ball);
    ck_assert(thing_is_ref(ball, ref));
    ck_assert(!thing_is_ref(bell, ref)); // of the same generation
    ck_assert(!thing_is_ref(ball, (struct tref){ref.index, ref.generation + 1}));
    ck_assert(!thing_is_ref(ball, (struct tref){0}));
}
END_TEST

// Its slot may be another's by the next time.
START_TEST(who_asks_for_the_reference_of_the_dead_is_told)
{
    struct thing *ball = play_thing("a ball", THING_COPY, room);
    limbo_take(ball);
    limbo_free(ball);
    thing_ref(ball);
    ck_assert_uint_eq(check_count(L033_DEAD), 1);
    expected++;
}
END_TEST

START_TEST(all_flags_that_are_asked_for_count)
{
    struct thing *t = limbo_new(w, THING_LOCATION | THING_START, "a place");
    ck_assert(thing_is(t, THING_LOCATION));
    ck_assert(thing_is(t, THING_LOCATION | THING_START));
    ck_assert(!thing_is(t, THING_LOCATION | THING_MOBILE));
    ck_assert(!thing_is(t, THING_MOBILE));
    ck_assert(thing_is(t, 0));
    ck_assert(!thing_is_creature(t));
    t->flags = THING_MOBILE | THING_COPY;
    ck_assert(thing_is_creature(t));
    t->flags = THING_PLAYER;
    ck_assert(thing_is_creature(t));
    limbo_free(t);
}
END_TEST

START_TEST(a_label_is_kept_and_makes_another_identity)
{
    char text[] = "a ball";
    struct thing *t = limbo_new(w, THING_COPY, text);
    uint16_t was = write_set_digest_identity(t);
    text[2] = 'h';
    ck_assert_str_eq(thing_label(t), "a ball");
    thing_set_label(t, text);
    text[2] = 't';
    ck_assert_str_eq(thing_label(t), "a hall");
    ck_assert_uint_ne(write_set_digest_identity(t), was);
    ck_assert_uint_eq(write_set_digest_identity(t), write_set_digest_identity_of("a hall", ""));
    limbo_free(t);
}
END_TEST

START_TEST(where_a_thing_is)
{
    struct thing *bag = play_box("a bag", 0, room), *ball = play_thing("a ball", THING_COPY, bag);
    ck_assert_ptr_null(thing_where(room));
    ck_assert_ptr_eq(thing_outermost(room), room);
    ck_assert_ptr_eq(thing_where(bag), room);
    ck_assert_ptr_eq(thing_where(ball), bag);
    ck_assert_ptr_eq(thing_outermost(ball), room);
    ck_assert_ptr_eq(thing_outermost(bag), room);
    limbo_take(bag); // with what is in it
    ck_assert_ptr_null(thing_where(bag));
    ck_assert_ptr_null(thing_outermost(bag));
    ck_assert_ptr_eq(thing_where(ball), bag);
    ck_assert_ptr_null(thing_outermost(ball));
    ck_assert_int_eq(limbo_publish(bag, yard), INVENTORY_MOVED);
    ck_assert_ptr_eq(thing_outermost(ball), yard);
    struct thing *model = limbo_new(w, 0, "a model");
    limbo_freeze(model);
    ck_assert_ptr_null(thing_where(model));
    ck_assert_ptr_null(thing_outermost(model));
}
END_TEST

START_TEST(inside_at_any_depth)
{
    struct thing *bag = play_box("a bag", 0, room), *purse = play_box("a purse", 0, bag);
    struct thing *coin = play_thing("a coin", THING_COPY, purse), *box = play_box("a box", 0, room);
    ck_assert(thing_inside(coin, coin));
    ck_assert(thing_inside(coin, purse));
    ck_assert(thing_inside(coin, bag));
    ck_assert(thing_inside(coin, room));
    ck_assert(thing_inside(room, room));
    ck_assert(!thing_inside(coin, box));
    ck_assert(!thing_inside(coin, yard));
    ck_assert(!thing_inside(bag, coin));
    ck_assert(!thing_inside(room, bag));
    limbo_take(bag);
    ck_assert(thing_inside(coin, bag));
    ck_assert(!thing_inside(coin, room));
    limbo_free(bag);
}
END_TEST

START_TEST(only_what_has_an_inventory_has_a_lock)
{
    struct thing *bag = play_box("a bag", 0, room), *ball = play_thing("a ball", THING_COPY, bag);
    ck_assert_ptr_nonnull(thing_lock(room));
    ck_assert_ptr_nonnull(thing_lock(bag));
    ck_assert_ptr_ne(thing_lock(bag), thing_lock(room));
    ck_assert_ptr_null(thing_lock(ball));
}
END_TEST

START_TEST(the_origin_is_asked_for_under_the_lock)
{
    struct thing *ball = play_thing("a ball", THING_COPY, room);
    ck_assert_ptr_null(thing_origin(ball));
    limbo_set_origin(ball, yard);
    ck_assert_ptr_eq(thing_origin(ball), yard);
    CK_TOLD(thing_origin(ball));
}
END_TEST

// Values that can be told apart, of which freeing each is right.
static const enum attr_id ids[] = {ATTR_WRITING,    ATTR_NAME,     ATTR_WIELDABLE,   ATTR_PRESENCE,
                                   ATTR_ON_CLEANUP, ATTR_HOLDABLE, ATTR_DESCRIPTION, ATTR_ALIASES,
                                   ATTR_ON_RESET,   ATTR_WEARABLE};
enum { IDS = sizeof(ids) / sizeof(ids[0]) };

static bool is_words(enum attr_id id)
{
    return id == ATTR_WIELDABLE || id == ATTR_HOLDABLE || id == ATTR_WEARABLE || id == ATTR_ALIASES;
}

static void *value_of(enum attr_id id, const char *more)
{
    char *text = mem_printf("%s%s", attr_name(id), more);
    const char *const one[] = {text};
    void *value = is_words(id) ? (void *)wordlist_new(one, 1, false) : text_new(text);
    free(text);
    return value;
}

static void ck_value(struct thing *t, enum attr_id id, const char *more)
{
    char *text = mem_printf("%s%s", attr_name(id), more);
    const void *value = thing_attr(t, id);
    ck_assert_msg(value, "%s is lost", attr_name(id));
    ck_assert_str_eq(is_words(id) ? ((const struct wordlist *)value)->words[0] : text_peek(value),
                     text);
    free(text);
}

START_TEST(attributes_come_and_go_in_any_order)
{
    struct thing *t = limbo_new(w, THING_COPY, "a thing");
    for (unsigned i = 0; i < IDS; i++) {
        ck_assert_ptr_null(thing_attr(t, ids[i]));
        thing_attr_store(t, ids[i], value_of(ids[i], ""));
        for (unsigned k = 0; k < IDS; k++)
            if (k <= i)
                ck_value(t, ids[k], "");
            else
                ck_assert_ptr_null(thing_attr(t, ids[k]));
    }
    gender_set(t, GENDER_FEMALE); // the eleventh: more room once more
    for (unsigned i = 0; i < IDS; i++)
        ck_value(t, ids[i], "");
    thing_attr_store(t, ATTR_PRESENCE, value_of(ATTR_PRESENCE, " changed"));
    ck_value(t, ATTR_PRESENCE, " changed");
    thing_attr_store(t, ATTR_PRESENCE, value_of(ATTR_PRESENCE, ""));
    for (unsigned i = 0; i < IDS; i++) {
        thing_attr_store(t, ids[i], NULL);
        thing_attr_store(t, ids[i], NULL); // is gone already
        for (unsigned k = 0; k < IDS; k++)
            if (k > i)
                ck_value(t, ids[k], "");
            else
                ck_assert_ptr_null(thing_attr(t, ids[k]));
    }
    ck_assert_int_eq(gender_get(t), GENDER_FEMALE);
    ck_assert(play_has_only(&t->has, ATTR_GENDER, ATTR_GENDER));
    limbo_free(t);
}
END_TEST

START_TEST(a_thing_knows_which_attributes_were_changed)
{
    struct thing *t = limbo_new(w, THING_COPY, "a thing");
    ck_assert_uint_eq(attr_set_count(&t->changed), 0);
    name_set(t, "a thing");
    ck_assert(play_has_only(&t->changed, ATTR_NAME, ATTR_NAME));
    thing_attr_store(t, ATTR_WRITING, NULL);
    ck_assert(play_has_only(&t->changed, ATTR_NAME, ATTR_WRITING));
    limbo_free(t);
}
END_TEST

START_TEST(what_ends_lets_go_of_what_it_shares)
{
    struct thing *t = limbo_new(w, THING_COPY, "a ball");
    name_set(t, "a ball");
    struct thing *copy = limbo_copy(t);
    const void *name = thing_attr(t, ATTR_NAME);
    ck_assert_ptr_eq(thing_attr(copy, ATTR_NAME), name);
    ck_assert(attr_shared_counted(ATTR_NAME, name));
    limbo_free(copy);
    ck_assert(!attr_shared_counted(ATTR_NAME, name));
    limbo_free(t);
}
END_TEST

START_TEST(what_ends_is_noted_under_its_label)
{
    struct thing *t = play_thing("a ball", THING_COPY, room);
    uint16_t identity = write_set_digest_identity(t);
    write_set_clear(&noted);
    limbo_take(t);
    ck_assert(play_noted(t, WRITE_SET_MOVED));
    limbo_free(t);
    ck_assert_uint_eq(noted.count, 1);
    ck_assert_int_eq(noted.list[0].what, WRITE_SET_ENDED);
    ck_assert_ptr_null(noted.list[0].place);
    ck_assert_str_eq(noted.list[0].label, "a ball");
    ck_assert_uint_eq(noted.list[0].identity, identity);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("thing");
    TCase *t = tcase_create("thing");
    tcase_add_checked_fixture(t, play_begin, play_end);
    tcase_add_test(t, a_new_thing_has_nothing);
    tcase_add_test(t, nothing_is_left_of_the_one_before_in_its_slot);
    tcase_add_test(t, a_reference_finds_its_own_thing_only);
    tcase_add_test(t, a_reference_is_compared_whole);
    tcase_add_test(t, who_asks_for_the_reference_of_the_dead_is_told);
    tcase_add_test(t, all_flags_that_are_asked_for_count);
    tcase_add_test(t, a_label_is_kept_and_makes_another_identity);
    tcase_add_test(t, where_a_thing_is);
    tcase_add_test(t, inside_at_any_depth);
    tcase_add_test(t, only_what_has_an_inventory_has_a_lock);
    tcase_add_test(t, the_origin_is_asked_for_under_the_lock);
    tcase_add_test(t, attributes_come_and_go_in_any_order);
    tcase_add_test(t, a_thing_knows_which_attributes_were_changed);
    tcase_add_test(t, what_ends_lets_go_of_what_it_shares);
    tcase_add_test(t, what_ends_is_noted_under_its_label);
    suite_add_tcase(s, t);
    return play_run(s);
}
