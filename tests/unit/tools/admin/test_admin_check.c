// What `latchkey admin check` says of a data folder, and that it changes nothing.
#include "tools/admin/admin_check.h"

#include "util/buf.h"
#include "util/file.h"
#include "util/mem.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

static char folder[64];

static void start(void)
{
    snprintf(folder, sizeof(folder), "%s/latchkey-admin-XXXXXX", P_tmpdir);
    ck_assert_ptr_nonnull(mkdtemp(folder));
    ck_assert_int_eq(chdir(folder), 0);
    ck_assert_int_eq(system("mkdir -p data/accounts data/characters"), 0);
}

static void finish(void)
{
    char *command = mem_printf("rm -rf '%s'", folder);
    ck_assert_int_eq(chdir("/"), 0);
    ck_assert_int_eq(system(command), 0);
    free(command);
}

static void write_file(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");
    ck_assert_ptr_nonnull(f);
    fputs(text, f);
    fclose(f);
}

static void account(const char *name, const char *lists)
{
    char *path = mem_printf("data/accounts/%s.json", name);
    char *text =
        mem_printf("{\"format\": 1, \"name\": \"%s\", \"hash\": \"x\", \"created\": \"now\", %s}",
                   name, lists);
    write_file(path, text);
    free(text);
    free(path);
}

// What it prints goes to a file; the caller frees it.
static char *said(int *status)
{
    struct buf b = BUF_INIT;
    fflush(stdout);
    int before = dup(STDOUT_FILENO);
    ck_assert_ptr_nonnull(freopen("said", "w", stdout));
    *status = admin_check("data");
    fflush(stdout);
    dup2(before, STDOUT_FILENO);
    close(before);
    ck_assert_int_eq(file_read("said", 1 << 20, &b), 0);
    return buf_take(&b);
}

START_TEST(what_is_in_order_is_silent)
{
    int status;
    account("anna", "\"characters\": [\"Anna\"], \"permissions\": [\"goto\", \"@locks\", \"all\"]");
    write_file("data/characters/anna.json", "{\"account\": \"anna\", \"name\": \"Anna\"}");
    char *text = said(&status);
    ck_assert_str_eq(text, "1 account, 0 problems\n");
    ck_assert_int_eq(status, 0);
    free(text);
}
END_TEST

START_TEST(everything_that_is_wrong_is_named)
{
    static const char *const expected[] = {
        "data/accounts/anna.json: error: permission \"gotoo\" does not exist",
        "character \"Bert\" is also account",
        "data/accounts/carl.json",
        "data/accounts/anna.json: error: \"x1\" is no name of a character",
        "data/characters/dora.json: error: no account that can be read lists this character",
        "data/characters/emil.json: warning: no account lists this character",
        "2 accounts, 6 problems\n",
    };
    int status;
    account("anna", "\"characters\": [\"Bert\", \"x1\"], \"permissions\": [\"gotoo\"]");
    account("bob", "\"characters\": [\"bert\"], \"permissions\": []");
    write_file("data/accounts/carl.json", "{");
    write_file("data/accounts/bob.json~", "old");
    write_file("data/characters/dora.json", "{\"name\": \"Dora\", \"thing\": {}}");
    write_file("data/characters/emil.json", "{\"account\": \"bob\", \"name\": \"Emil\"}");
    char *text = said(&status);
    for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++)
        ck_assert_msg(strstr(text, expected[i]), "\"%s\" is not in \"%s\"", expected[i], text);
    ck_assert_int_eq(status, EX_DATAERR);
    ck_assert(!access("data/accounts/bob.json~", F_OK) &&
              !access("data/characters/emil.json", F_OK));
    free(text);
}
END_TEST

START_TEST(a_folder_that_is_not_there_is_no_clean_one)
{
    ck_assert_int_eq(admin_check("nowhere"), EX_UNAVAILABLE);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("admin_check");
    tcase_add_checked_fixture(t, start, finish);
    tcase_add_test(t, what_is_in_order_is_silent);
    tcase_add_test(t, everything_that_is_wrong_is_named);
    tcase_add_test(t, a_folder_that_is_not_there_is_no_clean_one);
    Suite *s = suite_create("tools/admin/admin_check");
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
