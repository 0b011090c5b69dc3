// The write-ahead log of an epoch: blocks that were written are read again, what is old or was not
// written to its end is skipped, and damage before the last block is reported with the events that
// are lost.
#include "journal/wal.h"

#include <check.h>
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/buf.h"
#include "util/error.h"
#include "util/file.h"
#include "util/mem.h"

enum { EPOCH = 40, HEAD = 64, LENGTH = 4, MOST = WAL_SIZE - HEAD - LENGTH };

static char folder[64];
static struct error why;
static uint64_t epoch; // of the wal

static void start(void)
{
    snprintf(folder, sizeof(folder), "%s/latchkey-tail-XXXXXX", P_tmpdir);
    ck_assert_ptr_nonnull(mkdtemp(folder));
    ck_assert_int_eq(chdir(folder), 0);
    epoch = EPOCH;
}

static void finish(void)
{
    ck_assert_int_eq(chdir("/"), 0);
    char *command = mem_printf("rm -rf '%s'", folder);
    ck_assert_int_eq(system(command), 0);
    free(command);
}

static struct wal *make(void)
{
    struct wal *t = wal_make(".", EPOCH);
    ck_assert_msg(t, "%s", strerror(errno));
    return t;
}

// What stands for event `number`: "<number>" and `fill` more bytes.
static void record_of(struct buf *out, uint64_t number, size_t fill)
{
    buf_addf(out, "<%" PRIu64 ">", number);
    for (size_t i = 0; i < fill; i++)
        buf_add(out, &"abcdefghij"[(number + i) % 10], 1);
}

static int write_block(struct wal *t, uint64_t first, size_t count, size_t fill)
{
    struct buf bytes = BUF_INIT;
    size_t *lengths = mem_calloc(count, sizeof(*lengths));
    for (size_t i = 0, before = 0; i < count; before = bytes.len, i++) {
        record_of(&bytes, first + i, fill);
        lengths[i] = bytes.len - before;
    }
    int r = wal_write(t, first, bytes.data, lengths, count);
    free(lengths);
    buf_fini(&bytes);
    return r;
}

static void ck_record(const struct wal_list *l, size_t i, uint64_t number, size_t fill)
{
    struct buf b = BUF_INIT;
    record_of(&b, number, fill);
    ck_assert_uint_eq(l->list[i].size, b.len);
    ck_assert_mem_eq(l->list[i].bytes, b.data, b.len);
    buf_fini(&b);
}

// The file as it is now has events first to last, and nothing else, after `after`.
static void ck_after(uint64_t after, uint64_t first, uint64_t last, size_t fill)
{
    struct wal_list l;
    ck_assert_int_eq(wal_read(".", epoch, &l), 0);
    ck_assert_int_eq(wal_after(&l, after, &why), 0);
    ck_assert_uint_eq(l.count, last + 1 - first);
    ck_assert_uint_eq(l.first, first);
    for (size_t i = 0; i < l.count; i++)
        ck_record(&l, i, first + i, fill);
    wal_describe_unfinished(&l, &why);
    ck_assert_str_eq(error_text(&why), "");
    wal_list_fini(&l);
}

static void ck_gap(uint64_t after, const char *expected)
{
    struct wal_list l;
    ck_assert_int_eq(wal_read(".", epoch, &l), 0);
    ck_assert_int_eq(wal_after(&l, after, &why), WAL_GAP);
    ck_assert_msg(strstr(error_text(&why), expected), "%s", error_text(&why));
    wal_list_fini(&l);
}

static struct buf slurp(void)
{
    struct buf b = BUF_INIT;
    ck_assert_int_eq(file_read("tail", 64 << 20, &b), 0);
    return b;
}

static void spill(const void *bytes, size_t n)
{
    FILE *f = fopen("tail", "w");
    ck_assert_ptr_nonnull(f);
    ck_assert_uint_eq(fwrite(bytes, 1, n, f), n);
    ck_assert_int_eq(fclose(f), 0);
}

static void change(size_t at, int by)
{
    FILE *f = fopen("tail", "r+");
    ck_assert_ptr_nonnull(f);
    ck_assert_int_eq(fseek(f, (long)at, SEEK_SET), 0);
    int c = fgetc(f);
    ck_assert_int_eq(fseek(f, (long)at, SEEK_SET), 0);
    ck_assert_int_ge(fputc((c ^ by) & 255, f), 0);
    ck_assert_int_eq(fclose(f), 0);
}

