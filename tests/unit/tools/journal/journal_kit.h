// A small journal in a folder of its own, and `latchkey journal` run on it with what it says kept.
#ifndef TESTS_TOOLS_JOURNAL_KIT_H
#define TESTS_TOOLS_JOURNAL_KIT_H

#include "tools/tools.h"

#include <check.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "journal/journal.h"
#include "serve/data_lock.h"
#include "util/buf.h"
#include "util/error.h"
#include "util/file.h"
#include "util/mem.h"

enum { DAY = 86400000, MANY = 3000 };

static const int64_t monday = INT64_C(1763337600000); // 2025-11-17T00:00Z

static char folder[64];
static struct buf out, err;

static inline char *at(const char *name)
{
    return mem_printf("%s/%s", folder, name);
}

static inline void put(const char *name, const char *text)
{
    char *path = at(name), *slash = strrchr(path, '/');
    *slash = '\0';
    ck_assert_int_eq(file_mkdirs(path, 0700), 0);
    *slash = '/';
    ck_assert_int_eq(file_write_atomic(path, text, strlen(text), 0600, false), 0);
    free(path);
}

static inline void get(const char *name, struct buf *b)
{
    char *path = at(name);
    buf_clear(b);
    ck_assert_int_eq(file_read(path, 64 << 20, b), 0);
    free(path);
}

static inline bool is_there(const char *name)
{
    char *path = at(name);
    bool there = !access(path, F_OK);
    free(path);
    return there;
}

static inline struct journal *open_journal(const char *name, uint64_t world)
{
    struct error why;
    char *path = at(name);
    struct journal_config config = {.folder = path, .world = world, .epoch = UINT64_MAX};
    struct journal *j = journal_open(&config, &why);
    ck_assert_msg(j != NULL, "%s", error_text(&why));
    free(path);
    return j;
}

static inline void write_one(struct journal *j, const struct record *r)
{
    struct buf b = BUF_INIT;
    record_encode(&b, r);
    ck_assert_int_eq(journal_write(j, r->number, b.data, &b.len, 1), 0);
    buf_fini(&b);
}

// Monday in the first epoch, Tuesday in the second.
static inline void write_journal(void)
{
    static const uint32_t locks[] = {3, 7 | UINT32_C(1) << 31};
    // Her health, and where somebody is.
    static const unsigned char changes[] = {12,  0x34, 0x12, 0xc2, 0x91, 0x3a, 0x7f,
                                            251, 0x78, 0x56, 1,    0,    0,    0};
    static const struct record events[] = {
        {.number = 1, .kind = RECORD_ZONE, .ordinal = 2},
        {.number = 2,
         .kind = RECORD_ENTER,
         .name = "Anna",
         .text = "{\"gold\": 5}",
         .more = "goto"},
        {.number = 3,
         .kind = RECORD_LINE,
         .name = "Anna",
         .text = "get lost sword",
         .locks = locks,
         .lock_count = 2,
         .output = 77},
        {.number = 4, .kind = RECORD_TIMER, .origin = 3, .ordinal = 1},
        {.number = 5, .kind = RECORD_LEAVE, .name = "Anna", .changes = changes, .change_count = 2},
        {.number = 6,
         .kind = RECORD_ENTER,
         .name = "Anna",
         .text = "{\"gold\": 9, \"on\": \"Sword\"}"},
        {.number = 7,
         .kind = RECORD_LINE,
         .name = "Anna",
         .text = "say \x1b[1m\"so\" \\ \t\xc3\xa9"},
        {.number = 8, .kind = RECORD_LINE, .name = "Bert", .text = "say bad \xff byte"},
        {.number = 9, .kind = RECORD_LINKDEAD, .name = "Bert", .param = 300000},
        {.number = 10, .kind = RECORD_LINE, .name = "Anna", .text = "quit"}};
    struct journal *j = open_journal("data/journal", 0xabc);
    for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++) {
        struct record r = events[i];
        r.clock = monday + (r.number > 5 ? DAY : 0) + (int64_t)r.number * 1000;
        if (r.number == 6)
            ck_assert_int_eq(journal_roll(j, 0xdef, false), 0);
        write_one(j, &r);
    }
    journal_close(j);
    put("data/characters/anna.json", "{\"gold\": 11}\n");
    put("data/accounts/anna.json", "{\"account\": \"anna\"}\n");
    put("data/accounts/anna.json.1-1.tmp", "cut");
}

