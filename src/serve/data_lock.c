// The lock of a data folder. Keeps nothing; who has taken it keeps the descriptor, and has written
// the number of its process into the file.
#include "serve/data_lock.h"

#include "util/buf.h"
#include "util/error.h"
#include "util/file.h"
#include "util/mem.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

enum { WAIT_MS = 1000, STEP_MS = 10 };

// A server that was killed in the moment of a fork for a snapshot leaves a child that has the lock
// until it notices.
static bool take_data_lock(int fd)
{
    for (int waited = 0; flock(fd, LOCK_EX | LOCK_NB); waited += STEP_MS) {
        if (errno != EWOULDBLOCK || waited >= WAIT_MS)
            return false;
        nanosleep(&(struct timespec){0, STEP_MS * 1000000}, NULL);
    }
    return true;
}

// For those who are refused. A disk without room leaves it empty, which does no harm.
static void sign_data_lock(int fd)
{
    assert(fd >= 0);
    char text[32];
    int n = snprintf(text, sizeof(text), "%ld\n", (long)getpid());
    if (ftruncate(fd, 0) || pwrite(fd, text, (size_t)n, 0) != n)
        errno = 0;
}

// Returns what the process does, by the first word of its command line: "serve", "journal"; "" when
// that cannot be known.
static void find_subcommand(long pid, char *out, size_t size)
{
    assert(pid > 0 && size);
    struct buf line = BUF_INIT;
    char *path = mem_printf("/proc/%ld/cmdline", pid);
    *out = '\0';
    if (file_read(path, 1 << 20, &line) >= 0 && line.len) {
        size_t first = strlen(line.data) + 1;
        if (first < line.len)
            snprintf(out, size, "%s", line.data + first);
    }
    free(path);
    buf_fini(&line);
}

// 0 when it is not known.
static long data_lock_holder(const char *folder)
{
    struct buf text = BUF_INIT;
    char *path = mem_printf("%s/lock", folder);
    long pid = file_read(path, 64, &text) >= 0 ? strtol(buf_str(&text), NULL, 10) : 0;
    free(path);
    buf_fini(&text);
    return pid > 0 ? pid : 0;
}

// The folder's whole name: the operator may have typed another one than the holder of the lock.
static const char *whole_name(const char *folder, char whole[PATH_MAX])
{
    return realpath(folder, whole) ? whole : folder;
}

static int cannot_write(const char *folder, int error, struct error *why)
{
    char whole[PATH_MAX];
    return error_set_system(why, error, "%s: cannot be written", whole_name(folder, whole));
}

static int is_in_use(const char *folder, struct error *why)
{
    char doing[64] = "", whole[PATH_MAX];
    const char *name = whole_name(folder, whole);
    long pid = data_lock_holder(folder);
    if (pid)
        find_subcommand(pid, doing, sizeof(doing));
    if (*doing && strcmp(doing, "serve") != 0)
        error_set(why, -EWOULDBLOCK, "\"latchkey %s\" is using %s", doing, name);
    else
        error_set(why, -EWOULDBLOCK, "a server is running on %s", name);
    if (pid)
        error_add(why, " (process %ld)", pid);
    return -EWOULDBLOCK;
}

int data_lock(const char *folder, struct error *why)
{
    assert(folder);
    int r = file_mkdirs(folder, 0700);
    if (r < 0)
        return cannot_write(folder, -r, why);
    char *path = mem_printf("%s/lock", folder);
    int fd = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0600), error = errno;
    free(path);
    if (fd < 0)
        return cannot_write(folder, error, why);
    if (take_data_lock(fd)) {
        sign_data_lock(fd);
        return fd;
    }
    error = errno;
    close(fd);
    return error == EWOULDBLOCK ? is_in_use(folder, why) : cannot_write(folder, error, why);
}

bool data_lock_taken(const char *folder)
{
    assert(folder);
    char *path = mem_printf("%s/lock", folder);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    free(path);
    bool taken = fd >= 0 && flock(fd, LOCK_SH | LOCK_NB) && errno == EWOULDBLOCK;
    if (fd >= 0)
        close(fd);
    return taken;
}
