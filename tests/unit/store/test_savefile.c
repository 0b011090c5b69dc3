// Records as files: which names look alike as files come and go, and whose a character says it is.
#include "store/savefile.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/character.h"
#include "store/json.h"
#include "store/name_rules.h"
#include "util/buf.h"
#include "util/doc.h"
#include "util/mem.h"

static char folder[64];
static struct doc *text;

static void start(void)
{
    snprintf(folder, sizeof(folder), "%s/latchkey-record-XXXXXX", P_tmpdir);
    ck_assert_ptr_nonnull(mkdtemp(folder));
    ck_assert_int_eq(chdir(folder), 0);
    text = doc_new("record");
    doc_set_root(text, doc_object(text));
}

static void finish(void)
{
    char *command = mem_printf("rm -rf '%s'", folder);
    doc_free(text);
    ck_assert_int_eq(chdir("/"), 0);
    ck_assert_int_eq(system(command), 0);
    free(command);
}

static void run(const char *command)
{
    ck_assert_msg(system(command) == 0, "%s", command);
}

static void found(const char *name, const char *expected)
{
    char who[NAME_SIZE] = "";
    int rc = savefile_alike("data", "kind", name, who);
    ck_assert_msg(rc == (*expected ? SAVEFILE_TAKEN : SAVEFILE_OK), "%s: %d", name, rc);
    ck_assert_str_eq(who, expected);
}

START_TEST(of_several_that_look_alike_each_counts)
{
    ck_assert_int_eq(savefile_create("data", "kind", "bob", doc_root(text)), SAVEFILE_OK);
    ck_assert_int_eq(savefile_restore("data", "kind", "b0b", doc_root(text)), SAVEFILE_OK);
    ck_assert_int_eq(savefile_restore("data", "kind", "bo-b", doc_root(text)), SAVEFILE_OK);
    ck_assert_int_eq(savefile_restore("data", "kind", "bo-b", doc_root(text)), SAVEFILE_TAKEN);
    found("b-ob", "bob");
    run("rm data/kind/bob.json");
    found("b-ob", "b0b");
    run("rm data/kind/bo-b.json");
    found("b-ob", "b0b");
    ck_assert_int_eq(savefile_create("data", "kind", "b-ob", doc_root(text)), SAVEFILE_TAKEN);
    run("rm data/kind/b0b.json");
    found("b-ob", "");
    ck_assert_int_eq(savefile_create("data", "kind", "b-ob", doc_root(text)), SAVEFILE_OK);
    found("bob", "b-ob");
    run("rm data/kind/b-ob.json");
    found("bob", "");
}
END_TEST

START_TEST(a_folder_that_took_anothers_place_is_read_anew)
{
    ck_assert_int_eq(savefile_create("data", "kind", "bob", doc_root(text)), SAVEFILE_OK);
    run("mkdir new && touch new/anna.json new/ignored.txt new/.json new/bert.json~ && mv data/kind old && mv new data/kind");
    found("bob", "");
    found("anna", "anna");
    found("bert", "");
    found("ignored", "");
    ck_assert_int_eq(savefile_create("data", "kind", "an-na", doc_root(text)), SAVEFILE_TAKEN);
    run("mv data/kind older"); // kept, so that its number is not given to what comes next
    found("anna", "");         // without a folder there are none
    run("touch data/kind");
    char who[NAME_SIZE];
    ck_assert_int_eq(savefile_alike("data", "kind", "anna", who), -ENOTDIR);
    ck_assert_int_eq(savefile_alike("data", "kind", "../x", who), SAVEFILE_BAD_NAME);
}
END_TEST

START_TEST(names_of_files_may_be_as_long_as_names)
{
    char name[NAME_SIZE + 1];
    memset(name, 'a', sizeof(name));
    name[NAME_LONGEST] = '\0';
    ck_assert_int_eq(savefile_create("data", "kind", name, doc_root(text)), SAVEFILE_OK);
    char *longer = mem_printf("touch data/kind/%sa.json data/kind/%saa.json data/kind/%s%s.json",
                              name, name, name, name);
    run(longer);
    run("mv data away && mv away data && cp -r data copy"); // a folder that was not read yet
    char who[NAME_SIZE] = "";
    ck_assert_int_eq(savefile_alike("copy", "kind", name, who), SAVEFILE_TAKEN);
    ck_assert_str_eq(who, name);
    free(longer);
}
END_TEST

