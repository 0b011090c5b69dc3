// Which places `latchkey check` calls traps, and where RECALL may be vetoed.
#define ABOUT "trap", "recall"
#include "zone_kit.h"

#define IN(exits) "\"in\":{\"name\":\"I\",\"exits\":{" exits "}}"
#define DOOR(more)                                                                                 \
    "\"door\":{\"name\":\"a door\",\"aliases\":[\"door\"],\"narrative\":true,\"in\":\"start\","    \
    "\"door\":{\"exit\":\"north\",\"locked\":true," more "}}"
#define KEY(where) "\"key\":{\"name\":\"a key\",\"aliases\":[\"key\"]" where "}"

START_TEST(a_way_back_is_no_trap)
{
    load(true, IN("\"south\":\"start\""), "", "");
    ck_assert_str_eq(told, "");
}
END_TEST

START_TEST(no_way_back_is_one)
{
    load(true, IN(""), "", "");
    ck_assert_msg(strstr(told, "trap: ") && strstr(told, "\"in\" to a start"), "%s", told);
    load(false, IN(""), "", "");
    ck_assert_str_eq(told, "");
}
END_TEST

START_TEST(a_lock_whose_key_lies_outside_is_one)
{
    load(true, IN("\"south\":\"start\""), DOOR("\"key\":\"key\"") "," KEY(",\"in\":\"start\""), "");
    ck_assert_msg(strstr(told, "trap: "), "%s", told);
    // One that stands open may be locked behind somebody.
    load(true, IN("\"south\":\"start\""),
         "\"door\":{\"name\":\"a door\",\"aliases\":[\"door\"],\"narrative\":true,\"in\":\"start\","
         "\"door\":{\"exit\":\"north\",\"open\":true,\"key\":\"key\"}}," KEY(",\"in\":\"start\""),
         "");
    ck_assert_msg(strstr(told, "trap: "), "%s", told);
}
END_TEST

START_TEST(a_key_inside_or_a_latch_is_a_way_out)
{
    load(true, IN("\"south\":\"start\""), DOOR("\"key\":\"key\"") "," KEY(",\"in\":\"in\""), "");
    ck_assert_str_eq(told, "");
    load(true, IN("\"south\":\"start\""),
         DOOR("\"key\":\"key\",\"far\":{\"latch\":true}") "," KEY(",\"in\":\"start\""), "");
    ck_assert_str_eq(told, "");
    // The near side's latch is of no use inside.
    load(true, IN("\"south\":\"start\""),
         DOOR("\"key\":\"key\",\"latch\":true") "," KEY(",\"in\":\"start\""), "");
    ck_assert_msg(strstr(told, "trap: "), "%s", told);
}
END_TEST

START_TEST(a_key_behind_a_lid_counts_when_that_opens)
{
#define BOX(key)                                                                                   \
    "\"box\":{\"name\":\"a box\",\"aliases\":[\"box\"],\"inventory\":true,\"in\":\"in\",\"door\":" \
    "{\"locked\":true,\"key\":\"" key "\"}}"
    load(true, IN("\"south\":\"start\""),
         DOOR("\"key\":\"key\"") "," KEY(",\"in\":\"box\"") "," BOX(
             "other") ",\"other\":{\"name\":\"o\",\"aliases\":[\"o\"],\"in\":\"in\"}",
         "");
    ck_assert_str_eq(told, "");
    load(true, IN("\"south\":\"start\""),
         DOOR("\"key\":\"key\"") "," KEY(",\"in\":\"box\"") "," BOX(
             "other") ",\"other\":{\"name\":\"o\",\"aliases\":[\"o\"],\"in\":\"start\"}",
         "");
    ck_assert_msg(strstr(told, "trap: "), "%s", told);
}
END_TEST

START_TEST(a_key_farther_in_counts)
{
    load(true,
         IN("\"south\":\"start\",\"north\":\"deep\"") ",\"deep\":{\"name\":\"D\",\"exits\":{"
                                                      "\"south\":\"in\"}}",
         DOOR("\"key\":\"key\"") "," KEY(",\"in\":\"deep\""), "");
    ck_assert_str_eq(told, "");
    load(true,
         IN("\"south\":\"start\",\"north\":\"deep\"") ",\"deep\":{\"name\":\"D\",\"exits\":{"
                                                      "\"south\":\"in\"}}",
         DOOR("\"key\":\"key\"") "," KEY(",\"in\":\"start\""), "");
    ck_assert_msg(strstr(told, "or the 1 beyond it"), "%s", told);
}
END_TEST

