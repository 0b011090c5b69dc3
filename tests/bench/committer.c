// What a commit costs: batches of several sizes through the committer into a journal of its own,
// each handed over when the one before it is durable. Prints a line for each size. With --table
// each batch is a commit of LMDB's, without a write-ahead log.
#include "engine/committer.h"
#include "journal/journal.h"
#include "journal/record.h"
#include "util/buf.h"
#include "util/error.h"

#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static sem_t woken;

static void wake(void *arg)
{
    (void)arg;
    sem_post(&woken);
}

static int64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void add(struct committer *l, uint64_t number)
{
    static const uint32_t locks[] = {12, 34};
    struct record r = {.number = number,
                       .kind = RECORD_LINE,
                       .clock = 1,
                       .name = "Somebody",
                       .text = "say what is to be said",
                       .locks = locks,
                       .lock_count = 2};
    struct buf b = BUF_INIT;
    record_encode(&b, &r);
    size_t n = b.len;
    committer_add(l, number, b.data, n);
    buf_fini(&b);
}

static int by_size(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

static void measure(struct committer *l, uint64_t *next, unsigned size, unsigned rounds)
{
    int64_t *took = calloc(rounds, sizeof(*took)), began = now_ns(), all;
    if (!took)
        abort();
    for (unsigned i = 0; i < rounds; i++) {
        int64_t from = now_ns();
        for (unsigned k = 0; k < size; k++)
            add(l, ++*next);
        committer_flush(l);
        while (committer_durable(l) < *next)
            sem_wait(&woken);
        took[i] = now_ns() - from;
    }
    all = now_ns() - began;
    qsort(took, rounds, sizeof(*took), by_size);
    printf("%5u events a batch: %9.0f events/s, commit p50 %6.0f us, p99 %6.0f us\n", size,
           (double)size * rounds * 1e9 / (double)all, (double)took[rounds / 2] / 1e3,
           (double)took[rounds * 99 / 100] / 1e3);
    free(took);
}

// committer [--table] [--size EVENTS BATCHES] FOLDER: a new one, on the disk to measure.
int main(int argc, char **argv)
{
    static const unsigned sizes[] = {1, 10, 100, 1000};
    struct error why;
    int at = 1;
    bool table = at < argc && !strcmp(argv[at], "--table");
    at += table;
    bool one = at + 2 < argc && !strcmp(argv[at], "--size");
    unsigned size = one ? (unsigned)atoi(argv[at + 1]) : 0;
    unsigned batches = one ? (unsigned)atoi(argv[at + 2]) : 2000;
    at += one ? 3 : 0;
    if (argc != at + 1 || argv[at][0] == '-' || (one && (!size || !batches))) {
        fputs("Usage: bench_committer [--table] [--size EVENTS BATCHES] FOLDER\n", stderr);
        return 2;
    }
    struct journal_config config = {.folder = argv[at], .sync = true, .wal = !table};
    struct journal *j = journal_open(&config, &why);
    if (!j) {
        fprintf(stderr, "bench_committer: %s\n", error_text(&why));
        return 1;
    }
    sem_init(&woken, 0, 0);
    struct committer_config lc = {.wake = wake};
    struct committer *l = committer_start(j, &lc);
    uint64_t next = journal_last(j);
    for (size_t i = 0; !one && i < sizeof(sizes) / sizeof(sizes[0]); i++)
        measure(l, &next, sizes[i], batches);
    if (one)
        measure(l, &next, size, batches);
    committer_stop(l);
    journal_close(j);
    return 0;
}
