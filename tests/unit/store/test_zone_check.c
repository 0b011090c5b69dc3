// What `latchkey check` says of zone files: mistakes with their place, each once, and what follows
// from them folded; what is odd as a warning.
#include "store/zones.h"
#include "util/buf.h"
#include "util/doc.h"
#include "util/file.h"
#include "util/mem.h"
#include "world/world.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char told[16384], folder[64];
static size_t errors, warnings;
static struct zones_counts counts;

static void setup(void)
{
    memcpy(folder, "check-XXXXXX", sizeof("check-XXXXXX"));
    ck_assert_ptr_nonnull(mkdtemp(folder));
    char *zones = mem_printf("%s/zones", folder);
    ck_assert_int_eq(file_mkdirs(zones, 0755), 0);
    free(zones);
}

static void teardown(void)
{
    char *command = mem_printf("rm -rf '%s'", folder);
    ck_assert_int_eq(system(command), 0);
    free(command);
}

static void put(const char *name, const char *text)
{
    char *path = mem_printf("%s/zones/%s", folder, name);
    ck_assert_int_eq(file_create(path, text, strlen(text), 0644), 0);
    free(path);
}

static const char *command_name(size_t n)
{
    static const char *const names[] = {"emote", "get", "look", "say", NULL};
    return n < 4 ? names[n] : NULL;
}

static bool command_does(const char *word)
{
    return !strcmp(word, "say") || !strcmp(word, "emote") || !strcmp(word, "act");
}

// Loads all files; the problems are in `told`, "NAME:line:column: text" with "warning: " before it.
static void load(bool lint)
{
    static const struct zones_commands commands = {command_name, command_does};
    struct world *w = world_new();
    struct doc_problems p = DOC_PROBLEMS_INIT;
    char *zones = mem_printf("%s/zones", folder);
    counts = (struct zones_counts){0};
    zones_know_commands(&commands);
    zones_load_folder(w, zones, lint, &p, &counts);
    *told = '\0';
    for (size_t i = 0; i < p.count; i++) {
        const char *slash = strrchr(p.list[i].file, '/');
        snprintf(told + strlen(told), sizeof(told) - strlen(told), "%s:%u:%u: %s%s\n",
                 slash ? slash + 1 : p.list[i].file, p.list[i].line, p.list[i].column,
                 p.list[i].severity == DOC_WARNING ? "warning: " : "", p.list[i].text);
    }
    errors = p.errors;
    warnings = p.warnings;
    free(zones);
    doc_problems_fini(&p);
    world_free(w);
}

#define SAYS(part) ck_assert_msg(strstr(told, part), "no \"%s\" in\n%s", part, told)
#define QUIET() ck_assert_str_eq(told, "")

// A zone of two rooms, with more things; the last thing begins in line 5.
static void with_things(const char *things)
{
    char *text = mem_printf(
        "{\"zone\":{\"ref\":\"z\",\"name\":\"Z\"},\n\"locations\":{\"yard\":{\"name\":\"Y\",\n"
        "\"description\":\"A.\",\"start\":true,\"exits\":{\"north\":\"loft\"}},"
        "\"loft\":{\"name\":\"L\",\"description\":\"B.\",\"exits\":{\"south\":\"yard\"}}},\n"
        "\"things\":{\n%s}}",
        things);
    put("z.json", text);
    free(text);
    load(true);
    char *path = mem_printf("%s/zones/z.json", folder);
    unlink(path);
    free(path);
}

#define THING(name, more)                                                                          \
    "\"" name "\":{\"name\":\"a " name "\",\"aliases\":[\"" name "\"],\"description\":\"X.\"" more \
    "}"

