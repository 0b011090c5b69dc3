// The journal with a write-ahead log: what was written is there for every reader, wherever it is
// just now, after any ending of its writer, and goes on when something refuses to be written.
#include "journal_wal_kit.h"

#include <errno.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "journal/copy.h"
#include "journal/manifest.h"
#include "journal/salvage.h"
#include "journal/wal.h"
#include "util/error.h"

enum { LARGE = 6 << 20 };

static bool wal_refused;  // by the disk
static unsigned wal_slow; // µs that it takes to be read, once

ssize_t pwrite(int fd, const void *bytes, size_t n, off_t at);
ssize_t read(int fd, void *bytes, size_t n);

static bool is_wal(int fd)
{
    char name[32], path[300];
    snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
    ssize_t length = readlink(name, path, sizeof(path));
    return length > 5 && !memcmp(path + length - 5, "/tail", 5);
}

// The C library's, for LMDB as well, but that the disk may have no room for the write-ahead log.
ssize_t pwrite(int fd, const void *bytes, size_t n, off_t at)
{
    if (wal_refused && is_wal(fd)) {
        errno = ENOSPC;
        return -1;
    }
    return syscall(SYS_pwrite64, fd, bytes, n, at);
}

// As above, but that who reads the write-ahead log may have to wait after its first part, while it
// is written over.
ssize_t read(int fd, void *bytes, size_t n)
{
    enum { PART = 256 << 10 };
    if (!wal_slow || !is_wal(fd))
        return syscall(SYS_read, fd, bytes, n);
    ssize_t r = syscall(SYS_read, fd, bytes, n < PART ? n : PART);
    usleep(wal_slow);
    wal_slow = 0;
    return r;
}

static void start(void)
{
    start_folder();
    wal_refused = false;
    wal_slow = 0;
}

static int write_bytes(struct journal *j, size_t count, size_t size)
{
    char *text = mem_alloc(size + 1);
    memset(text, 'x', size);
    text[size] = '\0';
    int r = write_text(j, count, text);
    free(text);
    return r;
}

// Another process reads all that this one has written.
static void ck_reads(uint64_t first, uint64_t last)
{
    int status;
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (!child)
        _exit(reads(first, last) ? 0 : 1);
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_int_eq(status, 0);
}

START_TEST(what_was_written_is_there_for_every_reader)
{
    struct journal *j = open_to_write();
    ck_assert(!has_wal(EPOCH)); // not before it is needed
    for (int i = 0; i < 3; i++)
        write_some(j, 10);
    ck_assert(has_wal(EPOCH));
    ck_assert_uint_eq(read_all(j, 1), 0);
    ck_reads(1, 30);
    ck_assert_int_eq(journal_settle(j, false), 0);
    ck_assert_uint_eq(read_all(j, 1), 0);
    ck_reads(1, 30);
    ck_assert_int_eq(journal_settle(j, true), 0);
    ck_assert_uint_eq(read_all(j, 1), 30);
    ck_reads(1, 30);
    write_some(j, 10); // over the old ones
    ck_reads(1, 40);
    write_some(j, 1);
    ck_assert_int_eq(journal_settle(j, false), 0);
    write_some(j, 1);
    ck_assert_uint_eq(read_all(j, 1), 30);
    ck_reads(1, 42);
    journal_close(j);
    ck_assert(!has_wal(EPOCH));
    ck_assert(reads(1, 42));
    j = open_to_write();
    ck_assert_uint_eq(journal_last(j), 42);
    journal_close(j);
}
END_TEST

START_TEST(a_full_wal_goes_into_the_table)
{
    struct journal *j = open_to_write();
    for (int i = 0; i < 3000; i++) {
        write_some(j, 2); // more blocks than the write-ahead log has, with nobody who settles
        if (_i)
            ck_assert_int_eq(journal_settle(j, false), 0);
    }
    size_t n = read_all(j, 1);
    ck_assert_uint_ge(n, 6000 - 2 * WAL_SIZE / WAL_BLOCK);
    ck_assert_uint_lt(n, 6000);
    ck_reads(1, 6000);
    journal_close(j);
    ck_assert(reads(1, 6000));
}
END_TEST

