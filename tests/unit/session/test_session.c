// The dialogue from greeting to world and back, with real accounts, characters and commands.
#include "session_rig.h"

#include "store/account.h"
#include "store/character.h"
#include "store/savefile.h"

#include <sys/wait.h>

static void begin(void)
{
    rig_begin(NULL);
}

START_TEST(a_stranger_is_greeted_and_asked)
{
    struct peer *p = rig_connect();
    ck_assert_str_eq(buf_str(&p->seen), "Welcome.\nAccount name, or NEW: ");
    ck_assert(!p->echo_off);
}

START_TEST(typing_is_hidden_for_passwords_only)
{
    struct peer *p = rig_connect();
    rig_type(p, "new", "account: ");
    ck_assert(!p->echo_off);
    rig_type(p, "anna", "for it: ");
    ck_assert(p->echo_off);
    rig_type(p, rig_password, "again: ");
    ck_assert(p->echo_off);
    rig_type(p, rig_password, "Choice: ");
    ck_assert(!p->echo_off);
}

START_TEST(a_new_account_can_log_in_again)
{
    rig_gone(rig_make_account("anna"));
    struct peer *p = rig_connect();
    rig_type(p, "ANNA", "Password: ");
    rig_type(p, rig_password, "N) New character");
    ck_assert_uint_eq(sessions_count(rig.sessions), 1);
}

START_TEST(a_password_typed_twice_must_be_the_same)
{
    struct peer *p = rig_connect();
    rig_type(p, "new", "account: ");
    rig_type(p, "anna", "for it: ");
    rig_type(p, rig_password, "again: ");
    rig_type(p, "another-password", "A password for it: ");
    ck_assert_int_ne(access("data/accounts/anna.json", F_OK), 0);
}

START_TEST(a_wrong_name_and_a_wrong_password_are_answered_alike)
{
    rig_gone(rig_make_account("anna"));
    struct peer *known = rig_connect(), *unknown = rig_connect();
    rig_type(known, "anna", "Password: ");
    rig_type(known, "no-such-password", "That is not right.");
    rig_type(unknown, "nobody", "Password: ");
    rig_type(unknown, "no-such-password", "That is not right.");
    ck_assert_str_eq(buf_str(&known->seen), buf_str(&unknown->seen));
}

START_TEST(a_connection_has_so_many_tries)
{
    struct peer *p = rig_connect();
    for (int i = 0; i < 4; i++) {
        rig_type(p, "nobody", "Password: ");
        rig_type(p, "no-such-password", "Account name");
    }
    rig_type(p, "somebody", "Password: ");
    rig_type(p, "no-such-password", "connect again");
    ck_assert(p->closed);
}

START_TEST(a_web_browser_is_closed_without_a_word)
{
    static const char *const lines[] = {
        "GET / HTTP/1.1",     "POST /x HTTP/1.0",     "HEAD / HTTP/1.1",  "PUT /x HTTP/1.1",
        "OPTIONS * HTTP/1.1", "CONNECT x:1 HTTP/1.1", "TRACE / HTTP/1.1", "DELETE /x HTTP/1.1"};
    struct peer *p = rig_connect();
    rig_type(p, lines[_i], "");
    ck_assert(p->closed);
    ck_assert_str_eq(buf_str(&p->seen), "");
}

START_TEST(a_new_character_plays_at_once_and_quits_to_the_menu)
{
    struct peer *p = rig_make_account("anna");
    rig_type(p, "n", "A name for your character: ");
    rig_type(p, "anna", "You see exits");
    ck_assert(session_in_play(p->session));
    ck_assert_uint_eq(sessions_playing(rig.sessions), 1);
    rig_type(p, "quit", "1) Anna\n");
    ck_assert(rig_saw(p, "Choice: "));
    ck_assert_uint_eq(sessions_playing(rig.sessions), 0);
    ck_assert_int_eq(access("data/characters/anna.json", F_OK), 0);
    rig_type(p, "1", "You see exits");
    rig_type(p, "quit", "Choice: ");
    rig_type(p, "q", "Until next time.");
    ck_assert(p->closed);
}

START_TEST(what_a_character_carries_is_there_the_next_time)
{
    struct peer *p = rig_make_account("anna");
    rig_type(p, "n", "character: ");
    rig_type(p, "anna", "You see exits");
    rig_type(p, "get lamp", "lamp");
    rig_type(p, "quit", "Choice: ");
    rig_type(p, "1", "You see exits");
    rig_type(p, "inventory", "lamp");
}

