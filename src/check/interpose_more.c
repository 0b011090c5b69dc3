// More wrappers of calls of the system: the names that the same calls have when files are large
// (_FILE_OFFSET_BITS=64), when buffers are checked (_FORTIFY_SOURCE), and the rarer calls that wait
// or tell the time. A call without a wrapper is found when the program is linked
// (scripts/check-calls).
#undef _FORTIFY_SOURCE // this file defines the plain calls themselves
#include "check/interpose.h"

#include "check/check_data.h"
#include "check/check_priv.h"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <syslog.h>
#include <threads.h>
#include <time.h>
#include <unistd.h>

#pragma GCC diagnostic ignored "-Wmissing-prototypes"

#define HERE __builtin_return_address(0), __builtin_frame_address(0)

// `shown` is the name of the call in the source.
#define WRAP_AS(shown, result, name, params, args)                                                 \
    result __real_##name params;                                                                   \
    result __wrap_##name params                                                                    \
    {                                                                                              \
        interpose_may_block(shown "()", HERE);                                                     \
        return __real_##name args;                                                                 \
    }
#define WRAP(result, name, params, args) WRAP_AS(#name, result, name, params, args)

// --- large files

WRAP_AS("pread", ssize_t, pread64, (int fd, void *p, size_t n, off64_t at), (fd, p, n, at))
WRAP_AS("pwrite", ssize_t, pwrite64, (int fd, const void *p, size_t n, off64_t at), (fd, p, n, at))
WRAP(ssize_t, preadv, (int fd, const struct iovec *v, int n, off_t at), (fd, v, n, at))
WRAP(ssize_t, pwritev, (int fd, const struct iovec *v, int n, off_t at), (fd, v, n, at))
WRAP_AS("preadv", ssize_t, preadv64, (int fd, const struct iovec *v, int n, off64_t at),
        (fd, v, n, at))
WRAP_AS("pwritev", ssize_t, pwritev64, (int fd, const struct iovec *v, int n, off64_t at),
        (fd, v, n, at))
WRAP_AS("ftruncate", int, ftruncate64, (int fd, off64_t size), (fd, size))
WRAP(int, truncate, (const char *path, off_t size), (path, size))
WRAP_AS("truncate", int, truncate64, (const char *path, off64_t size), (path, size))
WRAP_AS("fallocate", int, fallocate64, (int fd, int mode, off64_t at, off64_t n), (fd, mode, at, n))
WRAP(int, posix_fallocate, (int fd, off_t at, off_t n), (fd, at, n))
WRAP_AS("posix_fallocate", int, posix_fallocate64, (int fd, off64_t at, off64_t n), (fd, at, n))
WRAP_AS("fopen", FILE *, fopen64, (const char *path, const char *mode), (path, mode))
WRAP(FILE *, freopen, (const char *path, const char *mode, FILE *f), (path, mode, f))
WRAP_AS("freopen", FILE *, freopen64, (const char *path, const char *mode, FILE *f),
        (path, mode, f))
WRAP_AS("stat", int, stat64, (const char *path, struct stat64 *out), (path, out))
WRAP_AS("lstat", int, lstat64, (const char *path, struct stat64 *out), (path, out))
WRAP(int, fstat, (int fd, struct stat *out), (fd, out))
WRAP_AS("fstat", int, fstat64, (int fd, struct stat64 *out), (fd, out))
WRAP(int, fstatat, (int fd, const char *path, struct stat *out, int flags), (fd, path, out, flags))
WRAP_AS("fstatat", int, fstatat64, (int fd, const char *path, struct stat64 *out, int flags),
        (fd, path, out, flags))
WRAP(int, statvfs, (const char *path, struct statvfs *out), (path, out))
WRAP_AS("statvfs", int, statvfs64, (const char *path, struct statvfs64 *out), (path, out))
WRAP_AS("readdir", struct dirent64 *, readdir64, (DIR * d), (d))
WRAP(int, scandir,
     (const char *path, struct dirent ***out, int (*filter)(const struct dirent *),
      int (*order)(const struct dirent **, const struct dirent **)),
     (path, out, filter, order))
WRAP_AS("scandir", int, scandir64,
        (const char *path, struct dirent64 ***out, int (*filter)(const struct dirent64 *),
         int (*order)(const struct dirent64 **, const struct dirent64 **)),
        (path, out, filter, order))
WRAP(ssize_t, sendfile, (int to, int from, off_t *at, size_t n), (to, from, at, n))
WRAP_AS("sendfile", ssize_t, sendfile64, (int to, int from, off64_t *at, size_t n),
        (to, from, at, n))
WRAP(ssize_t, copy_file_range,
     (int from, off64_t *from_at, int to, off64_t *to_at, size_t n, unsigned flags),
     (from, from_at, to, to_at, n, flags))
WRAP(int, mkstemp, (char *path), (path))
WRAP_AS("mkstemp", int, mkstemp64, (char *path), (path))

