// Records: they come back as they went at every length that is allowed, and no damaged byte, cut or
// addition is ever taken for a record.
#include "journal/record.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/mem.h"

static struct buf bytes;
static uint32_t locks[RECORD_LOCKS_MAX];
static const char *why;

static void start(void)
{
    bytes = (struct buf)BUF_INIT;
    why = NULL;
}

static void finish(void)
{
    buf_fini(&bytes);
}

static char *letters(size_t n)
{
    char *text = mem_alloc(n + 1);
    for (size_t i = 0; i < n; i++)
        text[i] = (char)('a' + i % 26);
    text[n] = '\0';
    return text;
}

static struct record example(void)
{
    static const uint32_t held[] = {0, 7, UINT32_C(1) << 31 | 9};
    static unsigned char changes[2 * RECORD_CHANGE_SIZE];
    record_change_put(changes, &(struct record_change){12, 0xfedc, 0x01234567});
    record_change_put(changes + RECORD_CHANGE_SIZE, &(struct record_change){251, 1, UINT32_MAX});
    return (struct record){.number = 123456789012,
                           .kind = RECORD_LINE,
                           .clock = -5,
                           .origin = UINT64_MAX,
                           .ordinal = UINT32_MAX,
                           .outbox = 77,
                           .param = INT64_MIN,
                           .output = 0x0123456789abcdef,
                           .state = UINT64_MAX - 1,
                           .name = "anna",
                           .text = "say K\303\244se",
                           .more = "goto",
                           .locks = held,
                           .lock_count = 3,
                           .changes = changes,
                           .change_count = 2};
}

static void ck_same(const struct record *a, const struct record *b)
{
    ck_assert_uint_eq(a->number, b->number);
    ck_assert_int_eq(a->kind, b->kind);
    ck_assert_int_eq(a->clock, b->clock);
    ck_assert_uint_eq(a->origin, b->origin);
    ck_assert_uint_eq(a->ordinal, b->ordinal);
    ck_assert_uint_eq(a->outbox, b->outbox);
    ck_assert_int_eq(a->param, b->param);
    ck_assert_uint_eq(a->output, b->output);
    ck_assert_uint_eq(a->state, b->state);
    ck_assert_str_eq(a->name, b->name);
    ck_assert_str_eq(a->text, b->text);
    ck_assert_str_eq(a->more, b->more);
    ck_assert_uint_eq(a->lock_count, b->lock_count);
    for (size_t i = 0; i < a->lock_count; i++)
        ck_assert_uint_eq(a->locks[i], b->locks[i]);
    ck_assert(!a->changes == !b->changes);
    ck_assert_uint_eq(a->change_count, b->change_count);
    for (size_t i = 0; i < a->change_count; i++) {
        struct record_change c = record_change_at(a, i), d = record_change_at(b, i);
        ck_assert_uint_eq(c.what, d.what);
        ck_assert_uint_eq(c.identity, d.identity);
        ck_assert_uint_eq(c.value, d.value);
    }
}

static void ck_comes_back(const struct record *r)
{
    struct record back;
    buf_clear(&bytes);
    record_encode(&bytes, r);
    ck_assert_int_eq(record_decode(bytes.data, bytes.len, &back, locks, &why), 0);
    ck_same(r, &back);
}

START_TEST(every_field_comes_back)
{
    struct record r = example();
    for (int kind = 1; kind < RECORD_KINDS; kind++) {
        r.kind = (enum record_kind)kind;
        ck_comes_back(&r);
        ck_assert_str_ne(record_kind_name(r.kind), "?");
    }
    ck_assert_str_eq(record_kind_name(RECORD_KINDS), "?");
}
END_TEST

START_TEST(absent_texts_come_back_empty)
{
    struct record back, r = {.number = 1, .kind = RECORD_ZONE};
    record_encode(&bytes, &r);
    ck_assert_uint_eq(bytes.len, RECORD_HEAD + 1 + 3);
    ck_assert_int_eq(record_decode(bytes.data, bytes.len, &back, locks, &why), 0);
    ck_assert_str_eq(back.name, "");
    ck_assert_str_eq(back.text, "");
    ck_assert_str_eq(back.more, "");
    ck_assert_uint_eq(back.lock_count, 0);
    ck_assert_ptr_null(back.changes);
}
END_TEST

START_TEST(the_longest_come_back)
{
    static uint32_t many[RECORD_LOCKS_MAX];
    for (uint32_t i = 0; i < RECORD_LOCKS_MAX; i++)
        many[i] = i * 3;
    char *name = letters(255), *text = letters(RECORD_TEXT_MAX), *more = letters(RECORD_TEXT_MAX);
    struct record r = example();
    r.name = name;
    ck_comes_back(&r);
    r.text = text;
    ck_comes_back(&r);
    r.more = more;
    ck_comes_back(&r);
    r.locks = many;
    r.lock_count = RECORD_LOCKS_MAX;
    ck_comes_back(&r);
    free(name);
    free(text);
    free(more);
}
END_TEST

START_TEST(changes_come_back_at_every_count)
{
    static unsigned char many[(RECORD_CHANGES_MAX + 1) * RECORD_CHANGE_SIZE];
    struct record back, r = example();
    for (size_t i = 0; i < sizeof(many); i++)
        many[i] = (unsigned char)(i * 7);
    r.changes = many;
    for (r.change_count = 0; r.change_count <= RECORD_CHANGES_MAX; r.change_count++)
        ck_comes_back(&r);
    buf_clear(&bytes); // one more than there may be: it is left out
    record_encode(&bytes, &r);
    ck_assert_int_eq(record_decode(bytes.data, bytes.len, &back, locks, &why), 0);
    ck_assert_uint_eq(back.change_count, RECORD_CHANGES_MAX);
}
END_TEST

