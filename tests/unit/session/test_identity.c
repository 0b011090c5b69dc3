// A character and its account: also when other connections do something with them, or a save is
// under way, nobody gets a body that is not theirs, nothing in the world is deleted, and rights are
// those of now.
#include "session_rig.h"

#include "session/sessions_priv.h"
#include "store/account.h"
#include "store/savefile.h"

static void begin(void)
{
    rig_begin(NULL);
}

// With the operator's hands: the account as it would be after an edit.
static void permit(const char *account, const char *permission)
{
    struct account *a;
    struct doc_problems p = DOC_PROBLEMS_INIT;
    ck_assert_int_eq(account_load("data", account, &a, &p), SAVEFILE_OK);
    while (a->permission_count)
        account_revoke(a, a->permissions[0]);
    if (permission)
        account_grant(a, permission);
    ck_assert_int_eq(account_save("data", a), SAVEFILE_OK);
    account_free(a);
    doc_problems_fini(&p);
}

static void list(const char *account, const char *character, bool add)
{
    struct account *a;
    struct doc_problems p = DOC_PROBLEMS_INIT;
    ck_assert_int_eq(account_load("data", account, &a, &p), SAVEFILE_OK);
    ck_assert(add ? account_add_character(a, character) : account_remove_character(a, character));
    ck_assert_int_eq(account_save("data", a), SAVEFILE_OK);
    account_free(a);
    doc_problems_fini(&p);
}

static const char goto_yard[] = "goto yard:yard";

static bool may_goto(struct peer *p)
{
    rig_type(p, goto_yard, "> ");
    return !rig_saw(p, "You do not know how to");
}

// Deleting --------------------------------------------------------------------------------------

START_TEST(who_is_played_is_not_deleted)
{
    struct peer *p = rig_play("anna", "anna"), *q = rig_log_in("anna");
    rig_type(q, "d", "delete: ");
    rig_type(q, "1", "Anna is still in the world. Play it and QUIT first");
    ck_assert(rig_saw(q, "leaves by itself after 5m")); // session.linkdead
    ck_assert(rig_saw(q, "Choice: "));
    rig_type(p, "say here", ": here");
    ck_assert(rig_logged(
        "character_deleted address=192.0.2.7 account=anna character=Anna outcome=refused"));
}

START_TEST(nor_who_has_lost_the_connection)
{
    rig_gone(rig_play("anna", "anna"));
    rig_settle();
    struct peer *q = rig_log_in("anna");
    rig_type(q, "d", "delete: ");
    rig_type(q, "1", "still in the world");
    ck_assert_uint_eq(dispatch_players(rig.dispatch), 1);
}

START_TEST(it_is_asked_again_when_the_name_was_typed)
{
    struct peer *p = rig_play("anna", "anna");
    rig_type(p, "quit", "Choice: ");
    struct peer *q = rig_log_in("anna");
    rig_type(q, "d", "delete: ");
    rig_type(q, "1", "delete it: ");
    rig_type(p, "1", "You see exits");
    rig_type(q, "anna", "still in the world");
    ck_assert_int_eq(access("data/characters/anna.json", F_OK), 0);
    rig_type(p, "quit", "1) Anna");
}

// Both in the same moment, in either order: one of the two happens, and the other says why not.
START_TEST(playing_and_deleting_at_once)
{
    struct peer *p = rig_play("anna", "anna");
    rig_type(p, "quit", "Choice: ");
    struct peer *q = rig_log_in("anna");
    rig_type(q, "d", "delete: ");
    rig_type(q, "1", "delete it: ");
    buf_clear(&p->seen);
    buf_clear(&q->seen);
    rig_send(_i ? p : q, _i ? "1" : "anna");
    rig_send(_i ? q : p, _i ? "anna" : "1");
    rig_settle();
    rig_settle();
    bool plays = rig_saw(p, "You see exits"), deleted = rig_saw(q, "The character is gone.");
    ck_assert_msg(plays != deleted, "%s\n%s", buf_str(&p->seen), buf_str(&q->seen));
    ck_assert(deleted ? rig_saw(p, "no character of that name any more")
                      : rig_saw(q, "still in the world"));
    ck_assert_int_eq(access("data/characters/anna.json", F_OK), deleted ? -1 : 0);
    ck_assert_uint_eq(dispatch_players(rig.dispatch), plays);
}

