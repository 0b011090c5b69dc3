// A snapshot of the world: everything that may change while it runs comes back, also what its
// digest does not cover.
#include "snapshot_kit.h"
#include "util/error.h"

static struct world *restored(struct snapshot_world **s)
{
    struct world *copy = build(ZONES_BOTH);
    buf_clear(&bytes);
    snapshot_write(w, &bytes);
    const unsigned char *at = (const unsigned char *)bytes.data;
    struct unpack in = {at, at + bytes.len, false};
    *s = snapshot_read(copy, &in, &why);
    ck_assert_msg(*s, "%s", error_text(&why));
    ck_assert_ptr_eq(in.at, in.end);
    return copy;
}

// Restores w into a new world, and that into one more; all three are the same.
static struct world *ck_comes_back(void)
{
    struct snapshot_world *s;
    char *then = description(w);
    uint64_t digest = world_digest(w);
    struct world *first = restored(&s);
    snapshot_world_free(s);
    char *now = description(first);
    ck_assert_str_eq(now, then);
    ck_assert_uint_eq(world_digest(first), digest);
    world_free(w);
    w = first;
    size_t length = bytes.len;
    struct world *second = restored(&s);
    snapshot_world_free(s);
    char *again = description(second);
    ck_assert_str_eq(again, then);
    ck_assert_int_le(labs((long)length - (long)bytes.len), 64); // other slots of copies only
    world_free(w);
    w = second;
    struct buf once = bytes;
    bytes = (struct buf)BUF_INIT;
    struct world *third = restored(&s); // the copies have the same slots by now
    snapshot_world_free(s);
    ck_assert_uint_eq(once.len, bytes.len);
    ck_assert(!memcmp(once.data, bytes.data, bytes.len));
    world_free(third);
    buf_fini(&once);
    free(then);
    free(now);
    free(again);
    return w;
}

START_TEST(a_world_in_which_nothing_happened)
{
    ck_comes_back();
    ck_assert_uint_lt(bytes.len, 2000); // it says nothing that was built
}
END_TEST

START_TEST(health_names_and_what_is_in_use)
{
    struct thing *ann = add_player("Ann", 7, "yard:yard"), *by;
    const char *slot;
    struct health h;
    ck_assert(health_get(ann, &h));
    h.current = 1;
    health_set(ann, &h);
    struct thing *hat = find("yard:shed", INVENTORY_THINGS, "a straw hat");
    struct thing *pole = find("yard:shed", INVENTORY_THINGS, "a long pole");
    ck_assert_int_eq(inventory_move(hat, ann), INVENTORY_MOVED);
    ck_assert_int_eq(inventory_move(pole, ann), INVENTORY_MOVED);
    ck_assert_int_eq(body_use(ann, hat, BODY_WEAR, &by, &slot), BODY_DONE);
    ck_assert_int_eq(body_use(ann, pole, BODY_WIELD, &by, &slot), BODY_DONE);
    struct thing *hen = add_copy("mill:hen", world_lookup(w, "mill:hall"));
    h = (struct health){.current = 0, .maximum = 4, .restore = 1, .every = 1000};
    health_set(hen, &h);
    name_set(hen, "a dying hen");
    description_set(find("mill:hall", INVENTORY_THINGS, "a bag"), "It is torn.");
    description_set(find("mill:hall", INVENTORY_THINGS, "a chest"), NULL);
    ck_comes_back();
    ann = find("yard:yard", INVENTORY_PLAYERS, "Ann");
    enum body_use use;
    ck_assert(body_used(inventory_peek(ann, INVENTORY_THINGS), &use));
    ck_assert_int_eq(use, BODY_WEAR);
    ck_assert(health_get(ann, &h));
    ck_assert_int_eq(h.current, 1);
}
END_TEST

