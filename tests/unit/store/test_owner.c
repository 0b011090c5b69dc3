// Whose a character is, and what is left when a server is killed between its two files.
#include "store/owner.h"

#include "store/account.h"
#include "store/character.h"
#include "store/savefile.h"
#include "util/doc.h"
#include "util/mem.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char folder[64];
static struct doc_problems p;

static void start(void)
{
    snprintf(folder, sizeof(folder), "%s/latchkey-owner-XXXXXX", P_tmpdir);
    ck_assert_ptr_nonnull(mkdtemp(folder));
    ck_assert_int_eq(chdir(folder), 0);
    p = (struct doc_problems)DOC_PROBLEMS_INIT;
}

static void finish(void)
{
    char *command = mem_printf("chmod -R u+rwx '%s'; rm -rf '%s'", folder, folder);
    ck_assert_int_eq(chdir("/"), 0);
    ck_assert_int_eq(system(command), 0);
    free(command);
    doc_problems_fini(&p);
}

// An account with one character in its list; NULL: none.
static void make_account(const char *name, const char *character)
{
    struct account *a = account_new(name, "HASH");
    if (character)
        account_add_character(a, character);
    ck_assert_int_eq(account_create("data", a), SAVEFILE_OK);
    account_free(a);
}

static void write_file(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");
    ck_assert_ptr_nonnull(f);
    fputs(text, f);
    fclose(f);
}

static bool is_there(const char *path)
{
    return !access(path, F_OK);
}

START_TEST(an_account_has_what_it_lists)
{
    ck_assert_int_lt(owner_has("data", "carl", "Anna"), 0); // without accounts nobody can know
    make_account("bob", NULL);
    make_account("carl", "Anna");
    ck_assert_int_eq(owner_has("data", "carl", "anna"), SAVEFILE_OK);
    ck_assert_int_eq(owner_has("data", "carl", "Ann"), SAVEFILE_ABSENT);
    ck_assert_int_eq(owner_has("data", "bob", "Anna"), SAVEFILE_ABSENT);
    ck_assert_int_eq(owner_has("data", "nobody", "Anna"), SAVEFILE_ABSENT);
    ck_assert_int_eq(owner_has("data", "../x", "Anna"), SAVEFILE_ABSENT);
    write_file("data/accounts/carl.json", "{");
    ck_assert_int_lt(owner_has("data", "carl", "Anna"), 0);
}
END_TEST

START_TEST(a_character_that_was_made_is_its_accounts)
{
    struct doc *d;
    make_account("carl", "Anna");
    make_account("bob", NULL);
    ck_assert_int_eq(owner_create("data", "carl", "Anna"), SAVEFILE_OK);
    ck_assert_int_eq(owner_create("data", "bob", "Anna"), SAVEFILE_TAKEN);
    ck_assert_int_eq(owner_create("data", "bob", "Arna"), SAVEFILE_OK);
    ck_assert_int_eq(owner_create("data", "bob", "Ama"), SAVEFILE_OK); // Arna was never listed
    ck_assert_int_eq(character_load("data", "Anna", &d, &p), SAVEFILE_OK);
    ck_assert_str_eq(character_account(d), "carl");
    ck_assert_int_eq(owner_agrees("data", "carl", d, "Anna"), SAVEFILE_OK);
    ck_assert_int_eq(owner_agrees("data", "bob", d, "Anna"), SAVEFILE_TAKEN);
    character_unsign(d);
    ck_assert_str_eq(character_account(d), "");
    ck_assert_int_eq(owner_agrees("data", "bob", d, "Anna"),
                     SAVEFILE_OK); // of before: the list counts
    character_sign(d, "nobody");
    character_sign(d, "gone"); // instead
    ck_assert_str_eq(character_account(d), "gone");
    ck_assert_int_eq(owner_agrees("data", "bob", d, "Anna"), SAVEFILE_OK); // moved by hand
    doc_free(d);
}
END_TEST

// Killed after the character was made and before the account was written: what the old program left
// too.
START_TEST(a_name_that_nobody_got_is_free_again)
{
    make_account("carl", NULL);
    ck_assert_int_eq(owner_create("data", "carl", "Anna"), SAVEFILE_OK);
    ck_assert_int_eq(owner_create("data", "carl", "Anna"), SAVEFILE_OK);
    ck_assert(is_there("data/characters/anna.json") &&
              is_there("data/characters/anna.json.unowned"));
    // Not while nobody can know.
    write_file("data/accounts/carl.json", "{");
    ck_assert_int_eq(owner_create("data", "bob", "Anna"), SAVEFILE_TAKEN);
}
END_TEST

