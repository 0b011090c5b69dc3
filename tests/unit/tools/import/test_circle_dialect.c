// Worlds of the code bases that came from CircleMUD: what a line means follows from all of them.
#include "tools/import/circle_dialect.h"

#include "circle_kit.h"

static void read_zone(struct kit *k, const char *text)
{
    kit_init(k);
    kit_read(k, CIRCLE_ZON, text);
    kit_export(k);
}

START_TEST(five_numbers_are_top_lifespan_and_mode)
{
    struct kit k;
    read_zone(&k, "#1\nMill~\n199 30 2 0 -1\nS\n$\n");
    kit_has(&k, 0, "numbers 0 to 199");
    kit_has(&k, 0, "{\"mode\": \"always\", \"every\": \"30m\"}");
    ck_assert_str_eq(buf_str(&k.complaints),
                     "test.zon:3: warning: \"0 -1\" after the reset mode of a zone left out\n");
    ck_assert_uint_eq(k.report.fields[CIRCLE_HAS_LIFESPAN].have, 1);
    kit_fini(&k);
}
END_TEST

START_TEST(most_zones_decide_for_one_that_could_be_either)
{
    struct kit k;
    // "0 10 2 1": top 0, lifespan 10, mode 2; or from 0 to 10, lifespan 2, mode 1.
    read_zone(&k, "#0\nLow~\n0 10 2 1\nS\n#1\nMill~\n199 30 2 0\nS\n#2\nFen~\n299 20 1 0\nS\n$\n");
    kit_has(&k, 0, "{\"mode\": \"always\", \"every\": \"10m\"}");
    kit_fini(&k);
    read_zone(&k,
              "#0\nLow~\n0 10 2 1\nS\n#1\nMill~\n100 199 30 2\nS\n#2\nFen~\n200 299 20 1\nS\n$\n");
    kit_has(&k, 0, "numbers 0 to 10");
    kit_has(&k, 0, "{\"mode\": \"empty\", \"every\": \"2m\"}");
    kit_fini(&k);
}
END_TEST

// No range goes down, so the first number is the top, whatever the others are.
START_TEST(a_line_that_fits_no_form_is_taken_for_what_comes_near)
{
    struct kit k;
    read_zone(&k, "#1\nMill~\n199 100 20 2\nS\n$\n");
    kit_has(&k, 0, "numbers 0 to 199.");
    kit_complains(&k, "reset mode 20 is none of 0, 1 and 2");
    kit_fini(&k);
    read_zone(&k, "#1\nMill~\n100 199 20 9\nS\n$\n");
    kit_has(&k, 0, "numbers 100 to 199.");
    kit_complains(&k, "reset mode 9 is none of 0, 1 and 2");
    kit_fini(&k);
}
END_TEST

START_TEST(a_builder_and_more_lines_of_numbers)
{
    struct kit k;
    read_zone(&k, "#1\nThe Mill~\nAnnabel~\n0 4\n199 30 2\nM 0 100 2 100\nS\n$\n");
    kit_has(&k, 0, "\"name\": \"The Mill\", \"author\": \"Annabel\"");
    kit_has(&k, 0, "\"every\": \"30m\"");
    kit_complains(&k, "test.zon:4: warning: \"0 4\" in the head of a zone left out");
    ck_assert_uint_eq(k.report.counts[CIRCLE_RESET_M].read, 1);
    kit_fini(&k);
    read_zone(&k, "#1\nThe Mill~\nAnnabel~\n199 30 2\n10 20 0\nM 0 100 2 100\nS\n$\n");
    kit_has(&k, 0, "numbers 0 to 199");
    kit_complains(&k, "test.zon:5: warning: \"10 20 0\" in the head of a zone left out");
    kit_fini(&k);
    read_zone(&k, "#26\nThe Mill~\n~\n#26 15 0\n2699 10 2 0 test\nM 0 1 1 1\nS\n$\n");
    kit_has(&k, 0, "numbers 0 to 2699");
    ck_assert_uint_eq(k.report.counts[CIRCLE_ZONE].read, 1);
    kit_fini(&k);
}
END_TEST

