// The journal with a write-ahead log that is damaged, or not its own: nobody takes what is not
// whole, and everybody says what is missing, or may be.
#include "journal_wal_kit.h"

#include "journal/copy.h"
#include "journal/salvage.h"
#include "journal/wal.h"
#include "util/error.h"
#include "util/log.h"

enum { HEAD = 64 };

static void ck_refused(const char *expected)
{
    struct buf before = slurp(EPOCH "/data.mdb");
    for (int i = 0; i < 2; i++) {
        struct journal *j = i ? open_to_read(UINT64_MAX) : try_to_write();
        ck_assert_ptr_null(j);
        ck_assert_msg(strstr(error_text(&why), expected) && strstr(error_text(&why), EPOCH), "%s",
                      error_text(&why));
        ck_assert(has_wal(EPOCH));
    }
    struct buf after = slurp(EPOCH "/data.mdb");
    ck_assert_uint_eq(before.len, after.len);
    ck_assert(!memcmp(before.data, after.data, before.len));
    buf_fini(&before);
    buf_fini(&after);
}

START_TEST(a_damaged_wal_is_told_and_kept)
{
    leave(0, 1);
    struct buf whole = slurp(EPOCH "/tail"), b = slurp(EPOCH "/tail");
    b.data[2 * WAL_BLOCK + HEAD + 100] ^= 4;
    spill(EPOCH "/tail", b.data, b.len);
    ck_refused("events 21 to 30 of its tail are damaged");
    b.data[0] ^= 1;
    spill(EPOCH "/tail", b.data, b.len);
    ck_refused("events 1 to 10 of its tail are damaged");
    static const size_t sizes[] = {0, 100, WAL_BLOCK - 1, WAL_BLOCK, WAL_SIZE - 1};
    for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
        spill(EPOCH "/tail", whole.data, sizes[i]);
        ck_refused("its tail is cut off");
    }
    spill(EPOCH "/tail", whole.data, whole.len);
    struct journal *j = open_to_write();
    ck_assert_uint_eq(read_all(j, 1), 50);
    journal_close(j);
    buf_fini(&whole);
    buf_fini(&b);
}
END_TEST

START_TEST(the_tools_tell_of_a_damaged_wal)
{
    uint64_t before, after;
    leave(0, 1);
    struct buf b = slurp(EPOCH "/tail");
    b.data[2 * WAL_BLOCK] ^= 1;
    spill(EPOCH "/tail", b.data, b.len);
    buf_fini(&b);
    struct walk w = {.next = 1};
    ck_assert_int_eq(journal_walk(EPOCH, 0, 1, visit, &w, &why), JOURNAL_WALK_BROKEN);
    ck_assert_str_eq(error_text(&why), EPOCH "/tail: events 21 to 30 of its tail are damaged");
    ck_assert(!journal_backup(EPOCH, "copy", &why));
    ck_assert_str_eq(error_text(&why), EPOCH "/tail: events 21 to 30 of its tail are damaged");
    ck_assert(access("copy/manifest", F_OK) != 0);
    ck_assert(!journal_pack(EPOCH, 0, &before, &after, &why));
    ck_assert_str_eq(error_text(&why), EPOCH ": events 21 to 30 of its tail are damaged");
    ck_assert(has_wal(EPOCH));
    w = (struct walk){.next = 1};
    journal_salvage(EPOCH, 0, 1, visit_salvaged, &w);
    ck_assert_uint_eq(w.next, 51); // its records have checksums of their own
    ck_assert(!w.gap);
}
END_TEST

// What a start has logged of it.
static void ck_logs(const char *expected)
{
    unlink("log");
    ck_assert_int_eq(log_open("log"), 0);
    journal_close(open_to_write());
    log_close();
    struct buf b = slurp("log");
    const char *found = strstr(buf_str(&b), "batch_left_out");
    ck_assert_msg(!found == !expected && (!expected || strstr(found, expected)), "%s", buf_str(&b));
    ck_assert(!found || !strstr(found + 1, "batch_left_out"));
    buf_fini(&b);
}

// _i: of the last batch a byte is damaged in the first record, in the last one, or all of the head
// is gone.
START_TEST(a_last_batch_that_is_not_whole_is_told)
{
    static const char *const told =
        "a batch with events 41 to 50, at byte 16384 of its tail, was not finished";
    static const uint64_t kept[] = {40, 49, 50};
    leave(0, 1);
    struct buf b = slurp(EPOCH "/tail");
    char *block = b.data + (size_t)4 * WAL_BLOCK, *end = memmem(block, WAL_BLOCK, "n50", 3);
    ck_assert_ptr_nonnull(end);
    if (_i == 2)
        memset(block, 0, HEAD);
    else
        *(_i ? end : (char *)memmem(block, WAL_BLOCK, "n41", 3)) ^= 1;
    spill(EPOCH "/tail", b.data, b.len);
    struct walk w = {.next = 1};
    ck_assert_int_eq(journal_walk(EPOCH, 0, 1, visit, &w, &why), 0);
    ck_assert_msg(strstr(error_text(&why), told), "%s", error_text(&why));
    ck_assert_uint_eq(w.next, 41);
    ck_assert(reads(1, 40));
    w = (struct walk){.next = 1};
    journal_salvage(EPOCH, 0, 1, visit_salvaged, &w);
    ck_assert_uint_eq(w.next, 1 + kept[_i]);
    ck_logs(told);
    ck_assert(reads(1, 40));
    ck_logs(NULL);
    buf_fini(&b);
}
END_TEST

