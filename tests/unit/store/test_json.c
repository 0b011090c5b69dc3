// JSON: positions of every value, complaints that name the place, and text that reads back.
#include "store/json.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/buf.h"
#include "util/doc.h"
#include "util/file.h"
#include "util/mem.h"

static struct doc *must_read(const char *text)
{
    struct doc_problems p = DOC_PROBLEMS_INIT;
    struct doc *d = json_read("t.json", text, strlen(text), &p);
    ck_assert_msg(d, "%s: %s", text, p.count ? p.list[0].text : "");
    ck_assert_int_eq(p.count, 0);
    return d;
}

static void assert_place(const struct doc_node *n, uint32_t line, uint32_t column)
{
    ck_assert_int_eq(n->line, line);
    ck_assert_int_eq(n->column, column);
}

static void assert_key_place(const struct doc_node *n, uint32_t line, uint32_t column)
{
    ck_assert_int_eq(n->key_line, line);
    ck_assert_int_eq(n->key_column, column);
}

START_TEST(every_value_knows_its_line_and_column)
{
    struct doc *d = must_read("\n {\n"
                              "  \"name\" : \"a \\\"tin\\\\\" ,\n"
                              "\t\"list\": [1, -2.5e3,\n"
                              "   true,false,null , \"x\"], \"deep\":{\"in\\u0041\":\n"
                              "{}}, \"\\u00e9\xc3\xa9\": [[],[ ]]\r\n"
                              "}\n\n");
    struct doc_node *root = doc_root(d);
    assert_place(root, 2, 2);
    struct doc_node *n = doc_get(root, "name");
    ck_assert_str_eq(n->string.text, "a \"tin\\");
    assert_key_place(n, 3, 3);
    assert_place(n, 3, 12);
    n = doc_get(root, "list");
    assert_key_place(n, 4, 2);
    assert_place(n, 4, 10);
    const uint32_t places[][2] = {{4, 11}, {4, 14}, {5, 4}, {5, 9}, {5, 15}, {5, 22}};
    const enum doc_kind kinds[] = {DOC_INT, DOC_REAL, DOC_BOOL, DOC_BOOL, DOC_NULL, DOC_STRING};
    int i = 0;
    doc_foreach (e, n) {
        assert_place(e, places[i][0], places[i][1]);
        ck_assert_int_eq(e->kind, kinds[i++]);
    }
    ck_assert_int_eq(i, 6);
    n = doc_get(doc_get(root, "deep"), "inA");
    assert_key_place(n, 5, 36);
    assert_place(n, 6, 1);
    n = doc_get(root, "\xc3\xa9\xc3\xa9");
    assert_key_place(n, 6, 6);
    assert_place(n, 6, 18);
    assert_place(n->list.first, 6, 19);
    assert_place(n->list.last, 6, 22);
    ck_assert_str_eq(doc_name(d), "t.json");
    doc_free(d);
}
END_TEST

START_TEST(members_stay_in_file_order_and_brackets_in_strings_do_not_count)
{
    struct doc *d = must_read("{\"z\":\"]},:\",\"a\":\"{[\",\"m\":[\"\\\\\",\"\\\"\"],\"b\":0}");
    char order[16] = "";
    doc_foreach (member, doc_root(d)) {
        strncat(order, member->key, 1);
    }
    ck_assert_str_eq(order, "zamb");
    assert_key_place(doc_get(doc_root(d), "b"), 1, 38);
    doc_free(d);
}
END_TEST

START_TEST(a_byte_order_mark_is_skipped)
{
    struct doc *d = must_read("\xef\xbb\xbf[ 5]");
    assert_place(doc_root(d), 1, 1);
    assert_place(doc_root(d)->list.first, 1, 3);
    doc_free(d);
}
END_TEST

START_TEST(numbers_keep_their_kind_and_value)
{
    struct doc *d = must_read("[9223372036854775807, -9223372036854775808, 0.1, 1e308, 1.0, 0]");
    struct doc_node *n = doc_root(d)->list.first;
    ck_assert(n->kind == DOC_INT && n->integer == INT64_MAX);
    n = n->next;
    ck_assert(n->kind == DOC_INT && n->integer == INT64_MIN);
    n = n->next;
    ck_assert(n->kind == DOC_REAL && n->real == 0.1);
    n = n->next;
    ck_assert(n->kind == DOC_REAL && n->real == 1e308);
    n = n->next;
    ck_assert(n->kind == DOC_REAL && n->real == 1.0);
    ck_assert(n->next->kind == DOC_INT && n->next->integer == 0);
    doc_free(d);
}
END_TEST

