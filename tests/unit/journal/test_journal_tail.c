// The journal with a tail: what was written is there for every reader, wherever it is just now, after any
// ending of its writer, and goes on when something refuses to be written.
#include "journal/journal.h"

#include <check.h>
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "journal/copy.h"
#include "journal/manifest.h"
#include "journal/salvage.h"
#include "journal/tail.h"
#include "util/buf.h"
#include "util/file.h"
#include "util/mem.h"

enum { WORLD = 0x5eed, LARGE = 6 << 20, HEAD = 64 };

#define EPOCH "journal/epoch-000000000000"

static char folder[64], why[300];
static bool tail_refused; // by the disk
static unsigned tail_slow; // µs that it takes to be read, once

ssize_t pwrite(int fd, const void *bytes, size_t n, off_t at);
ssize_t read(int fd, void *bytes, size_t n);

static bool is_tail(int fd)
{
    char name[32], path[300];
    snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
    ssize_t length = readlink(name, path, sizeof(path));
    return length > 5 && !memcmp(path + length - 5, "/tail", 5);
}

// The C library's, for LMDB as well, but that the disk may have no room for the tail.
ssize_t pwrite(int fd, const void *bytes, size_t n, off_t at)
{
    if (tail_refused && is_tail(fd)) {
        errno = ENOSPC;
        return -1;
    }
    return syscall(SYS_pwrite64, fd, bytes, n, at);
}

// As above, but that who reads the tail may have to wait after its first part, while it is written over.
ssize_t read(int fd, void *bytes, size_t n)
{
    enum { PART = 256 << 10 };
    if (!tail_slow || !is_tail(fd))
        return syscall(SYS_read, fd, bytes, n);
    ssize_t r = syscall(SYS_read, fd, bytes, n < PART ? n : PART);
    usleep(tail_slow);
    tail_slow = 0;
    return r;
}

static void start(void)
{
    snprintf(folder, sizeof(folder), "%s/latchkey-tails-XXXXXX", P_tmpdir);
    ck_assert_ptr_nonnull(mkdtemp(folder));
    ck_assert_int_eq(chdir(folder), 0);
    tail_refused = false;
    tail_slow = 0;
}

static void finish(void)
{
    ck_assert_int_eq(chdir("/"), 0);
    char *command = mem_printf("rm -rf '%s'", folder);
    ck_assert_int_eq(system(command), 0);
    free(command);
}

static struct journal *try_to_write(void)
{
    struct journal_config c = {.folder = "journal", .world = WORLD, .sync = true, .tail = true};
    return journal_open(&c, why, sizeof(why));
}

static struct journal *open_to_write(void)
{
    struct journal *j = try_to_write();
    ck_assert_msg(j, "%s", why);
    return j;
}

static struct journal *open_to_read(uint64_t epoch)
{
    struct journal_config c = {.folder = "journal", .read_only = true, .epoch = epoch};
    return journal_open(&c, why, sizeof(why));
}

static bool has_tail(const char *epoch)
{
    char *path = mem_printf("%s/tail", epoch);
    bool there = !access(path, F_OK);
    free(path);
    return there;
}