START_TEST(a_zone_without_its_line_keeps_its_resets)
{
    struct kit k;
    read_zone(&k, "#1\nThe Mill~\nM 0 100 2 100\nS\n$\n");
    ck_assert_uint_eq(k.report.counts[CIRCLE_ZONE].part, 1);
    ck_assert_uint_eq(k.report.fields[CIRCLE_HAS_LIFESPAN].have, 0);
    ck_assert_uint_eq(k.report.counts[CIRCLE_RESET_M].read, 1);
    kit_complains(&k, "this zone was put right: there is no line of top, lifespan and reset mode");
    kit_fini(&k);
}
END_TEST

static const char two_rooms[] = "#100\nYard~\nx~\n1 0 0\nS\n$\n";

START_TEST(resets_without_if_flags)
{
    struct kit k;
    kit_init(&k);
    kit_read(&k, CIRCLE_ZON,
             "#1\nMill~\n199 30 2\nM 110 1 100\nG 105 5\nE 106 5 16\n"
             "M 110 2 100\nR 100 105\nS\n$\n");
    kit_read(&k, CIRCLE_WLD, two_rooms);
    kit_read(&k, CIRCLE_MOB,
             "#110\nman~\na man~\nx~\n~\n0 0 0 S\n1 1 1 1d1+1 1d1\n0 0\n8 8 0\n$\n");
    kit_read(&k, CIRCLE_OBJ,
             "#105\nbun~\na bun~\nx~\n~\n19 0 1\n0 0 0 0\n1 1 1\n"
             "#106\nstick~\na stick~\nx~\n~\n5 0 8193\n0 0 0 0\n1 1 1\n$\n");
    kit_export(&k);
    kit_has(&k, 0,
            "{\"place\": \"m110\", \"in\": \"r100\", \"limit\": 1, \"then\": "
            "[{\"give\": \"o105\", \"limit\": 5}, {\"equip\": \"o106\", \"as\": \"wield\", "
            "\"limit\": 5}]}");
    kit_has(&k, 0, "\"remove\": \"o105\"");
    ck_assert_uint_eq(circle_report_lost_count(&k.report), 0);
    kit_fini(&k);
}
END_TEST

static void read_object(struct kit *k, const char *flags)
{
    struct buf text = BUF_INIT;
    buf_addf(&text, "#105\nstick~\na stick~\nA stick.~\n~\n%s\n0 1 4 7\n2 10 1\n", flags);
    buf_addf(&text, "#106\nbun~\na bun~\nA bun.~\n~\n%s\n0 1 4 7\n2 10 1\n$\n", flags);
    kit_init(k);
    kit_read(k, CIRCLE_ZON, KIT_ZONE);
    kit_read(k, CIRCLE_OBJ, buf_str(&text));
    kit_export(k);
    buf_fini(&text);
}

START_TEST(objects_of_three_to_thirteen_numbers)
{
    static const char *const lines[] = {
        "5 1 8193",                     // type extra wear
        "5 1 8193 0",                   // affects behind
        "5 0 134217729 8193",           // wear is not what has such high bits
        "5 20 0 8193 0",                // a level before
        "5 20 0 0 8193",                // … and more flags
        "5 1 0 0 0 8193",               // four words of flags
        "5 1 0 0 0 8193 0 0 0",         // and of wear
        "5 a 0 0 0 an 0 0 0 0 0 0 0",   // and of affects
        "5 a 0 0 0 an 0 0 0 0 0 0 0 7", // and something else
    };
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        struct kit k;
        read_object(&k, lines[i]);
        kit_has(&k, 0, "\"wieldable\": true");
        kit_has(&k, 0, "\"wear\": [\"take\", \"wield\"]");
        kit_lacks(&k, 0, "You cannot take that");
        ck_assert_uint_eq(k.report.fields[CIRCLE_HAS_TAKE].have, 2);
        kit_fini(&k);
    }
}
END_TEST