START_TEST(a_character_named_in_the_account_without_a_file_is_made)
{
    struct peer *p = rig_make_account("anna");
    rig_type(p, "n", "character: ");
    rig_type(p, "anna", "You see exits");
    rig_type(p, "quit", "Choice: ");
    ck_assert_int_eq(unlink("data/characters/anna.json"), 0);
    rig_type(p, "1", "You see exits");
    rig_type(p, "quit", "Choice: ");
    ck_assert_int_eq(access("data/characters/anna.json", F_OK), 0);
}

static void erase(const char *account, const char *character)
{
    const char *data = rig.settings.folder_data;
    ck_assert_int_eq(account_erase(data, account), SAVEFILE_OK);
    ck_assert_int_eq(character_erase(data, character), SAVEFILE_OK);
}

START_TEST(a_character_that_nobody_has_is_not_made)
{
    struct peer *p = rig_make_account("anna");
    rig_type(p, "n", "character: ");
    rig_type(p, "anna", "You see exits");
    erase("anna", "anna");
    rig_type(p, "quit", "Choice: ");
    ck_assert_int_ne(access("data/characters/anna.json", F_OK), 0);
    rig_type(p, "q", "Until next time.");
    ck_assert(sessions_idle(rig.sessions)); // nothing waits to be written
}

static void leave_the_connection(const char *account)
{
    struct peer *p = rig_make_account(account);
    rig_type(p, "n", "character: ");
    rig_type(p, account, "You see exits");
    rig_gone(p);
    rig_settle();
}

// As after a start: all are in the world without a connection.
START_TEST(who_belongs_to_nobody_is_dismissed)
{
    static const char *const names[] = {"anna", "bertold", "clara", "dorian"};
    for (size_t i = 0; i < 4; i++)
        leave_the_connection(names[i]);
    erase("anna", "anna");
    ck_assert_int_eq(character_erase("data", "bertold"), SAVEFILE_OK); // only its file is lost
    ck_assert_int_eq(account_erase("data", "clara"), SAVEFILE_OK);     // only its account
    sessions_drop_orphans(rig.shared);
    rig_settle();
    ck_assert_uint_eq(dispatch_players(rig.dispatch), 2);
    ck_assert_ptr_null(dispatch_find(rig.dispatch, "Anna"));
    ck_assert_ptr_null(dispatch_find(rig.dispatch, "Clara")); // nobody could take it up
    ck_assert_int_ne(access("data/characters/anna.json", F_OK), 0);
    sessions_stop(rig.sessions, "The server is stopping.\n");
    rig_settle();
    ck_assert(sessions_stopped(rig.sessions));
    ck_assert_int_ne(access("data/characters/anna.json", F_OK), 0);
    for (size_t i = 1; i < 4; i++) {
        char *path = mem_printf("data/characters/%s.json", names[i]);
        ck_assert_int_eq(access(path, F_OK), 0);
        free(path);
    }
}

START_TEST(coming_back_takes_over_and_closes_the_other)
{
    struct peer *first = rig_make_account("anna");
    rig_type(first, "n", "character: ");
    rig_type(first, "anna", "You see exits");
    struct peer *second = rig_log_in("anna");
    rig_type(second, "1", "You see exits");
    ck_assert(first->closed);
    ck_assert(rig_saw(first, "You have come back from somewhere else."));
    ck_assert_uint_eq(sessions_playing(rig.sessions), 1);
    rig_type(second, "say here", "You say: here");
}

START_TEST(who_lost_the_connection_is_taken_up_again)
{
    struct peer *p = rig_make_account("anna");
    rig_type(p, "n", "character: ");
    rig_type(p, "anna", "You see exits");
    rig_gone(p);
    rig_settle();
    ck_assert_uint_eq(dispatch_players(rig.dispatch), 1);
    ck_assert_uint_eq(sessions_playing(rig.sessions), 0);
    struct peer *again = rig_log_in("anna");
    rig_type(again, "1", "You see exits");
    ck_assert_uint_eq(dispatch_players(rig.dispatch), 1);
}

START_TEST(a_character_goes_when_its_name_is_typed_again)
{
    struct peer *p = rig_make_account("anna");
    rig_type(p, "n", "character: ");
    rig_type(p, "anna", "You see exits");
    rig_type(p, "quit", "Choice: ");
    rig_type(p, "d", "delete: ");
    rig_type(p, "1", "delete it: ");
    rig_type(p, "no", "Nothing was deleted.");
    ck_assert_int_eq(access("data/characters/anna.json", F_OK), 0);
    rig_type(p, "d", "delete: ");
    rig_type(p, "1", "delete it: ");
    rig_type(p, "anna", "The character is gone.");
    ck_assert(!rig_saw(p, "1) Anna"));
    ck_assert_int_ne(access("data/characters/anna.json", F_OK), 0);
}

