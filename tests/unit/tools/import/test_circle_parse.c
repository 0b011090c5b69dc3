// Records of every kind in the dialects that exist, whole and damaged. The fixtures are our own.
#include "tools/import/circle_parse.h"

#include "circle_kit.h"

static const char room_old[] =
    "#100\nThe ford~\n   Stones lie in the water.\n~\n1 ad 6\n"
    "D0\nThe bank.~\n~\n0 -1 101\nE\nstones water~\nThey are wet.\n~\nS\n"
    "#101\nThe bank~\nGrass.\n~\n1 0 2\nD2\n~\n~\n0 -1 100\nS\n$\n";

static const char mobile_new[] =
    "#110\nheron grey~\na grey heron~\nA heron waits for fish.\n~\nIt does not move.\n~\n"
    "10 0 0 0 2 0 0 0 -50 E\n5 20 3 2d10+30 1d4-1\n12 400\n8 8 2\nBareHandAttack: 4\nStr: 18\nE\n"
    "T 120\n";

static const char object_new[] =
    "#105\nlantern brass~\na brass lantern~\nA lantern hangs here.~\n~\n"
    "1 a 0 0 0 ao 0 0 0 0 0 0 0\n0 0 24 0\n3 40 5 2 10\n"
    "E\nlantern brass lamp~\nIt is dented.\n~\nA\n18 -1\nT 121\n$\n";

static void both(struct kit *k, enum circle_file kind, const char *text)
{
    kit_init(k);
    kit_read(k, CIRCLE_ZON, KIT_ZONE);
    kit_read(k, kind, text);
    kit_export(k);
}

START_TEST(rooms_with_bit_vectors_of_one_word)
{
    struct kit k;
    both(&k, CIRCLE_WLD, room_old);
    kit_content(&k);
    kit_has(&k, 0,
            "\"r100\": {\"name\": \"The ford\", "
            "\"description\": \"Stones lie in the water.\"");
    kit_has(&k, 0, "{\"north\": {\"to\": \"r101\", \"description\": \"The bank.\"}}");
    kit_has(&k, 0, "{\"south\": \"r100\"}");
    kit_has(&k, 0, "[{\"keywords\": [\"stones\", \"water\"], \"text\": \"They are wet.\"}]");
    kit_has(&k, 0, "{\"sector\": \"water_swim\", \"flags\": [\"dark\", \"indoors\"]}");
    kit_fini(&k);
}
END_TEST

START_TEST(rooms_with_bit_vectors_of_four_words)
{
    struct kit k;
    both(&k, CIRCLE_WLD, "#100\nThe ford~\nWater.~\n1 16 0 a 0 9\nS\nT 7\nT 8\n$\n");
    kit_has(&k, 0, "\"flags\": [\"peaceful\", \"bit_64\"]");
    kit_has(&k, 0, "\"sector\": \"underwater\"");
    kit_has(&k, 0, "\"triggers\": [7, 8]");
    kit_has(&k, 0, "\"vetoes\": {\"combat\":");
    kit_complains(&k, "test.wld:6: warning: trigger 7 does not exist");
    kit_fini(&k);
}
END_TEST

START_TEST(line_ends_and_encodings_of_other_systems)
{
    struct kit k;
    both(&k, CIRCLE_WLD, "#100\r\nCaf\xe9~\r\nNoise.\r\n~\r\n1 0 0\r\nS\r\n$~\r\n");
    kit_content(&k);
    kit_has(&k, 0, "\"name\": \"Caf\xc3\xa9\"");
    kit_fini(&k);
}
END_TEST

START_TEST(a_room_without_its_end_is_whole)
{
    struct kit k;
    both(&k, CIRCLE_WLD, "#100\nA~\na~\n1 0 0\n#101\nB~\nb~\n1 0 0\n");
    ck_assert_uint_eq(k.report.counts[CIRCLE_ROOM].written, 2);
    kit_complains(&k, "test.wld:5: warning: 'S' missing after room 100");
    kit_complains(&k, "'S' missing after room 101");
    kit_fini(&k);
}
END_TEST