START_TEST(a_text_that_is_too_long_is_refused)
{
    char *text = letters(RECORD_TEXT_MAX + 1);
    struct record back, r = example();
    r.text = text;
    record_encode(&bytes, &r);
    ck_assert_int_eq(record_decode(bytes.data, bytes.len, &back, locks, &why), RECORD_DAMAGED);
    ck_assert_ptr_nonnull(why);
    free(text);
}
END_TEST

START_TEST(several_stand_one_after_the_other)
{
    struct record back, r = example();
    record_encode(&bytes, &r);
    size_t first = bytes.len;
    r.number++;
    r.text = "look";
    record_encode(&bytes, &r);
    ck_assert_int_eq(record_decode(bytes.data + first, bytes.len - first, &back, locks, &why), 0);
    ck_same(&r, &back);
    ck_assert_int_eq(record_decode(bytes.data, first, &back, locks, &why), 0);
    ck_assert_uint_eq(back.number, r.number - 1);
}
END_TEST

START_TEST(every_changed_byte_is_refused)
{
    struct record back, r = example();
    record_encode(&bytes, &r);
    for (size_t i = 0; i < bytes.len; i++)
        for (unsigned change = 1; change < 256; change++) {
            bytes.data[i] = (char)((unsigned char)bytes.data[i] ^ change);
            why = NULL;
            ck_assert_int_eq(record_decode(bytes.data, bytes.len, &back, locks, &why),
                             RECORD_DAMAGED);
            ck_assert_ptr_nonnull(why);
            bytes.data[i] = (char)((unsigned char)bytes.data[i] ^ change);
        }
    ck_comes_back(&r);
}
END_TEST

START_TEST(every_cut_and_addition_is_refused)
{
    struct record back, r = example();
    record_encode(&bytes, &r);
    for (size_t n = 0; n < bytes.len; n++) {
        // In memory of its own, so that reading past the end would be seen.
        char *cut = mem_alloc(n + !n);
        memcpy(cut, bytes.data, n);
        ck_assert_int_eq(record_decode(cut, n, &back, locks, &why), RECORD_DAMAGED);
        free(cut);
    }
    buf_addc(&bytes, '\0');
    ck_assert_int_eq(record_decode(bytes.data, bytes.len, &back, locks, &why), RECORD_DAMAGED);
}
END_TEST

// A checksum that is right proves only that somebody has computed it.
static void seal(void)
{
    uint64_t sum = record_digest(bytes.data + 4, bytes.len - 4, 0);
    for (size_t i = 0; i < 4; i++)
        bytes.data[i] = (char)(sum >> 8 * i);
}

static const struct {
    size_t at;
    unsigned char value;
} wrong[] = {
    {4, 0}, // version
    {4, 1}, // its layout is another
    {4, 3},
    {5, 0}, // kind
    {5, RECORD_KINDS},
    {6, 2}, // locks
    {6, 255},
    {7, 5}, // length of the name
    {7, 3},
    {64, 255}, // of the text
    {67, 255},
    {68, 255}, // of more
    {71, 128},
    {84, 0}, // changes
    {84, 1},
    {84, 3},
    {84, RECORD_CHANGES_MAX},
    {84, RECORD_CHANGES_MAX + 1},
    {84, 254},
    {84, 255},
    {99, 0}, // within the name
};

START_TEST(what_does_not_fit_together_is_refused_in_spite_of_its_checksum)
{
    struct record back, r = example();
    record_encode(&bytes, &r);
    bytes.data[wrong[_i].at] = (char)wrong[_i].value;
    seal();
    ck_assert_int_eq(record_decode(bytes.data, bytes.len, &back, locks, &why), RECORD_DAMAGED);
    ck_assert_ptr_nonnull(why);
}
END_TEST

// As the first version wrote it: what is between locks and name was not there.
START_TEST(the_first_version_is_read_as_without_changes)
{
    struct record back, r = example();
    r.changes = NULL;
    r.change_count = 0;
    record_encode(&bytes, &r);
    memmove(bytes.data + 84, bytes.data + 85, bytes.len - 85);
    bytes.len--;
    bytes.data[4] = 1;
    seal();
    ck_assert_int_eq(record_decode(bytes.data, bytes.len, &back, locks, &why), 0);
    ck_same(&r, &back);
    ck_assert_ptr_null(back.changes);
}
END_TEST

START_TEST(lengths_that_only_shift_the_texts_are_refused)
{
    struct record back, r = example();
    record_encode(&bytes, &r);
    bytes.data[64]++; // the text is longer, what follows it shorter: the sum is right
    bytes.data[68]--;
    seal();
    ck_assert_int_eq(record_decode(bytes.data, bytes.len, &back, locks, &why), RECORD_DAMAGED);
    ck_assert_str_eq(why, "a text that does not end where it should");
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("record");
    tcase_add_checked_fixture(t, start, finish);
    tcase_add_test(t, every_field_comes_back);
    tcase_add_test(t, absent_texts_come_back_empty);
    tcase_add_test(t, the_longest_come_back);
    tcase_add_test(t, changes_come_back_at_every_count);
    tcase_add_test(t, a_text_that_is_too_long_is_refused);
    tcase_add_test(t, several_stand_one_after_the_other);
    tcase_add_test(t, every_changed_byte_is_refused);
    tcase_add_test(t, every_cut_and_addition_is_refused);
    tcase_add_loop_test(t, what_does_not_fit_together_is_refused_in_spite_of_its_checksum, 0,
                        sizeof(wrong) / sizeof(wrong[0]));
    tcase_add_test(t, the_first_version_is_read_as_without_changes);
    tcase_add_test(t, lengths_that_only_shift_the_texts_are_refused);
    Suite *s = suite_create("journal/record");
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
