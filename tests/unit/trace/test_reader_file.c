// A trace read from bytes, and from a source that changes or ends while it is read.
#include <check.h>

#include "trace/reader_file.h"
#include "trace_kit.h"

static struct kit kit;
static struct reader_file file;
static struct buf error;

static void setup(void)
{
    kit_init(&kit);
    kit_site(&kit, 1, 12, "verb/get.c", "get_run");
    kit_name(&kit, TRACE_NAME_LOCK, 5, 7, "The hall");
    kit_time(&kit, 0, 10);
    kit_event(&kit, 0, TRACE_LOCKED, 0, 1, 5, 1);
    kit_event(&kit, 2, TRACE_UNLOCKED, 0, 1, 5, 1);
    error = (struct buf)BUF_INIT;
}

static void teardown(void)
{
    reader_file_fini(&file);
    buf_fini(&error);
    kit_fini(&kit);
}

START_TEST(bytes_are_a_trace)
{
    ck_assert(reader_file_read_bytes(&file, "a page", kit.data, kit.size, &error));
    ck_assert_str_eq(file.path, "a page");
    ck_assert_uint_eq(file.ring_count, 3);
    ck_assert_uint_eq(reader_file_events(&file), 3);
    ck_assert_str_eq(file.rings[2].name, "worker-2");
    ck_assert_str_eq(reader_names_text(&file.names, TRACE_NAME_LOCK, 5, NULL), "The hall");
    ck_assert_str_eq(reader_names_find(&file.names, TRACE_NAME_SITE, 1)->func, "get_run");
    ck_assert(!reader_file_lost(&file));
    ck_assert_uint_eq(file.notes.len, 0);
}
END_TEST

START_TEST(other_bytes_are_refused)
{
    ck_assert(!reader_file_read_bytes(&file, "short", kit.data, 20, &error));
    ck_assert_str_eq(buf_str(&error), "short: has 20 bytes, expected a trace header of 168\n");
    reader_file_fini(&file);
    buf_clear(&error);
    kit.data[0] = 'X';
    ck_assert(!reader_file_read_bytes(&file, "other", kit.data, kit.size, &error));
    ck_assert_str_eq(buf_str(&error),
                     "other: is no lock trace: it does not begin with \"LKTRACE\"\n");
}
END_TEST

START_TEST(threads_of_one_name_are_told_apart)
{
    for (int i = 0; i < 3; i++)
        memcpy(kit_ring(&kit, (size_t)i)->name, "a:very long nam\001\377xyz", 20);
    ck_assert(reader_file_read_bytes(&file, "t", kit.data, kit.size, &error));
    ck_assert_str_eq(file.rings[0].name, "a_very_long_nam__xyz");
    ck_assert_str_eq(file.rings[1].name, "a_very_long_nam__x.1");
    ck_assert_str_eq(file.rings[2].name, "a_very_long_nam__x.2");
}
END_TEST

// Before the second look at the header a thread writes on: the slots that it used again are left
// out.
static size_t read_while_written(void *arg, uint64_t at, void *to, size_t n)
{
    struct kit *k = arg;
    if (at + n > k->size)
        return 0;
    memcpy(to, k->data + at, n);
    if (n == KIT_EVENTS * sizeof(struct trace_event))
        for (int i = 0; i < 10; i++)
            kit_event(k, 0, TRACE_LIST_READ, 0, 1, 7, 0);
    return n;
}

START_TEST(what_is_overwritten_meanwhile_is_left_out)
{
    for (int i = 0; i < 62; i++)
        kit_event(&kit, 0, TRACE_ATTR_READ, 0, 1, 7, 0);
    kit_header(&kit)->closed = 0;
    struct reader_source s = {.read_at = read_while_written, .arg = &kit, .size = kit.size};
    ck_assert(reader_file_read(&file, "t", &s, &error));
    ck_assert_uint_eq(file.rings[0].head, 64);
    ck_assert_uint_eq(file.rings[0].overwritten,
                      11); // the tenth, and the slot that may be written now
    ck_assert_uint_eq(file.rings[0].count, 53);
    ck_assert_uint_eq(file.rings[0].damaged, 0);
}
END_TEST

static size_t read_nothing_far(void *arg, uint64_t at, void *to, size_t n)
{
    struct kit *k = arg;
    if (at >= TRACE_PAGE)
        return 0;
    memcpy(to, k->data + at, n);
    return n;
}

START_TEST(a_source_that_ends_early_is_damage)
{
    struct reader_source s = {.read_at = read_nothing_far, .arg = &kit, .size = kit.size};
    ck_assert(reader_file_read(&file, "t", &s, &error));
    ck_assert(reader_file_lost(&file));
    ck_assert_ptr_nonnull(strstr(buf_str(&file.notes), "ring 0 is missing"));
    ck_assert_ptr_nonnull(strstr(buf_str(&file.notes), "the name at byte 4096 is damaged"));
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("reader_file");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, bytes_are_a_trace);
    tcase_add_test(t, other_bytes_are_refused);
    tcase_add_test(t, threads_of_one_name_are_told_apart);
    tcase_add_test(t, what_is_overwritten_meanwhile_is_left_out);
    tcase_add_test(t, a_source_that_ends_early_is_damage);
    Suite *s = suite_create("reader_file");
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