START_TEST(a_room_name_without_tilde_is_repaired)
{
    struct kit k;
    both(&k, CIRCLE_WLD,
         "#100\nThe ford\nWater.\n~\n1 0 0\nD0\n~\n~\n0 -1 101\nS\n"
         "#101\nB~\nb~\n1 0 0\nS\n$\n");
    kit_has(&k, 0, "\"name\": \"The ford\", \"description\": \"Water.\"");
    kit_has(&k, 0, "{\"north\": \"r101\"}");
    kit_complains(&k, "test.wld:2: warning: '~' missing after \"The ford\"");
    kit_fini(&k);
}
END_TEST

START_TEST(a_description_without_tilde_is_repaired)
{
    struct kit k;
    both(&k, CIRCLE_WLD,
         "#100\nThe ford~\nWater.\n1 0 2\nD0\nA view.\n~\n~\n0 -1 101\nS\n"
         "#101\nB~\nb~\n1 0 0\nS\n$\n");
    kit_has(&k, 0, "\"name\": \"The ford\", \"description\": \"Water.\"");
    kit_has(&k, 0, "\"sector\": \"field\"");
    kit_has(&k, 0, "\"description\": \"A view.\"");
    ck_assert_uint_eq(k.report.bad, 0);
    kit_fini(&k);
}
END_TEST

START_TEST(stray_lines_in_a_room_are_named_and_skipped)
{
    struct kit k;
    both(&k, CIRCLE_WLD, "#100\nA~\na~\n1 0 0\nQ odd\nS\n$\n");
    kit_has(&k, 0, "\"r100\"");
    kit_complains(&k, "test.wld:5: warning: \"Q odd\" does not belong into a room");
    kit_fini(&k);
}
END_TEST

START_TEST(the_later_of_two_exits_in_one_direction_counts)
{
    struct kit k;
    both(&k, CIRCLE_WLD,
         "#100\nA~\na~\n1 0 0\nD0\n~\n~\n0 -1 101\nD0\n~\n~\n0 -1 100\nS\n"
         "#101\nB~\nb~\n1 0 0\nS\n$\n");
    kit_has(&k, 0, "{\"north\": \"r100\"}");
    ck_assert_uint_eq(k.report.counts[CIRCLE_EXIT].read, 2);
    ck_assert_uint_eq(k.report.counts[CIRCLE_EXIT].lost, 1);
    kit_fini(&k);
}
END_TEST

START_TEST(mobiles_of_the_enhanced_kind)
{
    struct kit k;
    both(&k, CIRCLE_MOB, mobile_new);
    kit_has(&k, 0,
            "\"m110\": {\"name\": \"a grey heron\", \"aliases\": [\"heron\", \"grey\"], "
            "\"description\": \"It does not move.\", "
            "\"presence\": \"A heron waits for fish.\", \"mobile\": true, "
            "\"gender\": \"female\", \"health\": {\"maximum\": 41}");
    kit_has(&k, 0, "\"flags\": [\"sentinel\", \"npc\"], \"affects\": [\"blind\"]");
    kit_has(&k, 0, "\"hit_points\": \"2d10+30\", \"damage\": \"1d4-1\"");
    kit_has(&k, 0, "\"traits\": {\"BareHandAttack\": \"4\", \"Str\": \"18\"}");
    kit_has(&k, 0, "\"triggers\": [120]");
    kit_fini(&k);
}
END_TEST

START_TEST(mobiles_of_the_simple_kind_with_letters)
{
    struct kit k;
    both(&k, CIRCLE_MOB,
         "#110\nheron~\na heron~\nIt waits.~\n~\ng a 900 S\n"
         "1 20 10 1d1+1 1d1\n0 0\n8 8 1\n#111\nX~\nx~\nx~\n~\n0 0 0 S\n"
         "1 1 1 0d0+0 0d0\n0 0\n8 8 0\n$\n");
    kit_content(&k);
    kit_has(&k, 0,
            "\"mobile\": {\"wander\": {\"after\": \"30s\", \"jitter\": \"1m\"}, "
            "\"stay\": true}, \"gender\": \"male\", \"health\": {\"maximum\": 2}");
    kit_has(&k, 0, "\"affects\": [\"blind\"]");
    kit_has(&k, 0, "\"stay\": false}, \"gender\": \"neuter\", \"health\": {\"maximum\": 1}");
    kit_fini(&k);
}
END_TEST