static int write_text(struct journal *j, size_t count, const char *text)
{
    struct buf bytes = BUF_INIT;
    uint64_t first = journal_last(j) + 1;
    size_t *lengths = mem_calloc(count, sizeof(*lengths));
    for (size_t i = 0, before = 0; i < count; before = bytes.len, i++) {
        char name[32];
        snprintf(name, sizeof(name), "n%" PRIu64, first + i);
        struct record r = {.number = first + i, .kind = RECORD_LINE, .name = name, .text = text};
        record_encode(&bytes, &r);
        lengths[i] = bytes.len - before;
    }
    int outcome = journal_write(j, first, bytes.data, lengths, count);
    free(lengths);
    buf_fini(&bytes);
    return outcome;
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

static void write_some(struct journal *j, size_t count)
{
    ck_assert_int_eq(write_text(j, count, "look"), JOURNAL_DONE);
}

// How many events can be read from `number` on, or SIZE_MAX: not all of them are as they were written.
static size_t read_all(struct journal *j, uint64_t number)
{
    struct record r;
    uint32_t locks[RECORD_LOCKS_MAX];
    size_t n = 0;
    int ending;
    struct journal_cursor *c = journal_cursor_open(j, number);
    while ((ending = journal_cursor_next(c, &r, locks)) == JOURNAL_DONE) {
        char name[32];
        snprintf(name, sizeof(name), "n%" PRIu64, number + n);
        if (r.number != number + n || strcmp(r.name, name) != 0)
            ending = JOURNAL_BAD;
        n++;
    }
    journal_cursor_close(c);
    return ending == JOURNAL_END ? n : SIZE_MAX;
}

static bool reads(uint64_t first, uint64_t last)
{
    struct journal *j = open_to_read(UINT64_MAX);
    if (!j)
        return false;
    bool good = journal_first(j) == first && journal_last(j) == last;
    for (uint64_t from = first; good && from <= last + 1; from += from + 3 < last ? (last - from) / 2 : 1)
        good = read_all(j, from) == last + 1 - from;
    journal_close(j);
    return good;
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
    ck_assert(!has_tail(EPOCH)); // not before it is needed
    for (int i = 0; i < 3; i++)
        write_some(j, 10);
    ck_assert(has_tail(EPOCH));
    ck_assert_uint_eq(read_all(j, 1), 0);
    ck_reads(1, 30);
    ck_assert_int_eq(journal_settle(j, false), JOURNAL_DONE);
    ck_assert_uint_eq(read_all(j, 1), 0);
    ck_reads(1, 30);
    ck_assert_int_eq(journal_settle(j, true), JOURNAL_DONE);
    ck_assert_uint_eq(read_all(j, 1), 30);
    ck_reads(1, 30);
    write_some(j, 10); // over the old ones
    ck_reads(1, 40);
    write_some(j, 1);
    ck_assert_int_eq(journal_settle(j, false), JOURNAL_DONE);
    write_some(j, 1);
    ck_assert_uint_eq(read_all(j, 1), 30);
    ck_reads(1, 42);
    journal_close(j);
    ck_assert(!has_tail(EPOCH));
    ck_assert(reads(1, 42));
    j = open_to_write();
    ck_assert_uint_eq(journal_last(j), 42);
    journal_close(j);
}
END_TEST

START_TEST(a_full_tail_goes_into_the_table)
{
    struct journal *j = open_to_write();
    for (int i = 0; i < 3000; i++) {
        write_some(j, 2); // more blocks than the tail has, with nobody who settles
        if (_i)
            ck_assert_int_eq(journal_settle(j, false), JOURNAL_DONE);
    }
    size_t n = read_all(j, 1);
    ck_assert_uint_ge(n, 6000 - 2 * TAIL_SIZE / TAIL_BLOCK);
    ck_assert_uint_lt(n, 6000);
    ck_reads(1, 6000);
    journal_close(j);
    ck_assert(reads(1, 6000));
}
END_TEST

// How a writer may end. What it has in the tail: all (0), a part (1), all, and it is in a transaction (2).
static void leave(int how, int end)
{
    int status;
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (!child) {
        struct journal *j = open_to_write();
        for (int i = 0; i < 5; i++) {
            write_some(j, 10);
            if (how && i < 4 && journal_settle(j, how == 1 && i == 2) != JOURNAL_DONE)
                _exit(1);
        }
        if (end)
            kill(getpid(), SIGKILL);
        _exit(0);
    }
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_int_eq(status, end ? SIGKILL : 0);
    ck_assert(has_tail(EPOCH));
}

START_TEST(a_writer_that_vanishes_leaves_its_tail)
{
    leave(_i % 3, _i / 3);
    for (int i = 0; i < 3; i++)
        ck_assert_msg(reads(1, 50), "%s", why);
    ck_assert(has_tail(EPOCH)); // who only reads leaves it
    leave(_i % 3, _i / 3);
    ck_assert_msg(reads(1, 100), "%s", why);
    struct journal *j = open_to_write();
    ck_assert(!has_tail(EPOCH));
    ck_assert_uint_eq(journal_last(j), 100);
    ck_assert_uint_eq(read_all(j, 1), 100);
    ck_assert_uint_eq(read_all(j, 77), 24);
    write_some(j, 1);
    ck_reads(1, 101);
    journal_close(j);
    ck_assert(reads(1, 101));
}
END_TEST

static struct buf slurp(const char *path)
{
    struct buf b = BUF_INIT;
    ck_assert_int_eq(file_read(path, 64 << 20, &b), 0);
    return b;
}

static void spill(const char *path, const void *bytes, size_t n)
{
    FILE *f = fopen(path, "w");
    ck_assert_ptr_nonnull(f);
    ck_assert_uint_eq(fwrite(bytes, 1, n, f), n);
    ck_assert_int_eq(fclose(f), 0);
}

static void ck_refused(const char *expected)
{
    struct buf before = slurp(EPOCH "/data.mdb");
    for (int i = 0; i < 2; i++) {
        struct journal *j = i ? open_to_read(UINT64_MAX) : try_to_write();
        ck_assert_ptr_null(j);
        ck_assert_msg(strstr(why, expected) && strstr(why, EPOCH), "%s", why);
        ck_assert(has_tail(EPOCH));
    }
    struct buf after = slurp(EPOCH "/data.mdb");
    ck_assert_uint_eq(before.len, after.len);
    ck_assert(!memcmp(before.data, after.data, before.len));
    buf_fini(&before);
    buf_fini(&after);
}

START_TEST(a_damaged_tail_is_told_and_kept)
{
    leave(0, 1);
    struct buf whole = slurp(EPOCH "/tail"), b = slurp(EPOCH "/tail");
    b.data[2 * TAIL_BLOCK + HEAD + 100] ^= 4;
    spill(EPOCH "/tail", b.data, b.len);
    ck_refused("events 21 to 30 of its tail are damaged");
    b.data[0] ^= 1;
    spill(EPOCH "/tail", b.data, b.len);
    ck_refused("events 1 to 10 of its tail are damaged");
    static const size_t sizes[] = {0, 100, TAIL_BLOCK - 1, TAIL_BLOCK, TAIL_SIZE - 1};
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

START_TEST(what_is_larger_than_the_tail_goes_into_the_table)
{
    struct journal *j = open_to_write();
    write_some(j, 3);
    ck_assert_int_eq(write_bytes(j, 1, LARGE), JOURNAL_DONE);
    ck_assert_uint_eq(read_all(j, 1), 4);
    write_some(j, 3);
    ck_assert_uint_eq(read_all(j, 1), 4);
    ck_reads(1, 7);
    ck_assert_int_eq(write_bytes(j, 50, 100000), JOURNAL_DONE); // nor does the batch fit
    ck_assert_uint_eq(read_all(j, 1), 57);
    ck_assert_int_eq(write_bytes(j, 1, LARGE), JOURNAL_DONE); // first of all
    ck_reads(1, 58);
    journal_close(j);
    ck_assert(reads(1, 58));
}
END_TEST

static void limit_files(rlim_t size)
{
    struct rlimit l;
    signal(SIGXFSZ, SIG_IGN);
    ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &l), 0);
    l.rlim_cur = size;
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &l), 0);
}