START_TEST(a_syntax_error_comes_first_and_its_consequences_are_folded)
{
    put("a.json",
        "{\"zone\":{\"ref\":\"a\",\"name\":\"A\"},\n\"locations\":{\"x\":{\"name\":\"X\","
        "\"description\":\"D\","
        "\"start\":true,\n\"exits\":{\"north\":\"b:y\",\"south\":\"b:z\",\"east\":\"b:w\"}}}}");
    put("b.json", "{\"zone\":{\"ref\":\"b\" \"name\":\"B\"}}");
    load(true);
    ck_assert_uint_eq(errors, 1);
    ck_assert_uint_eq(warnings, 1);
    ck_assert_msg(!strncmp(told, "b.json:1:20: a comma", 20), "%s", told);
    SAYS("a.json:3:18: warning: there is no zone \"b\": \"b:y\" and 2 more refs cannot be checked");
    ck_assert_uint_eq(counts.files, 1);
}
END_TEST

START_TEST(a_zone_that_is_not_there_is_one_error)
{
    put("a.json", "{\"zone\":{\"ref\":\"bridge\",\"name\":\"A\"},\n\"locations\":{\"x\":{\"name\":"
                  "\"X\",\"description\":\"D\","
                  "\"start\":true,\n\"exits\":{\"north\":\"brigde:y\",\"south\":\"brigde:z\"}}}}");
    load(true);
    ck_assert_uint_eq(errors, 1);
    SAYS("a.json:3:18: there is no zone \"brigde\": \"brigde:y\" and 1 more refs cannot be found, "
         "did "
         "you mean \"bridge\"?");
    load(false); // the server refuses it as well
    ck_assert_uint_eq(errors, 1);
}
END_TEST

START_TEST(what_follows_from_a_missing_zone_is_no_error_of_its_own)
{
    static const char a[] = "{\"zone\":{\"ref\":\"a\",\"name\":\"A\"},\"locations\":{\"x\":{"
                            "\"name\":\"X\",\"description\":\"D\","
                            "\"start\":true,\"exits\":{\"north\":\"b:y\"}}},\"things\":{\"gate\":{"
                            "\"name\":\"a gate\",\"aliases\":"
                            "[\"gate\"],\"in\":\"x\",\"door\":{\"exit\":\"north\"}}}}";
    put("a.json", a);
    load(true);
    ck_assert_uint_eq(errors, 1);
    SAYS("there is no zone \"b\"");
    put("b.json", "{\"zone\":{\"ref\":\"b\"}}"); // no name: what it holds is not known
    load(true);
    ck_assert_uint_eq(errors, 1);
    SAYS("a zone needs");
    SAYS(
        "warning: there is no zone \"b\": \"b:y\" cannot be checked before every file can be read");
    put("c.json", "{\"zone\":{\"ref\":\"c\",\"name\":\"C\"},\"locations\":{\"y\":{\"name\":\"Y\","
                  "\"description\":\"D\","
                  "\"exits\":{\"up\":\"d:x\"}}}}");
    put("d.json", "{\"zone\":{\"ref\":\"d\",\"name\":\"D\",\"disabled\":true}}");
    load(true);
    SAYS("the zone \"d\" is disabled: \"d:x\" cannot be");
}
END_TEST

START_TEST(a_file_may_not_be_larger_than_any_zone)
{
    put("a.json", "{}");
    char *path = mem_printf("%s/zones/a.json", folder);
    ck_assert_int_eq(truncate(path, 33 << 20), 0);
    load(true);
    ck_assert_uint_eq(errors, 1);
    SAYS("a.json:0:0: too long");
    free(path);
}
END_TEST

START_TEST(refs_have_suggestions)
{
    put("a.json",
        "{\"zone\":{\"ref\":\"a\",\"name\":\"A\"},\n\"locations\":{\"r3001\":{\"name\":\"X\","
        "\"description\":\"D\","
        "\"start\":true,\n\"exits\":{\"north\":\"lam\",\"south\":\"r3O01\",\"east\":\"b:inm\","
        "\"west\":\"inn\"}}},"
        "\n\"things\":{\"lamp\":{\"name\":\"a lamp\",\"aliases\":[\"lamp\"],\"in\":\"r3001\"}}}");
    put("b.json", "{\"zone\":{\"ref\":\"b\",\"name\":\"B\"},\n\"locations\":{\"inn\":{\"name\":"
                  "\"X\",\"description\":\"D\"}}}");
    load(true);
    SAYS("a.json:3:18: \"lam\" does not exist, expected the ref of a location, did you mean "
         "\"lamp\"?");
    SAYS("\"r3O01\" does not exist, expected the ref of a location, did you mean \"r3001\"?");
    SAYS("\"b:inm\" does not exist, expected the ref of a location, did you mean \"b:inn\"?");
    SAYS("\"inn\" does not exist, expected the ref of a location, did you mean \"b:inn\"?");
    ck_assert_uint_eq(errors, 4);
}
END_TEST

