// What rooms, doors, objects and resets of CircleMUD become.
#include "tools/import/circle_out.h"

#include "circle_kit.h"

#define ROOM(number, sections) "#" #number "\nRoom " #number "~\nA room.~\n1 0 0\n" sections "S\n"
#define EXIT(direction, flags, key, to)                                                            \
    "D" #direction "\n~\ngate oak~\n" #flags " " #key " " #to "\n"
#define OBJECT(number, word, flags, values)                                                        \
    "#" #number "\n" word "~\na " word "~\nA " word ".~\n~\n" flags "\n" values "\n1 1 1\n"
#define MOBILE(number, word)                                                                       \
    "#" #number "\n" word "~\na " word "~\nA " word ".~\n~\nb 0 0 S\n1 1 1 1d1+1 1d1\n0 0\n8 8 "   \
    "0\n"

static void read_world(struct kit *k, const char *rooms, const char *commands)
{
    kit_init(k);
    struct buf zone = BUF_INIT;
    buf_addf(&zone, "#1\nFirst~\n100 199 20 2\n%sS\n$\n", commands);
    kit_read(k, CIRCLE_ZON, buf_str(&zone));
    buf_fini(&zone);
    kit_read(k, CIRCLE_ZON, "#2\nSecond~\n200 299 20 2\nS\n$\n");
    kit_read(k, CIRCLE_WLD, rooms);
    kit_read(k, CIRCLE_MOB, MOBILE(110, "heron") MOBILE(111, "otter") "$\n");
    kit_read(k, CIRCLE_OBJ,
             OBJECT(120, "sword", "5 0 an", "0 1 2 3") OBJECT(121, "bag", "15 0 a", "50 5 122 0")
                 OBJECT(122, "key", "18 0 a", "0 0 0 0") OBJECT(123, "hat", "9 0 aec", "0 0 0 0")
                     OBJECT(124, "statue", "12 0 0", "0 0 0 0") "$\n");
    kit_export(k);
}

START_TEST(a_door_with_two_sides_is_one_thing)
{
    struct kit k;
    read_world(&k, ROOM(100, EXIT(0, 1, 122, 101)) ROOM(101, EXIT(2, 2, -1, 100)) "$\n",
               "D 0 100 0 2\nD 0 101 2 2\n");
    kit_content(&k);
    kit_has(&k, 0,
            "\"d100-north\": {\"name\": \"the gate\", "
            "\"aliases\": [\"gate\", \"oak\", \"+north\"], "
            "\"description\": \"It leads to the north.\", \"narrative\": true, "
            "\"in\": \"r100\", \"door\": {\"exit\": \"north\", \"open\": false, "
            "\"locked\": true, \"key\": \"o122\", \"far\": {\"name\": \"the gate\"");
    kit_has(&k, 0, "\"properties\": {\"pickproof\": true}");
    kit_lacks(&k, 0, "d101-south");
    kit_has(&k, 0, "{\"door\": \"south\", \"at\": \"r101\", \"state\": \"locked\"}");
    ck_assert_uint_eq(k.report.counts[CIRCLE_DOOR].written, 2);
    kit_fini(&k);
}
END_TEST

START_TEST(a_door_that_only_one_room_knows_has_no_far_side)
{
    struct kit k;
    read_world(&k, ROOM(100, EXIT(4, 1, 0, 101)) ROOM(101, EXIT(5, 0, 0, 100)) "$\n", "");
    kit_content(&k);
    kit_has(&k, 0, "\"description\": \"It leads up.\"");
    kit_has(&k, 0, "\"door\": {\"exit\": \"up\", \"open\": true, \"far\": false}");
    ck_assert_uint_eq(k.report.counts[CIRCLE_DOOR].written, 1);
    kit_fini(&k);
}
END_TEST

START_TEST(a_bent_passage_joins_the_doors_that_lead_to_each_other)
{
    struct kit k;
    read_world(&k, ROOM(100, EXIT(0, 1, -1, 101)) ROOM(101, EXIT(1, 1, -1, 100)) "$\n", "");
    kit_has(&k, 0, "\"d100-north\"");
    kit_has(&k, 0, "\"+east\"");
    kit_lacks(&k, 0, "\"d101-east\"");
    kit_fini(&k);
}
END_TEST