START_TEST(what_was_written_is_read_again)
{
    struct wal *t = make();
    ck_assert_uint_eq(wal_left(t), WAL_SIZE);
    ck_assert_int_eq(write_block(t, 41, 3, 0), 0);
    ck_assert_uint_eq(wal_left(t), WAL_SIZE - WAL_BLOCK);
    ck_assert_int_eq(write_block(t, 44, 1, 0), 0);
    ck_assert_int_eq(write_block(t, 45, 1000, 0), 0);
    ck_after(UINT64_MAX, 41, 1044, 0); // the table is empty: the epoch begins after its number
    ck_after(40, 41, 1044, 0);
    ck_after(41, 42, 1044, 0); // within a block
    ck_after(43, 44, 1044, 0);
    ck_after(44, 45, 1044, 0);
    ck_after(1043, 1044, 1044, 0);
    ck_after(1044, 1045, 1044, 0);
    ck_after(5000, 5001, 5000, 0);
    ck_gap(39, "events 40 to 40 of its tail are damaged");
    ck_gap(0, "events 1 to 40");
    wal_free(t);
    ck_after(UINT64_MAX, 41, 1044, 0);
}
END_TEST

START_TEST(a_list_may_be_asked_for_again)
{
    struct wal_list l;
    struct wal *t = make();
    for (uint64_t n = 41; n < 51; n++)
        ck_assert_int_eq(write_block(t, n, 1, 0), 0);
    wal_free(t);
    ck_assert_int_eq(wal_read(".", epoch, &l), 0);
    for (uint64_t last = 50; last >= 40; last--) {
        ck_assert_int_eq(wal_after(&l, last, &why), 0);
        ck_assert_uint_eq(l.count, 50 - last);
        if (l.count)
            ck_record(&l, 0, last + 1, 0);
    }
    wal_list_fini(&l);
    wal_list_fini(&l);
}
END_TEST

START_TEST(a_new_one_has_nothing_and_an_old_one_is_replaced)
{
    struct stat st;
    struct wal *t = make();
    ck_after(7, 8, 7, 0);
    ck_assert_int_eq(stat("tail", &st), 0);
    ck_assert_int_eq(st.st_size, WAL_SIZE);
    ck_assert_int_ge(st.st_blocks * 512, WAL_SIZE); // so that no write of a block needs another
    ck_assert_int_eq(write_block(t, 41, 1, 0), 0);
    wal_free(t);
    t = make();
    ck_after(40, 41, 40, 0);
    wal_free(t);
    ck_assert_ptr_null(wal_make("./nowhere", EPOCH));
    ck_assert_int_eq(errno, ENOENT);
}
END_TEST

START_TEST(a_former_round_is_passed_over)
{
    struct wal *t = make();
    for (uint64_t n = 41; n < 441; n += 10)
        ck_assert_int_eq(write_block(t, n, 10, 900), 0); // three pages each
    wal_again(t);
    ck_assert_uint_eq(wal_left(t), WAL_SIZE);
    ck_after(440, 441, 440, 900);
    // Shorter ones, so that pages of the middle of old blocks come to stand between blocks.
    for (uint64_t n = 441; n < 451; n++) {
        ck_assert_int_eq(write_block(t, n, 1, 900), 0);
        ck_after(440, 441, n, 900);
        ck_after(n, n + 1, n, 900);
    }
    wal_free(t);
}
END_TEST

// As ck_after, and there is a batch with these events after it that is not whole.
static void ck_doubt(uint64_t last, uint64_t first, uint64_t end, size_t at)
{
    struct wal_list l;
    char expected[100];
    ck_assert_int_eq(wal_read(".", epoch, &l), 0);
    ck_assert_msg(wal_after(&l, epoch, &why) == 0, "%s", error_text(&why));
    ck_assert_uint_eq(l.count, last - epoch);
    wal_describe_unfinished(&l, &why);
    snprintf(expected, sizeof(expected),
             "a batch with events %" PRIu64 " to %" PRIu64 ", at byte %zu of its tail,", first, end,
             at);
    ck_assert_msg(strstr(error_text(&why), expected), "%s instead of %s", error_text(&why),
                  expected);
    wal_list_fini(&l);
}

enum { BEGIN = WAL_BLOCK, AFTER = 6 * WAL_BLOCK, FILL = 900 };