START_TEST(doors_stay_joined)
{
    struct thing *gate = find("mill:hall", INVENTORY_NARRATIVE, "a gate");
    struct thing *door = find("yard:yard", INVENTORY_NARRATIVE, "a green door");
    door_change(gate, true, false);
    door_change(door_far(door), false, false); // from the other side; it was locked
    ck_comes_back();
    gate = find("mill:hall", INVENTORY_NARRATIVE, "a gate");
    door = find("yard:yard", INVENTORY_NARRATIVE, "a green door");
    struct thing *far = door_far(door), *far_gate = door_far(gate);
    ck_assert(door_is_open(gate) && door_is_open(far_gate));
    ck_assert(!door_is_open(door) && !door_is_locked(door) && !door_is_locked(far));
    door_change(far_gate, false, true);
    ck_assert(!door_is_open(gate) && door_is_locked(gate));
    door_change(door, true, false);
    ck_assert(door_is_open(far));
    ck_assert_ptr_eq(door_far(far), door);
    ck_comes_back();
}
END_TEST

START_TEST(timers_stand_or_not)
{
    struct thing *clock = find("mill:hall", INVENTORY_THINGS, "a clock");
    struct thing *egg = add_copy("mill:egg", world_lookup(w, "mill:loft"));
    for (int i = 0; i < 200; i++)
        timers_set(&sink, clock, TIMER_ACTION, 5);
    timers_cancel(clock, TIMER_ACTION);
    timers_set(&sink, clock, TIMER_QUIT, 5);
    timers_set(&sink, egg, TIMER_CLEANUP, 5);
    ck_comes_back();
    clock = find("mill:hall", INVENTORY_THINGS, "a clock");
    egg = find("mill:loft", INVENTORY_THINGS, "an egg");
    ck_assert(!timers_pending(clock, TIMER_ACTION));
    ck_assert(timers_valid(clock, TIMER_QUIT, 1));
    ck_assert(timers_valid(egg, TIMER_CLEANUP, 1));
    timers_set(&sink, clock, TIMER_ACTION, 5);
    ck_assert(timers_valid(clock, TIMER_ACTION, 202)); // 200 made, one called off
}
END_TEST

// Creatures are known by slots in a snapshot; who is no more comes back as nobody.
START_TEST(fights_and_consents)
{
    int64_t now = 1000;
    struct fight f = {.ready = 3000, .peace = 5000, .fighting = true}, is;
    struct thing *bob = add_player("Bob", 8, "yard:yard");
    struct thing *ann = add_player("Ann", 7, "yard:yard");
    struct thing *hen = add_copy("mill:hen", world_lookup(w, "mill:hall"));
    f.foe = thing_ref(hen);
    fight_set(bob, &f);
    f.foe = thing_ref(bob);
    fight_set(hen, &f);
    fight_consent(bob, thing_ref(ann), now + 7);
    fight_consent(ann, thing_ref(bob), now + 9);
    struct tref before = {thing_ref(hen).index, 77}; // who was there before the hen
    fight_consent(ann, before, now + 5);
    ck_comes_back();
    ann = find("yard:yard", INVENTORY_PLAYERS, "Ann");
    bob = find("yard:yard", INVENTORY_PLAYERS, "Bob");
    hen = find("mill:hall", INVENTORY_THINGS, "a hen");
    fight_get(bob, &is);
    ck_assert(fight_is(&is, hen));
    ck_assert_int_eq(is.ready, 3000);
    ck_assert_int_eq(is.peace, 5000);
    fight_get(hen, &is);
    ck_assert(fight_is(&is, bob));
    ck_assert_int_eq(fight_consent_left(bob, thing_ref(ann), now), 7);
    ck_assert_int_eq(fight_consent_left(ann, thing_ref(bob), now), 9);
    ck_assert_int_eq(fight_consent_left(ann, thing_ref(hen), now), 0);
    fight_get(ann, &is);
    ck_assert(!is.fighting);
}
END_TEST