static off_t size_of_data(void)
{
    struct stat st;
    ck_assert_int_eq(stat(EPOCH "/data.mdb", &st), 0);
    return st.st_size;
}

static void limit_data(off_t more)
{
    ck_assert_int_gt(size_of_data(), TAIL_SIZE); // so that the tail is not meant
    limit_files(more ? (rlim_t)(size_of_data() + more) : RLIM_INFINITY);
}

// _i: it is closed like that, and opened when there is room again.
START_TEST(a_table_that_refuses_costs_nothing)
{
    struct journal *j = open_to_write();
    ck_assert_int_eq(write_bytes(j, 1, LARGE), JOURNAL_DONE);
    for (int i = 0; i < 20; i++)
        ck_assert_int_eq(write_bytes(j, 10, 1000), JOURNAL_DONE);
    limit_data(2048);
    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(journal_settle(j, true), JOURNAL_NO_SPACE);
        ck_assert_str_ne(journal_why(j), "");
        ck_assert_uint_eq(read_all(j, 1), 1);
        ck_reads(1, 201 + 10 * i);
        ck_assert_int_eq(write_bytes(j, 10, 1000), JOURNAL_DONE);
        if (i)
            ck_assert_int_eq(journal_settle(j, false), JOURNAL_DONE); // nothing is committed
    }
    while (journal_last(j) < 10000 && write_bytes(j, 1, 100000) == JOURNAL_DONE)
        continue; // until the tail is full
    uint64_t last = journal_last(j);
    ck_assert_uint_gt(last, 231);
    ck_assert_int_eq(write_bytes(j, 1, 100000), JOURNAL_NO_SPACE);
    ck_assert_int_eq(journal_roll(j, WORLD, false), -ENOSPC);
    ck_assert_uint_eq(journal_last(j), last);
    ck_reads(1, last);
    if (_i) {
        journal_close(j);
        ck_assert(has_tail(EPOCH));
        ck_assert(reads(1, last));
        ck_assert_ptr_null(try_to_write());
        ck_assert_msg(strstr(why, "cannot be taken into its table"), "%s", why);
        limit_data(0);
        ck_assert(has_tail(EPOCH));
        j = open_to_write();
    }
    limit_data(0);
    ck_assert_int_eq(journal_settle(j, true), JOURNAL_DONE);
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
        _exit(journal_backup(EPOCH, to, why, sizeof(why)) ? 0 : 1);
    }
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    return !status;
}

