// Blocks of records in a file of fixed size: written one after the other from its beginning, and from
// there again when all of them are in the table. What is old has numbers that the table has, so it needs no
// mark; a block that was not written to its end has a wrong checksum, and nothing comes after it.
#include "journal/tail.h"

#include "journal/record.h"
#include "util/file.h"
#include "util/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    CHECKSUM = 8,
    SUMMED = 16, // the checksum is of all from here on
    EPOCH = 16,
    FIRST = 24,
    COUNT = 32,
    PAYLOAD = 36, // its bytes: lengths of 4 each, then the records
    HEAD = 64,    // zeros from 40 on; no text that players type has zeros in it
    LENGTH = 4,
    READ_MAX = 64 << 20,
};

static const char magic[8] = "LKTAIL01";

struct tail {
    int fd;
    uint64_t epoch;
    size_t used;
    char *block; // of TAIL_SIZE, and where pages begin
};

static char *path_of(const char *folder)
{
    return mem_printf("%s/tail", folder);
}

// Past the kernel's cache a write costs less, and hardly anybody reads this file. Not every file system
// can do that.
static int open_direct(const char *path)
{
    int fd = open(path, O_RDWR | O_CLOEXEC | O_DIRECT);
    return fd < 0 && errno == EINVAL ? open(path, O_RDWR | O_CLOEXEC) : fd;
}

struct tail *tail_make(const char *folder, uint64_t epoch)
{
    char *path = path_of(folder);
    void *zeros = mem_calloc(1, TAIL_SIZE);
    int r = file_write_atomic(path, zeros, TAIL_SIZE, 0600, false);
    int fd = r < 0 ? -1 : open_direct(path);
    int error = r < 0 ? -r : errno;
    free(zeros);
    free(path);
    if (fd < 0) {
        errno = error;
        return NULL;
    }
    struct tail *t = mem_new(struct tail);
    *t = (struct tail){.fd = fd, .epoch = epoch, .block = aligned_alloc(TAIL_BLOCK, TAIL_SIZE)};
    if (!t->block)
        abort();
    return t;
}

void tail_free(struct tail *t)
{
    if (!t)
        return;
    close(t->fd);
    free(t->block);
    free(t);
}

int tail_remove(const char *folder)
{
    char *path = path_of(folder);
    int r = unlink(path) < 0 ? -errno : file_sync_folder(path);
    free(path);
    return r == -ENOENT ? 0 : r;
}

size_t tail_left(const struct tail *t)
{
    return TAIL_SIZE - t->used;
}

void tail_again(struct tail *t)
{
    t->used = 0;
}

static void put(char *at, uint64_t n, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        at[i] = (char)(n >> 8 * i);
}

static uint64_t get(const char *at, size_t bytes)
{
    uint64_t n = 0;
    for (size_t i = 0; i < bytes; i++)
        n |= (uint64_t)(unsigned char)at[i] << 8 * i;
    return n;
}

static size_t padded(size_t n)
{
    return (n + TAIL_BLOCK - 1) / TAIL_BLOCK * TAIL_BLOCK;
}

// There is room for `size`, with head and lengths. The bytes of the block, which are more.
static size_t compose(struct tail *t, uint64_t first, const char *bytes, const size_t *lengths,
                      size_t count, size_t size)
{
    char *b = t->block, *at = b + HEAD;
    memset(b, 0, HEAD);
    for (size_t i = 0; i < count; i++, at += LENGTH)
        put(at, lengths[i], LENGTH);
    memcpy(at, bytes, size - HEAD - count * LENGTH);
    memset(b + size, 0, padded(size) - size);
    memcpy(b, magic, sizeof(magic));
    put(b + EPOCH, t->epoch, 8);
    put(b + FIRST, first, 8);
    put(b + COUNT, count, 4);
    put(b + PAYLOAD, size - HEAD, 4);
    put(b + CHECKSUM, record_digest(b + SUMMED, size - SUMMED, 0), 8);
    return padded(size);
}

// 0, or an errno.
static int write_block(struct tail *t, size_t size)
{
    size_t done = 0;
    while (done < size) {
        ssize_t n = pwrite(t->fd, t->block + done, size - done, (off_t)(t->used + done));
        int flags = n < 0 && errno == EINVAL ? fcntl(t->fd, F_GETFL) : 0;
        if (n < 0 && errno == EINTR)
            continue;
        // A disk of larger sectors, or a write that was cut short within one.
        if (flags > 0 && flags & O_DIRECT && !fcntl(t->fd, F_SETFL, flags & ~O_DIRECT))
            continue;
        if (n <= 0)
            return n ? errno : ENOSPC;
        done += (size_t)n;
    }
    return 0;
}