START_TEST(players_and_what_they_carry)
{
    struct thing *ann = add_player("Ann", 7, "yard:yard");
    player_set_prompt(ann, "%h> ");
    player_set_permissions(ann, "goto dump");
    ck_assert(player_alias_set(ann, "n", "north", 10));
    ck_assert(player_alias_set(ann, "gb", "get all;drop all", 10));
    for (int i = 0; i < 300; i++)
        player_count_command(ann);
    ck_assert(marks_add(ann, "mill:hero") && !marks_add(ann, "mill:hero"));
    ck_assert(marks_add(ann, "gone:mark")); // of a zone that is no more
    ck_assert_int_eq(inventory_move(find("mill:hall", INVENTORY_THINGS, "a chest"), ann),
                     INVENTORY_MOVED);
    struct thing *chest = inventory_peek(ann, INVENTORY_THINGS);
    ck_assert_int_eq(inventory_move(find("mill:hall", INVENTORY_THINGS, "a bag"), chest),
                     INVENTORY_MOVED);
    struct thing *bag = inventory_peek(chest, INVENTORY_THINGS)->next;
    ck_assert_str_eq(thing_label(bag), "a bag");
    for (int i = 0; i < 3; i++)
        add_copy("mill:egg", bag);
    ck_assert_int_eq(inventory_move(find("mill:yard", INVENTORY_THINGS, "a pouch"), bag),
                     INVENTORY_MOVED);
    add_player("Bob", 0, "mill:loft"); // without a connection
    add_copy("mill:lamp", find("mill:loft", INVENTORY_PLAYERS, "Bob"));
    ck_comes_back();
    ann = find("yard:yard", INVENTORY_PLAYERS, "Ann");
    ck_assert_str_eq(player_prompt(ann), "%h> ");
    ck_assert_uint_eq(player_outbox(ann), 7);
    ck_assert_uint_eq(player_commands(ann), 300);
    ck_assert_str_eq(marks_get(ann, 0), "mill:hero");
    ck_assert_str_eq(marks_get(ann, 1), "gone:mark");
    ck_assert_ptr_null(marks_get(ann, 2));
    const struct roster_entry *on = world_roster(w, &(size_t){0});
    ck_assert_str_eq(on[0].title, "hero of the mill");
    ck_assert_ptr_null(on[1].title);
    ck_assert_str_eq(player_alias_find(ann, "gb"), "get all;drop all");
    ck_assert(player_may(ann, "goto") && player_may(ann, "dump") && !player_may(ann, "shutdown"));
}
END_TEST

// Digests of snapshots are compared across programs: a member that is not used is not written.
START_TEST(what_is_not_used_leaves_no_trace)
{
    struct doc *d = doc_new("reset");
    struct buf out = BUF_INIT;
    const void *reset = thing_attr(world_lookup(w, "yard:lamp"), ATTR_RESET);
    json_write(&out, attr_kind(ATTR_RESET)->encode(reset, d), JSON_ONE_LINE);
    ck_assert_ptr_nonnull(strstr(buf_str(&out), "spawn"));
    ck_assert_ptr_null(strstr(buf_str(&out), "each"));
    buf_clear(&out);
    const void *door = thing_attr(world_lookup(w, "yard:door"), ATTR_DOOR);
    json_write(&out, attr_kind(ATTR_DOOR)->encode(door, d), JSON_ONE_LINE);
    ck_assert_ptr_null(strstr(buf_str(&out), "latch"));
    buf_fini(&out);
    doc_free(d);
}
END_TEST

