// Which zone a record belongs to, and what becomes of two with one number.
#include "tools/import/circle_world.h"

#include "circle_kit.h"

#define ROOM(number) "#" #number "\nRoom " #number "~\nA room.~\n1 0 0\nS\n"

START_TEST(the_range_of_a_zone_decides)
{
    struct kit k;
    kit_init(&k);
    kit_read(&k, CIRCLE_ZON, "#1\nFirst~\n100 199 20 2\nS\n#2\nSecond~\n150 299 20 2\nS\n$\n");
    kit_read(&k, CIRCLE_WLD, ROOM(299) ROOM(160) ROOM(100) "$\n");
    kit_export(&k);
    kit_content(&k);
    kit_has(&k, 0, "\"r100\"");
    kit_has(&k, 0, "\"r160\"");
    kit_has(&k, 1, "\"r299\"");
    ck_assert_ptr_nonnull(circle_world_room(&k.world, 160));
    ck_assert_ptr_null(circle_world_room(&k.world, 161));
    kit_fini(&k);
}
END_TEST

START_TEST(a_record_outside_of_every_range_goes_to_the_zone_of_its_hundred)
{
    struct kit k;
    kit_init(&k);
    kit_read(&k, CIRCLE_ZON, "#7\nSeventh~\n700 750 20 2\nS\n$\n");
    kit_read(&k, CIRCLE_WLD, ROOM(780) "$\n");
    kit_export(&k);
    kit_has(&k, 0, "\"r780\"");
    kit_complains(&k, "test.wld:1: warning: no zone has the number 780 in its range");
    kit_fini(&k);
}
END_TEST

START_TEST(a_zone_is_made_where_there_is_none)
{
    struct kit k;
    kit_init(&k);
    kit_read(&k, CIRCLE_WLD, ROOM(780) ROOM(781) "$\n");
    kit_export(&k);
    ck_assert_uint_eq(k.zones, 1);
    kit_has(&k, 0, "\"ref\": \"z7\", \"name\": \"Zone 7\"");
    kit_has(&k, 0, "\"r781\"");
    ck_assert_uint_eq(k.report.count, 1);
    kit_fini(&k);
}
END_TEST

START_TEST(of_two_with_one_number_the_first_is_kept)
{
    struct kit k;
    kit_init(&k);
    kit_read(&k, CIRCLE_ZON, KIT_ZONE);
    kit_read(&k, CIRCLE_ZON, "#1\nAgain~\n100 199 20 2\nM 0 1 1 1\nS\n$\n");
    kit_read(&k, CIRCLE_WLD,
             ROOM(100) "#100\nOther~\nx~\n1 0 0\nD0\n~\n~\n1 -1 100\n"
                       "E\na~\nb~\nS\n$\n");
    kit_export(&k);
    kit_has(&k, 0, "Room 100");
    kit_lacks(&k, 0, "Other");
    kit_complains(&k, "test.wld:6: warning: room 100 is in test.wld:1 already");
    ck_assert_uint_eq(k.report.counts[CIRCLE_EXIT].lost, 1);
    ck_assert_uint_eq(k.report.counts[CIRCLE_EXTRA].lost, 1);
    ck_assert_uint_eq(k.report.counts[CIRCLE_RESET_M].lost, 1);
    kit_fini(&k);
}
END_TEST

START_TEST(bits_count_by_32_only_in_vectors_of_four_words)
{
    struct circle_bits one = {{UINT64_C(1) << 40, 0, 0, 0}, 1}, four = {{0, 1, 0, 2}, 4};
    ck_assert(circle_world_bit(&one, 40));
    ck_assert(!circle_world_bit(&one, 64));
    ck_assert(circle_world_bit(&four, 32));
    ck_assert(circle_world_bit(&four, 97));
    ck_assert(!circle_world_bit(&four, 128));
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("world");
    tcase_add_test(t, the_range_of_a_zone_decides);
    tcase_add_test(t, a_record_outside_of_every_range_goes_to_the_zone_of_its_hundred);
    tcase_add_test(t, a_zone_is_made_where_there_is_none);
    tcase_add_test(t, of_two_with_one_number_the_first_is_kept);
    tcase_add_test(t, bits_count_by_32_only_in_vectors_of_four_words);
    return kit_run("circle_world", t);
}