// What a tail does not take the table takes, with what the tail has; and it is tried again.
START_TEST(a_tail_that_refuses_is_gone_past)
{
    struct journal *j = open_to_write();
    write_some(j, 10);
    ck_assert_int_eq(journal_settle(j, false), JOURNAL_DONE);
    ck_assert_ptr_null(journal_detour(j));
    tail_refused = true;
    for (uint64_t last = 20; last <= 1000; last += 10) {
        write_some(j, 10);
        ck_assert(strstr(journal_detour(j), "its tail cannot be written"));
        ck_assert_uint_eq(read_all(j, 1), last); // in the table
    }
    tail_refused = false;
    uint64_t last = 1000;
    for (; journal_detour(j) && last < 2000; last += 10)
        write_some(j, 10);
    ck_assert_ptr_null(journal_detour(j));
    ck_assert_uint_lt(read_all(j, 1), last); // in the tail
    ck_reads(1, last);
    journal_close(j);
    ck_assert(reads(1, last));
}
END_TEST

// LMDB lets nobody copy a table while somebody is about to write to it. _i: the tail takes it first
// when both do again, or the table.
START_TEST(a_tail_and_a_table_that_refuse_cost_nothing)
{
    struct journal *j = open_to_write();
    ck_assert_int_eq(write_bytes(j, 1, LARGE), JOURNAL_DONE);
    write_some(j, 10);
    ck_assert_int_eq(journal_settle(j, false), JOURNAL_DONE);
    tail_refused = true;
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
        tail_refused = false;
    write_some(j, 10);
    ck_reads(1, 21);
    tail_refused = false;
    limit_data(0);
    write_some(j, 10);
    journal_close(j);
    ck_assert(reads(1, 31));
}
END_TEST