START_TEST(a_writer_that_vanishes_leaves_its_wal)
{
    leave(_i % 3, _i / 3);
    for (int i = 0; i < 3; i++)
        ck_assert_msg(reads(1, 50), "%s", error_text(&why));
    ck_assert(has_wal(EPOCH)); // who only reads leaves it
    leave(_i % 3, _i / 3);
    ck_assert_msg(reads(1, 100), "%s", error_text(&why));
    struct journal *j = open_to_write();
    ck_assert(!has_wal(EPOCH));
    ck_assert_uint_eq(journal_last(j), 100);
    ck_assert_uint_eq(read_all(j, 1), 100);
    ck_assert_uint_eq(read_all(j, 77), 24);
    write_some(j, 1);
    ck_reads(1, 101);
    journal_close(j);
    ck_assert(reads(1, 101));
}
END_TEST

START_TEST(what_is_larger_than_the_wal_goes_into_the_table)
{
    struct journal *j = open_to_write();
    write_some(j, 3);
    ck_assert_int_eq(write_bytes(j, 1, LARGE), 0);
    ck_assert_uint_eq(read_all(j, 1), 4);
    write_some(j, 3);
    ck_assert_uint_eq(read_all(j, 1), 4);
    ck_reads(1, 7);
    ck_assert_int_eq(write_bytes(j, 50, 100000), 0); // nor does the batch fit
    ck_assert_uint_eq(read_all(j, 1), 57);
    ck_assert_int_eq(write_bytes(j, 1, LARGE), 0); // first of all
    ck_reads(1, 58);
    journal_close(j);
    ck_assert(reads(1, 58));
}
END_TEST

static void limit_files(rlim_t size)
{
    struct rlimit l;
    signal(SIGXFSZ, SIG_IGN);
    if (getrlimit(RLIMIT_FSIZE, &l))
        abort();
    l.rlim_cur = size;
    if (setrlimit(RLIMIT_FSIZE, &l))
        abort();
}

static off_t size_of_data(void)
{
    struct stat st;
    ck_assert_int_eq(stat(EPOCH "/data.mdb", &st), 0);
    return st.st_size;
}

static void limit_data(off_t more)
{
    ck_assert_int_gt(size_of_data(), WAL_SIZE); // so that the write-ahead log is not meant
    limit_files(more ? (rlim_t)(size_of_data() + more) : RLIM_INFINITY);
}

// _i: it is closed like that, and opened when there is room again.
START_TEST(a_table_that_refuses_costs_nothing)
{
    struct journal *j = open_to_write();
    ck_assert_int_eq(write_bytes(j, 1, LARGE), 0);
    for (int i = 0; i < 20; i++)
        ck_assert_int_eq(write_bytes(j, 10, 1000), 0);
    limit_data(2048);
    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(journal_settle(j, true), JOURNAL_NO_SPACE);
        ck_assert_str_ne(journal_why(j), "");
        ck_assert_uint_eq(read_all(j, 1), 1);
        ck_reads(1, 201 + 10 * i);
        ck_assert_int_eq(write_bytes(j, 10, 1000), 0);
        if (i)
            ck_assert_int_eq(journal_settle(j, false), 0); // nothing is committed
    }
    while (journal_last(j) < 10000 && write_bytes(j, 1, 100000) == 0)
        continue; // until the write-ahead log is full
    uint64_t last = journal_last(j);
    ck_assert_uint_gt(last, 231);
    ck_assert_int_eq(write_bytes(j, 1, 100000), JOURNAL_NO_SPACE);
    ck_assert_int_eq(journal_roll(j, WORLD, false), -ENOSPC);
    ck_assert_uint_eq(journal_last(j), last);
    ck_reads(1, last);
    if (_i) {
        journal_close(j);
        ck_assert(has_wal(EPOCH));
        ck_assert(reads(1, last));
        ck_assert_ptr_null(try_to_write());
        ck_assert_msg(strstr(error_text(&why), "cannot be taken into its table"), "%s",
                      error_text(&why));
        limit_data(0);
        ck_assert(has_wal(EPOCH));
        j = open_to_write();
    }
    limit_data(0);
    ck_assert_int_eq(journal_settle(j, true), 0);
    ck_assert_uint_eq(read_all(j, 1), last);
    write_some(j, 1);
    ck_reads(1, last + 1);
    journal_close(j);
    ck_assert(reads(1, last + 1));
}
END_TEST

