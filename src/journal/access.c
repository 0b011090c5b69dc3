// Opens every file of an epoch once. Keeps nothing.
#include "journal/access.h"

#include "util/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int refuse(const char *epoch, const char *name, int error, char *why, size_t size)
{
    if (!file_error_is_outside(error))
        return 0;
    snprintf(why, size, "%s%s%s: cannot be read: %s", epoch, *name ? "/" : "", name,
             strerror(error));
    return -error;
}

int journal_access(const char *epoch, char *why, size_t size)
{
    DIR *d = opendir(epoch);
    int r = d ? 0 : refuse(epoch, "", errno, why, size);
    for (struct dirent *e; d && !r && (e = readdir(d));) {
        if (*e->d_name == '.')
            continue;
        // Without O_NONBLOCK the open would wait for a FIFO's writer or a device.
        int fd = openat(dirfd(d), e->d_name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
        if (fd < 0)
            r = refuse(epoch, e->d_name, errno, why, size);
        else
            close(fd);
    }
    if (d)
        closedir(d);
    return r;
}