// `ulimit -f`: not one byte can be written there, which has an error of its own.
START_TEST(a_limit_of_files_is_a_full_disk_for_the_tail)
{
    struct journal *j = open_to_write();
    limit_files(TAIL_SIZE - 1); // no tail can be made
    write_some(j, 10);
    ck_assert(!has_tail(EPOCH));
    limit_files(TAIL_BLOCK);
    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(write_text(j, 10, "look"), JOURNAL_NO_SPACE);
        ck_assert_msg(strstr(journal_why(j), strerror(EFBIG)), "%s", journal_why(j));
        ck_reads(1, 10);
    }
    limit_files(RLIM_INFINITY);
    write_some(j, 10);
    ck_assert(has_tail(EPOCH));
    ck_reads(1, 20);
    journal_close(j);
    ck_assert(reads(1, 20));
}
END_TEST

START_TEST(a_limit_of_files_is_a_full_disk_for_the_table)
{
    struct journal *j = open_to_write();
    ck_assert_int_eq(write_bytes(j, 1, LARGE), JOURNAL_DONE);
    for (int i = 0; i < 20; i++)
        ck_assert_int_eq(write_bytes(j, 10, 1000), JOURNAL_DONE);
    limit_files((rlim_t)size_of_data());
    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(journal_settle(j, true), JOURNAL_NO_SPACE);
        ck_assert_msg(strstr(journal_why(j), strerror(EFBIG)), "%s", journal_why(j));
        ck_reads(1, 201);
    }
    limit_files(RLIM_INFINITY);
    ck_assert_int_eq(journal_settle(j, true), JOURNAL_DONE);
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
    limit_files(RLIM_INFINITY);
    ck_assert_uint_gt(journal_space(j), 32 << 20);
    rlim_t used = (rlim_t)size_of_data();
    limit_files(used + (32 << 20));
    ck_assert_uint_le(journal_space(j), 32 << 20);
    ck_assert_uint_gt(journal_space(j), 31 << 20);
    limit_files(used + (1 << 20)); // less than what is under way may need
    ck_assert_uint_eq(journal_space(j), 0);
    limit_files(1000);
    ck_assert_uint_eq(journal_space(j), 0);
    limit_files(RLIM_INFINITY);
    ck_assert_uint_gt(journal_space(j), 32 << 20);
    journal_close(j);
}
END_TEST

START_TEST(a_roll_takes_the_tail_into_the_old_epoch)
{
    struct journal *j = open_to_write();
    write_some(j, 10);
    while (journal_last(j) < 10 + TAIL_SIZE / TAIL_BLOCK - 1)
        write_some(j, 1);
    uint64_t last = journal_last(j);
    ck_assert_uint_eq(read_all(j, 1), 0); // all of it is in the tail, which is full
    if (_i)
        ck_assert_int_eq(journal_settle(j, false), JOURNAL_DONE);
    ck_assert_int_eq(journal_roll(j, WORLD + 1, false), 0);
    ck_assert(!has_tail(EPOCH));
    ck_assert(!has_tail(journal_path(j)));
    write_some(j, 10);
    ck_assert(has_tail(journal_path(j)));
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
    struct manifest m = {.format = JOURNAL_FORMAT_TAIL - 1, .world = WORLD, .program = LATCHKEY_VERSION};
    ck_assert_int_eq(manifest_write(EPOCH, &m), 0);
    j = open_to_write();
    write_some(j, 10);
    ck_assert(!has_tail(EPOCH));
    ck_assert_uint_eq(read_all(j, 1), 20);
    ck_assert_int_eq(journal_settle(j, true), JOURNAL_DONE);
    ck_reads(1, 20);
    ck_assert_int_eq(journal_roll(j, WORLD, false), 0);
    write_some(j, 10);
    ck_assert(has_tail(journal_path(j)));
    journal_close(j);
}
END_TEST

