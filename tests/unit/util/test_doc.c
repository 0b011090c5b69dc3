// What the document tree promises: order, positions, complaints that name a place.
#include "util/doc.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "util/arena.h"
#include "util/buf.h"
#include "util/mem.h"

START_TEST(members_keep_their_order)
{
    struct doc *d = doc_new("a.json");
    struct doc_node *o = doc_object(d);
    doc_set_root(d, o);
    const char *const keys[] = {"zulu", "alpha", "mike"};
    for (int i = 0; i < 3; i++)
        doc_put(d, o, keys[i], doc_int(d, i));
    int i = 0;
    doc_foreach (member, doc_root(d)) {
        ck_assert_str_eq(member->key, keys[i]);
        ck_assert_int_eq(member->integer, i++);
    }
    ck_assert_int_eq(o->list.count, 3);
    ck_assert_int_eq(doc_get(o, "mike")->integer, 2);
    ck_assert_ptr_null(doc_get(o, "nobody"));
    ck_assert_ptr_null(doc_get(doc_get(o, "mike"), "x"));
    ck_assert_ptr_null(doc_get(NULL, "x"));
    doc_free(d);
}
END_TEST

START_TEST(strings_are_copied_unless_borrowed)
{
    struct doc *d = doc_new("a.json");
    char text[] = "first", key[] = "key";
    struct doc_node *copied = doc_string(d, text), *borrowed = doc_string_borrow(d, text, 5);
    struct doc_node *o = doc_object(d);
    doc_put(d, o, key, copied);
    text[0] = 'w';
    key[0] = 'b';
    ck_assert_str_eq(copied->string.text, "first");
    ck_assert_str_eq(copied->key, "key");
    ck_assert_str_eq(borrowed->string.text, "wirst");
    ck_assert_int_eq(doc_stringn(d, "abcdef", 3)->string.length, 3);
    doc_free(d);
}
END_TEST

static void count_release(void *thing)
{
    ++*(int *)thing;
}

START_TEST(what_is_kept_is_released_once_with_the_document)
{
    int released = 0;
    struct doc *d = doc_new("a.json");
    doc_keep(d, &released, count_release);
    ck_assert_int_eq(released, 0);
    doc_free(d);
    ck_assert_int_eq(released, 1);
    doc_free(NULL);
}
END_TEST

START_TEST(documents_in_one_arena_live_until_it_ends)
{
    struct arena memory = ARENA_INIT;
    struct doc *a = doc_new_in("a.json", &memory), *b = doc_new_in("b.json", &memory);
    struct doc_node *first = doc_string(a, "of a"), *second = doc_string(b, "of b");
    doc_set_root(a, first);
    doc_free(b);
    ck_assert_str_eq(second->string.text, "of b");
    ck_assert_str_eq(doc_root(a)->string.text, "of a");
    ck_assert(second > first && second < first + 4); // in one piece of memory
    doc_free(a);
    arena_fini(&memory);
}
END_TEST

START_TEST(a_cleared_document_is_empty_and_uses_its_memory_again)
{
    struct doc *d = doc_new("a.json");
    for (int i = 0; i < 1000; i++) // several chunks
        doc_string(d, "some text, and then some more of it");
    doc_clear(d);
    doc_clear(d);
    struct doc_node *n = doc_int(d, 7);
    doc_set_root(d, n);
    doc_clear(d);
    ck_assert_ptr_null(doc_root(d));
    ck_assert_ptr_eq(doc_int(d, 8), n);
    doc_free(d);
    d = doc_new("b.json");
    doc_clear(d); // before its first node
    ck_assert_int_eq(doc_int(d, 9)->integer, 9);
    doc_free(d);
}
END_TEST

START_TEST(a_value_larger_than_any_chunk_fits)
{
    struct doc *d = doc_new("big");
    size_t n = 9 << 20;
    char *big = mem_alloc(n);
    memset(big, 'x', n);
    struct doc_node *array = doc_array(d);
    for (int i = 0; i < 1000; i++)
        doc_append(array, doc_real(d, i));
    struct doc_node *s = doc_stringn(d, big, n);
    doc_append(array, s);
    doc_append(array, doc_bool(d, true));
    ck_assert_int_eq(strlen(s->string.text), n);
    int i = 0;
    doc_foreach (e, array) {
        ck_assert_int_eq((uintptr_t)e % _Alignof(struct doc_node), 0);
        if (i < 1000)
            ck_assert(e->kind == DOC_REAL && e->real == i);
        i++;
    }
    ck_assert_int_eq(i, 1002);
    free(big);
    doc_free(d);
}
END_TEST

START_TEST(problems_are_told_in_file_order)
{
    struct doc_problems p = DOC_PROBLEMS_INIT;
    struct doc *d = doc_new("b.json");
    struct doc_node *n = doc_int(d, 7);
    *n = (struct doc_node){
        .kind = DOC_INT, .line = 9, .column = 4, .key_line = 8, .key_column = 2, .integer = 7};
    doc_error(&p, d, n, "value %d", 1);
    doc_error_key(&p, d, n, "name");
    doc_warning(&p, d, NULL, "whole");
    doc_problem_at(&p, DOC_ERROR, "a.json", 100, 1, "early file");
    doc_problems_sort(&p);
    struct buf out = BUF_INIT;
    doc_problems_write(&out, &p);
    ck_assert_str_eq(buf_str(&out), "a.json:100:1: error: early file\n"
                                    "b.json: warning: whole\n"
                                    "b.json:8:2: error: name\n"
                                    "b.json:9:4: error: value 1\n");
    ck_assert_int_eq(p.errors, 3);
    ck_assert_int_eq(p.count, 4);
    buf_fini(&out);
    doc_problems_fini(&p);
    doc_free(d);
}
END_TEST

