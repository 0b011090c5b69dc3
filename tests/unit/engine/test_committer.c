// The committer: numbers that come out of order are written in order, what counts as durable can be
// read from the journal, and nothing that was handed over is left behind at the end.
#include "engine/committer.h"

#include <check.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "journal/journal.h"
#include "journal/record.h"
#include "util/buf.h"
#include "util/error.h"
#include "util/mem.h"

static char folder[64];
static _Atomic unsigned wakes;

// The committer waits here while it is shut: whatever is handed over meanwhile gathers.
static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;

static void start(void)
{
    snprintf(folder, sizeof(folder), "%s/latchkey-committer-XXXXXX", P_tmpdir);
    ck_assert_ptr_nonnull(mkdtemp(folder));
    ck_assert_int_eq(chdir(folder), 0);
    atomic_store(&wakes, 0);
}

static void finish(void)
{
    ck_assert_int_eq(chdir("/"), 0);
    char *command = mem_printf("rm -rf '%s'", folder);
    ck_assert_int_eq(system(command), 0);
    free(command);
}

static void wake(void *arg)
{
    (void)arg;
    atomic_fetch_add(&wakes, 1);
    pthread_mutex_lock(&gate);
    pthread_mutex_unlock(&gate);
}

static struct journal *open_with(bool read_only, bool wal)
{
    struct error why;
    struct journal_config c = {
        .folder = "journal", .sync = true, .wal = wal, .read_only = read_only, .epoch = UINT64_MAX};
    struct journal *j = journal_open(&c, &why);
    ck_assert_msg(j, "%s", error_text(&why));
    return j;
}

static struct journal *open_journal(bool read_only)
{
    return open_with(read_only, false);
}

static void add(struct committer *l, uint64_t number)
{
    char text[32];
    snprintf(text, sizeof(text), "say %" PRIu64, number);
    struct record r = {.number = number, .kind = RECORD_LINE, .name = "Anna", .text = text};
    struct buf b = BUF_INIT;
    record_encode(&b, &r);
    size_t n = b.len;
    committer_add(l, number, b.data, n);
    buf_fini(&b);
}

static uint64_t last_on_disk(void)
{
    struct journal *j = open_journal(true);
    uint64_t last = journal_last(j);
    journal_close(j);
    return last;
}

START_TEST(a_number_that_is_missing_holds_back_those_after_it)
{
    struct journal *j = open_journal(false);
    struct committer_config c = {.wake = wake};
    struct committer *l = committer_start(j, &c);
    add(l, 2);
    add(l, 1);
    add(l, 4);
    committer_wait(l, 2);
    ck_assert_uint_eq(committer_durable(l), 2);
    ck_assert_uint_eq(last_on_disk(), 2);
    add(l, 3);
    committer_wait(l, 4);
    ck_assert_uint_eq(last_on_disk(), 4);
    committer_stop(l);
    ck_assert_uint_ge(atomic_load(&wakes), 2); // it is durable first, then the loop is woken
    journal_close(j);
}
END_TEST

// Crowds and single ones in turn, as the committer treats them differently.
START_TEST(what_counts_as_durable_is_on_the_disk)
{
    struct journal *j = open_journal(false);
    struct committer_config c = {.wake = wake};
    struct committer *l = committer_start(j, &c);
    uint64_t number = 0;
    for (unsigned round = 0; round < 40; round++) {
        for (unsigned k = 0; k < (round % 3 ? 1 : 50); k++)
            add(l, ++number);
        committer_flush(l);
        if (round % 5)
            continue;
        committer_wait(l, number);
        ck_assert_uint_ge(last_on_disk(), number);
    }
    struct committer_stats stats;
    committer_wait(l, number);
    committer_stats(l, &stats);
    ck_assert_uint_eq(stats.events, number);
    committer_stop(l);
    journal_close(j);
}
END_TEST

START_TEST(what_gathers_while_one_is_written_is_the_next)
{
    struct journal *j = open_journal(false);
    struct committer_config c = {.wake = wake};
    struct committer *l = committer_start(j, &c);
    struct committer_stats stats;
    pthread_mutex_lock(&gate);
    add(l, 1);
    committer_wait(l, 1); // written, and the committer at the gate or on its way there
    for (uint64_t n = 2; n <= 60; n++) {
        add(l, n);
        committer_flush(l);
    }
    ck_assert_uint_eq(committer_durable(l), 1);
    pthread_mutex_unlock(&gate);
    committer_wait(l, 60);
    committer_stats(l, &stats);
    ck_assert_uint_eq(stats.events, 60);
    ck_assert_uint_eq(stats.batches, 2);
    committer_stop(l);
    journal_close(j);
}
END_TEST

