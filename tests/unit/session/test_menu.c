// The menu of an account: playing, making and deleting characters, and changing the password, also
// when files cannot be read and when another connection of the account does something at the same
// time.
#include "session_rig.h"

#include "session/sessions_priv.h"
#include "store/account.h"
#include "store/character.h"
#include "store/savefile.h"

#define CHOICES "N) New character\nP) Change your password\nQ) Quit\nChoice: "
#define CHOICES_WITH(list)                                                                         \
    list "N) New character\nD) Delete a character\nP) Change your password\nQ) Quit\nChoice: "

static void begin(void)
{
    rig_begin(NULL);
}

static void begin_few(void)
{
    static const char *const settings[] = {"account.characters=1",
                                           "login.attempts_per_connection=3", NULL};
    rig_begin(settings);
}

// A player who has quit to the menu.
static struct peer *at_menu(const char *account)
{
    struct peer *p = rig_play(account, account);
    rig_type(p, "quit", "Choice: ");
    return p;
}

// With blanks for line breaks, as long lines are broken to fit the window.
static char *unbroken(const char *text)
{
    char *copy = mem_strdup(text);
    for (char *c = copy; (c = strchr(c, '\n'));)
        *c = ' ';
    return copy;
}

static void saw_only(const struct peer *p, const char *expected)
{
    char *seen = unbroken(buf_str(&p->seen)), *wanted = unbroken(expected);
    ck_assert_str_eq(seen, wanted);
    free(seen);
    free(wanted);
}

// What is answered to the line, whole.
static void answers(struct peer *p, const char *line, const char *expected)
{
    rig_type(p, line, "");
    saw_only(p, expected);
}

static void run(const char *command)
{
    ck_assert_msg(system(command) == 0, "%s", command);
}

static bool is_there(const char *path)
{
    return access(path, F_OK) == 0;
}

// Choosing --------------------------------------------------------------------------------------

START_TEST(the_menu_lists_what_there_is_and_says_what_it_does_not_understand)
{
    static const char what[] = "Please type one of the numbers or letters above.\nChoice: ";
    struct peer *p = rig_make_account("anna");
    saw_only(p, "Your account is made. Now you need a character.\n" CHOICES);
    static const char *const wrong[] = {"d", "1", "0", "nn", "1n"};
    for (size_t i = 0; i < 5; i++)
        answers(p, wrong[i], what);
    answers(p, " ", "Choice: ");
    answers(p, " N ", "A name for your character: ");
    answers(p, "", CHOICES);
    answers(p, "n", "A name for your character: ");
    rig_type(p, "anna", "You see exits");
    rig_type(p, "quit", CHOICES_WITH("1) Anna\n"));
    answers(p, "2", what);
    rig_type(p, "QUIT", "Until next time.");
    ck_assert(p->closed);
}

START_TEST(who_plays_one_does_not_see_the_menu)
{
    struct peer *p = at_menu("anna");
    rig_type(p, "1", "You see exits");
    ck_assert(!rig_saw(p, "Choice: ") && !rig_saw(p, "1) Anna"));
    ck_assert(rig_logged("play address=192.0.2.7 account=anna character=Anna"));
}

START_TEST(a_damaged_character_is_not_played_and_the_log_says_why)
{
    struct peer *p = at_menu("anna");
    run("echo '{\"name\": oops}' >data/characters/anna.json");
    answers(
        p, "1",
        "This character cannot be read just now. Please tell the people who run this server.\n" CHOICES_WITH(
            "1) Anna\n"));
    ck_assert(rig_logged("damaged file=data/characters/anna.json line=1 why="));
    ck_assert(rig_logged("character_unreadable character=Anna"));
}

START_TEST(what_was_typed_ahead_is_done_in_a_body_that_is_there_already)
{
    rig_gone(rig_play("anna", "anna"));
    rig_settle();
    struct peer *p = rig_log_in("anna");
    rig_send(p, "1");
    rig_type(p, "say I am back", "You say: I am back");
}