static const struct {
    const char *text;
    uint32_t line, column;
    const char *says; // part of the message
} faults[] = {
    {"", 1, 1, "the file is empty"},
    {" \n\n ", 3, 2, "the file is empty"},
    {"\"text\"", 1, 1, "'{' or '[' was expected at the start"},
    {"{\"a\":1,\n\"b\":2,\n\"a\":3}", 3, 1, "a second time"},
    {"{\"x\\\"y\":1, \"x\\\"y\":2}", 1, 12, "a second time"},
    {"[1,\n 1e400]", 2, 2, "too large"},
    {"[\n12345678901234567890]", 2, 1, "too large"},
    {"[-12345678901234567890]", 1, 2, "too large"},
    {"[\"ok\",\n  \"a\\u0000b\"]", 2, 3, "\\u0000"},
    {"{\"a\\u0000b\": 1}", 1, 2, "\\u0000"},
    {"{\"a\": \"x\xff\"}", 1, 9, "no UTF-8"},
    {"[\"\xed\xa0\x80\"]", 1, 3, "no UTF-8"},
    {"{\"a\": 1,\n \"b\": [1, 2", 2, 12, "ends inside the array that begins on line 2: ']'"},
    {"{\"a\": 1,\n \"b\": 2\n", 3, 1, "ends inside the object that begins on line 1: '}'"},
    {"{\"a\": \"not clo", 1, 7, "never closed"},
    {"{\"a\": \"not\nclosed\"}", 1, 7, "no closing quote on its line"},
    {"{\"a\": 1,}", 1, 9, "the last comma must go"},
    {"[1, 2,\n]", 2, 1, "the last comma must go"},
    {"{\"a\": }", 1, 7, "a value was expected here, not '}'"},
    {"{\"a\" 1}", 1, 6, "':' was expected after the member name, not '1'"},
    {"{\"a\": 1 \"b\": 2}", 1, 9, "a comma or '}' was expected"},
    {"{\"a\": [1 2]}", 1, 10, "a comma or ']' was expected"},
    {"{\"a\": [1, 2}}", 1, 12, "'}' does not close the array that begins on line 1"},
    {"{\"a\": 1]", 1, 8, "']' does not close the object"},
    {"{a: 1}", 1, 2, "stands in double quotes"},
    {"{'a': 1}", 1, 2, "in double quotes was expected, not in single ones"},
    {"{\"a\": yes}", 1, 7, "'yes' is no value"},
    {"{\"a\": +1}", 1, 7, "'+1' is no number"},
    {"{\"a\": 01}", 1, 7, "'01' is no number"},
    {"{\"a\": 1.}", 1, 7, "'1.' is no number"},
    {"{\"a\": 0x10}", 1, 7, "'0x10' is no number"},
    {"{ // note\n}", 1, 3, "no comments"},
    {"{\"a\": \"\\q\"}", 1, 8, "a backslash in a string"},
    {"{\"a\": \"\\u12x4\"}", 1, 8, "four hexadecimal digits"},
    {"{\"a\": \"\t\"}", 1, 8, "byte 0x09"},
    {"{}\n{}", 2, 1, "the end of the file was expected"},
    {"[\"\\ud800\"]", 1, 3, "half a character"},
    {"[\"\\ud83d\\ud83d\"]", 1, 3, "half a character"},
    {"[\"x\\udc00\"]", 1, 4, "half a character"},
    {"[1.5, -2e3, 1E-7, 0, -0, 0.5e+12, 10.25, tru]", 1, 42, "'tru' is no value"},
    {"[true, false, null, nul]", 1, 21, "'nul' is no value"},
    {"[-]", 1, 2, "'-' is no number"},
    {"[-x]", 1, 2, "'-x' is no number"},
    {"[1e]", 1, 2, "'1e' is no number"},
    {"[1e+]", 1, 2, "'1e+' is no number"},
    {"[.5]", 1, 2, "'.5' is no number"},
    {"[1.5.5]", 1, 2, "'1.5.5' is no number"},
    {"[12a]", 1, 2, "'12a' is no number"},
    {"[00]", 1, 2, "'00' is no number"},
    {"[aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa]", 1, 2,
     "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' is no value"},
    {"[\"\\ud83d\\ude00\", \"\\u00E9\\u00e9\\u0041\", \"\\\"\\\\\\/\\b\\f\\n\\r\\t\", x]", 1, 60,
     "'x' is no value"},
    {"[\"\\u00g0\"]", 1, 3, "four hexadecimal digits"},
    {"[\"\\ud83dx\"]", 1, 3, "half a character"},
    {"[\"\\ud83d\\n\"]", 1, 3, "half a character"},
    {"[\"\\ud83d\\u0041\"]", 1, 3, "half a character"},
    {"{\"a\":{\"b\":[1,{}],\"c\":[]},\"d\":x}", 1, 30, "'x' is no value"},
    {"[\"a\r\"]", 1, 2, "no closing quote on its line"},
    {"[\177]", 1, 2, "byte 0x7f"},
    {"[\303\251]", 1, 2, "a value was expected here, not '\303\251'"},
    {"[\302\205]", 1, 2, "byte 0xc2"},
    {"[}", 1, 2, "'}' does not close the array that begins on line 1: ']'"},
    {"{]", 1, 2, "']' does not close the object that begins on line 1: '}'"},
    {"{,}", 1, 2, "a member name was expected here, not ','"},
    {"{\"a\":1,]", 1, 8, "a member name was expected after the comma, not ']'"},
    {"[1,}", 1, 4, "a value was expected after the comma, not '}'"},
    {"[1,#]", 1, 4, "no comments"},
    {"{\"a\":'b'}", 1, 6, "a value in double quotes was expected, not in single ones"},
    {"{\"a\"::1}", 1, 6, "a value was expected here, not ':'"},
    {"[", 1, 2, "ends inside the array"},
    {"[\n1,", 2, 3, "ends inside the array that begins on line 1"},
    {"[[],\n[[", 2, 3, "ends inside the array that begins on line 2"},
    {"{\"a\":{\"x\":1},\"b\":[\"x\"],\"x\":2,\"x\":3}", 1, 30,
     "the name \"x\" occurs a second time in the object, first in line 1"},
    {"{\"x\" \n:0,\n\"x\":2}", 3, 1,
     "the name \"x\" occurs a second time in the object, first in line 1"},
    {"[{\"x\":1},{\"y\":{},\"x\":0,\n\"z\":1,\n\"x\" :1}]", 3, 1, "first in line 1"},
};

