// Fuzz target for the write-ahead log of an epoch, which is read after a crash of the machine:
// blocks with checksums that are right, of any numbers, sizes and places, also one over the other,
// and then with changes; or the bytes alone; in a file of any length. The list is compared with
// what the blocks have, one by one; then the journal is opened with it, to read and to write. The
// first byte chooses the form, the second the length of the file, the third after which event: of a
// table with five, or of an empty one.
#include "fuzz.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "journal/journal.h"
#include "journal/record.h"
#include "journal/wal.h"
#include "util/buf.h"
#include "util/error.h"
#include "util/file.h"
#include "util/log.h"
#include "util/mem.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int nanosleep(const struct timespec *time, struct timespec *left);

enum { IN_TABLE = 5, SPAN = 70000, HEAD = 64, OPS = 8 };

#define EPOCH "journal/epoch-000000000000"

static char folder[64];
static struct buf tables[2]; // data.mdb, without events and with some
static unsigned runs;

// Who reads waits for a server to go on; here is none.
int nanosleep(const struct timespec *time, struct timespec *left)
{
    (void)time;
    (void)left;
    return 0;
}

static void write_file(const char *name, const void *bytes, size_t n, size_t size)
{
    int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    MUST(fd >= 0 && write(fd, bytes, n) == (ssize_t)n && !ftruncate(fd, (off_t)size));
    close(fd);
}

static struct journal *open_journal(bool read_only, struct error *why)
{
    struct journal_config c = {
        .folder = "journal", .epoch = UINT64_MAX, .map = 1 << 20, .read_only = read_only};
    return journal_open(&c, why);
}

static void add_record(struct buf *out, uint64_t number)
{
    struct record r = {.number = number, .kind = RECORD_LINE, .name = "ann", .text = "look"};
    record_encode(out, &r);
}

static void make_tables(void)
{
    struct error why;
    for (uint64_t n = 0; n <= IN_TABLE; n++) {
        struct buf b = BUF_INIT;
        struct journal *j = open_journal(false, &why);
        MUST(j);
        add_record(&b, n);
        MUST(!n || journal_write(j, n, b.data, &b.len, 1) == 0);
        buf_fini(&b);
        journal_close(j);
        if (!n || n == IN_TABLE)
            MUST(!file_read(EPOCH "/data.mdb", 1 << 20, &tables[!!n]));
    }
}

static void forget(void)
{
    char *command = mem_printf("rm -rf '%s'", folder);
    if (chdir("/") || system(command))
        fprintf(stderr, "%s is left\n", folder);
    free(command);
    buf_fini(&tables[0]);
    buf_fini(&tables[1]);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    snprintf(folder, sizeof(folder), "%s/latchkey-fuzz-XXXXXX",
             access("/dev/shm", W_OK) ? "/tmp" : "/dev/shm");
    MUST(mkdtemp(folder) && !chdir(folder));
    log_open("/dev/null");
    make_tables();
    atexit(forget);
    return 0;
}

static void set(char *at, uint64_t n, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        at[i] = (char)(n >> 8 * i);
}

// A block in 8 bytes: page, first (2), how many, size of the records, a lie about a length, what
// of, flags.
static void add_block(struct buf *file, const uint8_t *p)
{
    struct buf b = BUF_INIT;
    uint64_t first = p[7] & 1   ? UINT64_MAX - p[1]
                     : p[7] & 2 ? (uint64_t)p[1] << 8 | p[2]
                                : p[1] % 32;
    uint32_t count = p[3] % 48;
    buf_reserve(&b, HEAD + 4 * (size_t)count + 1);
    b.len = HEAD + 4 * (size_t)count;
    memset(b.data, 0, b.len);
    for (uint32_t i = 0; i < count; i++) {
        size_t before = b.len;
        if (p[7] & 4)
            add_record(&b, first + i);
        for (int k = 0; k < p[4] * (p[7] & 8 ? 16 : 0); k++)
            buf_add(&b, &"LKTAIL01"[k % 8], 1);
        set(b.data + HEAD + 4 * (size_t)i, b.len - before, 4);
    }
    memcpy(b.data, "LKTAIL01", 8);
    set(b.data + 24, first, 8);
    set(b.data + 32, count, 4);
    set(b.data + 36, b.len - HEAD, 4);
    if (p[7] & 16) // in the head, or a length
        b.data[(size_t)16 + p[6] % (b.len - 16)] ^= (char)p[5];
    set(b.data + 16, p[7] >> 5 == 7 ? p[5] : 0, 8); // another epoch than this
    set(b.data + 8, record_digest(b.data + 16, b.len - 16, 0), 8);
    size_t at = (size_t)(p[0] % 40) * WAL_BLOCK;
    while (file->len < at + b.len)
        buf_add(file, (const char[WAL_BLOCK]){0}, WAL_BLOCK);
    memcpy(file->data + at, b.data, b.len);
    buf_fini(&b);
}

