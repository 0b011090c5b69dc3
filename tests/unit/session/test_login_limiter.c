// How long guesses wait, and that nothing a stranger does locks an owner out or lets a guesser go.
#include "session/login_limiter.h"

#include "util/settings.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

static struct settings set;
static struct login_limiter *g;

enum { FLOOD = 50000 };

static void begin(void)
{
    settings_init(&set); // 5 in 5 minutes for an account, 10 a minute for an address, 8 s at most
    set.account_new_per_address = 10;
    g = login_limiter_new();
}

static void end(void)
{
    login_limiter_free(g);
    settings_fini(&set);
}

static int64_t try(const char *account, const char *address, int64_t now)
{
    return login_limiter_allow(g, &set, account, address, now);
}

START_TEST(the_first_tries_do_not_wait_and_then_each_waits_longer)
{
    static const int64_t expected[] = {0, 0, 0, 0, 0, 1000, 2000, 4000, 8000, 8000, 8000};
    char address[32];
    for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
        snprintf(address, sizeof(address), "192.0.2.%zu", i); // all for one account
        ck_assert_int_eq(try("anna", address, 1000), expected[i]);
    }
    ck_assert_int_eq(try("bertha", "198.51.100.1", 1000), 0);
}
END_TEST

START_TEST(what_was_counted_fades_bit_by_bit)
{
    for (int i = 0; i < 5; i++)
        try("anna", "192.0.2.1", 0);
    ck_assert_int_eq(try("anna", "192.0.2.2", 30000), 1000); // half of one has gone
    ck_assert_int_eq(try("anna", "192.0.2.3", 30000), 2000);
    ck_assert_int_eq(try("anna", "192.0.2.4", 30000 + 2 * 60000), 1000); // two more
    // However many there were, five minutes and a bit for what is beyond are enough.
    for (int i = 0; i < 1000; i++)
        try("anna", "192.0.2.5", 200000);
    ck_assert_int_eq(try("anna", "192.0.2.6", 200000 + 13 * 60000), 0);
}
END_TEST

START_TEST(an_address_waits_over_all_accounts)
{
    char account[32];
    int64_t delay = 0;
    for (int i = 0; i < 12; i++) {
        snprintf(account, sizeof(account), "account%d", i);
        delay = try(account, "2001:db8:1:2::1", 0);
    }
    ck_assert_int_eq(delay, 2000);
    ck_assert_int_gt(try("other", "2001:db8:1:2:3:4:5:6", 0), 0); // the same /64
    ck_assert_int_eq(try("another", "2001:db8:1:3::1", 0), 0);
    ck_assert_int_eq(try("another", "192.0.2.9", 0), 0);
    for (int i = 0; i < 11; i++)
        login_limiter_ask(g, &set, "192.0.2.10", 0);
    ck_assert_int_gt(login_limiter_ask(g, &set, "::ffff:192.0.2.10", 0), 0);
}
END_TEST

START_TEST(the_owner_does_not_wait_for_strangers)
{
    char address[32];
    ck_assert_int_eq(try("anna", "192.0.2.1", 0), 0);
    login_limiter_succeeded(g, &set, "anna", "192.0.2.1", 0);
    for (int i = 0; i < 100; i++) {
        snprintf(address, sizeof(address), "198.51.100.%d", i);
        try("anna", address, 1000);
    }
    ck_assert_int_eq(try("anna", "192.0.2.1", 2000), 0);
    login_limiter_succeeded(g, &set, "anna", "192.0.2.1", 2000);
    ck_assert_int_eq(try("anna", "203.0.113.1", 2000), 8000); // from elsewhere a while, and no more
    // What comes from there counts there.
    for (int i = 0; i < 5; i++)
        try("anna", "192.0.2.1", 3000);
    ck_assert_int_gt(try("anna", "192.0.2.1", 3000), 0);
}
END_TEST

START_TEST(the_right_password_does_not_count)
{
    for (int i = 0; i < 50; i++) {
        ck_assert_int_eq(try("anna", "192.0.2.1", i), 0);
        login_limiter_succeeded(g, &set, "anna", "192.0.2.1", i);
    }
    ck_assert_int_eq(try("anna", "192.0.2.2", 60), 0);
    for (int i = 0; i < 50; i++) {
        try("bertha", "192.0.2.3", 60);
        login_limiter_forget(g, &set, "bertha", "192.0.2.3", 60); // the account could not be read
    }
    ck_assert_int_eq(try("bertha", "192.0.2.3", 60), 0);
}
END_TEST

