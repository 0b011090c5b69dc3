// Fuzz target for what a journal's readers are given: records, manifests, files of snapshots, lines
// of the portable text, and LMDB's own file, which is walked before LMDB is let near it. The first
// byte chooses; odd: a sound one with changes and a checksum that is right, even: the bytes alone.
// What is taken must come out as it went in.
#include "fuzz_folder.h"

#include <string.h>

#include "journal/journal.h"
#include "journal/manifest.h"
#include "journal/record.h"
#include "journal/sanity.h"
#include "journal/snapshot_file.h"
#include "tools/journal/journal_portable.h"
#include "util/buf.h"
#include "util/error.h"
#include "util/file.h"
#include "util/log.h"
#include "util/mem.h"

static struct buf record, manifest, snapshot, environment;
#define LINE_FORMAT "{\"format\":\"latchkey journal\",\"version\":2}"
#define LINE_EPOCH                                                                                 \
    "{\"epoch\":3,\"world\":\"00000000000000ff\",\"program\":\"0.1.0\",\"base\":true,\"settings\":[1,2]}"
#define LINE_FILE "{\"file\":\"snapshot-000000000007\",\"size\":9,\"offset\":3,\"bytes\":\"4c6b\"}"
#define LINE_END "{\"end\":7,\"events\":7,\"digest\":\"00000000000000ff\"}"

static const char *const lines[] = {LINE_FORMAT, LINE_EPOCH, LINE_FILE, LINE_END};
static const char line[] =
    "{\"number\":7,\"kind\":\"line\",\"clock\":-5,\"origin\":1,\"ordinal\":2,\"mailbox\":3,\"param\":4,"
    "\"output\":\"00000000000000ff\",\"state\":\"0000000000000000\",\"name\":\"ann\","
    "\"text-hex\":\"6c6f6f6b\",\"more\":\"\",\"locks\":[1,128],\"changes\":\"01020003000000\"}";

