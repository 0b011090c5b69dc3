// Reading and replacing whole files. Keeps nothing between calls; a crash may leave a temporary
// file, NAME.PID-N.tmp, which nothing reads and the operator may delete. Any thread but the loop's.
#include "util/file.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/arena.h"
#include "util/buf.h"
#include "util/mem.h"

// Up to FEW files it is cheaper to sync each than the whole file system.
enum { MAX_TEMP_TRIES = 100, FEW = 4 };

static int read_up_to(int fd, size_t max_bytes, struct buf *out)
{
    size_t total = 0;
    for (;;) {
        size_t room = out->cap > out->len + 1 ? out->cap - out->len - 1 : 0;
        if (!room) {
            buf_reserve(out, 4096);
            room = out->cap - out->len - 1;
        }
        ssize_t got = read(fd, out->data + out->len, room);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return -errno;
        if (got == 0)
            return 0;
        out->len += (size_t)got;
        out->data[out->len] = '\0';
        total += (size_t)got;
        if (total > max_bytes)
            return -EFBIG;
    }
}

int file_read(const char *path, size_t max_bytes, struct buf *out)
{
    assert(path);
    // Without O_NONBLOCK a FIFO in place of the file would stop us for ever.
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        return -errno;
    size_t before = out->len;
    struct stat st;
    int rc = 0;
    if (fstat(fd, &st) < 0)
        rc = -errno;
    else if (!S_ISREG(st.st_mode))
        rc = S_ISDIR(st.st_mode) ? -EISDIR : -EINVAL;
    else if ((uintmax_t)st.st_size > max_bytes)
        rc = -EFBIG;
    if (!rc) {
        buf_reserve(out, (size_t)st.st_size + 1);
        arena_use_large_pages(out->data + out->len, (size_t)st.st_size);
        rc = read_up_to(fd, max_bytes, out);
    }
    close(fd);
    if (rc)
        buf_truncate(out, before);
    return rc;
}

// Opens the folder that `path` stands in; negative errno.
static int open_folder(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *folder = !slash          ? mem_strdup(".")
                   : slash == path ? mem_strdup("/")
                                   : mem_strndup(path, (size_t)(slash - path));
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int error = errno;
    free(folder);
    return fd < 0 ? -error : fd;
}

int file_sync_folder(const char *path)
{
    int fd = open_folder(path);
    if (fd < 0)
        return fd;
    int rc = fsync(fd) < 0 ? -errno : 0;
    close(fd);
    return rc;
}

static int file_write_all(int fd, const char *data, size_t n)
{
    while (n) {
        ssize_t put = write(fd, data, n);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return -errno;
        data += put;
        n -= (size_t)put;
    }
    return 0;
}

