// The journal on disk: what was written is read, in order, after any ending; epochs; damage is
// reported and never fatal.
#include "journal/journal.h"

#include <check.h>
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "journal/manifest.h"
#include "journal/sanity.h"
#include "journal/snapshot_file.h"
#include "records_kit.h"
#include "util/buf.h"
#include "util/build.h"
#include "util/error.h"
#include "util/file.h"
#include "util/log.h"
#include "util/mem.h"
#include "util/rng.h"

enum { BATCH = 10, WORLD = 0x5eed, OTHER_WORLD = 0xbeef };

static char folder[64];
static struct error why;
static const char *const data_file = "journal/epoch-000000000000/data.mdb";
static const char *const manifest_file = "journal/epoch-000000000000/manifest";

static void start(void)
{
    snprintf(folder, sizeof(folder), "%s/latchkey-journal-XXXXXX", P_tmpdir);
    ck_assert_ptr_nonnull(mkdtemp(folder));
    ck_assert_int_eq(chdir(folder), 0);
}

static void finish(void)
{
    ck_assert_int_eq(chdir("/"), 0);
    char *command = mem_printf("rm -rf '%s'", folder);
    ck_assert_int_eq(system(command), 0);
    free(command);
}

static struct journal *open_with(const struct journal_config *config)
{
    error_clear(&why);
    return journal_open(config, &why);
}

static struct journal *open_journal(void)
{
    struct journal *j =
        open_with(&(struct journal_config){.folder = "journal", .world = WORLD, .sync = true});
    ck_assert_msg(j, "%s", error_text(&why));
    return j;
}

static struct journal *open_to_read(uint64_t epoch)
{
    return open_with(
        &(struct journal_config){.folder = "journal", .read_only = true, .epoch = epoch});
}

static void write_batches(struct journal *j, size_t batches)
{
    for (size_t i = 0; i < batches; i++)
        ck_assert_int_eq(write_records(j, journal_last(j) + 1, BATCH, "look"), 0);
}

// How many events are read from `number` on; `ending` says how that ended.
static size_t read_all(struct journal *j, uint64_t number, int *ending)
{
    struct record r;
    uint32_t locks[RECORD_LOCKS_MAX];
    size_t n = 0;
    struct journal_cursor *c = journal_cursor_open(j, number);
    while ((*ending = journal_cursor_next(c, &r, locks)) == 0) {
        char name[32];
        snprintf(name, sizeof(name), "n%" PRIu64, number + n);
        ck_assert_uint_eq(r.number, number + n);
        ck_assert_str_eq(r.name, name);
        n++;
    }
    journal_cursor_close(c);
    return n;
}

static void ck_holds(struct journal *j, uint64_t first, uint64_t last)
{
    int ending;
    ck_assert_uint_eq(journal_first(j), first);
    ck_assert_uint_eq(journal_last(j), last);
    ck_assert_uint_eq(read_all(j, first, &ending), last + 1 - first);
    ck_assert_int_eq(ending, JOURNAL_END);
}

static struct buf slurp(const char *path)
{
    struct buf b = BUF_INIT;
    ck_assert_int_ge(file_read(path, 64 << 20, &b), 0);
    return b;
}

static void spill(const char *path, const void *bytes, size_t n)
{
    FILE *f = fopen(path, "w");
    ck_assert_ptr_nonnull(f);
    ck_assert_uint_eq(fwrite(bytes, 1, n, f), n);
    ck_assert_int_eq(fclose(f), 0);
}

START_TEST(a_new_journal_is_empty)
{
    struct journal *j = open_journal();
    ck_holds(j, 1, 0);
    ck_assert_uint_eq(journal_epoch(j), 0);
    ck_assert_uint_eq(journal_world(j), WORLD);
    journal_close(j);
    j = open_journal();
    ck_holds(j, 1, 0);
    journal_close(j);
}
END_TEST

START_TEST(what_was_written_is_read_again)
{
    int ending;
    struct journal *j = open_journal();
    write_batches(j, 3);
    ck_holds(j, 1, 30);
    ck_assert_uint_eq(read_all(j, 28, &ending), 3);
    ck_assert_uint_eq(read_all(j, 31, &ending), 0);
    ck_assert_int_eq(ending, JOURNAL_END);
    journal_close(j);
    j = open_journal();
    ck_holds(j, 1, 30);
    write_batches(j, 1);
    ck_holds(j, 1, 40);
    journal_close(j);
    j = open_to_read(UINT64_MAX);
    ck_holds(j, 1, 40);
    ck_assert_str_eq(journal_program(j), build_program());
    journal_close(j);
}
END_TEST

