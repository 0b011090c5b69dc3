// The digest of a world: it sees each thing that a snapshot keeps, and nothing else.
#include "snapshot_kit.h"

enum { MOST = 40 };

static uint64_t seen[MOST];
static size_t seen_count;

// The digest is another than at any time before.
static void ck_new(const char *what)
{
    uint64_t digest = world_digest(w);
    for (size_t i = 0; i < seen_count; i++)
        ck_assert_msg(seen[i] != digest, "not seen: %s", what);
    ck_assert_uint_lt(seen_count, MOST);
    seen[seen_count++] = digest;
    ck_assert_uint_eq(world_digest(w), digest);
}

START_TEST(each_value_counts)
{
    struct thing *chest = find("mill:hall", INVENTORY_THINGS, "a chest");
    struct thing *gate = find("mill:hall", INVENTORY_NARRATIVE, "a gate");
    const char *two[] = {"chest", "lid"}, *one[] = {"chestlid"}, *turned[] = {"lid", "chest"};
    struct health h;
    seen_count = 0;
    ck_new("nothing");
    name_set(chest, "a box");
    ck_new("a name");
    description_set(chest, "It is torn.");
    ck_new("a text");
    description_set(chest, NULL);
    ck_new("a text that is gone");
    aliases_set(chest, two, 2);
    ck_new("words");
    aliases_set(chest, one, 1);
    ck_new("words that are one");
    aliases_set(chest, turned, 2);
    ck_new("words in another order");
    aliases_set(chest, NULL, 0);
    ck_new("words that are gone");
    door_change(gate, true, false);
    ck_new("a door");
    struct thing *hen = add_copy("mill:hen", world_lookup(w, "mill:hall"));
    ck_new("a copy");
    ck_assert(health_get(hen, &h));
    h.current--;
    health_set(hen, &h);
    ck_new("a number");
}
END_TEST

START_TEST(each_place_counts)
{
    struct thing *chest = find("mill:hall", INVENTORY_THINGS, "a chest");
    struct thing *bag = find("mill:hall", INVENTORY_THINGS, "a bag");
    seen_count = 0;
    ck_new("nothing");
    ck_assert_int_eq(inventory_move(bag, chest), INVENTORY_MOVED);
    ck_new("inside");
    ck_assert_int_eq(inventory_move(chest, world_lookup(w, "mill:loft")), INVENTORY_MOVED);
    ck_new("elsewhere");
    ck_assert_int_eq(inventory_move(bag, world_lookup(w, "mill:loft")), INVENTORY_MOVED);
    ck_new("beside");
    ck_assert_int_eq(inventory_move(chest, world_lookup(w, "mill:cellar")), INVENTORY_MOVED);
    ck_assert_int_eq(inventory_move(chest, world_lookup(w, "mill:loft")), INVENTORY_MOVED);
    ck_new("in another order");
    inventory_disable(bag);
    ck_new("in another list");
}
END_TEST

START_TEST(equal_worlds_have_equal_digests)
{
    struct world *other = build(ZONES_BOTH), *mill = build(ZONES_MILL);
    ck_assert_uint_eq(world_digest(other), world_digest(w));
    ck_assert_uint_ne(world_digest(mill), world_digest(w));
    world_free(other);
    world_free(mill);
}
END_TEST

START_TEST(the_parts_are_the_whole)
{
    uint32_t end = world_slots(w);
    uint64_t whole = world_digest(w);
    ck_assert_uint_gt(end, 20);
    for (uint32_t step = 1; step < end + 2; step++) {
        uint64_t sum = 0;
        for (uint32_t first = 1; first < end; first += step)
            sum += world_digest_part(w, first, first + step < end ? first + step : end);
        ck_assert_uint_eq(sum, whole);
    }
    ck_assert_uint_eq(world_digest_part(w, 5, 5), 0);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("digest");
    TCase *c = tcase_create("digest");
    tcase_add_checked_fixture(c, start, finish);
    tcase_add_test(c, each_value_counts);
    tcase_add_test(c, each_place_counts);
    tcase_add_test(c, equal_worlds_have_equal_digests);
    tcase_add_test(c, the_parts_are_the_whole);
    suite_add_tcase(s, c);
    SRunner *sr = srunner_create(s);
    srunner_run_all(sr, CK_ENV);
    int failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed != 0;
}