static bool backed_up(const char *to)
{
    int status;
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (!child) {
        limit_files(RLIM_INFINITY);
        _exit(journal_backup(EPOCH, to, &why) ? 0 : 1);
    }
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    return !status;
}

// What a write-ahead log does not take the table takes, with what the write-ahead log has; and it
// is tried again.
START_TEST(a_wal_that_refuses_is_gone_past)
{
    struct journal *j = open_to_write();
    write_some(j, 10);
    ck_assert_int_eq(journal_settle(j, false), 0);
    ck_assert_ptr_null(journal_wal_bypassed(j));
    wal_refused = true;
    for (uint64_t last = 20; last <= 1000; last += 10) {
        write_some(j, 10);
        ck_assert(strstr(journal_wal_bypassed(j), "its tail cannot be written"));
        ck_assert_uint_eq(read_all(j, 1), last); // in the table
    }
    wal_refused = false;
    uint64_t last = 1000;
    for (; journal_wal_bypassed(j) && last < 2000; last += 10)
        write_some(j, 10);
    ck_assert_ptr_null(journal_wal_bypassed(j));
    ck_assert_uint_lt(read_all(j, 1), last); // in the wal
    ck_reads(1, last);
    journal_close(j);
    ck_assert(reads(1, last));
}
END_TEST

// LMDB lets nobody copy a table while somebody is about to write to it. _i: the write-ahead log
// takes it first when both do again, or the table.
START_TEST(a_wal_and_a_table_that_refuse_cost_nothing)
{
    struct journal *j = open_to_write();
    ck_assert_int_eq(write_bytes(j, 1, LARGE), 0);
    write_some(j, 10);
    ck_assert_int_eq(journal_settle(j, false), 0);
    wal_refused = true;
    limit_data(2048);
    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(write_bytes(j, 10, 1000), JOURNAL_NO_SPACE);
        ck_assert_uint_eq(journal_last(j), 11);
        ck_reads(1, 11);
    }
    ck_assert(backed_up("copy"));
    if (_i)
        limit_data(0);
    else
        wal_refused = false;
    write_some(j, 10);
    ck_reads(1, 21);
    wal_refused = false;
    limit_data(0);
    write_some(j, 10);
    journal_close(j);
    ck_assert(reads(1, 31));
}
END_TEST

// What Check notes is in a file too, so the limit stands only while nothing is asserted.
static int write_with_limit(struct journal *j, rlim_t size)
{
    limit_files(size);
    int r = write_text(j, 10, "look");
    limit_files(RLIM_INFINITY);
    return r;
}

static uint64_t space_with_limit(struct journal *j, rlim_t size)
{
    limit_files(size);
    uint64_t space = journal_space(j);
    limit_files(RLIM_INFINITY);
    return space;
}

// `ulimit -f`: not one byte can be written there, which has an error of its own.
START_TEST(a_limit_of_files_is_a_full_disk_for_the_wal)
{
    struct journal *j = open_to_write();
    ck_assert_int_eq(write_with_limit(j, WAL_SIZE - 1), 0); // no wal can be made
    ck_assert(!has_wal(EPOCH));
    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(write_with_limit(j, WAL_BLOCK), JOURNAL_NO_SPACE);
        ck_assert_msg(strstr(journal_why(j), strerror(EFBIG)), "%s", journal_why(j));
        ck_reads(1, 10);
    }
    write_some(j, 10);
    ck_assert(has_wal(EPOCH));
    ck_reads(1, 20);
    journal_close(j);
    ck_assert(reads(1, 20));
}
END_TEST

START_TEST(a_limit_of_files_is_a_full_disk_for_the_table)
{
    struct journal *j = open_to_write();
    ck_assert_int_eq(write_bytes(j, 1, LARGE), 0);
    for (int i = 0; i < 20; i++)
        ck_assert_int_eq(write_bytes(j, 10, 1000), 0);
    limit_files((rlim_t)size_of_data());
    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(journal_settle(j, true), JOURNAL_NO_SPACE);
        ck_assert_msg(strstr(journal_why(j), strerror(EFBIG)), "%s", journal_why(j));
        ck_reads(1, 201);
    }
    limit_files(RLIM_INFINITY);
    ck_assert_int_eq(journal_settle(j, true), 0);
    ck_assert_uint_eq(read_all(j, 1), 201);
    journal_close(j);
    ck_assert(reads(1, 201));
}
END_TEST