START_TEST(an_enhanced_mobile_without_its_end_is_whole)
{
    struct kit k;
    both(&k, CIRCLE_MOB,
         "#110\nh~\nh~\nh~\n~\n0 0 0 E\n1 20 10 1d1+1 1d1\n0 0\n8 8 1\nStr: 9\n"
         "#111\nX~\nx~\nx~\n~\n0 0 0 S\n1 1 1 1d1+1 1d1\n0 0\n8 8 0\n$\n");
    ck_assert_uint_eq(k.report.counts[CIRCLE_MOBILE].written, 2);
    kit_complains(&k, "'E' missing after mobile 110");
    kit_has(&k, 0, "\"traits\": {\"Str\": \"9\"}");
    kit_fini(&k);
}
END_TEST

START_TEST(objects_with_bit_vectors_of_four_words)
{
    struct kit k;
    both(&k, CIRCLE_OBJ, object_new);
    kit_has(&k, 0,
            "\"o105\": {\"name\": \"a brass lantern\", "
            "\"aliases\": [\"lantern\", \"brass\"], \"description\": \"It is dented.\", "
            "\"presence\": \"A lantern hangs here.\", "
            "\"details\": [{\"keywords\": [\"lamp\"], \"text\": \"It is dented.\"}], "
            "\"holdable\": true");
    kit_has(&k, 0,
            "{\"type\": \"light\", \"flags\": [\"glow\"], \"wear\": [\"take\", \"hold\"], "
            "\"values\": [0, 0, 24, 0], \"weight\": 3, \"cost\": 40, \"rent\": 5, "
            "\"level\": 2, \"timer\": 10, "
            "\"applies\": [{\"to\": \"hit_roll\", \"amount\": -1}], \"triggers\": [121]}");
    kit_fini(&k);
}
END_TEST

START_TEST(objects_of_older_files_have_fewer_numbers)
{
    struct kit k;
    both(&k, CIRCLE_OBJ,
         "#105\nstone~\na stone~\nA stone.~\n~\n13 0 1\n0 0 0 0\n9 0 0\n"
         "#106\nrock~\na rock~\nA rock.~\n~\n13 0 a b\n1 2 -3 0\n9 0 0 4\n$\n");
    kit_content(&k);
    kit_has(&k, 0, "\"o105\"");
    kit_has(&k, 0,
            "\"values\": [1, 2, -3, 0], \"weight\": 9, \"cost\": 0, \"rent\": 0, "
            "\"level\": 4}");
    kit_has(&k, 0, "\"affects\": [\"invisible\"]");
    kit_fini(&k);
}
END_TEST

START_TEST(an_object_without_a_line_of_numbers_is_repaired)
{
    struct kit k;
    both(&k, CIRCLE_OBJ,
         "#105\nstone~\na stone~\nA stone.~\n~\n13 0 1\n#106\nrock~\na rock~\n"
         "A rock.~\n~\n13 0 1\n0 0 0 0\n9 0 0\n$\n");
    ck_assert_uint_eq(k.report.counts[CIRCLE_OBJECT].written, 2);
    kit_complains(&k, "no line of values here");
    kit_complains(&k, "test.obj:1: warning: this object was put right");
    kit_fini(&k);
}
END_TEST

START_TEST(zone_headers_of_three_ages)
{
    struct kit k;
    kit_init(&k);
    kit_read(&k, CIRCLE_ZON, "#1\nAda~\nFirst~\n100 199 20 2 d 0 0 0 1 10\nS\n$\n");
    kit_read(&k, CIRCLE_ZON, "#2\nSecond~\n200 249 5 0\nS\n$\n");
    kit_read(&k, CIRCLE_ZON, "#3\nThird~\n399 30 1\nS\n#4\nFourth~\n499 0 2\nS\n$\n");
    kit_export(&k);
    kit_content(&k);
    kit_has(&k, 0, "{\"ref\": \"z1\", \"name\": \"First\", \"author\": \"Ada\"");
    kit_has(&k, 0, "numbers 100 to 199. For levels 1 to 10. Flags: grid.\"");
    kit_has(&k, 0, "\"reset\": {\"mode\": \"always\", \"every\": \"20m\"}");
    kit_has(
        &k, 1,
        "\"name\": \"Second\", \"about\": \"Zone 2 of a CircleMUD world, numbers 200 to 249.\"");
    kit_has(&k, 1, "{\"mode\": \"never\", \"every\": \"5m\"}");
    kit_has(&k, 2, "numbers 250 to 399");
    kit_has(&k, 2, "{\"mode\": \"empty\", \"every\": \"30m\"}");
    kit_has(&k, 3, "numbers 400 to 499");
    kit_has(&k, 3, "\"every\": \"1m\"");
    kit_fini(&k);
}
END_TEST