// The block of which some is lost: events 43 to 62, after one of 41 and 42.
static struct buf two_blocks(void)
{
    struct wal *t = make();
    ck_assert_int_eq(write_block(t, 41, 2, FILL), 0);
    ck_assert_uint_eq(WAL_SIZE - wal_left(t), BEGIN);
    ck_assert_int_eq(write_block(t, 43, 20, FILL), 0);
    ck_assert_uint_eq(WAL_SIZE - wal_left(t), AFTER);
    wal_free(t);
    ck_after(40, 41, 62, FILL);
    return slurp();
}

// As when the machine stopped while it was written: any of its sectors may be missing, or be as
// before. Or as when the disk has lost one later.
START_TEST(a_last_block_that_is_not_whole_is_told)
{
    struct buf whole = two_blocks(), b = slurp();
    size_t ended = BEGIN + HEAD + 20 * (LENGTH + 904);
    for (size_t at = BEGIN; at < ended; at += 512) {
        memset(b.data + at, 0, 512);
        spill(b.data, b.len);
        ck_doubt(42, 43, 62, BEGIN);
        memset(b.data + at, 'x', 512);
        spill(b.data, b.len);
        ck_doubt(42, 43, 62, BEGIN);
        memcpy(b.data + at, whole.data + at, 512);
    }
    for (size_t at = BEGIN + 512; at < ended; at += 512) {
        memset(b.data + at, 0, b.len - at); // as far as here
        spill(b.data, b.len);
        ck_doubt(42, 43, 62, BEGIN);
        memcpy(b.data, whole.data, b.len);
        memset(b.data + BEGIN, 0, at - BEGIN); // from here on
        spill(b.data, b.len);
        ck_doubt(42, 43, 62, BEGIN);
        memcpy(b.data, whole.data, b.len);
    }
    memset(b.data + AFTER - 512, 0, 512); // nothing that counts
    spill(b.data, b.len);
    ck_after(40, 41, 62, FILL);
    buf_fini(&whole);
    buf_fini(&b);
}
END_TEST

START_TEST(a_bit_of_the_last_block_is_told)
{
    enum { FIRST = 24, NEXT = 32 };
    struct buf b = two_blocks();
    size_t ended = BEGIN + HEAD + 20 * (LENGTH + 904);
    for (size_t i = BEGIN; i < ended; i += i < BEGIN + HEAD ? 1 : 211) {
        change(i, 1 << i % 8);
        // A number that is larger speaks of events in between.
        if (i > BEGIN + FIRST && i < BEGIN + NEXT)
            ck_gap(40, "events 43 to ");
        else if (i != BEGIN + FIRST &&
                 (i < BEGIN + NEXT || i >= BEGIN + NEXT + 4)) // nor how many they are
            ck_doubt(42, 43, 62, BEGIN);
        change(i, 1 << i % 8);
    }
    ck_after(40, 41, 62, FILL);
    buf_fini(&b);
}
END_TEST

// Nothing is said where nothing has happened, in any round, nor of a block that is gone without a
// trace.
START_TEST(an_end_that_is_whole_is_silent)
{
    struct buf b = two_blocks();
    memset(b.data + BEGIN, 0, 512);
    memset(b.data + AFTER - 512, 0, 512);
    spill(b.data, b.len);
    ck_after(40, 41, 42, FILL);
    memset(b.data + BEGIN, 0, b.len - BEGIN);
    spill(b.data, b.len);
    ck_after(40, 41, 42, FILL);
    buf_fini(&b);
    struct wal *t = make();
    uint64_t n = 41;
    for (size_t round = 0; round < 6; round++) {
        wal_again(t);
        for (size_t i = 0; i < 40 + round % 3 * 30; n += 1 + i++ % 9) {
            ck_assert_int_eq(write_block(t, n, 1 + i % 9, round * 500 % 1300), 0);
            ck_after(n - 1, n, n + i % 9, round * 500 % 1300);
        }
    }
    wal_free(t);
}
END_TEST