struct walk {
    uint64_t next, stop;
    bool gap;
};

static bool visit(void *arg, uint64_t number, const void *bytes, size_t n)
{
    struct walk *w = arg;
    struct record r;
    uint32_t locks[RECORD_LOCKS_MAX];
    const char *reason;
    if (number != w->next++ || record_decode(bytes, n, &r, locks, &reason) != RECORD_READ || r.number != number)
        w->gap = true;
    return number != w->stop;
}

static bool visit_salvaged(void *arg, const void *bytes, size_t n)
{
    struct walk *w = arg;
    return visit(arg, w->next, bytes, n);
}

static void ck_walks(const char *epoch, uint64_t from, uint64_t last)
{
    struct walk w = {.next = from};
    ck_assert_msg(journal_walk(epoch, 0, from, visit, &w, why, sizeof(why)) == JOURNAL_WALK_END, "%s", why);
    ck_assert(!w.gap);
    ck_assert_uint_eq(w.next, last + 1);
}

START_TEST(the_tools_have_what_the_tail_has)
{
    uint64_t before, after;
    leave(_i, 1);
    for (uint64_t from = 1; from <= 51; from++)
        ck_walks(EPOCH, from, 50);
    struct walk w = {.next = 1, .stop = 45};
    ck_assert_int_eq(journal_walk(EPOCH, 0, 1, visit, &w, why, sizeof(why)), JOURNAL_WALK_STOPPED);
    ck_assert_uint_eq(w.next, 46);
    w = (struct walk){.next = 1};
    journal_salvage(EPOCH, 0, 1, visit_salvaged, &w);
    ck_assert_uint_eq(w.next, 51);
    ck_assert(!w.gap);
    ck_assert_msg(journal_backup(EPOCH, "copy/epoch-000000000000", why, sizeof(why)), "%s", why);
    ck_assert(has_tail(EPOCH));
    ck_assert(!has_tail("copy/epoch-000000000000"));
    ck_walks("copy/epoch-000000000000", 1, 50);
    struct buf b = slurp(EPOCH "/tail");
    ck_assert_msg(journal_pack(EPOCH, 0, &before, &after, why, sizeof(why)), "%s", why);
    ck_assert(!has_tail(EPOCH));
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

START_TEST(the_tools_tell_of_a_damaged_tail)
{
    uint64_t before, after;
    leave(0, 1);
    struct buf b = slurp(EPOCH "/tail");
    b.data[2 * TAIL_BLOCK] ^= 1;
    spill(EPOCH "/tail", b.data, b.len);
    buf_fini(&b);
    struct walk w = {.next = 1};
    ck_assert_int_eq(journal_walk(EPOCH, 0, 1, visit, &w, why, sizeof(why)), JOURNAL_WALK_BROKEN);
    ck_assert_msg(strstr(why, "events 21 to 30 of its tail are damaged"), "%s", why);
    ck_assert(!journal_backup(EPOCH, "copy", why, sizeof(why)));
    ck_assert_msg(strstr(why, "events 21 to 30"), "%s", why);
    ck_assert(access("copy/manifest", F_OK) != 0);
    ck_assert(!journal_pack(EPOCH, 0, &before, &after, why, sizeof(why)));
    ck_assert_msg(strstr(why, "events 21 to 30"), "%s", why);
    ck_assert(has_tail(EPOCH));
    w = (struct walk){.next = 1};
    journal_salvage(EPOCH, 0, 1, visit_salvaged, &w);
    ck_assert_uint_eq(w.next, 21);
}
END_TEST

#define SECOND "journal/epoch-000000000050"

// A second epoch, with so many events, and the tail that the first one had.
static void put_tail_elsewhere(size_t events)
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

// _i: it has no event, so that the next one's number is a matter of faith; or some; or as many as the tail.
START_TEST(the_tail_of_another_epoch_is_refused)
{
    static const char *const message = "its tail is that of epoch 0";
    static const size_t counts[] = {0, 10, 50};
    uint64_t before, after, events = counts[_i];
    put_tail_elsewhere(events);
    struct buf b = slurp(SECOND "/tail"), now;
    ck_assert_ptr_null(try_to_write());
    ck_assert_msg(strstr(why, message), "%s", why);
    ck_assert_ptr_null(open_to_read(50));
    ck_assert_msg(strstr(why, message), "%s", why);
    struct walk w = {.next = 51};
    ck_assert_int_eq(journal_walk(SECOND, 50, 51, visit, &w, why, sizeof(why)), JOURNAL_WALK_BROKEN);
    ck_assert_msg(strstr(why, message), "%s", why);
    ck_assert_uint_eq(w.next, 51 + events); // all that is its own
    ck_assert(!journal_backup(SECOND, "copy", why, sizeof(why)));
    ck_assert_msg(strstr(why, message), "%s", why);
    ck_assert(!journal_pack(SECOND, 50, &before, &after, why, sizeof(why)));
    ck_assert_msg(strstr(why, message), "%s", why);
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

// Larger and smaller batches, several rounds of the tail; how it is settled differs with `round`.
static void write_on(struct shared *s, int round)
{
    struct journal *j = open_to_write();
    meet(s);
    for (unsigned i = 0; !atomic_load(&s->over); i++) {
        if (write_bytes(j, 1 + i % 7, i % 5 * 1300) != JOURNAL_DONE)
            _exit(1);
        atomic_store(&s->written, journal_last(j));
        if (journal_settle(j, round % 3 == 1 && i % 3 == 0) != JOURNAL_DONE)
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
    tail_slow = i % 3 == 1 ? 0 : 700 * (unsigned)(i + 1); // of moments that differ, one will be the worst
    if (i % 2) {
        struct walk w = {.next = from};
        ck_assert_msg(journal_walk(EPOCH, 0, from, visit, &w, why, sizeof(why)) == JOURNAL_WALK_END, "%s", why);
        ck_assert(!w.gap);
        ck_assert_uint_gt(w.next, before);
        return;
    }
    struct journal *j = open_to_read(UINT64_MAX);
    ck_assert_msg(j, "%s", why);
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
    Suite *s = suite_create("journal/journal_tail");
    TCase *t = tcase_create("journal_tail");
    tcase_add_checked_fixture(t, start, finish);
    tcase_add_test(t, what_was_written_is_there_for_every_reader);
    tcase_add_loop_test(t, a_full_tail_goes_into_the_table, 0, 2);
    tcase_add_loop_test(t, a_writer_that_vanishes_leaves_its_tail, 0, 6);
    tcase_add_test(t, a_damaged_tail_is_told_and_kept);
    tcase_add_test(t, what_is_larger_than_the_tail_goes_into_the_table);
    tcase_add_loop_test(t, a_table_that_refuses_costs_nothing, 0, 2);
    tcase_add_test(t, a_tail_that_refuses_is_gone_past);
    tcase_add_loop_test(t, a_tail_and_a_table_that_refuse_cost_nothing, 0, 2);
    tcase_add_test(t, a_limit_of_files_is_a_full_disk_for_the_tail);
    tcase_add_test(t, a_limit_of_files_is_a_full_disk_for_the_table);
    tcase_add_test(t, a_limit_of_files_leaves_less_space);
    tcase_add_loop_test(t, a_roll_takes_the_tail_into_the_old_epoch, 0, 2);
    tcase_add_test(t, an_epoch_of_an_older_format_gets_none);
    tcase_add_loop_test(t, the_tools_have_what_the_tail_has, 0, 3);
    tcase_add_test(t, the_tools_tell_of_a_damaged_tail);
    tcase_add_loop_test(t, the_tail_of_another_epoch_is_refused, 0, 3);
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