START_TEST(what_is_saved_while_it_is_read_is_what_is_played)
{
    struct peer *p = rig_play("anna", "anna");
    struct doc_problems problems = DOC_PROBLEMS_INIT;
    struct doc *with_lamp;
    rig_type(p, "get lamp", "lamp");
    rig_type(p, "quit", "Choice: ");
    ck_assert_int_eq(character_load("data", "anna", &with_lamp, &problems), SAVEFILE_OK);
    rig_type(p, "1", "You see exits");
    rig_type(p, "drop lamp", "lamp");
    rig_type(p, "quit", "Choice: ");
    buf_clear(&p->seen);
    rig_send(p, "1");
    saver_save(rig.sessions, "Anna", "anna", with_lamp);
    rig_settle();
    ck_assert_msg(rig_saw(p, "You see exits"), "%s", buf_str(&p->seen));
    rig_type(p, "inventory", "lamp");
    doc_problems_fini(&problems);
}

// Making ----------------------------------------------------------------------------------------

START_TEST(an_account_has_so_many_characters)
{
    struct peer *p = rig_make_account("anna"), *q = rig_log_in("anna");
    rig_type(q, "n", "A name for your character: ");
    rig_type(p, "n", "A name for your character: ");
    rig_type(p, "anna", "You see exits");
    // It was asked before there was one.
    answers(q, "bella",
            "The character could not be made just now. Please try again later.\n" CHOICES_WITH(
                "1) Anna\n"));
    ck_assert(
        rig_logged("character_made address=192.0.2.7 account=anna character=Bella outcome=failed"));
    ck_assert(!is_there("data/characters/bella.json"));
    rig_type(p, "quit", "Choice: ");
    answers(p, "n", "You have 1 characters, and that is the most.\nChoice: ");
}

START_TEST(a_name_that_is_taken_is_told_and_logged)
{
    struct peer *p = at_menu("anna"), *q = rig_make_account("bertha");
    rig_type(q, "n", "character: ");
    answers(q, "anna",
            "That name is taken, or one that looks like it. Please choose another.\n" CHOICES);
    ck_assert(
        rig_logged("character_made address=192.0.2.7 account=bertha character=Anna outcome=taken"));
    ck_assert(
        rig_logged("character_made address=192.0.2.7 account=anna character=Anna outcome=made"));
    rig_type(p, "1", "You see exits");
}

START_TEST(a_bad_name_is_explained_and_asked_for_again)
{
    struct peer *p = rig_make_account("anna");
    rig_type(p, "n", "character: ");
    static const char *const asks[] = {"?", "HELP", "x", "Ann2"};
    for (size_t i = 0; i < 4; i++) {
        rig_type(p, asks[i], "back to the menu.\nA name for your character: ");
        ck_assert(rig_saw(p, "letters"));
    }
    ck_assert(!is_there("data/characters/help.json"));
    rig_type(p, " anna ", "You see exits");
}

// Deleting --------------------------------------------------------------------------------------

START_TEST(nothing_is_deleted_by_a_slip)
{
    struct peer *p = at_menu("anna");
    rig_type(p, "d", "The number of the character to delete: ");
    answers(
        p, "2",
        "There is no character of that number. Nothing was deleted.\n" CHOICES_WITH("1) Anna\n"));
    rig_type(p, "d", "delete: ");
    answers(p, "", CHOICES_WITH("1) Anna\n"));
    rig_type(p, "D", "delete: ");
    answers(
        p, "1",
        "Anna and everything it carries will be gone for good.\nType the name again to delete it: ");
    answers(p, "ann", "That is not its name. Nothing was deleted.\n" CHOICES_WITH("1) Anna\n"));
    ck_assert(is_there("data/characters/anna.json"));
    rig_type(p, "d", "delete: ");
    rig_type(p, "1", "delete it: ");
    answers(p, "anna", "The character is gone.\n" CHOICES);
}

static void type_deletion(struct peer *p)
{
    rig_type(p, "d", "delete: ");
    rig_type(p, "1", "delete it: ");
    rig_type(p, "anna", "Choice: ");
}

START_TEST(a_damaged_or_lost_character_can_be_deleted)
{
    struct peer *p = at_menu("anna");
    run(_i ? "rm data/characters/anna.json" : "echo oops >data/characters/anna.json");
    type_deletion(p);
    saw_only(p, "The character is gone.\n" CHOICES);
    ck_assert(!is_there("data/characters/anna.json"));
    ck_assert(rig_logged(
        "character_deleted address=192.0.2.7 account=anna character=Anna outcome=deleted"));
    rig_type(p, "n", "character: ");
    rig_type(p, "anna", "You see exits");
}

START_TEST(a_character_whose_file_cannot_be_read_stays)
{
    struct peer *p = at_menu("anna");
    run("rm data/characters/anna.json && mkdir data/characters/anna.json");
    type_deletion(p);
    saw_only(p, "The character could not be deleted just now.\n" CHOICES_WITH("1) Anna\n"));
    ck_assert(rig_logged(
        "character_deleted address=192.0.2.7 account=anna character=Anna outcome=failed"));
}