START_TEST(a_flood_of_problems_is_counted_and_not_kept)
{
    struct doc_problems p = DOC_PROBLEMS_INIT;
    for (int i = 0; i < DOC_MAX_PROBLEMS + 50; i++)
        doc_error(&p, NULL, NULL, "again");
    ck_assert_int_eq(p.count, DOC_MAX_PROBLEMS);
    ck_assert_int_eq(p.errors, DOC_MAX_PROBLEMS + 50);
    doc_problems_fini(&p);
    ck_assert_int_eq(p.count, 0);
}
END_TEST

START_TEST(wanting_another_kind_says_both_kinds)
{
    struct doc_problems p = DOC_PROBLEMS_INIT;
    struct doc *d = doc_new("c.json");
    struct doc_node *s = doc_string(d, "hello"), *five = doc_int(d, 5);
    const char *text = NULL;
    bool truth = false;
    int64_t number = 0;
    ck_assert(doc_want_string(&p, d, s, &text) && !strcmp(text, "hello"));
    ck_assert(doc_want_int(&p, d, five, 5, 5, &number) && number == 5);
    ck_assert(doc_want_bool(&p, d, doc_bool(d, true), &truth) && truth);
    ck_assert(doc_want_kind(&p, d, doc_array(d), DOC_ARRAY));
    ck_assert_int_eq(p.errors, 0);
    ck_assert(!doc_want_string(&p, d, five, &text));
    ck_assert(!doc_want_bool(&p, d, s, &truth));
    ck_assert(!doc_want_int(&p, d, five, 6, 9, &number));
    ck_assert(!doc_want_kind(&p, d, NULL, DOC_OBJECT));
    ck_assert_int_eq(p.errors, 4);
    ck_assert_str_eq(p.list[0].text, "a string was expected here, not a whole number");
    ck_assert_str_eq(p.list[2].text, "5 is out of range: a whole number from 6 to 9 was expected");
    ck_assert_str_eq(p.list[3].text, "an object was expected here, not nothing");
    doc_problems_fini(&p);
    doc_free(d);
}
END_TEST

START_TEST(durations_are_read_from_strings_and_seconds)
{
    struct doc_problems p = DOC_PROBLEMS_INIT;
    struct doc *d = doc_new("c.json");
    int64_t ms = -1;
    ck_assert(doc_want_duration(&p, d, doc_string(d, "1h30m"), &ms) && ms == 5400000);
    ck_assert(doc_want_duration(&p, d, doc_int(d, 90), &ms) && ms == 90000);
    ck_assert(doc_want_duration(&p, d, doc_int(d, 30 * 86400), &ms) && ms == 2592000000);
    ck_assert(!doc_want_duration(&p, d, doc_int(d, 30 * 86400 + 1), &ms));
    ck_assert(!doc_want_duration(&p, d, doc_int(d, -1), &ms));
    ck_assert(!doc_want_duration(&p, d, doc_string(d, "soon"), &ms));
    ck_assert(!doc_want_duration(&p, d, doc_real(d, 1.5), &ms));
    ck_assert_int_eq(p.errors, 4);
    ck_assert_int_eq(ms, 2592000000);
    doc_problems_fini(&p);
    doc_free(d);
}
END_TEST

START_TEST(the_nearest_name_is_a_slip_away_and_no_further)
{
    const char *const names[] = {"description", "exits", "inventory", "name", "in", NULL};
    ck_assert_str_eq(doc_nearest("decsription", names), "description");
    ck_assert_str_eq(doc_nearest("Exit", names), "exits");
    ck_assert_str_eq(doc_nearest("nmae", names), "name");
    ck_assert_str_eq(doc_nearest("invetnry", names), "inventory");
    ck_assert_ptr_null(doc_nearest("weapon", names));
    ck_assert_ptr_null(doc_nearest("", names));
    char lengthy[200];
    memset(lengthy, 'a', sizeof(lengthy) - 1);
    lengthy[sizeof(lengthy) - 1] = '\0';
    ck_assert_ptr_null(doc_nearest(lengthy, names));
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("doc");
    tcase_add_test(t, members_keep_their_order);
    tcase_add_test(t, strings_are_copied_unless_borrowed);
    tcase_add_test(t, what_is_kept_is_released_once_with_the_document);
    tcase_add_test(t, documents_in_one_arena_live_until_it_ends);
    tcase_add_test(t, a_cleared_document_is_empty_and_uses_its_memory_again);
    tcase_add_test(t, a_value_larger_than_any_chunk_fits);
    tcase_add_test(t, problems_are_told_in_file_order);
    tcase_add_test(t, a_flood_of_problems_is_counted_and_not_kept);
    tcase_add_test(t, wanting_another_kind_says_both_kinds);
    tcase_add_test(t, durations_are_read_from_strings_and_seconds);
    tcase_add_test(t, the_nearest_name_is_a_slip_away_and_no_further);
    Suite *s = suite_create("util/doc");
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
