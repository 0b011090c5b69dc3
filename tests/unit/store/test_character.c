// Characters on disk: the document is kept as it is given, under one name in any case.
#include "store/character.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/json.h"
#include "store/savefile.h"
#include "util/buf.h"
#include "util/doc.h"
#include "util/mem.h"

static char folder[64];
static struct doc_problems p;

static void start(void)
{
    snprintf(folder, sizeof(folder), "%s/latchkey-character-XXXXXX", P_tmpdir);
    ck_assert_ptr_nonnull(mkdtemp(folder));
    ck_assert_int_eq(chdir(folder), 0);
    p = (struct doc_problems)DOC_PROBLEMS_INIT;
}

static void finish(void)
{
    doc_problems_fini(&p);
    ck_assert_int_eq(chdir("/"), 0);
    char *command = mem_printf("rm -rf '%s'", folder);
    ck_assert_int_eq(system(command), 0);
    free(command);
}

static struct doc *sample(int64_t health)
{
    struct doc *d = doc_new("sample");
    struct doc_node *root = doc_object(d), *carried = doc_array(d), *lamp = doc_object(d);
    doc_put(d, root, "name", doc_string(d, "Bob"));
    doc_put(d, root, "health", doc_int(d, health));
    doc_put(d, lamp, "description", doc_string(d, "A lamp.\n\tIt \"glows\" \xc3\xa9."));
    doc_put(d, lamp, "weight", doc_real(d, 0.1));
    doc_append(carried, lamp);
    doc_append(carried, doc_null(d));
    doc_put(d, root, "inventory", carried);
    doc_set_root(d, root);
    return d;
}

static void assert_same(const struct doc *a, const struct doc *b)
{
    struct buf x = BUF_INIT, y = BUF_INIT;
    ck_assert(json_write(&x, doc_root(a), JSON_ONE_LINE));
    ck_assert(json_write(&y, doc_root(b), JSON_ONE_LINE));
    ck_assert_str_eq(buf_str(&x), buf_str(&y));
    buf_fini(&x);
    buf_fini(&y);
}

START_TEST(a_character_comes_back_as_it_went)
{
    struct doc *one = sample(10), *two = sample(7), *back;
    ck_assert_int_eq(character_load("data", "Bob", &back, &p), SAVEFILE_ABSENT);
    ck_assert_int_eq(character_save("data", "Bob", doc_root(one)), SAVEFILE_ABSENT);
    ck_assert_int_eq(character_create("data", "bob", doc_root(one)), SAVEFILE_OK);
    ck_assert_int_eq(character_create("data", "BOB", doc_root(two)), SAVEFILE_TAKEN);
    ck_assert_int_eq(character_load("data", "bOb", &back, &p), SAVEFILE_OK);
    assert_same(back, one);
    doc_free(back);
    ck_assert_int_eq(character_save("data", "Bob", doc_root(two)), SAVEFILE_OK);
    ck_assert_int_eq(character_load("data", "Bob", &back, &p), SAVEFILE_OK);
    assert_same(back, two);
    doc_free(back);
    back = json_read_file("data/characters/bob.json~", 10000, &p);
    assert_same(back, one);
    doc_free(back);
    ck_assert_int_eq(character_erase("data", "Bob"), SAVEFILE_OK);
    ck_assert_int_eq(character_load("data", "Bob", &back, &p), SAVEFILE_ABSENT);
    ck_assert_int_eq(p.count, 0);
    doc_free(one);
    doc_free(two);
}
END_TEST

START_TEST(a_lost_file_is_made_again_beside_one_that_looks_alike)
{
    struct doc *d = sample(3), *back;
    ck_assert_int_eq(character_create("data", "Alwin", doc_root(d)), SAVEFILE_OK);
    ck_assert_int_eq(character_create("data", "Aiwin", doc_root(d)), SAVEFILE_TAKEN);
    ck_assert_int_eq(character_restore("data", "Aiwin", doc_root(d)), SAVEFILE_OK);
    ck_assert_int_eq(character_restore("data", "aiwin", doc_root(d)), SAVEFILE_TAKEN);
    ck_assert_int_eq(character_load("data", "Aiwin", &back, &p), SAVEFILE_OK);
    assert_same(back, d);
    doc_free(back);
    doc_free(d);
}
END_TEST

START_TEST(other_names_touch_no_file)
{
    const char *const names[] = {
        "../bob",           "bob7",    "",     "a", "bob.json", "bo\xc3\xb6",
        "abcdefghijklmnop", "bob bob", "bob\n"};
    struct doc *d = sample(1), *back;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        ck_assert_int_eq(character_create("data", names[i], doc_root(d)), SAVEFILE_BAD_NAME);
        ck_assert_int_eq(character_save("data", names[i], doc_root(d)), SAVEFILE_BAD_NAME);
        ck_assert_int_eq(character_load("data", names[i], &back, &p), SAVEFILE_BAD_NAME);
        ck_assert_ptr_null(back);
        ck_assert_int_eq(character_erase("data", names[i]), SAVEFILE_BAD_NAME);
    }
    ck_assert_int_eq(access("data", F_OK), -1);
    doc_free(d);
}
END_TEST

START_TEST(what_is_too_deep_or_too_large_leaves_the_old_version)
{
    struct doc *d = sample(5), *bad = doc_new("bad"), *back;
    ck_assert_int_eq(character_create("data", "Bob", doc_root(d)), SAVEFILE_OK);
    struct doc_node *root = doc_array(bad);
    for (int i = 0; i < 10000; i++) {
        struct doc_node *outer = doc_array(bad);
        doc_append(outer, root);
        root = outer;
    }
    ck_assert_int_eq(character_save("data", "Bob", root), -EOVERFLOW);
    ck_assert_int_eq(character_create("data", "Eve", root), -EOVERFLOW);
    char *big = mem_alloc(SAVEFILE_LARGEST);
    memset(big, 'x', SAVEFILE_LARGEST);
    root = doc_array(bad);
    doc_append(root, doc_stringn(bad, big, SAVEFILE_LARGEST));
    ck_assert_int_eq(character_save("data", "Bob", root), -EFBIG);
    ck_assert_int_eq(character_load("data", "Eve", &back, &p), SAVEFILE_ABSENT);
    ck_assert_int_eq(character_load("data", "Bob", &back, &p), SAVEFILE_OK);
    assert_same(back, d);
    doc_free(back);
    free(big);
    doc_free(bad);
    doc_free(d);
}
END_TEST

START_TEST(a_data_folder_that_cannot_be_is_told)
{
    struct doc *d = sample(5);
    FILE *f = fopen("data", "w");
    fclose(f);
    ck_assert_int_eq(character_create("data", "Bob", doc_root(d)), -ENOTDIR);
    struct doc *back;
    ck_assert_int_eq(character_load("data", "Bob", &back, &p), -ENOTDIR);
    doc_free(d);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("character");
    tcase_add_checked_fixture(t, start, finish);
    tcase_add_test(t, a_character_comes_back_as_it_went);
    tcase_add_test(t, a_lost_file_is_made_again_beside_one_that_looks_alike);
    tcase_add_test(t, other_names_touch_no_file);
    tcase_add_test(t, what_is_too_deep_or_too_large_leaves_the_old_version);
    tcase_add_test(t, a_data_folder_that_cannot_be_is_told);
    Suite *s = suite_create("store/character");
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