// Jobs of two sessions may run side by side.
START_TEST(a_name_is_one_sessions_while_something_is_done_with_it)
{
    struct peer *p = rig_make_account("anna");
    rig_type(p, "n", "A name for your character: ");
    rig_send(p, "Bella");
    ck_assert(!claims_free(rig.sessions, "Bella") && !claims_free(rig.sessions, "Belia") &&
              claims_free(rig.sessions, "Anna"));
    rig_settle();
    ck_assert(claims_free(rig.sessions, "Bella"));
    rig_send(p, "quit");
    rig_settle();
    ck_assert(claims_free(rig.sessions, "Bella"));
    rig_send(p, "1");
    ck_assert(!claims_free(rig.sessions, "Bella"));
    rig_settle();
    ck_assert(claims_free(rig.sessions, "Bella"));
    rig_type(p, "quit", "Choice: ");
    rig_type(p, "d", "delete: ");
    rig_type(p, "1", "delete it: ");
    rig_send(p, "bella");
    ck_assert(!claims_free(rig.sessions, "Bella"));
    rig_gone(p); // also when nobody is there to read it
    rig_settle();
    ck_assert(claims_free(rig.sessions, "Bella"));
    ck_assert_int_ne(access("data/characters/bella.json", F_OK), 0);
}

START_TEST(who_has_just_left_is_deleted_when_it_is_saved)
{
    struct peer *p = rig_play("anna", "anna");
    buf_clear(&p->seen);
    static const char *const lines[] = {"quit", "d", "1", "anna"};
    for (size_t i = 0; i < 4; i++)
        rig_send(p, lines[i]);
    rig_settle();
    rig_settle();
    ck_assert_msg(rig_saw(p, "The character is gone.") && !rig_saw(p, "still in the world"), "%s",
                  buf_str(&p->seen));
    ck_assert_int_ne(access("data/characters/anna.json", F_OK), 0);
    ck_assert(rig_logged("character_deleted .*character=Anna outcome=deleted"));
}

START_TEST(a_number_that_is_none_deletes_nothing)
{
    struct peer *p = rig_play("anna", "anna");
    rig_type(p, "quit", "Choice: ");
    static const char *const wrong[] = {"0", "2", "x", "1x", "-1"};
    for (size_t i = 0; i < 5; i++) {
        rig_type(p, "d", "delete: ");
        rig_type(p, wrong[i], "Nothing was deleted.");
    }
    rig_type(p, "d", "delete: ");
    rig_type(p, " 1 ", "delete it: ");
    rig_type(p, " ANNA ", "The character is gone.");
}

// Whose it is -----------------------------------------------------------------------------------

START_TEST(a_new_character_is_never_an_old_body)
{
    struct peer *p = rig_play("anna", "anna"), *q = rig_make_account("bertha");
    // Its files were removed by hand while it is in the world.
    ck_assert_int_eq(system("rm data/characters/anna.json data/accounts/anna.json"), 0);
    static const char *const names[] = {"anna", "ANNA", "arna"}; // the last does not look like it
    for (size_t i = 0; i < 2; i++) {
        rig_type(q, "n", "A name for your character: ");
        rig_type(q, names[i], "That name is taken");
        rig_type(q, "", "Choice: ");
    }
    rig_type(q, "n", "A name for your character: ");
    rig_type(q, names[2], "You see exits");
    ck_assert_uint_eq(dispatch_players(rig.dispatch), 2);
    rig_type(p, "say mine", "mine");
    rig_type(p, "quit", "Choice: ");
    ck_assert_int_ne(access("data/characters/anna.json", F_OK), 0);
    ck_assert(rig_logged("not_kept character=Anna account=anna"));
    rig_type(q, "quit", "Choice: ");
    rig_type(q, "n", "A name for your character: ");
    rig_type(q, "anna", "You see exits"); // now nobody is
    rig_type(q, "inventory", "not carrying anything");
}

