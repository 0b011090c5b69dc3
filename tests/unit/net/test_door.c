// Who holds all places keeps nobody out.
#include "net/door.h"

#include "util/doc.h"
#include "util/map.h"
#include "util/settings.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { GUESTS = 2000 };

static struct settings settings;
static struct door door;
static struct door_guest guests[GUESTS];
static size_t used, evictions;

static void set(const char *assignment)
{
    struct doc_problems p = DOC_PROBLEMS_INIT;
    ck_assert(settings_set(&settings, assignment, "test", &p));
    doc_problems_fini(&p);
}

static void begin(void)
{
    settings_init(&settings);
    memset(guests, 0, sizeof(guests));
    used = evictions = 0;
    door_init(&door, &settings, 7);
}

static void end(void)
{
    door_fini(&door);
    settings_fini(&settings);
}

// Evicted ones are gone at once, as with a server that closes them.
static enum door_verdict knock(const char *address, struct door_guest **g)
{
    struct door_guest *evicted;
    ck_assert_uint_lt(used, GUESTS);
    *g = &guests[used++];
    enum door_verdict v = door_knock(&door, *g, address, &evicted);
    if (evicted) {
        ck_assert_ptr_ne(evicted, *g);
        ck_assert(!evicted->stranger);
        door_left(&door, evicted);
        evictions++;
    }
    return v;
}

static enum door_verdict knock_from(unsigned a, unsigned b)
{
    char text[32];
    struct door_guest *g;
    snprintf(text, sizeof(text), "10.%u.%u.9", a, b);
    return knock(text, &g);
}

START_TEST(an_address_has_so_many_connections)
{
    struct door_guest *g;
    for (int i = 0; i < 10; i++)
        ck_assert_int_eq(knock("192.0.2.7", &g), DOOR_OPEN);
    struct door_guest *last = g;
    ck_assert_int_eq(knock("192.0.2.7", &g), DOOR_ADDRESS);
    ck_assert_int_eq(knock("::ffff:192.0.2.7", &g), DOOR_ADDRESS);
    ck_assert_int_eq(knock("192.0.2.8", &g), DOOR_OPEN);
    door_known(&door, last); // who has logged in counts all the same
    ck_assert_int_eq(knock("192.0.2.7", &g), DOOR_ADDRESS);
    door_left(&door, last);
    ck_assert_int_eq(knock("192.0.2.7", &g), DOOR_OPEN);
    for (int i = 0; i < 10; i++) {
        char text[40];
        snprintf(text, sizeof(text), "2001:db8::%x", i + 1);
        ck_assert_int_eq(knock(text, &g), DOOR_OPEN);
    }
    ck_assert_int_eq(knock("2001:db8::ffff:1:2", &g), DOOR_ADDRESS);
    ck_assert_int_eq(knock("2001:db8:0:1::1", &g), DOOR_OPEN);
}
END_TEST

// The attack: 100 half-open connections from 10 addresses, renewed as they are lost.
START_TEST(ten_addresses_that_hold_all_places_keep_nobody_out)
{
    struct door_guest *honest;
    for (unsigned round = 0; round < 20; round++) {
        for (unsigned i = 0; i < 100; i++)
            knock_from(round % 2 ? i % 10 : 3, i % 10); // in ten blocks, or in one
        ck_assert_uint_le(door.stranger_count, 100);
        ck_assert_int_eq(knock("198.51.100.1", &honest), DOOR_OPEN);
        for (unsigned i = 0; i < 50; i++)
            knock_from(i % 10, i % 10);
        ck_assert_msg(honest->stranger, "was put out in round %u", round);
        door_left(&door, honest);
        if (used > GUESTS - 200)
            break;
    }
}
END_TEST

START_TEST(a_neighbour_of_the_attackers_gets_in)
{
    struct door_guest *g;
    for (unsigned i = 0; i < 100; i++) {
        char text[32];
        snprintf(text, sizeof(text), "127.0.0.%u", 2 + i % 10);
        knock(text, &g);
    }
    ck_assert_int_eq(knock("127.0.0.1", &g), DOOR_OPEN);
    ck_assert(g->stranger);
}
END_TEST

START_TEST(many_from_everywhere_are_all_let_in_until_it_is_full)
{
    for (unsigned i = 0; i < 100; i++)
        ck_assert_int_eq(knock_from(i, i), DOOR_OPEN);
    ck_assert_uint_eq(evictions, 0);
    ck_assert_uint_eq(door.stranger_count, 100);
    guests[17].spoke = true;
    for (unsigned i = 0; i < 99; i++)
        ck_assert_int_eq(knock_from(100 + i, i), DOOR_OPEN);
    ck_assert_uint_eq(door.stranger_count, 100);
    ck_assert(guests[17].stranger); // those who have typed nothing go first
}
END_TEST

