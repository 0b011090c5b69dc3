// Opens every file of an epoch once. Keeps nothing.
#include "journal/access.h"

#include "util/error.h"
#include "util/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

static int refuse_access(const char *epoch, const char *name, int error, struct error *why)
{
    if (!file_error_is_outside(error))
        return 0;
    return error_set_system(why, error, "%s%s%s: cannot be read", epoch, *name ? "/" : "", name);
}

int journal_access(const char *epoch, struct error *why)
{
    DIR *d = opendir(epoch);
    int r = d ? 0 : refuse_access(epoch, "", errno, why);
    for (struct dirent *e; d && !r && (e = readdir(d));) {
        if (*e->d_name == '.')
            continue;
        // Without O_NONBLOCK the open would wait for a FIFO's writer or a device.
        int fd = openat(dirfd(d), e->d_name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
        if (fd < 0)
            r = refuse_access(epoch, e->d_name, errno, why);
        else
            close(fd);
    }
    if (d)
        closedir(d);
    return r;
}
