// Writes zeros beyond the last page in use and cuts off what is left of them. Keeps nothing: how long
// the file is comes from the caller. Knows nothing of what is in the pages.
#include "journal/ahead.h"

#include <sys/stat.h>
#include <unistd.h>

enum { LEAST = 64 << 10, MOST = 1 << 20 };

static int file_of(MDB_env *env)
{
    mdb_filehandle_t fd;
    return mdb_env_get_fd(env, &fd) ? -1 : fd;
}

size_t ahead_used(MDB_env *env)
{
    MDB_envinfo info;
    MDB_stat stat;
    mdb_env_info(env, &info);
    mdb_env_stat(env, &stat);
    return (info.me_last_pgno + 1) * stat.ms_psize;
}

void ahead_write(MDB_env *env, size_t *length, size_t coming)
{
    static const char zeros[LEAST];
    struct stat st;
    size_t used = ahead_used(env), want = used + 2 * coming + LEAST;
    if (!*length && !fstat(file_of(env), &st))
        *length = (size_t)st.st_size;
    // A transaction may have gone further than was thought: never zeros over its pages.
    if (*length < used)
        *length = used;
    if (*length >= want)
        return;
    want += want / 4 < MOST ? want / 4 : MOST;
    while (*length < want) {
        ssize_t n = pwrite(file_of(env), zeros, sizeof(zeros), (off_t)*length);
        if (n <= 0)
            return;
        *length += (size_t)n;
    }
}

void ahead_cut(MDB_env *env, size_t length)
{
    size_t used = ahead_used(env);
    // Should it fail, zeros stay that are used next time.
    if (length > used && ftruncate(file_of(env), (off_t)used))
        return;
}
