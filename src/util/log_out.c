// Lines on their way to the log's descriptor. A pipe or a terminal is opened once more, so that its
// being non-blocking is ours alone: the descriptor itself is shared with the process that started
// us.
#include "util/log_out.h"

#include "util/buf.h"
#include "util/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum kind { UNKNOWN, DIRECT, STREAM, SOCKET };

static atomic_int current_fd = STDERR_FILENO;
static atomic_int current_kind = UNKNOWN;
static atomic_bool torn;    // the last write stopped within a line, and its rest is given up
static atomic_size_t waits; // bytes in the queue

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER; // the two below
static int stream_fd = -1; // non-blocking: ours, or current_fd where that cannot be
static struct buf queue;

// Caller holds the mutex.
static void forget_stream(void)
{
    if (stream_fd >= 0 && stream_fd != atomic_load(&current_fd))
        close(stream_fd);
    stream_fd = -1;
}

static bool open_again(int fd)
{
    char path[40];
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    stream_fd = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
    return stream_fd >= 0;
}

// Caller holds the mutex. Looked at when the first line comes, as standard error may be set up by
// then.
static void find_kind(void)
{
    struct stat st;
    int fd = atomic_load(&current_fd), kind = DIRECT;
    if (!fstat(fd, &st)) {
        if (S_ISSOCK(st.st_mode))
            kind = SOCKET;
        else if (S_ISFIFO(st.st_mode) || (S_ISCHR(st.st_mode) && isatty(fd)))
            kind = STREAM;
    }
    stream_fd = fd;
    if (kind == STREAM && !open_again(fd))
        stream_fd = fd; // then each write is asked for first
    atomic_store(&current_kind, kind);
}

void log_out_to(int fd)
{
    pthread_mutex_lock(&mutex);
    forget_stream();
    atomic_store(&current_fd, fd);
    atomic_store(&current_kind, UNKNOWN);
    pthread_mutex_unlock(&mutex);
}

int log_out_fd(void)
{
    return atomic_load(&current_fd);
}

static bool write_direct(const char *s, size_t n)
{
    int fd = atomic_load(&current_fd);
    ssize_t put;
    if (atomic_exchange(&torn, false))
        put = write(fd, "\n", 1);
    do
        put = write(fd, s, n);
    while (put < 0 && errno == EINTR);
    if (put == (ssize_t)n)
        return true;
    // A full disk may take a part; the rest of this line is given up, not the next one.
    if (put > 0)
        atomic_store(&torn, true);
    return false;
}

// What of n bytes goes without waiting; negative errno when nothing will ever. Caller holds the
// mutex.
static ssize_t write_some(const char *s, size_t n)
{
    ssize_t put;
    if (atomic_load(&current_kind) == SOCKET) {
        put = send(stream_fd, s, n, MSG_DONTWAIT | MSG_NOSIGNAL);
    } else {
        struct pollfd p = {.fd = stream_fd, .events = POLLOUT};
        bool shared = stream_fd == atomic_load(&current_fd);
        if (shared && (poll(&p, 1, 0) < 1 || !(p.revents & POLLOUT)))
            return 0;
        put = write(stream_fd, s, shared && n > PIPE_BUF ? PIPE_BUF : n);
    }
    if (put >= 0)
        return put;
    return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ? 0 : -errno;
}

// Caller holds the mutex.
static void drain(void)
{
    while (queue.len) {
        ssize_t put = write_some(queue.data, queue.len);
        if (put == 0)
            break;
        buf_consume(&queue, put < 0 ? queue.len : (size_t)put); // nobody will read it any more
    }
    atomic_store(&waits, queue.len);
}

// Caller holds the mutex.
static bool write_stream(const char *s, size_t n)
{
    drain();
    ssize_t put = queue.len ? 0 : write_some(s, n);
    if (put < 0)
        return false;
    size_t left = n - (size_t)put;
    if (queue.len + left > LOG_OUT_QUEUE_MAX)
        return false;
    buf_add(&queue, s + put, left);
    atomic_store(&waits, queue.len);
    return true;
}

bool log_out_line(const char *s, size_t n)
{
    if (atomic_load(&current_kind) == DIRECT)
        return write_direct(s, n);
    pthread_mutex_lock(&mutex);
    if (atomic_load(&current_kind) == UNKNOWN)
        find_kind();
    bool direct = atomic_load(&current_kind) == DIRECT;
    bool written = !direct && write_stream(s, n);
    pthread_mutex_unlock(&mutex);
    return direct ? write_direct(s, n) : written;
}

bool log_out_pending(void)
{
    return atomic_load(&waits);
}

bool log_out_flush(int wait_ms)
{
    int64_t until = clock_mono_ms() + wait_ms;
    for (;;) {
        pthread_mutex_lock(&mutex);
        drain();
        struct pollfd p = {.fd = stream_fd, .events = POLLOUT};
        bool done = !queue.len;
        pthread_mutex_unlock(&mutex);
        int64_t left = until - clock_mono_ms();
        if (done || left <= 0)
            return done;
        poll(&p, 1, (int)left);
    }
}