// Opens a new file beside `path`; its name is the caller's to free.
static int open_temp(const char *path, mode_t mode, char **name)
{
    static atomic_uint serial;
    for (int i = 0; i < MAX_TEMP_TRIES; i++) {
        *name = mem_printf("%s.%ld-%u.tmp", path, (long)getpid(), atomic_fetch_add(&serial, 1));
        int fd = open(*name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
        if (fd >= 0)
            return fd;
        int error = errno;
        free(*name);
        *name = NULL;
        if (error != EEXIST)
            return -error;
    }
    return -EEXIST;
}

// A temporary file with the given content, synced when `sync`. On failure nothing is left behind.
static int write_temp(const char *path, const void *data, size_t n, mode_t mode, bool sync,
                      char **name)
{
    int fd = open_temp(path, mode, name);
    if (fd < 0)
        return fd;
    int rc = file_write_all(fd, data, n);
    if (!rc && sync && fsync(fd) < 0)
        rc = -errno;
    if (close(fd) < 0 && !rc)
        rc = -errno;
    if (rc) {
        unlink(*name);
        free(*name);
        *name = NULL;
    }
    return rc;
}

// Gives the present version a second name. Some file systems have no hard links: there a copy.
static int keep_as_previous(const char *path, mode_t mode)
{
    char *previous = mem_printf("%s~", path);
    int rc = 0;
    if (unlink(previous) < 0 && errno != ENOENT)
        rc = -errno;
    if (!rc && link(path, previous) < 0 && errno != ENOENT) {
        struct buf old = BUF_INIT;
        rc = file_read(path, SIZE_MAX / 4, &old);
        if (!rc)
            rc = file_write_atomic(previous, buf_str(&old), old.len, mode, false);
        buf_fini(&old);
    }
    free(previous);
    return rc;
}

// Renames the temporary file over the path; on failure removes it. The folder is not synced.
static int put_in_place(const char *temp, const char *path, mode_t mode, bool keep_previous)
{
    int rc = keep_previous ? keep_as_previous(path, mode) : 0;
    if (!rc && rename(temp, path) < 0)
        rc = -errno;
    if (rc)
        unlink(temp);
    return rc;
}

int file_write_atomic(const char *path, const void *data, size_t n, mode_t mode, bool keep_previous)
{
    assert(path && (data || !n));
    char *temp;
    int rc = write_temp(path, data, n, mode, true, &temp);
    if (rc)
        return rc;
    rc = put_in_place(temp, path, mode, keep_previous);
    if (!rc)
        rc = file_sync_folder(path);
    free(temp);
    return rc;
}

static void put_all_in_place(struct file_version *list, char *const *temps, size_t count,
                             mode_t mode, bool keep_previous, int folder)
{
    // Only what is on the disk whole may get a name that is in use.
    int synced = syncfs(folder) < 0 ? -errno : 0;
    for (size_t i = 0; i < count; i++) {
        if (temps[i] && synced)
            unlink(temps[i]);
        if (temps[i])
            list[i].result =
                synced ? synced : put_in_place(temps[i], list[i].path, mode, keep_previous);
    }
    int named = !synced && fsync(folder) < 0 ? -errno : 0;
    for (size_t i = 0; named && i < count; i++)
        if (!list[i].result)
            list[i].result = named;
}

void file_write_many(struct file_version *list, size_t count, mode_t mode, bool keep_previous)
{
    assert(list || !count);
    if (count <= FEW) {
        for (size_t i = 0; i < count; i++)
            list[i].result =
                file_write_atomic(list[i].path, list[i].data, list[i].n, mode, keep_previous);
        return;
    }
    // Opened first: syncfs tells of what could not be written since then.
    int folder = open_folder(list[0].path);
    char **temps = mem_calloc(count, sizeof(*temps));
    for (size_t i = 0; i < count; i++) {
        const struct file_version *v = &list[i];
        list[i].result =
            folder < 0 ? folder : write_temp(v->path, v->data, v->n, mode, false, &temps[i]);
    }
    if (folder >= 0) {
        put_all_in_place(list, temps, count, mode, keep_previous, folder);
        close(folder);
    }
    for (size_t i = 0; i < count; i++)
        free(temps[i]);
    free(temps);
}

int file_create(const char *path, const void *data, size_t n, mode_t mode)
{
    assert(path && (data || !n));
    char *temp;
    int rc = write_temp(path, data, n, mode, true, &temp);
    if (rc)
        return rc;
    // RENAME_NOREPLACE needs no hard links; link() is for file systems that do not know it.
    if (renameat2(AT_FDCWD, temp, AT_FDCWD, path, RENAME_NOREPLACE) < 0) {
        rc = -errno;
        if (rc == -EINVAL || rc == -ENOSYS)
            rc = link(temp, path) < 0 ? -errno : 0;
        unlink(temp);
    }
    if (!rc)
        rc = file_sync_folder(path);
    free(temp);
    return rc;
}

static int make_folder(const char *path, mode_t mode)
{
    if (mkdir(path, mode) == 0)
        return file_sync_folder(path);
    int error = errno;
    struct stat st;
    if (error == EEXIST && stat(path, &st) == 0)
        return S_ISDIR(st.st_mode) ? 0 : -ENOTDIR;
    return -error;
}

bool file_error_is_outside(int error)
{
    static const int outside[] = {EACCES, EPERM,  EROFS,  EMFILE, ENFILE,  ENOMEM, EAGAIN,
                                  EBUSY,  EDQUOT, ENOSPC, EFBIG,  ETXTBSY, ENOLCK, EINTR};
    for (size_t i = 0; i < sizeof(outside) / sizeof(outside[0]); i++)
        if (error == outside[i])
            return true;
    return false;
}

int file_mkdirs(const char *path, mode_t mode)
{
    assert(path);
    char *copy = mem_strdup(path);
    size_t length = strlen(copy);
    while (length > 1 && copy[length - 1] == '/')
        copy[--length] = '\0';
    int rc = 0;
    for (char *at = copy + 1; length && *at && !rc; at++) {
        if (*at != '/' || at[-1] == '/')
            continue;
        *at = '\0';
        rc = make_folder(copy, mode);
        *at = '/';
    }
    if (!rc)
        rc = length ? make_folder(copy, mode) : -ENOENT;
    free(copy);
    return rc;
}
