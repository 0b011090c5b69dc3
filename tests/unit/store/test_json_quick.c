// The quick reader of JSON: what it reads is what jansson reads, place by place, and what it leaves
// is what it should leave.
#include "json_same.h"

#include <check.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "util/buf.h"
#include "util/file.h"
#include "util/mem.h"
#include "util/rng.h"

// In memory of exactly its length, so that a sanitizer sees a step beyond the end.
static bool is_quick(const char *text, size_t n)
{
    char *exact = mem_alloc(n ? n : 1);
    bool quick;
    memcpy(exact, text, n);
    ck_assert_msg(json_same_by_both(exact, n, &quick), "not as jansson: %.*s", (int)n, text);
    free(exact);
    return quick;
}

static const char *const read_quickly[] = {
    "{}",
    "[]",
    " \t\r\n[ \n\n  1 ,\r\n 2\t]\n ",
    "[0, -0, 7, -7, 999999999999999999, -999999999999999999]",
    "[0.0, -0.0, 1.5, 0.1, -0.3, 123456789012.345, 0.00000000000001, 99999.9999999999]",
    "[true, false, null, \"\", \"a\", \"twelve bytes\", \"exactly sixteen!\", \"seven..\"]",
    "[\"a\\\"b\\\\c\\/d\\b\\f\\n\\r\\t\", \"\\u0041\\u00e9\\u20ac\\uffff\\u0001\", \"\x7f\"]",
    "[\"\xc3\xa9\", \"long enough for a word \xe2\x82\xac and \xf0\x9f\x98\x80 after it\", \"\\n\xc3\xa9\"]",
    "{\"a\": {\"a\": {\"a\": []}}, \"b\" : [{}, {\"c\":1}], \"\": 2, \"\\u0062b\": 3}",
    "{\"a\":1,\"b\":2,\"c\":3,\"d\":4,\"e\":5,\"f\":6,\"g\":7,\"h\":8,\"i\":9,\"j\":10,\"ab\":11,\"ba\":12}",
    ("[{\"name\": 1, \"names\": 2, \"nam\": 3, \"\": 4}, {\"name\": 5, \"nam\\u0065\\u0073\": 6, \"nam\": 7,"
     " \"namely, and longer than what is remembered\": 8}, {\"nam\": {\"name\": {\"name\": 9}}, \"names\": 10}]"),
    "[{\"abc\\\\n\":1}, {\"abc\\n\":2}, {\"abc\\\\n\":3}, \"and enough text behind it\"]",
    "[\n                  1,\n          {\n                         \"x\": 2}]",
};

START_TEST(what_is_common_is_read_as_jansson_reads_it)
{
    const char *text = read_quickly[_i];
    ck_assert_msg(is_quick(text, strlen(text)), "left: %s", text);
    for (size_t n = 0; n < strlen(text); n++)
        is_quick(text, n);
}
END_TEST

static const char *const left[] = {
    "",
    "1",
    "\"a\"",
    "[",
    "[1",
    "[1,",
    "[1,]",
    "[,1]",
    "[1 2]",
    "[1]]",
    "[1] x",
    "{",
    "{\"a\"",
    "{\"a\":",
    "{\"a\" 1}",
    "{\"a\":1,}",
    "{a:1}",
    "{1:1}",
    "{\"a\":1 \"b\":2}",
    "[01]",
    "[-]",
    "[-x]",
    "[+1]",
    "[1.]",
    "[.5]",
    "[1.x]",
    "[1e5]",
    "[1.5e5]",
    "[1E5]",
    "[1000000000000000000]",
    "[9223372036854775808]",
    "[0.1234567890123456]",
    "[1234567890123456.5]",
    "[tru]",
    "[truex]",
    "[True]",
    "[nul]",
    "[falsy]",
    "[\"a]",
    "[\"a\\]",
    "[\"a\\\"]",
    "[\"\\x\"]",
    "[\"\\u12\"]",
    "[\"\\u12g4\"]",
    "[\"\\u0000\"]",
    "[\"\\ud800\"]",
    "[\"\\ud83d\\ude00\"]",
    "[\"a\nb\"]",
    "[\"twelve letters and \x01\"]",
    "[\"\xff\"]",
    "[\"\xc3\"]",
    "[\"\\n\xc3\"]",
    "[\"\xed\xa0\x80\"]",
    "[\"\\n\xed\xa0\x80 and more of it\"]",
    "[\"\xc0\x80\"]",
    "[\f1]",
    "[{\"abc\\\"d\":1}, {\"abc\"d\":2}, \"and enough text behind it\"]",
    "{\"a\":1,\"a\":2}",
    "{\"a\":1,\"\\u0061\":2}",
    "{\"a\":1,\"b\":2,\"c\":3,\"d\":4,\"e\":5,\"f\":6,\"g\":7,\"h\":8,\"i\":9,\"j\":10,\"a\":11}",
    "{\"x\":{\"a\":1,\"b\":2,\"c\":3,\"d\":4,\"e\":5,\"f\":6,\"g\":7,\"h\":8,\"i\":9,\"i\":10}}",
};