// open and similar calls take a mode only when they create a file.
#define WRAP_OPEN(shown, name, params, call)                                                       \
    int __real_##name params;                                                                      \
    int __wrap_##name params                                                                       \
    {                                                                                              \
        interpose_may_block(shown "()", HERE);                                                     \
        va_list list;                                                                              \
        va_start(list, flags);                                                                     \
        int mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(list, int) : 0;                          \
        va_end(list);                                                                              \
        return __real_##name call;                                                                 \
    }
WRAP_OPEN("open", open64, (const char *path, int flags, ...), (path, flags, mode))
WRAP_OPEN("openat", openat, (int fd, const char *path, int flags, ...), (fd, path, flags, mode))
WRAP_OPEN("openat", openat64, (int fd, const char *path, int flags, ...), (fd, path, flags, mode))
WRAP(int, creat, (const char *path, mode_t mode), (path, mode))
WRAP_AS("creat", int, creat64, (const char *path, mode_t mode), (path, mode))

// --- files and folders by other ways

WRAP(int, renameat, (int a, const char *from, int b, const char *to), (a, from, b, to))
WRAP(int, renameat2, (int a, const char *from, int b, const char *to, unsigned flags),
     (a, from, b, to, flags))
WRAP(int, link, (const char *from, const char *to), (from, to))
WRAP(int, symlink, (const char *from, const char *to), (from, to))
WRAP(int, unlinkat, (int fd, const char *path, int flags), (fd, path, flags))
WRAP(int, mkdirat, (int fd, const char *path, mode_t mode), (fd, path, mode))
WRAP(char *, mkdtemp, (char *path), (path))
WRAP(char *, realpath, (const char *path, char *out), (path, out))
WRAP(void, sync, (void), ())
WRAP(int, syncfs, (int fd), (fd))
WRAP(ssize_t, getdelim, (char **line, size_t *n, int end, FILE *f), (line, n, end, f))
WRAP_AS("getline", ssize_t, __getdelim, (char **line, size_t *n, int end, FILE *f),
        (line, n, end, f))
WRAP(int, pclose, (FILE * f), (f))

// --- waiting by other ways

WRAP(int, accept4, (int fd, struct sockaddr *a, socklen_t *n, int flags), (fd, a, n, flags))
WRAP(int, epoll_wait, (int fd, struct epoll_event *e, int n, int ms), (fd, e, n, ms))
WRAP(int, epoll_pwait, (int fd, struct epoll_event *e, int n, int ms, const sigset_t *mask),
     (fd, e, n, ms, mask))
WRAP(int, pselect,
     (int n, fd_set *r, fd_set *w, fd_set *e, const struct timespec *t, const sigset_t *mask),
     (n, r, w, e, t, mask))
WRAP(int, thrd_sleep, (const struct timespec *want, struct timespec *left), (want, left))
WRAP(int, thrd_join, (thrd_t t, int *result), (t, result))
WRAP(int, cnd_wait, (cnd_t * c, mtx_t *m), (c, m))
WRAP(int, cnd_timedwait, (cnd_t * c, mtx_t *m, const struct timespec *until), (c, m, until))
WRAP(int, pthread_cond_clockwait,
     (pthread_cond_t * c, pthread_mutex_t *m, clockid_t id, const struct timespec *until),
     (c, m, id, until))
WRAP(int, pthread_timedjoin_np, (pthread_t t, void **result, const struct timespec *until),
     (t, result, until))
WRAP(int, sem_clockwait, (sem_t * s, clockid_t id, const struct timespec *until), (s, id, until))
WRAP(int, sigsuspend, (const sigset_t *set), (set))
WRAP(int, sigwaitinfo, (const sigset_t *set, siginfo_t *info), (set, info))
WRAP(int, sigtimedwait, (const sigset_t *set, siginfo_t *info, const struct timespec *t),
     (set, info, t))
WRAP(pid_t, wait, (int *status), (status))
WRAP(int, waitid, (idtype_t type, id_t id, siginfo_t *info, int options), (type, id, info, options))
WRAP(pid_t, fork, (void), ())
WRAP(void, vsyslog, (int level, const char *format, va_list list), (level, format, list))
WRAP(int, vdprintf, (int fd, const char *format, va_list list), (fd, format, list))

__attribute__((format(printf, 2, 3))) void __wrap_syslog(int level, const char *format, ...)
{
    va_list list;
    interpose_may_block("syslog()", HERE);
    va_start(list, format);
    __real_vsyslog(level, format, list);
    va_end(list);
}

// In glibc the mutexes of C11 are pthread mutexes; the checker remembers both in the same way.
int __real_mtx_lock(mtx_t *m);
int __wrap_mtx_lock(mtx_t *m)
{
    if (check_on())
        interpose_mutex_taken(m, __builtin_return_address(0));
    return __real_mtx_lock(m);
}