// So that changes are refused before a write is.
START_TEST(a_limit_of_files_leaves_less_space)
{
    struct journal *j = open_to_write();
    write_some(j, 10);
    rlim_t used = (rlim_t)size_of_data();
    ck_assert_uint_gt(journal_space(j), 32 << 20);
    ck_assert_uint_le(space_with_limit(j, used + (32 << 20)), 32 << 20);
    ck_assert_uint_gt(space_with_limit(j, used + (32 << 20)), 31 << 20);
    ck_assert_uint_eq(space_with_limit(j, used + (1 << 20)),
                      0); // less than what is under way may need
    ck_assert_uint_eq(space_with_limit(j, 1000), 0);
    ck_assert_uint_gt(journal_space(j), 32 << 20);
    journal_close(j);
}
END_TEST

START_TEST(a_roll_takes_the_wal_into_the_old_epoch)
{
    struct journal *j = open_to_write();
    write_some(j, 10);
    while (journal_last(j) < 10 + WAL_SIZE / WAL_BLOCK - 1)
        write_some(j, 1);
    uint64_t last = journal_last(j);
    ck_assert_uint_eq(read_all(j, 1), 0); // all of it is in the write-ahead log, which is full
    if (_i)
        ck_assert_int_eq(journal_settle(j, false), 0);
    ck_assert_int_eq(journal_roll(j, WORLD + 1, false), 0);
    ck_assert(!has_wal(EPOCH));
    ck_assert(!has_wal(journal_path(j)));
    write_some(j, 10);
    ck_assert(has_wal(journal_path(j)));
    ck_reads(last + 1, last + 10);
    journal_close(j);
    j = open_to_read(0);
    ck_assert_uint_eq(read_all(j, 1), last);
    journal_close(j);
    ck_assert(reads(last + 1, last + 10));
}
END_TEST

START_TEST(an_epoch_of_an_older_format_gets_none)
{
    struct journal *j = open_to_write();
    write_some(j, 10);
    journal_close(j);
    struct manifest m = {.format = JOURNAL_FORMAT_WAL - 1, .world = WORLD, .program = "0.1.0"};
    ck_assert_int_eq(manifest_write(EPOCH, &m), 0);
    j = open_to_write();
    write_some(j, 10);
    ck_assert(!has_wal(EPOCH));
    ck_assert_uint_eq(read_all(j, 1), 20);
    ck_assert_int_eq(journal_settle(j, true), 0);
    ck_reads(1, 20);
    ck_assert_int_eq(journal_roll(j, WORLD, false), 0);
    write_some(j, 10);
    ck_assert(has_wal(journal_path(j)));
    journal_close(j);
}
END_TEST

static void ck_walks(const char *epoch, uint64_t from, uint64_t last)
{
    struct walk w = {.next = from};
    ck_assert_msg(journal_walk(epoch, 0, from, visit, &w, &why) == 0, "%s", error_text(&why));
    ck_assert(!w.gap);
    ck_assert_uint_eq(w.next, last + 1);
}

START_TEST(the_tools_have_what_the_wal_has)
{
    uint64_t before, after;
    leave(_i, 1);
    for (uint64_t from = 1; from <= 51; from++)
        ck_walks(EPOCH, from, 50);
    struct walk w = {.next = 1, .stop = 45};
    ck_assert_int_eq(journal_walk(EPOCH, 0, 1, visit, &w, &why), JOURNAL_WALK_STOPPED);
    ck_assert_uint_eq(w.next, 46);
    w = (struct walk){.next = 1};
    journal_salvage(EPOCH, 0, 1, visit_salvaged, &w);
    ck_assert_uint_eq(w.next, 51);
    ck_assert(!w.gap);
    ck_assert_msg(journal_backup(EPOCH, "copy/epoch-000000000000", &why), "%s", error_text(&why));
    ck_assert(has_wal(EPOCH));
    ck_assert(!has_wal("copy/epoch-000000000000"));
    ck_walks("copy/epoch-000000000000", 1, 50);
    struct buf b = slurp(EPOCH "/tail");
    ck_assert_msg(journal_pack(EPOCH, 0, &before, &after, &why), "%s", error_text(&why));
    ck_assert(!has_wal(EPOCH));
    ck_walks(EPOCH, 1, 50);
    ck_assert(reads(1, 50));
    spill(EPOCH "/tail", b.data, b.len); // as if its removal had been lost
    ck_assert(reads(1, 50));
    ck_walks(EPOCH, 1, 50);
    struct journal *j = open_to_write();
    ck_assert_uint_eq(read_all(j, 1), 50);
    journal_close(j);
    buf_fini(&b);
}
END_TEST

