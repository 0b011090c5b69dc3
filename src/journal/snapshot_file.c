// Files "snapshot-N" in an epoch's folder, called "snapshot-N.new" while they are incomplete. Does
// not know their contents. Keeps nothing.
#include "journal/snapshot_file.h"

#include "journal/record.h"
#include "util/buf.h"
#include "util/error.h"
#include "util/file.h"
#include "util/mem.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { KEPT = 2, TAIL = 8 };

static const char magic[8] = "LKSNAP01";
static const size_t file_max = (size_t)1 << 34;

static char *snapshot_file_path_of(const char *epoch, uint64_t number, const char *suffix)
{
    return mem_printf("%s/" SNAPSHOT_NAME "%s", epoch, number, suffix);
}

// The name is "snapshot-", twelve digits, the suffix.
static bool is_snapshot(const char *name, const char *suffix, uint64_t *number)
{
    static const char before[] = "snapshot-";
    if (strncmp(name, before, sizeof(before) - 1) != 0)
        return false;
    const char *digits = name + sizeof(before) - 1;
    *number = 0;
    for (int i = 0; i < 12; i++) {
        if (digits[i] < '0' || digits[i] > '9')
            return false;
        *number = *number * 10 + (uint64_t)(digits[i] - '0');
    }
    return !strcmp(digits + 12, suffix);
}

// Inserts a number in order and keeps the `most` highest. Returns how many are kept.
static size_t snapshot_file_insert(uint64_t *numbers, size_t n, size_t most, uint64_t number)
{
    assert(n <= most);
    size_t at = 0;
    while (at < n && numbers[at] > number)
        at++;
    if (at == most)
        return n;
    if (n == most)
        n--;
    memmove(&numbers[at + 1], &numbers[at], (n - at) * sizeof(*numbers));
    numbers[at] = number;
    return n + 1;
}

size_t snapshot_file_list(const char *epoch, uint64_t *numbers, size_t most)
{
    DIR *d = opendir(epoch);
    size_t n = 0;
    uint64_t number;
    for (struct dirent *e; d && (e = readdir(d));)
        if (is_snapshot(e->d_name, "", &number))
            n = snapshot_file_insert(numbers, n, most, number);
    if (d)
        closedir(d);
    return n;
}

bool snapshot_file_is_there(const char *epoch, uint64_t number)
{
    char *path = snapshot_file_path_of(epoch, number, "");
    bool there = !access(path, F_OK);
    free(path);
    return there;
}

// Removes the files with the suffix and a number from `first` to `last`, except `but`.
static void remove_some(const char *epoch, const char *suffix, uint64_t first, uint64_t last,
                        uint64_t but)
{
    DIR *d = opendir(epoch);
    uint64_t number;
    for (struct dirent *e; d && (e = readdir(d));)
        if (is_snapshot(e->d_name, suffix, &number) && number >= first && number <= last &&
            number != but)
            unlinkat(dirfd(d), e->d_name, 0);
    if (d)
        closedir(d);
}

void snapshot_file_sweep(const char *epoch)
{
    remove_some(epoch, ".new", 0, UINT64_MAX, UINT64_MAX);
}

static void snapshot_file_put(char *at, uint64_t n)
{
    for (int i = 0; i < 8; i++)
        at[i] = (char)(n >> 8 * i);
}

static uint64_t snapshot_file_get(const char *at)
{
    uint64_t n = 0;
    for (int i = 0; i < 8; i++)
        n |= (uint64_t)(unsigned char)at[i] << 8 * i;
    return n;
}

