// What is said of marks, deeds, conditions and gifts that are wrong or odd.
#define ABOUT "mark", "gives"
#include "zone_kit.h"

#define ROOM "\"in\":{\"name\":\"I\",\"exits\":{\"south\":\"start\"}}"
#define MAN(rules) "\"man\":{\"name\":\"m\",\"aliases\":[\"m\"],\"mobile\":true," rules "}"
#define KEY(more) "\"key\":{\"name\":\"k\",\"aliases\":[\"k\"]" more "}"
#define MARKS(list) ",\"marks\":{" list "}"
#define GRANTS "\"deeds\":[{\"when\":\"give\",\"mark\":\"a\"}]"

static void ck_says(const char *what)
{
    ck_assert_msg(strstr(told, what), "expected \"%s\" in: %s", what, told);
}

START_TEST(good_rules_are_silent)
{
    load(
        true, ROOM,
        MAN("\"replies\":[{\"keywords\":[\"k\"],\"if\":{\"lacks\":\"key\",\"marks\":[\"a\",\"z:a\"]},"
            "\"give\":\"key\",\"do\":[\"say Yes.\"]}],\"deeds\":[{\"when\":\"give\",\"of\":[\"key\"],"
            "\"keep\":true,\"mark\":\"a\"}],\"vetoes\":{\"north\":{\"message\":\"No.\",\"if\":"
            "{\"no_marks\":\"a\",\"carries\":\"key\"}}}") "," KEY(",\"reset\":{\"each\":true}"),
        MARKS("\"a\":{\"text\":\"T\",\"title\":\"t\",\"score\":\"S\",\"announce\":{\"text\":\"A\","
              "\"in\":[\"in\"]}}"));
    ck_assert_str_eq(told, "");
}
END_TEST

START_TEST(marks_that_are_not_there)
{
    load(true, ROOM, MAN("\"deeds\":[{\"when\":\"give\",\"mark\":\"b\"}]"), "");
    ck_says("no mark \"b\"");
    ck_assert_int_eq(errors, 1);
    load(true, ROOM, MAN("\"vetoes\":{\"get\":{\"message\":\"No.\",\"if\":{\"marks\":\"b\"}}}"),
         "");
    ck_says("no mark \"b\"");
    load(true, ROOM, MAN("\"on_action\":{\"do\":[\"say A.\"],\"if\":{\"no_marks\":[\"b\"]}}"), "");
    ck_says("no mark \"b\"");
}
END_TEST

START_TEST(marks_that_nothing_grants)
{
    load(true, ROOM, MAN(GRANTS), MARKS("\"a\":{},\"b\":{}"));
    ck_assert_str_eq(told, "nothing grants the mark \"b\"\n");
    // A condition grants nothing.
    load(true, ROOM,
         MAN("\"replies\":[{\"keywords\":[\"k\"],\"if\":{\"marks\":\"a\"},\"do\":[\"say A.\"]}]"),
         MARKS("\"a\":{}"));
    ck_assert_str_eq(told, "nothing grants the mark \"a\"\n");
    load(true, ROOM, MAN("\"replies\":[{\"keywords\":[\"k\"],\"mark\":\"a\",\"do\":[\"say A.\"]}]"),
         MARKS("\"a\":{}"));
    ck_assert_str_eq(told, "");
}
END_TEST

START_TEST(marks_that_are_wrong)
{
    load(false, ROOM, "", MARKS("\"A!\":{}"));
    ck_says("bad ref \"A!\"");
    load(false, ROOM, "", MARKS("\"a\":{\"titel\":\"t\"}"));
    ck_says("titel");
    load(false, ROOM, "", MARKS("\"a\":{\"announce\":{\"text\":\"T\"}}"));
    ck_says("an announcement needs");
    load(false, ROOM, KEY(""), MARKS("\"a\":{\"announce\":{\"text\":\"T\",\"in\":[\"key\"]}}"));
    ck_says("\"key\" is not a location");
    load(false, ROOM, "", MARKS("\"a\":7"));
    ck_assert_int_eq(errors, 1);
}
END_TEST

START_TEST(deeds_in_the_wrong_place)
{
    load(false, ROOM, KEY(",\"deeds\":[{\"when\":\"enter\"}]"), "");
    ck_says("a location has deeds for \"enter\"");
    load(false, ROOM, KEY(",\"deeds\":[{\"when\":\"give\"}]"), "");
    ck_says("only a mobile can be given something");
    load(false, ROOM, KEY(",\"deeds\":[{\"when\":\"eat\"}]"), "");
    ck_says("a deed needs \"when\"");
    load(false, ROOM, KEY(",\"deeds\":[{\"when\":\"get\",\"keep\":true}]"), "");
    ck_says("are for \"when\": \"give\" only");
    load(false, "\"in\":{\"name\":\"I\",\"deeds\":[{\"when\":\"get\"}]}", "", "");
    ck_says("a location has deeds for \"enter\"");
}
END_TEST

START_TEST(refs_that_lead_nowhere)
{
    load(false, ROOM, MAN("\"deeds\":[{\"when\":\"give\",\"of\":\"cup\"}]"), "");
    ck_says("\"cup\" does not exist");
    load(false, ROOM, MAN("\"deeds\":[{\"when\":\"give\",\"give\":\"in\"}]"), "");
    ck_says("\"in\" is a location");
    load(false, ROOM,
         MAN("\"replies\":[{\"keywords\":[\"k\"],\"if\":{\"carries\":\"cup\"},\"do\":[]}]"), "");
    ck_says("\"cup\" does not exist");
    load(false, ROOM,
         MAN("\"replies\":[{\"keywords\":[\"k\"],\"if\":{\"carry\":\"man\"},\"do\":[]}]"), "");
    ck_says("carry");
}
END_TEST

START_TEST(gifts_that_would_pile_up)
{
    load(true, ROOM,
         MAN("\"replies\":[{\"keywords\":[\"k\"],\"give\":\"key\",\"do\":[]}]") "," KEY(""), "");
    ck_says("gives \"z:key\" to all who lack it");
    load(true, ROOM, MAN("\"deeds\":[{\"when\":\"give\",\"give\":\"key\"}]") "," KEY(""), "");
    ck_says("gives \"z:key\" to all who lack it");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("zone_marks");
    TCase *tc = tcase_create("zone_marks");
    tcase_add_test(tc, good_rules_are_silent);
    tcase_add_test(tc, marks_that_are_not_there);
    tcase_add_test(tc, marks_that_nothing_grants);
    tcase_add_test(tc, marks_that_are_wrong);
    tcase_add_test(tc, deeds_in_the_wrong_place);
    tcase_add_test(tc, refs_that_lead_nowhere);
    tcase_add_test(tc, gifts_that_would_pile_up);
    suite_add_tcase(s, tc);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