START_TEST(a_fault_is_told_where_it_stands)
{
    struct doc_problems p = DOC_PROBLEMS_INIT;
    ck_assert_ptr_null(json_read("bad.json", faults[_i].text, strlen(faults[_i].text), &p));
    ck_assert_int_eq(p.count, 1);
    ck_assert_int_eq(p.errors, 1);
    ck_assert_str_eq(p.list[0].file, "bad.json");
    ck_assert_msg(strstr(p.list[0].text, faults[_i].says), "%s: %s", faults[_i].text,
                  p.list[0].text);
    ck_assert_msg(p.list[0].line == faults[_i].line &&
                      (!faults[_i].column || p.list[0].column == faults[_i].column),
                  "%s at %u:%u: %s", faults[_i].text, p.list[0].line, p.list[0].column,
                  p.list[0].text);
    doc_problems_fini(&p);
}
END_TEST

START_TEST(a_text_may_not_be_longer_than_positions_can_say)
{
    struct doc_problems p = DOC_PROBLEMS_INIT;
    ck_assert_ptr_null(json_read("long", "[1] and nobody looks further", UINT32_MAX, &p));
    ck_assert_int_eq(p.errors, 1);
    ck_assert_str_eq(p.list[0].text, "too long: at most 4 GB were expected");
    doc_problems_fini(&p);
}
END_TEST

