// Packing: what goes in comes out at every size and depth that is allowed, and no cut of it is ever
// read as something whole.
#include "util/pack.h"

#include "util/buf.h"
#include "util/doc.h"
#include "util/mem.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static struct buf bytes;

static void start(void)
{
    bytes = (struct buf)BUF_INIT;
}

static void finish(void)
{
    buf_fini(&bytes);
}

static struct unpack reader(size_t n)
{
    const unsigned char *at = (const unsigned char *)buf_str(&bytes);
    return (struct unpack){at, at + n, false};
}

static void ck_over(const struct unpack *u)
{
    ck_assert(!u->bad);
    ck_assert_ptr_eq(u->at, u->end);
}

START_TEST(numbers_come_back_at_each_power_of_two)
{
    for (int bit = 0; bit < 64; bit++)
        for (int by = -1; by <= 1; by++) {
            uint64_t n = (UINT64_C(1) << bit) + (uint64_t)(int64_t)by;
            buf_clear(&bytes);
            pack_uint(&bytes, n);
            pack_int(&bytes, (int64_t)n);
            pack_int(&bytes, -(int64_t)(n >> 1));
            struct unpack u = reader(bytes.len);
            ck_assert_uint_eq(unpack_uint(&u), n);
            ck_assert_int_eq(unpack_int(&u), (int64_t)n);
            ck_assert_int_eq(unpack_int(&u), -(int64_t)(n >> 1));
            ck_over(&u);
        }
}
END_TEST

START_TEST(a_number_is_as_long_as_it_must_be)
{
    static const struct {
        uint64_t n;
        size_t length;
    } cases[] = {{0, 1},
                 {127, 1},
                 {128, 2},
                 {16383, 2},
                 {16384, 3},
                 {(UINT64_C(1) << 63) - 1, 9},
                 {UINT64_C(1) << 63, 10},
                 {UINT64_MAX, 10}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        buf_clear(&bytes);
        pack_uint(&bytes, cases[i].n);
        ck_assert_uint_eq(bytes.len, cases[i].length);
    }
    buf_clear(&bytes);
    pack_int(&bytes, INT64_MIN);
    pack_int(&bytes, INT64_MAX);
    struct unpack u = reader(bytes.len);
    ck_assert_int_eq(unpack_int(&u), INT64_MIN);
    ck_assert_int_eq(unpack_int(&u), INT64_MAX);
    ck_over(&u);
}
END_TEST

START_TEST(what_64_bits_cannot_hold_is_bad)
{
    static const char *const longer[] = {
        "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02",     // bit 64
        "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f",     // and more of them
        "\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01", // an eleventh byte
        "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff",
    };
    for (size_t i = 0; i < sizeof(longer) / sizeof(*longer); i++) {
        buf_clear(&bytes);
        buf_add(&bytes, longer[i], strlen(longer[i]));
        struct unpack u = reader(bytes.len);
        ck_assert_uint_eq(unpack_uint(&u), 0);
        ck_assert(u.bad);
        ck_assert_int_eq(unpack_int(&u), 0);
    }
}
END_TEST

START_TEST(limits_are_kept)
{
    pack_uint(&bytes, 128);
    struct unpack u = reader(bytes.len);
    ck_assert_uint_eq(unpack_limited(&u, 128), 128);
    ck_over(&u);
    u = reader(bytes.len);
    ck_assert_uint_eq(unpack_limited(&u, 127), 0);
    ck_assert(u.bad);
}
END_TEST

static char *letters(size_t n)
{
    char *text = mem_alloc(n + 1);
    for (size_t i = 0; i < n; i++)
        text[i] = (char)('a' + i % 26);
    text[n] = '\0';
    return text;
}

START_TEST(texts_come_back_at_each_length_and_no_cut_of_them)
{
    static const size_t lengths[] = {0, 1, 126, 127, 128, 129, 16383, 16384, 16385};
    for (size_t i = 0; i < sizeof(lengths) / sizeof(*lengths); i++) {
        char *text = letters(lengths[i]);
        buf_clear(&bytes);
        pack_text(&bytes, text);
        struct unpack u = reader(bytes.len);
        ck_assert_str_eq(unpack_text(&u), text);
        ck_over(&u);
        for (size_t cut = 0; cut < bytes.len; cut++) {
            u = reader(cut);
            ck_assert_str_eq(unpack_text(&u), "");
            ck_assert(u.bad);
            ck_assert(u.at <= u.end);
        }
        free(text);
    }
    buf_clear(&bytes);
    pack_text(&bytes, NULL);
    struct unpack u = reader(bytes.len);
    ck_assert_str_eq(unpack_text(&u), "");
    ck_over(&u);
}
END_TEST

