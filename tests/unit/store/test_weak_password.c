// Passwords that everybody tries first, with the list that is shipped, and good ones that only look
// so.
#include "store/weak_password.h"

#include "util/doc.h"
#include "util/mem.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct weak_passwords *shipped(void)
{
    struct doc_problems p = DOC_PROBLEMS_INIT;
    const char *source = getenv("LATCHKEY_SOURCE");
    ck_assert_ptr_nonnull(source);
    char *path = mem_printf("%s/data/text/common-passwords.txt", source);
    struct weak_passwords *w = weak_passwords_load(path, &p);
    ck_assert_ptr_nonnull(w);
    ck_assert_uint_gt(weak_passwords_count(w), 400);
    free(path);
    return w;
}

static const char *const good[] = {
    "a-long-password",
    "quite-another-one",
    "correct tram battery",
    "wet lamp in june",
    "Hau5b00tfahrer",
    "tangerine7kettle",
    "no-such-password",
    "mossy gate 41",
    "abc-of-locks",
    "12345 is no code",
    "\xd0\xba\xd0\xbb\xd1\x8e\xd1\x87 \xd0\xb4\xd0\xbe\xd0\xbc",
    "qwer is not all",
};

START_TEST(good_ones_pass)
{
    struct weak_passwords *w = shipped();
    const char *p = good[_i];
    ck_assert_msg(!weak_is_common(w, p, strlen(p)), "%s", p);
    ck_assert_msg(!weak_is_repeat(p, strlen(p)), "%s", p);
    ck_assert_msg(!weak_is_row(p, strlen(p)), "%s", p);
    ck_assert_msg(!weak_is_name(p, strlen(p), "guard"), "%s", p);
    weak_passwords_free(w);
}
END_TEST

static const char *const common[] = {"password",     "PassWord",  "password1", "Password123!",
                                     "p4ssw0rd",     "P@ssw0rd1", "1password", "iloveyou",
                                     "!!dragon!!",   "letmein99", "sunsh1ne",  "passwordpassword",
                                     "monkeymonkey", "12345678",  "qwerty123"};

START_TEST(common_ones_do_not)
{
    struct weak_passwords *w = shipped();
    ck_assert_msg(weak_is_common(w, common[_i], strlen(common[_i])), "%s", common[_i]);
    weak_passwords_free(w);
}
END_TEST

START_TEST(nor_do_repeats_rows_and_names)
{
    static const char *const repeats[] = {"aaaaaaaa", "abababab", "abcabcab", "xyxyxyxyx"};
    static const char *const rows[] = {"12345678",  "87654321",  "qwertyui",   "asdfghjkl",
                                       "abcdefgh",  "hgfedcba",  "qwertzui",   "azertyui",
                                       "qwe123qwe", "asdfqwer1", "1q2w3e4r5t", "QAZwsxEDC"};
    static const char *const names[] = {"oldrobert", "OldRobert1", "treboRdlo",
                                        "oldrobertoldrobert", "..oldrobert!"};
    for (size_t i = 0; i < sizeof(repeats) / sizeof(repeats[0]); i++)
        ck_assert_msg(weak_is_repeat(repeats[i], strlen(repeats[i])), "%s", repeats[i]);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        ck_assert_msg(weak_is_row(rows[i], strlen(rows[i])), "%s", rows[i]);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        ck_assert_msg(weak_is_name(names[i], strlen(names[i]), "oldrobert"), "%s", names[i]);
    ck_assert(!weak_is_name("oldroberts", 10, "oldrobert") && !weak_is_name("x", 1, ""));
    ck_assert(!weak_is_repeat("", 0) && !weak_is_row("", 0) &&
              !weak_is_common(NULL, "password", 8));
}
END_TEST

START_TEST(how_much_of_a_password_counts)
{
    static const struct {
        const char *password;
        bool row, repeat;
    } cases[] = {
        {"qwertyux9", true, false}, {"qwertyxy", false, false},  {"qwertyuxmz", false, false},
        {"qwertyu", true, false},   {"qwasqwas", false, false},  {"rewq4321", true, false},
        {"abcdabcd", true, false},  {"xyaxyaxy", false, true},   {"wxyzwxyz", true, false},
        {"hmkthmkt", false, false}, {"0123456789", true, false}, {"9876543210", true, false},
        {"!@#$%^&*", true, false},  {"pl,okm", false, false}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const char *p = cases[i].password;
        ck_assert_msg(weak_is_row(p, strlen(p)) == cases[i].row, "%s", p);
        ck_assert_msg(weak_is_repeat(p, strlen(p)) == cases[i].repeat, "%s", p);
    }
}
END_TEST