// Between a writer and who reads meanwhile.
struct shared {
    _Atomic unsigned ready;
    _Atomic uint64_t written;
    _Atomic bool over;
};

static void meet(struct shared *s)
{
    atomic_fetch_add(&s->ready, 1);
    while (atomic_load(&s->ready) < 2)
        usleep(100);
}

// Larger and smaller batches, several rounds of the write-ahead log; how it is settled differs with
// `round`.
static void write_on(struct shared *s, int round)
{
    struct journal *j = open_to_write();
    meet(s);
    for (unsigned i = 0; !atomic_load(&s->over); i++) {
        if (write_bytes(j, 1 + i % 7, i % 5 * 1300) != 0)
            _exit(1);
        atomic_store(&s->written, journal_last(j));
        if (journal_settle(j, round % 3 == 1 && i % 3 == 0) != 0)
            _exit(2);
        if (round % 3 == 2 && i % 50 == 49) {
            journal_close(j); // its removal, too, may be met
            j = open_to_write();
        }
    }
    journal_close(j);
    _exit(0);
}

static void read_on(struct shared *s, int i)
{
    uint64_t before = atomic_load(&s->written), from = before > 1000 ? before - 1000 : 1;
    wal_slow =
        i % 3 == 1 ? 0 : 700 * (unsigned)(i + 1); // of moments that differ, one will be the worst
    if (i % 2) {
        struct walk w = {.next = from};
        ck_assert_msg(journal_walk(EPOCH, 0, from, visit, &w, &why) == 0, "%s", error_text(&why));
        ck_assert(!w.gap);
        ck_assert_uint_gt(w.next, before);
        return;
    }
    struct journal *j = open_to_read(UINT64_MAX);
    ck_assert_msg(j, "%s", error_text(&why));
    ck_assert_uint_ge(journal_last(j), before);
    size_t n = read_all(j, from);
    ck_assert_msg(n != SIZE_MAX, "%s", journal_why(j));
    ck_assert_uint_ge(from - 1 + n, journal_last(j));
    journal_close(j);
}

START_TEST(a_reader_misses_nothing_while_it_is_written)
{
    int status;
    struct shared *s =
        mmap(NULL, sizeof(*s), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    ck_assert_ptr_ne(s, MAP_FAILED);
    journal_close(open_to_write());
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (!child)
        write_on(s, _i);
    meet(s);
    for (int i = 0; i < 60; i++)
        read_on(s, i);
    atomic_store(&s->over, true);
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_int_eq(status, 0);
    ck_assert(reads(1, atomic_load(&s->written)));
    munmap(s, sizeof(*s));
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("journal/journal_wal");
    TCase *t = tcase_create("journal_wal");
    tcase_add_checked_fixture(t, start, finish_folder);
    tcase_add_test(t, what_was_written_is_there_for_every_reader);
    tcase_add_loop_test(t, a_full_wal_goes_into_the_table, 0, 2);
    tcase_add_loop_test(t, a_writer_that_vanishes_leaves_its_wal, 0, 6);
    tcase_add_test(t, what_is_larger_than_the_wal_goes_into_the_table);
    tcase_add_loop_test(t, a_table_that_refuses_costs_nothing, 0, 2);
    tcase_add_test(t, a_wal_that_refuses_is_gone_past);
    tcase_add_loop_test(t, a_wal_and_a_table_that_refuse_cost_nothing, 0, 2);
    tcase_add_test(t, a_limit_of_files_is_a_full_disk_for_the_wal);
    tcase_add_test(t, a_limit_of_files_is_a_full_disk_for_the_table);
    tcase_add_test(t, a_limit_of_files_leaves_less_space);
    tcase_add_loop_test(t, a_roll_takes_the_wal_into_the_old_epoch, 0, 2);
    tcase_add_test(t, an_epoch_of_an_older_format_gets_none);
    tcase_add_loop_test(t, the_tools_have_what_the_wal_has, 0, 3);
    tcase_add_loop_test(t, a_reader_misses_nothing_while_it_is_written, 0, 3);
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