START_TEST(reset_commands_that_make_no_sense_are_named)
{
    struct kit k;
    kit_init(&k);
    kit_read(&k, CIRCLE_ZON,
             "#1\nFirst~\n100 199 20 2\n* a comment\nM 0 110\nX 0 1 2 3\n"
             "nonsense\nO 0 1 1 1 (a stone)\n#2\nSecond~\n200 299 5 0\nS\n");
    kit_export(&k);
    kit_complains(&k, "test.zon:5: warning: reset command \"M 0 110\" has 2 numbers too few");
    kit_complains(&k, "test.zon:6: warning: unknown reset command \"X 0 1 2 3\"");
    kit_complains(&k, "test.zon:7: warning: \"nonsense\" is no reset command");
    kit_complains(&k, "test.zon:8: warning: reset command O: object 1 does not exist");
    kit_complains(&k, "'S' missing after zone 1");
    ck_assert_uint_eq(k.report.counts[CIRCLE_RESET_OTHER].lost, 1);
    kit_fini(&k);
}
END_TEST

#define SHOP_TAIL "no~\nno~\nno~\nno~\nno~\n%d coins~\n%d coins~\n0\n6\n110\n2\n"

START_TEST(shops_of_the_modern_form)
{
    struct kit k;
    kit_init(&k);
    kit_read(&k, CIRCLE_ZON, KIT_ZONE);
    kit_read(&k, CIRCLE_WLD, room_old);
    kit_read(&k, CIRCLE_MOB, mobile_new);
    kit_read(&k, CIRCLE_OBJ, object_new);
    kit_read(&k, CIRCLE_SHP,
             "CircleMUD v3.0 Shop File~\n#110~\n105\n-1\n1.5\n0.5\n9\n"
             "WEAPON sharp\n-1\n" SHOP_TAIL "100\n101\n-1\n6\n20\n0\n0\n$~\n");
    kit_export(&k);
    kit_has(&k, 0,
            "\"keeper\": \"m110\", \"rooms\": [\"r100\", \"r101\"], \"sells\": [\"o105\"], "
            "\"buys\": [{\"type\": \"armour\"}, {\"type\": \"WEAPON\", "
            "\"words\": \"sharp\"}], \"sells_at\": 1.5, \"buys_at\": 0.5");
    kit_has(&k, 0, "\"hours\": [{\"from\": 6, \"to\": 20}]");
    ck_assert_uint_eq(k.report.counts[CIRCLE_SHOP].data, 1);
    kit_fini(&k);
}
END_TEST

START_TEST(shops_of_the_old_form)
{
    struct kit k;
    both(&k, CIRCLE_SHP,
         "#110~\n105\n0\n-1\n-1\n-1\n1.5\n0.5\n5\n-1\n-1\n-1\n-1\n" SHOP_TAIL
         "100\n6\n20\n0\n0\n$~\n");
    kit_has(&k, 0,
            "\"rooms\": [\"r100\"], \"sells\": [\"o105\", \"o0\"], "
            "\"buys\": [{\"type\": \"weapon\"}]");
    kit_complains(&k, "mobile 110 does not exist");
    kit_fini(&k);
}
END_TEST

START_TEST(triggers_keep_their_commands_as_lines)
{
    struct kit k;
    both(&k, CIRCLE_TRG, "#120\nGreet~\n0 g 100\nhello~\nsay hi\nif x\n  wait 1\nend\n~\n$~\n");
    kit_content(&k);
    kit_has(&k, 0,
            "\"triggers\": [{\"number\": 120, \"name\": \"Greet\", \"of\": \"mobile\", "
            "\"types\": \"g\", \"argument\": 100, \"words\": \"hello\", "
            "\"commands\": [\"say hi\", \"if x\", \"  wait 1\", \"end\"]}]");
    kit_fini(&k);
}
END_TEST

START_TEST(quests_are_carried_as_data)
{
    struct kit k;
    both(&k, CIRCLE_QST,
         "#130\nFind it~\nA thing is lost.\n~\nLook for it.\n~\nThanks.\n~\nPity.\n~\n"
         "0 110 a 105 -1 -1 -1\n5 1 1 10 -1 -1 1\n10 20 105\nS\n$\n");
    kit_has(&k, 0, "\"quests\": [{\"number\": 130, \"name\": \"Find it\"");
    kit_has(&k, 0, "\"gold\": 10, \"experience\": 20, \"reward\": 105");
    ck_assert_uint_eq(k.report.counts[CIRCLE_QUEST].data, 1);
    kit_fini(&k);
}
END_TEST