int tail_write(struct tail *t, uint64_t first, const char *bytes, const size_t *lengths, size_t count)
{
    size_t size = HEAD + count * LENGTH;
    for (size_t i = 0; i < count && size <= TAIL_SIZE; i++)
        size += lengths[i];
    if (padded(size) > tail_left(t))
        return TAIL_FULL;
    size = compose(t, first, bytes, lengths, count, size);
    errno = write_block(t, size);
    if (errno)
        return TAIL_REFUSED;
    if (fdatasync(t->fd) < 0)
        return -errno;
    t->used += size;
    return TAIL_DONE;
}

// The bytes that the block at `at` takes, or 0: there is no whole one.
static size_t read_block(const struct tail_list *l, size_t at, struct tail_block *out)
{
    const char *b = l->file.data + at;
    size_t left = l->file.len - at;
    if (left < HEAD || memcmp(b, magic, sizeof(magic)))
        return 0;
    uint64_t size = get(b + PAYLOAD, 4), count = get(b + COUNT, 4), total = count * LENGTH;
    if (size > left - HEAD || !count || total > size ||
        get(b + CHECKSUM, 8) != record_digest(b + SUMMED, HEAD - SUMMED + size, 0))
        return 0;
    *out = (struct tail_block){.first = get(b + FIRST, 8), .count = (uint32_t)count,
                               .lengths = b + HEAD, .records = b + HEAD + total};
    for (size_t i = 0; i < count; i++)
        total += get(out->lengths + LENGTH * i, LENGTH);
    if (total != size || !out->first || out->first + count < count)
        return 0;
    out->epoch = get(b + EPOCH, 8);
    return padded(HEAD + size);
}

static int by_first(const void *a, const void *b)
{
    const struct tail_block *x = a, *y = b;
    return x->first < y->first ? -1 : x->first > y->first;
}

// The file is made anew for every epoch, so one block of another means that it does not belong here.
static void note(struct tail_list *l, const struct tail_block *b, size_t *room)
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

int tail_read(const char *folder, uint64_t epoch, struct tail_list *out)
{
    *out = (struct tail_list){.file = BUF_INIT, .epoch = epoch};
    char *path = path_of(folder);
    int r = file_read(path, READ_MAX, &out->file);
    free(path);
    if (r < 0)
        return r == -ENOENT ? 0 : r;
    out->there = true;
    size_t room = 0;
    struct tail_block block;
    for (size_t at = 0, n; at < out->file.len; at += n ? n : TAIL_BLOCK) {
        n = read_block(out, at, &block);
        if (n)
            note(out, &block, &room);
    }
    if (out->block_count)
        qsort(out->blocks, out->block_count, sizeof(*out->blocks), by_first);
    return 0;
}

struct taking {
    struct tail_list *list;
    uint64_t last;
};

// With those that come after the last.
static void take(void *arg, uint64_t number, const char *bytes, size_t n)
{
    struct taking *t = arg;
    if (number > t->last)
        t->list->list[t->list->count++] = (struct tail_record){bytes, n};
}

static void each_of(const struct tail_block *b,
                    void (*each)(void *arg, uint64_t number, const char *bytes, size_t n), void *arg)
{
    const char *at = b->records;
    for (uint32_t i = 0; i < b->count; i++) {
        size_t size = (size_t)get(b->lengths + LENGTH * i, LENGTH);
        each(arg, b->first + i, at, size);
        at += size;
    }
}

void tail_each(const struct tail_list *l,
               void (*each)(void *arg, uint64_t number, const char *bytes, size_t n), void *arg)
{
    for (size_t i = 0; i < l->block_count; i++)
        each_of(&l->blocks[i], each, arg);
}

enum tail_outcome tail_after(struct tail_list *l, uint64_t last, char *why, size_t size)
{
    if (last == UINT64_MAX)
        last = l->epoch;
    l->first = last + 1;
    l->count = 0;
    if (l->there && l->file.len < TAIL_SIZE) {
        snprintf(why, size, "its tail is cut off after %zu bytes, expected %d", l->file.len, TAIL_SIZE);
        return TAIL_GAP;
    }
    if (l->strange) {
        snprintf(why, size, "its tail is that of epoch %" PRIu64 "; move it away, and look for its own",
                 l->stranger);
        return TAIL_GAP;
    }
    for (size_t i = 0; i < l->block_count; i++) {
        const struct tail_block *b = &l->blocks[i];
        uint64_t end = b->first + b->count - 1;
        if (end <= last)
            continue;
        if (b->first > last + 1) {
            snprintf(why, size, "events %" PRIu64 " to %" PRIu64 " of its tail are damaged", last + 1,
                     b->first - 1);
            return TAIL_GAP;
        }
        l->list = mem_realloc_array(l->list, l->count + b->count, sizeof(*l->list));
        each_of(b, take, &(struct taking){l, last});
        last = end;
    }
    return TAIL_DONE;
}

void tail_list_fini(struct tail_list *l)
{
    buf_fini(&l->file);
    free(l->blocks);
    free(l->list);
    *l = (struct tail_list){.file = BUF_INIT};
}
