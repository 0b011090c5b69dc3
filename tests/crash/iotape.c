// Loaded into a server with LD_PRELOAD by the harnesses beside it. Writes what is done to files
// below one folder to a tape, in order and with the data, and lets chosen operations fail. Any
// thread. Knows nothing of LMDB; does not see what is written through a map (that is only
// lock.mdb).
//
// IOTAPE_FOLDER: absolute, which files. IOTAPE_TAPE: where the tape goes; it is appended to.
// IOTAPE_FAULTS: a file that holds a struct faults, read at every operation.
#undef _FILE_OFFSET_BITS // both the plain names and those that end in 64 are defined here
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/uio.h>
#include <unistd.h>

enum { DESCRIPTORS = 4096, PATH_LENGTH = 256, FILES = 256 };

// The values are those of tape.py.
enum operation {
    OPEN = 1,
    WRITE = 2,
    TRUNCATE = 3,
    SYNC = 4,
    RENAME = 5,
    LINK = 6,
    UNLINK = 7,
    MKDIR = 8
};
enum fault {
    FAIL_WRITE = 1,
    FAIL_SYNC = 2,
    FAIL_RENAME = 4,
    FAIL_SYNCED_WRITE = 8,
    DIE = 16,       // killed in a synced write, when it is made and not synced
    FULL = 32,      // a disk without room: only what it has given already can be written
    DIE_EARLY = 64, // killed when a write is made that nothing has synced yet
    SLOW = 128,     // a sync takes so many milliseconds more
    STOP = 256,     // gets SIGTERM at the moment at which it begins to listen
    DIE_BEFORE = 512
}; // killed when a write, sync, rename, link or removal is to be made

struct faults {
    _Atomic uint32_t what;  // of enum fault; 0: none
    uint32_t error;         // errno, or of SLOW the time; 0: half of a write is made
    _Atomic uint32_t skip;  // so many go well first
    _Atomic uint32_t times; // then so many fail
    _Atomic uint32_t made;  // so many have failed
    char name[44];          // only what has this in its path
};

struct head {
    uint32_t operation, synced, path, other;
    uint64_t offset, length;
};

struct descriptor {
    char path[PATH_LENGTH]; // below the folder; "" when it is none of ours
    bool synced;            // O_DSYNC or O_SYNC
    bool must_fail; // a sync of the file failed: each descriptor gets the error once, as on Linux
};

struct extent { // of one file: as far as it has blocks
    char path[PATH_LENGTH];
    off_t end;
};

static struct descriptor descriptors[DESCRIPTORS];
static struct extent extents[FILES];
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static const char *folder;
static size_t folder_length;
static int tape = -1;
static struct faults *faults;

#define REAL(type, name, ...) ((type(*)(__VA_ARGS__))dlsym(RTLD_NEXT, name))

// A child that is forked has its own mutex, which nobody may hold who is not in it.
static void lock_for_fork(void)
{
    pthread_mutex_lock(&mutex);
}

static void unlock_after_fork(void)
{
    pthread_mutex_unlock(&mutex);
}

