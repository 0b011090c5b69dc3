// Names: what is taken, how it is kept, and that nothing can pass for another or leave the folder.
#include "store/name_rules.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "util/doc.h"
#include "util/file.h"
#include "util/mem.h"

static enum name_rules_verdict account(const char *typed, char out[NAME_SIZE])
{
    return name_rules_account(typed, 3, 32, NULL, out);
}

START_TEST(account_names_are_kept_in_lower_case)
{
    char out[NAME_SIZE];
    ck_assert_int_eq(account("Old_Bob-7", out), NAME_GOOD);
    ck_assert_str_eq(out, "old_bob-7");
    ck_assert_int_eq(account("ab", out), NAME_TOO_SHORT);
    ck_assert_int_eq(account("", out), NAME_TOO_SHORT);
    ck_assert_int_eq(name_rules_account("", 0, 32, NULL, out), NAME_TOO_SHORT);
    ck_assert_int_eq(account("abcdefghijklmnopqrstuvwxyz012345", out), NAME_GOOD);
    ck_assert_int_eq(account("abcdefghijklmnopqrstuvwxyz0123456", out), NAME_TOO_LONG);
    ck_assert_int_eq(name_rules_account("abcdef", 3, 5, NULL, out), NAME_TOO_LONG);
    ck_assert_int_eq(name_rules_account("abcdefghijklmnopqrstuvwxyz0123456789", 3, 99, NULL, out),
                     NAME_TOO_LONG);
    char *huge = mem_alloc(1 << 20);
    memset(huge, 'a', 1 << 20);
    huge[(1 << 20) - 1] = '\0';
    ck_assert_int_eq(account(huge, out), NAME_TOO_LONG);
    free(huge);
}
END_TEST

static const char *const hostile[] = {"../../etc/passwd",
                                      "a/b",
                                      "..",
                                      "...",
                                      "a.json",
                                      "a\\b",
                                      "~root",
                                      "a b",
                                      "a\tb",
                                      "a\nb",
                                      "-rf",
                                      "_x_",
                                      "a%2fb",
                                      "bob\xc3\xa9",
                                      "bo\xd0\xbe",
                                      "bob\xe2\x80\x8b",
                                      "bob\xff",
                                      "$(x)",
                                      "a\x1b[m",
                                      "nul:",
                                      "bob*",
                                      "\xef\xbc\xa2ob",
                                      "caf\x65\xcc\x81",
                                      "bob\x7f",
                                      "a;b",
                                      "a'b"};

START_TEST(names_with_other_bytes_are_refused)
{
    char out[NAME_SIZE] = "kept";
    ck_assert(name_rules_account(hostile[_i], 1, 32, NULL, out) != NAME_GOOD);
    ck_assert(name_rules_character(hostile[_i], NULL, out) != NAME_GOOD);
    ck_assert_str_eq(out, "kept");
}
END_TEST

START_TEST(character_names_begin_large)
{
    char out[NAME_SIZE];
    ck_assert_int_eq(name_rules_character("bOB", NULL, out), NAME_GOOD);
    ck_assert_str_eq(out, "Bob");
    ck_assert_int_eq(name_rules_character("B", NULL, out), NAME_TOO_SHORT);
    ck_assert_int_eq(name_rules_character("Al", NULL, out), NAME_GOOD);
    ck_assert_int_eq(name_rules_character("abcdefghijklmno", NULL, out), NAME_GOOD);
    ck_assert_int_eq(name_rules_character("abcdefghijklmnop", NULL, out), NAME_TOO_LONG);
    ck_assert_int_eq(name_rules_character("bob7", NULL, out), NAME_BAD_LETTER);
    ck_assert_int_eq(name_rules_character("bo-b", NULL, out), NAME_BAD_LETTER);
}
END_TEST