int __real_mtx_unlock(mtx_t *m);
int __wrap_mtx_unlock(mtx_t *m)
{
    if (check_on())
        interpose_mutex_released(m);
    return __real_mtx_unlock(m);
}

// --- clocks

#define WRAP_CHANCE(result, name, params, args)                                                    \
    result __real_##name params;                                                                   \
    result __wrap_##name params                                                                    \
    {                                                                                              \
        if (check_on())                                                                            \
            check_data_chance_slow(#name "()", HERE);                                              \
        return __real_##name args;                                                                 \
    }
WRAP_CHANCE(int, timespec_get, (struct timespec * out, int base), (out, base))
WRAP_CHANCE(clock_t, clock, (void), ())
WRAP_CHANCE(long, mrand48, (void), ())
WRAP_CHANCE(double, erand48, (unsigned short state[3]), (state))
WRAP_CHANCE(long, nrand48, (unsigned short state[3]), (state))
WRAP_CHANCE(long, jrand48, (unsigned short state[3]), (state))

// --- checked buffers

#ifdef __GLIBC__
WRAP_AS("read", ssize_t, __read_chk, (int fd, void *p, size_t n, size_t room), (fd, p, n, room))
WRAP_AS("pread", ssize_t, __pread_chk, (int fd, void *p, size_t n, off_t at, size_t room),
        (fd, p, n, at, room))
WRAP_AS("pread", ssize_t, __pread64_chk, (int fd, void *p, size_t n, off64_t at, size_t room),
        (fd, p, n, at, room))
WRAP_AS("recv", ssize_t, __recv_chk, (int fd, void *p, size_t n, size_t room, int flags),
        (fd, p, n, room, flags))
WRAP_AS("recvfrom", ssize_t, __recvfrom_chk,
        (int fd, void *p, size_t n, size_t room, int flags, struct sockaddr *a, socklen_t *size),
        (fd, p, n, room, flags, a, size))
WRAP_AS("poll", int, __poll_chk, (struct pollfd * fds, nfds_t n, int ms, size_t room),
        (fds, n, ms, room))
WRAP_AS("ppoll", int, __ppoll_chk,
        (struct pollfd * fds, nfds_t n, const struct timespec *t, const sigset_t *mask,
         size_t room),
        (fds, n, t, mask, room))
WRAP_AS("fgets", char *, __fgets_chk, (char *p, size_t room, int n, FILE *f), (p, room, n, f))
WRAP_AS("fread", size_t, __fread_chk, (void *p, size_t room, size_t size, size_t n, FILE *f),
        (p, room, size, n, f))
WRAP_AS("vfprintf", int, __vfprintf_chk, (FILE * f, int flag, const char *format, va_list list),
        (f, flag, format, list))
WRAP_AS("vprintf", int, __vprintf_chk, (int flag, const char *format, va_list list),
        (flag, format, list))
WRAP_AS("vdprintf", int, __vdprintf_chk, (int fd, int flag, const char *format, va_list list),
        (fd, flag, format, list))
WRAP_AS("vsyslog", void, __vsyslog_chk, (int level, int flag, const char *format, va_list list),
        (level, flag, format, list))
WRAP_AS("open", int, __open_2, (const char *path, int flags), (path, flags))
WRAP_AS("open", int, __open64_2, (const char *path, int flags), (path, flags))
WRAP_AS("openat", int, __openat_2, (int fd, const char *path, int flags), (fd, path, flags))
WRAP_AS("openat", int, __openat64_2, (int fd, const char *path, int flags), (fd, path, flags))
WRAP_AS("realpath", char *, __realpath_chk, (const char *path, char *out, size_t room),
        (path, out, room))

__attribute__((format(printf, 3, 4))) int __wrap___fprintf_chk(FILE *f, int flag,
                                                               const char *format, ...)
{
    va_list list;
    interpose_may_block("fprintf()", HERE);
    va_start(list, format);
    int n = __real___vfprintf_chk(f, flag, format, list);
    va_end(list);
    return n;
}

__attribute__((format(printf, 2, 3))) int __wrap___printf_chk(int flag, const char *format, ...)
{
    va_list list;
    interpose_may_block("printf()", HERE);
    va_start(list, format);
    int n = __real___vfprintf_chk(stdout, flag, format, list);
    va_end(list);
    return n;
}

__attribute__((format(printf, 3, 4))) int __wrap___dprintf_chk(int fd, int flag, const char *format,
                                                               ...)
{
    va_list list;
    interpose_may_block("dprintf()", HERE);
    va_start(list, format);
    int n = __real___vdprintf_chk(fd, flag, format, list);
    va_end(list);
    return n;
}

__attribute__((format(printf, 3, 4))) void __wrap___syslog_chk(int level, int flag,
                                                               const char *format, ...)
{
    va_list list;
    interpose_may_block("syslog()", HERE);
    va_start(list, format);
    __real___vsyslog_chk(level, flag, format, list);
    va_end(list);
}
#endif