// A batch is begun when the one before it is there for certain.
START_TEST(a_block_that_was_begun_proves_the_one_before)
{
    struct wal *t = make();
    for (uint64_t n = 41; n < 71; n += 10)
        ck_assert_int_eq(write_block(t, n, 10, 0), 0);
    wal_free(t);
    for (int i = 1; i < 3; i++)
        change((size_t)i * WAL_BLOCK + HEAD + 60, 4);
    ck_gap(40, "events 51 to 60 of its tail are damaged");
    ck_gap(50, "events 51 to 60");
    ck_gap(57, "events 58 to 60");
    change(WAL_BLOCK + HEAD + 60, 4);
    ck_doubt(60, 61, 70, 2 * WAL_BLOCK);
    ck_after(70, 71, 70, 0);  // the table has it
    change(2 * WAL_BLOCK, 1); // of the last one there is the end
    change(WAL_BLOCK + HEAD + 60, 4);
    ck_gap(40, "events 51 to 60");
}
END_TEST

START_TEST(damage_before_another_block_is_told)
{
    struct wal *t = make();
    for (uint64_t n = 41; n < 71; n += 10)
        ck_assert_int_eq(write_block(t, n, 10, 0), 0);
    wal_free(t);
    change(WAL_BLOCK + HEAD + 2, 4); // a length of the second
    ck_gap(40, "events 51 to 60 of its tail are damaged");
    ck_gap(45, "events 51 to 60");
    ck_gap(55, "events 56 to 60");
    ck_after(60, 61, 70, 0); // what the table has is missed by nobody
    change(WAL_BLOCK + HEAD + 2, 4);
    change(0, 1);
    ck_gap(UINT64_MAX, "events 41 to 50");
    ck_after(50, 51, 70, 0);
}
END_TEST

START_TEST(a_shorter_file_is_told)
{
    struct wal *t = make();
    ck_assert_int_eq(write_block(t, 41, 1, 0), 0);
    wal_free(t);
    struct buf b = slurp();
    static const size_t sizes[] = {1, HEAD, 4095, WAL_BLOCK, WAL_BLOCK + 1, WAL_SIZE - 1};
    for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
        char expected[64];
        snprintf(expected, sizeof(expected), "cut off after %zu bytes, expected %d", sizes[i],
                 WAL_SIZE);
        spill(b.data, sizes[i]);
        ck_gap(40, expected);
        ck_gap(41, expected);
    }
    spill(b.data, 0);
    ck_gap(40, "cut off after 0 bytes");
    buf_fini(&b);
    ck_assert_int_eq(wal_remove("."), 0);
    ck_after(40, 41, 40, 0);
}
END_TEST

// One record of `size` bytes.
static int write_one(struct wal *t, uint64_t number, size_t size)
{
    char *bytes = mem_alloc(size);
    memset(bytes, (int)('a' + number % 26), size);
    int r = wal_write(t, number, bytes, &size, 1);
    free(bytes);
    return r;
}

static void ck_one(uint64_t number, size_t size)
{
    struct wal_list l;
    char *bytes = mem_alloc(size);
    memset(bytes, (int)('a' + number % 26), size);
    ck_assert_int_eq(wal_read(".", epoch, &l), 0);
    ck_assert_int_eq(wal_after(&l, number - 1, &why), 0);
    ck_assert_uint_eq(l.count, 1);
    ck_assert_uint_eq(l.list[0].size, size);
    ck_assert(!memcmp(l.list[0].bytes, bytes, size));
    wal_list_fini(&l);
    free(bytes);
}

START_TEST(a_block_fits_to_the_last_byte)
{
    struct wal *t = make();
    ck_assert_int_eq(write_one(t, 41, MOST + 1), WAL_FULL);
    ck_assert_int_eq(write_one(t, 41, (size_t)WAL_SIZE * 3), WAL_FULL);
    ck_assert_uint_eq(wal_left(t), WAL_SIZE);
    ck_assert_int_eq(write_one(t, 41, MOST), 0);
    ck_assert_uint_eq(wal_left(t), 0);
    ck_one(41, MOST);
    ck_assert_int_eq(write_one(t, 42, 1), WAL_FULL);
    wal_again(t);
    ck_assert_int_eq(write_one(t, 42, MOST - 1), 0);
    ck_assert_uint_eq(wal_left(t), 0);
    ck_one(42, MOST - 1);
    wal_again(t);
    // A page is left, and is as good as the others.
    ck_assert_int_eq(write_one(t, 43, MOST - WAL_BLOCK), 0);
    ck_assert_uint_eq(wal_left(t), WAL_BLOCK);
    ck_assert_int_eq(write_one(t, 44, WAL_BLOCK - HEAD - LENGTH + 1), WAL_FULL);
    ck_assert_int_eq(write_one(t, 44, WAL_BLOCK - HEAD - LENGTH), 0);
    ck_one(44, WAL_BLOCK - HEAD - LENGTH);
    wal_free(t);
}
END_TEST