START_TEST(without_sync_it_is_read_as_well)
{
    struct journal *j = open_with(&(struct journal_config){.folder = "journal", .world = WORLD});
    write_batches(j, 2);
    ck_assert_int_ge(journal_sync(j), 0);
    journal_close(j);
    j = open_journal();
    ck_holds(j, 1, 20);
    journal_close(j);
}
END_TEST

START_TEST(a_gap_and_a_repetition_are_refused)
{
    struct journal *j = open_journal();
    write_batches(j, 1);
    ck_assert_int_lt(write_records(j, 12, 1, "x"), 0);
    ck_assert_ptr_nonnull(strstr(journal_why(j), "event 12 after 10"));
    ck_assert_int_lt(write_records(j, 10, 1, "x"), 0);
    ck_assert_int_lt(write_records(j, 0, 1, "x"), 0);
    ck_holds(j, 1, 10);
    ck_assert_int_eq(write_records(j, 11, 1, "x"), 0);
    ck_holds(j, 1, 11);
    journal_close(j);
}
END_TEST

START_TEST(the_map_grows_with_the_events)
{
    enum { EACH = 10000, AT_ONCE = 20, MIBS = 20 };
    char *text = mem_alloc(EACH + 1);
    memset(text, 'x', EACH);
    text[EACH] = '\0';
    struct journal *j =
        open_with(&(struct journal_config){.folder = "journal", .world = WORLD, .map = 1 << 20});
    ck_assert_msg(j, "%s", error_text(&why));
    while (journal_last(j) * EACH < (uint64_t)MIBS << 20)
        ck_assert_int_eq(write_records(j, journal_last(j) + 1, AT_ONCE, text), 0);
    uint64_t last = journal_last(j);
    ck_holds(j, 1, last);
    journal_close(j);
    j = open_with(&(struct journal_config){.folder = "journal", .world = WORLD, .map = 1 << 20});
    ck_assert_msg(j, "%s", error_text(&why));
    ck_holds(j, 1, last);
    write_batches(j, 1);
    ck_holds(j, 1, last + BATCH);
    journal_close(j);
    free(text);
}
END_TEST

static struct stat state_of_data(void)
{
    struct stat st;
    ck_assert_int_eq(stat(data_file, &st), 0);
    return st;
}

// What a disk does that has just become full: the first write that does not fit is cut short.
static void limit_file_size(rlim_t size)
{
    struct rlimit l;
    signal(SIGXFSZ, SIG_IGN);
    ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &l), 0);
    l.rlim_cur = size;
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &l), 0);
}

START_TEST(a_refused_write_may_be_tried_again)
{
    char text[1000];
    memset(text, 'x', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    struct journal *j = open_journal();
    write_batches(j, 3);
    uint64_t last = journal_last(j);
    limit_file_size((rlim_t)state_of_data().st_size + 2048);
    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(write_records(j, last + 1, 100, text), JOURNAL_NO_SPACE);
        ck_assert_str_ne(journal_why(j), "");
        ck_assert_uint_eq(journal_last(j), last);
    }
    limit_file_size(RLIM_INFINITY);
    ck_assert_int_eq(write_records(j, last + 1, 100, text), 0);
    journal_close(j);
    j = open_journal();
    ck_holds(j, 1, last + 100);
    journal_close(j);
}
END_TEST

START_TEST(blocks_are_kept_ahead_only_while_it_is_open)
{
    struct journal *j = open_journal();
    write_batches(j, 3);
    ck_assert_uint_gt(journal_space(j), 0);
    struct stat open = state_of_data();
    journal_close(j);
    struct stat closed = state_of_data();
    ck_assert_int_gt(open.st_blocks * 512, open.st_size + 65536);
    ck_assert_int_le(closed.st_size, open.st_size);
    ck_assert_int_le(closed.st_blocks * 512, closed.st_size + 65536);
}
END_TEST

START_TEST(one_batch_may_be_larger_than_the_map)
{
    char *text = mem_alloc(RECORD_TEXT_MAX + 1);
    memset(text, 'y', RECORD_TEXT_MAX);
    text[RECORD_TEXT_MAX] = '\0';
    struct journal *j =
        open_with(&(struct journal_config){.folder = "journal", .world = WORLD, .map = 1 << 20});
    ck_assert_int_eq(write_records(j, 1, 3, text), 0);
    ck_holds(j, 1, 3);
    journal_close(j);
    free(text);
}
END_TEST