START_TEST(a_text_has_its_zero_byte_at_its_end_and_nowhere_else)
{
    buf_add(&bytes, "\3a\0b\0", 5); // one inside
    struct unpack u = reader(bytes.len);
    ck_assert_str_eq(unpack_text(&u), "");
    ck_assert(u.bad);
    buf_clear(&bytes);
    buf_add(&bytes, "\2abc", 4); // none behind it
    u = reader(bytes.len);
    ck_assert_str_eq(unpack_text(&u), "");
    ck_assert(u.bad);
    buf_clear(&bytes);
    pack_uint(&bytes, UINT64_MAX); // further than memory goes
    buf_addc(&bytes, '\0');
    u = reader(bytes.len);
    ck_assert_str_eq(unpack_text(&u), "");
    ck_assert(u.bad);
}
END_TEST

START_TEST(once_bad_all_is_empty)
{
    pack_uint(&bytes, 7);
    pack_text(&bytes, "seven");
    struct doc *d = doc_new("test");
    struct unpack u = reader(bytes.len);
    u.bad = true;
    ck_assert_uint_eq(unpack_uint(&u), 0);
    ck_assert_int_eq(unpack_int(&u), 0);
    ck_assert_str_eq(unpack_text(&u), "");
    ck_assert_int_eq(unpack_doc(&u, d)->kind, DOC_NULL);
    unpack_skip_doc(&u);
    ck_assert_ptr_eq(u.at, (const unsigned char *)bytes.data);
    doc_free(d);
}
END_TEST

static void ck_same(const struct doc_node *a, const struct doc_node *b)
{
    ck_assert_int_eq(a->kind, b->kind);
    ck_assert_int_eq(!a->key, !b->key);
    if (a->key)
        ck_assert_str_eq(a->key, b->key);
    switch ((enum doc_kind)a->kind) {
    case DOC_NULL:
        break;
    case DOC_BOOL:
        ck_assert_int_eq(a->boolean, b->boolean);
        break;
    case DOC_INT:
        ck_assert_int_eq(a->integer, b->integer);
        break;
    case DOC_REAL:
        ck_assert_mem_eq(&a->real, &b->real, sizeof(a->real));
        break;
    case DOC_STRING:
        ck_assert_uint_eq(a->string.length, b->string.length);
        ck_assert_str_eq(a->string.text, b->string.text);
        break;
    case DOC_ARRAY:
    case DOC_OBJECT:
        ck_assert_uint_eq(a->list.count, b->list.count);
        for (const struct doc_node *x = a->list.first, *y = b->list.first; x; x = x->next) {
            ck_same(x, y);
            y = y->next;
        }
        break;
    }
}

static struct doc_node *example(struct doc *d)
{
    struct doc_node *root = doc_object(d), *list = doc_array(d);
    doc_append(list, doc_int(d, 127));
    doc_append(list, doc_int(d, 128));
    doc_append(list, doc_int(d, INT64_MIN));
    doc_append(list, doc_real(d, -0.0));
    doc_append(list, doc_real(d, 1e308));
    doc_append(list, doc_string(d, ""));
    doc_append(list, doc_null(d));
    doc_put(d, root, "list", list);
    doc_put(d, root, "", doc_bool(d, true));
    doc_put(d, root, "no", doc_bool(d, false));
    doc_put(d, root, "text", doc_string(d, "K\303\244se"));
    doc_put(d, root, "nothing", doc_object(d));
    doc_put(d, root, "none", doc_array(d));
    return root;
}