START_TEST(a_body_is_taken_up_by_its_own_account_only)
{
    struct peer *p = rig_play("anna", "anna"), *q = rig_make_account("bertha");
    list("bertha", "Anna", true);
    rig_gone(q);
    q = rig_log_in("bertha");
    rig_type(q, "1", "This character is another account's");
    ck_assert(rig_logged("character_of_two account=bertha character=Anna"));
    list("anna", "Anna", false); // moved by hand, while it is in the world
    rig_type(q, "1", "Anna is in the world, and belongs to another account");
    ck_assert(!p->closed);
    rig_type(p, "quit", "Choice: ");
    rig_type(q, "1", "You see exits");
    rig_type(q, "quit", "Choice: ");
    ck_assert_int_eq(system("grep -q '\"account\": \"bertha\"' data/characters/anna.json"), 0);
}

START_TEST(an_account_that_was_made_again_is_another)
{
    struct peer *p = rig_play("anna", "anna");
    rig_type(p, "quit", "Choice: ");
    ck_assert_int_eq(system("rm data/accounts/anna.json"), 0);
    struct peer *q = rig_make_account("anna");
    rig_type(p, "1", "You have no character of that name any more.");
    rig_type(p, "n", "character: ");
    rig_type(p, "dora", "could not be made");
    rig_type(p, "p", "now: ");
    rig_type(p, rig_password, "That is not right.");
    rig_type(q, "n", "character: ");
    rig_type(q, "dora", "You see exits");
}

START_TEST(a_file_that_was_lost_is_made_again)
{
    struct peer *p = rig_play("anna", "anna");
    ck_assert_int_eq(system("rm -r data/characters"), 0);
    rig_type(p, "quit", "Choice: ");
    ck_assert_int_eq(access("data/characters/anna.json", F_OK), 0);
}

START_TEST(what_cannot_be_known_is_not_taken_for_erased)
{
    struct peer *p = rig_play("anna", "anna");
    ck_assert_int_eq(rename("data/accounts", "data/lost"), 0);
    ck_assert_int_eq(system("rm -r data/characters"), 0);
    rig_type(p, "quit", "Choice: ");
    ck_assert(!sessions_idle(rig.sessions));
    for (int i = 0; i < 5; i++)
        rig_pass(1000);
    ck_assert_int_eq(system("test $(grep -c save_failed log) = 1"), 0);
    rig_type(p, "d", "delete: ");
    rig_type(p, "1", "Anna cannot be saved just now; that is tried again every second");
    sessions_stop(rig.sessions, "The server is stopping.\n");
    rig_settle();
    ck_assert(!sessions_stopped(rig.sessions)); // it is not lost without a word
    ck_assert_int_eq(rename("data/lost", "data/accounts"), 0);
    rig_pass(1000);
    ck_assert(sessions_stopped(rig.sessions));
    ck_assert_int_eq(access("data/characters/anna.json", F_OK), 0);
    ck_assert(rig_logged("save_going_on character=Anna"));
}

START_TEST(two_that_look_alike_are_not_made_at_once)
{
    struct peer *p = rig_make_account("anna"), *q = rig_make_account("bertha");
    rig_type(p, "n", "character: ");
    rig_type(q, "n", "character: ");
    rig_send(p, "Bella");
    rig_send(q, "Belia");
    rig_settle();
    rig_settle();
    ck_assert_uint_eq(dispatch_players(rig.dispatch), 1);
    ck_assert(rig_saw(p, "You see exits") != rig_saw(q, "You see exits"));
    ck_assert(rig_saw(p, "That name is taken") != rig_saw(q, "That name is taken"));
}

