// The way in, as somebody sees it who comes for the first time, has a slow hand, or wants in
// elsewhere.
#include "session_rig.h"

#include "store/account.h"
#include "store/name_rules.h"
#include "store/savefile.h"

static void begin(void)
{
    rig_begin(NULL);
}

static void begin_alone(void)
{
    static const char *const settings[] = {"account.connections=1", NULL};
    rig_begin(settings);
}

static void begin_closed(void)
{
    static const char *const settings[] = {"account.create=no", NULL};
    rig_begin(settings);
}

static void begin_brief(void)
{
    static const char *const settings[] = {"login.grace=20s",
                                           "login.total=60s",
                                           "session.menu_idle=30s",
                                           "account.connections=3",
                                           "account.new_per_address=2",
                                           "limits.players=1",
                                           NULL};
    rig_begin(settings);
}

static struct peer *log_in_from(const char *address, const char *name)
{
    struct peer *p = rig_connect_from(address);
    rig_type(p, name, "Password: ");
    rig_type(p, rig_password, "Choice: ");
    return p;
}

// Until it is the answer's turn, at most so many seconds.
static void wait_for(struct peer *p, const char *expected, int seconds)
{
    for (int i = 0; i < seconds && !rig_saw(p, expected); i++)
        rig_pass(1000);
    ck_assert_msg(rig_saw(p, expected), "%s", buf_str(&p->seen));
}

static void guess(struct peer *p, const char *name)
{
    rig_type(p, name, "Password: ");
    buf_clear(&p->seen);
    rig_send(p, "no-such-password");
    rig_settle();
    wait_for(p, "That is not right.", 9);
}

// Guesses ---------------------------------------------------------------------------------------

START_TEST(the_owner_gets_in_whatever_strangers_guess)
{
    rig_gone(rig_make_account("anna"));
    for (int i = 0; i < 5; i++) {
        char address[32];
        snprintf(address, sizeof(address), "198.51.100.%d", i);
        struct peer *p = rig_connect_from(address);
        for (int k = 0; k < 4; k++)
            guess(p, "anna");
        rig_gone(p);
    }
    // From anywhere after a short while.
    struct peer *p = rig_connect_from("203.0.113.5");
    rig_type(p, "anna", "Password: ");
    rig_type(p, rig_password, "There were wrong passwords lately, so this takes up to 8 seconds.");
    ck_assert(!rig_saw(p, "Password:"));
    rig_type(p, "q", ""); // typed ahead: it finds the menu
    wait_for(p, "Until next time.", 9);
    ck_assert(rig_logged("login_delayed address=203.0.113.5 ms=8000"));
    ck_assert(rig_logged("login address=203.0.113.5 account=anna"));
    // Where it was logged in from before, at once.
    p = rig_connect_from("203.0.113.5");
    rig_type(p, "anna", "Password: ");
    rig_type(p, rig_password, "Choice: ");
}

START_TEST(a_name_that_is_no_account_waits_alike)
{
    rig_gone(rig_make_account("anna"));
    static const char *const names[] = {"anna", "nobody"};
    char *said[2];
    for (int k = 0; k < 2; k++) {
        for (int i = 0; i < 7; i++) {
            char address[32];
            snprintf(address, sizeof(address), "198.51.%d.%d", 100 + k, i);
            struct peer *p = rig_connect_from(address);
            guess(p, names[k]);
            if (i == 6)
                said[k] = buf_take(&p->seen);
            rig_gone(p);
        }
    }
    ck_assert_str_eq(said[0], said[1]);
    ck_assert_ptr_nonnull(strstr(said[0], "There were wrong passwords lately"));
    ck_assert_ptr_nonnull(strstr(said[0], "If you have no account yet, type NEW to make one."));
    free(said[0]);
    free(said[1]);
    ck_assert(rig_logged("login_failed address=198.51.101.0 account=unknown$"));
}