START_TEST(a_raw_zero_byte_is_refused_wherever_it_stands)
{
    const char *const texts[] = {"{\"a@\":1}", "{\"a\":\"x@y\"}", "{\"a\":1@}", "@{}",
                                 "{}@",        "{\"a\":tr@ue}",   "[1,@2]"};
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct doc_problems p = DOC_PROBLEMS_INIT;
        char *text = mem_strdup(texts[i]);
        size_t n = strlen(text), at = strcspn(text, "@");
        text[at] = '\0';
        ck_assert_msg(!json_read("nul", text, n, &p), "%s accepted", texts[i]);
        ck_assert_int_eq(p.errors, 1);
        ck_assert_msg(p.list[0].line == 1 && p.list[0].column == at + 1, "%s: column %u", texts[i],
                      p.list[0].column);
        doc_problems_fini(&p);
        free(text);
    }
}
END_TEST

// n opening brackets, and as many closing ones when `whole`.
static char *nest(size_t n, bool whole)
{
    char *text = mem_zalloc(2 * n + 1);
    memset(text, '[', n);
    if (whole)
        memset(text + n, ']', n);
    return text;
}

START_TEST(nesting_is_bounded)
{
    const size_t depths[] = {JSON_DEEPEST, JSON_DEEPEST + 1, 10000, 2000000};
    for (size_t i = 0; i < 4; i++) {
        struct doc_problems p = DOC_PROBLEMS_INIT;
        char *text = nest(depths[i], true);
        struct doc *d = json_read("deep", text, 2 * depths[i], &p);
        ck_assert_int_eq(d != NULL, depths[i] <= JSON_DEEPEST);
        if (!d) {
            ck_assert_ptr_nonnull(strstr(p.list[0].text, "nested too deep"));
            ck_assert_int_eq(p.list[0].column, JSON_DEEPEST + 1);
        }
        doc_free(d);
        doc_problems_fini(&p);
        free(text);
    }
}
END_TEST

static const char sample[] =
    "{ \"zone\": {\"ref\":\"mill\", \"name\":\"The Mill\", \"n\":-12, \"r\":[0.1,1e100,2.0,-0.0]},"
    "\"text\":\"line\\nnext\\ttab \\u0007 \\u007f \\\"q\\\" \\\\ \xc3\xa9 \xf0\x9f\x98\x80\","
    "\"empty\":{}, \"none\":[], \"nil\":null, \"yes\":true, \"no\":false,"
    "\"long\":[\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\",\"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\","
    "\"cccccccccccccccccccccccccccccccc\",{\"k\":[1,[2,[3]]]}],\"min\":-9223372036854775808}";

static char *written(const struct doc *d, unsigned flags)
{
    struct buf b = BUF_INIT;
    ck_assert(json_write(&b, doc_root(d), flags));
    return buf_take(&b);
}

START_TEST(text_cut_anywhere_is_refused_with_a_place)
{
    size_t n = strlen(sample);
    for (size_t cut = 0; cut < n; cut++) {
        struct doc_problems p = DOC_PROBLEMS_INIT;
        char *text = mem_dup(sample, cut ? cut : 1); // exact size, so that ASan sees an over-read
        ck_assert_msg(!json_read("cut", text, cut, &p), "accepted at %zu", cut);
        ck_assert_int_eq(p.errors, 1);
        ck_assert(p.list[0].line == 1 && p.list[0].column >= 1 && p.list[0].column <= cut + 1);
        doc_problems_fini(&p);
        free(text);
    }
}
END_TEST

START_TEST(random_damage_is_never_accepted_silently_or_fatal)
{
    size_t n = strlen(sample);
    uint32_t seed = 12345;
    for (int i = 0; i < 3000; i++) {
        struct doc_problems p = DOC_PROBLEMS_INIT;
        char *text = mem_dup(sample, n);
        for (int k = 0; k < 3; k++) {
            seed = seed * 1664525 + 1013904223;
            text[(seed >> 8) % n] = "{}[]\",:\\\0\xff"
                                    "a1-. "[(seed >> 3) % 15];
        }
        struct doc *d = json_read("damaged", text, n, &p);
        ck_assert_int_eq(p.errors, d ? 0 : 1);
        if (!d)
            ck_assert(p.list[0].line >= 1 && p.list[0].text[0]);
        doc_free(d);
        doc_problems_fini(&p);
        free(text);
    }
}
END_TEST

