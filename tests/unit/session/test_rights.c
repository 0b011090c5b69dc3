// What accounts permit, looked at from time to time and at a start, and what a start finds between
// the files of accounts and characters.
#include "session_rig.h"

#include "store/account.h"
#include "store/character.h"
#include "store/savefile.h"

static void begin(void)
{
    rig_begin(NULL);
}

static void run(const char *command)
{
    ck_assert_msg(system(command) == 0, "%s", command);
}

static void permit(const char *account, const char *permission)
{
    struct account *a;
    struct doc_problems p = DOC_PROBLEMS_INIT;
    ck_assert_int_eq(account_load("data", account, &a, &p), SAVEFILE_OK);
    account_grant(a, permission);
    ck_assert_int_eq(account_save("data", a), SAVEFILE_OK);
    account_free(a);
    doc_problems_fini(&p);
}

static void may(const char *character, const char *permissions)
{
    ck_assert_str_eq(player_task_permissions(dispatch_find(rig.dispatch, character)), permissions);
}

START_TEST(a_change_is_seen_within_five_seconds)
{
    rig_play("anna", "anna");
    rig_pass(1000); // the first look
    permit("anna", "goto");
    rig_pass(4999);
    may("Anna", "");
    rig_pass(1);
    may("Anna", "goto");
    permit("anna", "goto");
    permit("anna", "all");
    rig_pass(4999);
    may("Anna", "goto");
    rig_pass(1);
    may("Anna", "goto all");
    ck_assert_int_eq(
        rig_logged_times("rights_changed account=anna character=Anna permissions=\"goto all\""), 1);
    rig_pass(5000);
    ck_assert_int_eq(rig_logged_times("rights_changed"), 2); // nothing has changed since
}

START_TEST(a_file_that_is_edited_where_it_is_is_seen_as_well)
{
    rig_play("anna", "anna");
    permit("anna", "goto");
    for (int i = 0; i < 3; i++) {
        rig_pass(5000);
        may("Anna", i % 2 ? "gotu" : "goto");
        char *edit = mem_printf(
            "sed s/got[ou]/got%c/ data/accounts/anna.json >edited && cat edited >data/accounts/anna.json",
            i % 2 ? 'o' : 'u');
        run(edit);
        free(edit);
    }
}

START_TEST(a_change_is_for_all_who_are_of_the_account)
{
    struct peer *p = rig_play("anna", "anna"), *q = rig_log_in("anna");
    rig_type(q, "n", "character: ");
    rig_type(q, "bella", "You see exits");
    struct peer *other = rig_play("carl", "carl");
    rig_pass(5000);
    permit("anna", "goto");
    rig_pass(5000);
    may("Anna", "goto");
    may("Bella", "goto");
    may("Carl", "");
    ck_assert(!p->closed && !q->closed && !other->closed);
    // Who comes in later has it too.
    rig_type(q, "quit", "Choice: ");
    rig_type(q, "2", "You see exits");
    may("Bella", "goto");
}

START_TEST(what_cannot_be_read_changes_nothing)
{
    rig_play("anna", "anna");
    permit("anna", "goto");
    rig_pass(5000);
    may("Anna", "goto");
    run("cp data/accounts/anna.json good && echo oops >data/accounts/anna.json");
    rig_pass(5000);
    may("Anna", "goto");
    run("mv data/accounts data/lost");
    rig_pass(5000);
    may("Anna", "goto");
    run("mv data/lost data/accounts && rm data/accounts/anna.json");
    rig_pass(5000);
    may("Anna", ""); // an account that is gone permits nothing
    run("mv good data/accounts/anna.json");
    rig_pass(5000);
    may("Anna", "goto");
}

START_TEST(a_stop_looks_no_more)
{
    rig_play("anna", "anna");
    rig_pass(5000);
    permit("anna", "goto");
    run("mkdir data/characters/x && rm -r data/characters && touch data/characters"); // so that it
                                                                                      // takes long
    sessions_stop(rig.sessions, "The server is stopping.\n");
    rig_pass(5000);
    ck_assert(!rig_logged("rights_changed"));
    run("rm data/characters");
    rig_pass(1000);
    ck_assert(sessions_stopped(rig.sessions));
}

