// Accounts on disk: they come back as they went, no two look alike, damage is reported and refused.
#include "store/account.h"

#include <check.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/savefile.h"
#include "util/buf.h"
#include "util/clock.h"
#include "util/doc.h"
#include "util/file.h"
#include "util/mem.h"

static char folder[64];
static struct doc_problems p;

static void start(void)
{
    snprintf(folder, sizeof(folder), "%s/latchkey-account-XXXXXX", P_tmpdir);
    ck_assert_ptr_nonnull(mkdtemp(folder));
    ck_assert_int_eq(chdir(folder), 0);
    p = (struct doc_problems)DOC_PROBLEMS_INIT;
}

static void finish(void)
{
    doc_problems_fini(&p);
    ck_assert_int_eq(chdir("/"), 0);
    char *command = mem_printf("rm -rf '%s'", folder);
    ck_assert_int_eq(system(command), 0);
    free(command);
}

static int create(const char *name)
{
    struct account *a = account_new(name, "HASH");
    int rc = account_create("data", a);
    account_free(a);
    return rc;
}

START_TEST(an_account_comes_back_as_it_went)
{
    clock_freeze(0, 1709210096007);
    struct account *a = account_new("old_bob", "$argon2id$x"), *b;
    ck_assert(account_add_character(a, "Bob") && account_add_character(a, "Alice"));
    ck_assert(!account_add_character(a, "BOB"));
    ck_assert(account_grant(a, "builder") && account_may(a, "Builder") && !account_may(a, "x"));
    ck_assert_int_eq(account_create("data", a), SAVEFILE_OK);
    ck_assert_int_eq(account_load("data", "Old_BOB", &b, &p), SAVEFILE_OK);
    ck_assert_str_eq(b->name, "old_bob");
    ck_assert_str_eq(b->hash, "$argon2id$x");
    ck_assert_str_eq(b->created, "2024-02-29T12:34:56.007Z");
    ck_assert_int_eq(b->character_count, 2);
    ck_assert_str_eq(b->characters[0], "Bob");
    ck_assert_str_eq(b->characters[1], "Alice");
    ck_assert(account_may(b, "builder"));
    ck_assert(account_remove_character(b, "bob") && !account_remove_character(b, "bob"));
    ck_assert(account_has_character(b, "alice") && !account_has_character(b, "Bob"));
    ck_assert(account_revoke(b, "builder") && !account_may(b, "builder"));
    account_set_hash(b, "NEW");
    ck_assert_int_eq(account_save("data", b), SAVEFILE_OK);
    account_free(a);
    ck_assert_int_eq(account_load("data", "old_bob", &a, &p), SAVEFILE_OK);
    ck_assert_str_eq(a->hash, "NEW");
    ck_assert_int_eq(a->character_count, 1);
    ck_assert_int_eq(p.count, 0);
    struct stat st;
    ck_assert_int_eq(stat("data/accounts/old_bob.json", &st), 0);
    ck_assert_int_eq(st.st_mode & 0777, 0600);
    ck_assert_int_eq(stat("data/accounts", &st), 0);
    ck_assert_int_eq(st.st_mode & 0777, 0700);
    account_free(a);
    account_free(b);
    account_free(NULL);
    clock_use_system();
}
END_TEST

START_TEST(no_two_accounts_look_alike)
{
    ck_assert_int_eq(create("marna"), SAVEFILE_OK);
    ck_assert_int_eq(create("marna"), SAVEFILE_TAKEN);
    ck_assert_int_eq(create("mama"), SAVEFILE_TAKEN);
    ck_assert_int_eq(create("ma-ma"), SAVEFILE_TAKEN);
    ck_assert_int_eq(create("bob"), SAVEFILE_OK);
    ck_assert_int_eq(create("b0b"), SAVEFILE_TAKEN);
    ck_assert_int_eq(create("bobby"), SAVEFILE_OK);
}
END_TEST

static void *create_one(void *arg)
{
    *(int *)arg = create("twin");
    return NULL;
}

static void *create_other(void *arg)
{
    *(int *)arg = create("tw-in");
    return NULL;
}

START_TEST(of_those_that_create_at_once_one_wins)
{
    for (int round = 0; round < 20; round++) {
        pthread_t threads[4];
        int rc[4], winners = 0;
        for (int i = 0; i < 4; i++)
            pthread_create(&threads[i], NULL, i % 2 ? create_one : create_other, &rc[i]);
        for (int i = 0; i < 4; i++) {
            pthread_join(threads[i], NULL);
            ck_assert(rc[i] == SAVEFILE_OK || rc[i] == SAVEFILE_TAKEN);
            winners += rc[i] == SAVEFILE_OK;
        }
        ck_assert_int_eq(winners, 1);
        account_erase("data", "twin");
        account_erase("data", "tw-in");
    }
}
END_TEST