START_TEST(two_doors_to_one_room_do_not_share_a_far_side)
{
    struct kit k;
    read_world(
        &k, ROOM(100, EXIT(0, 1, -1, 101) EXIT(1, 1, -1, 101)) ROOM(101, EXIT(2, 1, -1, 100)) "$\n",
        "");
    kit_has(&k, 0, "\"exit\": \"north\", \"open\": true, \"far\": {");
    kit_has(&k, 0, "\"exit\": \"east\", \"open\": true, \"far\": false");
    ck_assert_uint_eq(k.report.counts[CIRCLE_DOOR].written, 3);
    kit_fini(&k);
}
END_TEST

START_TEST(the_six_and_the_four_diagonal_directions)
{
    struct kit k;
    read_world(&k,
               ROOM(100, EXIT(6, 0, -1, 101) EXIT(7, 0, -1, 101) EXIT(8, 0, -1, 101)
                             EXIT(9, 0, -1, 101)) ROOM(101, "") "$\n",
               "");
    kit_has(&k, 0,
            "{\"northwest\": \"r101\", \"northeast\": \"r101\", \"southeast\": \"r101\", "
            "\"southwest\": \"r101\"}");
    kit_fini(&k);
}
END_TEST

START_TEST(exits_that_lead_nowhere_become_details_when_they_show_something)
{
    struct kit k;
    read_world(&k,
               ROOM(100, "D0\nA high wall.~\nwall~\n0 -1 -1\nD1\n~\n~\n0 -1 -1\n"
                         "D2\n~\n~\n0 -1 555\n" EXIT(3, 1, -1, -1)) "$\n",
               "D 0 100 3 1\nD 0 100 0 1\n");
    kit_has(&k, 0, "{\"keywords\": [\"north\", \"wall\"], \"text\": \"A high wall.\"}");
    kit_lacks(&k, 0, "\"exits\"");
    kit_complains(&k, "the exit east leads nowhere and shows nothing");
    kit_complains(&k, "the exit south leads to room 555, which does not exist");
    kit_complains(&k, "the door west stands before no room");
    kit_complains(&k, "test.zon:4: warning: reset command D: room 100 has a door there that was");
    kit_complains(&k, "test.zon:5: warning: reset command D: room 100 has an exit there without");
    kit_fini(&k);
}
END_TEST

START_TEST(refs_name_the_zone_where_it_is_another)
{
    struct kit k;
    read_world(&k, ROOM(100, EXIT(0, 0, -1, 200)) ROOM(200, EXIT(2, 0, -1, 100)) "$\n", "");
    kit_has(&k, 0, "{\"north\": \"z2:r200\"}");
    kit_has(&k, 1, "{\"south\": \"z1:r100\"}");
    kit_has(&k, 0, "\"start\": true");
    kit_lacks(&k, 1, "\"start\": true");
    kit_fini(&k);
}
END_TEST

START_TEST(objects_get_slots_lids_and_vetoes)
{
    struct kit k;
    read_world(&k, ROOM(100, "") "$\n", "");
    kit_has(&k, 0, "\"presence\": \"A sword.\", \"wieldable\": true");
    kit_has(&k, 0, "\"inventory\": true, \"door\": {\"open\": false, \"key\": \"o122\"}");
    kit_has(&k, 0, "\"wearable\": [\"neck\"]");
    kit_has(&k, 0, "\"wear\": [\"take\", \"neck\", \"head\"]");
    kit_has(&k, 0, "\"vetoes\": {\"get\": \"You cannot take that.\"}");
    kit_fini(&k);
}
END_TEST

START_TEST(what_a_mobile_gets_stands_in_its_then)
{
    struct kit k;
    read_world(&k, ROOM(100, "") "$\n",
               "M 0 110 2 100\nE 1 120 5 16\nE 1 123 5 6\nE 1 122 -1 17\nG 1 121 7\n"
               "P 1 122 9 121\nO 0 124 1 100\n");
    kit_content(&k);
    kit_has(&k, 0,
            "\"resets\": [{\"place\": \"m110\", \"in\": \"r100\", \"limit\": 2, \"then\": ["
            "{\"equip\": \"o120\", \"as\": \"wield\", \"limit\": 5}, "
            "{\"equip\": \"o123\", \"as\": \"wear\", \"limit\": 5}, "
            "{\"equip\": \"o122\", \"as\": \"hold\"}, "
            "{\"give\": \"o121\", \"limit\": 7, \"then\": [{\"put\": \"o122\", \"limit\": 9}]}]}, "
            "{\"place\": \"o124\", \"in\": \"r100\", \"limit\": 1}]");
    kit_fini(&k);
}
END_TEST

