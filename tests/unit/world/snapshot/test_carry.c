// A world carried over to other zone files: what stays, what comes, what goes, and where to.
#include "snapshot_kit.h"

#include "world/attr/reset.h"
#include "world/inventory.h"
#include "world/snapshot/carry.h"
#include "world/snapshot/carry_priv.h"

#include <unistd.h>

static struct world *then, *now;
static struct carry *carried;

static const char *const rooms =
    "\"yard\": {\"name\": \"The yard\", \"description\": \"Y.\", \"exits\": {\"north\": \"shed\"}},"
    "\"gate\": {\"name\": \"The gate\", \"description\": \"G.\", \"start\": true},"
    "\"shed\": {\"name\": \"The shed\", \"description\": \"S.\", \"exits\": {\"south\": \"yard\"}}";

#define GOAT(max)                                                                                          \
    "\"goat\": {\"name\": \"a goat\", \"mobile\": true, \"in\": \"yard\", \"health\": {\"maximum\": " #max \
    "}}"
#define DOOR(text)                                                                                 \
    "\"door\": {\"name\": \"a door\", \"description\": \"" text                                    \
    "\", \"narrative\": true, \"in\": \"yard\","                                                   \
    " \"door\": {\"exit\": \"north\", \"open\": false}}"
#define BAG(where) "\"bag\": {\"name\": \"a bag\", \"in\": \"" where "\", \"inventory\": true}"
#define NUT "\"nut\": {\"name\": \"a nut\"}"

// The world of one zone.
static struct world *world_of(const char *locations, const char *things, const char *resets)
{
    struct buf text = BUF_INIT;
    char path[] = "/tmp/latchkey-carry-XXXXXX.json";
    int fd = mkstemps(path, 5);
    ck_assert_int_ge(fd, 0);
    buf_addf(
        &text,
        "{\"zone\": {\"ref\": \"z\", \"name\": \"Z\", \"reset\": {\"mode\": \"always\", \"every\": "
        "\"1h\"}}, \"locations\": {%s}, \"things\": {%s}, \"resets\": [%s]}",
        locations, things, resets);
    ck_assert_int_eq(write(fd, text.data, text.len), (ssize_t)text.len);
    close(fd);
    lockset_leave(&ls);
    struct doc_problems p = DOC_PROBLEMS_INIT;
    struct world *made = world_new();
    const char *paths[] = {path};
    if (zones_load(made, paths, 1, false, &p, NULL) != ZONES_LOADED)
        ck_abort_msg("%s in %s", p.list[0].text, text.data);
    world_settle(made);
    doc_problems_fini(&p);
    lockset_enter(&ls);
    buf_fini(&text);
    unlink(path);
    return made;
}

static void carry(void)
{
    lockset_leave(&ls);
    carried = carry_over(then, now);
    lockset_enter(&ls);
}

static void over(void)
{
    carry_free(carried);
    carried = NULL;
    world_free(now);
    world_free(then);
    now = then = NULL;
}

static struct thing *in(struct world *of, const char *place, enum inventory_list list,
                        const char *label)
{
    struct thing *holder = world_lookup(of, place);
    ck_assert_ptr_nonnull(holder);
    for (struct thing *t = inventory_peek(holder, list); t; t = t->next)
        if (!strcmp(thing_label(t), label))
            return t;
    return NULL;
}

static struct thing *lies(struct world *of, const char *place, const char *label)
{
    return in(of, place, INVENTORY_THINGS, label);
}

static size_t how_many(struct world *of, const char *label)
{
    size_t n = 0;
    for (uint32_t i = 1; i < world_slots(of); i++) {
        struct thing *t = world_slot(of, i);
        n += place_kind(place_peek(&t->place)) == PLACE_PLACED && !strcmp(thing_label(t), label);
    }
    return n;
}

static struct thing *copy_into(struct world *of, const char *ref, struct thing *into)
{
    struct thing *t = limbo_copy(world_lookup(of, ref));
    ck_assert_int_eq(limbo_publish(t, into), INVENTORY_MOVED);
    return t;
}

static void move(struct thing *t, struct thing *to)
{
    ck_assert_int_eq(inventory_move(t, to), INVENTORY_MOVED);
}

