// Passwords: hashes that verify, costs that stay within bounds, and no way to tell an account that
// is not there.
#include "store/password.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MEMORY (64 * 1024) // little, so that the tests are quick

START_TEST(a_password_matches_its_own_hash_alone)
{
    char hash[PASSWORD_HASH_SIZE], again[PASSWORD_HASH_SIZE];
    ck_assert_int_eq(password_hash("open sesame", 11, MEMORY, 1, hash), 0);
    ck_assert_int_eq(password_hash("open sesame", 11, MEMORY, 1, again), 0);
    ck_assert_str_ne(hash, again); // the salt differs
    ck_assert(!strncmp(hash, "$argon2id$v=19$m=64,t=1,p=1$", 28));
    ck_assert(password_verify(hash, "open sesame", 11));
    ck_assert(password_verify(again, "open sesame", 11));
    ck_assert(!password_verify(hash, "open sesamf", 11));
    ck_assert(!password_verify(hash, "open sesame", 10));
    ck_assert(!password_verify(hash, "", 0));
    ck_assert_int_eq(password_hash("a\0b", 3, MEMORY, 1, hash), 0);
    ck_assert(password_verify(hash, "a\0b", 3) && !password_verify(hash, "a\0c", 3));
}
END_TEST

START_TEST(the_usual_cost_gives_the_usual_hash)
{
    char hash[PASSWORD_HASH_SIZE];
    ck_assert_int_eq(password_hash("password", 8, 19 << 20, 2, hash), 0);
    ck_assert(!strncmp(hash, "$argon2id$v=19$m=19456,t=2,p=1$", 31));
    ck_assert(!password_needs_rehash(hash, 19 << 20, 2));
    ck_assert(password_needs_rehash(hash, 20 << 20, 2));
    ck_assert(password_needs_rehash(hash, 19 << 20, 3));
    ck_assert(password_needs_rehash("", 19 << 20, 2));
}
END_TEST

START_TEST(a_forged_hash_costs_nothing_and_matches_nothing)
{
    const char *const forged[] = {"",
                                  "x",
                                  "$argon2id$",
                                  "$argon2i$v=19$m=64,t=1,p=1$c2FsdHNhbHRzYWx0c2FsdA$aaaa",
                                  "$argon2id$v=19$m=4294967295,t=1,p=1$c2FsdHNhbHRzYWx0c2FsdA$aaaa",
                                  "$argon2id$v=19$m=2097152,t=1,p=1$c2FsdHNhbHRzYWx0c2FsdA$aaaa",
                                  "$argon2id$v=19$m=64,t=100000,p=1$c2FsdHNhbHRzYWx0c2FsdA$aaaa",
                                  "$argon2id$v=19$m=64,t=1,p=9999$c2FsdHNhbHRzYWx0c2FsdA$aaaa",
                                  "$argon2id$v=19$m=-64,t=1,p=1$c2FsdHNhbHRzYWx0c2FsdA$aaaa",
                                  "$argon2id$v=19$m=64,t=1,p=1$",
                                  "$argon2id$v=19$m=64,t=1,p=1$$"};
    for (size_t i = 0; i < sizeof(forged) / sizeof(forged[0]); i++) {
        ck_assert_msg(!password_verify(forged[i], "password", 8), "%s", forged[i]);
        ck_assert(password_needs_rehash(forged[i], MEMORY, 1) || i >= 9);
    }
    char lengthy[4000];
    memset(lengthy, '$', sizeof(lengthy));
    lengthy[sizeof(lengthy) - 1] = '\0';
    ck_assert(!password_verify(lengthy, "password", 8));
}
END_TEST

START_TEST(costs_out_of_bounds_are_refused)
{
    char hash[PASSWORD_HASH_SIZE];
    ck_assert_int_eq(password_hash("x", 1, 8191, 1, hash), -EINVAL);
    ck_assert_int_eq(password_hash("x", 1, MEMORY, 0, hash), -EINVAL);
    ck_assert_int_eq(password_hash("x", 1, MEMORY, 101, hash), -EINVAL);
    ck_assert_int_eq(password_hash("x", 1, 8192, 100, hash), 0);
    ck_assert(password_verify(hash, "x", 1) && !password_needs_rehash(hash, 8192, 100));
    ck_assert(!password_needs_rehash(hash, 8192 + 1023, 100)); // it is counted in KiB
    ck_assert_int_eq(password_hash("x", 1, (INT64_C(1) << 30) + 1, 1, hash), -EINVAL);
    ck_assert_int_eq(password_hash("x", 1, -1, 1, hash), -EINVAL);
    ck_assert(!password_verify_nobody("password", 8, MEMORY, 1));
}
END_TEST

