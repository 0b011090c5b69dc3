// The table: what is put is found, order is insertion order whatever happens in between.
#include "util/map.h"

#include <check.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *number(size_t n)
{
    return (void *)(uintptr_t)n;
}

START_TEST(iteration_is_in_insertion_order)
{
    struct map *m = map_new();
    char key[16];
    for (size_t i = 0; i < 5000; i++) {
        snprintf(key, sizeof(key), "key%zu", (i * 7919) % 5000);
        ck_assert_ptr_null(map_put(m, key, number(i + 1)));
    }
    struct map_iter it = {0};
    const char *k;
    void *v;
    for (size_t i = 0; i < 5000; i++) {
        ck_assert(map_next(m, &it, &k, &v));
        ck_assert(v == number(i + 1));
        snprintf(key, sizeof(key), "key%zu", (i * 7919) % 5000);
        ck_assert_str_eq(k, key);
        ck_assert(map_get(m, key) == v);
    }
    ck_assert(!map_next(m, &it, &k, &v));
    ck_assert_int_eq(map_count(m), 5000);
    map_free(m);
}
END_TEST

START_TEST(replacing_keeps_the_place_and_returns_the_old_value)
{
    struct map *m = map_new();
    map_put(m, "a", number(1));
    map_put(m, "b", number(2));
    ck_assert(map_put(m, "a", number(3)) == number(1));
    struct map_iter it = {0};
    const char *k;
    ck_assert(map_next(m, &it, &k, NULL));
    ck_assert_str_eq(k, "a");
    ck_assert(map_get(m, "a") == number(3));
    ck_assert_int_eq(map_count(m), 2);
    map_free(m);
}
END_TEST

START_TEST(removing_leaves_the_others_in_order)
{
    struct map *m = map_new();
    char key[16];
    // A queue of 100 that slides over 10,000 keys: gaps must not pile up or break probing.
    for (size_t i = 0; i < 10000; i++) {
        snprintf(key, sizeof(key), "%zu", i);
        map_put(m, key, number(i + 1));
        if (i < 100)
            continue;
        snprintf(key, sizeof(key), "%zu", i - 100);
        ck_assert(map_remove(m, key) == number(i - 99));
        ck_assert_ptr_null(map_remove(m, key));
        ck_assert(!map_has(m, key));
    }
    ck_assert_int_eq(map_count(m), 100);
    struct map_iter it = {0};
    void *v;
    size_t expected = 9901;
    while (map_next(m, &it, NULL, &v))
        ck_assert(v == number(expected++));
    ck_assert_int_eq(expected, 10001);
    map_free(m);
}
END_TEST

START_TEST(the_entry_just_seen_may_be_removed)
{
    struct map *m = map_new();
    const char *const keys[] = {"a", "b", "c", "d"};
    for (size_t i = 0; i < 4; i++)
        map_put(m, keys[i], number(i));
    struct map_iter it = {0};
    const char *k;
    size_t seen = 0;
    while (map_next(m, &it, &k, NULL)) {
        ck_assert_str_eq(k, keys[seen++]);
        map_remove(m, keys[seen - 1]);
    }
    ck_assert_int_eq(seen, 4);
    ck_assert_int_eq(map_count(m), 0);
    map_put(m, "again", number(9));
    ck_assert(map_get(m, "again") == number(9));
    map_free(m);
}
END_TEST

START_TEST(keys_are_copied_and_compared_whole)
{
    struct map *m = map_new();
    char key[] = "lamp";
    map_put(m, key, number(1));
    key[0] = 'd';
    ck_assert(map_get(m, "lamp") == number(1));
    ck_assert_ptr_null(map_get(m, "damp"));
    ck_assert_ptr_null(map_get(m, "lam"));
    ck_assert(map_getn(m, "lamps", 4) == number(1));
    ck_assert_ptr_null(map_putn(m, "a\0b", 3, number(2)));
    ck_assert_ptr_null(map_get(m, "a"));
    ck_assert(map_getn(m, "a\0b", 3) == number(2));
    map_put(m, "", number(3));
    ck_assert(map_get(m, "") == number(3));
    map_put(m, "nil", NULL);
    ck_assert(map_has(m, "nil") && !map_get(m, "nil"));
    map_clear(m);
    ck_assert_int_eq(map_count(m), 0);
    ck_assert(!map_has(m, "lamp"));
    map_free(m);
    map_free(NULL);
}
END_TEST

START_TEST(a_kept_key_stays_where_it_is)
{
    struct map *m = map_new();
    char text[16] = "first";
    const char *kept = map_keep(m, text);
    ck_assert_str_eq(kept, "first");
    ck_assert_ptr_ne(kept, text);
    for (int i = 0; i < 1000; i++) { // rebuilt several times
        snprintf(text, sizeof(text), "%d", i);
        ck_assert_str_eq(map_keep(m, text), text);
    }
    ck_assert_ptr_eq(map_keep(m, "first"), kept);
    ck_assert_uint_eq(map_count(m), 1001);
    ck_assert(map_has(m, "first") && !map_get(m, "first"));
    map_put(m, "first", text); // a value does not move the key
    ck_assert_ptr_eq(map_keep(m, "first"), kept);
    ck_assert_ptr_eq(map_get(m, "first"), text);
    map_free(m);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("map");
    tcase_add_test(t, iteration_is_in_insertion_order);
    tcase_add_test(t, replacing_keeps_the_place_and_returns_the_old_value);
    tcase_add_test(t, removing_leaves_the_others_in_order);
    tcase_add_test(t, the_entry_just_seen_may_be_removed);
    tcase_add_test(t, a_kept_key_stays_where_it_is);
    tcase_add_test(t, keys_are_copied_and_compared_whole);
    Suite *s = suite_create("util/map");
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
