// The write-ahead log: blocks of records in a file of fixed size, written one after the
// other from its beginning, and from there again when all of them are in the table. Old blocks hold
// numbers that the table has, so they need no mark; a block that was not written to its end has a
// wrong checksum, and no block follows it.
#include "journal/wal_priv.h"

#include "util/fatal.h"
#include "util/file.h"
#include "util/mem.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

_Static_assert(WAL_SIZE % WAL_BLOCK == 0, "the file consists of whole blocks");

struct wal {
    int fd;
    uint64_t epoch;
    size_t used;
    char *block; // buffer of WAL_SIZE bytes, aligned to a page
    // What earlier blocks left in the buffer: all bytes up to `touched` are zero but the first
    // `filled`, and the END bytes before `ended` unless that is 0.
    size_t touched, filled, ended;
};

// Opens the file so that writes bypass the kernel's cache, where the file system can: that is
// cheaper, and the file is hardly ever read.
static int open_direct(const char *path)
{
    int fd = open(path, O_RDWR | O_CLOEXEC | O_DIRECT);
    return fd < 0 && errno == EINVAL ? open(path, O_RDWR | O_CLOEXEC) : fd;
}

struct wal *wal_make(const char *folder, uint64_t epoch)
{
    assert(folder);
    char *path = mem_printf("%s/tail", folder);
    void *zeros = mem_calloc(1, WAL_SIZE);
    int r = file_write_atomic(path, zeros, WAL_SIZE, 0600, false);
    int fd = r < 0 ? -1 : open_direct(path);
    int error = r < 0 ? -r : errno;
    free(zeros);
    free(path);
    if (fd < 0) {
        errno = error;
        return NULL;
    }
    struct wal *t = mem_new(struct wal);
    *t = (struct wal){.fd = fd, .epoch = epoch, .block = aligned_alloc(WAL_BLOCK, WAL_SIZE)};
    if (!t->block)
        fatal_system("make a block of the journal", ENOMEM);
    return t;
}

void wal_free(struct wal *t)
{
    if (!t)
        return;
    close(t->fd);
    free(t->block);
    free(t);
}

int wal_remove(const char *folder)
{
    char *path = mem_printf("%s/tail", folder);
    int r = unlink(path) < 0 ? -errno : file_sync_folder(path);
    free(path);
    return r == -ENOENT ? 0 : r;
}

size_t wal_left(const struct wal *t)
{
    assert(t->used <= WAL_SIZE && t->used % WAL_BLOCK == 0);
    return WAL_SIZE - t->used;
}

int wal_descriptor(const struct wal *t)
{
    return t->fd;
}

void wal_again(struct wal *t)
{
    t->used = 0;
}

static void wal_put(char *at, uint64_t n, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        at[i] = (char)(n >> 8 * i);
}

static void put_end(char *end, uint64_t epoch, uint64_t first, size_t count, size_t pages)
{
    assert(count && pages);
    memcpy(end, WAL_END_MAGIC, 8);
    wal_put(end + END_FIRST, first, 8);
    wal_put(end + END_COUNT, count, 4);
    wal_put(end + END_PAGES, pages, 4);
    wal_put(end + END_CHECKSUM, wal_end_digest(end, epoch), 8);
}

// Makes zeros of what stands behind a block of `size` bytes, up to `whole`.
static void wal_clear(struct wal *t, size_t size, size_t whole)
{
    if (t->ended)
        memset(t->block + t->ended - END, 0, END);
    if (t->filled > size)
        memset(t->block + size, 0, t->filled - size);
    if (whole > t->touched) {
        memset(t->block + t->touched, 0, whole - t->touched);
        t->touched = whole;
    }
    t->filled = size;
    t->ended = whole - size >= END ? whole : 0;
}

// Fills t->block with the records; it has room for `size` bytes, header and lengths included.
// Returns the size padded to whole pages.
static size_t compose_block(struct wal *t, uint64_t first, const char *bytes, const size_t *lengths,
                            size_t count, size_t size)
{
    assert(size >= HEAD + count * LENGTH && wal_padded(size) <= WAL_SIZE - t->used);
    char *b = t->block, *at = b + HEAD;
    size_t whole = wal_padded(size);
    wal_clear(t, size, whole);
    memset(b, 0, HEAD);
    for (size_t i = 0; i < count; i++, at += LENGTH)
        wal_put(at, lengths[i], LENGTH);
    memcpy(at, bytes, size - HEAD - count * LENGTH);
    memcpy(b, WAL_MAGIC, 8);
    wal_put(b + EPOCH, t->epoch, 8);
    wal_put(b + FIRST, first, 8);
    wal_put(b + COUNT, count, 4);
    wal_put(b + PAYLOAD, size - HEAD, 4);
    wal_put(b + CHECKSUM, record_digest(b + SUMMED, size - SUMMED, 0), 8);
    if (t->ended)
        put_end(b + whole - END, t->epoch, first, count, whole / WAL_BLOCK);
    return whole;
}

// Writes the block. 0, or a negative errno.
static int write_wal_block(struct wal *t, size_t size)
{
    assert(size && size % WAL_BLOCK == 0 && t->used + size <= WAL_SIZE);
    size_t done = 0;
    while (done < size) {
        ssize_t n = pwrite(t->fd, t->block + done, size - done, (off_t)(t->used + done));
        int flags = n < 0 && errno == EINVAL ? fcntl(t->fd, F_GETFL) : 0;
        if (n < 0 && errno == EINTR)
            continue;
        // The disk has larger sectors, or a write was cut short within one: use the cache.
        if (flags > 0 && flags & O_DIRECT && !fcntl(t->fd, F_SETFL, flags & ~O_DIRECT))
            continue;
        if (n <= 0)
            return n ? -errno : -ENOSPC;
        done += (size_t)n;
    }
    return 0;
}

int wal_write(struct wal *t, uint64_t first, const char *bytes, const size_t *lengths, size_t count)
{
    assert(bytes && lengths && count);
    size_t size = HEAD + count * LENGTH;
    for (size_t i = 0; i < count && size <= WAL_SIZE; i++)
        size += lengths[i];
    if (wal_padded(size) > wal_left(t))
        return WAL_FULL;
    size = compose_block(t, first, bytes, lengths, count, size);
    int r = write_wal_block(t, size);
    if (r < 0) {
        errno = -r;
        return WAL_REFUSED;
    }
    if (fdatasync(t->fd) < 0)
        return -errno;
    t->used += size;
    return 0;
}
