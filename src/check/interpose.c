// The wrappers that the linker puts in front of calls of the system made by our own code. Each
// checks the running task and then makes the real call, which the linker names __real_*. While the
// checker is off a wrapper costs one load and a branch.
#undef _FORTIFY_SOURCE // this file defines the plain calls themselves
#include "check/interpose.h"

#include "check/check_data.h"
#include "check/check_priv.h"

#include <dirent.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#pragma GCC diagnostic ignored "-Wmissing-prototypes"

static void may_block(const char *call, const void *from, const void *frame)
{
    const struct lockset *ls = lockset_current();
    if (check_on() && !interpose_is_own() && ls && ls->held && is_checked(ls))
        check_block_slow(call, site_of_call(from, frame));
}

void interpose_may_block(const char *call, const void *from, const void *frame)
{
    may_block(call, from, frame);
}

// A sanitizer's runtime is linked with the program and makes the folders of its log_path before
// instrumented code can run. So this wrapper is not instrumented, and only makes the real call
// before the constructors have run.
#if defined(__has_attribute) && __has_attribute(disable_sanitizer_instrumentation)
#define NOT_INSTRUMENTED __attribute__((disable_sanitizer_instrumentation))
#else
#define NOT_INSTRUMENTED
#endif
static volatile bool begun; // volatile, or the compiler would run the constructor at compile time

__attribute__((constructor)) static void begin(void)
{
    begun = true;
}

static __attribute__((noinline)) void mkdir_may_block(void *from, void *frame)
{
    may_block("mkdir()", from, frame);
}

int __real_mkdir(const char *path, mode_t mode);
NOT_INSTRUMENTED int __wrap_mkdir(const char *path, mode_t mode)
{
    if (begun)
        mkdir_may_block(__builtin_return_address(0), __builtin_frame_address(0));
    return __real_mkdir(path, mode);
}

#define HERE __builtin_return_address(0), __builtin_frame_address(0)