START_TEST(a_record_that_cannot_be_read_costs_only_itself)
{
    struct kit k;
    both(&k, CIRCLE_TRG, "#120\nGreet~\nnonsense\n~\n~\n#121\nNext~\n0 g 1\n~\nsay\n~\n$~\n");
    ck_assert_uint_eq(k.report.bad, 1);
    ck_assert_uint_eq(k.report.counts[CIRCLE_TRIGGER].data, 1);
    ck_assert_uint_eq(k.report.counts[CIRCLE_TRIGGER].lost, 1);
    kit_complains(&k, "test.trg:1: error: this trigger cannot be read");
    kit_fini(&k);
}
END_TEST

START_TEST(numbers_beyond_all_reason_are_refused)
{
    struct kit k;
    both(&k, CIRCLE_WLD, "#99999999999\nA~\na~\n1 0 0\nS\n$\n");
    ck_assert_uint_eq(k.report.counts[CIRCLE_ROOM].lost, 1);
    kit_complains(&k, "is too high a number for a room");
    kit_fini(&k);
}
END_TEST

// Cuts a file off at every byte: it must be read to some end, with every record accounted for.
static void cut_everywhere(enum circle_file kind, const char *text)
{
    size_t length = strlen(text);
    for (size_t n = 0; n < length; n++) {
        struct kit k;
        kit_init(&k);
        kit_read(&k, CIRCLE_ZON, KIT_ZONE);
        circle_parse(&k.world, kind, "cut", text, n);
        kit_export(&k);
        kit_fini(&k);
    }
}

START_TEST(files_may_end_anywhere)
{
    cut_everywhere(CIRCLE_WLD, room_old);
    cut_everywhere(CIRCLE_MOB, mobile_new);
    cut_everywhere(CIRCLE_OBJ, object_new);
    cut_everywhere(CIRCLE_ZON, "#2\nB~\nSecond~\n200 299 20 2 0 0 0 0 1 10\nM 0 1 1 100\n"
                               "G 1 2 3\nD 0 100 0 1\nS\n$\n");
    cut_everywhere(CIRCLE_SHP,
                   "CircleMUD v3.0 Shop File~\n#110~\n105\n-1\n1.5\n0.5\n9\n-1\n" SHOP_TAIL
                   "100\n-1\n6\n20\n0\n0\n$~\n");
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("parse");
    tcase_add_test(t, rooms_with_bit_vectors_of_one_word);
    tcase_add_test(t, rooms_with_bit_vectors_of_four_words);
    tcase_add_test(t, line_ends_and_encodings_of_other_systems);
    tcase_add_test(t, a_room_without_its_end_is_whole);
    tcase_add_test(t, a_room_name_without_tilde_is_repaired);
    tcase_add_test(t, a_description_without_tilde_is_repaired);
    tcase_add_test(t, stray_lines_in_a_room_are_named_and_skipped);
    tcase_add_test(t, the_later_of_two_exits_in_one_direction_counts);
    tcase_add_test(t, mobiles_of_the_enhanced_kind);
    tcase_add_test(t, mobiles_of_the_simple_kind_with_letters);
    tcase_add_test(t, an_enhanced_mobile_without_its_end_is_whole);
    tcase_add_test(t, objects_with_bit_vectors_of_four_words);
    tcase_add_test(t, objects_of_older_files_have_fewer_numbers);
    tcase_add_test(t, an_object_without_a_line_of_numbers_is_repaired);
    tcase_add_test(t, zone_headers_of_three_ages);
    tcase_add_test(t, reset_commands_that_make_no_sense_are_named);
    tcase_add_test(t, shops_of_the_modern_form);
    tcase_add_test(t, shops_of_the_old_form);
    tcase_add_test(t, triggers_keep_their_commands_as_lines);
    tcase_add_test(t, quests_are_carried_as_data);
    tcase_add_test(t, a_record_that_cannot_be_read_costs_only_itself);
    tcase_add_test(t, numbers_beyond_all_reason_are_refused);
    tcase_add_test(t, files_may_end_anywhere);
    return kit_run("circle_parse", t);
}
