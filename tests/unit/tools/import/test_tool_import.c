// latchkey import from the command line to the files it leaves, which the zone loader must accept.
#include "tools/tools.h"

#include <sys/stat.h>
#include <unistd.h>

#include "circle_kit.h"
#include "util/file.h"
#include "util/mem.h"

static char folder[64];

static void setup(void)
{
    memcpy(folder, "import-XXXXXX", sizeof("import-XXXXXX"));
    ck_assert_ptr_nonnull(mkdtemp(folder));
}

static void teardown(void)
{
    char *command = mem_printf("rm -rf '%s'", folder);
    ck_assert_int_eq(system(command), 0);
    free(command);
}

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

static void put_world(void)
{
    put("lib/wld/1.wld", "#100\nThe ford~\nWater.~\n1 0 0\nD0\n~\ngate~\n1 102 101\nS\n"
                         "#101\nThe bank~\nGrass.~\n1 0 0\nD2\n~\n~\n1 102 100\nS\n$\n");
    put("lib/wld/index", "1.wld\n$\n");
    put("lib/zon/1.zon", KIT_ZONE);
    put("lib/mob/1.mob", "#110\nheron~\na heron~\nIt waits.~\n~\n0 0 0 S\n1 1 1 1d1+1 1d1\n"
                         "0 0\n8 8 0\n$\n");
    put("lib/obj/1.obj", "#102\nkey~\na key~\nA key.~\n~\n18 0 a\n0 0 0 0\n1 1 1\n$\n");
}

// latchkey import --from FORMAT FOLDER/FROM --to FOLDER/out [MORE VALUE]
static int import(const char *format, const char *from, const char *more, const char *value)
{
    char name[] = "import", option_from[] = "--from", option_to[] = "--to";
    char *source = mem_printf("%s/%s", folder, from), *target = mem_printf("%s/out", folder);
    char *as = mem_strdup(format), *extra = more ? mem_strdup(more) : NULL,
         *with = value ? mem_strdup(value) : NULL;
    char *argv[] = {name, option_from, as, source, option_to, target, extra, with, NULL};
    int status = tool_import(6 + !!more + !!value, argv);
    free(with);
    free(extra);
    free(as);
    free(target);
    free(source);
    return status;
}

static void check_file(const char *name, const char *part)
{
    struct buf text = BUF_INIT;
    char *path = mem_printf("%s/%s", folder, name);
    ck_assert_int_eq(file_read(path, 1 << 20, &text), 0);
    ck_assert_msg(strstr(buf_str(&text), part), "no %s in %s", part, buf_str(&text));
    free(path);
    buf_fini(&text);
}

START_TEST(an_imported_world_passes_the_check)
{
    put_world();
    put("player.json", "{\"name\": \"a player\", \"body\": {\"hand\": 2}}\n");
    ck_assert_int_eq(import("circle", "lib", NULL, NULL), 0);
    check_file("out/z1.json", "\"start\": true");
    check_file("out/z1.json", "\"key\": \"o102\"");
    char name[] = "check", option[] = "--player";
    char *player = mem_printf("%s/player.json", folder), *out = mem_printf("%s/out", folder);
    char *argv[] = {name, option, player, out, NULL};
    ck_assert_int_eq(tool_check(4, argv), 0);
    free(out);
    free(player);
}
END_TEST

START_TEST(the_folder_above_and_a_flat_folder_serve_too)
{
    put("top/world/wld/1.wld", "#100\nThe ford~\nWater.~\n1 0 0\nS\n$\n");
    ck_assert_int_eq(import("circle", "top", NULL, NULL), 0);
    check_file("out/z1.json", "The ford");
    put("flat/1.wld", "#100\nThe weir~\nWater.~\n1 0 0\nS\n$\n");
    ck_assert_int_eq(import("circle", "flat", NULL, NULL), 0);
    check_file("out/z1.json", "The weir");
}
END_TEST

START_TEST(files_that_the_index_leaves_out_are_read_last)
{
    put("lib/wld/index", "2.wld\n../secret\n9.wld\n$\n");
    put("lib/wld/1.wld", "#100\nFrom one~\nx~\n1 0 0\nS\n$\n");
    put("lib/wld/2.wld", "#100\nFrom two~\nx~\n1 0 0\nS\n$\n");
    ck_assert_int_eq(import("circle", "lib", NULL, NULL), 65); // 9.wld is not there
    check_file("out/z1.json", "From two");
}
END_TEST

START_TEST(starts_can_be_chosen)
{
    put_world();
    ck_assert_int_eq(import("circle", "lib", "--start", "101"), 0);
    check_file("out/z1.json", "\"exits\": { \"south\": \"r100\" },\n      \"start\": true");
    ck_assert_int_eq(import("circle", "lib", "--start", "999999"), 2);
    ck_assert_int_eq(import("circle", "lib", "--start", "x"), 2);
    ck_assert_int_eq(import("circle", "lib", "--start", "-1"), 2);
}
END_TEST

START_TEST(a_record_that_cannot_be_read_shows_in_the_status)
{
    put_world();
    put("lib/trg/1.trg", "#120\nGreet~\nnonsense\n");
    ck_assert_int_eq(import("circle", "lib", NULL, NULL), 65);
    check_file("out/z1.json", "The ford");
}
END_TEST

START_TEST(what_cannot_be_done_has_its_own_status)
{
    put_world();
    ck_assert_int_eq(import("rom", "lib", NULL, NULL), 2);
    ck_assert_int_eq(import("circle", "lib", "--loud", NULL), 2);
    ck_assert_int_eq(import("circle", "nowhere", NULL, NULL), 74);
    put("empty/wld/1.wld", "$\n");
    ck_assert_int_eq(import("circle", "empty", NULL, NULL), 65);
    put("out", "a file where the folder should be");
    ck_assert_int_eq(import("circle", "lib", NULL, NULL), 73);
}
END_TEST