// A world full of changes, to the same files: nothing may be another. Copies, what is worn,
// disabled, dead.
START_TEST(the_same_files_give_the_same_world)
{
    struct rng chance;
    rng_seed(&chance, (uint64_t)_i);
    then = build(ZONES_BOTH);
    now = build(ZONES_BOTH);
    for (int i = 0; i < 300; i++) {
        struct thing *t = world_slot(then, 1 + (uint32_t)rng_below(&chance, world_slots(then) - 1));
        struct thing *to =
            world_slot(then, 1 + (uint32_t)rng_below(&chance, world_slots(then) - 1));
        struct reset reset = {0};
        if (snapshot_is_built(t) && reset_get(t, &reset) && (reset.spawn || reset.each))
            continue; // is at home, or becomes another
        bool inside = carry_is_inside(t),
             holds = snapshot_in_play(to) && inventory_has(to) && *to->refname;
        if (inside && holds && rng_below(&chance, 2))
            (void)!inventory_move(t, to); // what has no room, or would be in itself, stays
        else if (place_kind(place_peek(&t->place)) == PLACE_FROZEN && *t->refname && holds &&
                 !inventory_is_full(to, t))
            copy_into(then, t->refname, to);
        else if (inside && carry_is_home(t) && t->list != INVENTORY_DISABLED &&
                 rng_below(&chance, 2))
            inventory_disable(t);
        else if (inside && door_is(t))
            door_change(t, rng_below(&chance, 2), false);
    }
    uint64_t digest = world_digest(then);
    carry();
    ck_assert_uint_eq(world_digest(now), digest);
    free(description(now)); // which looks at every list
    size_t notes;
    carry_notes(carried, &notes);
    ck_assert_uint_eq(notes, 0);
    over();
}
END_TEST

START_TEST(creatures_keep_place_and_health)
{
    then = world_of(rooms,
                    GOAT(5) ",\"cow\": {\"name\": \"a cow\", \"mobile\": true, \"in\": \"yard\","
                            " \"health\": {\"maximum\": 7}}",
                    "");
    now = world_of(rooms,
                   GOAT(9) ",\"cow\": {\"name\": \"a cow\", \"mobile\": true, \"in\": \"yard\","
                           " \"health\": {\"maximum\": 3}}",
                   "");
    struct health h = {.current = 2, .maximum = 5};
    struct thing *goat = lies(then, "z:yard", "a goat");
    health_set(goat, &h);
    move(goat, world_lookup(then, "z:shed"));
    h = (struct health){.current = 6, .maximum = 7};
    health_set(lies(then, "z:yard", "a cow"), &h);
    carry();
    goat = lies(now, "z:shed", "a goat");
    ck_assert_ptr_nonnull(goat);
    ck_assert(health_get(goat, &h));
    ck_assert_int_eq(h.current, 2);
    ck_assert_int_eq(h.maximum, 9);
    ck_assert(health_get(lies(now, "z:yard", "a cow"), &h));
    ck_assert_int_eq(h.current, 3); // more than it can have now
    ck_assert_uint_eq(how_many(now, "a goat"), 1);
    over();
}
END_TEST

START_TEST(doors_keep_their_state_on_both_sides)
{
    then = world_of(rooms, DOOR("Old."), "");
    now = world_of(rooms, DOOR("New."), "");
    door_change(in(then, "z:yard", INVENTORY_NARRATIVE, "a door"), true, false);
    carry();
    struct thing *near = in(now, "z:yard", INVENTORY_NARRATIVE, "a door"),
                 *far = in(now, "z:shed", INVENTORY_NARRATIVE, "a door");
    ck_assert(door_is_open(near));
    ck_assert(door_is_open(far));
    ck_assert_ptr_eq(door_far(near), far);
    ck_assert_str_eq(description_get(near), "New.");
    ck_assert_str_eq(description_get(far), "New.");
    ck_assert_uint_eq(how_many(now, "a door"), 2);
    over();
}
END_TEST

// What is at home goes with its home; what is away stays, and has another home.
START_TEST(home_is_where_the_builder_says)
{
    for (int away = 0; away < 2; away++) {
        then = world_of(rooms, BAG("yard"), "");
        now = world_of(rooms, BAG("shed"), "");
        struct thing *bag = lies(then, "z:yard", "a bag");
        if (away)
            move(bag, world_lookup(then, "z:gate"));
        carry();
        bag = lies(now, away ? "z:gate" : "z:shed", "a bag");
        ck_assert_ptr_nonnull(bag);
        ck_assert_ptr_eq(bag->origin, world_lookup(now, "z:shed"));
        ck_assert_uint_eq(how_many(now, "a bag"), 1);
        over();
    }
}
END_TEST