START_TEST(all_else_is_left_to_jansson)
{
    ck_assert_msg(!is_quick(left[_i], strlen(left[_i])), "read: %s", left[_i]);
}
END_TEST

START_TEST(a_zero_byte_is_left_to_jansson)
{
    ck_assert(!is_quick("[1\0]", 4));
    ck_assert(!is_quick("[\"\0\"]", 5));
    ck_assert(!is_quick("[\"\\\0\"]", 6));
    ck_assert(!is_quick("[1]\0", 4));
}
END_TEST

static bool is_quick_nested(size_t levels)
{
    struct buf b = BUF_INIT;
    for (size_t i = 0; i < levels; i++)
        buf_addc(&b, '[');
    for (size_t i = 0; i < levels; i++)
        buf_addc(&b, ']');
    bool quick = is_quick(b.data, b.len);
    buf_fini(&b);
    return quick;
}

START_TEST(only_deep_nesting_is_left)
{
    ck_assert(is_quick_nested(JSON_QUICK_DEEPEST));
    ck_assert(!is_quick_nested(JSON_QUICK_DEEPEST + 1));
    struct buf b = BUF_INIT; // many lists that are not inside each other
    buf_adds(&b, "[[]");
    for (int i = 0; i < 3 * JSON_QUICK_DEEPEST; i++)
        buf_adds(&b, ",{}");
    buf_adds(&b, "]");
    ck_assert(is_quick(b.data, b.len));
    buf_fini(&b);
}
END_TEST

// Objects of every size have each name once, also where names are looked up in a table.
START_TEST(a_second_name_is_found_in_objects_of_every_size)
{
    for (int n = 1; n < 80; n++) {
        struct buf b = BUF_INIT;
        for (int i = 0; i < n; i++)
            buf_addf(&b, "%c\"name %d\":%d", i ? ',' : '{', i, i);
        size_t sound = b.len;
        buf_addc(&b, '}');
        ck_assert(is_quick(b.data, b.len));
        buf_truncate(&b, sound);
        buf_addf(&b, ",\"name %d\":0}", n / 2);
        ck_assert(!is_quick(b.data, b.len));
        buf_fini(&b);
    }
}
END_TEST

START_TEST(zone_files_are_read_quickly)
{
    int files = 0;
    char folder[500];
    snprintf(folder, sizeof(folder), "%s/data/zones", getenv("LATCHKEY_SOURCE"));
    DIR *d = opendir(folder);
    ck_assert_ptr_nonnull(d);
    for (struct dirent *e; (e = readdir(d));) {
        struct buf text = BUF_INIT;
        char *path = mem_printf("%s/%s", folder, e->d_name);
        if (strstr(e->d_name, ".json") && !file_read(path, 1 << 20, &text)) {
            ck_assert_msg(is_quick(text.data, text.len), "left: %s", path);
            files++;
        }
        free(path);
        buf_fini(&text);
    }
    closedir(d);
    ck_assert_int_gt(files, 2);
}
END_TEST

// One to three bytes of a right text are changed, left out or doubled.
static void spoil(struct rng *r, struct buf *b)
{
    static const char some[] = "{}[],:\"\\ \n\t0123456789.-+eEtfnu/\xc3\xa9\xff\x01";
    for (uint64_t n = rng_below(r, 3) + 1; n && b->len; n--) {
        size_t at = rng_below(r, b->len);
        uint64_t how = rng_below(r, 4);
        if (how == 3) {
            memmove(b->data + at, b->data + at + 1, b->len - at - 1);
            buf_truncate(b, b->len - 1);
        } else if (how == 2) {
            buf_addc(b, ' ');
            memmove(b->data + at + 1, b->data + at, b->len - at - 1);
        } else {
            b->data[at] = some[rng_below(r, sizeof(some) - 1)];
        }
    }
}

START_TEST(spoiled_texts_are_read_as_jansson_reads_them)
{
    struct rng r;
    size_t quick = 0, all = 0;
    rng_seed(&r, 12);
    for (int round = 0; round < 3000; round++) {
        for (size_t i = 0; i < sizeof(read_quickly) / sizeof(read_quickly[0]); i++, all++) {
            struct buf b = BUF_INIT;
            buf_adds(&b, read_quickly[i]);
            spoil(&r, &b);
            quick += is_quick(b.data, b.len);
            buf_fini(&b);
        }
    }
    ck_assert_uint_gt(quick, all / 20); // so that both ways are tried often
    ck_assert_uint_lt(quick, all / 2);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("json_quick");
    TCase *t = tcase_create("read");
    tcase_set_timeout(t, 60);
    tcase_add_loop_test(t, what_is_common_is_read_as_jansson_reads_it, 0,
                        sizeof(read_quickly) / sizeof(read_quickly[0]));
    tcase_add_loop_test(t, all_else_is_left_to_jansson, 0, sizeof(left) / sizeof(left[0]));
    tcase_add_test(t, a_zero_byte_is_left_to_jansson);
    tcase_add_test(t, only_deep_nesting_is_left);
    tcase_add_test(t, a_second_name_is_found_in_objects_of_every_size);
    tcase_add_test(t, zone_files_are_read_quickly);
    tcase_add_test(t, spoiled_texts_are_read_as_jansson_reads_them);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