START_TEST(objects_may_have_more_lines_and_other_numbers)
{
    struct kit k;
    kit_init(&k);
    kit_read(&k, CIRCLE_ZON, KIT_ZONE);
    kit_read(&k, CIRCLE_OBJ,
             "#105\nbun~\na bun~\nA bun.~\n~\n19 0 1\n1 2 3 4 5 6 7 8 9 10\n1 2 3.50\nc 0\n0 0 0\n"
             "E\nbun~\nGood.~\n#106\nrock~\na rock~\nA rock.~\n~\n13 0 1\n0 0 0 0\n5 9\nT 7\n$\n");
    kit_export(&k);
    kit_has(&k, 0,
            "\"values\": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], \"weight\": 1, \"cost\": 2, \"rent\": 3");
    kit_has(&k, 0, "\"description\": \"Good.\"");
    kit_has(&k, 0, "\"weight\": 5, \"cost\": 9, \"rent\": 0, \"triggers\": [7]");
    kit_complains(&k, "\"c 0\" after the numbers of an object left out");
    ck_assert_uint_eq(k.report.counts[CIRCLE_OBJECT].part, 0);
    kit_fini(&k);
}
END_TEST

#define MOBILE "#110\nman~\na man~\nA man.~\n~\n"

static void read_mobile(struct kit *k, const char *text)
{
    kit_init(k);
    kit_read(k, CIRCLE_ZON, KIT_ZONE);
    kit_read(k, CIRCLE_MOB, text);
    kit_export(k);
}

START_TEST(the_level_is_found_by_the_dice)
{
    static const char *const bodies[] = {
        MOBILE "2 0 100 S\n5 15 4 3d6+20 1d4+1\n10 100\n8 8 1\n$\n",
        MOBILE "2 0 100 E\nX5 30 26 26 26 26 3d6+20 1d4+1\n10 100\n8 8 1\nE\n$\n",
        MOBILE "2 0 100 S\nD 0 0\n5 15 4 3d6+20 1d4+1\n10 100\n8 8 1\n$\n",
        MOBILE "2 0 0 0 8 0 0 0 100 E\n5 15 4 3d6+20 1d4+1\n10 100\n8 8 1\nRace: 3\nE\n$\n",
        MOBILE "2 0 100 X 0\n5 15 4 3d6+20 1d4+1\n10 100 -1\n8 8 1 3 1 3\n$\n",
        MOBILE "1 4 b 0 100 S\n5 15 4 3d6+20\n10 100 100 1d4+1\n8 8 1\n$\n",
        ("#110\nName: man\nShrt: a man\nLong:\nA man.\n~\nDesc:\nTall.\n~\nRace: 4\nLevl: 5\n"
         "Hitr: 15\nArmr: 4\nHP  : 3d6+20\nDmg : 1d4+1\nSex : 1\nAct : b\nDONE\n$\n"),
    };
    for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
        struct kit k;
        read_mobile(&k, bodies[i]);
        kit_has(&k, 0, "\"name\": \"a man\", \"aliases\": [\"man\"]");
        kit_has(&k, 0, "\"presence\": \"A man.\"");
        kit_has(&k, 0, "\"health\": {\"maximum\": 30}");
        kit_has(&k, 0, "\"level\": 5");
        kit_has(&k, 0, "\"hit_points\": \"3d6+20\", \"damage\": \"1d4+1\"");
        kit_has(&k, 0, "\"gender\": \"male\"");
        kit_has(&k, 0, "\"flags\": [\"sentinel\"]");
        ck_assert_uint_eq(k.report.fields[CIRCLE_HAS_HEALTH].have, 1);
        ck_assert_uint_eq(k.report.fields[CIRCLE_HAS_DEFENCE].have, i != 1);
        ck_assert_uint_eq(k.report.counts[CIRCLE_MOBILE].part, i == 1);
        kit_fini(&k);
    }
}
END_TEST

