// Reads with pread, never through a mapping: if the file is cut short meanwhile, as when a server
// begins its trace again, that is a short read and no signal.
#include "tools/locks/locks_open.h"

#include "util/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static size_t locks_open_read_file(void *arg, uint64_t at, void *to, size_t n)
{
    int fd = *(int *)arg;
    size_t got = 0;
    while (got < n) {
        ssize_t r = pread(fd, (char *)to + got, n - got, (off_t)(at + got));
        if (r < 0 && errno == EINTR)
            continue;
        if (r <= 0)
            break;
        got += (size_t)r;
    }
    return got;
}

bool locks_open(struct reader_file *f, const char *path, struct buf *error)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    *f = (struct reader_file){.path = mem_strdup(path)};
    if (fd < 0 || fstat(fd, &st)) {
        buf_addf(error, "%s: cannot be read: %s\n", path, strerror(errno));
        if (fd >= 0)
            close(fd);
        return false;
    }
    bool good = S_ISREG(st.st_mode);
    if (good) {
        reader_file_fini(f);
        struct reader_source s = {.read_at = locks_open_read_file,
                                  .arg = &fd,
                                  .size = st.st_size > 0 ? (uint64_t)st.st_size : 0};
        good = reader_file_read(f, path, &s, error);
    } else {
        buf_addf(error, "%s: is no file, expected a lock trace\n", path);
    }
    close(fd);
    return good;
}
