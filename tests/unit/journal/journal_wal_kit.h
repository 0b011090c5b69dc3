// A journal with a write-ahead log in a folder of its own: events are written, and read as they
// were; and a writer that vanishes.
#ifndef TESTS_JOURNAL_JOURNAL_WAL_KIT_H
#define TESTS_JOURNAL_JOURNAL_WAL_KIT_H

#include "journal/journal.h"

#include <check.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "records_kit.h"
#include "util/buf.h"
#include "util/error.h"
#include "util/file.h"
#include "util/mem.h"

enum { WORLD = 0x5eed };

#define EPOCH "journal/epoch-000000000000"

static char folder[64];
static struct error why;

static inline void start_folder(void)
{
    snprintf(folder, sizeof(folder), "%s/latchkey-tails-XXXXXX", P_tmpdir);
    ck_assert_ptr_nonnull(mkdtemp(folder));
    ck_assert_int_eq(chdir(folder), 0);
}

static inline void finish_folder(void)
{
    ck_assert_int_eq(chdir("/"), 0);
    char *command = mem_printf("rm -rf '%s'", folder);
    ck_assert_int_eq(system(command), 0);
    free(command);
}

static inline struct journal *try_to_write(void)
{
    struct journal_config c = {.folder = "journal", .world = WORLD, .sync = true, .wal = true};
    return journal_open(&c, &why);
}

static inline struct journal *open_to_write(void)
{
    struct journal *j = try_to_write();
    ck_assert_msg(j, "%s", error_text(&why));
    return j;
}

static inline struct journal *open_to_read(uint64_t epoch)
{
    struct journal_config c = {.folder = "journal", .read_only = true, .epoch = epoch};
    return journal_open(&c, &why);
}

static inline bool has_wal(const char *epoch)
{
    char *path = mem_printf("%s/tail", epoch);
    bool there = !access(path, F_OK);
    free(path);
    return there;
}

static inline int write_text(struct journal *j, size_t count, const char *text)
{
    return write_records(j, journal_last(j) + 1, count, text);
}

static inline void write_some(struct journal *j, size_t count)
{
    ck_assert_int_eq(write_text(j, count, "look"), 0);
}

// How many events can be read from `number` on, or SIZE_MAX: not all of them are as they were
// written.
static inline size_t read_all(struct journal *j, uint64_t number)
{
    struct record r;
    uint32_t locks[RECORD_LOCKS_MAX];
    size_t n = 0;
    int ending;
    struct journal_cursor *c = journal_cursor_open(j, number);
    while ((ending = journal_cursor_next(c, &r, locks)) == 0) {
        char name[32];
        snprintf(name, sizeof(name), "n%" PRIu64, number + n);
        if (r.number != number + n || strcmp(r.name, name) != 0)
            ending = JOURNAL_BAD;
        n++;
    }
    journal_cursor_close(c);
    return ending == JOURNAL_END ? n : SIZE_MAX;
}

static inline bool reads(uint64_t first, uint64_t last)
{
    struct journal *j = open_to_read(UINT64_MAX);
    if (!j)
        return false;
    bool good = journal_first(j) == first && journal_last(j) == last;
    for (uint64_t from = first; good && from <= last + 1;
         from += from + 3 < last ? (last - from) / 2 : 1)
        good = read_all(j, from) == last + 1 - from;
    journal_close(j);
    return good;
}

// How a writer may end. What it has in the write-ahead log: all (0), a part (1), all, and it is in
// a transaction (2).
static inline void leave(int how, int end)
{
    int status;
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (!child) {
        struct journal *j = open_to_write();
        for (int i = 0; i < 5; i++) {
            write_some(j, 10);
            if (how && i < 4 && journal_settle(j, how == 1 && i == 2) != 0)
                _exit(1);
        }
        if (end)
            kill(getpid(), SIGKILL);
        _exit(0);
    }
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_int_eq(status, end ? SIGKILL : 0);
    ck_assert(has_wal(EPOCH));
}

static inline struct buf slurp(const char *path)
{
    struct buf b = BUF_INIT;
    ck_assert_int_eq(file_read(path, 64 << 20, &b), 0);
    return b;
}

static inline void spill(const char *path, const void *bytes, size_t n)
{
    FILE *f = fopen(path, "w");
    ck_assert_ptr_nonnull(f);
    ck_assert_uint_eq(fwrite(bytes, 1, n, f), n);
    ck_assert_int_eq(fclose(f), 0);
}

struct walk {
    uint64_t next, stop;
    bool gap;
};

static inline bool visit(void *arg, uint64_t number, const void *bytes, size_t n)
{
    struct walk *w = arg;
    struct record r;
    uint32_t locks[RECORD_LOCKS_MAX];
    const char *reason;
    if (number != w->next++ || record_decode(bytes, n, &r, locks, &reason) != 0 ||
        r.number != number)
        w->gap = true;
    return number != w->stop;
}

static inline bool visit_salvaged(void *arg, const void *bytes, size_t n)
{
    struct walk *w = arg;
    return visit(arg, w->next, bytes, n);
}

#endif