START_TEST(a_roll_begins_an_epoch_and_keeps_the_old_one)
{
    uint64_t epochs[4];
    struct journal *j = open_journal();
    write_batches(j, 2);
    ck_assert_int_ge(journal_roll(j, OTHER_WORLD, false), 0);
    ck_assert_uint_eq(journal_epoch(j), 20);
    ck_assert_uint_eq(journal_world(j), OTHER_WORLD);
    ck_holds(j, 21, 20);
    write_batches(j, 1);
    ck_holds(j, 21, 30);
    journal_close(j);
    ck_assert_uint_eq(journal_epochs("journal", epochs, 4), 2);
    ck_assert_uint_eq(epochs[0], 0);
    ck_assert_uint_eq(epochs[1], 20);
    ck_assert_uint_eq(journal_epochs("journal", epochs, 1), 1);
    j = open_to_read(0);
    ck_holds(j, 1, 20);
    ck_assert_uint_eq(journal_world(j), WORLD);
    journal_close(j);
    j = open_to_read(UINT64_MAX);
    ck_holds(j, 21, 30);
    journal_close(j);
    ck_assert_ptr_null(open_to_read(7));
}
END_TEST

START_TEST(an_empty_epoch_becomes_that_of_another_world)
{
    struct journal *j = open_journal();
    write_batches(j, 1);
    ck_assert_int_ge(journal_roll(j, WORLD, false), 0);
    journal_close(j);
    struct journal_config config = {
        .folder = "journal", .world = OTHER_WORLD, .settings = {30, 64}, .sync = true};
    j = open_with(&config);
    ck_assert_int_ge(journal_roll(j, OTHER_WORLD, false), 0);
    ck_assert_uint_eq(journal_epoch(j), 10);
    ck_assert_uint_eq(journal_world(j), OTHER_WORLD);
    write_batches(j, 1);
    journal_close(j);
    j = open_to_read(UINT64_MAX);
    ck_holds(j, 11, 20);
    ck_assert_uint_eq(journal_world(j), OTHER_WORLD);
    ck_assert_uint_eq(journal_settings(j)[1], 64);
    journal_close(j);
}
END_TEST

START_TEST(a_based_epoch_has_what_it_needs)
{
    struct stat st;
    struct buf body = BUF_INIT;
    struct journal *j = open_journal();
    write_batches(j, 1);
    buf_adds(&body, "the world");
    struct snapshot_head head = {.number = 10, .world = WORLD, .players = 1};
    ck_assert_int_lt(journal_roll(j, WORLD, true), 0); // there is no snapshot
    journal_close(j);
    j = open_journal();
    ck_assert_uint_eq(journal_epoch(j), 0);
    ck_assert_int_eq(snapshot_file_prepare(journal_path(j), &head, &body), 0);
    ck_assert_int_eq(snapshot_file_finish(journal_path(j), 10), 0);
    ck_assert_int_eq(file_create("journal/epoch-000000000000/world-files", "files", 5, 0600), 0);
    ck_assert_int_ge(journal_roll(j, WORLD, true), 0);
    ck_assert(journal_based(j));
    ck_assert_int_eq(stat("journal/epoch-000000000010/world-files", &st), 0);
    ck_assert_int_eq(stat("journal/epoch-000000000010/snapshot-000000000010", &st), 0);
    ck_assert_int_ge(journal_roll(j, WORLD, true), 0); // it is still the same
    ck_assert(journal_based(j));
    ck_assert_int_ge(journal_roll(j, OTHER_WORLD, false),
                     0); // the world begins from its zone files after all
    ck_assert(!journal_based(j));
    ck_assert_int_ne(stat("journal/epoch-000000000010/snapshot-000000000010", &st), 0);
    journal_close(j);
    j = open_to_read(UINT64_MAX);
    ck_assert(!journal_based(j));
    ck_assert_uint_eq(journal_epoch(j), 10);
    journal_close(j);
    buf_fini(&body);
}
END_TEST

START_TEST(an_unfinished_epoch_is_put_aside)
{
    struct stat st;
    struct journal *j = open_journal();
    write_batches(j, 1);
    journal_close(j);
    ck_assert_int_ge(file_mkdirs("journal/epoch-000000000010", 0700), 0);
    j = open_to_read(UINT64_MAX); // who only reads leaves it
    ck_holds(j, 1, 10);
    journal_close(j);
    ck_assert_int_eq(stat("journal/epoch-000000000010", &st), 0);
    j = open_journal();
    ck_holds(j, 1, 10);
    ck_assert_int_ne(stat("journal/epoch-000000000010", &st), 0);
    ck_assert_int_eq(stat("journal/epoch-000000000010.unfinished", &st), 0);
    ck_assert_int_ge(journal_roll(j, WORLD, false), 0);
    write_batches(j, 1);
    journal_close(j);
    j = open_journal();
    ck_holds(j, 11, 20);
    journal_close(j);
}
END_TEST

