// Folders of zone files, and the template of players.
#include "store/zones.h"

#include "util/doc.h"
#include "util/file.h"
#include "util/mem.h"
#include "world/attr/description.h"
#include "world/attr/name.h"
#include "world/inventory.h"
#include "world/world.h"
#include "world/zone.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ZONE(ref, more) "{\"zone\":{\"ref\":\"" ref "\",\"name\":\"N\"}" more "}"
#define START ",\"locations\":{\"x\":{\"name\":\"X\",\"start\":true}}"

static char folder[64];
static struct world *w;
static struct doc_problems p;
static struct zones_counts counts;

static void start(void)
{
    snprintf(folder, sizeof(folder), "%s/latchkey-zones-XXXXXX", P_tmpdir);
    ck_assert_ptr_nonnull(mkdtemp(folder));
    ck_assert_int_eq(chdir(folder), 0);
    ck_assert_int_eq(mkdir("zones", 0755), 0);
    w = world_new();
    p = (struct doc_problems)DOC_PROBLEMS_INIT;
    counts = (struct zones_counts){0};
}

static void finish(void)
{
    char *command = mem_printf("rm -rf '%s'", folder);
    world_free(w);
    doc_problems_fini(&p);
    ck_assert_int_eq(chdir("/"), 0);
    ck_assert_int_eq(system(command), 0);
    free(command);
}

static void put(const char *name, const char *text)
{
    ck_assert_int_eq(file_write_atomic(name, text, strlen(text), 0644, false), 0);
}

static void says(const char *file, const char *text)
{
    ck_assert_uint_eq(p.errors, 1);
    ck_assert_str_eq(p.list[0].file, file);
    ck_assert_msg(strstr(p.list[0].text, text), "%s", p.list[0].text);
}

START_TEST(a_folder_is_loaded_in_order_of_names)
{
    put("zones/b.json",
        ZONE("second", ",\"resets\":[{\"remove\":\"first:rod\",\"from\":\"first:x\"}]"));
    put("zones/a.json",
        ZONE("first", START
             ",\"things\":{\"rod\":{\"name\":\"r\",\"in\":[\"x\",\"x\"]},\"egg\":{\"name\":\"e\"}}"
             ",\"quests\":[{}]"));
    put("zones/c.json", ZONE("third", ",\"locations\":{\"y\":{\"name\":\"Y\"}}"));
    put("zones/.d.json", "oops");
    put("zones/e.txt", "oops");
    put("zones/.json", "oops");
    put("zones/json", "oops");
    ck_assert_int_eq(zones_load_folder(w, "zones", false, &p, &counts), ZONES_LOADED);
    ck_assert_uint_eq(p.count, 0);
    ck_assert_uint_eq(world_zones(w), 3);
    static const char *const refs[] = {"first", "second", "third"};
    for (size_t i = 0; i < 3; i++)
        ck_assert_str_eq(zone_ref(world_zone_at(w, i)), refs[i]);
    ck_assert_uint_eq(counts.files, 3);
    ck_assert_uint_eq(counts.locations, 2);
    ck_assert_uint_eq(counts.prototypes, 2);
    ck_assert_uint_eq(counts.things, 2);
    ck_assert_uint_eq(counts.resets, 1);
    ck_assert_uint_eq(counts.quests, 1);
    ck_assert_uint_eq(counts.shops + counts.triggers, 0);
}
END_TEST

START_TEST(many_files_are_loaded)
{
    for (int i = 0; i < 40; i++) {
        char name[32], text[200];
        snprintf(name, sizeof(name), "zones/z%d.json", i);
        snprintf(text, sizeof(text), ZONE("z%d", "%s"), i, i == 17 ? START : "");
        put(name, text);
    }
    ck_assert_int_eq(zones_load_folder(w, "zones", true, &p, NULL), ZONES_LOADED);
    ck_assert_uint_eq(world_zones(w), 40);
}
END_TEST

START_TEST(a_folder_without_zones_is_an_error)
{
    ck_assert_int_eq(zones_load_folder(w, "zones", false, &p, &counts), ZONES_BAD);
    says("zones", "no zone files here, expected *.json");
}
END_TEST

START_TEST(a_folder_that_is_not_there_is_an_error)
{
    ck_assert_int_eq(zones_load_folder(w, "nowhere", false, &p, &counts), ZONES_BAD);
    says("nowhere", "cannot read this folder of zone files: No such file or directory");
}
END_TEST

START_TEST(players_must_begin_somewhere)
{
    put("zones/a.json", ZONE("first", ""));
    ck_assert_int_eq(zones_load_folder(w, "zones", false, &p, &counts), ZONES_BAD);
    says("zones/a.json", "no location has \"start\": true");
}
END_TEST

START_TEST(no_files_have_no_start)
{
    ck_assert_int_eq(zones_load(w, NULL, 0, true, &p, &counts), ZONES_BAD);
    says("zones", "no location has \"start\": true");
}
END_TEST

START_TEST(the_template_of_players_is_a_thing)
{
    put("player.json",
        "{\"comment\":\"C\",\"name\":\"nobody\",\"description\":\"Plain.\",\"body\":{\"head\":1}}");
    ck_assert_int_eq(zones_load_player(w, "player.json", &p), ZONES_LOADED);
    ck_assert_uint_eq(p.count, 0);
    struct thing *t = world_player_template(w);
    ck_assert_ptr_nonnull(t);
    ck_assert(thing_is(t, THING_PLAYER));
    ck_assert_str_eq(name_get(t), "nobody");
    ck_assert_str_eq(description_get(t), "Plain.");
}
END_TEST

static const struct {
    const char *text, *says;
} templates[] = {
    {"[]", "an object was expected here, not an array"},
    {"{\"nmae\":\"x\"}", "unknown attribute \"nmae\" of a player, expected one of docs/zones.md"},
    {"{\"player\":{}}", "unknown attribute \"player\" of a player"},
    {"{\"exits\":{\"north\":\"a:b\"}}", "a player's template cannot refer to things of zones"},
    {"{\"name\":7}", "a string was expected here"},
    {"{", "the file ends inside the object"},
};

START_TEST(a_bad_template_is_told)
{
    put("player.json", templates[_i].text);
    ck_assert_int_eq(zones_load_player(w, "player.json", &p), ZONES_BAD);
    says("player.json", templates[_i].says);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("zones");
    tcase_add_checked_fixture(t, start, finish);
    tcase_add_test(t, a_folder_is_loaded_in_order_of_names);
    tcase_add_test(t, many_files_are_loaded);
    tcase_add_test(t, a_folder_without_zones_is_an_error);
    tcase_add_test(t, a_folder_that_is_not_there_is_an_error);
    tcase_add_test(t, players_must_begin_somewhere);
    tcase_add_test(t, no_files_have_no_start);
    tcase_add_test(t, the_template_of_players_is_a_thing);
    tcase_add_loop_test(t, a_bad_template_is_told, 0, sizeof(templates) / sizeof(templates[0]));
    Suite *s = suite_create("store/zones");
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