// The builder has made a source of copies of what was one of its kind, and somebody has it.
START_TEST(an_original_that_gives_copies_is_at_home)
{
    then = world_of(rooms, BAG("yard"), "");
    now = world_of(rooms,
                   "\"bag\": {\"name\": \"a bag\", \"in\": \"yard\", \"inventory\": true,"
                   " \"reset\": {\"after\": \"1m\", \"spawn\": true}}",
                   "");
    move(lies(then, "z:yard", "a bag"), world_lookup(then, "z:gate"));
    carry();
    struct thing *home = lies(now, "z:yard", "a bag"), *away = lies(now, "z:gate", "a bag");
    ck_assert_ptr_nonnull(home);
    ck_assert_ptr_nonnull(away);
    ck_assert_ptr_nonnull(home->origin);
    ck_assert_ptr_null(away->origin);
    ck_assert_uint_eq(how_many(now, "a bag"), 2);
    over();
}
END_TEST

START_TEST(what_waits_for_its_reset_waits)
{
    then = world_of(rooms, BAG("yard"), "");
    now = world_of(rooms, BAG("yard"), "");
    inventory_disable(lies(then, "z:yard", "a bag"));
    carry();
    ck_assert_ptr_nonnull(in(now, "z:yard", INVENTORY_DISABLED, "a bag"));
    ck_assert_uint_eq(how_many(now, "a bag"), 1);
    over();
}
END_TEST

START_TEST(what_is_in_a_thing_that_is_gone_stays_and_it_is_listed)
{
    size_t n;
    then = world_of(rooms, BAG("yard") "," NUT, "");
    now = world_of(rooms, NUT, "");
    for (int i = 0; i < 3; i++)
        copy_into(then, "z:nut", lies(then, "z:yard", "a bag"));
    copy_into(then, "z:bag", world_lookup(then, "z:shed"));
    carry();
    ck_assert_uint_eq(how_many(now, "a bag"), 0);
    ck_assert_uint_eq(how_many(now, "a nut"), 3);
    ck_assert_ptr_nonnull(lies(now, "z:yard", "a nut"));
    const struct carry_note *notes = carry_notes(carried, &n);
    ck_assert_uint_eq(n, 1);
    ck_assert_str_eq(notes->ref, "z:bag");
    ck_assert_str_eq(notes->name, "a bag");
    ck_assert_ptr_null(notes->to);
    ck_assert_uint_eq(notes->count, 2);
    ck_assert_uint_eq(carry_kept(carried), 3);
    over();
}
END_TEST

START_TEST(what_is_in_a_location_that_is_gone_moves_to_a_start)
{
    size_t n;
    then = world_of(rooms, BAG("yard") "," NUT, "");
    now = world_of("\"yard\": {\"name\": \"The yard\", \"description\": \"Y.\"},"
                   "\"gate\": {\"name\": \"The gate\", \"description\": \"G.\", \"start\": true}",
                   BAG("yard") "," NUT, "");
    struct thing *bag = lies(then, "z:yard", "a bag");
    copy_into(then, "z:nut", bag);
    copy_into(then, "z:nut", world_lookup(then, "z:shed"));
    move(bag, world_lookup(then, "z:shed"));
    carry();
    bag = lies(now, "z:gate", "a bag");
    ck_assert_ptr_nonnull(bag);
    ck_assert_ptr_nonnull(lies(now, "z:gate", "a nut"));
    ck_assert_uint_eq(inventory_count(bag, INVENTORY_THINGS), 1);
    const struct carry_note *notes = carry_notes(carried, &n);
    ck_assert_uint_eq(n, 1);
    ck_assert_str_eq(notes->ref, "z:shed");
    ck_assert_str_eq(notes->to, "z:gate");
    ck_assert_uint_eq(notes->count, 2);
    over();
}
END_TEST

// The bag's new home is the box, and the box was put into the bag.
START_TEST(nothing_ends_inside_itself)
{
    then = world_of(
        rooms, BAG("yard") ",\"box\": {\"name\": \"a box\", \"in\": \"shed\", \"inventory\": true}",
        "");
    now = world_of(
        rooms, BAG("box") ",\"box\": {\"name\": \"a box\", \"in\": \"shed\", \"inventory\": true}",
        "");
    move(lies(then, "z:shed", "a box"), lies(then, "z:yard", "a bag"));
    carry();
    ck_assert_uint_eq(how_many(now, "a bag"), 1);
    ck_assert_uint_eq(how_many(now, "a box"), 1);
    for (uint32_t i = 1; i < world_slots(now); i++) {
        struct thing *t = world_slot(now, i);
        uint64_t last;
        if (place_kind(place_peek(&t->place)) == PLACE_PLACED)
            ck_assert(place_is_root(place_root_peek(&t->place, &last)));
    }
    over();
}
END_TEST

