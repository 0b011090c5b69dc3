// Reads a write-ahead log that may be partly old, or damaged: its valid blocks, those of its
// records that are newer than the table's last event, and what to report about a block that is not
// valid. Keeps only its list and changes no file.
#include "journal/wal_priv.h"

#include "util/error.h"
#include "util/file.h"
#include "util/mem.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { READ_MAX = 64 << 20 };

static uint64_t wal_read_get(const char *at, size_t bytes)
{
    uint64_t n = 0;
    for (size_t i = 0; i < bytes; i++)
        n |= (uint64_t)(unsigned char)at[i] << 8 * i;
    return n;
}

// Returns the size of the block at `at`, or 0 when there is no valid one.
static size_t read_block(const struct wal_list *l, size_t at, struct wal_block *out)
{
    const char *b = l->file.data + at;
    size_t left = l->file.len - at;
    if (left < HEAD || memcmp(b, WAL_MAGIC, 8))
        return 0;
    uint64_t size = wal_read_get(b + PAYLOAD, 4), count = wal_read_get(b + COUNT, 4),
             total = count * LENGTH;
    if (size > left - HEAD || !count || total > size ||
        wal_read_get(b + CHECKSUM, 8) != record_digest(b + SUMMED, HEAD - SUMMED + size, 0))
        return 0;
    *out = (struct wal_block){.first = wal_read_get(b + FIRST, 8),
                              .count = (uint32_t)count,
                              .lengths = b + HEAD,
                              .records = b + HEAD + total};
    for (size_t i = 0; i < count; i++)
        total += wal_read_get(out->lengths + LENGTH * i, LENGTH);
    if (total != size || !out->first || out->first + count < count)
        return 0;
    out->epoch = wal_read_get(b + EPOCH, 8);
    return wal_padded(HEAD + size);
}

static bool is_zero(const char *bytes, size_t n)
{
    while (n && !bytes[n - 1])
        n--;
    return !n;
}

static bool head_tells(const struct wal_list *l, size_t at, struct wal_torn *out)
{
    const char *b = l->file.data + at;
    size_t left = l->file.len - at;
    if (left < HEAD || memcmp(b, WAL_MAGIC, 8) || !is_zero(b + UNUSED, HEAD - UNUSED))
        return false;
    *out = (struct wal_torn){at, wal_read_get(b + FIRST, 8), (uint32_t)wal_read_get(b + COUNT, 4)};
    uint64_t size = wal_read_get(b + PAYLOAD, 4);
    return wal_read_get(b + EPOCH, 8) == l->epoch && size <= left - HEAD &&
           (uint64_t)out->count * LENGTH <= size;
}

static bool end_tells(const struct wal_list *l, size_t at, struct wal_torn *out)
{
    if (l->file.len - at < WAL_BLOCK)
        return false;
    const char *end = l->file.data + at + WAL_BLOCK - END;
    size_t before = ((size_t)wal_read_get(end + END_PAGES, 4) - 1) * WAL_BLOCK;
    if (memcmp(end, WAL_END_MAGIC, 8) || before > at ||
        wal_read_get(end + END_CHECKSUM, 8) != wal_end_digest(end, l->epoch))
        return false;
    *out = (struct wal_torn){at - before, wal_read_get(end + END_FIRST, 8),
                             (uint32_t)wal_read_get(end + END_COUNT, 4)};
    return true;
}

static void note_torn(struct wal_list *l, size_t at, size_t *room)
{
    struct wal_torn t;
    if ((!head_tells(l, at, &t) && !end_tells(l, at, &t)) || !t.count || !t.first ||
        t.first + t.count < t.first)
        return;
    if (l->torn_count == *room) {
        *room = *room ? *room * 2 : 64;
        l->torn = mem_realloc_array(l->torn, *room, sizeof(*l->torn));
    }
    l->torn[l->torn_count++] = t;
}

static int wal_read_by_first(const void *a, const void *b)
{
    const struct wal_block *x = a, *y = b;
    return x->first < y->first ? -1 : x->first > y->first;
}

// The file is made again for every epoch, so a block of another epoch shows that the file does not
// belong here.
static void note_block(struct wal_list *l, const struct wal_block *b, size_t *room)
{
    if (b->epoch != l->epoch) {
        l->strange = true;
        l->stranger = b->epoch;
        return;
    }
    if (l->block_count == *room) {
        *room = *room ? *room * 2 : 64;
        l->blocks = mem_realloc_array(l->blocks, *room, sizeof(*l->blocks));
    }
    l->blocks[l->block_count++] = *b;
}