START_TEST(every_damage_to_the_manifest_is_refused_with_a_message)
{
    struct journal *j = open_journal();
    write_batches(j, 1);
    journal_close(j);
    struct buf good = slurp(manifest_file);
    for (size_t i = 0; i < good.len; i++) {
        good.data[i] ^= 0x11;
        spill(manifest_file, good.data, good.len);
        good.data[i] ^= 0x11;
        ck_assert_ptr_null(open_to_read(UINT64_MAX));
        ck_assert_msg(strstr(error_text(&why), "manifest"), "%s", error_text(&why));
    }
    for (size_t n = 0; n < good.len; n++) {
        spill(manifest_file, good.data, n);
        ck_assert_ptr_null(open_to_read(UINT64_MAX));
    }
    // A good one, but another epoch's.
    struct manifest other = {.format = 1, .parent = 5, .world = WORLD, .program = "1"};
    ck_assert_int_eq(manifest_write("journal/epoch-000000000000", &other), 0);
    ck_assert_ptr_null(open_to_read(UINT64_MAX));
    ck_assert_ptr_nonnull(strstr(error_text(&why), "epoch 5"));
    other = (struct manifest){.format = JOURNAL_FORMAT + 1, .world = WORLD, .program = "1"};
    ck_assert_int_eq(manifest_write("journal/epoch-000000000000", &other), 0);
    ck_assert_ptr_null(open_to_read(UINT64_MAX));
    spill(manifest_file, good.data, good.len);
    j = open_journal();
    ck_holds(j, 1, 10);
    journal_close(j);
    buf_fini(&good);
}
END_TEST

START_TEST(nothing_to_read_is_told)
{
    ck_assert_ptr_null(open_to_read(UINT64_MAX));
    ck_assert_ptr_nonnull(strstr(error_text(&why), "there is no journal"));
}
END_TEST

START_TEST(another_process_reads_while_this_one_writes)
{
    int status;
    struct journal *j = open_journal();
    write_batches(j, 2);
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (!child) {
        int ending;
        struct journal *second = open_to_read(UINT64_MAX);
        size_t n = second ? read_all(second, 1, &ending) : 0;
        journal_close(second);
        _exit(n >= 20 ? 0 : 1);
    }
    write_batches(j, 50);
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_int_eq(status, 0);
    ck_holds(j, 1, 520);
    journal_close(j);
}
END_TEST

START_TEST(a_writer_that_vanishes_leaves_what_it_had_written)
{
    int status;
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (!child) {
        struct journal *j = open_journal();
        write_batches(j, 5);
        _exit(0); // nothing is closed
    }
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    struct journal *j = open_journal();
    ck_holds(j, 1, 50);
    write_batches(j, 1);
    journal_close(j);
}
END_TEST

START_TEST(a_changed_record_is_named)
{
    int ending;
    struct journal *j = open_journal();
    ck_assert_int_eq(write_records(j, 1, 1, "look"), 0);
    ck_assert_int_eq(write_records(j, 2, 1, "say UNMISTAKABLE"), 0);
    ck_assert_int_eq(write_records(j, 3, 1, "look"), 0);
    journal_close(j);
    struct buf b = slurp(data_file);
    for (char *at = b.data; (at = memmem(at, b.len - (size_t)(at - b.data), "UNMIST", 6)); at++)
        *at = 'u';
    spill(data_file, b.data, b.len);
    buf_fini(&b);
    j = open_to_read(UINT64_MAX);
    ck_assert_msg(j, "%s", error_text(&why));
    ck_assert_uint_eq(read_all(j, 1, &ending), 1);
    ck_assert_int_eq(ending, JOURNAL_BAD);
    ck_assert_msg(strstr(journal_why(j), "event 2"), "%s", journal_why(j));
    journal_close(j);
}
END_TEST