START_TEST(a_flood_of_invented_names_lets_nobody_go)
{
    char account[32], address[32];
    for (int i = 0; i < 10; i++)
        try("anna", "192.0.2.1", 0);
    for (int i = 0; i < FLOOD; i++) {
        snprintf(account, sizeof(account), "invented%d", i);
        snprintf(address, sizeof(address), "2001:db8:%x:%x::1", i >> 8, i & 255);
        try(account, address, 1000);
    }
    ck_assert_int_eq(try("anna", "203.0.113.1", 1000), 8000);
    ck_assert_int_gt(try("another", "192.0.2.1", 1000), 0);
}
END_TEST

// A count is never too low, and seldom too high: a name has four cells, and the least of them
// counts.
START_TEST(a_flood_hardly_slows_others)
{
    enum { INVENTED = 2000, OTHERS = 50 };
    char account[32], address[32];
    int slowed = 0;
    for (int i = 0; i < INVENTED; i++) {
        snprintf(account, sizeof(account), "invented%d", i);
        snprintf(address, sizeof(address), "2001:db8:%x:%x::1", i >> 8, i & 255);
        for (int k = 0; k < 6; k++)
            try(account, address, 1000);
    }
    for (int i = 0; i < OTHERS; i++) {
        snprintf(account, sizeof(account), "other%d", i);
        snprintf(address, sizeof(address), "2001:db9:0:%x::1", i);
        slowed += try(account, address, 1000) > 0;
    }
    ck_assert_int_lt(slowed, OTHERS / 3); // by chance one, and most of them if any cell counted
}
END_TEST

// The memory for who has logged in from where is fixed: those who did so last are in it.
START_TEST(the_latest_owners_are_known)
{
    enum { OWNERS = 30000, LATEST = 400 };
    char address[32];
    int known = 0;
    for (int i = 0; i < OWNERS; i++) {
        snprintf(address, sizeof(address), "2001:db8:%x:%x::1", i >> 8, i & 255);
        login_limiter_succeeded(g, &set, "anna", address, i);
    }
    for (int i = 0; i < 100; i++)
        try("anna", "198.51.100.1", OWNERS);
    for (int i = OWNERS - LATEST; i < OWNERS; i++) {
        snprintf(address, sizeof(address), "2001:db8:%x:%x::1", i >> 8, i & 255);
        known += try("anna", address, OWNERS) == 0;
    }
    ck_assert_int_ge(known, LATEST - 5); // by chance five of them may be kept in one place for four
}
END_TEST

START_TEST(an_address_makes_so_many_accounts_and_all_so_many)
{
    int64_t wait;
    char address[32];
    for (int i = 0; i < 10; i++)
        ck_assert(login_limiter_may_create(g, &set, "2001:db8::1", 0, true, &wait));
    ck_assert(!login_limiter_may_create(g, &set, "2001:db8::2", 0, true, &wait)); // the same /64
    ck_assert_int_gt(wait, 0);
    ck_assert_int_le(wait, 360001); // a tenth of an hour
    ck_assert(!login_limiter_may_create(g, &set, "2001:db8::2", wait - 10, false, &wait));
    ck_assert(login_limiter_may_create(g, &set, "2001:db8::2", 360001, false, &wait));
    ck_assert(login_limiter_may_create(g, &set, "2001:db8::2", 360001, true,
                                       &wait)); // asking did not count
    int made = 11;
    for (int i = 0; i < 1000; i++) {
        snprintf(address, sizeof(address), "198.51.%d.%d", i / 250, i % 250);
        made += login_limiter_may_create(g, &set, address, 360001, true, &wait);
    }
    ck_assert_int_ge(made, 200);
    ck_assert_int_le(made,
                     221); // 200 in an hour, and those that came back in the first six minutes
    ck_assert_int_gt(wait, 0);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("guard");
    tcase_add_checked_fixture(t, begin, end);
    tcase_add_test(t, the_first_tries_do_not_wait_and_then_each_waits_longer);
    tcase_add_test(t, what_was_counted_fades_bit_by_bit);
    tcase_add_test(t, an_address_waits_over_all_accounts);
    tcase_add_test(t, the_owner_does_not_wait_for_strangers);
    tcase_add_test(t, the_right_password_does_not_count);
    tcase_add_test(t, a_flood_of_invented_names_lets_nobody_go);
    tcase_add_test(t, a_flood_hardly_slows_others);
    tcase_add_test(t, the_latest_owners_are_known);
    tcase_add_test(t, an_address_makes_so_many_accounts_and_all_so_many);
    Suite *s = suite_create("session/login_limiter");
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