START_TEST(a_veto_of_the_way_out_makes_one)
{
    load(true,
         "\"in\":{\"name\":\"I\",\"exits\":{\"south\":\"start\"},\"vetoes\":{\"south\":\"No.\"}}",
         "", "");
    ck_assert_msg(strstr(told, "trap: "), "%s", told);
}
END_TEST

START_TEST(recall_may_be_vetoed_only_where_there_is_a_way_out)
{
    static const char open[] = "\"in\":{\"name\":\"I\",\"exits\":{\"south\":\"start\"},"
                               "\"vetoes\":{\"recall\":\"No.\"}}";
    static const char shut[] = "\"in\":{\"name\":\"I\",\"vetoes\":{\"recall\":\"No.\"}}";
    load(true, open, "", "");
    ck_assert_str_eq(told, "");
    load(true, shut, "", "");
    ck_assert_msg(errors == 1 && strstr(told, "cannot be vetoed here"), "%s", told);
    load(false, shut, "", ""); // the server refuses it too
    ck_assert_msg(errors == 1 && strstr(told, "cannot be vetoed here"), "%s", told);
}
END_TEST

#define BACK "\"south\":\"start\""
#define LOCK DOOR("\"key\":\"key\"")
#define MAN "\"man\":{\"name\":\"m\",\"mobile\":true}"
#define BAG(more) "\"bag\":{\"name\":\"b\",\"inventory\":true" more "}"
#define RESETS(list) ",\"resets\":[" list "]"

static const struct {
    const char *what, *locations, *things, *more;
    bool trap;
} cases[] = {
    {"a thing forbids the way", IN(BACK),
     "\"dog\":{\"name\":\"d\",\"in\":\"in\",\"vetoes\":{\"south\":\"No.\"}}", "", true},
    {"narrative as it is", IN(BACK),
     "\"dog\":{\"name\":\"d\",\"in\":\"in\",\"narrative\":true,\"vetoes\":{\"south\":\"No.\"}}", "",
     true},
    {"it forbids another way", IN(BACK),
     "\"dog\":{\"name\":\"d\",\"in\":\"in\",\"vetoes\":{\"north\":\"No.\"}}", "", false},
    {"no key opens it, so that nobody comes in", IN(BACK), DOOR("\"far\":{}"), "", false},
    {"no key opens it, and there is another way in",
     IN(BACK) ",\"loft\":{\"name\":\"L\",\"start\":true,\"exits\":{\"down\":\"in\"}}",
     DOOR("\"far\":{}"), "", true},
    {"it has no lock", IN(BACK),
     "\"door\":{\"name\":\"d\",\"narrative\":true,\"in\":\"start\",\"door\":{\"exit\":\"north\"}}",
     "", false},
    {"a door that is no part of the place", IN(BACK),
     "\"door\":{\"name\":\"d\",\"in\":\"start\",\"door\":{\"exit\":\"north\",\"locked\":true,\"key\":\"key\"}}," KEY(
         ",\"in\":\"start\""),
     "", true},
    {"it has one side", IN(BACK), DOOR("\"key\":\"key\",\"far\":false") "," KEY(""), "", false},
    // Keys that resets bring.
    {"nowhere", IN(BACK), LOCK "," KEY(""), "", true},
    {"placed inside", IN(BACK), LOCK "," KEY(""), RESETS("{\"place\":\"key\",\"in\":\"in\"}"),
     false},
    {"placed outside", IN(BACK), LOCK "," KEY(""), RESETS("{\"place\":\"key\",\"in\":\"start\"}"),
     true},
    {"removed", IN(BACK), LOCK "," KEY(""), RESETS("{\"remove\":\"key\",\"from\":\"in\"}"), true},
    {"with somebody inside", IN(BACK), LOCK "," KEY("") "," MAN,
     RESETS("{\"place\":\"man\",\"in\":\"in\",\"then\":[{\"give\":\"key\"}]}"), false},
    {"with somebody outside", IN(BACK), LOCK "," KEY("") "," MAN,
     RESETS("{\"place\":\"man\",\"in\":\"start\",\"then\":[{\"give\":\"key\"}]}"), true},
    {"in a bag of somebody inside", IN(BACK), LOCK "," KEY("") "," MAN "," BAG(""),
     RESETS(
         "{\"place\":\"man\",\"in\":\"in\",\"then\":[{\"give\":\"bag\",\"then\":[{\"put\":\"key\"}]}]}"),
     false},
    {"in a bag that stands inside", IN(BACK), LOCK "," KEY("") "," BAG(",\"in\":\"in\""),
     RESETS("{\"put\":\"key\",\"into\":\"bag\"}"), false},
    {"in a bag that stands outside", IN(BACK), LOCK "," KEY("") "," BAG(",\"in\":\"start\""),
     RESETS("{\"put\":\"key\",\"into\":\"bag\"}"), true},
    {"in a bag that nobody can open", IN(BACK),
     LOCK "," KEY("") "," BAG(
         ",\"in\":\"in\",\"door\":{\"locked\":true,\"key\":\"pin\"}") ",\"pin\":{\"name\":\"p\"}",
     RESETS("{\"put\":\"key\",\"into\":\"bag\"}"), true},
    {"in a bag with a latch", IN(BACK),
     LOCK "," KEY("") "," BAG(
         ",\"in\":\"in\",\"door\":{\"locked\":true,\"key\":\"pin\",\"latch\":true}") ",\"pin\":{\"name\":\"p\"}",
     RESETS("{\"put\":\"key\",\"into\":\"bag\"}"), false},
    {"placed inside as the second", IN(BACK), LOCK "," KEY(",\"in\":[\"start\",\"in\"]"), "",
     false},
};