START_TEST(a_changed_password_is_the_one_that_counts)
{
    struct peer *p = rig_make_account("anna");
    rig_type(p, "p", "Your password as it is now: ");
    ck_assert(p->echo_off);
    rig_type(p, rig_password, "A new password: ");
    ck_assert(p->echo_off);
    rig_type(p, "quite-another-one", "The same again: ");
    rig_type(p, "quite-another-one", "Your password is changed.");
    ck_assert(!p->echo_off);
    struct peer *q = rig_connect();
    rig_type(q, "anna", "Password: ");
    rig_type(q, rig_password, "That is not right.");
    rig_type(q, "anna", "Password: ");
    rig_type(q, "quite-another-one", "Choice: ");
}

START_TEST(passwords_never_reach_the_log)
{
    rig_gone(rig_make_account("anna"));
    struct peer *p = rig_log_in("anna");
    rig_type(p, "q", "");
    p = rig_connect();
    rig_type(p, "anna", "Password: ");
    rig_type(p, "no-such-password", "That is not right.");
    char *command = mem_printf("grep -q -e '%s' -e no-such-password log", rig_password);
    ck_assert_int_eq(system("grep -q login_failed log"), 0);
    ck_assert_int_eq(WEXITSTATUS(system(command)), 1);
    free(command);
}

// Each step starts a job, and the connection breaks before it is done.
START_TEST(a_connection_may_break_while_a_job_runs)
{
    static const char *const steps[] = {"new", "bertha", rig_password, rig_password,
                                        "n",   "Bertha", "quit",       "1"};
    struct peer *p = rig_connect();
    for (int i = 0; i < _i; i++)
        rig_type(p, steps[i], "");
    rig_send(p, steps[_i]);
    rig_gone(p);
    rig_settle();
    rig_pass(1000);
    ck_assert_uint_eq(sessions_count(rig.sessions), 0);
    ck_assert_uint_eq(sessions_playing(rig.sessions), 0);
}

START_TEST(stopping_writes_everybody_down_and_sends_them_away)
{
    struct peer *p = rig_make_account("anna"), *stranger = rig_connect();
    rig_type(p, "n", "character: ");
    rig_type(p, "anna", "You see exits");
    unlink("data/characters/anna.json");
    buf_clear(&p->seen);
    sessions_stop(rig.sessions, "The server is stopping.\n");
    rig_settle();
    ck_assert(sessions_stopped(rig.sessions));
    ck_assert(p->closed && stranger->closed);
    ck_assert(rig_saw(p, "The server is stopping."));
    ck_assert(rig_saw(stranger, "The server is stopping."));
    ck_assert_int_eq(access("data/characters/anna.json", F_OK), 0);
}

int main(void)
{
    Suite *s = suite_create("session");
    TCase *t = tcase_create("dialogue");
    tcase_add_checked_fixture(t, begin, rig_end);
    tcase_add_test(t, a_stranger_is_greeted_and_asked);
    tcase_add_test(t, typing_is_hidden_for_passwords_only);
    tcase_add_test(t, a_new_account_can_log_in_again);
    tcase_add_test(t, a_password_typed_twice_must_be_the_same);
    tcase_add_test(t, a_wrong_name_and_a_wrong_password_are_answered_alike);
    tcase_add_test(t, a_connection_has_so_many_tries);
    tcase_add_loop_test(t, a_web_browser_is_closed_without_a_word, 0, 8);
    tcase_add_test(t, a_new_character_plays_at_once_and_quits_to_the_menu);
    tcase_add_test(t, what_a_character_carries_is_there_the_next_time);
    tcase_add_test(t, a_character_named_in_the_account_without_a_file_is_made);
    tcase_add_test(t, a_character_that_nobody_has_is_not_made);
    tcase_add_test(t, who_belongs_to_nobody_is_dismissed);
    tcase_add_test(t, coming_back_takes_over_and_closes_the_other);
    tcase_add_test(t, who_lost_the_connection_is_taken_up_again);
    tcase_add_test(t, a_character_goes_when_its_name_is_typed_again);
    tcase_add_test(t, a_changed_password_is_the_one_that_counts);
    tcase_add_test(t, passwords_never_reach_the_log);
    tcase_add_loop_test(t, a_connection_may_break_while_a_job_runs, 0, 8);
    tcase_add_test(t, stopping_writes_everybody_down_and_sends_them_away);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