START_TEST(who_hears_first_and_who_came_first)
{
    static const char *const names[PLAYERS] = {"Ann", "Bob", "Cat", "Dan", "Eve"};
    struct thing *list[PLAYERS];
    for (int i = 0; i < PLAYERS; i++)
        list[i] = add_player(names[i], (uint32_t)(10 + i), "yard:yard");
    // Eve fills the gap
    ck_assert_int_eq(inventory_move(list[1], world_lookup(w, "yard:shed")), INVENTORY_MOVED);
    ck_assert_int_eq(inventory_move(list[0], world_lookup(w, "yard:shed")), INVENTORY_MOVED);
    ck_assert_int_eq(inventory_move(list[1], world_lookup(w, "yard:yard")), INVENTORY_MOVED);
    world_roster_remove(w, list[2]);
    world_roster_add(w, list[2], "Cat");
    size_t n;
    const struct audience *hears = inventory_audience_at(world_lookup(w, "yard:yard"), &n, SITE);
    ck_assert_uint_eq(n, 4);
    ck_assert_str_eq(thing_label(hears[0].player), "Dan"); // not the first of the list
    ck_assert_str_eq(thing_label(inventory_peek(world_lookup(w, "yard:yard"), INVENTORY_PLAYERS)),
                     "Cat");
    ck_comes_back();
    // A player who goes now leaves the same gap in both worlds.
    struct snapshot_world *s;
    struct world *copy = restored(&s), *mine = w;
    for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(inventory_move(find("yard:yard", INVENTORY_PLAYERS, "Cat"),
                                        world_lookup(w, "yard:shed")),
                         INVENTORY_MOVED);
        w = copy;
    }
    char *a = description(mine), *b = description(copy);
    ck_assert_str_eq(a, b);
    free(a);
    free(b);
    snapshot_world_free(s);
    world_free(mine);
}
END_TEST

START_TEST(unique_things_elsewhere_disabled_or_ended)
{
    struct thing *key = find("yard:yard", INVENTORY_THINGS, "a small key");
    ck_assert_int_eq(inventory_move(key, world_lookup(w, "mill:cellar")), INVENTORY_MOVED);
    ck_assert_int_eq(inventory_move(find("mill:hall", INVENTORY_THINGS, "a clock"),
                                    world_lookup(w, "mill:loft")),
                     INVENTORY_MOVED);
    inventory_disable(find("mill:loft", INVENTORY_THINGS, "a clock"));
    inventory_disable(find("mill:hall", INVENTORY_NARRATIVE, "a hatch"));
    struct thing *anvil = find("yard:shed", INVENTORY_THINGS, "an anvil");
    limbo_take(anvil);
    limbo_free(anvil);
    struct thing *chest = find("mill:hall", INVENTORY_THINGS, "a chest"); // with the ring in it
    struct thing *ring = inventory_peek(chest, INVENTORY_THINGS);
    ck_assert_int_eq(inventory_move(ring, world_lookup(w, "mill:hall")), INVENTORY_MOVED);
    ck_assert_int_eq(inventory_move(find("mill:hall", INVENTORY_THINGS, "a bag"), chest),
                     INVENTORY_MOVED);
    limbo_set_origin(find("mill:hall", INVENTORY_THINGS, "a lamp"), NULL);
    ck_comes_back();
    key = find("mill:cellar", INVENTORY_THINGS, "a small key");
    ck_assert_ptr_eq(thing_origin(key), world_lookup(w, "yard:yard"));
}
END_TEST

START_TEST(copies_and_copies_of_what_was_changed)
{
    struct thing *hall = world_lookup(w, "mill:hall");
    struct thing *lamp = find("mill:hall", INVENTORY_THINGS, "a lamp");
    const char *aliases[] = {"lantern"};
    name_set(lamp, "a lantern");
    aliases_set(lamp, aliases, 1);
    struct thing *copy = limbo_copy(lamp); // as GET does with what spawns
    ck_assert_int_eq(limbo_publish(copy, hall), INVENTORY_MOVED);
    struct thing *second = limbo_copy(copy);
    description_set(second, NULL);
    ck_assert_int_eq(limbo_publish(second, hall), INVENTORY_MOVED);
    struct thing *third = limbo_copy(second);
    ck_assert_int_eq(limbo_publish(third, hall), INVENTORY_MOVED);
    limbo_take(copy); // the one in the middle ends
    limbo_free(copy);
    struct thing *made = limbo_new(w, THING_COPY, "a thing of nothing");
    ck_assert_int_eq(limbo_publish(made, hall), INVENTORY_MOVED);
    add_copy("mill:hen", hall);
    struct thing *hen = find("mill:hall", INVENTORY_THINGS, "a hen");
    add_copy("mill:egg", hen);
    for (int i = 0; i < 50; i++)
        add_copy("mill:egg", world_lookup(w, i % 2 ? "mill:loft" : "yard:lane"));
    ck_comes_back();
    ck_assert_int_eq(zone_population(world_lookup(w, "mill:egg")), 51);
}
END_TEST