// At a start --------------------------------------------------------------------------------------

START_TEST(a_new_server_has_a_folder_for_accounts)
{
    sessions_drop_orphans(rig.shared);
    ck_assert_int_eq(access("data/accounts", F_OK), 0);
    ck_assert(!rig_logged("damaged"));
    struct peer *p = rig_connect();
    rig_type(p, "anna", "Password: ");
    rig_type(p, rig_password, "That is not right.");
}

START_TEST(accounts_that_are_lost_are_told_and_not_begun_anew)
{
    rig_gone(rig_play("anna", "anna"));
    run("mv data/accounts data/lost");
    sessions_drop_orphans(rig.shared);
    rig_settle();
    ck_assert_int_ne(access("data/accounts", F_OK), 0);
    ck_assert(rig_logged("damaged file=data/accounts .*No such file or directory"));
    ck_assert_uint_eq(dispatch_players(rig.dispatch), 1); // nobody knows that it is nobody's
    ck_assert(rig_logged("character_unowned character=anna"));
}

START_TEST(what_a_kill_has_left_is_mended_and_told)
{
    rig_gone(rig_play("anna", "anna"));
    run("echo '{\"account\": \"anna\", \"name\": \"Bella\"}' >data/characters/bella.json");
    run("echo '{\"account\": \"gone\", \"name\": \"Carl\"}' >data/characters/carl.json");
    run("echo old >data/accounts/anna.json~");
    sessions_drop_orphans(rig.shared);
    ck_assert(rig_logged("name_freed character=bella"));
    ck_assert(rig_logged("character_unowned character=carl"));
    ck_assert_int_eq(rig_logged_times("name_freed|character_unowned"), 2);
    ck_assert_int_eq(access("data/characters/bella.json.unowned", F_OK), 0);
    ck_assert_int_ne(access("data/characters/bella.json", F_OK), 0);
    ck_assert_int_eq(access("data/characters/carl.json", F_OK), 0);
    ck_assert_int_ne(access("data/accounts/anna.json~", F_OK), 0);
    ck_assert(!rig_logged("dismissed"));
}

START_TEST(who_was_dismissed_is_told)
{
    rig_gone(rig_play("anna", "anna"));
    rig_gone(rig_play("bella", "bella"));
    ck_assert_int_eq(account_erase("data", "anna"), SAVEFILE_OK);
    run("echo oops >data/accounts/bella.json");
    sessions_drop_orphans(rig.shared);
    rig_settle();
    ck_assert(rig_logged("dismissed account=anna character=Anna"));
    ck_assert_int_eq(rig_logged_times("dismissed"), 1); // of Bella nobody can know
    ck_assert_ptr_nonnull(dispatch_find(rig.dispatch, "Bella"));
    ck_assert(rig_logged("damaged file=data/accounts/bella.json line=1"));
}

int main(void)
{
    Suite *s = suite_create("rights");
    TCase *t = tcase_create("rights");
    tcase_add_checked_fixture(t, begin, rig_end);
    tcase_add_test(t, a_change_is_seen_within_five_seconds);
    tcase_add_test(t, a_file_that_is_edited_where_it_is_is_seen_as_well);
    tcase_add_test(t, a_change_is_for_all_who_are_of_the_account);
    tcase_add_test(t, what_cannot_be_read_changes_nothing);
    tcase_add_test(t, a_stop_looks_no_more);
    tcase_add_test(t, a_new_server_has_a_folder_for_accounts);
    tcase_add_test(t, accounts_that_are_lost_are_told_and_not_begun_anew);
    tcase_add_test(t, what_a_kill_has_left_is_mended_and_told);
    tcase_add_test(t, who_was_dismissed_is_told);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
