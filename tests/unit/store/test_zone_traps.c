// Which places `latchkey check` calls traps, and where RECALL may be vetoed.
#include "store/zones.h"
#include "util/doc.h"
#include "util/file.h"
#include "util/mem.h"
#include "world/world.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char told[4096];
static int errors;

// Loads a zone with these locations and things; what is said of traps and RECALL is in `told`.
static void load(bool lint, const char *locations, const char *things)
{
    char path[] = "/tmp/latchkey-traps-XXXXXX.json";
    int fd = mkstemps(path, 5);
    FILE *f = fdopen(fd, "w");
    fprintf(f,
            "{\"zone\":{\"ref\":\"z\",\"name\":\"Z\"},\"locations\":{\"start\":{\"name\":\"S\","
            "\"start\":true,\"exits\":{\"north\":\"in\"}},%s},\"things\":{%s}}",
            locations, things);
    fclose(f);
    struct world *w = world_new();
    struct doc_problems p = DOC_PROBLEMS_INIT;
    const char *paths[] = {path};
    zones_load(w, paths, 1, lint, &p, NULL);
    *told = '\0';
    errors = (int)p.errors;
    for (size_t i = 0; i < p.count; i++)
        if (strstr(p.list[i].text, "trap") || strstr(p.list[i].text, "recall") ||
            p.list[i].severity == DOC_ERROR)
            snprintf(told + strlen(told), sizeof(told) - strlen(told), "%s\n", p.list[i].text);
    doc_problems_fini(&p);
    world_free(w);
    unlink(path);
}

#define IN(exits) "\"in\":{\"name\":\"I\",\"exits\":{" exits "}}"
#define DOOR(more)                                                                                 \
    "\"door\":{\"name\":\"a door\",\"aliases\":[\"door\"],\"narrative\":true,\"in\":\"start\","     \
    "\"door\":{\"exit\":\"north\",\"locked\":true," more "}}"
#define KEY(where) "\"key\":{\"name\":\"a key\",\"aliases\":[\"key\"]" where "}"

START_TEST(a_way_back_is_no_trap)
{
    load(true, IN("\"south\":\"start\""), "");
    ck_assert_str_eq(told, "");
}
END_TEST

START_TEST(no_way_back_is_one)
{
    load(true, IN(""), "");
    ck_assert_msg(strstr(told, "trap: ") && strstr(told, "\"in\" to a start"), "%s", told);
    load(false, IN(""), "");
    ck_assert_str_eq(told, "");
}
END_TEST

START_TEST(a_lock_whose_key_lies_outside_is_one)
{
    load(true, IN("\"south\":\"start\""), DOOR("\"key\":\"key\"") "," KEY(",\"in\":\"start\""));
    ck_assert_msg(strstr(told, "trap: "), "%s", told);
    // One that stands open may be locked behind somebody.
    load(true, IN("\"south\":\"start\""),
         "\"door\":{\"name\":\"a door\",\"aliases\":[\"door\"],\"narrative\":true,\"in\":\"start\","
         "\"door\":{\"exit\":\"north\",\"open\":true,\"key\":\"key\"}}," KEY(",\"in\":\"start\""));
    ck_assert_msg(strstr(told, "trap: "), "%s", told);
}
END_TEST

START_TEST(a_key_inside_or_a_latch_is_a_way_out)
{
    load(true, IN("\"south\":\"start\""), DOOR("\"key\":\"key\"") "," KEY(",\"in\":\"in\""));
    ck_assert_str_eq(told, "");
    load(true, IN("\"south\":\"start\""),
         DOOR("\"key\":\"key\",\"far\":{\"latch\":true}") "," KEY(",\"in\":\"start\""));
    ck_assert_str_eq(told, "");
    // The near side's latch is of no use inside.
    load(true, IN("\"south\":\"start\""),
         DOOR("\"key\":\"key\",\"latch\":true") "," KEY(",\"in\":\"start\""));
    ck_assert_msg(strstr(told, "trap: "), "%s", told);
}
END_TEST

START_TEST(a_key_behind_a_lid_counts_when_that_opens)
{
#define BOX(key)                                                                                   \
    "\"box\":{\"name\":\"a box\",\"aliases\":[\"box\"],\"inventory\":true,\"in\":\"in\",\"door\":"  \
    "{\"locked\":true,\"key\":\"" key "\"}}"
    load(true, IN("\"south\":\"start\""),
         DOOR("\"key\":\"key\"") "," KEY(",\"in\":\"box\"") "," BOX("other")
         ",\"other\":{\"name\":\"o\",\"aliases\":[\"o\"],\"in\":\"in\"}");
    ck_assert_str_eq(told, "");
    load(true, IN("\"south\":\"start\""),
         DOOR("\"key\":\"key\"") "," KEY(",\"in\":\"box\"") "," BOX("other")
         ",\"other\":{\"name\":\"o\",\"aliases\":[\"o\"],\"in\":\"start\"}");
    ck_assert_msg(strstr(told, "trap: "), "%s", told);
}
END_TEST

START_TEST(a_key_farther_in_counts)
{
    load(true,
         IN("\"south\":\"start\",\"north\":\"deep\"")
         ",\"deep\":{\"name\":\"D\",\"exits\":{\"south\":\"in\"}}",
         DOOR("\"key\":\"key\"") "," KEY(",\"in\":\"deep\""));
    ck_assert_str_eq(told, "");
    load(true,
         IN("\"south\":\"start\",\"north\":\"deep\"")
         ",\"deep\":{\"name\":\"D\",\"exits\":{\"south\":\"in\"}}",
         DOOR("\"key\":\"key\"") "," KEY(",\"in\":\"start\""));
    ck_assert_msg(strstr(told, "or the 1 beyond it"), "%s", told);
}
END_TEST

START_TEST(a_veto_of_the_way_out_makes_one)
{
    load(true, "\"in\":{\"name\":\"I\",\"exits\":{\"south\":\"start\"},\"vetoes\":{\"south\":\"No.\"}}",
         "");
    ck_assert_msg(strstr(told, "trap: "), "%s", told);
}
END_TEST

START_TEST(recall_may_be_vetoed_only_where_there_is_a_way_out)
{
    static const char open[] = "\"in\":{\"name\":\"I\",\"exits\":{\"south\":\"start\"},"
                               "\"vetoes\":{\"recall\":\"No.\"}}";
    static const char shut[] = "\"in\":{\"name\":\"I\",\"vetoes\":{\"recall\":\"No.\"}}";
    load(true, open, "");
    ck_assert_str_eq(told, "");
    load(true, shut, "");
    ck_assert_msg(errors == 1 && strstr(told, "cannot be vetoed here"), "%s", told);
    load(false, shut, ""); // the server refuses it too
    ck_assert_msg(errors == 1 && strstr(told, "cannot be vetoed here"), "%s", told);
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
    tcase_add_test(tc, a_veto_of_the_way_out_makes_one);
    tcase_add_test(tc, recall_may_be_vetoed_only_where_there_is_a_way_out);
    suite_add_tcase(s, tc);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