int wal_read(const char *folder, uint64_t epoch, struct wal_list *out)
{
    *out = (struct wal_list){.file = BUF_INIT, .epoch = epoch};
    char *path = mem_printf("%s/tail", folder);
    int r = file_read(path, READ_MAX, &out->file);
    free(path);
    if (r < 0)
        return r == -ENOENT ? 0 : r;
    out->there = true;
    size_t room = 0, torn_room = 0;
    struct wal_block block;
    for (size_t at = 0, n; at < out->file.len; at += n ? n : WAL_BLOCK) {
        n = read_block(out, at, &block);
        if (n)
            note_block(out, &block, &room);
        else
            note_torn(out, at, &torn_room);
    }
    if (out->block_count)
        qsort(out->blocks, out->block_count, sizeof(*out->blocks), wal_read_by_first);
    return 0;
}

struct taking {
    struct wal_list *list;
    uint64_t last;
};

// Collects a record if it is newer than the table's last event.
static void wal_read_take(void *arg, uint64_t number, const char *bytes, size_t n)
{
    struct taking *t = arg;
    if (number > t->last)
        t->list->list[t->list->count++] = (struct wal_record){bytes, n};
}

static void each_of(const struct wal_block *b,
                    void (*each)(void *arg, uint64_t number, const char *bytes, size_t n),
                    void *arg)
{
    assert(b->count && each);
    const char *at = b->records;
    for (uint32_t i = 0; i < b->count; i++) {
        size_t size = (size_t)wal_read_get(b->lengths + LENGTH * i, LENGTH);
        each(arg, b->first + i, at, size);
        at += size;
    }
}

void wal_each(const struct wal_list *l,
              void (*each)(void *arg, uint64_t number, const char *bytes, size_t n), void *arg)
{
    for (size_t i = 0; i < l->block_count; i++)
        each_of(&l->blocks[i], each, arg);
}

void wal_each_torn(const struct wal_list *l,
                   void (*each)(void *arg, uint64_t number, const char *bytes, size_t n), void *arg)
{
    for (size_t i = 0; i < l->torn_count; i++) {
        const struct wal_torn *t = &l->torn[i];
        const char *lengths = l->file.data + t->at + HEAD;
        size_t left = l->file.len - t->at - HEAD, at = (size_t)t->count * LENGTH;
        for (uint32_t k = 0; k < t->count && at <= left; k++) {
            size_t size = (size_t)wal_read_get(lengths + LENGTH * (size_t)k, LENGTH);
            if (size > left - at)
                break;
            each(arg, t->first + k, lengths + at, size);
            at += size;
        }
    }
}

static int gap(uint64_t first, uint64_t next, struct error *why)
{
    error_set(why, -EINVAL, "events %" PRIu64 " to %" PRIu64 " of its tail are damaged", first,
              next - 1);
    return WAL_GAP;
}

// Decides what an invalid block after event `last` is: unfinished, or damage.
static int classify_torn(struct wal_list *l, uint64_t last, struct error *why)
{
    for (size_t i = 0; i < l->torn_count; i++)
        if (l->torn[i].first > last + 1)
            return gap(last + 1, l->torn[i].first, why);
        else if (l->torn[i].first == last + 1)
            l->unfinished = &l->torn[i];
    return 0;
}

bool wal_describe_unfinished(const struct wal_list *l, struct error *remark)
{
    const struct wal_torn *t = l->unfinished;
    error_clear(remark);
    if (t)
        error_set(remark, 0,
                  "a batch with events %" PRIu64 " to %" PRIu64
                  ", at byte %zu of its tail, was not "
                  "finished and shown to nobody, or is damaged and lost",
                  t->first, t->first + t->count - 1, t->at);
    return t;
}

int wal_after(struct wal_list *l, uint64_t last, struct error *why)
{
    assert(why);
    if (last == UINT64_MAX)
        last = l->epoch;
    l->first = last + 1;
    l->count = 0;
    l->unfinished = NULL;
    if (l->there && l->file.len < WAL_SIZE) {
        error_set(why, -EINVAL, "its tail is cut off after %zu bytes, expected %d", l->file.len,
                  WAL_SIZE);
        return WAL_GAP;
    }
    if (l->strange) {
        error_set(why, -EINVAL,
                  "its tail is that of epoch %" PRIu64 "; move it away, and look for its own",
                  l->stranger);
        return WAL_GAP;
    }
    for (size_t i = 0; i < l->block_count; i++) {
        const struct wal_block *b = &l->blocks[i];
        uint64_t end = b->first + b->count - 1;
        if (end <= last)
            continue;
        if (b->first > last + 1)
            return gap(last + 1, b->first, why);
        l->list = mem_realloc_array(l->list, l->count + b->count, sizeof(*l->list));
        each_of(b, wal_read_take, &(struct taking){l, last});
        last = end;
    }
    return classify_torn(l, last, why);
}

void wal_list_fini(struct wal_list *l)
{
    buf_fini(&l->file);
    free(l->blocks);
    free(l->list);
    free(l->torn);
    *l = (struct wal_list){.file = BUF_INIT};
}