START_TEST(files_that_are_nearly_zone_files_are_named)
{
    static const char *const names[] = {"b.JSON", "b.json.txt", "b.json~"};
    put("a.json", "{\"zone\":{\"ref\":\"a\",\"name\":\"A\"},\"locations\":{\"x\":{\"name\":\"X\","
                  "\"description\":\"D\",\"start\":true}}}");
    put("readme.txt", "x");
    put(".b.json.swp", "x");
    for (size_t i = 0; i < 3; i++)
        put(names[i], "{}");
    load(true);
    ck_assert_uint_eq(errors, 0);
    ck_assert_uint_eq(warnings, 3);
    SAYS("b.JSON:0:0: warning: this file is not read: the name must end in .json");
    load(false);
    QUIET();
}
END_TEST

START_TEST(characters_for_no_screen_have_their_place)
{
    put("a.json", "{\"zone\":{\"ref\":\"a\",\"name\":\"A\"},\n\"locations\":{\"x\":{\"name\":"
                  "\"\\u001b[31mX\",\n"
                  "\"description\":\"Bell \\u0007, \\u009b31m \\u202e \xe2\x80\xae, 1\\t2\\n3 "
                  "caf\xc3\xa9 \\ud83d\\ude00\",\"start\":true}}}");
    load(true);
    ck_assert_uint_eq(errors, 0);
    ck_assert_uint_eq(warnings, 5);
    SAYS("a.json:2:27: warning: the character U+001B");
    SAYS("a.json:3:21: warning: the character U+0007");
    SAYS("a.json:3:29: warning: the character U+009B");
    SAYS("a.json:3:39: warning: the character U+202E");
    SAYS("a.json:3:46: warning: the character U+202E");
}
END_TEST

START_TEST(of_characters_for_no_screen_so_many_are_told)
{
    struct buf b = BUF_INIT;
    buf_adds(
        &b,
        "{\"zone\":{\"ref\":\"a\",\"name\":\"A\"},\"locations\":{\"x\":{\"name\":\"X\",\"start\":true,"
        "\"description\":\"");
    for (int i = 0; i < 25; i++)
        buf_adds(&b, "\\u0007\\\"");
    buf_adds(&b, "\",\"comment\":\"\\u0007\"}}}");
    put("a.json", buf_str(&b));
    buf_fini(&b);
    load(true);
    ck_assert_uint_eq(warnings, 20);
    ck_assert_uint_eq(errors, 0);
}
END_TEST

START_TEST(one_mistake_is_one_error)
{
    put("a.json", "{\"zone\":{\"ref\":\"a\",\"name\":\"A\",\"reset\":{\"mode\":\"always\","
                  "\"every\":\"15 minutes\"}},\n"
                  "\"locations\":{\"x\":{\"name\":\"X\",\"description\":\"D\",\"start\":true,"
                  "\"exits\":{\"nroth\":\"x\"}}},\n"
                  "\"resets\":[{\"plcae\":\"x\",\"in\":\"x\"}]}");
    load(true);
    ck_assert_uint_eq(errors, 3);
    SAYS("\"15 minutes\" is not ");
    SAYS("bad direction \"nroth\", did you mean \"north\"?");
    SAYS("bad entry, did you mean \"place\"?");
}
END_TEST