START_TEST(each_refusal_says_its_own_rule)
{
    static const struct {
        enum name_rules_verdict verdict;
        enum name_rules_kind kind;
        const char *says;
    } cases[] = {
        {NAME_TOO_SHORT, NAME_OF_CHARACTER, "too short. A character's name has 2 to 15 letters."},
        {NAME_TOO_LONG, NAME_OF_ACCOUNT, "too long. An account's name has 2 to 15 letters."},
        {NAME_BAD_LETTER, NAME_OF_CHARACTER,
         "letters from a to z only, without blanks, digits or accents"},
        {NAME_BAD_LETTER, NAME_OF_ACCOUNT, "digits, - and _"},
        {NAME_RESERVED, NAME_OF_ACCOUNT, "kept for those who run this server"},
        {NAME_MEANING, NAME_OF_CHARACTER, "what somebody who lives here is called"},
        {NAME_GOOD, NAME_OF_CHARACTER, "2 to 15 letters: letters from a to z only"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char *text = name_rules_text(cases[i].verdict, cases[i].kind, 2, 15);
        ck_assert_msg(strstr(text, cases[i].says), "%s", text);
        free(text);
    }
}
END_TEST

static bool alike(const char *a, const char *b)
{
    char x[NAME_SIZE], y[NAME_SIZE];
    name_rules_skeleton(a, x);
    name_rules_skeleton(b, y);
    return !strcmp(x, y);
}

START_TEST(names_that_look_alike_have_one_skeleton)
{
    ck_assert(alike("b0b", "Bob") && alike("a1ice", "alice") && alike("marna", "mama"));
    ck_assert(alike("old_bob", "old-bob") && alike("oldbob", "old_bob"));
    ck_assert(alike("r-n", "m") && alike("RNA", "ma"));
    ck_assert(alike("v1ctim", "victim") && alike("vlctim", "victim") && alike("wanda", "vvanda"));
    ck_assert(alike("dave", "clave") && alike("sam", "5am") && alike("c1aire", "daire"));
    ck_assert(!alike("ciaire", "daire")); // an i after a c makes no d
    ck_assert(!alike("bob", "bab") && !alike("alice", "alicia") && !alike("nr", "m"));
}
END_TEST

static struct name_rules_words *shipped(void)
{
    struct doc_problems p = DOC_PROBLEMS_INIT;
    const char *source = getenv("LATCHKEY_SOURCE");
    ck_assert_ptr_nonnull(source);
    char *path = mem_printf("%s/data/text/reserved-names.txt", source);
    struct name_rules_words *w = name_rules_words_load(path, &p);
    ck_assert_msg(w, "%s", p.count ? p.list[0].text : "");
    free(path);
    return w;
}

START_TEST(the_shipped_list_reserves_what_it_says)
{
    struct name_rules_words *w = shipped();
    char out[NAME_SIZE];
    const char *const taken[] = {
        "Someone", "admin", "Adm-in",        "administrator", "SYSTEM",   "northeast",
        "root",    "r00t",  "moderators",    "guest12",       "someb0dy", "me_",
        "adm1n",   "admln", "adm1nistrator", "0wner",         "5taff",    "wlzard",
        "th1s",    "con",   "NUL",           "com1",          "lpt9",     "aux"};
    for (size_t i = 0; i < sizeof(taken) / sizeof(taken[0]); i++)
        ck_assert_msg(name_rules_account(taken[i], 2, 32, w, out) == NAME_RESERVED, "%s", taken[i]);
    const char *const free_names[] = {"alice", "rooter", "ally",  "meg",    "norther", "bob",
                                      "ali",   "com",    "com10", "conrad", "clown",   "lt"};
    for (size_t i = 0; i < sizeof(free_names) / sizeof(free_names[0]); i++)
        ck_assert_msg(name_rules_account(free_names[i], 2, 32, w, out) == NAME_GOOD, "%s",
                      free_names[i]);
    ck_assert_int_eq(name_rules_character("someone", w, out), NAME_RESERVED);
    ck_assert_int_eq(name_rules_character("alice", w, out), NAME_GOOD);
    name_rules_words_free(w);
    name_rules_words_free(NULL);
}
END_TEST

START_TEST(words_can_be_added_to_a_list)
{
    char out[NAME_SIZE];
    struct name_rules_words *w = name_rules_words_new();
    ck_assert(!name_rules_words_has(w, "guard"));
    name_rules_words_add(w, "Guard");
    name_rules_words_add(w, "pell");
    name_rules_words_add(w, "\xc3\xa9p\xc3\xa9"); // none of ours
    name_rules_words_add(w, "*");
    name_rules_words_add(w, "");
    ck_assert(name_rules_words_has(w, "guard") && name_rules_words_has(w, "GUARD") &&
              !name_rules_words_has(w, "guards"));
    ck_assert(name_rules_words_has(w, "pe1l") && !name_rules_words_has(w, "peil"));
    ck_assert_int_eq(name_rules_character("nul", w, out), NAME_RESERVED); // with any list
    ck_assert_int_eq(name_rules_character("nul", NULL, out), NAME_GOOD);  // but who has it keeps it
    name_rules_words_free(w);
}
END_TEST

START_TEST(a_list_with_anything_else_is_refused_with_its_line)
{
    char path[] = P_tmpdir "/latchkey-name-XXXXXX";
    close(mkstemp(path));
    static const char bad[] = "good\n  bad word # x\n\n*half\n*whole* # fine\n**\nAlso*\n";
    ck_assert_int_eq(file_write_atomic(path, bad, strlen(bad), 0600, false), 0);
    struct doc_problems p = DOC_PROBLEMS_INIT;
    ck_assert_ptr_null(name_rules_words_load(path, &p));
    ck_assert_int_eq(p.errors, 3);
    ck_assert(p.list[0].line == 2 && p.list[0].column == 3);
    ck_assert(p.list[1].line == 4 && p.list[2].line == 6);
    static const char good[] = "\n# x\nexact\nbeg*\n*mid*";
    ck_assert_int_eq(file_write_atomic(path, good, strlen(good), 0600, false), 0);
    struct name_rules_words *w = name_rules_words_load(path, &p);
    ck_assert_ptr_nonnull(w);
    ck_assert(name_rules_words_has(w, "EXACT") && !name_rules_words_has(w, "exactly"));
    ck_assert(name_rules_words_has(w, "begin") && !name_rules_words_has(w, "abeg"));
    ck_assert(name_rules_words_has(w, "amidst") && name_rules_words_has(w, "mid"));
    name_rules_words_free(w);
    unlink(path);
    ck_assert_ptr_null(name_rules_words_load(path, &p));
    ck_assert_int_eq(p.errors, 4);
    doc_problems_fini(&p);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("name");
    tcase_add_test(t, account_names_are_kept_in_lower_case);
    tcase_add_loop_test(t, names_with_other_bytes_are_refused, 0,
                        sizeof(hostile) / sizeof(hostile[0]));
    tcase_add_test(t, character_names_begin_large);
    tcase_add_test(t, each_refusal_says_its_own_rule);
    tcase_add_test(t, words_can_be_added_to_a_list);
    tcase_add_test(t, names_that_look_alike_have_one_skeleton);
    tcase_add_test(t, the_shipped_list_reserves_what_it_says);
    tcase_add_test(t, a_list_with_anything_else_is_refused_with_its_line);
    Suite *s = suite_create("store/name_rules");
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