static void make_environment(void)
{
    struct error why;
    char text[5000];
    char *path = path_of("journal"), *data = path_of("journal/epoch-000000000000/data.mdb");
    struct journal_config config = {.folder = path, .epoch = UINT64_MAX, .map = 1 << 20};
    struct journal *j = journal_open(&config, &why);
    MUST(j);
    memset(text, 'x', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    for (uint64_t n = 1; n <= 60; n++) {
        struct buf b = BUF_INIT;
        struct record r = {
            .number = n, .kind = RECORD_LINE, .name = "ann", .text = text + n * 83 % 5000};
        record_encode(&b, &r);
        MUST(journal_write(j, n, b.data, &b.len, 1) == 0);
        buf_fini(&b);
    }
    journal_close(j);
    MUST(file_read(data, 16 << 20, &environment) >= 0);
    free(path);
    free(data);
}

static void forget(void)
{
    folder_remove();
    buf_fini(&record);
    buf_fini(&manifest);
    buf_fini(&snapshot);
    buf_fini(&environment);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    static const uint32_t locks[] = {1, 127, 128, UINT32_C(1) << 31 | 9};
    unsigned char changes[2 * RECORD_CHANGE_SIZE];
    for (size_t i = 0; i < 2; i++)
        record_change_put(changes + i * RECORD_CHANGE_SIZE,
                          &(struct record_change){1, 0x1234, 0x89abcdef});
    struct record r = {.number = 7,
                       .kind = RECORD_ENTER,
                       .clock = -5,
                       .name = "ann",
                       .text = "{}",
                       .more = "goto",
                       .locks = locks,
                       .lock_count = 4,
                       .changes = changes,
                       .change_count = 2};
    struct manifest m = {.format = JOURNAL_FORMAT, .world = 5, .program = "0.1.0"};
    struct snapshot_head head = {.number = 7, .world = 5, .digest = 6};
    struct buf body = BUF_INIT;
    (void)argc;
    (void)argv;
    folder_make();
    log_open("/dev/null");
    record_encode(&record, &r);
    MUST(!manifest_write(folder, &m));
    buf_adds(&body, "what it was");
    MUST(!snapshot_file_prepare(folder, &head, &body) && !snapshot_file_finish(folder, 7));
    char *a = path_of("manifest"), *b = path_of("snapshot-000000000007");
    MUST(file_read(a, 4096, &manifest) >= 0 && file_read(b, 4096, &snapshot) >= 0);
    free(a);
    free(b);
    buf_fini(&body);
    make_environment();
    atexit(forget);
    return 0;
}

// Changes of 4 bytes: where, what to do, with what.
static void change(struct buf *b, const uint8_t *p, size_t n)
{
    for (; n >= 4 && b->len; n -= 4, p += 4) {
        size_t at = (size_t)(p[0] << 8 | p[1]) % b->len;
        if (p[2] % 16 == 15)
            buf_truncate(b, at);
        else if (p[2] % 16 == 14)
            buf_add(b, line, p[3] % sizeof(line));
        else
            b->data[at] = (char)(p[2] & 1 ? p[3] : b->data[at] ^ p[3]);
    }
}

static void set64(char *at, uint64_t n)
{
    for (int i = 0; i < 8; i++)
        at[i] = (char)(n >> 8 * i);
}

// A copy has the same, in memory of its own.
static void read_copy(const struct record *r)
{
    struct record copy;
    void *all = record_copy(&copy, r);
    MUST(copy.change_count == r->change_count && copy.lock_count == r->lock_count);
    for (size_t i = 0; i < r->change_count; i++) {
        struct record_change a = record_change_at(r, i), b = record_change_at(&copy, i);
        MUST(a.what == b.what && a.identity == b.identity && a.value == b.value);
    }
    MUST(!strcmp(copy.name, r->name) && !strcmp(copy.text, r->text) && !strcmp(copy.more, r->more));
    MUST(*record_kind_name(r->kind) != '?');
    free(all);
}

static void read_record(const struct buf *b)
{
    struct record r;
    uint32_t locks[RECORD_LOCKS_MAX];
    const char *why = NULL;
    char *bytes = mem_dup(buf_str(b), b->len ? b->len : 1);
    if (record_decode(bytes, b->len, &r, locks, &why) == 0) {
        struct buf again = BUF_INIT;
        record_encode(&again, &r);
        MUST(again.len == b->len && !memcmp(again.data, bytes, b->len));
        buf_fini(&again);
        read_copy(&r);
    } else {
        MUST(why);
    }
    free(bytes);
}

static void read_manifest(const struct buf *b)
{
    struct manifest m, again;
    struct error why;
    write_file("manifest", buf_str(b), b->len);
    if (manifest_read(folder, &m, &why) != 0) {
        MUST(*error_text(&why));
        return;
    }
    MUST(!manifest_write(folder, &m));
    MUST(manifest_read(folder, &again, &why) == 0);
    MUST(m.format == again.format && m.parent == again.parent && m.world == again.world &&
         m.base == again.base && !strcmp(m.program, again.program));
}

static void read_snapshot(const struct buf *b)
{
    struct snapshot_head head;
    struct buf all = BUF_INIT;
    size_t end;
    struct error why;
    write_file("snapshot-000000000007", buf_str(b), b->len);
    if (snapshot_file_read(folder, 7, &head, &all, &end, &why))
        MUST(head.number == 7 && end >= SNAPSHOT_HEAD && end + 8 == b->len);
    else
        MUST(strstr(error_text(&why), "snapshot-000000000007"));
    buf_fini(&all);
}

static void read_portable(const struct buf *b)
{
    struct journal_portable p;
    journal_portable_read(&p, buf_str(b), b->len);
    if (p.kind == JOURNAL_PORTABLE_EVENT) {
        struct buf bytes = BUF_INIT;
        record_encode(&bytes, &p.record); // what the importer does with it
        read_record(&bytes);
        buf_fini(&bytes);
    }
    MUST(p.kind != JOURNAL_PORTABLE_BAD || p.why);
    journal_portable_fini(&p);
}

// What the walk lets through must be safe to be read.
static void read_environment(const struct buf *b)
{
    struct error why;
    char *data = path_of("journal/epoch-000000000000/data.mdb");
    write_file("journal/epoch-000000000000/data.mdb", buf_str(b), b->len);
    if (sanity_check(data, &why)) {
        MUST(*error_text(&why));
        free(data);
        return;
    }
    char *path = path_of("journal");
    struct journal_config config = {.folder = path, .read_only = true, .epoch = UINT64_MAX};
    struct journal *j = journal_open(&config, &why);
    MUST(j || *error_text(&why));
    if (j) {
        struct record r;
        uint32_t locks[RECORD_LOCKS_MAX];
        struct journal_cursor *c = journal_cursor_open(j, journal_first(j));
        for (int i = 0; i < 1000 && journal_cursor_next(c, &r, locks) == 0; i++)
            MUST(r.number && r.lock_count <= RECORD_LOCKS_MAX);
        journal_cursor_close(c);
    }
    journal_close(j);
    free(path);
    free(data);
}

static void manifest_checksum(struct buf *b)
{
    static const char name[] = "checksum ";
    char *at = b->len ? memmem(b->data, b->len, name, sizeof(name) - 1) : NULL;
    if (!at)
        return;
    buf_truncate(b, (size_t)(at - b->data));
    buf_addf(b, "checksum %016llx\n", (unsigned long long)record_digest(buf_str(b), b->len, 0));
}

static void record_checksum(struct buf *b)
{
    uint64_t sum = b->len > 4 ? record_digest(b->data + 4, b->len - 4, 0) : 0;
    for (size_t i = 0; i < 4 && i < b->len; i++)
        b->data[i] = (char)(sum >> 8 * i);
}

static void snapshot_checksum(struct buf *b)
{
    if (b->len >= 8)
        set64(b->data + b->len - 8, record_digest(b->data, b->len - 8, 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct buf b = BUF_INIT;
    if (!size)
        return 0;
    bool changed = data[0] & 1;
    int what = data[0] / 2 % 5;
    const struct buf portable = {(char *)(uintptr_t)line, sizeof(line) - 1, 0};
    const struct buf *const bases[] = {&record, &manifest, &snapshot, &portable, &environment};
    if (changed && what == 3 && data[0] / 10 % 5)
        buf_adds(&b, lines[data[0] / 10 % 5 - 1]);
    else if (changed)
        buf_add(&b, bases[what]->data, bases[what]->len);
    if (changed)
        change(&b, data + 1, size - 1);
    else
        buf_add(&b, data + 1, size - 1);
    switch (what) {
    case 0:
        if (changed)
            record_checksum(&b);
        read_record(&b);
        break;
    case 1:
        if (changed)
            manifest_checksum(&b);
        read_manifest(&b);
        break;
    case 2:
        if (changed)
            snapshot_checksum(&b);
        read_snapshot(&b);
        break;
    case 3:
        read_portable(&b);
        break;
    case 4:
        read_environment(&b);
        break;
    }
    buf_fini(&b);
    return 0;
}
