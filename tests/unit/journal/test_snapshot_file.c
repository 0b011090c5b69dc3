// Files of snapshots: what is written is read, what is damaged in any byte or cut anywhere is
// refused by name, and what is kept is the newest two and the epoch's own.
#include "journal/snapshot_file.h"

#include "util/buf.h"
#include "util/error.h"
#include "util/file.h"
#include "util/mem.h"

#include <check.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char folder[64];
static struct error why;
static struct buf all, body;
static size_t end;
static struct snapshot_head head;

static void start(void)
{
    snprintf(folder, sizeof(folder), "%s/latchkey-snapshot-XXXXXX", P_tmpdir);
    ck_assert_ptr_nonnull(mkdtemp(folder));
    all = body = (struct buf)BUF_INIT;
}

static void finish(void)
{
    char *command = mem_printf("rm -rf '%s'", folder);
    ck_assert_int_eq(system(command), 0);
    free(command);
    buf_fini(&all);
    buf_fini(&body);
}

static void fill(size_t n)
{
    buf_clear(&body);
    for (size_t i = 0; i < n; i++)
        buf_addc(&body, (char)(i * 7 + i / 256));
}

static void write_one(uint64_t number)
{
    struct snapshot_head h = {.number = number, .world = 0x1122334455667788, .digest = ~number};
    ck_assert_int_eq(snapshot_file_prepare(folder, &h, &body), 0);
    ck_assert_int_eq(snapshot_file_finish(folder, number), 0);
}

static bool read_one(uint64_t number)
{
    buf_clear(&all);
    error_clear(&why);
    return snapshot_file_read(folder, number, &head, &all, &end, &why);
}

static char *path_of(uint64_t number, const char *suffix)
{
    return mem_printf("%s/snapshot-%012" PRIu64 "%s", folder, number, suffix);
}

static bool is_there(uint64_t number, const char *suffix)
{
    char *path = path_of(number, suffix);
    bool there = !access(path, F_OK);
    free(path);
    return there;
}

static void overwrite(uint64_t number, const void *bytes, size_t n)
{
    char *path = path_of(number, "");
    ck_assert_int_eq(file_write_atomic(path, bytes, n, 0600, false), 0);
    free(path);
}

static void touch(const char *name)
{
    char *path = mem_printf("%s/%s", folder, name);
    ck_assert_int_eq(file_write_atomic(path, "x", 1, 0600, false), 0);
    free(path);
}

static void ck_refused(uint64_t number)
{
    char *path = path_of(number, "");
    ck_assert(!read_one(number));
    ck_assert_msg(!strncmp(error_text(&why), path, strlen(path)), "%s", error_text(&why));
    ck_assert(strlen(error_text(&why)) > strlen(path) + 2);
    free(path);
}

START_TEST(bodies_of_all_sizes_come_back)
{
    static const size_t sizes[] = {0, 1, 7, 8, 4096, 1 << 20};
    for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
        fill(sizes[i]);
        write_one(i);
        ck_assert_msg(read_one(i), "%s", error_text(&why));
        ck_assert_uint_eq(head.number, i);
        ck_assert_uint_eq(head.world, 0x1122334455667788);
        ck_assert_uint_eq(head.digest, ~(uint64_t)i);
        ck_assert_uint_eq(end - SNAPSHOT_HEAD, sizes[i]);
        if (sizes[i])
            ck_assert(!memcmp(all.data + SNAPSHOT_HEAD, body.data, sizes[i]));
        ck_assert(!is_there(i, ".new"));
    }
}
END_TEST

START_TEST(each_bit_is_under_the_checksum)
{
    fill(100);
    write_one(5);
    ck_assert(read_one(5));
    size_t n = all.len;
    unsigned char *bytes = mem_dup(all.data, n);
    for (size_t i = 0; i < n; i++)
        for (int bit = 0; bit < 8; bit++) {
            bytes[i] ^= (unsigned char)(1 << bit);
            overwrite(5, bytes, n);
            ck_refused(5);
            bytes[i] ^= (unsigned char)(1 << bit);
        }
    overwrite(5, bytes, n);
    ck_assert(read_one(5));
    free(bytes);
}
END_TEST

START_TEST(no_cut_and_no_addition_is_read)
{
    fill(100);
    write_one(5);
    ck_assert(read_one(5));
    size_t n = all.len;
    char *bytes = mem_alloc(n + 8);
    memcpy(bytes, all.data, n);
    memset(bytes + n, 0, 8);
    for (size_t cut = 0; cut < n; cut++) {
        overwrite(5, bytes, cut);
        ck_refused(5);
    }
    overwrite(5, bytes, n + 1);
    ck_refused(5);
    overwrite(5, bytes, n + 8);
    ck_refused(5);
    free(bytes);
}
END_TEST

START_TEST(what_is_not_there_is_said_by_name)
{
    ck_refused(9);
}
END_TEST

START_TEST(that_of_another_event_is_refused)
{
    fill(10);
    write_one(5);
    ck_assert(read_one(5));
    overwrite(6, all.data, all.len);
    ck_refused(6);
    ck_assert_ptr_nonnull(strstr(error_text(&why), "another event"));
}
END_TEST