START_TEST(what_depends_on_nothing_loaded_before_stands_for_itself)
{
    struct kit k;
    read_world(&k, ROOM(100, "") "$\n",
               "P 0 122 1 121\nR 0 100 121\nO 1 121 1 100\nM 1 110 1 100\nO 0 121 3 100\n"
               "O 1 120 4 100\nM 1 111 1 100\nG 1 122 1\n");
    kit_content(&k);
    kit_has(&k, 0,
            "\"resets\": [{\"put\": \"o122\", \"into\": \"o121\", \"limit\": 1}, "
            "{\"remove\": \"o121\", \"from\": \"r100\"}, "
            "{\"place\": \"o121\", \"in\": \"r100\", \"limit\": 1, \"then\": ["
            "{\"place\": \"m110\", \"in\": \"r100\", \"limit\": 1}]}, "
            "{\"place\": \"o121\", \"in\": \"r100\", \"limit\": 3, \"then\": ["
            "{\"place\": \"o120\", \"in\": \"r100\", \"limit\": 4}, "
            "{\"place\": \"m111\", \"in\": \"r100\", \"limit\": 1, \"then\": ["
            "{\"give\": \"o122\", \"limit\": 1}]}]}]");
    kit_fini(&k);
}
END_TEST

START_TEST(what_a_lost_mobile_should_have_is_lost_too)
{
    struct kit k;
    read_world(&k, ROOM(100, "") "$\n",
               "G 0 122 1\nM 0 199 1 100\nE 1 120 1 16\nM 0 110 1 199\nG 1 120 1\n");
    kit_lacks(&k, 0, "\"resets\"");
    kit_complains(&k, ":4: warning: reset command G: object 122 comes before any mobile");
    kit_complains(&k, ":5: warning: reset command M: mobile 199 does not exist");
    kit_complains(&k, ":6: warning: reset command E: mobile 199 was not carried over");
    kit_complains(&k, ":7: warning: reset command M: room 199 does not exist");
    kit_complains(&k, ":8: warning: reset command G: mobile 110 was not carried over");
    kit_fini(&k);
}
END_TEST

START_TEST(what_cannot_be_worn_is_carried)
{
    struct kit k;
    read_world(&k, ROOM(100, "") "$\n", "M 0 110 1 100\nE 1 121 1 5\n");
    kit_has(&k, 0, "{\"give\": \"o121\", \"limit\": 1}");
    kit_complains(&k, "object 121 cannot be worn or wielded");
    kit_fini(&k);
}
END_TEST

START_TEST(the_slot_that_resets_use_is_chosen_among_several)
{
    struct kit k;
    read_world(&k, ROOM(100, "") "$\n", "M 0 110 1 100\nE 1 123 1 6\nE 1 123 1 3\n");
    kit_content(&k);
    kit_has(&k, 0, "\"wearable\": [\"head\"]");
    kit_fini(&k);
}
END_TEST

START_TEST(whatever_is_filled_can_hold_things)
{
    struct kit k;
    read_world(&k, ROOM(100, "") "$\n", "O 0 124 1 100\nP 1 122 1 124\nP 0 124 1 124\n");
    kit_has(&k, 0,
            "\"o124\": {\"name\": \"a statue\", \"aliases\": [\"statue\"], "
            "\"description\": \"A statue.\", \"presence\": \"A statue.\", "
            "\"inventory\": true, ");
    kit_complains(&k, "object 124 cannot be put into itself");
    kit_fini(&k);
}
END_TEST

START_TEST(attached_triggers_and_variables_are_data)
{
    struct kit k;
    read_world(&k, ROOM(100, "") "$\n", "T 0 2 130 100\nV 0 2 130 100 mood gloomy\n");
    kit_has(&k, 0,
            "{\"reset\": \"attach\", \"of\": \"room\", \"trigger\": 130, "
            "\"room\": \"r100\"}");
    kit_has(&k, 0, "\"context\": 130, \"room\": \"r100\", \"text\": \"mood gloomy\"}");
    ck_assert_uint_eq(k.report.counts[CIRCLE_RESET_T].data, 1);
    ck_assert_uint_eq(k.report.counts[CIRCLE_RESET_V].data, 1);
    kit_fini(&k);
}
END_TEST