static enum password_verdict check(const char *password, size_t min, size_t max, const char *name)
{
    struct password_rules rules = {min, max, name, NULL};
    return password_check(password, strlen(password), &rules);
}

START_TEST(new_passwords_are_checked_for_length_and_name)
{
    ck_assert_int_eq(check("wet lamp", 8, 128, "bob"), PASSWORD_GOOD);
    ck_assert_int_eq(check("wetlamp", 8, 128, NULL), PASSWORD_TOO_SHORT);
    ck_assert_int_eq(check("", 1, 128, NULL), PASSWORD_TOO_SHORT);
    // Four characters in eight bytes are four.
    ck_assert_int_eq(check("\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9", 5, 128, NULL), PASSWORD_TOO_SHORT);
    ck_assert_int_eq(check("wetlamp9x", 2, 8, NULL), PASSWORD_TOO_LONG);
    ck_assert_int_eq(check("OldRobert", 8, 128, "oldrobert"), PASSWORD_IS_NAME);
    ck_assert_int_eq(check("oldroberts", 8, 128, "oldrobert"), PASSWORD_GOOD);
    ck_assert_int_eq(check("aaaaaaaa", 8, 128, NULL), PASSWORD_REPEATS);
    ck_assert_int_eq(check("12345678", 8, 128, NULL), PASSWORD_ROW);
    char secret[] = "secret";
    password_erase(secret, sizeof(secret));
    ck_assert(!memcmp(secret, "\0\0\0\0\0\0", sizeof(secret)));
    password_erase(NULL, 5);
}
END_TEST

START_TEST(each_refusal_says_what_is_wrong_and_the_rule)
{
    struct password_rules rules = {8, 128, "bob", NULL};
    char *seen[PASSWORD_ROW + 1];
    for (int v = PASSWORD_TOO_SHORT; v <= PASSWORD_ROW; v++) {
        seen[v] = password_rule((enum password_verdict)v, &rules);
        ck_assert_ptr_nonnull(strstr(seen[v], "at least 8 characters"));
        for (int before = PASSWORD_TOO_SHORT; before < v; before++)
            ck_assert_str_ne(seen[before], seen[v]);
    }
    for (int v = PASSWORD_TOO_SHORT; v <= PASSWORD_ROW; v++)
        free(seen[v]);
}
END_TEST

START_TEST(a_hash_may_not_cost_much_more_than_ours)
{
    static const char end[] = "p=1$c2FsdHNhbHRzYWx0c2FsdA$aaaa";
    static const struct {
        long kib, passes;
        bool good;
    } cases[] = {{19456, 2, true},   {65536, 3, true},    {262144, 16, true},   {262145, 1, false},
                 {19456, 17, false}, {1048576, 1, false}, {1048576, 100, false}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char hash[PASSWORD_HASH_SIZE];
        snprintf(hash, sizeof(hash), "$argon2id$v=19$m=%ld,t=%ld,%s", cases[i].kib, cases[i].passes,
                 end);
        ck_assert_msg(password_affordable(hash, 19 << 20, 2) == cases[i].good, "%s", hash);
    }
    // What an operator has set before is no forgery.
    ck_assert(password_affordable("$argon2id$v=19$m=1048576,t=40,p=1$c2FsdA$aaaa", 256 << 20, 10));
    ck_assert(!password_affordable("nonsense", 19 << 20, 2));
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("password");
    tcase_add_test(t, a_password_matches_its_own_hash_alone);
    tcase_add_test(t, the_usual_cost_gives_the_usual_hash);
    tcase_add_test(t, a_forged_hash_costs_nothing_and_matches_nothing);
    tcase_add_test(t, costs_out_of_bounds_are_refused);
    tcase_add_test(t, new_passwords_are_checked_for_length_and_name);
    tcase_add_test(t, each_refusal_says_what_is_wrong_and_the_rule);
    tcase_add_test(t, a_hash_may_not_cost_much_more_than_ours);
    Suite *s = suite_create("store/password");
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