// A list of our own, so that it is known what is not in it.
START_TEST(what_is_put_around_a_common_one_does_not_count)
{
    char path[] = P_tmpdir "/latchkey-weak-XXXXXX";
    FILE *f = fdopen(mkstemp(path), "w");
    fprintf(f, "# of words\n  Lamp \n\ntin\n#secret\nb4rrel\n12345\n%0*d\n%0*d\n", 63, 7, 64, 8);
    fclose(f);
    struct doc_problems p = DOC_PROBLEMS_INIT;
    struct weak_passwords *w = weak_passwords_load(path, &p);
    ck_assert_uint_eq(weak_passwords_count(w),
                      5); // one line is longer than a password that is looked at
    static const char *const weak[] = {"lamp",     "LAMP99",    "99lamp!", "1amp2024",  "l4mp",
                                       "lamplamp", "lamplampl", "tin",     "tintintin", "b4rrel",
                                       "12345",    "\"lamp\"",  "tin12345"};
    static const char *const strong[] = {"lam",     "9tin",     "lampe",  "secret", "#secret",
                                         "..12345", "lamp tin", "barrel", "1am9"};
    for (size_t i = 0; i < sizeof(weak) / sizeof(weak[0]); i++)
        ck_assert_msg(weak_is_common(w, weak[i], strlen(weak[i])), "%s", weak[i]);
    for (size_t i = 0; i < sizeof(strong) / sizeof(strong[0]); i++)
        ck_assert_msg(!weak_is_common(w, strong[i], strlen(strong[i])), "%s", strong[i]);
    char longest[65];
    snprintf(longest, sizeof(longest), "%0*d", 63, 7);
    ck_assert(weak_is_common(w, longest, 63));
    unlink(path);
    weak_passwords_free(w);
}
END_TEST

START_TEST(a_name_backwards_or_over_and_over_is_a_name)
{
    static const char *const names[] = {"anna-lena",     "Anna-Lena",  "anel-anna",
                                        "99anna-lena99", "anel-anna!", "anna-lenaanna-lena"};
    static const char *const others[] = {"anna-len", "anna-lenaa", "lena-anna", "x"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        ck_assert_msg(weak_is_name(names[i], strlen(names[i]), "anna-lena"), "%s", names[i]);
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        ck_assert_msg(!weak_is_name(others[i], strlen(others[i]), "anna-lena"), "%s", others[i]);
    ck_assert(!weak_is_name("abc12345", 8, "abc")); // too short to be all that it is made of
}
END_TEST

START_TEST(what_is_longer_than_any_is_none)
{
    char text[200];
    struct weak_passwords *w = shipped();
    memset(text, 'q', sizeof(text));
    ck_assert(!weak_is_common(w, text, sizeof(text)) && !weak_is_row(text, sizeof(text)));
    ck_assert(weak_is_repeat(text, sizeof(text)));
    weak_passwords_free(w);
}
END_TEST

START_TEST(a_list_that_is_not_there_is_told)
{
    struct doc_problems p = DOC_PROBLEMS_INIT;
    ck_assert_ptr_null(weak_passwords_load("/no/such/list", &p));
    ck_assert_int_eq(p.errors, 1);
    doc_problems_fini(&p);
    weak_passwords_free(NULL);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("weak_password");
    tcase_add_loop_test(t, good_ones_pass, 0, sizeof(good) / sizeof(good[0]));
    tcase_add_loop_test(t, common_ones_do_not, 0, sizeof(common) / sizeof(common[0]));
    tcase_add_test(t, nor_do_repeats_rows_and_names);
    tcase_add_test(t, how_much_of_a_password_counts);
    tcase_add_test(t, what_is_put_around_a_common_one_does_not_count);
    tcase_add_test(t, a_name_backwards_or_over_and_over_is_a_name);
    tcase_add_test(t, what_is_longer_than_any_is_none);
    tcase_add_test(t, a_list_that_is_not_there_is_told);
    Suite *s = suite_create("store/weak_password");
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