// Should the server be killed before the file is erased, it must be nobody's.
START_TEST(a_file_says_whose_it_is_before_the_account_forgets_it)
{
    struct peer *p = at_menu("anna");
    run("echo '{\"name\": \"Anna\"}' >data/characters/anna.json"); // as earlier programs wrote it
    run("rm data/accounts/anna.json"); // so that it ends between the two
    type_deletion(p);
    run("grep -q '\"account\": \"anna\"' data/characters/anna.json");
}

// Changing the password -------------------------------------------------------------------------

START_TEST(who_has_played_can_change_the_password)
{
    struct peer *p = at_menu("anna");
    answers(p, "p", "Your password as it is now: ");
    answers(p, rig_password, "A new password: ");
    answers(p, "quite-another-one", "The same again: ");
    answers(
        p, "quite-another-one",
        "Your password is changed. Other connections of your account have ended.\n" CHOICES_WITH(
            "1) Anna\n"));
}

START_TEST(a_slip_leaves_the_password_as_it_was)
{
    struct peer *p = rig_make_account("anna");
    rig_type(p, "p", "now: ");
    rig_type(p, rig_password, "A new password: ");
    answers(
        p, "short",
        "That password is too short. A password has at least 8 characters and at most 128 bytes. "
        "A few words that do not belong together are good. Just the Enter key leaves it as it "
        "was.\nA new password: ");
    ck_assert(p->echo_off);
    rig_type(p, "quite-another-one", "The same again: ");
    ck_assert(p->echo_off);
    answers(p, "quite-another-two",
            "The two were not the same. Your password stays as it was.\nChoice: ");
    ck_assert(!p->echo_off);
    rig_type(p, "p", "now: ");
    rig_type(p, rig_password, "A new password: ");
    answers(p, "", "Your password stays as it was.\nChoice: ");
    rig_type(p, "p", "now: ");
    answers(p, "", "Choice: ");
    rig_gone(p);
    rig_log_in("anna");
}

START_TEST(the_old_password_may_be_wrong_so_many_times)
{
    struct peer *p = at_menu("anna");
    for (int i = 0; i < 2; i++) {
        rig_type(p, "p", "now: ");
        answers(p, "not-the-password",
                "That is not right. Your password stays as it was.\nChoice: ");
    }
    rig_type(p, "p", "now: ");
    rig_type(p, "not-the-password", "That is not right. Please connect again to try once more.");
    ck_assert(p->closed);
    ck_assert_int_eq(rig_logged_times("password_changed .*account=anna outcome=refused"), 3);
    ck_assert(rig_logged("dropped address=192.0.2.7 why=attempts account=anna"));
}

START_TEST(guesses_at_the_old_password_have_to_wait)
{
    struct peer *p = at_menu("anna"), *q = rig_log_in("anna");
    rig_type(p, "d", "delete: ");
    rig_type(p, "1", "delete it: ");
    rig_type(p, "no", "Nothing was deleted.");
    for (int i = 0; i < 4; i++) {
        rig_type(p, "p", "now: ");
        rig_type(p, "not-the-password", "That is not right.");
    }
    for (int i = 0; i < 2; i++) {
        rig_type(q, "p", "now: ");
        buf_clear(&q->seen);
        rig_send(q, "not-the-password");
        for (int k = 0; k < 9 && !rig_saw(q, "That is not right."); k++)
            rig_pass(1000);
        ck_assert(rig_saw(q, "That is not right."));
    }
    rig_type(p, "p", "now: ");
    answers(p, rig_password, "");
    // Nor does it go on because a character is free again that was chosen before.
    rig_type(q, "1", "You see exits");
    rig_type(q, "quit", "Choice: ");
    saw_only(p, "");
    for (int k = 0; k < 9 && !rig_saw(p, "A new password: "); k++)
        rig_pass(1000);
    saw_only(p, "A new password: ");
}

START_TEST(a_change_shows_the_characters_of_now)
{
    struct peer *p = rig_make_account("anna"), *q = rig_log_in("anna");
    rig_type(p, "p", "now: ");
    rig_type(p, rig_password, "A new password: ");
    rig_type(p, "quite-another-one", "The same again: ");
    rig_type(q, "n", "character: ");
    rig_type(q, "bella", "You see exits");
    rig_type(p, "quite-another-one", "Your password is changed.");
    ck_assert(rig_saw(p, "1) Bella\n"));
}