// Rights ----------------------------------------------------------------------------------------

START_TEST(rights_that_were_taken_end_while_the_owner_is_inside)
{
    struct peer *p = rig_play("anna", "anna");
    ck_assert(!may_goto(p));
    permit("anna", "goto");
    for (int i = 0; i < 12; i++)
        rig_pass(1000);
    ck_assert(may_goto(p));
    ck_assert(
        rig_logged("permitted account=anna character=Anna command=goto line=\"goto yard:yard\""));
    permit("anna", NULL);
    for (int i = 0; i < 12; i++)
        rig_pass(1000);
    ck_assert(!may_goto(p));
    ck_assert(rig_logged("rights_changed account=anna character=Anna permissions="));
}

START_TEST(rights_are_those_of_now_when_somebody_comes_back)
{
    struct peer *p = rig_play("anna", "anna");
    rig_type(p, "quit", "Choice: ");
    permit("anna", "goto");
    rig_type(p, "1", "You see exits");
    ck_assert(may_goto(p));
    permit("anna", NULL);
    if (_i)
        rig_gone(p); // else it is taken over
    rig_settle();
    struct peer *q = rig_log_in("anna");
    rig_type(q, "1", "You see exits");
    ck_assert(!may_goto(q));
    permit("anna", "all");
    q = rig_log_in("anna");
    rig_type(q, "1", "You see exits");
    ck_assert(may_goto(q));
}

START_TEST(rights_end_with_the_account)
{
    struct peer *p = rig_play("anna", "anna");
    rig_type(p, "quit", "Choice: ");
    permit("anna", "goto");
    rig_type(p, "1", "You see exits");
    ck_assert_int_eq(rename("data/accounts/anna.json", "anna.json"), 0);
    for (int i = 0; i < 12; i++)
        rig_pass(1000);
    ck_assert(!may_goto(p));
    ck_assert_int_eq(rename("anna.json", "data/accounts/anna.json"), 0);
}

START_TEST(a_permission_that_does_not_exist_is_told_once)
{
    struct peer *p = rig_play("anna", "anna");
    permit("anna", "gotoo");
    for (int i = 0; i < 3; i++) {
        rig_type(p, "quit", "Choice: ");
        rig_type(p, "1", "You see exits");
    }
    ck_assert(rig_logged("unknown_permission account=anna permission=gotoo"));
    ck_assert_int_eq(system("test $(grep -c unknown_permission log) = 1"), 0);
    permit("anna", "goto");
    sessions_drop_orphans(rig.shared);
    ck_assert_int_eq(system("test $(grep -c unknown_permission log) = 1"), 0);
}

// At a start: who is in the world without a connection has the rights of now.
START_TEST(a_start_looks_at_rights)
{
    struct peer *p = rig_play("anna", "anna");
    rig_type(p, "quit", "Choice: ");
    permit("anna", "goto");
    rig_type(p, "1", "You see exits");
    rig_gone(p);
    rig_settle();
    permit("anna", NULL);
    sessions_drop_orphans(rig.shared);
    rig_settle();
    ck_assert_str_eq(player_task_permissions(dispatch_find(rig.dispatch, "Anna")), "");
    ck_assert_str_eq(player_task_account(dispatch_find(rig.dispatch, "Anna")), "anna");
    ck_assert(rig_logged("rights_changed account=anna character=Anna permissions="));
}

// Passwords -------------------------------------------------------------------------------------

static void change_password(struct peer *p, const char *to)
{
    rig_type(p, "p", "Your password as it is now: ");
    rig_type(p, rig_password, "A new password: ");
    rig_type(p, to, "The same again: ");
    rig_type(p, to, "Your password is changed.");
}