// Its `in` was taken out: what is seen stays, as a copy that limits count; what belongs to the
// walls goes.
START_TEST(what_is_not_placed_any_more)
{
    then = world_of(rooms, BAG("yard") "," DOOR("Old."), "");
    now = world_of(rooms,
                   "\"bag\": {\"name\": \"a bag\", \"inventory\": true},"
                   "\"door\": {\"name\": \"a door\", \"narrative\": true}",
                   "{\"place\": \"bag\", \"in\": \"gate\", \"limit\": 1}");
    carry();
    struct thing *bag = lies(now, "z:yard", "a bag");
    ck_assert_ptr_nonnull(bag);
    ck_assert_ptr_null(bag->origin);
    ck_assert_uint_eq(how_many(now, "a bag"), 1);
    ck_assert_uint_eq(world_lookup(now, "z:bag")->population, 1);
    ck_assert_uint_eq(how_many(now, "a door"), 0);
    over();
}
END_TEST

#define PLACE_GOAT "{\"place\": \"pig\", \"in\": \"yard\"}"
#define PIG                                                                                        \
    "\"pig\": {\"name\": \"a pig\", \"mobile\": true}, \"hat\": {\"name\": \"a hat\", \"wearable\": [\"head\"]}"

// Up to its limit, over all that there are already, and not at all when that is reached.
START_TEST(new_resets_place_up_to_their_limit)
{
    then = world_of(rooms, NUT, "");
    now = world_of(rooms, NUT,
                   "{\"place\": \"nut\", \"in\": \"yard\", \"limit\": 2},"
                   "{\"place\": \"nut\", \"in\": \"shed\", \"limit\": 2},"
                   "{\"place\": \"nut\", \"in\": \"gate\", \"limit\": 2}");
    carry();
    ck_assert_uint_eq(how_many(now, "a nut"), 2);
    ck_assert_ptr_nonnull(lies(now, "z:yard", "a nut"));
    ck_assert_ptr_nonnull(lies(now, "z:shed", "a nut"));
    ck_assert_ptr_null(lies(now, "z:gate", "a nut"));
    over();
}
END_TEST

// What stood in the list was placed long ago; what is new is placed, with all that belongs to it,
// once.
START_TEST(resets_place_what_is_new_and_double_nothing)
{
    then = world_of(rooms, PIG "," NUT, PLACE_GOAT);
    copy_into(then, "z:pig", world_lookup(then, "z:shed"));
    now = world_of(
        rooms,
        PIG "," NUT ",\"cow\": {\"name\": \"a cow\", \"mobile\": true, \"body\": {\"head\": 1}}",
        PLACE_GOAT ", {\"place\": \"cow\", \"in\": \"shed\", \"then\": [{\"give\": \"nut\"},"
                   " {\"equip\": \"hat\", \"as\": \"wear\"}]},"
                   " {\"place\": \"nut\", \"in\": \"yard\", \"limit\": 1}");
    carry();
    ck_assert_uint_eq(how_many(now, "a pig"), 1);
    ck_assert_ptr_nonnull(lies(now, "z:shed", "a pig"));
    struct thing *cow = lies(now, "z:shed", "a cow");
    ck_assert_ptr_nonnull(cow);
    ck_assert_uint_eq(inventory_count(cow, INVENTORY_THINGS), 2);
    enum body_use use;
    struct thing *hat = inventory_peek(cow, INVENTORY_THINGS)->next;
    ck_assert(body_used(hat, &use));
    ck_assert_int_eq(use, BODY_WEAR);
    // The cow's nut counts already.
    ck_assert_uint_eq(how_many(now, "a nut"), 1);
    ck_assert_uint_eq(world_lookup(now, "z:cow")->population, 1);
    over();
}
END_TEST

START_TEST(copies_are_like_the_new_prototype)
{
    then = world_of(rooms,
                    "\"lamp\": {\"name\": \"a lamp\", \"description\": \"Tin.\", \"in\": \"yard\","
                    " \"reset\": {\"after\": \"1m\", \"spawn\": true}}",
                    "");
    now = world_of(rooms,
                   "\"lamp\": {\"name\": \"a lamp\", \"description\": \"Brass.\", \"in\": \"yard\","
                   " \"reset\": {\"after\": \"1m\", \"spawn\": true}}",
                   "");
    // A copy of what is in play has all its attributes as its own.
    struct thing *copy = limbo_copy(lies(then, "z:yard", "a lamp")), *other;
    ck_assert_int_eq(limbo_publish(copy, world_lookup(then, "z:shed")), INVENTORY_MOVED);
    other = copy_into(then, "z:lamp", world_lookup(then, "z:gate"));
    description_set(other, "Bent.");
    carry();
    ck_assert_str_eq(description_get(lies(now, "z:shed", "a lamp")), "Brass.");
    ck_assert_str_eq(description_get(lies(now, "z:gate", "a lamp")), "Bent.");
    ck_assert_str_eq(description_get(lies(now, "z:yard", "a lamp")), "Brass.");
    over();
}
END_TEST