START_TEST(what_is_a_trap_and_what_is_none)
{
    load(true, cases[_i].locations, cases[_i].things, cases[_i].more);
    ck_assert_msg(errors == 0 && (strstr(told, "trap: ") != NULL) == cases[_i].trap, "%s: %s",
                  cases[_i].what, told);
}
END_TEST

// Whatever stands first in the file.
START_TEST(a_trap_may_come_before_the_start)
{
    load_text(
        true,
        "{\"zone\":{\"ref\":\"z\",\"name\":\"Z\"},\"locations\":{"
        "\"pit\":{\"name\":\"P\",\"exits\":{\"down\":\"hole\"}},"
        "\"hole\":{\"name\":\"H\",\"exits\":{\"up\":\"pit\"}},"
        "\"yard\":{\"name\":\"Y\",\"start\":true,\"exits\":{\"down\":\"pit\",\"north\":\"loft\"}},"
        "\"loft\":{\"name\":\"L\",\"exits\":{\"south\":\"yard\",\"up\":\"roof\"}},"
        "\"roof\":{\"name\":\"R\",\"exits\":{\"down\":\"loft\"}}}}",
        NULL);
    ck_assert_str_eq(
        told,
        "trap: with the doors shut and locked nothing leads from \"pit\" or the 1 beyond it to a "
        "start; a door needs a \"latch\" on this side, or its key must lie there\n");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("zone_traps");
    TCase *tc = tcase_create("zone_traps");
    tcase_add_test(tc, a_way_back_is_no_trap);
    tcase_add_test(tc, no_way_back_is_one);
    tcase_add_test(tc, a_lock_whose_key_lies_outside_is_one);
    tcase_add_test(tc, a_key_inside_or_a_latch_is_a_way_out);
    tcase_add_test(tc, a_key_behind_a_lid_counts_when_that_opens);
    tcase_add_test(tc, a_key_farther_in_counts);
    tcase_add_loop_test(tc, what_is_a_trap_and_what_is_none, 0, sizeof(cases) / sizeof(cases[0]));
    tcase_add_test(tc, a_trap_may_come_before_the_start);
    tcase_add_test(tc, a_veto_of_the_way_out_makes_one);
    tcase_add_test(tc, recall_may_be_vetoed_only_where_there_is_a_way_out);
    suite_add_tcase(s, tc);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