START_TEST(a_record_that_nobody_owns_lies_beside)
{
    ck_assert_int_eq(savefile_disown("data", "kind", "bob"), SAVEFILE_ABSENT);
    ck_assert_int_eq(savefile_create("data", "kind", "bob", doc_root(text)), SAVEFILE_OK);
    ck_assert_int_eq(savefile_save("data", "kind", "bob", doc_root(text), true), SAVEFILE_OK);
    ck_assert_int_eq(access("data/kind/bob.json~", F_OK), 0);
    ck_assert_int_eq(savefile_disown("data", "kind", "bob"), SAVEFILE_OK);
    ck_assert_int_ne(access("data/kind/bob.json", F_OK), 0);
    ck_assert_int_ne(access("data/kind/bob.json~", F_OK), 0);
    ck_assert_int_eq(access("data/kind/bob.json.unowned", F_OK), 0);
    ck_assert_int_eq(savefile_disown("data", "kind", "../bob"), SAVEFILE_BAD_NAME);
    found("bob", "");
    ck_assert_int_eq(savefile_reachable("data", "kind"), 0);
    ck_assert_int_eq(savefile_reachable("data", "other"), -ENOENT);
    // Erased with all that was left of it.
    ck_assert_int_eq(savefile_erase("data", "kind", "bob"), SAVEFILE_OK);
    ck_assert_int_ne(access("data/kind/bob.json.unowned", F_OK), 0);
    ck_assert_int_eq(savefile_erase("data", "kind", "bob"), SAVEFILE_ABSENT);
    ck_assert_int_eq(savefile_erase("data", "other", "bob"), SAVEFILE_ABSENT);
    run("touch data/file");
    ck_assert_int_eq(savefile_erase("data", "file", "bob"), -ENOTDIR);
}
END_TEST

START_TEST(what_is_in_the_way_is_told)
{
    struct doc *d;
    struct doc_problems p = DOC_PROBLEMS_INIT;
    ck_assert_int_eq(savefile_create("data", "kind", "bob", doc_root(text)), SAVEFILE_OK);
    run("mkdir -p data/kind/bob.json~/x data/kind/anna.json");
    ck_assert_int_eq(savefile_save("data", "kind", "bob", doc_root(text), false), -EISDIR);
    ck_assert_int_eq(savefile_erase("data", "kind", "anna"), -EISDIR);
    ck_assert_int_eq(savefile_create("data", "kind", "anna", doc_root(text)), SAVEFILE_TAKEN);
    ck_assert_int_lt(savefile_load("data", "kind", "anna", &d, &p), 0);
    ck_assert_ptr_null(d);
    ck_assert_uint_eq(p.errors, 1);
    run("touch data/file");
    ck_assert_int_eq(savefile_save("data", "file", "bob", doc_root(text), false), -ENOTDIR);
    ck_assert_int_eq(savefile_create("data", "file", "bob", doc_root(text)), -ENOTDIR);
    ck_assert_int_eq(savefile_load("data", "file", "bob", &d, &p), -ENOTDIR);
    ck_assert_int_eq(savefile_disown("data", "file", "bob"), -ENOTDIR);
    doc_problems_fini(&p);
}
END_TEST

// Characters ------------------------------------------------------------------------------------

static char *flat(const struct doc *d)
{
    struct buf b = BUF_INIT;
    ck_assert(json_write(&b, doc_root(d), JSON_ONE_LINE));
    return buf_take(&b);
}

static struct doc *read_text(const char *json)
{
    struct doc_problems p = DOC_PROBLEMS_INIT;
    struct doc *d = json_read("text", json, strlen(json), &p);
    ck_assert_ptr_nonnull(d);
    doc_problems_fini(&p);
    return d;
}