START_TEST(texts_that_a_door_hides_are_told_by_the_door)
{
    struct kit k;
    kit_init(&k);
    kit_read(&k, CIRCLE_ZON, KIT_ZONE);
    kit_read(
        &k, CIRCLE_WLD,
        "#100\nYard~\nx~\n1 0 0\nD0\nYou see the gate.~\ngate oak~\n1 -1 101\n"
        "E\ngate~\nAn owl is carved into it.~\nE\nGATE wall~\nIvy.~\nE\nwell~\nDeep.~\nS\n"
        "#101\nLane~\nx~\n1 0 0\nD2\nIt is shut.~\ngate~\n1 -1 100\nE\ngate~\nIt is shut.~\nS\n$\n");
    kit_export(&k);
    kit_has(&k, 0,
            "\"description\": \"You see the gate.\\n\\nAn owl is carved into it.\\n\\nIvy.\"");
    kit_has(&k, 0,
            "\"details\": [{\"keywords\": [\"wall\"], \"text\": \"Ivy.\"}, "
            "{\"keywords\": [\"well\"], \"text\": \"Deep.\"}]");
    kit_has(&k, 0,
            "\"far\": {\"name\": \"the gate\", \"aliases\": [\"gate\", \"+south\"], "
            "\"description\": \"It is shut.\"}");
    ck_assert_uint_eq(k.report.counts[CIRCLE_EXTRA].written, 4);
    kit_fini(&k);
}
END_TEST

START_TEST(what_a_door_or_reset_loses_is_counted)
{
    struct kit k;
    kit_init(&k);
    kit_read(&k, CIRCLE_ZON,
             "#1\nAda~\nFord~\n100 199 20 2 0 0 0 0 1 10\nR 0 100 105\n"
             "O 1 105 1 100\nS\n$\n");
    kit_read(&k, CIRCLE_WLD,
             "#100\nYard~\nx~\n1 0 0\nD0\n~\ngate~\n1 105 101\nS\n"
             "#101\nLane~\nx~\n1 0 0\nD2\n~\ngate~\n1 -1 100\nS\n$\n");
    kit_read(&k, CIRCLE_OBJ, "#105\nkey~\na key~\nA key.~\n~\n18 0 1\n0 0 0 0\n1 1 1\n$\n");
    kit_export(&k);
    ck_assert_uint_eq(k.report.minor[CIRCLE_MINOR_KEY], 1);
    ck_assert_uint_eq(k.report.minor[CIRCLE_MINOR_CONDITION], 1);
    kit_fini(&k);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("out");
    tcase_add_test(t, a_door_with_two_sides_is_one_thing);
    tcase_add_test(t, a_door_that_only_one_room_knows_has_no_far_side);
    tcase_add_test(t, a_bent_passage_joins_the_doors_that_lead_to_each_other);
    tcase_add_test(t, two_doors_to_one_room_do_not_share_a_far_side);
    tcase_add_test(t, the_six_and_the_four_diagonal_directions);
    tcase_add_test(t, exits_that_lead_nowhere_become_details_when_they_show_something);
    tcase_add_test(t, refs_name_the_zone_where_it_is_another);
    tcase_add_test(t, objects_get_slots_lids_and_vetoes);
    tcase_add_test(t, what_a_mobile_gets_stands_in_its_then);
    tcase_add_test(t, what_depends_on_nothing_loaded_before_stands_for_itself);
    tcase_add_test(t, what_a_lost_mobile_should_have_is_lost_too);
    tcase_add_test(t, what_cannot_be_worn_is_carried);
    tcase_add_test(t, the_slot_that_resets_use_is_chosen_among_several);
    tcase_add_test(t, whatever_is_filled_can_hold_things);
    tcase_add_test(t, attached_triggers_and_variables_are_data);
    tcase_add_test(t, texts_that_a_door_hides_are_told_by_the_door);
    tcase_add_test(t, what_a_door_or_reset_loses_is_counted);
    return kit_run("circle_out", t);
}