START_TEST(erasing_leaves_nothing_of_the_account)
{
    struct account *a;
    ck_assert_int_eq(create("bob"), SAVEFILE_OK);
    ck_assert_int_eq(create("bobby"), SAVEFILE_OK);
    ck_assert_int_eq(account_load("data", "bob", &a, &p), SAVEFILE_OK);
    ck_assert_int_eq(account_save("data", a), SAVEFILE_OK);
    file_write_atomic("data/accounts/bob.json.12-0.tmp", "x", 1, 0600, false);
    ck_assert_int_eq(system("touch data/accounts/bob.json~"), 0);
    ck_assert_int_eq(account_erase("data", "Bob"), SAVEFILE_OK);
    ck_assert_int_eq(access("data/accounts/bob.json", F_OK), -1);
    ck_assert_int_eq(access("data/accounts/bob.json~", F_OK), -1);
    ck_assert_int_eq(access("data/accounts/bob.json.12-0.tmp", F_OK), -1);
    ck_assert_int_eq(access("data/accounts/bobby.json", F_OK), 0);
    ck_assert_int_eq(account_erase("data", "bob"), SAVEFILE_ABSENT);
    ck_assert_int_eq(account_save("data", a), SAVEFILE_ABSENT);
    ck_assert_int_eq(account_erase("nowhere", "bob"), SAVEFILE_ABSENT);
    account_free(a);
}
END_TEST

START_TEST(no_name_leads_out_of_the_folder)
{
    const char *const names[] = {
        "../x", "../../etc/passwd", "",      ".",  "..", "a/b", "x.json", "bob\xc3\xa9",
        "a\nb", "/etc/passwd",      ".lock", "-x", "a~"};
    struct doc_node *none = NULL;
    struct doc *d = doc_new("x");
    none = doc_object(d);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        struct account *a = (void *)1;
        ck_assert_int_eq(account_load("data", names[i], &a, &p), SAVEFILE_BAD_NAME);
        ck_assert_ptr_null(a);
        ck_assert_int_eq(create(names[i]), SAVEFILE_BAD_NAME);
        ck_assert_int_eq(account_erase("data", names[i]), SAVEFILE_BAD_NAME);
        ck_assert_int_eq(savefile_create("data", "accounts", names[i], none), SAVEFILE_BAD_NAME);
        ck_assert_int_eq(savefile_save("data", "accounts", names[i], none, true),
                         SAVEFILE_BAD_NAME);
    }
    ck_assert_int_eq(access("data", F_OK), -1);
    doc_free(d);
}
END_TEST

static const struct {
    const char *text, *says;
} damaged[] = {
    {"", "the file is empty"},
    {"[]", "an object was expected"},
    {"{}", "a whole number was expected"},
    {"{\"format\": 2, \"name\": \"bob\"}", "2 is out of range"},
    {"{\"format\": 1, \"name\": \"bob\", \"hash\": \"h\"}", "\"created\" was expected"},
    {"{\"format\": 1, \"name\": \"bob\", \"hash\": 5, \"created\": \"x\"}",
     "a string was expected"},
    {"{\"format\": 1, \"name\": \"eve\", \"hash\": \"h\", \"created\": \"x\"}",
     "the name of the file"},
    {"{\"format\": 1, \"name\": \"bob\", \"hash\": \"h\", \"created\": \"x\", \"characters\": 1}",
     "an array was expected"},
    {"{\"format\": 1, \"name\": \"bob\", \"hash\": \"h\", \"created\": \"x\", \"characters\": [1]}",
     "a string was expected"},
    {"{\"format\": 1, \"name\": \"bob\", \"hash", "never closed"},
};

START_TEST(a_damaged_file_is_told_and_refused)
{
    ck_assert_int_eq(create("bob"), SAVEFILE_OK);
    const char *text = damaged[_i].text;
    file_write_atomic("data/accounts/bob.json", text, strlen(text), 0600, false);
    struct account *a;
    ck_assert_int_eq(account_load("data", "bob", &a, &p), -EBADMSG);
    ck_assert_ptr_null(a);
    ck_assert_int_ge(p.errors, 1);
    ck_assert_str_eq(p.list[0].file, "data/accounts/bob.json");
    ck_assert_msg(strstr(p.list[0].text, damaged[_i].says), "%s", p.list[0].text);
    ck_assert_int_eq(account_load("data", "nobody", &a, &p), SAVEFILE_ABSENT);
}
END_TEST