START_TEST(a_signature_can_stand_anywhere)
{
    static const struct {
        const char *before, *after;
    } cases[] = {
        {"{ \"account\": \"a\", \"x\": 1, \"y\": 2 }",
         "{ \"x\": 1, \"y\": 2, \"account\": \"b\" }"},
        {"{ \"x\": 1, \"account\": \"a\", \"y\": 2 }",
         "{ \"x\": 1, \"y\": 2, \"account\": \"b\" }"},
        {"{ \"x\": 1, \"y\": 2, \"account\": \"a\" }",
         "{ \"x\": 1, \"y\": 2, \"account\": \"b\" }"},
        {"{ \"account\": \"a\" }", "{ \"account\": \"b\" }"},
        {"{ \"accounts\": \"a\" }", "{ \"accounts\": \"a\", \"account\": \"b\" }"},
        {"{}", "{ \"account\": \"b\" }"},
        {"{ \"account\": 7 }", "{ \"account\": \"b\" }"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct doc *d = read_text(cases[i].before);
        ck_assert_str_eq(character_account(d),
                         strstr(cases[i].before, "account\": \"a\"") ? "a" : "");
        size_t members = doc_root(d)->list.count;
        bool signs = doc_get(doc_root(d), "account");
        character_unsign(d);
        ck_assert_str_eq(character_account(d), "");
        ck_assert_uint_eq(doc_root(d)->list.count, members - signs);
        character_sign(d, "b");
        char *seen = flat(d);
        ck_assert_str_eq(seen, cases[i].after);
        free(seen);
        doc_free(d);
    }
    ck_assert_str_eq(character_account(NULL), "");
}
END_TEST

static void updated(const char *expected)
{
    struct doc_problems p = DOC_PROBLEMS_INIT;
    struct doc *d;
    ck_assert_int_eq(character_load("data", "Bob", &d, &p), SAVEFILE_OK);
    char *seen = flat(d);
    ck_assert_str_eq(seen, expected);
    free(seen);
    doc_free(d);
    doc_problems_fini(&p);
}

START_TEST(an_update_stays_whose_it_was)
{
    char who[NAME_SIZE] = "";
    struct doc *d = read_text("{ \"x\": 1, \"account\": \"anna\" }");
    ck_assert_int_eq(character_update("data", "Bob", d), SAVEFILE_ABSENT);
    ck_assert_int_ne(access("data/characters/bob.json", F_OK), 0);
    ck_assert_int_eq(character_create("data", "Bob", doc_root(d)), SAVEFILE_OK);
    doc_free(d);
    d = read_text("{ \"x\": 2 }");
    ck_assert_int_eq(character_update("data", "BOB", d), SAVEFILE_OK);
    doc_free(d);
    updated("{ \"x\": 2, \"account\": \"anna\" }");
    run("echo oops >data/characters/bob.json"); // what cannot be read is no worse than that
    d = read_text("{ \"x\": 3 }");
    ck_assert_int_eq(character_update("data", "Bob", d), SAVEFILE_OK);
    updated("{ \"x\": 3 }");
    ck_assert_int_eq(character_update("data", "bob7", d), SAVEFILE_BAD_NAME);
    doc_free(d);
    ck_assert_int_eq(character_alike("data", "Bob", who), SAVEFILE_TAKEN);
    ck_assert_str_eq(who, "bob");
    ck_assert_int_eq(character_alike("data", "Bab", who), SAVEFILE_OK);
    ck_assert_int_eq(character_alike("data", "bob7", who), SAVEFILE_BAD_NAME);
    ck_assert_int_eq(character_disown("data", "bob7"), SAVEFILE_BAD_NAME);
    ck_assert_int_eq(character_disown("data", "Bob"), SAVEFILE_OK);
    ck_assert_int_eq(character_restore("data", "bob7", doc_root(text)), SAVEFILE_BAD_NAME);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("record");
    tcase_add_checked_fixture(t, start, finish);
    tcase_add_test(t, of_several_that_look_alike_each_counts);
    tcase_add_test(t, a_folder_that_took_anothers_place_is_read_anew);
    tcase_add_test(t, names_of_files_may_be_as_long_as_names);
    tcase_add_test(t, a_record_that_nobody_owns_lies_beside);
    tcase_add_test(t, what_is_in_the_way_is_told);
    tcase_add_test(t, a_signature_can_stand_anywhere);
    tcase_add_test(t, an_update_stays_whose_it_was);
    Suite *s = suite_create("store/savefile");
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