START_TEST(a_change_asks_for_the_old_password)
{
    struct peer *p = rig_make_account("anna");
    rig_type(p, "p", "now: ");
    rig_type(p, "not-the-password", "That is not right. Your password stays as it was.");
    rig_type(p, "p", "now: ");
    rig_type(p, "", "Choice: ");
    rig_type(p, "p", "now: ");
    rig_type(p, rig_password, "A new password: ");
    rig_type(p, "Password123", "one of the passwords that everybody tries first");
    rig_type(p, "", "Your password stays as it was.");
    rig_gone(p);
    rig_log_in("anna");
    ck_assert(rig_logged("password_changed address=192.0.2.7 account=anna outcome=refused"));
}

START_TEST(a_change_ends_the_others_and_tells_them)
{
    struct peer *player = rig_play("anna", "anna"), *menu = rig_log_in("anna"),
                *mine = rig_log_in("anna");
    struct peer *other = rig_make_account("bertha");
    change_password(mine, "quite-another-one");
    ck_assert(player->closed && menu->closed && !mine->closed && !other->closed);
    ck_assert(rig_saw(player, "was changed from another connection") &&
              rig_saw(menu, "was changed from another connection"));
    ck_assert_uint_eq(dispatch_players(rig.dispatch), 1); // the body waits for its owner
    rig_type(mine, "1", "You see exits");
    ck_assert(rig_logged("password_changed address=192.0.2.7 account=anna outcome=changed"));
}

START_TEST(who_is_let_in_meanwhile_has_to_say_the_new_one)
{
    struct peer *mine = rig_make_account("anna"), *late = rig_connect();
    rig_type(mine, "p", "now: ");
    rig_type(mine, rig_password, "A new password: ");
    rig_type(mine, "quite-another-one", "The same again: ");
    rig_type(late, "anna", "Password: ");
    buf_clear(&late->seen);
    rig_send(_i ? mine : late, _i ? "quite-another-one" : rig_password);
    rig_send(_i ? late : mine, _i ? rig_password : "quite-another-one");
    rig_settle();
    rig_settle();
    ck_assert(late->closed || rig_saw(late, "That is not right."));
}

int main(void)
{
    Suite *s = suite_create("identity");
    TCase *t = tcase_create("identity");
    tcase_add_checked_fixture(t, begin, rig_end);
    tcase_add_test(t, who_is_played_is_not_deleted);
    tcase_add_test(t, nor_who_has_lost_the_connection);
    tcase_add_test(t, it_is_asked_again_when_the_name_was_typed);
    tcase_add_loop_test(t, playing_and_deleting_at_once, 0, 2);
    tcase_add_test(t, a_name_is_one_sessions_while_something_is_done_with_it);
    tcase_add_test(t, who_has_just_left_is_deleted_when_it_is_saved);
    tcase_add_test(t, a_number_that_is_none_deletes_nothing);
    tcase_add_test(t, a_new_character_is_never_an_old_body);
    tcase_add_test(t, a_body_is_taken_up_by_its_own_account_only);
    tcase_add_test(t, an_account_that_was_made_again_is_another);
    tcase_add_test(t, a_file_that_was_lost_is_made_again);
    tcase_add_test(t, what_cannot_be_known_is_not_taken_for_erased);
    tcase_add_test(t, two_that_look_alike_are_not_made_at_once);
    tcase_add_test(t, rights_that_were_taken_end_while_the_owner_is_inside);
    tcase_add_loop_test(t, rights_are_those_of_now_when_somebody_comes_back, 0, 2);
    tcase_add_test(t, rights_end_with_the_account);
    tcase_add_test(t, a_permission_that_does_not_exist_is_told_once);
    tcase_add_test(t, a_start_looks_at_rights);
    tcase_add_test(t, a_change_asks_for_the_old_password);
    tcase_add_test(t, a_change_ends_the_others_and_tells_them);
    tcase_add_loop_test(t, who_is_let_in_meanwhile_has_to_say_the_new_one, 0, 2);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