START_TEST(what_is_worn_stays_worn_by_the_same)
{
    static const char things[] =
        PIG ",\"cow\": {\"name\": \"a cow\", \"mobile\": true, \"body\": {\"head\": 1},"
            " \"in\": \"yard\"}";
    then = world_of(rooms, things, "");
    now = world_of(rooms, things, "");
    struct thing *hat = copy_into(then, "z:hat", lies(then, "z:yard", "a cow")), *by;
    const char *slot;
    enum body_use use;
    ck_assert_int_eq(body_use(lies(then, "z:yard", "a cow"), hat, BODY_WEAR, &by, &slot),
                     BODY_DONE);
    carry();
    ck_assert(body_used(inventory_peek(lies(now, "z:yard", "a cow"), INVENTORY_THINGS), &use));
    over();
    then = world_of(rooms, things, "");
    now = world_of(rooms, PIG, "");
    hat = copy_into(then, "z:hat", lies(then, "z:yard", "a cow"));
    ck_assert_int_eq(body_use(lies(then, "z:yard", "a cow"), hat, BODY_WEAR, &by, &slot),
                     BODY_DONE);
    carry();
    ck_assert(!body_used(lies(now, "z:yard", "a hat"), &use));
    over();
}
END_TEST

// Who fights whom goes by things, not by slots.
START_TEST(a_fight_goes_on)
{
    then = world_of(rooms, GOAT(5) "," PIG, "");
    now = world_of(rooms, "\"aa\": {\"name\": \"an ass\", \"in\": \"gate\"}," GOAT(5) "," PIG, "");
    struct thing *pig = copy_into(then, "z:pig", world_lookup(then, "z:yard")), *goat;
    goat = lies(then, "z:yard", "a goat");
    struct fight f = {.fighting = true, .foe = thing_ref(pig), .ready = 77};
    fight_set(goat, &f);
    carry();
    fight_get(lies(now, "z:yard", "a goat"), &f);
    ck_assert(fight_is(&f, lies(now, "z:yard", "a pig")));
    ck_assert_int_eq(f.ready, 77);
    over();
}
END_TEST

// Without a prototype, as who comes back with what the world has no more.
START_TEST(a_thing_of_its_own_stays_as_it_is)
{
    then = world_of(rooms, NUT, "");
    now = world_of(rooms, NUT, "");
    struct thing *t = limbo_new(then, THING_COPY, "a relic");
    name_set(t, "a relic");
    description_set(t, "Old.");
    inventory_give(t, 3);
    ck_assert_int_eq(limbo_publish(t, world_lookup(then, "z:shed")), INVENTORY_MOVED);
    copy_into(then, "z:nut", t);
    carry();
    t = lies(now, "z:shed", "a relic");
    ck_assert_ptr_nonnull(t);
    ck_assert_str_eq(description_get(t), "Old.");
    ck_assert_uint_eq(inventory_capacity(t), 3);
    ck_assert_uint_eq(inventory_count(t, INVENTORY_THINGS), 1);
    over();
}
END_TEST

int main(void)
{
    Suite *s = suite_create("carry");
    TCase *t = tcase_create("carry");
    tcase_add_checked_fixture(t, start, finish);
    tcase_add_loop_test(t, the_same_files_give_the_same_world, 0, 40);
    tcase_add_test(t, creatures_keep_place_and_health);
    tcase_add_test(t, doors_keep_their_state_on_both_sides);
    tcase_add_test(t, home_is_where_the_builder_says);
    tcase_add_test(t, an_original_that_gives_copies_is_at_home);
    tcase_add_test(t, what_waits_for_its_reset_waits);
    tcase_add_test(t, what_is_in_a_thing_that_is_gone_stays_and_it_is_listed);
    tcase_add_test(t, what_is_in_a_location_that_is_gone_moves_to_a_start);
    tcase_add_test(t, nothing_ends_inside_itself);
    tcase_add_test(t, what_is_not_placed_any_more);
    tcase_add_test(t, new_resets_place_up_to_their_limit);
    tcase_add_test(t, resets_place_what_is_new_and_double_nothing);
    tcase_add_test(t, copies_are_like_the_new_prototype);
    tcase_add_test(t, what_is_worn_stays_worn_by_the_same);
    tcase_add_test(t, a_fight_goes_on);
    tcase_add_test(t, a_thing_of_its_own_stays_as_it_is);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? 1 : 0;
}