START_TEST(a_copy_of_the_far_side_of_a_door_keeps_its_own_name)
{
    struct thing *far = door_far(find("mill:hall", INVENTORY_NARRATIVE, "a gate"));
    name_set(far, "a gate from behind");
    far->changed = (struct attr_set){0}; // as if the zone file had said so
    ck_assert_int_eq(limbo_publish(limbo_copy(far), world_lookup(w, "mill:loft")), INVENTORY_MOVED);
    struct snapshot_world *s;
    struct thing *copy = inventory_peek(world_lookup(w, "mill:loft"), INVENTORY_NARRATIVE);
    while (copy->next)
        copy = copy->next;
    struct tref was = thing_ref(copy);
    struct world *other = restored(&s);
    struct thing *now = snapshot_thing(s, was.index);
    ck_assert_ptr_nonnull(now);
    ck_assert_str_eq(name_get(now), "a gate from behind");
    snapshot_world_free(s);
    world_free(other);
}
END_TEST

// As deep as things can be.
START_TEST(bags_in_bags)
{
    struct thing *in = world_lookup(w, "mill:loft"), *last = NULL;
    for (int depth = 1; depth <= INVENTORY_DEPTH_MAX; depth++)
        in = last = add_copy("mill:bag", in);
    ck_assert_ptr_eq(thing_outermost_at(last, SITE), world_lookup(w, "mill:loft"));
    ck_comes_back();
}
END_TEST

START_TEST(slots_are_found_again)
{
    struct snapshot_world *s;
    struct thing *dead = add_copy("mill:egg", world_lookup(w, "mill:loft"));
    struct thing *ann = add_player("Ann", 3, "mill:loft");
    uint32_t was = dead->place.index;
    limbo_take(dead);
    limbo_free(dead);
    struct world *other = restored(&s);
    ck_assert_ptr_null(snapshot_thing(s, was));
    ck_assert_ptr_null(snapshot_thing(s, 0));
    ck_assert_ptr_null(snapshot_thing(s, UINT32_MAX));
    ck_assert_str_eq(thing_label(snapshot_thing(s, ann->place.index)), "Ann");
    ck_assert_ptr_eq(snapshot_thing(s, world_lookup(w, "mill:loft")->place.index),
                     world_lookup(other, "mill:loft"));
    snapshot_world_free(s);
    world_free(other);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("snapshot");
    TCase *c = tcase_create("snapshot");
    tcase_add_checked_fixture(c, start, finish);
    tcase_add_test(c, a_world_in_which_nothing_happened);
    tcase_add_test(c, health_names_and_what_is_in_use);
    tcase_add_test(c, doors_stay_joined);
    tcase_add_test(c, timers_stand_or_not);
    tcase_add_test(c, fights_and_consents);
    tcase_add_test(c, players_and_what_they_carry);
    tcase_add_test(c, what_is_not_used_leaves_no_trace);
    tcase_add_test(c, who_hears_first_and_who_came_first);
    tcase_add_test(c, unique_things_elsewhere_disabled_or_ended);
    tcase_add_test(c, copies_and_copies_of_what_was_changed);
    tcase_add_test(c, a_copy_of_the_far_side_of_a_door_keeps_its_own_name);
    tcase_add_test(c, bags_in_bags);
    tcase_add_test(c, slots_are_found_again);
    suite_add_tcase(s, c);
    SRunner *sr = srunner_create(s);
    srunner_run_all(sr, CK_ENV);
    int failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed != 0;
}