#define WRAP(result, name, params, args)                                                           \
    result __real_##name params;                                                                   \
    result __wrap_##name params                                                                    \
    {                                                                                              \
        may_block(#name "()", HERE);                                                               \
        return __real_##name args;                                                                 \
    }

WRAP(ssize_t, read, (int fd, void *p, size_t n), (fd, p, n))
WRAP(ssize_t, write, (int fd, const void *p, size_t n), (fd, p, n))
WRAP(ssize_t, pread, (int fd, void *p, size_t n, off_t at), (fd, p, n, at))
WRAP(ssize_t, pwrite, (int fd, const void *p, size_t n, off_t at), (fd, p, n, at))
WRAP(int, fsync, (int fd), (fd))
WRAP(int, fdatasync, (int fd), (fd))
WRAP(int, rename, (const char *from, const char *to), (from, to))
WRAP(int, unlink, (const char *path), (path))
WRAP(int, getaddrinfo,
     (const char *node, const char *service, const struct addrinfo *hints, struct addrinfo **out),
     (node, service, hints, out))
WRAP(int, usleep, (useconds_t us), (us))
WRAP(unsigned, sleep, (unsigned s), (s))
WRAP(int, nanosleep, (const struct timespec *want, struct timespec *left), (want, left))
WRAP(int, clock_nanosleep,
     (clockid_t id, int flags, const struct timespec *want, struct timespec *left),
     (id, flags, want, left))
WRAP(int, poll, (struct pollfd * fds, nfds_t n, int ms), (fds, n, ms))
WRAP(int, select, (int n, fd_set *r, fd_set *w, fd_set *e, struct timeval *t), (n, r, w, e, t))
WRAP(int, connect, (int fd, const struct sockaddr *a, socklen_t n), (fd, a, n))
WRAP(int, accept, (int fd, struct sockaddr *a, socklen_t *n), (fd, a, n))
WRAP(ssize_t, send, (int fd, const void *p, size_t n, int flags), (fd, p, n, flags))
WRAP(ssize_t, recv, (int fd, void *p, size_t n, int flags), (fd, p, n, flags))
WRAP(FILE *, fopen, (const char *path, const char *mode), (path, mode))
WRAP(int, fflush, (FILE * f), (f))
WRAP(size_t, fwrite, (const void *p, size_t size, size_t n, FILE *f), (p, size, n, f))
WRAP(size_t, fread, (void *p, size_t size, size_t n, FILE *f), (p, size, n, f))
WRAP(int, fclose, (FILE * f), (f))
WRAP(int, fputc, (int c, FILE *f), (c, f))
WRAP(int, putc, (int c, FILE *f), (c, f))
WRAP(int, putchar, (int c), (c))
WRAP(char *, fgets, (char *p, int n, FILE *f), (p, n, f))
WRAP(int, vfprintf, (FILE * f, const char *format, va_list list), (f, format, list))
WRAP(ssize_t, writev, (int fd, const struct iovec *v, int n), (fd, v, n))
WRAP(ssize_t, sendmsg, (int fd, const struct msghdr *m, int flags), (fd, m, flags))
WRAP(DIR *, opendir, (const char *path), (path))
WRAP(int, stat, (const char *path, struct stat *out), (path, out))
WRAP(int, ftruncate, (int fd, off_t size), (fd, size))
WRAP(int, sem_wait, (sem_t * s), (s))
WRAP(int, sem_timedwait, (sem_t * s, const struct timespec *until), (s, until))
WRAP(int, pthread_barrier_wait, (pthread_barrier_t * b), (b))
WRAP(int, system, (const char *line), (line))
WRAP(pid_t, waitpid, (pid_t pid, int *status, int options), (pid, status, options))
WRAP(int, pthread_join, (pthread_t t, void **result), (t, result))
WRAP(int, pthread_cond_wait, (pthread_cond_t * c, pthread_mutex_t *m), (c, m))
WRAP(int, pthread_cond_timedwait,
     (pthread_cond_t * c, pthread_mutex_t *m, const struct timespec *until), (c, m, until))

WRAP(ssize_t, readv, (int fd, const struct iovec *v, int n), (fd, v, n))
WRAP(ssize_t, recvmsg, (int fd, struct msghdr *m, int flags), (fd, m, flags))
WRAP(ssize_t, sendto,
     (int fd, const void *p, size_t n, int flags, const struct sockaddr *a, socklen_t size),
     (fd, p, n, flags, a, size))
WRAP(ssize_t, recvfrom, (int fd, void *p, size_t n, int flags, struct sockaddr *a, socklen_t *size),
     (fd, p, n, flags, a, size))
WRAP(int, ppoll, (struct pollfd * fds, nfds_t n, const struct timespec *t, const sigset_t *mask),
     (fds, n, t, mask))
WRAP(int, access, (const char *path, int mode), (path, mode))
WRAP(int, lstat, (const char *path, struct stat *out), (path, out))
WRAP(int, remove, (const char *path), (path))
WRAP(int, rmdir, (const char *path), (path))
WRAP(struct dirent *, readdir, (DIR * d), (d))
WRAP(int, flock, (int fd, int what), (fd, what))
WRAP(int, msync, (void *p, size_t n, int flags), (p, n, flags))
WRAP(int, fallocate, (int fd, int mode, off_t at, off_t n), (fd, mode, at, n))
WRAP(FILE *, popen, (const char *line, const char *mode), (line, mode))
WRAP(ssize_t, getline, (char **line, size_t *n, FILE *f), (line, n, f))
WRAP(int, fgetc, (FILE * f), (f))
WRAP(int, getc, (FILE * f), (f))
WRAP(void, perror, (const char *text), (text))
WRAP(int, vprintf, (const char *format, va_list list), (format, list))
WRAP(int, pause, (void), ())
WRAP(int, sigwait, (const sigset_t *set, int *n), (set, n))

// Clocks and random numbers: a command may use only those of its event.
#define WRAP_CHANCE(result, name, params, args)                                                    \
    result __real_##name params;                                                                   \
    result __wrap_##name params                                                                    \
    {                                                                                              \
        if (check_on())                                                                            \
            check_data_chance_slow(#name "()", HERE);                                              \
        return __real_##name args;                                                                 \
    }

WRAP_CHANCE(int, clock_gettime, (clockid_t id, struct timespec *out), (id, out))
WRAP_CHANCE(time_t, time, (time_t * out), (out))
WRAP_CHANCE(int, gettimeofday, (struct timeval *restrict out, void *restrict zone), (out, zone))

// The program's own clock functions: the calls of the system that they make are not reported again.
#define WRAP_CLOCK(name)                                                                           \
    int64_t __real_##name(void);                                                                   \
    int64_t __wrap_##name(void)                                                                    \
    {                                                                                              \
        if (check_on())                                                                            \
            check_data_chance_slow(#name "()", HERE);                                              \
        interpose_own(1);                                                                          \
        int64_t t = __real_##name();                                                               \
        interpose_own(-1);                                                                         \
        return t;                                                                                  \
    }

WRAP_CLOCK(clock_mono_ns)
WRAP_CLOCK(clock_mono_us)
WRAP_CLOCK(clock_mono_ms)
WRAP_CLOCK(clock_wall_ms)

WRAP_CHANCE(int, rand, (void), ())
WRAP_CHANCE(int, rand_r, (unsigned *seed), (seed))
WRAP_CHANCE(long, random, (void), ())
WRAP_CHANCE(long, lrand48, (void), ())
WRAP_CHANCE(double, drand48, (void), ())
WRAP_CHANCE(ssize_t, getrandom, (void *p, size_t n, unsigned flags), (p, n, flags))
WRAP_CHANCE(int, getentropy, (void *p, size_t n), (p, n))

int __real_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...)
{
    may_block("open()", HERE);
    va_list list;
    va_start(list, flags);
    int mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(list, int) : 0;
    va_end(list);
    return __real_open(path, flags, mode);
}

// Functions that print may wait: they write to a file, or to a pipe that may be full.
WRAP(int, fputs, (const char *text, FILE *f), (text, f))
WRAP(int, puts, (const char *text), (text))

__attribute__((format(printf, 2, 3))) int __wrap_fprintf(FILE *f, const char *format, ...)
{
    va_list list;
    may_block("fprintf()", HERE);
    va_start(list, format);
    int n = __real_vfprintf(f, format, list);
    va_end(list);
    return n;
}

__attribute__((format(printf, 1, 2))) int __wrap_printf(const char *format, ...)
{
    va_list list;
    may_block("printf()", HERE);
    va_start(list, format);
    int n = __real_vfprintf(stdout, format, list);
    va_end(list);
    return n;
}

int __real_vdprintf(int fd, const char *format, va_list list); // its wrapper is in interpose_more.c
__attribute__((format(printf, 2, 3))) int __wrap_dprintf(int fd, const char *format, ...)
{
    va_list list;
    may_block("dprintf()", HERE);
    va_start(list, format);
    int n = __real_vdprintf(fd, format, list);
    va_end(list);
    return n;
}

// --- mutexes

int __real_pthread_mutex_lock(pthread_mutex_t *m);
int __wrap_pthread_mutex_lock(pthread_mutex_t *m)
{
    if (check_on()) {
        check_data_mutex_take_slow(m, HERE);
        interpose_mutex_taken(m, __builtin_return_address(0));
    }
    return __real_pthread_mutex_lock(m);
}

int __real_pthread_mutex_trylock(pthread_mutex_t *m);
int __wrap_pthread_mutex_trylock(pthread_mutex_t *m)
{
    int status = __real_pthread_mutex_trylock(m);
    if (!status && check_on())
        interpose_mutex_taken(m, __builtin_return_address(0));
    return status;
}

int __real_pthread_mutex_unlock(pthread_mutex_t *m);
int __wrap_pthread_mutex_unlock(pthread_mutex_t *m)
{
    if (check_on()) {
        check_data_mutex_drop_slow(m, HERE);
        interpose_mutex_released(m);
    }
    return __real_pthread_mutex_unlock(m);
}

int __real_pthread_rwlock_rdlock(pthread_rwlock_t *l);
int __wrap_pthread_rwlock_rdlock(pthread_rwlock_t *l)
{
    if (check_on())
        interpose_mutex_taken(l, __builtin_return_address(0));
    return __real_pthread_rwlock_rdlock(l);
}

int __real_pthread_rwlock_wrlock(pthread_rwlock_t *l);
int __wrap_pthread_rwlock_wrlock(pthread_rwlock_t *l)
{
    if (check_on())
        interpose_mutex_taken(l, __builtin_return_address(0));
    return __real_pthread_rwlock_wrlock(l);
}

int __real_pthread_rwlock_unlock(pthread_rwlock_t *l);
int __wrap_pthread_rwlock_unlock(pthread_rwlock_t *l)
{
    if (check_on())
        interpose_mutex_released(l);
    return __real_pthread_rwlock_unlock(l);
}

int __real_pthread_mutex_destroy(pthread_mutex_t *m);
int __wrap_pthread_mutex_destroy(pthread_mutex_t *m)
{
    interpose_mutex_destroyed(m);
    return __real_pthread_mutex_destroy(m);
}

// --- signal handlers

static void (*handlers[NSIG])(int);
static void (*actions[NSIG])(int, siginfo_t *, void *);

static void enter_handler(int n)
{
    interpose_signal(1);
    handlers[n](n);
    interpose_signal(-1);
}

static void enter_action(int n, siginfo_t *info, void *context)
{
    interpose_signal(1);
    actions[n](n, info, context);
    interpose_signal(-1);
}

// Returns the handler that the caller installed, not our wrapper: the caller may install it again.
static void name_former(const struct sigaction *former, int n, struct sigaction *old)
{
    if (!old)
        return;
    *old = *former;
    if (former->sa_flags & SA_SIGINFO && former->sa_sigaction == enter_action)
        old->sa_sigaction = actions[n];
    else if (former->sa_handler == enter_handler)
        old->sa_handler = handlers[n];
}

int __real_sigaction(int n, const struct sigaction *act, struct sigaction *old);
int __wrap_sigaction(int n, const struct sigaction *act, struct sigaction *old)
{
    struct sigaction mine, former;
    if (n < 1 || n >= NSIG)
        return __real_sigaction(n, act, old);
    if (act)
        mine = *act;
    bool ours = act && act->sa_handler != SIG_DFL && act->sa_handler != SIG_IGN;
    if (ours && act->sa_flags & SA_SIGINFO)
        mine.sa_sigaction = enter_action;
    else if (ours)
        mine.sa_handler = enter_handler;
    if (__real_sigaction(n, act ? &mine : NULL, &former))
        return -1;
    name_former(&former, n, old);
    if (ours && act->sa_flags & SA_SIGINFO)
        actions[n] = act->sa_sigaction;
    else if (ours)
        handlers[n] = act->sa_handler;
    return 0;
}

void (*__wrap_signal(int n, void (*handler)(int)))(int)
{
    struct sigaction act = {.sa_handler = handler, .sa_flags = SA_RESTART}, old;
    sigemptyset(&act.sa_mask);
    return __wrap_sigaction(n, &act, &old) ? SIG_ERR : old.sa_handler;
}