START_TEST(documents_come_back_and_no_cut_of_them)
{
    struct doc *d = doc_new("test");
    struct doc_node *root = example(d);
    pack_doc(&bytes, root);
    struct unpack u = reader(bytes.len);
    ck_same(root, unpack_doc(&u, d));
    ck_over(&u);
    u = reader(bytes.len);
    unpack_skip_doc(&u);
    ck_over(&u);
    for (size_t cut = 0; cut < bytes.len; cut++) {
        // A copy of just so many bytes: a sanitizer sees what is read behind them.
        unsigned char *part = mem_alloc(cut + 1);
        memcpy(part, bytes.data, cut);
        part = realloc(part, cut ? cut : 1);
        struct unpack whole = {part, part + cut, false}, skipped = whole;
        ck_assert_ptr_nonnull(unpack_doc(&whole, d));
        unpack_skip_doc(&skipped);
        ck_assert(whole.bad && skipped.bad);
        free(part);
    }
    doc_free(d);
}
END_TEST

// `depth` lists round a null.
static struct doc_node *nested(struct doc *d, int depth, bool object)
{
    struct doc_node *n = doc_null(d);
    for (; depth; depth--) {
        struct doc_node *outer = object ? doc_object(d) : doc_array(d);
        if (object)
            doc_put(d, outer, "in", n);
        else
            doc_append(outer, n);
        n = outer;
    }
    return n;
}

START_TEST(documents_are_read_to_the_depth_that_is_allowed)
{
    for (int object = 0; object < 2; object++) {
        struct doc *d = doc_new("test");
        struct doc_node *deepest = nested(d, PACK_DEPTH_MAX, object);
        buf_clear(&bytes);
        pack_doc(&bytes, deepest);
        struct unpack u = reader(bytes.len);
        ck_same(deepest, unpack_doc(&u, d));
        ck_over(&u);
        buf_clear(&bytes);
        pack_doc(&bytes, nested(d, PACK_DEPTH_MAX + 1, object));
        u = reader(bytes.len);
        unpack_doc(&u, d);
        ck_assert(u.bad);
        u = reader(bytes.len);
        unpack_skip_doc(&u);
        ck_assert(u.bad);
        doc_free(d);
    }
}
END_TEST

START_TEST(hostile_documents_end)
{
    static const struct {
        const char *bytes;
        size_t n;
    } cases[] = {
        {"\7", 1},                                              // no such kind
        {"\1\2", 2},                                            // neither true nor false
        {"\4\3a\0b\0", 6},                                      // a text with a zero byte
        {"\6\1\3a\0b\0\0", 8},                                  // a key with one
        {"\5\xff\xff\xff\xff\xff\xff\xff\xff\xff\1\0\0\0", 14}, // a count without end
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct doc *d = doc_new("test");
        buf_clear(&bytes);
        buf_add(&bytes, cases[i].bytes, cases[i].n);
        struct unpack u = reader(bytes.len);
        ck_assert_ptr_nonnull(unpack_doc(&u, d));
        ck_assert(u.bad);
        u = reader(bytes.len);
        unpack_skip_doc(&u);
        ck_assert(u.bad);
        doc_free(d);
    }
    // 10 million lists, each in the one before.
    buf_clear(&bytes);
    for (int i = 0; i < 10000000; i++)
        buf_add(&bytes, "\5\1", 2);
    struct unpack u = reader(bytes.len);
    unpack_skip_doc(&u);
    ck_assert(u.bad);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("pack");
    TCase *c = tcase_create("pack");
    tcase_add_checked_fixture(c, start, finish);
    tcase_add_test(c, numbers_come_back_at_each_power_of_two);
    tcase_add_test(c, a_number_is_as_long_as_it_must_be);
    tcase_add_test(c, what_64_bits_cannot_hold_is_bad);
    tcase_add_test(c, limits_are_kept);
    tcase_add_test(c, texts_come_back_at_each_length_and_no_cut_of_them);
    tcase_add_test(c, a_text_has_its_zero_byte_at_its_end_and_nowhere_else);
    tcase_add_test(c, once_bad_all_is_empty);
    tcase_add_test(c, documents_come_back_and_no_cut_of_them);
    tcase_add_test(c, documents_are_read_to_the_depth_that_is_allowed);
    tcase_add_test(c, hostile_documents_end);
    suite_add_tcase(s, c);
    SRunner *sr = srunner_create(s);
    srunner_run_all(sr, CK_ENV);
    int failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed != 0;
}