// The buffer of a block is used again: whatever stood in it before, a block is the same as the
// first one of a new log.
START_TEST(nothing_of_earlier_blocks_is_left_behind_one)
{
    enum { ROUNDS = 60 };
    struct buf used[ROUNDS];
    size_t sizes[ROUNDS];
    struct wal *t = make();
    unsigned seed = 5;
    for (uint64_t n = 0; n < ROUNDS; n++) {
        int pages = 1 + rand_r(&seed) % 3, less = rand_r(&seed) % (n % 2 ? 60 : WAL_BLOCK - 100);
        sizes[n] = (size_t)(pages * WAL_BLOCK - HEAD - LENGTH - less);
        wal_again(t); // at the beginning of the file
        ck_assert_int_eq(write_one(t, 41 + n, sizes[n]), 0);
        used[n] = slurp();
    }
    wal_free(t);
    for (uint64_t n = 0; n < ROUNDS; n++) {
        t = make();
        ck_assert_int_eq(write_one(t, 41 + n, sizes[n]), 0);
        struct buf wanted = slurp();
        ck_assert(!memcmp(used[n].data, wanted.data, WAL_SIZE - wal_left(t)));
        buf_fini(&wanted);
        buf_fini(&used[n]);
        wal_free(t);
    }
}
END_TEST

START_TEST(many_records_fill_it_as_well)
{
    uint64_t n = 41;
    struct wal *t = make();
    while (write_block(t, n, 1, 0) == 0)
        n++;
    ck_assert_uint_eq(n, 41 + WAL_SIZE / WAL_BLOCK);
    ck_after(40, 41, n - 1, 0);
    // The lengths alone do not fit.
    size_t count = WAL_SIZE / LENGTH, *lengths = mem_calloc(count, sizeof(*lengths));
    wal_again(t);
    ck_assert_int_eq(wal_write(t, n, "", lengths, count), WAL_FULL);
    ck_assert_int_eq(wal_write(t, n, "", lengths, count - HEAD / LENGTH), 0);
    struct wal_list l;
    ck_assert_int_eq(wal_read(".", epoch, &l), 0);
    ck_assert_int_eq(wal_after(&l, n - 1, &why), 0);
    ck_assert_uint_eq(l.count, count - HEAD / LENGTH);
    wal_list_fini(&l);
    free(lengths);
    wal_free(t);
}
END_TEST

// What Check notes is in a file too, so the limit stands only while nothing is asserted.
static void limit_file_size(rlim_t size)
{
    struct rlimit l;
    signal(SIGXFSZ, SIG_IGN);
    if (getrlimit(RLIMIT_FSIZE, &l))
        abort();
    l.rlim_cur = size;
    if (setrlimit(RLIMIT_FSIZE, &l))
        abort();
}

// The limit is within a page, at its end and before the block: the write is cut short, or not
// begun.
START_TEST(a_refused_block_may_be_written_again)
{
    static const rlim_t limits[] = {2 * WAL_BLOCK + 1000, 2 * WAL_BLOCK, WAL_BLOCK, 100};
    struct wal *t = make();
    ck_assert_int_eq(write_block(t, 41, 1, 900), 0);
    for (int i = 0; i < 3; i++) {
        limit_file_size(limits[_i]);
        int r = write_block(t, 42, 20, 900), error = errno;
        limit_file_size(RLIM_INFINITY);
        ck_assert_int_eq(r, WAL_REFUSED);
        ck_assert_int_ne(error, 0);
        ck_assert_uint_eq(wal_left(t), WAL_SIZE - WAL_BLOCK);
        if (_i < 2) // its head was written
            ck_doubt(41, 42, 61, WAL_BLOCK);
        else
            ck_after(40, 41, 41, 900);
    }
    ck_assert_int_eq(write_block(t, 42, 20, 900), 0);
    ck_assert_int_eq(write_block(t, 62, 1, 900), 0);
    ck_after(40, 41, 62, 900);
    wal_free(t);
}
END_TEST