START_TEST(an_end_that_is_whole_is_not_told_of)
{
    leave(_i % 3, _i / 3);
    struct walk w = {.next = 1};
    ck_assert_int_eq(journal_walk(EPOCH, 0, 1, visit, &w, &why), 0);
    ck_assert_str_eq(error_text(&why), "");
    ck_logs(NULL);
}
END_TEST

#define SECOND "journal/epoch-000000000050"

// A second epoch, with so many events, and the write-ahead log that the first one had.
static void put_wal_elsewhere(size_t events)
{
    leave(0, 1);
    struct buf b = slurp(EPOCH "/tail");
    struct journal *j = open_to_write();
    ck_assert_int_eq(journal_roll(j, WORLD, false), 0);
    if (events)
        write_some(j, events);
    journal_close(j);
    spill(SECOND "/tail", b.data, b.len);
    buf_fini(&b);
}

// _i: it has no event, so that the next one's number is a matter of faith; or some; or as many as
// the write-ahead log.
START_TEST(the_wal_of_another_epoch_is_refused)
{
    static const char *const message = "its tail is that of epoch 0";
    static const size_t counts[] = {0, 10, 50};
    uint64_t before, after, events = counts[_i];
    put_wal_elsewhere(events);
    struct buf b = slurp(SECOND "/tail"), now;
    ck_assert_ptr_null(try_to_write());
    ck_assert_msg(strstr(error_text(&why), message), "%s", error_text(&why));
    ck_assert_ptr_null(open_to_read(50));
    ck_assert_msg(strstr(error_text(&why), message), "%s", error_text(&why));
    struct walk w = {.next = 51};
    ck_assert_int_eq(journal_walk(SECOND, 50, 51, visit, &w, &why), JOURNAL_WALK_BROKEN);
    ck_assert_msg(strstr(error_text(&why), message), "%s", error_text(&why));
    ck_assert_uint_eq(w.next, 51 + events); // all that is its own
    ck_assert(!journal_backup(SECOND, "copy", &why));
    ck_assert_msg(strstr(error_text(&why), message), "%s", error_text(&why));
    ck_assert(!journal_pack(SECOND, 50, &before, &after, &why));
    ck_assert_msg(strstr(error_text(&why), message), "%s", error_text(&why));
    w = (struct walk){.next = 51};
    journal_salvage(SECOND, 50, 51, visit_salvaged, &w);
    ck_assert_uint_eq(w.next, 51 + events);
    now = slurp(SECOND "/tail");
    ck_assert_mem_eq(now.data, b.data, b.len); // nobody has touched it
    ck_assert_int_eq(unlink(SECOND "/tail"), 0);
    ck_assert(reads(51, 50 + events));
    journal_close(open_to_write());
    buf_fini(&now);
    buf_fini(&b);
}
END_TEST

// It is whole by its digests, so it is taken into the table, where it is found to be no record.
START_TEST(an_empty_record_in_the_wal_ends_no_server)
{
    struct journal *j = open_to_write();
    uint64_t epoch = journal_epoch(j), first = journal_first(j);
    journal_close(j);
    struct wal *t = wal_make(EPOCH, epoch);
    ck_assert_ptr_nonnull(t);
    static const size_t lengths[] = {0};
    ck_assert_int_eq(wal_write(t, first, "", lengths, 1), 0);
    wal_free(t);
    j = try_to_write();
    ck_assert_ptr_nonnull(j);
    ck_assert_uint_eq(journal_last(j), first);
    journal_close(j);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("journal/journal_wal_damage");
    TCase *t = tcase_create("journal_wal_damage");
    tcase_add_checked_fixture(t, start_folder, finish_folder);
    tcase_add_test(t, a_damaged_wal_is_told_and_kept);
    tcase_add_test(t, the_tools_tell_of_a_damaged_wal);
    tcase_add_test(t, an_empty_record_in_the_wal_ends_no_server);
    tcase_add_loop_test(t, the_wal_of_another_epoch_is_refused, 0, 3);
    tcase_add_loop_test(t, a_last_batch_that_is_not_whole_is_told, 0, 3);
    tcase_add_loop_test(t, an_end_that_is_whole_is_not_told_of, 0, 6);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    SRunner *r = srunner_create(suite());
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
