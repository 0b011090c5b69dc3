// The lock of a data folder. Keeps nothing; who has taken it keeps the descriptor. It does not say
// who has it.
#include "tools/data_lock.h"

#include "util/file.h"
#include "util/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

enum { WAIT_MS = 1000, STEP_MS = 10 };

// A server that was killed in the moment of a fork for a snapshot leaves a child that has the lock
// until it notices.
static bool take(int fd)
{
    for (int waited = 0; flock(fd, LOCK_EX | LOCK_NB); waited += STEP_MS) {
        if (errno != EWOULDBLOCK || waited >= WAIT_MS)
            return false;
        nanosleep(&(struct timespec){0, STEP_MS * 1000000}, NULL);
    }
    return true;
}

int data_lock(const char *folder)
{
    if (file_mkdirs(folder, 0700) < 0)
        return -1;
    char *path = mem_printf("%s/lock", folder);
    int fd = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0600);
    free(path);
    if (fd >= 0 && !take(fd)) {
        close(fd);
        return -1;
    }
    return fd;
}

bool data_lock_taken(const char *folder)
{
    char *path = mem_printf("%s/lock", folder);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    free(path);
    bool taken = fd >= 0 && flock(fd, LOCK_SH | LOCK_NB) && errno == EWOULDBLOCK;
    if (fd >= 0)
        close(fd);
    return taken;
}