static inline void setup(void)
{
    memcpy(folder, "journal-XXXXXX", sizeof("journal-XXXXXX"));
    ck_assert_ptr_nonnull(mkdtemp(folder));
    write_journal();
}

static inline void teardown(void)
{
    char *command = mem_printf("rm -rf '%s'", folder);
    ck_assert_int_eq(system(command), 0);
    free(command);
    buf_fini(&out);
    buf_fini(&err);
}

static inline int redirect(int fd, const char *name)
{
    char *path = at(name);
    int old = dup(fd), new = open(path, O_CREAT | O_TRUNC | O_WRONLY, 0600);
    ck_assert(old >= 0 && new >= 0 && dup2(new, fd) == fd);
    close(new);
    free(path);
    return old;
}

// latchkey journal WORD… --data FOLDER/data; a word with a '@' in front is a path in the folder.
static inline int run(const char *first, ...)
{
    char *argv[16] = {mem_strdup("journal"), mem_strdup("--data"), at("data")};
    int argc = 3;
    va_list ap;
    va_start(ap, first);
    for (const char *word = first; word; word = va_arg(ap, const char *))
        argv[argc++] = *word == '@' ? at(word + 1) : mem_strdup(word);
    va_end(ap);
    fflush(stdout);
    fflush(stderr);
    int old_out = redirect(1, "out"), old_err = redirect(2, "err");
    char *given[16];
    memcpy(given, argv, sizeof(given));
    int status = tool_journal(argc, given);
    fflush(stdout);
    fflush(stderr);
    dup2(old_out, 1);
    dup2(old_err, 2);
    close(old_out);
    close(old_err);
    while (argc)
        free(argv[--argc]);
    get("out", &out);
    get("err", &err);
    return status;
}

static inline void has(const struct buf *b, const char *part)
{
    ck_assert_msg(strstr(buf_str(b), part) != NULL, "no \"%s\" in:\n%s\n%s", part, buf_str(&out),
                  buf_str(&err));
}

static inline size_t lines(void)
{
    size_t n = 0;
    for (const char *p = buf_str(&out); *p; p++)
        n += *p == '\n';
    return n;
}

// What was exported, with one thing changed, is refused and leaves nothing.
static inline void refused(const struct buf *text, const char *old, const char *new,
                           const char *told)
{
    struct buf b = BUF_INIT;
    const char *found = strstr(buf_str(text), old);
    ck_assert_ptr_nonnull(found);
    buf_add(&b, text->data, (size_t)(found - text->data));
    buf_adds(&b, new);
    buf_adds(&b, found + strlen(old));
    put("bad", buf_str(&b));
    ck_assert_int_eq(run("import", "@bad", "--data", "@other", NULL), 65);
    has(&err, told);
    ck_assert(!is_there("other/journal"));
    ck_assert(!is_there("other/journal.import"));
    buf_fini(&b);
}

#define NEWEST "data/journal/epoch-000000000005"
#define OLDEST "data/journal/epoch-000000000000"

static inline void write_many(void)
{
    struct journal *j = open_journal("data/journal", 0xdef);
    for (uint64_t i = 0; i < MANY; i++)
        write_one(j, &(struct record){.number = 11 + i,
                                      .kind = RECORD_LINE,
                                      .clock = monday + 2 * DAY,
                                      .name = "Anna",
                                      .text = "say the same thing over and over"});
    journal_close(j);
}

static inline int run_suite(const char *name, TCase *t)
{
    Suite *s = suite_create(name);
    suite_add_tcase(s, t);
    tcase_set_timeout(t, 120);
    tcase_add_checked_fixture(t, setup, teardown);
    SRunner *runner = srunner_create(s);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

#endif