START_TEST(a_change_that_fails_ends_nobody)
{
    struct peer *p = rig_make_account("anna"), *q = rig_log_in("anna");
    rig_type(p, "p", "now: ");
    rig_type(p, rig_password, "A new password: ");
    rig_type(p, "quite-another-one", "The same again: ");
    run("echo oops >data/accounts/anna.json");
    answers(p, "quite-another-one",
            "Your password could not be changed just now. It stays as it was.\n" CHOICES);
    ck_assert(!q->closed);
    ck_assert(rig_logged("password_changed address=192.0.2.7 account=anna outcome=failed"));
    ck_assert_int_eq(rig_logged_times("damaged file=data/accounts/anna.json"), 1);
    rig_type(p, "p", "now: ");
    rig_type(p, rig_password, "That is not right.");
    ck_assert_int_eq(rig_logged_times("damaged file=data/accounts/anna.json"), 2);
}

// Its job is done after that of the change, which has ended the connection.
START_TEST(who_was_sent_away_does_not_come_in_by_what_was_under_way)
{
    struct peer *mine = at_menu("anna"), *other = rig_log_in("anna");
    rig_type(mine, "p", "now: ");
    rig_type(mine, rig_password, "A new password: ");
    rig_type(mine, "quite-another-one", "The same again: ");
    buf_clear(&other->seen);
    rig_send(mine, "quite-another-one");
    rig_send(other, "1");
    rig_settle();
    ck_assert(other->closed && !rig_saw(other, "You see exits"));
    ck_assert_uint_eq(dispatch_players(rig.dispatch), 0);
    rig_type(mine, "1", "You see exits"); // and its name is free
}

START_TEST(a_change_does_not_refuse_those_of_other_accounts)
{
    rig_gone(rig_make_account("bertha"));
    struct peer *mine = rig_make_account("anna"), *other = rig_connect();
    rig_type(mine, "p", "now: ");
    rig_type(mine, rig_password, "A new password: ");
    rig_type(mine, "quite-another-one", "The same again: ");
    rig_type(other, "bertha", "Password: ");
    buf_clear(&other->seen);
    rig_send(mine, "quite-another-one");
    rig_send(other, rig_password);
    rig_settle();
    rig_settle();
    saw_only(other, CHOICES);
}

int main(void)
{
    Suite *s = suite_create("menu");
    TCase *t = tcase_create("usual"), *few = tcase_create("few");
    tcase_add_checked_fixture(t, begin, rig_end);
    tcase_add_test(t, the_menu_lists_what_there_is_and_says_what_it_does_not_understand);
    tcase_add_test(t, who_plays_one_does_not_see_the_menu);
    tcase_add_test(t, a_damaged_character_is_not_played_and_the_log_says_why);
    tcase_add_test(t, what_was_typed_ahead_is_done_in_a_body_that_is_there_already);
    tcase_add_test(t, what_is_saved_while_it_is_read_is_what_is_played);
    tcase_add_test(t, a_name_that_is_taken_is_told_and_logged);
    tcase_add_test(t, a_bad_name_is_explained_and_asked_for_again);
    tcase_add_test(t, nothing_is_deleted_by_a_slip);
    tcase_add_loop_test(t, a_damaged_or_lost_character_can_be_deleted, 0, 2);
    tcase_add_test(t, a_character_whose_file_cannot_be_read_stays);
    tcase_add_test(t, a_file_says_whose_it_is_before_the_account_forgets_it);
    tcase_add_test(t, who_has_played_can_change_the_password);
    tcase_add_test(t, a_slip_leaves_the_password_as_it_was);
    tcase_add_test(t, guesses_at_the_old_password_have_to_wait);
    tcase_add_test(t, a_change_shows_the_characters_of_now);
    tcase_add_test(t, a_change_that_fails_ends_nobody);
    tcase_add_test(t, who_was_sent_away_does_not_come_in_by_what_was_under_way);
    tcase_add_test(t, a_change_does_not_refuse_those_of_other_accounts);
    suite_add_tcase(s, t);
    tcase_add_checked_fixture(few, begin_few, rig_end);
    tcase_add_test(few, an_account_has_so_many_characters);
    tcase_add_test(few, the_old_password_may_be_wrong_so_many_times);
    suite_add_tcase(s, few);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