START_TEST(random_damage_is_never_fatal)
{
    ck_assert_int_eq(create("bob"), SAVEFILE_OK);
    struct buf good = BUF_INIT;
    ck_assert_int_eq(file_read("data/accounts/bob.json", 10000, &good), 0);
    uint32_t seed = 1;
    for (int i = 0; i < 500; i++) {
        char *text = mem_dup(good.data, good.len);
        for (int k = 0; k < 4; k++) {
            seed = seed * 1664525 + 1013904223;
            text[(seed >> 8) % good.len] = (char)(seed >> 24);
        }
        FILE *f = fopen("data/accounts/bob.json", "w");
        fwrite(text, 1, good.len, f);
        fclose(f);
        struct account *a;
        size_t before = p.errors;
        int rc = account_load("data", "bob", &a, &p);
        ck_assert(rc == SAVEFILE_OK ? a != NULL : rc == -EBADMSG && !a && p.errors > before);
        account_free(a);
        free(text);
    }
    buf_fini(&good);
}
END_TEST

START_TEST(no_old_hash_stays_on_the_disk)
{
    struct account *a = account_new("bob", "OLD-HASH");
    ck_assert_int_eq(account_create("data", a), SAVEFILE_OK);
    FILE *f = fopen("data/accounts/bob.json~", "w"); // of an earlier program
    fputs("OLD-HASH", f);
    fclose(f);
    account_set_hash(a, "NEW-HASH");
    ck_assert_int_eq(account_save("data", a), SAVEFILE_OK);
    ck_assert_int_ne(access("data/accounts/bob.json~", F_OK), 0);
    ck_assert_int_ne(system("grep -rq OLD-HASH data"), 0);
    ck_assert_int_eq(account_save("data", a), SAVEFILE_OK); // with none to remove
    account_free(a);
}
END_TEST

START_TEST(names_of_characters_are_one_however_they_are_written)
{
    struct account *a = account_new("bob", "HASH");
    ck_assert(account_add_character(a, "ANNA"));
    ck_assert_int_eq(account_create("data", a), SAVEFILE_OK);
    account_free(a);
    ck_assert_int_eq(account_load("data", "bob", &a, &p), SAVEFILE_OK);
    ck_assert_str_eq(a->characters[0], "Anna");
    account_free(a);
}
END_TEST

START_TEST(a_name_that_was_freed_by_hand_can_be_had)
{
    char who[NAME_SIZE];
    ck_assert_int_eq(account_alike("data", "bob", who), SAVEFILE_OK); // there is no folder yet
    ck_assert_int_lt(account_reachable("data"), 0);
    ck_assert_int_eq(create("bob"), SAVEFILE_OK);
    ck_assert_int_eq(account_reachable("data"), 0);
    ck_assert_int_eq(account_alike("data", "b0b", who), SAVEFILE_TAKEN);
    ck_assert_str_eq(who, "bob");
    ck_assert_int_eq(create("b0b"), SAVEFILE_TAKEN);
    ck_assert_int_eq(account_alike("data", "bab", who), SAVEFILE_OK);
    ck_assert_int_eq(unlink("data/accounts/bob.json"), 0);
    ck_assert_int_eq(account_alike("data", "b0b", who), SAVEFILE_OK);
    ck_assert_int_eq(create("b0b"), SAVEFILE_OK);
    ck_assert_int_eq(create("bob"), SAVEFILE_TAKEN);
    // Of several that looked alike before, each counts.
    ck_assert_int_eq(
        system(
            "cp data/accounts/b0b.json data/accounts/bo-b.json && mv data data2 && mv data2 data"),
        0);
    ck_assert_int_eq(system("mkdir -p other/accounts && cp data/accounts/* other/accounts"), 0);
    ck_assert_int_eq(unlink("other/accounts/b0b.json"), 0);
    ck_assert_int_eq(account_alike("other", "bob", who), SAVEFILE_TAKEN);
    ck_assert_str_eq(who, "bo-b");
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("account");
    tcase_add_checked_fixture(t, start, finish);
    tcase_add_test(t, an_account_comes_back_as_it_went);
    tcase_add_test(t, no_two_accounts_look_alike);
    tcase_add_test(t, of_those_that_create_at_once_one_wins);
    tcase_add_test(t, erasing_leaves_nothing_of_the_account);
    tcase_add_test(t, no_name_leads_out_of_the_folder);
    tcase_add_loop_test(t, a_damaged_file_is_told_and_refused, 0,
                        sizeof(damaged) / sizeof(damaged[0]));
    tcase_add_test(t, random_damage_is_never_fatal);
    tcase_add_test(t, no_old_hash_stays_on_the_disk);
    tcase_add_test(t, names_of_characters_are_one_however_they_are_written);
    tcase_add_test(t, a_name_that_was_freed_by_hand_can_be_had);
    Suite *s = suite_create("store/account");
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