static void make_large(void)
{
    char text[600];
    memset(text, 'z', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    struct journal *j = open_journal();
    for (int i = 0; i < 40; i++)
        ck_assert_int_eq(write_records(j, journal_last(j) + 1, BATCH, text), 0);
    char *very_long = mem_alloc(100000);
    memset(very_long, 'l', 99999);
    very_long[99999] = '\0';
    ck_assert_int_eq(write_records(j, journal_last(j) + 1, 2, very_long), 0);
    free(very_long);
    journal_close(j);
}

// Opens and reads it all in this process: a signal would end the test.
static void ck_survives(size_t events)
{
    int ending;
    struct journal *j = open_to_read(UINT64_MAX);
    if (!j) {
        ck_assert_msg(strstr(error_text(&why), "epoch-"), "%s", error_text(&why));
        return;
    }
    size_t n = read_all(j, 1, &ending);
    ck_assert_uint_le(n, events);
    if (ending != JOURNAL_END)
        ck_assert_ptr_nonnull(strstr(journal_why(j), "event"));
    journal_close(j);
}

START_TEST(a_missing_or_cut_file_is_named)
{
    make_large();
    struct buf b = slurp(data_file);
    ck_assert_msg(!sanity_check(data_file, &why), "%s", error_text(&why));
    for (size_t n = 0; n < b.len; n += n < 9000 ? 97 : 4099) {
        spill(data_file, b.data, n);
        ck_survives(402);
    }
    spill(data_file, b.data, 0);
    ck_assert_ptr_null(open_with(&(struct journal_config){.folder = "journal", .world = WORLD}));
    char *told = mem_printf("%s: damaged: cut off: 152 bytes at 0 are missing", data_file);
    ck_assert_str_eq(error_text(&why), told);
    ck_assert_int_eq(error_code(&why), -EINVAL);
    free(told);
    ck_assert_int_eq(unlink(data_file), 0);
    ck_assert_ptr_null(open_with(&(struct journal_config){.folder = "journal", .world = WORLD}));
    told = mem_printf("%s: cannot be read: No such file or directory", data_file);
    ck_assert_str_eq(error_text(&why), told);
    ck_assert_int_eq(error_code(&why), -ENOENT);
    free(told);
    buf_fini(&b);
}
END_TEST

START_TEST(random_damage_is_never_fatal)
{
    make_large();
    struct buf b = slurp(data_file);
    struct rng rng;
    rng_seed(&rng, (uint64_t)_i);
    char *copy = mem_alloc(b.len);
    for (int i = 0; i < 60; i++) {
        memcpy(copy, b.data, b.len);
        // In the first pages, where the roots are, as often as everywhere else.
        size_t span = i % 2 ? b.len : 6 * 4096;
        for (uint64_t n = 1 + rng_below(&rng, 4); n; n--)
            copy[rng_below(&rng, span)] ^= (char)(1 << rng_below(&rng, 8));
        if (i % 5 == 0)
            memset(copy + rng_below(&rng, span / 512) * 512, 0, 512);
        spill(data_file, copy, b.len);
        ck_survives(402);
    }
    free(copy);
    buf_fini(&b);
}
END_TEST

static Suite *journal_suite(void)
{
    Suite *s = suite_create("journal/journal");
    TCase *t = tcase_create("journal");
    tcase_add_checked_fixture(t, start, finish);
    tcase_add_test(t, a_new_journal_is_empty);
    tcase_add_test(t, what_was_written_is_read_again);
    tcase_add_test(t, without_sync_it_is_read_as_well);
    tcase_add_test(t, a_gap_and_a_repetition_are_refused);
    tcase_add_test(t, the_map_grows_with_the_events);
    tcase_add_test(t, a_refused_write_may_be_tried_again);
    tcase_add_test(t, blocks_are_kept_ahead_only_while_it_is_open);
    tcase_add_test(t, one_batch_may_be_larger_than_the_map);
    tcase_add_test(t, a_roll_begins_an_epoch_and_keeps_the_old_one);
    tcase_add_test(t, an_empty_epoch_becomes_that_of_another_world);
    tcase_add_test(t, a_based_epoch_has_what_it_needs);
    tcase_add_test(t, an_unfinished_epoch_is_put_aside);
    tcase_add_test(t, every_damage_to_the_manifest_is_refused_with_a_message);
    tcase_add_test(t, nothing_to_read_is_told);
    tcase_add_test(t, another_process_reads_while_this_one_writes);
    tcase_add_test(t, a_writer_that_vanishes_leaves_what_it_had_written);
    tcase_add_test(t, a_changed_record_is_named);
    tcase_add_test(t, a_missing_or_cut_file_is_named);
    tcase_add_loop_test(t, random_damage_is_never_fatal, 0, 10);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    SRunner *r = srunner_create(journal_suite());
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