START_TEST(duplicates_name_both_places)
{
    put("a.json", "{\"zone\":{\"ref\":\"a\",\"name\":\"A\"},\n\"locations\":{\"x\":{\"name\":\"X\","
                  "\"description\":\"D\",\"start\":true}},\n"
                  "\"things\":{\"x\":{\"name\":\"a thing\"}}}");
    put("b.json", "{\"zone\":{\"ref\":\"a\",\"name\":\"A\"}}");
    put("c.json", "{\"zone\":{\"ref\":\"c\",\"name\":\"C\"},\n\"locations\":{\"x\":{\"a\":{"
                  "\n\"name\":1},\"b\":\"name\",\n\"name\":2,\n\"name\":\"X\"}}}");
    load(true);
    SAYS("c.json:5:1: the name \"name\" occurs a second time in the object, first in line 4");
    SAYS("a.json:3:11: there is a \"x\" already in zone \"a\", in line 2 of its file");
    SAYS("b.json:1:16: there is a zone \"a\" already, in check-");
}
END_TEST

START_TEST(an_exit_may_be_meant_for_one_way)
{
    put("a.json", "{\"zone\":{\"ref\":\"a\",\"name\":\"A\"},\n\"locations\":{\"x\":{\"name\":\"X\","
                  "\"description\":\"D\",\"start\":true,"
                  "\"exits\":{\"north\":\"y\"}},\n\"y\":{\"name\":\"Y\",\"description\":\"D\","
                  "\"exits\":{\"east\":\"w\"}},"
                  "\n\"w\":{\"name\":\"W\",\"description\":\"D\",\"exits\":{\"south\":{\"to\":"
                  "\"x\",\"one_way\":true}}}}}");
    load(true);
    ck_assert_uint_eq(warnings, 2);
    SAYS("one-way exit: nothing leads from a:y back here; say {\"to\"");
    SAYS("nothing leads from a:w back here");
}
END_TEST

START_TEST(builders_mistakes_are_warnings)
{
    static const struct {
        const char *things, *says;
    } cases[] = {
        {THING("imp", ",\"mobile\":true,\"in\":\"yard\",\"on_action\":{\"after\":\"5s\",\"do\":["
                      "\"emoet grins.\"]}"),
         "no thing can do \"emoet\", did you mean \"emote\"?"},
        {THING(
             "imp",
             ",\"mobile\":true,\"in\":\"yard\",\"on_action\":{\"after\":\"5s\",\"do\":[\"look\"]}"),
         "no thing can do \"look\""},
        {THING("imp",
               ",\"mobile\":true,\"in\":\"yard\",\"on_action\":{\"after\":\"5s\",\"do\":[]}"),
         "an empty list of commands"},
        {THING("imp", ",\"mobile\":true,\"in\":\"yard\",\"on_action\":{\"after\":\"0s\",\"do\":["
                      "\"act x\"]}"),
         "it never happens"},
        {THING("imp", ",\"mobile\":true,\"in\":\"yard\",\"on_action\":{\"do\":[\"act x\"]}"),
         "\"on_action\" without \"after\""},
        {THING("imp", ",\"mobile\":true,\"in\":\"yard\",\"replies\":[{\"keywords\":[\"a\"],\"do\":["
                      "\"saay hi\"]}]"),
         "did you mean \"say\"?"},
        {THING("tin", ",\"in\":\"yard\",\"vetoes\":{\"gett\":\"No.\"}"),
         "there is no command \"gett\" to veto, did you mean \"get\"?"},
        {THING("tin", ",\"in\":\"yard\",\"vetoes\":{\"get\":\" \"}"), "a veto without a message"},
        {THING("gate",
               ",\"narrative\":true,\"in\":\"yard\",\"door\":{\"exit\":\"north\",\"locked\":true}"),
         "locked, and no key opens it"},
        {THING(
             "one",
             ",\"narrative\":true,\"in\":\"yard\",\"door\":{\"exit\":\"north\"}") "," THING("two",
                                                                                            ",\"nar"
                                                                                            "rative"
                                                                                            "\":"
                                                                                            "true,"
                                                                                            "\"in\""
                                                                                            ":\"yar"
                                                                                            "d\","
                                                                                            "\"door"
                                                                                            "\":{"
                                                                                            "\"exit"
                                                                                            "\":"
                                                                                            "\"nort"
                                                                                            "h\"}"),
         "a second door in the exit north of z:yard"},
        {THING("chest", ",\"in\":\"yard\",\"inventory\":true,\"door\":{\"locked\":true,\"key\":"
                        "\"key\"}") "," THING("key", ",\"in\":\"chest\""),
         "the key of \"chest\" is inside it"},
        {THING("gate", ",\"narrative\":true,\"in\":\"yard\",\"door\":{\"exit\":\"north\","
                       "\"locked\":true,\"key\":\"key\"}") "," THING("key", ",\"in\":\"loft\""),
         "the key \"key\" can be had only behind this door"},
        {THING("gate", ",\"narrative\":true,\"in\":\"yard\",\"door\":{\"exit\":\"north\","
                       "\"locked\":true,\"key\":\"key\"}") "," THING("key", ""),
         "no copy of the key \"key\" is placed anywhere"},
        {THING("imp",
               ",\"mobile\":true,\"in\":\"yard\",\"health\":{\"current\":50,\"maximum\":10}"),
         "more health than the maximum, 10"},
        {"\"tin\":{\"name\":\"a tin\",\"aliases\":[\"from\",\"ALL\"],\"in\":\"yard\"}",
         "commands take the word \"ALL\""},
        {"\"tin\":{\"name\":\"a tin\",\"aliases\":[\"tin\",\"Tin\"],\"in\":\"yard\"}",
         "\"Tin\" is in this list already"},
        {"\"tin\":{\"name\":\"a tin\",\"aliases\":[\"tin\"],\"description\":\" \",\"in\":\"yard\"}",
         "an empty \"description\""},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        with_things(cases[i].things);
        ck_assert_msg(strstr(told, cases[i].says) && warnings && !errors,
                      "case %zu: no \"%s\" in\n%s", i, cases[i].says, told);
    }
}
END_TEST