START_TEST(what_is_written_reads_back_and_writes_the_same)
{
    const unsigned flags[] = {JSON_PRETTY, JSON_ONE_LINE};
    for (int i = 0; i < 2; i++) {
        struct doc *d = must_read(sample);
        char *first = written(d, flags[i]);
        struct doc *again = must_read(first);
        char *second = written(again, flags[i]);
        ck_assert_str_eq(first, second);
        char *flat = written(d, JSON_ONE_LINE), *flat_again = written(again, JSON_ONE_LINE);
        ck_assert_str_eq(flat, flat_again);
        ck_assert_ptr_null(strchr(flat, '\n'));
        free(flat);
        free(flat_again);
        free(first);
        free(second);
        doc_free(d);
        doc_free(again);
    }
}
END_TEST

START_TEST(short_lists_stay_on_one_line)
{
    struct doc *d = must_read(sample);
    char *text = written(d, JSON_PRETTY);
    ck_assert_str_eq(text,
                     "{\n"
                     "  \"zone\": { \"ref\": \"mill\", \"name\": \"The Mill\", \"n\": -12, "
                     "\"r\": [0.1, 1e+100, 2.0, -0.0] },\n"
                     "  \"text\": \"line\\nnext\\ttab \\u0007 \\u007f \\\"q\\\" \\\\ \xc3\xa9 "
                     "\xf0\x9f\x98\x80\",\n"
                     "  \"empty\": {},\n"
                     "  \"none\": [],\n"
                     "  \"nil\": null,\n"
                     "  \"yes\": true,\n"
                     "  \"no\": false,\n"
                     "  \"long\": [\n"
                     "    \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\",\n"
                     "    \"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\",\n"
                     "    \"cccccccccccccccccccccccccccccccc\",\n"
                     "    { \"k\": [1, [2, [3]]] }\n"
                     "  ],\n"
                     "  \"min\": -9223372036854775808\n"
                     "}\n");
    free(text);
    doc_free(d);
}
END_TEST

START_TEST(no_line_of_short_lists_is_wider_than_the_margin)
{
    for (int n = 60; n < 110; n++) {
        struct doc *d = doc_new("w");
        struct doc_node *root = doc_object(d), *array = doc_array(d);
        char word[128];
        snprintf(word, sizeof(word), "%0*d", n, 7);
        doc_append(array, doc_string(d, word));
        doc_put(d, root, "k", array);
        doc_put(d, root, "l", doc_null(d));
        doc_set_root(d, root);
        char *text = written(d, JSON_PRETTY);
        // Two spaces, "k": [" before it, "], behind it: eleven columns.
        bool one_line = strstr(text, "[\"") != NULL;
        ck_assert_msg(one_line == (n + 12 <= 100), "%d: %s", n, text);
        free(text);
        doc_free(d);
    }
}
END_TEST

START_TEST(what_could_not_be_read_back_is_not_written)
{
    struct doc *d = doc_new("deep");
    struct doc_node *inner = doc_array(d), *root = inner;
    for (int i = 1; i < JSON_DEEPEST; i++) {
        struct doc_node *outer = doc_array(d);
        doc_append(outer, root);
        root = outer;
    }
    struct buf b = BUF_INIT;
    ck_assert(json_write(&b, root, JSON_PRETTY));
    struct doc_problems p = DOC_PROBLEMS_INIT;
    struct doc *again = json_read("again", buf_str(&b), b.len, &p);
    ck_assert_ptr_nonnull(again);
    doc_free(again);
    buf_clear(&b);
    for (int i = 0; i < 300000; i++) {
        struct doc_node *outer = doc_array(d);
        doc_append(outer, root);
        root = outer;
    }
    ck_assert(!json_write(&b, root, JSON_PRETTY));
    ck_assert(!json_write(&b, root, JSON_ONE_LINE));
    ck_assert_int_eq(b.len, 0);
    ck_assert_int_eq(json_write_file("unused", root), -EOVERFLOW);
    ck_assert_int_eq(access("unused", F_OK), -1);
    buf_fini(&b);
    doc_free(d);
}
END_TEST

START_TEST(hostile_values_are_written_as_valid_json)
{
    struct doc *d = doc_new("bad");
    struct doc_node *a = doc_array(d);
    doc_append(a, doc_real(d, 1.0 / 0.0 * 1.0));
    doc_append(a, doc_real(d, 0.0 * (1.0 / 0.0)));
    doc_append(a, doc_string(d, "a\xff\xc0z"));
    doc_set_root(d, a);
    char *text = written(d, JSON_ONE_LINE);
    ck_assert_str_eq(text, "[null, null, \"a\xef\xbf\xbd\xef\xbf\xbdz\"]");
    doc_free(must_read(text));
    free(text);
    doc_free(d);
}
END_TEST

