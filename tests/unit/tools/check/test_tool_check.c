// latchkey check from the command line: the same verdict from every folder.
#include "tools/tools.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "util/file.h"
#include "util/mem.h"

static char folder[64];

static void put(const char *name, const char *text)
{
    char *path = mem_printf("%s/%s", folder, name);
    char *slash = strrchr(path, '/');
    *slash = '\0';
    ck_assert_int_eq(file_mkdirs(path, 0755), 0);
    *slash = '/';
    ck_assert_int_eq(file_write_atomic(path, text, strlen(text), 0644, false), 0);
    free(path);
}

static void setup(void)
{
    memcpy(folder, "check-XXXXXX", sizeof("check-XXXXXX"));
    ck_assert_ptr_nonnull(mkdtemp(folder));
    put("data/player.json", "{\"name\":\"a player\",\"body\":{\"hand\":2,\"tail\":1}}");
}

static void teardown(void)
{
    char *command = mem_printf("rm -rf '%s'", folder);
    ck_assert_int_eq(system(command), 0);
    free(command);
}

static void put_zone(const char *slot, const char *more)
{
    char *text = mem_printf("{\"zone\":{\"ref\":\"z\",\"name\":\"Z\"},\"locations\":{\"yard\":{"
                            "\"name\":\"Y\",\"description\":\"D.\","
                            "\"start\":true%s}},\"things\":{\"ring\":{\"name\":\"a "
                            "ring\",\"aliases\":[\"ring\"],\"description\":\"R.\","
                            "\"in\":\"yard\",\"wearable\":[\"%s\"]}}}",
                            more, slot);
    put("data/zones/z.json", text);
    free(text);
}

static int check_of(const char *name, const char *option)
{
    char program[] = "check", *what = mem_printf("%s/%s", folder, name),
         *more = option ? mem_strdup(option) : NULL;
    char *argv[] = {program, what, more, NULL};
    int status = tool_check(more ? 3 : 2, argv);
    free(more);
    free(what);
    return status;
}

START_TEST(the_template_of_players_is_found_beside_the_zones)
{
    put_zone("tail", "");
    ck_assert_int_eq(check_of("data/zones", "--strict"), 0);
    ck_assert_int_eq(check_of("data/zones/z.json", "--strict"), 0);
    put_zone("fin", "");
    ck_assert_int_eq(check_of("data/zones", NULL), 65);
    ck_assert_int_eq(check_of("data/zones/z.json", NULL), 65);
}
END_TEST

START_TEST(without_it_players_have_the_usual_slots)
{
    char *path = mem_printf("%s/data/player.json", folder);
    ck_assert_int_eq(unlink(path), 0);
    put_zone("finger", "");
    ck_assert_int_eq(check_of("data/zones", "--strict"), 0);
    put_zone("fin", "");
    ck_assert_int_eq(check_of("data/zones", NULL), 65);
    free(path);
}
END_TEST

START_TEST(warnings_count_when_asked_for)
{
    put_zone("tail", ",\"details\":[{\"keywords\":[\"a\"],\"text\":\"\"}]");
    ck_assert_int_eq(check_of("data/zones", NULL), 0);
    ck_assert_int_eq(check_of("data/zones", "--strict"), 65);
}
END_TEST

START_TEST(a_folder_without_zone_files_is_an_error)
{
    put("data/zones/z.JSON", "{}");
    ck_assert_int_eq(check_of("data/zones", NULL), 65);
    ck_assert_int_eq(check_of("nowhere", NULL), 65);
}
END_TEST

START_TEST(an_empty_folder_is_an_error_beside_a_good_one)
{
    char *empty = mem_printf("%s/empty", folder);
    ck_assert_int_eq(file_mkdirs(empty, 0755), 0);
    put_zone("tail", "");
    ck_assert_int_eq(check_of("data/zones", NULL), 0);
    ck_assert_int_eq(check_of("empty", NULL), 65);
    ck_assert_int_eq(check_of("data/zones", empty), 65);
    free(empty);
}
END_TEST

START_TEST(things_do_what_commands_allow)
{
    put_zone(
        "tail",
        ",\"on_action\":{\"after\":\"1m\",\"do\":[\"act Gulls scream.\",\"say hi\",\"north\"]}");
    ck_assert_int_eq(check_of("data/zones", "--strict"), 0);
    put_zone("tail", ",\"on_action\":{\"after\":\"1m\",\"do\":[\"score\"]}");
    ck_assert_int_eq(check_of("data/zones", "--strict"), 65);
    put_zone("tail", ",\"vetoes\":{\"north\":\"No.\",\"recall\":\"No.\",\"combat\":\"No.\"}");
    ck_assert_int_eq(check_of("data/zones", "--strict"), 0);
    put_zone("tail", ",\"vetoes\":{\"take\":\"No.\"}");
    ck_assert_int_eq(check_of("data/zones", "--strict"), 65);
}
END_TEST

START_TEST(a_file_is_checked_with_those_it_refers_to)
{
    put_zone("tail", ",\"exits\":{\"north\":\"fen:path\"}");
    put("data/zones/fen.json", "{\"zone\":{\"ref\":\"fen\",\"name\":\"F\"},\"locations\":{\"path\":"
                               "{\"name\":\"P\",\"description\":\"\","
                               "\"exits\":{\"south\":\"z:yard\"}}}}");
    ck_assert_int_eq(check_of("data/zones/z.json", "--strict"),
                     0); // that fen is odd is not asked here
    ck_assert_int_eq(check_of("data/zones/fen.json", NULL), 0);
    ck_assert_int_eq(check_of("data/zones/fen.json", "--strict"), 65);
    put("data/zones/fen.json", "{\"zone\":{\"ref\":\"fen\",\"name\":\"F\"}}");
    ck_assert_int_eq(check_of("data/zones/z.json", NULL), 65); // there is no such path in it
}
END_TEST

int main(void)
{
    Suite *s = suite_create("tool_check");
    TCase *t = tcase_create("tool_check");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, the_template_of_players_is_found_beside_the_zones);
    tcase_add_test(t, without_it_players_have_the_usual_slots);
    tcase_add_test(t, warnings_count_when_asked_for);
    tcase_add_test(t, a_folder_without_zone_files_is_an_error);
    tcase_add_test(t, an_empty_folder_is_an_error_beside_a_good_one);
    tcase_add_test(t, things_do_what_commands_allow);
    tcase_add_test(t, a_file_is_checked_with_those_it_refers_to);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