START_TEST(accounts_that_cannot_be_read_are_no_wrong_guess)
{
    rig_gone(rig_make_account("anna"));
    sessions_drop_orphans(rig.shared);
    ck_assert_int_eq(rename("data/accounts", "data/lost"), 0);
    struct peer *p = rig_connect();
    for (int i = 0; i < 12; i++) {
        rig_type(p, "anna", "Password: ");
        rig_type(p, rig_password, "Your account cannot be read just now. Please tell");
    }
    ck_assert(!p->closed);
    ck_assert(rig_logged("account_unreadable address=192.0.2.7 account=anna"));
    ck_assert_int_eq(rename("data/lost", "data/accounts"), 0);
    rig_type(p, "anna", "Password: ");
    rig_type(p, rig_password, "Choice: ");
}

START_TEST(a_forged_hash_lets_nobody_in_and_costs_nothing)
{
    struct account *a = account_new(
        "anna",
        "$argon2id$v=19$m=1048576,t=100,p=1$c2FsdHNhbHRzYWx0c2FsdA$aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
    ck_assert_int_eq(account_create("data", a), SAVEFILE_OK);
    account_free(a);
    struct peer *p = rig_connect();
    rig_type(p, "anna", "Password: ");
    rig_type(p, rig_password, "That is not right.");
    ck_assert(rig_logged("hash_too_costly account=anna"));
}

// Making an account -----------------------------------------------------------------------------

START_TEST(a_name_is_asked_for_before_its_password)
{
    rig_gone(rig_make_account("anna"));
    struct peer *p = rig_connect();
    rig_type(p, " new ", "A name for your account: ");
    rig_type(p, "anna", "That name is taken, or one that looks like it.");
    ck_assert(!rig_saw(p, "A password for it"));
    rig_type(p, "An-na", "That name is taken, or one that looks like it.");
    rig_type(p, "ab", "too short. An account's name has 3 to 32 letters.");
    rig_type(p, "Zo\xc3\xab", "letters from a to z, digits, - and _");
    rig_type(p, "nul", "kept for those who run this server");
    rig_type(p, "?", "An account's name has 3 to 32 letters: letters from a to z");
    rig_type(p, "  bertha ", "A password for it: ");
    rig_type(p, "", "A name for your account: ");
    rig_type(p, "bertha", "A password for it: ");
    rig_type(p, "bertha12", "must not be the name of the account");
    rig_type(p, "12345678", "one of the passwords that everybody tries first");
    rig_type(p, "abababab", "one short piece over and over");
    rig_type(p, "asdfghjk", "a run along the keyboard");
    rig_type(p, "short", "at least 8 characters");
    rig_type(p, rig_password, "The same again: ");
    rig_type(p, rig_password, "Your account is made.");
    ck_assert(rig_logged("account_made address=192.0.2.7 account=bertha outcome=made"));
}

START_TEST(new_accounts_may_be_switched_off)
{
    struct peer *p = rig_connect();
    rig_type(p, "new", "New accounts are not being made at the moment.\nAccount name, or NEW: ");
}

static struct peer *typed_twice(const char *name)
{
    struct peer *p = rig_connect();
    rig_type(p, "new", "A name for your account: ");
    rig_type(p, name, "A password for it: ");
    rig_type(p, rig_password, "The same again: ");
    return p;
}

START_TEST(of_two_who_make_the_same_account_one_does)
{
    struct peer *p = typed_twice("anna"), *q = typed_twice("anna");
    rig_type(p, rig_password, "Your account is made.");
    rig_type(q, rig_password,
             "That name is taken, or one that looks like it. Please choose another.\n"
             "Account name, or NEW: ");
    ck_assert(rig_logged("account_made address=192.0.2.7 account=anna outcome=taken"));
    rig_type(q, "anna", "Password: ");
    rig_type(q, rig_password, "Choice: "); // they happen to know it
}

START_TEST(accounts_that_cannot_be_made_are_told_of)
{
    struct peer *late = typed_twice("anna"), *p = rig_connect();
    ck_assert_int_eq(system("mkdir -p data && rm -rf data/accounts && touch data/accounts"), 0);
    rig_type(late, rig_password,
             "Your account could not be made just now. Please try again later.\n"
             "Account name, or NEW: ");
    ck_assert(rig_logged("account_made address=192.0.2.7 account=anna outcome=failed"));
    rig_type(p, "new", "A name for your account: ");
    rig_type(p, "bertha",
             "Accounts cannot be made just now. Please try again later.\nAccount name, or NEW: ");
    ck_assert(rig_logged("accounts_unreadable why=\"Not a directory\""));
}

START_TEST(making_an_account_goes_back_step_by_step)
{
    struct peer *p = rig_connect();
    rig_type(p, "NEW", "A name for your account: ");
    rig_type(p, " ", "Account name, or NEW: ");
    rig_type(p, "new", "A name for your account: ");
    static const char *const refused[] = {"help", "new", "quit", "ab"};
    for (size_t i = 0; i < 4; i++)
        rig_type(p, refused[i], "goes back.\nA name for your account: ");
    rig_type(p, "bertha", "A password for it: ");
    ck_assert(p->echo_off);
    rig_type(p, "short", "back to the name.\nA password for it: ");
    ck_assert(p->echo_off);
    rig_type(p, rig_password, "The same again: ");
    rig_type(p, "quite-another-one", "The two were not the same.\nA password for it: ");
    rig_type(p, "", "A name for your account: ");
    ck_assert(!p->echo_off);
    rig_type(p, "", "Account name, or NEW: ");
}

START_TEST(a_hash_is_made_anew_when_hashing_is_to_cost_more)
{
    rig_gone(rig_make_account("anna"));
    ck_assert_int_eq(system("grep -q 't=1,' data/accounts/anna.json"), 0);
    rig_set("password.passes=2");
    struct peer *p = rig_log_in("anna");
    ck_assert_int_eq(system("grep -q 't=2,' data/accounts/anna.json"), 0);
    rig_type(p, "n", "character: ");
    rig_type(p, "anna", "You see exits");
    rig_log_in("anna");
}

START_TEST(what_is_too_long_for_a_name_is_asked_for_a_password_all_the_same)
{
    char name[200];
    memset(name, 'a', sizeof(name) - 1);
    name[sizeof(name) - 1] = '\0';
    struct peer *p = rig_connect();
    rig_type(p, name, "Password: ");
    rig_type(p, rig_password, "That is not right.");
    name[NAME_SIZE] = '\0';
    rig_type(p, name, "Password: ");
    rig_type(p, rig_password, "That is not right.");
    rig_type(p, "", "Account name, or NEW: ");
    rig_gone(rig_make_account("anna"));
    guess(p, "anna");
    ck_assert(rig_logged("login_failed address=192.0.2.7 account=anna$"));
}

static void write_text(const char *name, const char *text)
{
    char *path = mem_printf("text/%s", name);
    FILE *f = fopen(path, "w");
    ck_assert_ptr_nonnull(f);
    fputs(text, f);
    fclose(f);
    free(path);
}

START_TEST(the_texts_are_those_of_the_files)
{
    write_text("greeting.txt", "Good \033[31mmorning\a.\n");
    write_text("welcome.txt", "Look around.\n");
    write_text("reserved-names.txt", "wizard\n");
    write_text("common-passwords.txt", "xylophone\n");
    sessions_free_all(rig.shared);
    rig_make_hub();
    struct peer *p = rig_connect();
    ck_assert_msg(!strchr(buf_str(&p->seen), '\033') && !strchr(buf_str(&p->seen), '\a'), "%s",
                  buf_str(&p->seen));
    ck_assert(rig_saw(p, "morning") && !rig_saw(p, "Welcome."));
    rig_type(p, "new", "account: ");
    rig_type(p, "wizard", "kept for those who run this server");
    rig_type(p, "anna", "for it: ");
    rig_type(p, "xylophone", "one of the passwords that everybody tries first");
    rig_type(p, rig_password, "again: ");
    rig_type(p, rig_password, "Choice: ");
    rig_type(p, "n", "character: ");
    rig_type(p, "Wizard", "kept for those who run this server");
    rig_type(p, "Anna", "Look around.");
}

START_TEST(a_list_of_names_with_a_mistake_is_not_used_and_told)
{
    write_text("reserved-names.txt", "wizard\nnot a name\n");
    sessions_free_all(rig.shared);
    rig_make_hub();
    ck_assert(rig_logged("text_file file=text/reserved-names.txt line=2 why="));
    struct peer *p = rig_connect();
    rig_type(p, "new", "account: ");
    rig_type(p, "wizard", "for it: ");
}

START_TEST(help_and_quit_at_the_first_question)
{
    struct peer *p = rig_connect();
    rig_type(p, "?", "If you have none yet, type NEW");
    rig_type(p, "help", "If you have none yet, type NEW");
    rig_type(p, "quit", "Until next time.");
    ck_assert(p->closed);
}

START_TEST(asking_whether_names_are_free_gets_slow)
{
    rig_gone(rig_make_account("anna"));
    struct peer *p = rig_connect_from("198.51.100.1");
    rig_type(p, "new", "account: ");
    for (int i = 0; i < 10; i++)
        rig_type(p, "anna", "That name is taken");
    buf_clear(&p->seen);
    rig_send(p, "anna");
    rig_settle();
    ck_assert(!rig_saw(p, "taken"));
    wait_for(p, "That name is taken", 3);
}

START_TEST(an_address_makes_so_many_accounts)
{
    rig_gone(rig_make_account("anna"));
    struct peer *late = rig_connect();
    rig_type(late, "new", "account: ");
    rig_type(late, "clara", "for it: ");
    rig_type(late, rig_password, "again: ");
    rig_gone(rig_make_account("bertha"));
    struct peer *p = rig_connect();
    rig_type(p, "new", "Too many accounts were made lately");
    ck_assert_msg(rig_saw(p, "30m"), "%s", buf_str(&p->seen));
    rig_type(p, "anna", "Password: ");
    rig_type(late, rig_password, "Too many accounts were made lately"); // it had asked before
    ck_assert_int_ne(access("data/accounts/clara.json", F_OK), 0);
    struct peer *other = rig_connect_from("198.51.100.1");
    rig_type(other, "new", "A name for your account: ");
    ck_assert(rig_logged("account_refused address=192.0.2.7"));
}

// Time ------------------------------------------------------------------------------------------

START_TEST(each_answer_begins_the_time_for_the_next)
{
    struct peer *p = rig_connect();
    rig_pass(15000);
    rig_type(p, "new", "account: ");
    rig_pass(15000);
    rig_type(p, "anna", "for it: ");
    rig_pass(15000);
    rig_type(p, rig_password, "again: ");
    rig_pass(10000);
    ck_assert(!p->closed);
    rig_type(p, rig_password, "Choice: ");
    rig_pass(29000);
    ck_assert(!p->closed);
    rig_pass(1000);
    ck_assert(p->closed);
    ck_assert(rig_saw(p, "at the menu for too long"));
}

START_TEST(there_is_an_end_to_it_all_the_same)
{
    struct peer *p = rig_connect();
    rig_type(p, "new", "account: ");
    for (int i = 0; i < 5; i++) {
        rig_pass(10000);
        rig_type(p, "x", "too short");
    }
    rig_pass(10000);
    ck_assert(p->closed);
    p = rig_connect();
    rig_pass(20000); // and who says nothing has one time only
    ck_assert(p->closed);
}

// In the world ----------------------------------------------------------------------------------

START_TEST(names_that_mean_something_are_refused)
{
    struct peer *p = rig_make_account("anna");
    rig_type(p, "n", "A name for your character: ");
    rig_type(p, "?", "2 to 15 letters");
    rig_type(p, "Ann2", "letters from a to z only");
    rig_type(p, "say", "That word is a command");
    rig_type(p, "quit", "That word is a command");
    rig_type(p, "north", "That word is a command");
    rig_type(p, "Hen", "what somebody who lives here is called");
    rig_type(p, "brown", "what somebody who lives here is called");
}

START_TEST(the_welcome_points_at_help)
{
    struct peer *p = rig_make_account("anna");
    rig_type(p, "n", "A name for your character: ");
    rig_type(p, "anna", "HELP NEWCOMERS");
    ck_assert(rig_saw(p, "You see exits"));
    ck_assert(!rig_saw(p, "A name for your character:")); // it is not asked again
    rig_type(p, "quit", "Choice: ");
    rig_type(p, "1", "You see exits");
    ck_assert(!rig_saw(p, "HELP NEWCOMERS"));
}

START_TEST(a_file_that_is_missing_is_named)
{
    static const char *const files[] = {"greeting.txt", "welcome.txt", "reserved-names.txt"};
    for (size_t i = 0; i < 3; i++) {
        char *pattern = mem_printf("text_file file=text/%s .*why=", files[i]);
        ck_assert_msg(rig_logged(pattern), "%s", files[i]);
        free(pattern);
    }
    ck_assert(!rig_logged("text_file file=text/common-passwords.txt"));
}

START_TEST(a_full_world_has_room_for_who_is_in_it)
{
    struct peer *p = rig_make_account("anna");
    rig_type(p, "n", "character: ");
    rig_type(p, "anna", "You see exits");
    struct peer *q = rig_make_account("bertha");
    rig_type(q, "n", "character: ");
    rig_type(q, "bertha", "The world is full just now.");
    ck_assert(rig_saw(q, "1) Bertha")); // it is made all the same
    rig_gone(p);
    rig_settle();
    p = log_in_from("192.0.2.7", "anna");
    rig_type(p, "1", "You see exits");
    rig_type(p, "quit", "Choice: ");
    rig_type(q, "1", "You see exits");
}

START_TEST(of_an_account_there_are_so_many_connections)
{
    struct peer *p[5];
    p[0] = rig_make_account("anna");
    rig_type(p[0], "n", "character: ");
    rig_type(p[0], "anna", "You see exits");
    for (int i = 1; i < 4; i++) {
        rig_pass(1000);
        p[i] = log_in_from("192.0.2.7", "anna");
    }
    ck_assert(!p[0]->closed && p[1]->closed && !p[2]->closed && !p[3]->closed);
    ck_assert(rig_saw(p[1], "open in too many places"));
}

START_TEST(who_plays_keeps_the_place)
{
    struct peer *p = rig_play("anna", "anna"), *q = rig_connect();
    rig_type(q, "anna", "Password: ");
    rig_type(q, rig_password,
             "Your account is open in too many places. Please leave one of them first.");
    ck_assert(!p->closed && q->closed);
    rig_type(p, "quit", "Choice: ");
    q = rig_connect(); // at the menu it makes room
    rig_type(q, "anna", "Password: ");
    rig_type(q, rig_password, "Choice: ");
    ck_assert(p->closed && !q->closed);
    ck_assert(rig_saw(p, "Your account is open in too many places; this one is closed."));
    rig_make_account("bertha"); // which does not count
    rig_make_account("carl");
    ck_assert(!q->closed);
}

START_TEST(a_window_may_have_any_width)
{
    struct style style = {40, 24, 0, true, false};
    struct peer *p = rig_connect();
    session_set_style(p->session, &style);
    ck_assert_uint_eq(session_style(p->session).width, 40);
    rig_type(p, "?", "An account is yours alone, and has your\ncharacters.");
    ck_assert_str_eq(session_peer(p->session), "192.0.2.7");
    ck_assert(!session_known(p->session) && !session_in_play(p->session));
}

START_TEST(a_greeting_is_said_once)
{
    struct peer *p = rig_connect();
    buf_clear(&p->seen);
    session_greet(p->session);
    rig_settle();
    ck_assert_str_eq(buf_str(&p->seen), "");
    struct peer *quick = &rig.peers[rig.count++]; // who types before being greeted is greeted first
    quick->session = session_new(rig.sessions, quick, "192.0.2.8", rig.now);
    rig_type(quick, "new", "Welcome.\n");
    ck_assert(rig_saw(quick, "A name for your account: "));
    struct peer *browser = &rig.peers[rig.count++];
    browser->session = session_new(rig.sessions, browser, "192.0.2.9", rig.now);
    rig_type(browser, "GET / HTTP/1.1", "");
    ck_assert(browser->closed);
    ck_assert_str_eq(buf_str(&browser->seen), "");
}

START_TEST(sessions_are_counted_wherever_they_stand_in_the_list)
{
    struct peer *p[4];
    for (int i = 0; i < 4; i++)
        p[i] = rig_connect();
    ck_assert_uint_eq(sessions_count(rig.sessions), 4);
    rig_gone(p[1]); // in the middle
    rig_gone(p[3]); // the first of the list
    rig_gone(p[0]); // the last
    ck_assert_uint_eq(sessions_count(rig.sessions), 1);
    rig_pass(1000);
    rig_type(p[2], "?", "An account is yours alone");
    rig_gone(p[2]);
    ck_assert(sessions_idle(rig.sessions));
    rig_connect();
    ck_assert_uint_eq(sessions_count(rig.sessions), 1);
}

static void add(Suite *s, const char *name, void (*setup)(void), const TTest *const *tests)
{
    TCase *t = tcase_create(name);
    tcase_add_checked_fixture(t, setup, rig_end);
    for (; *tests; tests++)
        tcase_add_test(t, *tests);
    suite_add_tcase(s, t);
}

int main(void)
{
    Suite *s = suite_create("login");
    add(s, "usual", begin,
        (const TTest *const[]){the_owner_gets_in_whatever_strangers_guess,
                               a_name_that_is_no_account_waits_alike,
                               accounts_that_cannot_be_read_are_no_wrong_guess,
                               a_forged_hash_lets_nobody_in_and_costs_nothing,
                               a_name_is_asked_for_before_its_password,
                               help_and_quit_at_the_first_question,
                               asking_whether_names_are_free_gets_slow,
                               names_that_mean_something_are_refused,
                               the_welcome_points_at_help,
                               a_file_that_is_missing_is_named,
                               of_two_who_make_the_same_account_one_does,
                               accounts_that_cannot_be_made_are_told_of,
                               making_an_account_goes_back_step_by_step,
                               a_hash_is_made_anew_when_hashing_is_to_cost_more,
                               what_is_too_long_for_a_name_is_asked_for_a_password_all_the_same,
                               the_texts_are_those_of_the_files,
                               a_window_may_have_any_width,
                               a_greeting_is_said_once,
                               sessions_are_counted_wherever_they_stand_in_the_list,
                               a_list_of_names_with_a_mistake_is_not_used_and_told,
                               NULL});
    add(s, "alone", begin_alone, (const TTest *const[]){who_plays_keeps_the_place, NULL});
    add(s, "closed", begin_closed, (const TTest *const[]){new_accounts_may_be_switched_off, NULL});
    add(s, "brief", begin_brief,
        (const TTest *const[]){
            an_address_makes_so_many_accounts, each_answer_begins_the_time_for_the_next,
            there_is_an_end_to_it_all_the_same, a_full_world_has_room_for_who_is_in_it,
            of_an_account_there_are_so_many_connections, NULL});
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