bool snapshot_file_read(const char *epoch, uint64_t number, struct snapshot_head *head,
                        struct buf *all, size_t *end, struct error *why)
{
    assert(head && all && end);
    char *path = snapshot_file_path_of(epoch, number, "");
    const char *expected = NULL;
    int r = file_read(path, file_max, all);
    *end = 0;
    if (r < 0)
        expected = strerror(-r);
    else if (all->len < SNAPSHOT_HEAD + TAIL || memcmp(all->data, magic, sizeof(magic)) != 0)
        expected = "damaged, expected a snapshot of format 1";
    else if (record_digest(all->data, all->len - TAIL, 0) !=
             snapshot_file_get(all->data + all->len - TAIL))
        expected = "damaged, expected its own checksum";
    if (!expected) {
        *head = (struct snapshot_head){
            snapshot_file_get(all->data + 8), snapshot_file_get(all->data + 16),
            snapshot_file_get(all->data + 24), snapshot_file_get(all->data + 40)};
        *end = all->len - TAIL;
        if (head->number != number)
            expected = "it is that of another event";
        else if (snapshot_file_get(all->data + 32) != *end - SNAPSHOT_HEAD)
            expected = "damaged, expected another length";
    }
    if (expected)
        error_set(why, r < 0 ? r : -EINVAL, "%s: %s", path, expected);
    free(path);
    return !expected;
}

static int write_snapshot_bytes(int fd, const char *data, size_t n)
{
    while (n) {
        ssize_t done = write(fd, data, n);
        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0)
            return -errno;
        data += done;
        n -= (size_t)done;
    }
    return 0;
}

int snapshot_file_prepare(const char *epoch, const struct snapshot_head *head,
                          const struct buf *body)
{
    char first[SNAPSHOT_HEAD] = {0}, last[TAIL];
    memcpy(first, magic, sizeof(magic));
    snapshot_file_put(first + 8, head->number);
    snapshot_file_put(first + 16, head->world);
    snapshot_file_put(first + 24, head->digest);
    snapshot_file_put(first + 32, body->len);
    snapshot_file_put(first + 40, head->players);
    struct buf all = BUF_INIT;
    buf_reserve(&all, sizeof(first) + body->len);
    buf_add(&all, first, sizeof(first));
    buf_add(&all, body->data, body->len);
    snapshot_file_put(last, record_digest(all.data, all.len, 0));
    buf_add(&all, last, sizeof(last));
    char *path = snapshot_file_path_of(epoch, head->number, ".new");
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    int r = fd < 0 ? -errno : write_snapshot_bytes(fd, all.data, all.len);
    if (!r && fsync(fd))
        r = -errno;
    if (fd >= 0 && close(fd) && !r)
        r = -errno;
    if (r)
        unlink(path);
    free(path);
    buf_fini(&all);
    return r;
}

void snapshot_file_prune(const char *epoch, uint64_t parent)
{
    uint64_t numbers[KEPT];
    if (snapshot_file_list(epoch, numbers, KEPT) == KEPT && numbers[KEPT - 1])
        remove_some(epoch, "", 0, numbers[KEPT - 1] - 1, parent);
}

void snapshot_file_drop_later(const char *epoch, uint64_t last)
{
    remove_some(epoch, "", last + 1, UINT64_MAX, UINT64_MAX);
}

void snapshot_file_remove(const char *epoch, uint64_t number)
{
    char *path = snapshot_file_path_of(epoch, number, "");
    unlink(path);
    free(path);
}

static int give_name(const char *epoch, uint64_t number, const char *before, const char *after)
{
    char *from = snapshot_file_path_of(epoch, number, before),
         *to = snapshot_file_path_of(epoch, number, after);
    int r = rename(from, to) ? -errno : file_sync_folder(to);
    free(from);
    free(to);
    return r;
}

int snapshot_file_finish(const char *epoch, uint64_t number)
{
    return give_name(epoch, number, ".new", "");
}

int snapshot_file_quarantine(const char *epoch, uint64_t number)
{
    return give_name(epoch, number, "", ".wrong");
}

int snapshot_file_copy(const char *from, const char *to, uint64_t number)
{
    assert(strcmp(from, to) != 0);
    struct buf all = BUF_INIT;
    char *old = snapshot_file_path_of(from, number, ""),
         *copy = snapshot_file_path_of(to, number, "");
    int r = file_read(old, file_max, &all);
    if (r >= 0)
        r = file_write_atomic(copy, all.data, all.len, 0600, false);
    free(old);
    free(copy);
    buf_fini(&all);
    return r < 0 ? r : 0;
}