START_TEST(what_can_do_nothing_is_a_warning)
{
    static const struct {
        const char *things, *says;
    } cases[] = {
        {THING("imp", ",\"in\":\"yard\",\"barrier\":{\"exit\":\"up\",\"deny\":[\"x\"]}"),
         "z:yard has no exit up"},
        {THING(
             "imp",
             ",\"mobile\":true,\"in\":\"yard\",\"replies\":[{\"keywords\":[],\"do\":[\"say x\"]}]"),
         "no keywords"},
        {THING("imp", ",\"in\":\"yard\",\"replies\":[{\"keywords\":[\"a\"],\"do\":[\"say x\"]}]"),
         "what is no mobile"},
        {THING("tin", ",\"in\":\"yard\",\"holdable\":[]"), "no slot"},
        {THING("tin", ",\"wearable\":[\"head\"],\"equip\":\"wear\""), "\"equip\" without \"in\""},
        {THING("tin", ",\"in\":\"yard\",\"inventory\":{\"capacity\":0}"), "a capacity of 0"},
        {THING("tin", ",\"in\":\"yard\",\"cleanup\":{\"after\":\"0s\"}"), "\"after\" of no time"},
    };
    static const struct {
        const char *resets, *says;
    } resets[] = {
        {"{\"door\":\"north\",\"at\":\"yard\",\"state\":\"locked\"}", "z:yard has no door north"},
        {"{\"place\":\"imp\",\"in\":\"yard\",\"then\":[{\"equip\":\"tin\",\"as\":\"wear\"}]}",
         "\"tin\" has no \"wearable\""},
        {"{\"place\":\"box\",\"in\":\"yard\",\"then\":[{\"equip\":\"tin\",\"as\":\"hold\"}]}",
         "\"box\" is no mobile"},
        {"{\"place\":\"tin\",\"in\":\"yard\",\"then\":[{\"put\":\"tin\"}]}",
         "\"tin\" has no inventory"},
        {"{\"place\":\"tin\",\"in\":\"yard\",\"limit\":0}", "a limit of 0"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        with_things(cases[i].things);
        ck_assert_msg(strstr(told, cases[i].says) && !errors, "case %zu: no \"%s\" in\n%s", i,
                      cases[i].says, told);
    }
    for (size_t i = 0; i < sizeof(resets) / sizeof(resets[0]); i++) {
        char *more = mem_printf(THING("imp", ",\"mobile\":true") "," THING("tin", "") "," THING(
                                    "box", ",\"inventory\":true") "},\"resets\":[%s],\"comment\":{",
                                resets[i].resets);
        with_things(more);
        ck_assert_msg(strstr(told, resets[i].says) && !errors, "reset %zu: no \"%s\" in\n%s", i,
                      resets[i].says, told);
        free(more);
    }
    with_things(THING("imp", ",\"mobile\":true") "," THING("tin", ",\"wieldable\":true") "," THING(
        "box",
        ",\"inventory\":true") "," THING("gate",
                                         ",\"narrative\":true,\"in\":\"yard\",\"door\":{\"exit\":"
                                         "\"north\"}") "},\"resets\":[{\"place\":\"imp\",\"in\":"
                                                       "\"yard\",\"then\":[{\"equip\":\"tin\","
                                                       "\"as\":\"wield\"},{\"give\":\"box\","
                                                       "\"then\":[{\"put\":\"tin\"}]}]},"
                                                       "{\"door\":\"south\",\"at\":\"loft\","
                                                       "\"state\":\"closed\"}],\"comment\":{");
    QUIET();
}
END_TEST

static void with_slot(const char *use, const char *more, bool lint)
{
    char *text = mem_printf(
        "{\"zone\":{\"ref\":\"z\",\"name\":\"Z\"},\"locations\":{\"yard\":{\"name\":\"Y\","
        "\"description\":\"A.\",\"start\":true}},\"things\":{" THING(
            "tin", ",\"in\":\"yard\",\"%s\":[\"fin\"]") "%s}}",
        use, more);
    put("z.json", text);
    free(text);
    load(lint);
    char *path = mem_printf("%s/zones/z.json", folder);
    unlink(path);
    free(path);
}

START_TEST(check_and_the_server_refuse_the_same_slots)
{
    static const char *const uses[] = {"wearable", "wieldable", "holdable"};
    static const char carp[] =
        "," THING("carp", ",\"in\":\"yard\",\"mobile\":true,\"body\":{\"fin\":2}");
    for (size_t i = 0; i < sizeof(uses) / sizeof(uses[0]); i++)
        for (int lint = 0; lint < 2; lint++) {
            with_slot(uses[i], "", lint);
            ck_assert_uint_eq(errors, 1);
            SAYS("no body has the slot \"fin\"");
            with_slot(uses[i], carp, lint);
            ck_assert_msg(!errors, "%s", told);
        }
}
END_TEST

START_TEST(a_name_has_words_enough)
{
    with_things("\"key\":{\"name\":\"a key\",\"description\":\"D\",\"in\":\"yard\"}");
    ck_assert_msg(!strstr(told, "nobody can name"), "%s", told);
    with_things("\"key\":{\"name\":\"Some of the\",\"description\":\"D\",\"in\":\"yard\"}");
    SAYS("nobody can name \"key\"");
    with_things("\"key\":{\"name\":\"the\",\"aliases\":[\"key\"],\"description\":\"D\","
                "\"in\":\"yard\"}");
    ck_assert_msg(!strstr(told, "nobody can name"), "%s", told);
}
END_TEST

START_TEST(what_is_meant_so_is_quiet)
{
    static const char *const things[] = {
        THING("imp", ",\"mobile\":true,\"in\":\"yard\",\"on_action\":{\"after\":\"5s\",\"do\":["
                     "\"say hi\",\":grins\",\"'hi\"]}"),
        THING("tin",
              ",\"in\":\"yard\",\"vetoes\":{\"get\":\"No.\",\"combat\":\"No.\",\"putin\":\"No.\"}"),
        THING("gate", ",\"narrative\":true,\"in\":\"yard\",\"door\":{\"exit\":\"north\",\"locked\":"
                      "true,\"key\":\"key\",\"latch\":true}") "," THING("key", ",\"in\":\"yard\""),
        THING("chest", ",\"in\":\"yard\",\"inventory\":true,\"door\":{\"locked\":true,\"key\":"
                       "\"key\"}") "," THING("key", ",\"in\":[\"chest\",\"yard\"]"),
        THING("one", ",\"narrative\":true,\"in\":\"yard\",\"door\":{\"exit\":\"north\"}"),
    };
    for (size_t i = 0; i < sizeof(things) / sizeof(things[0]); i++) {
        with_things(things[i]);
        ck_assert_msg(!strstr(told, "locked,") && !strstr(told, "the key") &&
                          !strstr(told, "second") && !strstr(told, "can do") &&
                          !strstr(told, "veto"),
                      "case %zu: %s", i, told);
    }
}
END_TEST

START_TEST(texts_that_a_thing_hides_are_told)
{
    put("a.json",
        "{\"zone\":{\"ref\":\"a\",\"name\":\"A\"},\n\"locations\":{\"x\":{\"name\":\"X\",\"start\":"
        "true,\n"
        "\"details\":[{\"keywords\":[\"gate\"],\"text\":\"An "
        "owl.\"},{\"keywords\":[\"gate\",\"owl\"],\"text\":\"B\"}]}},\n"
        "\"things\":{\"gate\":{\"name\":\"a "
        "gate\",\"aliases\":[\"gate\"],\"description\":\"D\",\"narrative\":true,\"in\":\"x\"}},"
        "\"shops\":[{}],\"triggers\":[{},{}]}");
    load(true);
    ck_assert_uint_eq(warnings, 2);
    SAYS("a.json:3:12: warning: nobody can read this: a thing here has the name \"gate\"");
    SAYS("a.json:2:14: warning: \"x\" has no \"description\"");
    ck_assert_uint_eq(counts.shops, 1);
    ck_assert_uint_eq(counts.triggers, 2);
}
END_TEST

START_TEST(problems_beyond_the_limit_are_counted_truly)
{
    struct doc_problems p = DOC_PROBLEMS_INIT;
    for (int i = 0; i < DOC_MAX_PROBLEMS + 5; i++)
        doc_problem_at(&p, DOC_WARNING, "a", 1, 1, "w");
    doc_problem_at(&p, DOC_ERROR, "a", 1, 1, "e");
    ck_assert_uint_eq(p.warnings, DOC_MAX_PROBLEMS + 5);
    ck_assert_uint_eq(p.errors, 1);
    ck_assert_uint_eq(p.count, DOC_MAX_PROBLEMS + 1); // no warning keeps an error out
    doc_problems_fini(&p);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("zone_check");
    TCase *tc = tcase_create("zone_check");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, a_syntax_error_comes_first_and_its_consequences_are_folded);
    tcase_add_test(tc, a_zone_that_is_not_there_is_one_error);
    tcase_add_test(tc, what_follows_from_a_missing_zone_is_no_error_of_its_own);
    tcase_add_test(tc, a_file_may_not_be_larger_than_any_zone);
    tcase_add_test(tc, refs_have_suggestions);
    tcase_add_test(tc, files_that_are_nearly_zone_files_are_named);
    tcase_add_test(tc, characters_for_no_screen_have_their_place);
    tcase_add_test(tc, of_characters_for_no_screen_so_many_are_told);
    tcase_add_test(tc, one_mistake_is_one_error);
    tcase_add_test(tc, duplicates_name_both_places);
    tcase_add_test(tc, an_exit_may_be_meant_for_one_way);
    tcase_add_test(tc, builders_mistakes_are_warnings);
    tcase_add_test(tc, what_can_do_nothing_is_a_warning);
    tcase_add_test(tc, what_is_meant_so_is_quiet);
    tcase_add_test(tc, check_and_the_server_refuse_the_same_slots);
    tcase_add_test(tc, a_name_has_words_enough);
    tcase_add_test(tc, texts_that_a_thing_hides_are_told);
    tcase_add_test(tc, problems_beyond_the_limit_are_counted_truly);
    suite_add_tcase(s, tc);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