START_TEST(every_real_reads_back_as_itself)
{
    const double values[] = {
        0.1,  1.0 / 3, 5e-324, 1.7976931348623157e308, 123456789012345680.0, -2.5,
        1e21, 100.0,   4.35,   2.2250738585072014e-308};
    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        struct doc *d = doc_new("r");
        struct doc_node *a = doc_array(d);
        doc_append(a, doc_real(d, values[i]));
        doc_set_root(d, a);
        char *text = written(d, JSON_ONE_LINE);
        struct doc *again = must_read(text);
        struct doc_node *n = doc_root(again)->list.first;
        ck_assert_msg(n->kind == DOC_REAL && n->real == values[i], "%s", text);
        free(text);
        doc_free(again);
        doc_free(d);
    }
}
END_TEST

START_TEST(files_are_bounded_and_replaced_whole)
{
    char folder[] = P_tmpdir "/latchkey-json-XXXXXX";
    ck_assert_ptr_nonnull(mkdtemp(folder));
    char *path = mem_printf("%s/a.json", folder), *old = mem_printf("%s~", path);
    struct doc_problems p = DOC_PROBLEMS_INIT;
    int code = 0;
    ck_assert_ptr_null(json_open(path, 100, &p, &code));
    ck_assert_int_eq(code, -ENOENT);
    ck_assert_ptr_nonnull(strstr(p.list[0].text, "cannot be read: No such file"));
    ck_assert_str_eq(p.list[0].file, path);
    struct doc *one = must_read("{\"n\":1}"), *two = must_read("{\"n\":22222222}");
    ck_assert_int_eq(json_write_file(path, doc_root(one)), 0);
    ck_assert_int_eq(json_write_file(path, doc_root(two)), 0);
    ck_assert_ptr_null(json_read_file(path, 10, &p));
    ck_assert_ptr_nonnull(strstr(p.list[1].text, "at most 10 bytes"));
    ck_assert_ptr_null(json_read_file(folder, 10, &p));
    struct doc *back = json_open(path, 100, &p, &code), *kept = json_read_file(old, 100, &p);
    ck_assert_int_eq(code, 0);
    ck_assert_int_eq(doc_get(doc_root(back), "n")->integer, 22222222);
    ck_assert_int_eq(doc_get(doc_root(kept), "n")->integer, 1);
    ck_assert_int_eq(file_write_atomic(path, "{\"n\":", 5, 0644, false), 0);
    ck_assert_ptr_null(json_open(path, 100, &p, &code));
    ck_assert_int_eq(code, -EBADMSG);
    doc_free(one);
    doc_free(two);
    doc_free(back);
    doc_free(kept);
    doc_problems_fini(&p);
    unlink(path);
    unlink(old);
    rmdir(folder);
    free(path);
    free(old);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("json");
    tcase_add_test(t, every_value_knows_its_line_and_column);
    tcase_add_test(t, members_stay_in_file_order_and_brackets_in_strings_do_not_count);
    tcase_add_test(t, a_byte_order_mark_is_skipped);
    tcase_add_test(t, numbers_keep_their_kind_and_value);
    tcase_add_loop_test(t, a_fault_is_told_where_it_stands, 0, sizeof(faults) / sizeof(faults[0]));
    tcase_add_test(t, a_text_may_not_be_longer_than_positions_can_say);
    tcase_add_test(t, a_raw_zero_byte_is_refused_wherever_it_stands);
    tcase_add_test(t, nesting_is_bounded);
    tcase_add_test(t, text_cut_anywhere_is_refused_with_a_place);
    tcase_add_test(t, random_damage_is_never_accepted_silently_or_fatal);
    tcase_add_test(t, what_is_written_reads_back_and_writes_the_same);
    tcase_add_test(t, short_lists_stay_on_one_line);
    tcase_add_test(t, no_line_of_short_lists_is_wider_than_the_margin);
    tcase_add_test(t, what_could_not_be_read_back_is_not_written);
    tcase_add_test(t, hostile_values_are_written_as_valid_json);
    tcase_add_test(t, every_real_reads_back_as_itself);
    tcase_add_test(t, files_are_bounded_and_replaced_whole);
    Suite *s = suite_create("store/json");
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