START_TEST(one_that_cannot_be_made_leaves_nothing)
{
    struct stat st;
    limit_file_size(WAL_SIZE - 1);
    struct wal *t = wal_make(".", EPOCH);
    int error = errno;
    limit_file_size(RLIM_INFINITY);
    ck_assert_ptr_null(t);
    ck_assert_int_eq(error, EFBIG);
    ck_assert_int_ne(stat("tail", &st), 0);
    wal_free(make());
    ck_assert_int_eq(stat("tail", &st), 0);
}
END_TEST

START_TEST(what_is_not_there_is_removed_and_read)
{
    struct wal_list l;
    ck_assert_int_eq(wal_remove("."), 0);
    ck_assert_int_eq(wal_remove("./nowhere"), 0);
    ck_after(UINT64_MAX, 41, 40, 0);
    wal_free(make());
    ck_assert_int_eq(wal_remove("."), 0);
    ck_assert_int_eq(access("tail", F_OK), -1);
    ck_assert_int_eq(file_mkdirs("tail", 0700), 0);
    ck_assert_int_eq(wal_read(".", epoch, &l), -EISDIR);
    wal_list_fini(&l);
    ck_assert_int_lt(wal_remove("."), 0);
    wal_free(NULL);
}
END_TEST

struct seen {
    uint64_t sum;
    size_t count;
};

static void see(void *arg, uint64_t number, const char *bytes, size_t n)
{
    struct seen *s = arg;
    char expected[32];
    int length = snprintf(expected, sizeof(expected), "<%" PRIu64 ">", number);
    ck_assert_uint_eq(n, length);
    ck_assert_mem_eq(bytes, expected, n);
    s->sum += number;
    s->count++;
}

// What its events are called fits, and yet they are none of this epoch's.
START_TEST(a_wal_of_another_epoch_is_told)
{
    struct wal_list l;
    struct seen s = {0};
    struct wal *t = make();
    for (uint64_t n = 41; n < 71; n += 10)
        ck_assert_int_eq(write_block(t, n, 10, 0), 0);
    wal_free(t);
    for (uint64_t last = 39; last < 75; last++) {
        ck_assert_int_eq(wal_read(".", EPOCH - 1, &l), 0);
        ck_assert_int_eq(wal_after(&l, last, &why), WAL_GAP);
        ck_assert_msg(strstr(error_text(&why), "its tail is that of epoch 40"), "%s",
                      error_text(&why));
        wal_each(&l, see, &s);
        wal_list_fini(&l);
    }
    ck_assert_int_eq(wal_read(".", EPOCH + 1, &l), 0);
    ck_assert_int_eq(wal_after(&l, UINT64_MAX, &why), WAL_GAP);
    wal_each(&l, see, &s);
    wal_list_fini(&l);
    ck_assert_uint_eq(s.count, 0);
    struct buf b = slurp(); // one block of another's is enough
    t = wal_make(".", EPOCH + 1);
    ck_assert_ptr_nonnull(t);
    ck_assert_int_eq(write_block(t, 41, 1, 0), 0);
    wal_free(t);
    struct buf other = slurp();
    memcpy(b.data + (size_t)100 * WAL_BLOCK, other.data, WAL_BLOCK);
    spill(b.data, b.len);
    ck_gap(40, "its tail is that of epoch 41");
    ck_gap(70, "its tail is that of epoch 41");
    b.data[(size_t)100 * WAL_BLOCK + HEAD] ^= 1; // but not one that is none
    spill(b.data, b.len);
    ck_after(40, 41, 70, 0);
    buf_fini(&other);
    buf_fini(&b);
}
END_TEST

START_TEST(numbers_near_the_end_of_all_numbers)
{
    epoch = UINT64_MAX - 12;
    struct wal *t = wal_make(".", epoch);
    ck_assert_ptr_nonnull(t);
    ck_assert_int_eq(write_block(t, UINT64_MAX - 11, 10, 0), 0); // up to MAX - 2
    ck_assert_int_eq(write_block(t, UINT64_MAX - 1, 1, 0), 0);
    ck_assert_int_eq(write_block(t, UINT64_MAX, 1, 0), 0); // no event: it means "empty"
    wal_free(t);
    ck_after(UINT64_MAX, UINT64_MAX - 11, UINT64_MAX - 1, 0);
    ck_after(UINT64_MAX - 2, UINT64_MAX - 1, UINT64_MAX - 1, 0);
    ck_after(UINT64_MAX - 1, UINT64_MAX, UINT64_MAX - 1, 0);
    ck_gap(3, "events 4 to 18446744073709551603 of");
    ck_assert_int_eq(wal_remove("."), 0);
    epoch = 0;
    t = wal_make(".", epoch);
    ck_assert_int_eq(write_block(t, 0, 3, 0), 0);              // there is no event 0
    ck_assert_int_eq(write_block(t, UINT64_MAX - 1, 3, 0), 0); // nor one after the last
    wal_free(t);
    ck_after(UINT64_MAX, 1, 0, 0);
}
END_TEST