START_TEST(mobiles_without_dice_are_read_in_part)
{
    struct kit k;
    struct buf doubts = BUF_INIT;
    read_mobile(&k, MOBILE "2 0 100 S\n5 15 4 30 7\n10 100\n8 8 1\n$\n");
    kit_has(&k, 0, "\"level\": 5, \"gold\": 10");
    kit_complains(&k, "this mobile was put right: line 7, \"5 15 4 30 7\", is no line of level");
    ck_assert_uint_eq(k.report.counts[CIRCLE_MOBILE].part, 1);
    ck_assert(circle_report_doubts(&k.report, &doubts));
    ck_assert_ptr_nonnull(
        strstr(buf_str(&doubts), "1 of 1 mobiles have no hit points: is this a CircleMUD world?"));
    buf_fini(&doubts);
    kit_fini(&k);
}
END_TEST

START_TEST(names_by_case_and_more_texts_are_passed)
{
    struct kit k;
    read_mobile(
        &k, "#110\nman~\na man~\nof a man~\nto a man~\nby a man~\nwith a man~\nat a man~\n"
            "A man stands here.\n~\nTall.\n~\n2 0 100 S\n5 15 4 3d6+20 1d4+1\n10 100\n8 8 1\n$\n");
    kit_has(&k, 0, "\"name\": \"a man\"");
    kit_has(&k, 0, "\"description\": \"Tall.\", \"presence\": \"A man stands here.\"");
    kit_complains(&k, "5 forms of the name by case are left out");
    kit_fini(&k);
    read_mobile(&k, "#110\nman~\na man~\nA man.\n~\nTall.\n~\n~\n~\n2 0 100 S\n"
                    "5 15 4 3d6+20 1d4+1\n10 100\n8 8 1\n$\n");
    kit_has(&k, 0, "\"description\": \"Tall.\", \"presence\": \"A man.\"");
    kit_complains(&k, "2 texts after the description are left out");
    kit_has(&k, 0, "\"level\": 5");
    kit_fini(&k);
}
END_TEST

START_TEST(rooms_without_their_line_are_counted)
{
    struct kit k;
    kit_init(&k);
    kit_read(&k, CIRCLE_ZON, KIT_ZONE);
    kit_read(&k, CIRCLE_WLD, "#100\nName: Yard~\nx~\nFLAGS none\nS\n$\n");
    kit_export(&k);
    ck_assert_uint_eq(k.report.fields[CIRCLE_HAS_SECTOR].have, 0);
    ck_assert_uint_eq(k.report.counts[CIRCLE_ROOM].part, 1);
    kit_complains(&k, "line 4, \"FLAGS none\", is no line of zone, flags and sector");
    kit_fini(&k);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("dialect");
    tcase_add_test(t, five_numbers_are_top_lifespan_and_mode);
    tcase_add_test(t, most_zones_decide_for_one_that_could_be_either);
    tcase_add_test(t, a_line_that_fits_no_form_is_taken_for_what_comes_near);
    tcase_add_test(t, a_builder_and_more_lines_of_numbers);
    tcase_add_test(t, a_zone_without_its_line_keeps_its_resets);
    tcase_add_test(t, resets_without_if_flags);
    tcase_add_test(t, objects_of_three_to_thirteen_numbers);
    tcase_add_test(t, objects_may_have_more_lines_and_other_numbers);
    tcase_add_test(t, the_level_is_found_by_the_dice);
    tcase_add_test(t, mobiles_without_dice_are_read_in_part);
    tcase_add_test(t, names_by_case_and_more_texts_are_passed);
    tcase_add_test(t, rooms_without_their_line_are_counted);
    return kit_run("circle_dialect", t);
}