START_TEST(the_end_writes_what_was_handed_over)
{
    struct journal *j = open_journal(false);
    struct committer_config c = {.interval = _i, .wake = wake};
    struct committer *l = committer_start(j, &c);
    for (uint64_t n = 1; n <= 3000; n++)
        add(l, n);
    committer_flush(l);
    if (c.interval)
        ck_assert_uint_eq(committer_durable(l), 3000); // shown at once, written later
    committer_stop(l);
    ck_assert_uint_eq(journal_last(j), 3000);
    journal_close(j);
}
END_TEST

enum { THREADS = 4, EACH = 4000 };

struct adding {
    struct committer *committer;
    pthread_barrier_t *begin;
    unsigned which;
};

// Of every THREADS numbers one, in groups of eight backwards; groups of one thread are far behind
// another's, so that the window must grow. Flushes as a worker does, after each.
static void *add_in_disorder(void *arg)
{
    const struct adding *a = arg;
    uint64_t before = 0;
    pthread_barrier_wait(a->begin);
    for (unsigned i = 0; i < EACH; i++) {
        unsigned place = i / 8 * 8 + 7 - i % 8;
        add(a->committer, (uint64_t)place * THREADS + a->which + 1);
        committer_flush(a->committer);
        uint64_t durable = committer_durable(a->committer);
        if (durable < before)
            return a->committer; // less is durable than before
        before = durable;
        if (a->which == 0 && i % 1000 == 999)
            usleep(3000);
    }
    return NULL;
}

static void ck_in_order(uint64_t last)
{
    struct record r;
    uint32_t locks[RECORD_LOCKS_MAX];
    struct journal *j = open_journal(true);
    ck_assert_uint_eq(journal_last(j), last);
    struct journal_cursor *c = journal_cursor_open(j, 1);
    bool good = true;
    uint64_t n = 0;
    while (good && journal_cursor_next(c, &r, locks) == 0) {
        char text[32];
        snprintf(text, sizeof(text), "say %" PRIu64, ++n);
        good = r.number == n && !strcmp(r.text, text);
    }
    ck_assert_msg(good, "event %" PRIu64, n);
    ck_assert_uint_eq(n, last);
    journal_cursor_close(c);
    journal_close(j);
}

// _i: with and without a write-ahead log, synced and by intervals.
START_TEST(workers_hand_over_in_any_order)
{
    struct journal *j = open_with(false, _i & 1);
    struct committer_config c = {.interval = _i / 2, .wake = wake};
    struct committer *l = committer_start(j, &c);
    pthread_barrier_t begin;
    pthread_t threads[THREADS];
    struct adding adding[THREADS];
    pthread_barrier_init(&begin, NULL, THREADS);
    for (unsigned i = 0; i < THREADS; i++) {
        adding[i] = (struct adding){l, &begin, i};
        ck_assert_int_eq(pthread_create(&threads[i], NULL, add_in_disorder, &adding[i]), 0);
    }
    for (unsigned i = 0; i < THREADS; i++) {
        void *wrong;
        ck_assert_int_eq(pthread_join(threads[i], &wrong), 0);
        ck_assert_msg(!wrong, "less was durable than before");
    }
    struct committer_stats stats;
    if (_i % 2 == 0)
        committer_wait(l, THREADS * EACH);
    committer_stats(l, &stats);
    ck_assert_uint_le(stats.events, THREADS * EACH);
    committer_stop(l);
    ck_assert_uint_eq(journal_last(j), THREADS * EACH);
    journal_close(j);
    ck_in_order(THREADS * EACH);
    pthread_barrier_destroy(&begin);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("committer");
    TCase *t = tcase_create("committer");
    tcase_add_checked_fixture(t, start, finish);
    tcase_add_test(t, a_number_that_is_missing_holds_back_those_after_it);
    tcase_add_test(t, what_counts_as_durable_is_on_the_disk);
    tcase_add_test(t, what_gathers_while_one_is_written_is_the_next);
    tcase_add_loop_test(t, the_end_writes_what_was_handed_over, 0, 2);
    tcase_add_loop_test(t, workers_hand_over_in_any_order, 0, 4);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    SRunner *r = srunner_create(suite());
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