static void fill(struct buf *file, bool blocks, const uint8_t *p, size_t n)
{
    size_t i = 0;
    if (!blocks) {
        buf_add(file, (const char *)p, n);
        return;
    }
    for (; i < OPS && n >= 8; i++, p += 8, n -= 8)
        add_block(file, p);
    for (; n >= 4 && file->len; p += 4, n -= 4)
        file->data[((size_t)p[0] << 16 | (size_t)p[1] << 8 | p[2]) % file->len] ^= (char)p[3];
}

static size_t length_of(uint8_t choice, size_t n)
{
    static const size_t sizes[] = {WAL_SIZE,
                                   WAL_SIZE,
                                   WAL_SIZE,
                                   WAL_SIZE,
                                   WAL_SIZE,
                                   WAL_SIZE - 1,
                                   WAL_SIZE + 1,
                                   WAL_SIZE + WAL_BLOCK,
                                   WAL_SIZE / 2,
                                   WAL_BLOCK,
                                   WAL_BLOCK - 1,
                                   HEAD,
                                   HEAD - 1,
                                   1,
                                   0,
                                   SIZE_MAX};
    size_t size = sizes[choice % 16];
    return size == SIZE_MAX ? n : size;
}

struct seen {
    const struct wal_list *list;
    uint64_t last, most;    // `most`: the last event that there is
    bool far;               // too many to be noted
    unsigned char *numbers; // which of those after the last
    unsigned digest;
};

static void see(void *arg, uint64_t number, const char *bytes, size_t n)
{
    struct seen *s = arg;
    const struct buf *file = &s->list->file;
    MUST(number && bytes >= file->data && n <= file->len && bytes <= file->data + file->len - n);
    for (size_t i = 0; i < n; i++)
        s->digest = s->digest * 31 + (unsigned char)bytes[i];
    if (number <= s->last)
        return;
    if (number > s->most)
        s->most = number;
    if (number - s->last < SPAN)
        s->numbers[number - s->last] = 1;
    else
        s->far = true;
}

static bool is_whole(const struct seen *s)
{
    for (uint64_t n = s->last + 1; n <= s->most; n++)
        if (s->far || !s->numbers[n - s->last])
            return false;
    return true;
}

static bool is_begun(const struct wal_list *l, uint64_t number)
{
    for (size_t i = 0; i < l->torn_count; i++)
        if (l->torn[i].first == number)
            return true;
    return false;
}

// Nothing was begun after what is not there.
static bool classify_torn(const struct wal_list *l, uint64_t last)
{
    for (size_t i = 0; i < l->torn_count; i++)
        if (l->torn[i].first > last + 1)
            return false;
    return true;
}

// The last event with it, or UINT64_MAX: there is a gap.
static uint64_t look(uint64_t last)
{
    struct wal_list l;
    struct error why;
    MUST(!wal_read(EPOCH, 0, &l));
    struct seen s = {.list = &l, .last = last, .most = last, .numbers = mem_calloc(SPAN, 1)};
    wal_each(&l, see, &s);
    int found = wal_after(&l, last ? last : UINT64_MAX, &why);
    bool whole = l.file.len >= WAL_SIZE && !l.strange && is_whole(&s) && classify_torn(&l, s.most);
    MUST(found == (whole ? 0 : WAL_GAP) && (whole || *error_text(&why)));
    MUST(!whole || (l.first == last + 1 && l.count == s.most - last));
    for (size_t i = 0; whole && i < l.count; i++)
        see(&s, l.first + i, l.list[i].bytes, l.list[i].size);
    MUST(!whole || !l.unfinished == !is_begun(&l, s.most + 1));
    wal_each_torn(&l, see, &(struct seen){.list = &l, .last = UINT64_MAX});
    free(s.numbers);
    wal_list_fini(&l);
    return whole ? s.most : UINT64_MAX;
}

static void open_with(bool read_only, uint64_t expected)
{
    struct error why;
    struct journal *j = open_journal(read_only, &why);
    MUST(!j == (expected == UINT64_MAX) && (j || strstr(error_text(&why), "tail")));
    MUST(read_only || !j == !access(EPOCH "/tail", F_OK)); // kept, or taken
    if (!j)
        return;
    MUST(journal_last(j) == expected);
    struct record r;
    uint32_t locks[RECORD_LOCKS_MAX];
    struct journal_cursor *c = journal_cursor_open(j, 1);
    uint64_t n = 0;
    int ending;
    while ((ending = journal_cursor_next(c, &r, locks)) == 0)
        MUST(r.number == ++n);
    MUST(ending == JOURNAL_BAD || (ending == JOURNAL_END && n == expected));
    journal_cursor_close(c);
    journal_close(j);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct buf file = BUF_INIT;
    if (size < 3)
        return 0;
    fill(&file, data[0] & 1, data + 3, size - 3);
    size_t length = length_of(data[1], file.len);
    bool some = data[2] & 1;
    write_file(EPOCH "/data.mdb", tables[some].data, tables[some].len, tables[some].len);
    write_file(EPOCH "/tail", buf_str(&file), file.len < length ? file.len : length, length);
    buf_fini(&file);
    uint64_t last = look(some ? IN_TABLE : 0);
    if (last != UINT64_MAX || ++runs % 64 == 0) // as it tries again a hundred times
        open_with(true, last);
    open_with(false, last);
    return 0;
}
