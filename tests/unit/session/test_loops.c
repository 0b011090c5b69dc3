// Sessions of several loops, which one thread acts for by turns: where they go, and what they know
// of each other.
#include "session_rig.h"

#include "session/names_in_use.h"
#include "session/sessions_priv.h"

enum { LOOPS = 3 };

#pragma GCC diagnostic ignored "-Wmissing-prototypes"

static void (*before_a_claim)(void); // called once

bool __real_names_in_use_claim(struct names_in_use *n, const char *name);
bool __wrap_names_in_use_claim(struct names_in_use *n, const char *name)
{
    void (*before)(void) = before_a_claim;
    unsigned here = loopguard_loop();
    before_a_claim = NULL;
    if (before)
        before();
    loopguard_act_for(here);
    return __real_names_in_use_claim(n, name);
}

static void begin(void)
{
    rig_loops = LOOPS;
    before_a_claim = NULL;
    rig_begin((const char *const[]){"account.connections=2", "session.linkdead=60s", NULL});
}

// A name whose account belongs to that loop, another for each `which`.
static const char *name_of(unsigned loop, unsigned which)
{
    static const char *const names[] = {"anna",  "bertold", "clara",  "dorian", "emil",  "frieda",
                                        "hanna", "ida",     "jakob",  "klara",  "magda", "norbert",
                                        "olga",  "paula",   "rudolf", "selma",  "thea",  "ulrich"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (dispatch_home(rig.dispatch, names[i]) == loop && !which--)
            return names[i];
    ck_abort_msg("too few names");
    return NULL;
}

static size_t sessions_of(unsigned loop)
{
    loopguard_act_for(loop);
    size_t n = sessions_count(rig.lists[loop]);
    loopguard_act_for(0);
    return n;
}

static size_t players_of(unsigned loop)
{
    loopguard_act_for(loop);
    size_t n = dispatch_players(rig.dispatch);
    loopguard_act_for(0);
    return n;
}

START_TEST(a_session_goes_to_the_loop_of_its_account)
{
    const char *name = name_of((unsigned)_i, 0);
    struct peer *p = rig_make_account(name);
    ck_assert_uint_eq(p->loop, (unsigned)_i);
    ck_assert(rig_saw(p, "Now you need a character."));
    struct peer *again = rig_connect();
    ck_assert_uint_eq(again->loop, 0);
    rig_type(again, name, "Password: ");
    ck_assert_uint_eq(again->loop, (unsigned)_i);
    ck_assert(again->echo_off);
    rig_type(again, rig_password, "N) New character");
    ck_assert_uint_eq(sessions_of((unsigned)_i), 2);
    rig_type(again, "q", "Until next time.");
    ck_assert_uint_eq(sessions_of((unsigned)_i), 1);
}
END_TEST

START_TEST(another_name_leads_to_another_loop)
{
    struct peer *p = rig_connect();
    rig_type(p, name_of(1, 0), "Password: ");
    rig_type(p, "no-such-password", "Account name");
    rig_type(p, name_of(2, 0), "Password: ");
    ck_assert_uint_eq(p->loop, 2);
    ck_assert_uint_eq(sessions_of(0) + sessions_of(1), 0);
    ck_assert_uint_eq(sessions_of(2), 1);
}
END_TEST

START_TEST(lines_typed_ahead_are_taken_where_it_goes)
{
    rig_gone(rig_make_account(name_of(1, 0)));
    struct peer *p = rig_connect();
    rig_send(p, name_of(1, 0));
    rig_send(p, rig_password);
    rig_send(p, "n");
    rig_type(p, name_of(1, 0), "You see exits");
    ck_assert_uint_eq(players_of(1), 1);
}
END_TEST

START_TEST(players_of_different_loops_hear_each_other)
{
    struct peer *a = rig_play(name_of(1, 0), name_of(1, 0)),
                *b = rig_play(name_of(2, 0), name_of(2, 0));
    rig_type(a, "say one", "You say: one");
    rig_type(b, "say two", "You say: two");
    ck_assert(rig_saw(a, "says: two"));
    ck_assert_uint_eq(players_of(0), 0);
    ck_assert_uint_eq(players_of(1), 1);
    ck_assert_uint_eq(players_of(2), 1);
    ck_assert_uint_eq(dispatch_players_of_all(rig.dispatch), 2);
    rig_type(b, "quit", "Choice: ");
    ck_assert_uint_eq(players_of(2), 0);
}
END_TEST

START_TEST(coming_back_takes_over_on_the_same_loop)
{
    struct peer *first = rig_play(name_of(2, 0), name_of(2, 0));
    struct peer *second = rig_log_in(name_of(2, 0));
    rig_type(second, "1", "You see exits");
    ck_assert(first->closed);
    ck_assert(rig_saw(first, "You have come back from somewhere else."));
    ck_assert_uint_eq(players_of(2), 1);
}
END_TEST

// An account is made on loop 0, whose time goes on; nothing has happened on its own loop for long.
START_TEST(a_new_account_comes_to_the_menu_now)
{
    struct peer *old = rig_make_account(name_of(1, 0));
    rig.now += 3600000;
    struct peer *p = rig_make_account(name_of(1, 1));
    ck_assert_int_eq(p->session->at_menu, rig.now);
    ck_assert_int_lt(old->session->at_menu, rig.now);
}
END_TEST

START_TEST(a_changed_password_ends_the_others)
{
    const char *name = name_of(1, 0);
    struct peer *p = rig_play(name, name), *q = rig_log_in(name);
    struct peer *checking = rig_connect();
    rig_type(q, "p", "Your password as it is now: ");
    rig_type(q, rig_password, "A new password: ");
    rig_type(q, "quite-another-one", "The same again: ");
    rig_type(checking, name, "Password: ");
    rig_type(q, "quite-another-one", "Your password is changed.");
    ck_assert(p->closed && !q->closed && !checking->closed);
    rig_type(checking, rig_password, "That is not right.");
}
END_TEST

START_TEST(the_world_is_full_for_all_loops_together)
{
    rig_set("limits.players=2");
    rig_play(name_of(0, 0), name_of(0, 0));
    struct peer *p = rig_play(name_of(1, 0), name_of(1, 0)), *q = rig_make_account(name_of(2, 0));
    rig_type(q, "n", "character: ");
    rig_type(q, name_of(2, 0), "The world is full just now.");
    rig_type(p, "quit", "Choice: ");
    rig_type(q, "1", "You see exits");
}
END_TEST

START_TEST(a_name_that_looks_like_a_player_of_another_loop_is_taken)
{
    rig_play(name_of(1, 0), "Bill");
    struct peer *p = rig_make_account(name_of(2, 0));
    rig_type(p, "n", "character: ");
    rig_type(p, "BilI", "That name is taken");
    rig_type(p, "Bert", "You see exits");
}
END_TEST

static void claim_as(unsigned loop, const char *name)
{
    loopguard_act_for(loop);
    ck_assert(__real_names_in_use_claim(rig.shared->names, name));
    loopguard_act_for(0);
}

static void give_as(unsigned loop, const char *name)
{
    loopguard_act_for(loop);
    claims_give(rig.lists[loop], name);
    loopguard_act_for(0);
}

static struct peer *wait_for_new(unsigned which, const char *character)
{
    struct peer *p = rig_make_account(name_of(1, which));
    rig_type(p, "n", "character: ");
    rig_type(p, character, "");
    ck_assert(!session_in_play(p->session));
    return p;
}

START_TEST(a_claim_is_waited_for_across_loops)
{
    claim_as(2, "Bob");
    struct peer *p = wait_for_new(0, "Bob");
    give_as(2, "Bob");
    rig_settle();
    ck_assert(session_in_play(p->session));
}
END_TEST

// Two names become free one shortly after the other, while the loop has not looked yet.
START_TEST(both_of_two_names_that_become_free_are_seen)
{
    claim_as(2, "Bob");
    claim_as(2, "Zoe");
    struct peer *p = wait_for_new(0, "Bob"), *q = wait_for_new(1, "Zoe");
    give_as(2, _i ? "Bob" : "Zoe");
    give_as(0, _i ? "Zoe" : "Bob");
    rig_settle();
    ck_assert(session_in_play(p->session));
    ck_assert(session_in_play(q->session));
}
END_TEST

START_TEST(who_waits_for_another_name_goes_on_waiting)
{
    claim_as(2, "Bob");
    claim_as(2, "Zoe");
    struct peer *p = wait_for_new(0, "Bob"), *q = wait_for_new(1, "Zoe");
    give_as(2, "Bob");
    rig_settle();
    ck_assert(session_in_play(p->session));
    ck_assert(!session_in_play(q->session));
    give_as(2, "Zoe");
    rig_settle();
    ck_assert(session_in_play(q->session));
}
END_TEST

// As after a start from a record of an early program: the account is not known, so it is on loop 0.
static void restore(const char *name)
{
    struct dispatch_entry e = {
        .name = name, .permissions = "", .session = NULL, .owner = rig.shared};
    dispatch_linkdead(dispatch_enter(rig.dispatch, &e));
    rig_settle();
    names_in_use_enter(rig.shared->names, name, SIZE_MAX);
    ck_assert_uint_eq(players_of(0), 1);
}

static struct peer *at_menu_with(const char *account, const char *character)
{
    struct peer *p = rig_play(account, character);
    rig_type(p, "quit", "Choice: ");
    return p;
}

START_TEST(a_player_without_an_account_is_taken_up_on_loop_0)
{
    struct peer *p = at_menu_with(name_of(1, 0), "Bob");
    restore("Bob");
    rig_type(p, "1", "You see exits");
    ck_assert_uint_eq(p->loop, 0);
    ck_assert_uint_eq(players_of(0), 1);
    ck_assert_uint_eq(players_of(1), 0);
    rig_type(p, "say here", "You say: here");
    rig_type(p, "quit", "Choice: ");
    rig_type(p, "1", "You see exits");
}
END_TEST

START_TEST(a_changed_password_ends_those_of_other_loops)
{
    struct peer *p = at_menu_with(name_of(1, 0), "Bob"), *other = rig_make_account(name_of(0, 0));
    restore("Bob");
    rig_type(p, "1", "You see exits");
    ck_assert_uint_eq(p->loop, 0);
    struct peer *q = rig_log_in(name_of(1, 0));
    rig_type(q, "p", "Your password as it is now: ");
    rig_type(q, rig_password, "A new password: ");
    rig_type(q, "quite-another-one", "The same again: ");
    rig_type(q, "quite-another-one", "Your password is changed.");
    ck_assert(p->closed && !q->closed && !other->closed);
    ck_assert(rig_saw(p, "was changed from another connection"));
}
END_TEST

static struct peer *racer;

static void racer_plays(void)
{
    rig_type(racer, "1", "You see exits");
}

// Two sessions of one account at two loops, of which both have found that the character is nowhere.
START_TEST(a_character_comes_in_once)
{
    struct peer *p = at_menu_with(name_of(1, 0), "Bob");
    restore("Bob");
    rig_type(p, "1", "You see exits");
    rig_type(p, "quit", "Choice: ");
    ck_assert_uint_eq(p->loop, 0);
    struct peer *q = rig_log_in(name_of(1, 0));
    ck_assert_uint_eq(q->loop, 1);
    racer = p;
    before_a_claim = racer_plays;
    rig_type(q, "1", "You see exits");
    ck_assert_uint_eq(dispatch_players_of_all(rig.dispatch), 1);
    ck_assert(p->closed && !q->closed);
    ck_assert_uint_eq(q->loop, 0);
}
END_TEST

START_TEST(a_character_that_comes_in_is_not_deleted)
{
    struct peer *p = at_menu_with(name_of(1, 0), "Bob");
    struct peer *q = rig_log_in(name_of(1, 0));
    rig_type(q, "d", "delete: ");
    rig_type(q, "1", "delete it: ");
    racer = p;
    before_a_claim = racer_plays;
    rig_type(q, "bob", "is still in the world.");
    ck_assert_uint_eq(dispatch_players_of_all(rig.dispatch), 1);
    ck_assert_int_eq(access("data/characters/bob.json", F_OK), 0);
    rig_type(p, "quit", "Choice: ");
    rig_type(p, "1", "You see exits"); // the claim was given back
}
END_TEST

static void stop_all(void)
{
    for (unsigned i = 0; i < rig.loops; i++) {
        loopguard_act_for(i);
        sessions_stop(rig.lists[i], "The server is stopping.\n");
    }
    loopguard_act_for(0);
}

// At each step of its way: before it departs, and before it arrives.
START_TEST(a_stop_ends_who_is_on_the_way)
{
    struct peer *p = rig_connect();
    rig_send(p, name_of(1, 0));
    ck_assert_uint_eq(p->moves_to, 2);
    if (_i)
        rig_depart(p);
    stop_all();
    if (_i)
        rig_arrive(p);
    ck_assert(p->closed);
    rig_settle();
    ck_assert(rig_saw(p, "The server is stopping."));
    ck_assert_uint_eq(sessions_of(0) + sessions_of(1), 0);
}
END_TEST

START_TEST(a_connection_may_break_on_the_way)
{
    struct peer *p = rig_connect();
    rig_send(p, name_of(1, 0));
    if (_i) {
        rig_depart(p);
        ck_assert_uint_eq(sessions_of(0) + sessions_of(1), 0);
        rig_arrive(p);
    }
    rig_gone(p);
    rig_settle();
    ck_assert_uint_eq(sessions_of(0) + sessions_of(1), 0);
}
END_TEST

START_TEST(a_stop_saves_the_players_of_all_loops)
{
    for (unsigned i = 0; i < LOOPS; i++)
        rig_play(name_of(i, 0), name_of(i, 0));
    stop_all();
    rig_settle();
    for (unsigned i = 0; i < LOOPS; i++) {
        char *path = mem_printf("data/characters/%s.json", name_of(i, 0));
        loopguard_act_for(i);
        ck_assert(sessions_stopped(rig.lists[i]));
        ck_assert_uint_eq(sessions_steps_left(rig.lists[i]), 0);
        ck_assert_int_eq(access(path, F_OK), 0);
        free(path);
    }
    loopguard_act_for(0);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("session/loops");
    TCase *t = tcase_create("loops");
    tcase_add_checked_fixture(t, begin, rig_end);
    tcase_add_loop_test(t, a_session_goes_to_the_loop_of_its_account, 0, LOOPS);
    tcase_add_test(t, another_name_leads_to_another_loop);
    tcase_add_test(t, lines_typed_ahead_are_taken_where_it_goes);
    tcase_add_test(t, players_of_different_loops_hear_each_other);
    tcase_add_test(t, coming_back_takes_over_on_the_same_loop);
    tcase_add_test(t, a_new_account_comes_to_the_menu_now);
    tcase_add_test(t, a_changed_password_ends_the_others);
    tcase_add_test(t, the_world_is_full_for_all_loops_together);
    tcase_add_test(t, a_name_that_looks_like_a_player_of_another_loop_is_taken);
    tcase_add_test(t, a_claim_is_waited_for_across_loops);
    tcase_add_loop_test(t, both_of_two_names_that_become_free_are_seen, 0, 2);
    tcase_add_test(t, who_waits_for_another_name_goes_on_waiting);
    tcase_add_test(t, a_player_without_an_account_is_taken_up_on_loop_0);
    tcase_add_test(t, a_changed_password_ends_those_of_other_loops);
    tcase_add_test(t, a_character_comes_in_once);
    tcase_add_test(t, a_character_that_comes_in_is_not_deleted);
    tcase_add_loop_test(t, a_stop_ends_who_is_on_the_way, 0, 2);
    tcase_add_loop_test(t, a_connection_may_break_on_the_way, 0, 2);
    tcase_add_test(t, a_stop_saves_the_players_of_all_loops);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