START_TEST(the_newest_is_first_and_other_files_are_none)
{
    uint64_t numbers[SNAPSHOTS_MAX];
    ck_assert_uint_eq(snapshot_file_list(folder, numbers, SNAPSHOTS_MAX), 0);
    static const uint64_t some[] = {7, 999999999999, 0, 100, 99};
    for (size_t i = 0; i < 5; i++)
        write_one(some[i]);
    static const char *const others[] = {"data.mdb",
                                         "snapshot-000000000003.new",
                                         "snapshot-000000000003.bak",
                                         "snapshot-3",
                                         "snapshot-0000000000031",
                                         "snapshot-00000000003x",
                                         "snapshot--00000000003",
                                         "snapshot- 00000000003",
                                         "snapshot-+00000000003",
                                         "xsnapshot-000000000003"};
    for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
        touch(others[i]);
    static const uint64_t sorted[] = {999999999999, 100, 99, 7, 0};
    ck_assert_uint_eq(snapshot_file_list(folder, numbers, SNAPSHOTS_MAX), 5);
    for (size_t i = 0; i < 5; i++)
        ck_assert_uint_eq(numbers[i], sorted[i]);
    ck_assert_uint_eq(snapshot_file_list("/nonexistent", numbers, SNAPSHOTS_MAX), 0);
}
END_TEST

START_TEST(of_too_many_the_newest_are_told)
{
    uint64_t numbers[SNAPSHOTS_MAX];
    for (uint64_t n = 1; n <= SNAPSHOTS_MAX * 3; n++)
        write_one(n * 37 % (SNAPSHOTS_MAX * 3 + 1)); // 1 to 192 in no order
    ck_assert_uint_eq(snapshot_file_list(folder, numbers, SNAPSHOTS_MAX), SNAPSHOTS_MAX);
    for (size_t i = 0; i < SNAPSHOTS_MAX; i++)
        ck_assert_uint_eq(numbers[i], SNAPSHOTS_MAX * 3 - i);
    snapshot_file_prune(folder, 100);
    ck_assert_uint_eq(snapshot_file_list(folder, numbers, SNAPSHOTS_MAX), 3);
    ck_assert_uint_eq(numbers[0], SNAPSHOTS_MAX * 3);
    ck_assert_uint_eq(numbers[1], SNAPSHOTS_MAX * 3 - 1);
    ck_assert_uint_eq(numbers[2], 100);
}
END_TEST

START_TEST(two_are_kept_and_the_one_it_begins_with)
{
    for (uint64_t n = 10; n <= 50; n += 10)
        write_one(n);
    snapshot_file_prune(folder, 10);
    ck_assert(is_there(10, "") && !is_there(20, "") && !is_there(30, ""));
    ck_assert(is_there(40, "") && is_there(50, ""));
    snapshot_file_prune(folder, 0);
    ck_assert(!is_there(10, "") && is_there(40, "") && is_there(50, ""));
}
END_TEST

START_TEST(those_ahead_are_dropped)
{
    for (uint64_t n = 10; n <= 50; n += 10)
        write_one(n);
    snapshot_file_drop_later(folder, 30);
    ck_assert(is_there(10, "") && is_there(20, "") && is_there(30, ""));
    ck_assert(!is_there(40, "") && !is_there(50, ""));
    snapshot_file_drop_later(folder, 0);
    ck_assert(!is_there(10, "") && !is_there(20, "") && !is_there(30, ""));
}
END_TEST

START_TEST(what_was_never_finished_is_swept)
{
    fill(10);
    write_one(1);
    struct snapshot_head h = {.number = 2};
    ck_assert_int_eq(snapshot_file_prepare(folder, &h, &body), 0);
    ck_assert(is_there(2, ".new") && !is_there(2, ""));
    uint64_t numbers[2];
    ck_assert_uint_eq(snapshot_file_list(folder, numbers, 2), 1);
    touch("manifest.new");
    snapshot_file_sweep(folder);
    ck_assert(!is_there(2, ".new") && is_there(1, ""));
    char *other = mem_printf("%s/manifest.new", folder);
    ck_assert_int_eq(access(other, F_OK), 0);
    free(other);
    ck_assert_int_lt(snapshot_file_finish(folder, 2), 0);
    ck_assert_int_lt(snapshot_file_prepare("/nonexistent", &h, &body), 0);
    snapshot_file_sweep("/nonexistent");
}
END_TEST

START_TEST(a_copy_is_the_same_file)
{
    char *other = mem_printf("%s/other", folder);
    char *line = mem_printf("mkdir '%s'", other);
    ck_assert_int_eq(system(line), 0);
    fill(5000);
    write_one(77);
    ck_assert_int_eq(snapshot_file_copy(folder, other, 77), 0);
    ck_assert(snapshot_file_read(other, 77, &head, &all, &end, &why));
    ck_assert_uint_eq(end - SNAPSHOT_HEAD, 5000);
    ck_assert(!memcmp(all.data + SNAPSHOT_HEAD, body.data, 5000));
    ck_assert_int_lt(snapshot_file_copy(folder, other, 78), 0);
    free(line);
    free(other);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("snapshot_file");
    TCase *c = tcase_create("snapshot_file");
    tcase_add_checked_fixture(c, start, finish);
    tcase_add_test(c, bodies_of_all_sizes_come_back);
    tcase_add_test(c, each_bit_is_under_the_checksum);
    tcase_add_test(c, no_cut_and_no_addition_is_read);
    tcase_add_test(c, what_is_not_there_is_said_by_name);
    tcase_add_test(c, that_of_another_event_is_refused);
    tcase_add_test(c, the_newest_is_first_and_other_files_are_none);
    tcase_add_test(c, of_too_many_the_newest_are_told);
    tcase_add_test(c, two_are_kept_and_the_one_it_begins_with);
    tcase_add_test(c, those_ahead_are_dropped);
    tcase_add_test(c, what_was_never_finished_is_swept);
    tcase_add_test(c, a_copy_is_the_same_file);
    suite_add_tcase(s, c);
    SRunner *sr = srunner_create(s);
    srunner_run_all(sr, CK_ENV);
    int failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed != 0;
}