// What a player has typed: no zeros. It stands where a block could begin when the one that it is in
// is written over in part.
START_TEST(a_text_that_looks_like_a_block_is_none)
{
    enum { PAGES = 6, TEXT = PAGES * WAL_BLOCK - HEAD - LENGTH };
    size_t size = TEXT;
    char *text = mem_alloc(TEXT);
    memset(text, 1, TEXT);
    for (size_t page = 1; page < PAGES; page++)
        memcpy(text + page * WAL_BLOCK - HEAD - LENGTH, "LKTAIL01", 8);
    struct wal *t = make();
    ck_assert_int_eq(wal_write(t, 41, text, &size, 1), 0);
    struct buf b = slurp();
    ck_assert_mem_eq(b.data + WAL_BLOCK, "LKTAIL01", 8);
    buf_fini(&b);
    ck_assert_int_eq(write_block(t, 42, 1, 0), 0);
    struct wal_list l;
    ck_assert_int_eq(wal_read(".", epoch, &l), 0);
    ck_assert_uint_eq(l.block_count, 2);
    ck_assert_int_eq(wal_after(&l, 40, &why), 0);
    ck_assert_uint_eq(l.list[0].size, TEXT);
    ck_assert_mem_eq(l.list[0].bytes, text, TEXT);
    wal_list_fini(&l);
    wal_again(t);
    ck_assert_int_eq(write_block(t, 43, 1, 0), 0);
    ck_after(42, 43, 43, 0);
    wal_free(t);
    free(text);
}
END_TEST

START_TEST(each_has_old_ones_and_those_after_damage)
{
    struct wal_list l;
    struct seen s = {0};
    struct wal *t = make();
    for (uint64_t n = 41; n < 46; n++)
        ck_assert_int_eq(write_block(t, n, 1, 0), 0);
    wal_again(t);
    ck_assert_int_eq(write_block(t, 46, 2, 0), 0); // over 41
    wal_free(t);
    change(WAL_BLOCK * 2 + HEAD + LENGTH, 1); // 43
    ck_assert_int_eq(wal_read(".", epoch, &l), 0);
    wal_each(&l, see, &s);
    ck_assert_uint_eq(s.count, 5);
    ck_assert_uint_eq(s.sum, 42 + 44 + 45 + 46 + 47);
    wal_list_fini(&l);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("journal/wal");
    TCase *t = tcase_create("wal");
    tcase_add_checked_fixture(t, start, finish);
    tcase_add_test(t, what_was_written_is_read_again);
    tcase_add_test(t, a_list_may_be_asked_for_again);
    tcase_add_test(t, a_new_one_has_nothing_and_an_old_one_is_replaced);
    tcase_add_test(t, a_former_round_is_passed_over);
    tcase_add_test(t, a_last_block_that_is_not_whole_is_told);
    tcase_add_test(t, a_bit_of_the_last_block_is_told);
    tcase_add_test(t, an_end_that_is_whole_is_silent);
    tcase_add_test(t, a_block_that_was_begun_proves_the_one_before);
    tcase_add_test(t, damage_before_another_block_is_told);
    tcase_add_test(t, a_shorter_file_is_told);
    tcase_add_test(t, a_block_fits_to_the_last_byte);
    tcase_add_test(t, nothing_of_earlier_blocks_is_left_behind_one);
    tcase_add_test(t, many_records_fill_it_as_well);
    tcase_add_loop_test(t, a_refused_block_may_be_written_again, 0, 4);
    tcase_add_test(t, one_that_cannot_be_made_leaves_nothing);
    tcase_add_test(t, what_is_not_there_is_removed_and_read);
    tcase_add_test(t, a_wal_of_another_epoch_is_told);
    tcase_add_test(t, numbers_near_the_end_of_all_numbers);
    tcase_add_test(t, a_text_that_looks_like_a_block_is_none);
    tcase_add_test(t, each_has_old_ones_and_those_after_damage);
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