__attribute__((constructor)) static void begin(void)
{
    pthread_atfork(lock_for_fork, unlock_after_fork, unlock_after_fork);
    const char *to = getenv("IOTAPE_TAPE"), *control = getenv("IOTAPE_FAULTS");
    folder = getenv("IOTAPE_FOLDER");
    folder_length = folder ? strlen(folder) : 0;
    int (*real_open)(const char *, int, ...) =
        (int (*)(const char *, int, ...))dlsym(RTLD_NEXT, "open");
    if (to)
        tape = real_open(to, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    int fd = control ? real_open(control, O_RDWR | O_CLOEXEC) : -1;
    void *at = fd >= 0 ? mmap(NULL, sizeof(*faults), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0)
                       : MAP_FAILED;
    faults = at == MAP_FAILED ? NULL : at;
    if ((to && tape < 0) || (control && !faults))
        abort();
}

// The part below the folder ("." for itself), or NULL. Relative names are none of ours: the harness
// gives whole ones.
static const char *ours(const char *path)
{
    if (!folder_length || strncmp(path, folder, folder_length) ||
        strlen(path + folder_length) > PATH_LENGTH)
        return NULL;
    if (!path[folder_length])
        return ".";
    return path[folder_length] == '/' ? path + folder_length + 1 : NULL;
}

static struct descriptor *known(int fd)
{
    return fd >= 0 && fd < DESCRIPTORS && descriptors[fd].path[0] ? &descriptors[fd] : NULL;
}

// With the mutex. A record goes to the tape in one write: it is there whole, or the server is dead.
static void note(struct head h, const char *path, const char *other, const struct iovec *data,
                 int count)
{
    struct iovec out[67];
    if (tape < 0)
        return;
    h.path = (uint32_t)strlen(path);
    h.other = other ? (uint32_t)strlen(other) : 0;
    out[0] = (struct iovec){&h, sizeof(h)};
    out[1] = (struct iovec){(void *)path, h.path};
    out[2] = (struct iovec){(void *)other, h.other};
    if (count > 64)
        abort(); // no more than LMDB's MDB_COMMIT_PAGES
    size_t left = h.operation == WRITE ? h.length : 0;
    int n = 3;
    for (int i = 0; i < count && left; i++, n++) {
        out[n] = data[i];
        if (out[n].iov_len > left)
            out[n].iov_len = left;
        left -= out[n].iov_len;
    }
    if (REAL(ssize_t, "writev", int, const struct iovec *, int)(tape, out, n) < 0)
        abort();
}

// With the mutex. Whether this one is to fail; errno is set then.
static bool fails(enum fault what, const char *path)
{
    if (!faults || !(faults->what & what) || !strstr(path, faults->name))
        return false;
    if (faults->skip) {
        faults->skip--;
        return false;
    }
    if (!faults->times)
        return false;
    if (faults->times != UINT32_MAX)
        faults->times--;
    faults->made++;
    errno = (int)faults->error;
    return true;
}

// With the mutex.
static void die_before(const char *path)
{
    if (path && fails(DIE_BEFORE, path))
        kill(getpid(), SIGKILL);
}

// With the mutex. How far a file has blocks; the files that are there at one time are few.
static off_t *extent_of(const char *path)
{
    struct extent *unused = NULL;
    for (int i = 0; i < FILES; i++) {
        if (!extents[i].path[0])
            unused = unused ? unused : &extents[i];
        else if (!strcmp(extents[i].path, path))
            return &extents[i].end;
    }
    if (!unused)
        abort();
    snprintf(unused->path, sizeof(unused->path), "%s", path);
    unused->end = 0;
    return &unused->end;
}

// With the mutex. The file is no more, or has another name.
static void forget_extent(const char *path)
{
    for (int i = 0; i < FILES; i++)
        if (!strcmp(extents[i].path, path))
            extents[i].path[0] = '\0';
}

// With the mutex. Whether a file gets blocks as far as `end`.
static bool has_room(const char *path, off_t end)
{
    off_t *have = extent_of(path);
    if (end > *have && fails(FULL, path))
        return false;
    if (end > *have)
        *have = end;
    return true;
}

// With the mutex, so that the tape ends with this. A synced write is two steps, and so are a write
// and the sync after it: here comes between them what would need luck.
static void die_in(int fd, struct head h, const struct iovec *data, int count)
{
    struct descriptor *d = known(fd);
    if (!fails(d->synced ? DIE : DIE_EARLY, d->path))
        return;
    REAL(ssize_t, "pwritev", int, const struct iovec *, int, off_t)
    (fd, data, count, (off_t)h.offset);
    h.synced = 0;
    note(h, d->path, NULL, data, count);
    kill(getpid(), SIGKILL);
}

static int opened(int fd, const char *path, int flags)
{
    const char *name = fd >= 0 ? ours(path) : NULL;
    if (!name || fd >= DESCRIPTORS)
        return fd;
    pthread_mutex_lock(&mutex);
    struct descriptor *d = &descriptors[fd];
    *d = (struct descriptor){.synced = flags & O_DSYNC};
    snprintf(d->path, sizeof(d->path), "%s", name);
    // O_TRUNC is noted as what it does.
    if (flags & O_CREAT)
        note((struct head){.operation = OPEN}, name, NULL, NULL, 0);
    if (flags & O_TRUNC)
        note((struct head){.operation = TRUNCATE}, name, NULL, NULL, 0);
    pthread_mutex_unlock(&mutex);
    return fd;
}

#define DEFINE_OPEN(name)                                                                          \
    int name(const char *path, int flags, ...)                                                     \
    {                                                                                              \
        va_list args;                                                                              \
        va_start(args, flags);                                                                     \
        unsigned mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(args, unsigned) : 0;                \
        va_end(args);                                                                              \
        return opened(REAL(int, #name, const char *, int, unsigned)(path, flags, mode), path,      \
                      flags);                                                                      \
    }
DEFINE_OPEN(open)
DEFINE_OPEN(open64)

#define DEFINE_OPENAT(name)                                                                        \
    int name(int at, const char *path, int flags, ...)                                             \
    {                                                                                              \
        va_list args;                                                                              \
        va_start(args, flags);                                                                     \
        unsigned mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(args, unsigned) : 0;                \
        va_end(args);                                                                              \
        return opened(REAL(int, #name, int, const char *, int, unsigned)(at, path, flags, mode),   \
                      path, flags);                                                                \
    }
DEFINE_OPENAT(openat)
DEFINE_OPENAT(openat64)

int close(int fd)
{
    struct descriptor *d = known(fd);
    if (d) {
        pthread_mutex_lock(&mutex);
        d->path[0] = '\0';
        pthread_mutex_unlock(&mutex);
    }
    return REAL(int, "close", int)(fd);
}

// The child that writes a snapshot closes all that is its parent's; the tape stays, or the snapshot
// would get its number and the records with it.
int close_range(unsigned first, unsigned last, int flags)
{
    int (*real)(unsigned, unsigned, int) = REAL(int, "close_range", unsigned, unsigned, int);
    pthread_mutex_lock(&mutex);
    for (unsigned fd = first; fd <= last && fd < DESCRIPTORS; fd++)
        descriptors[fd].path[0] = '\0';
    unsigned kept = (unsigned)tape;
    int r = 0;
    if (tape < 0 || kept < first || kept > last)
        r = real(first, last, flags);
    else {
        if (kept > first)
            r = real(first, kept - 1, flags);
        if (!r && kept < last)
            r = real(kept + 1, last, flags);
    }
    pthread_mutex_unlock(&mutex);
    return r;
}

static ssize_t put_part(int fd, const struct iovec *data, int count, off_t offset)
{
    return offset < 0 ? REAL(ssize_t, "writev", int, const struct iovec *, int)(fd, data, count)
                      : REAL(ssize_t, "pwritev", int, const struct iovec *, int,
                             off_t)(fd, data, count, offset);
}

// One write of any form at an offset, or where the descriptor stands (offset below 0).
static ssize_t put(int fd, const struct iovec *data, int count, off_t offset)
{
    struct descriptor *d = known(fd);
    if (!d)
        return put_part(fd, data, count, offset);
    struct iovec half = {data[0].iov_base, data[0].iov_len / 2};
    size_t length = 0;
    for (int i = 0; i < count; i++)
        length += data[i].iov_len;
    pthread_mutex_lock(&mutex);
    off_t at = offset < 0 ? lseek(fd, 0, SEEK_CUR) : offset;
    struct head h = {
        .operation = WRITE, .synced = d->synced, .offset = (uint64_t)at, .length = length};
    ssize_t r = -1;
    die_in(fd, h, data, count);
    die_before(d->path);
    errno = 0;
    if (has_room(d->path, at + (off_t)length) &&
        !fails(d->synced ? FAIL_SYNCED_WRITE : FAIL_WRITE, d->path))
        r = put_part(fd, data, count, offset);
    else if (!errno)
        r = put_part(fd, &half, 1, offset);
    if (r > 0) {
        h.length = (uint64_t)r;
        note(h, d->path, NULL, data, count);
    }
    int error = errno;
    pthread_mutex_unlock(&mutex);
    errno = error;
    return r;
}

ssize_t write(int fd, const void *data, size_t n)
{
    return put(fd, &(struct iovec){(void *)data, n}, 1, -1);
}

ssize_t writev(int fd, const struct iovec *data, int count)
{
    return put(fd, data, count, -1);
}

ssize_t pwrite(int fd, const void *data, size_t n, off_t offset)
{
    return put(fd, &(struct iovec){(void *)data, n}, 1, offset);
}

ssize_t pwrite64(int fd, const void *data, size_t n, off_t offset)
{
    return put(fd, &(struct iovec){(void *)data, n}, 1, offset);
}

ssize_t pwritev(int fd, const struct iovec *data, int count, off_t offset)
{
    return put(fd, data, count, offset);
}

ssize_t pwritev64(int fd, const struct iovec *data, int count, off_t offset)
{
    return put(fd, data, count, offset);
}

static int truncated(int fd, off_t length)
{
    struct descriptor *d = known(fd);
    pthread_mutex_lock(&mutex);
    int r = REAL(int, "ftruncate", int, off_t)(fd, length);
    if (d && !r)
        note((struct head){.operation = TRUNCATE, .length = (uint64_t)length}, d->path, NULL, NULL,
             0);
    pthread_mutex_unlock(&mutex);
    return r;
}

int ftruncate(int fd, off_t length)
{
    return truncated(fd, length);
}

int ftruncate64(int fd, off_t length)
{
    return truncated(fd, length);
}

static int allocated(int fd, int mode, off_t offset, off_t length)
{
    struct descriptor *d = known(fd);
    pthread_mutex_lock(&mutex);
    int r = d && !has_room(d->path, offset + length)
                ? -1
                : REAL(int, "fallocate", int, int, off_t, off_t)(fd, mode, offset, length);
    int error = errno;
    pthread_mutex_unlock(&mutex);
    errno = error;
    return r;
}

int fallocate(int fd, int mode, off_t offset, off_t length)
{
    return allocated(fd, mode, offset, length);
}

int fallocate64(int fd, int mode, off_t offset, off_t length)
{
    return allocated(fd, mode, offset, length);
}

int statvfs64(const char *path, struct statvfs64 *v)
{
    int r = REAL(int, "statvfs64", const char *, struct statvfs64 *)(path, v);
    if (!r && ours(path) && faults && faults->what & FULL && strstr(path, faults->name))
        v->f_bavail = v->f_bfree = 0;
    return r;
}

static void tell_the_others(int fd)
{
    for (int i = 0; i < DESCRIPTORS; i++)
        if (i != fd && !strcmp(descriptors[i].path, descriptors[fd].path))
            descriptors[i].must_fail = true;
}

// Without the mutex: others go on meanwhile.
static void take_time(const char *path)
{
    if (!faults || !(faults->what & SLOW) || !strstr(path, faults->name))
        return;
    faults->made++;
    usleep(faults->error * 1000);
}

// A sync that is on the tape is over.
static int synced(int fd, const char *how)
{
    struct descriptor *d = known(fd);
    if (!d)
        return REAL(int, how, int)(fd);
    take_time(d->path);
    pthread_mutex_lock(&mutex);
    die_before(d->path);
    int r = -1;
    if (d->must_fail) {
        d->must_fail = false;
        errno = (int)faults->error;
    } else if (fails(FAIL_SYNC, d->path)) {
        tell_the_others(fd);
    } else {
        r = REAL(int, how, int)(fd);
        if (!r)
            note((struct head){.operation = SYNC}, d->path, NULL, NULL, 0);
    }
    int error = errno;
    pthread_mutex_unlock(&mutex);
    errno = error;
    return r;
}

// The console's, which is there first, is not meant.
int listen(int fd, int backlog)
{
    struct sockaddr_storage a;
    socklen_t n = sizeof(a);
    int r = REAL(int, "listen", int, int)(fd, backlog);
    if (!r && faults && faults->what & STOP && !getsockname(fd, (struct sockaddr *)&a, &n) &&
        a.ss_family != AF_UNIX)
        kill(getpid(), SIGTERM);
    return r;
}

int fsync(int fd)
{
    return synced(fd, "fsync");
}

int fdatasync(int fd)
{
    return synced(fd, "fdatasync");
}

static int noted(int r, enum operation operation, const char *path, const char *other)
{
    int error = errno;
    if (!r && operation == RENAME && path) {
        *extent_of(other) = *extent_of(path);
        forget_extent(path);
    }
    if (!r && operation == UNLINK && path)
        forget_extent(path);
    if (!r && path)
        note((struct head){.operation = operation}, path, other, NULL, 0);
    pthread_mutex_unlock(&mutex);
    errno = error;
    return r;
}

int rename(const char *from, const char *to)
{
    const char *path = ours(from), *other = ours(to);
    pthread_mutex_lock(&mutex);
    die_before(path);
    int r = path && fails(FAIL_RENAME, path)
                ? -1
                : REAL(int, "rename", const char *, const char *)(from, to);
    return noted(r, RENAME, other ? path : NULL, other);
}

int renameat2(int at, const char *from, int at2, const char *to, unsigned flags)
{
    const char *path = ours(from), *other = ours(to);
    pthread_mutex_lock(&mutex);
    die_before(path);
    int r = path && fails(FAIL_RENAME, path)
                ? -1
                : REAL(int, "renameat2", int, const char *, int, const char *,
                       unsigned)(at, from, at2, to, flags);
    return noted(r, RENAME, other ? path : NULL, other);
}

int link(const char *from, const char *to)
{
    const char *path = ours(from), *other = ours(to);
    pthread_mutex_lock(&mutex);
    die_before(path);
    return noted(REAL(int, "link", const char *, const char *)(from, to), LINK, other ? path : NULL,
                 other);
}

int unlink(const char *path)
{
    pthread_mutex_lock(&mutex);
    die_before(ours(path));
    return noted(REAL(int, "unlink", const char *)(path), UNLINK, ours(path), NULL);
}

// Only to be killed in time: what is removed by a folder's descriptor is noted nowhere.
int unlinkat(int at, const char *path, int flags)
{
    char own[64], in[PATH_LENGTH] = "", whole[2 * PATH_LENGTH];
    snprintf(own, sizeof(own), "/proc/self/fd/%d", at);
    if (at >= 0 && readlink(own, in, sizeof(in) - 1) < 0)
        in[0] = '\0';
    snprintf(whole, sizeof(whole), "%s/%s", in, path);
    pthread_mutex_lock(&mutex);
    die_before(ours(whole));
    pthread_mutex_unlock(&mutex);
    return REAL(int, "unlinkat", int, const char *, int)(at, path, flags);
}

int mkdir(const char *path, mode_t mode)
{
    if (!ours(path)) // a sanitizer makes the folders of its log before there are mutexes
        return REAL(int, "mkdir", const char *, mode_t)(path, mode);
    pthread_mutex_lock(&mutex);
    return noted(REAL(int, "mkdir", const char *, mode_t)(path, mode), MKDIR, ours(path), NULL);
}