static bool is_there(const char *name)
{
    char *path = mem_printf("%s/%s", folder, name);
    bool there = access(path, F_OK) == 0;
    free(path);
    return there;
}

START_TEST(a_folder_with_another_world_is_refused)
{
    put_world();
    put("out/z30.json", "{}");
    put("out/village.json", "{}");
    ck_assert_int_eq(import("circle", "lib", NULL, NULL), 73);
    ck_assert(!is_there("out/z1.json"));
    put("lib/zon/2.zon", "#30\nAda~\nFar~\n3000 3099 20 2 0 0 0 0 1 10\nS\n$\n");
    ck_assert_int_eq(import("circle", "lib", NULL, NULL), 0); // now it is a file of this world
    ck_assert(is_there("out/z1.json"));
}
END_TEST

// The rest of the world is imported all the same.
START_TEST(a_file_that_cannot_be_read_costs_only_itself)
{
    put_world();
    put("lib/trg/1.trg/no-file", "");
    ck_assert_int_eq(import("circle", "lib", NULL, NULL), 65);
    check_file("out/z1.json", "The ford");
    check_file("out/z1.json", "a heron");
}
END_TEST

START_TEST(files_may_be_left_out_by_the_index)
{
    put("lib/wld/index", "1.wld\n$\n");
    put("lib/wld/1.wld", "#100\nFrom one~\nx~\n1 0 0\nS\n$\n");
    put("lib/wld/2.wld", "#101\nFrom two~\nx~\n1 0 0\nS\n$\n");
    ck_assert_int_eq(import("circle", "lib", NULL, NULL), 0);
    check_file("out/z1.json", "From two");
    ck_assert_int_eq(import("circle", "lib", "--indexed", NULL), 0);
    struct buf text = BUF_INIT;
    char *path = mem_printf("%s/out/z1.json", folder);
    ck_assert_int_eq(file_read(path, 1 << 20, &text), 0);
    ck_assert_ptr_null(strstr(buf_str(&text), "From two"));
    buf_fini(&text);
    free(path);
}
END_TEST

START_TEST(encodings_can_be_named)
{
    put("lib/wld/1.wld", "#100\n\xcd\xc9\xd2~\nx~\n1 0 0\nS\n$\n");
    ck_assert_int_eq(import("circle", "lib", "--encoding", "KOI8-R"), 0);
    check_file("out/z1.json", "\xd0\xbc\xd0\xb8\xd1\x80");
    ck_assert_int_eq(import("circle", "lib", "--encoding", "KLINGON"), 2);
}
END_TEST

START_TEST(every_complaint_goes_into_the_report)
{
    struct buf text = BUF_INIT;
    put_world();
    for (int i = 0; i < 9; i++)
        buf_addf(&text, "#%d\nA room~\nx~\n1 0 0\nD0\n~\n~\n0 -1 9999\nS\n", 110 + i);
    put("lib/wld/2.wld", buf_str(&text));
    char *path = mem_printf("%s/report", folder);
    ck_assert_int_eq(import("circle", "lib", "--report", path), 0);
    buf_clear(&text);
    ck_assert_int_eq(file_read(path, 1 << 20, &text), 0);
    size_t lines = 0;
    for (const char *p = buf_str(&text); (p = strstr(p, "leads to room 9999")); p++)
        lines++;
    ck_assert_uint_eq(lines, 9);
    buf_fini(&text);
    free(path);
}
END_TEST

START_TEST(what_is_no_circle_world_is_not_written)
{
    put("lib/wld/1.wld",
        "#100\nName: Yard\nFlags: none\n[EXIT]\nBREAK\n#101\nName: Loft\nBREAK\n$\n");
    ck_assert_int_eq(import("circle", "lib", NULL, NULL), 65);
    ck_assert(!is_there("out"));
}
END_TEST

START_TEST(a_world_whose_mobiles_have_no_stats_is_no_success)
{
    put_world();
    put("lib/mob/1.mob", "#110\nheron~\na heron~\nIt waits.~\n~\n0 0 0 S\nfierce\n$\n");
    ck_assert_int_eq(import("circle", "lib", NULL, NULL), 65);
    check_file("out/z1.json", "a heron");
}
END_TEST

START_TEST(help_is_no_error)
{
    char name[] = "import", option[] = "--help";
    char *argv[] = {name, option, NULL};
    ck_assert_int_eq(tool_import(2, argv), 0);
    ck_assert_int_eq(tool_import(1, argv), 2);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("import");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, an_imported_world_passes_the_check);
    tcase_add_test(t, the_folder_above_and_a_flat_folder_serve_too);
    tcase_add_test(t, files_that_the_index_leaves_out_are_read_last);
    tcase_add_test(t, starts_can_be_chosen);
    tcase_add_test(t, a_record_that_cannot_be_read_shows_in_the_status);
    tcase_add_test(t, what_cannot_be_done_has_its_own_status);
    tcase_add_test(t, a_folder_with_another_world_is_refused);
    tcase_add_test(t, a_file_that_cannot_be_read_costs_only_itself);
    tcase_add_test(t, files_may_be_left_out_by_the_index);
    tcase_add_test(t, encodings_can_be_named);
    tcase_add_test(t, every_complaint_goes_into_the_report);
    tcase_add_test(t, what_is_no_circle_world_is_not_written);
    tcase_add_test(t, a_world_whose_mobiles_have_no_stats_is_no_success);
    tcase_add_test(t, help_is_no_error);
    return kit_run("tool_import", t);
}