START_TEST(one_block_is_held_down_before_it_is_full)
{
    for (unsigned i = 0; i < 5; i++)
        knock_from(100 + i, 0); // five others: an even share is 16
    for (unsigned i = 0; i < 25; i++)
        ck_assert_int_eq(knock_from(7, 7) == DOOR_ADDRESS, i >= 10);
    for (unsigned i = 0; door.stranger_count < 90; i++) {
        char text[32];
        struct door_guest *g;
        snprintf(text, sizeof(text), "10.7.7.%u", 20 + i);
        ck_assert_int_eq(knock(text, &g), DOOR_OPEN);
    }
    ck_assert_uint_gt(evictions, 20);
    ck_assert_uint_lt(evictions, 400);
    for (unsigned i = 0; i < 5; i++)
        ck_assert(guests[i].stranger);
}
END_TEST

START_TEST(who_has_logged_in_takes_no_place)
{
    set("limits.connections_before_login=2");
    struct door_guest *g[4];
    for (unsigned i = 0; i < 4; i++) {
        char text[32];
        snprintf(text, sizeof(text), "10.9.%u.1", i);
        ck_assert_int_eq(knock(text, &g[i]), DOOR_OPEN);
        door_known(&door, g[i]);
        door_known(&door, g[i]);
    }
    ck_assert_uint_eq(door.stranger_count, 0);
    ck_assert_uint_eq(evictions, 0);
    for (unsigned i = 0; i < 4; i++)
        door_left(&door, g[i]);
    ck_assert_uint_eq(map_count(door.addresses) + map_count(door.keys) + map_count(door.blocks), 0);
}
END_TEST

START_TEST(a_newcomer_is_let_in_though_all_have_typed)
{
    set("limits.connections_before_login=3");
    struct door_guest *g[4];
    static const char *const from[] = {"10.1.0.1", "10.2.0.1", "10.3.0.1", "10.4.0.1"};
    for (unsigned i = 0; i < 4; i++) {
        ck_assert_int_eq(knock(from[i], &g[i]), DOOR_OPEN);
        g[i]->spoke = true;
    }
    ck_assert_uint_eq(evictions, 1);
    ck_assert(g[3]->stranger);
}
END_TEST

// The block first, then the address.
START_TEST(it_goes_where_most_come_from)
{
    set("limits.connections_before_login=9");
    struct door_guest *wide[5], *heavy[4], *g;
    for (unsigned i = 0; i < 4; i++)
        knock("10.1.1.1", &heavy[i]);
    for (unsigned i = 0; i < 5; i++) {
        char text[32];
        snprintf(text, sizeof(text), "10.2.2.%u", i ? i : 1); // two from one address
        knock(text, &wide[i]);
    }
    ck_assert_uint_eq(evictions, 0);
    ck_assert_int_eq(knock("10.3.3.3", &g), DOOR_OPEN);
    ck_assert_uint_eq(evictions, 1);
    ck_assert(!wide[0]->stranger || !wide[1]->stranger);
    for (unsigned i = 0; i < 4; i++)
        ck_assert(heavy[i]->stranger);
    ck_assert_int_eq(knock("10.1.1.1", &heavy[0]),
                     DOOR_OPEN); // now the heaviest: one of its own goes
    ck_assert_uint_eq(evictions, 2);
    for (size_t i = 0; i < used; i++)
        guests[i].spoke = true;
    ck_assert_int_eq(knock("10.1.1.1", &g), DOOR_STRANGERS); // but none that has typed something
    ck_assert_uint_eq(evictions, 2);
    ck_assert_uint_eq(door.stranger_count, 9);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("door");
    tcase_add_checked_fixture(t, begin, end);
    tcase_add_test(t, an_address_has_so_many_connections);
    tcase_add_test(t, ten_addresses_that_hold_all_places_keep_nobody_out);
    tcase_add_test(t, a_neighbour_of_the_attackers_gets_in);
    tcase_add_test(t, many_from_everywhere_are_all_let_in_until_it_is_full);
    tcase_add_test(t, one_block_is_held_down_before_it_is_full);
    tcase_add_test(t, who_has_logged_in_takes_no_place);
    tcase_add_test(t, a_newcomer_is_let_in_though_all_have_typed);
    tcase_add_test(t, it_goes_where_most_come_from);
    Suite *s = suite_create("net/door");
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