struct telling {
    char freed[200], kept[200];
};

// As a start does it.
static void told(void *arg, const char *character, bool nobodys)
{
    struct telling *t = arg;
    char *to = nobodys && character_disown("data", character) == SAVEFILE_OK ? t->freed : t->kept;
    strcat(to, character);
    strcat(to, " ");
}

static void count(void *arg, const struct account *a)
{
    ck_assert_str_eq(a->hash, "HASH");
    ++*(int *)arg;
}

START_TEST(a_start_frees_what_is_nobodys)
{
    struct telling t = {"", ""};
    int accounts = 0;
    make_account("carl", "Anna");
    ck_assert_int_eq(owner_create("data", "carl", "Anna"), SAVEFILE_OK);
    ck_assert_int_eq(owner_create("data", "carl", "Bert"), SAVEFILE_OK);
    write_file("data/characters/clara.json", "{\"name\": \"Clara\"}"); // made, of before
    write_file("data/characters/dora.json",
               "{\"name\": \"Dora\", \"thing\": {}}"); // deleted or lost, of before
    write_file("data/characters/emil.json",
               "{\"account\": \"carl\", \"name\": \"Emil\", \"thing\": {}}");
    write_file("data/characters/gerd.json",
               "{\"account\": \"gone\", \"name\": \"Gerd\", \"thing\": {}}");
    write_file("data/characters/fritz.json", "{");
    write_file("data/accounts/carl.json~", "OLD");
    struct owner_index *x = owner_index_new("data", count, &accounts, &p);
    ck_assert_int_eq(accounts, 1);
    ck_assert(is_there("data/accounts/carl.json~")); // looking changes nothing
    owner_remove_previous("data");
    ck_assert(!is_there("data/accounts/carl.json~"));
    ck_assert_str_eq(owner_index_find(x, "ANNA"), "carl");
    ck_assert_ptr_null(owner_index_find(x, "Bert"));
    owner_index_unlisted(x, told, &t);
    owner_index_free(x);
    ck_assert(strstr(t.freed, "bert") && strstr(t.freed, "clara") && strstr(t.freed, "emil"));
    ck_assert(strstr(t.kept, "gerd")); // its account may come back from a backup
    ck_assert(strstr(t.kept, "dora") && strstr(t.kept, "fritz") && !strstr(t.kept, "anna"));
    ck_assert(is_there("data/characters/anna.json") && !is_there("data/characters/bert.json"));
    ck_assert(is_there("data/characters/emil.json.unowned"));
    ck_assert_int_eq(owner_create("data", "carl", "Clara"), SAVEFILE_OK);
}
END_TEST

START_TEST(with_an_account_goes_what_was_left_of_it)
{
    make_account("carl", NULL);
    make_account("bob", "Dora");
    ck_assert_int_eq(system("mkdir -p data/characters"), 0);
    write_file("data/characters/anna.json.unowned", "{\"account\": \"carl\", \"name\": \"Anna\"}");
    write_file("data/characters/bert.json", "{\"account\": \"carl\", \"name\": \"Bert\"}");
    write_file("data/characters/dora.json",
               "{\"account\": \"carl\", \"name\": \"Dora\"}"); // moved by hand
    write_file("data/characters/emil.json.unowned", "{\"account\": \"bob\", \"name\": \"Emil\"}");
    ck_assert_int_eq(owner_erase_left("data", "carl"), 0);
    ck_assert(!is_there("data/characters/anna.json.unowned") &&
              !is_there("data/characters/bert.json"));
    ck_assert(is_there("data/characters/dora.json") &&
              is_there("data/characters/emil.json.unowned"));
    ck_assert_int_eq(owner_erase_left("nowhere", "carl"), 0);
}
END_TEST

START_TEST(a_start_without_accounts_frees_nothing_that_was_played)
{
    struct telling t = {"", ""};
    make_account("carl", "Anna");
    ck_assert_int_eq(owner_create("data", "carl", "Anna"), SAVEFILE_OK);
    write_file("data/characters/clara.json", "{\"name\": \"Clara\"}");
    write_file("data/accounts/bob.json", "{");
    ck_assert_int_eq(rename("data/accounts/carl.json", "carl.json"), 0);
    ck_assert_int_eq(rename("data/accounts", "data/elsewhere"), 0);
    struct owner_index *x = owner_index_new("data", NULL, NULL, &p);
    owner_index_unlisted(x, told, &t);
    owner_index_free(x);
    ck_assert(strstr(t.kept, "anna"));
    ck_assert_int_eq(rename("data/elsewhere", "data/accounts"), 0);
    x = owner_index_new("data", NULL, NULL, &p);
    ck_assert_uint_eq(owner_index_unreadable(x), 1);
    t = (struct telling){"", ""};
    owner_index_unlisted(x, told, &t);
    owner_index_free(x);
    ck_assert(strstr(t.kept, "clara")); // it may be the damaged one's
}
END_TEST

START_TEST(two_that_look_alike_and_are_nobodys_make_room)
{
    make_account("carl", NULL);
    make_account("bob", "Beila");
    ck_assert_int_eq(system("mkdir -p data/characters"), 0);
    write_file("data/characters/bella.json", "{\"account\": \"carl\", \"name\": \"Bella\"}");
    write_file("data/characters/belia.json", "{\"account\": \"carl\", \"name\": \"Belia\"}");
    ck_assert_int_eq(owner_create("data", "carl", "Bella"), SAVEFILE_OK);
    ck_assert(is_there("data/characters/bella.json.unowned") &&
              is_there("data/characters/belia.json.unowned"));
    ck_assert(is_there("data/characters/bella.json") && !is_there("data/characters/belia.json"));
    // One that an account has does not, though another does.
    struct doc *d = doc_new("beila");
    doc_set_root(d, doc_object(d));
    character_sign(d, "bob");
    ck_assert_int_eq(character_restore("data", "Beila", doc_root(d)), SAVEFILE_OK);
    doc_free(d);
    ck_assert_int_eq(owner_create("data", "carl", "Bella"), SAVEFILE_TAKEN);
    ck_assert(is_there("data/characters/beila.json"));
}
END_TEST

static size_t unreadable(void)
{
    struct owner_index *x = owner_index_new("data", NULL, NULL, &p);
    size_t n = owner_index_unreadable(x);
    owner_index_free(x);
    return n;
}

START_TEST(a_start_tells_what_it_cannot_read)
{
    ck_assert_uint_eq(unreadable(), 1); // no folder, and nothing amiss: there is nobody yet
    ck_assert_uint_eq(p.errors, 0);
    ck_assert_int_eq(
        system("mkdir -p data/characters && touch data/characters/.lock data/characters/x.txt"), 0);
    ck_assert_uint_eq(unreadable(), 1);
    ck_assert_uint_eq(p.errors, 0);
    write_file("data/characters/anna.json", "{}");
    ck_assert_uint_eq(unreadable(), 1); // somebody was there
    ck_assert_uint_eq(p.errors, 1);
    ck_assert_msg(strstr(p.list[0].text, "cannot be read: No such file or directory"), "%s",
                  p.list[0].text);
    write_file("data/accounts", "");
    ck_assert_uint_eq(unreadable(), 1);
    ck_assert_uint_eq(p.errors, 2);
    ck_assert_msg(strstr(p.list[1].text, "Not a directory"), "%s", p.list[1].text);
    ck_assert_int_eq(system("rm data/accounts && mkdir data/accounts"), 0);
    ck_assert_uint_eq(unreadable(), 0);
    make_account("carl", "Anna");
    write_file("data/accounts/-x.json", "{");      // the name of no account
    write_file("data/accounts/bob.json.tmp", "{"); // nor is this
    write_file("data/accounts/abcdefghijklmnopqrstuvwxyz0123456789abcdef.json", "{");
    ck_assert_uint_eq(unreadable(), 0);
    write_file("data/accounts/bob.json", "{");
    write_file("data/accounts/dan.json", "{");
    ck_assert_uint_eq(unreadable(), 2);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("owner");
    tcase_add_checked_fixture(t, start, finish);
    tcase_add_test(t, an_account_has_what_it_lists);
    tcase_add_test(t, a_character_that_was_made_is_its_accounts);
    tcase_add_test(t, a_name_that_nobody_got_is_free_again);
    tcase_add_test(t, a_start_frees_what_is_nobodys);
    tcase_add_test(t, with_an_account_goes_what_was_left_of_it);
    tcase_add_test(t, two_that_look_alike_and_are_nobodys_make_room);
    tcase_add_test(t, a_start_tells_what_it_cannot_read);
    tcase_add_test(t, a_start_without_accounts_frees_nothing_that_was_played);
    Suite *s = suite_create("store/owner");
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
