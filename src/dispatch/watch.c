// A thread that sweeps over the locks every second and answers one caller of the console at a time.
// A caller who says nothing for a second is sent away. Holds no lock of the world.
#include "dispatch/watch.h"

#include "lock/lockcheck.h"
#include "lock/lockwatch.h"
#include "lock/trace.h"
#include "util/buf.h"
#include "util/clock.h"
#include "util/log.h"
#include "util/mem.h"
#include "world/thing.h"
#include "world/world.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { SWEEP_MS = 1000, CALLER_MS = 1000, LINE_MAX_BYTES = 512 };

struct watch {
    pthread_t thread;
    struct world *world;
    int listener; // -1: none
    int stop[2];  // a pipe: written to when it is over
    char path[sizeof(((struct sockaddr_un *)0)->sun_path)];
};

static struct place *place_at(void *arg, uint32_t index)
{
    struct thing *t = world_slot(arg, index);
    return t ? thing_place(t) : NULL;
}

static uint32_t places_end(void *arg)
{
    return world_slots(arg);
}

static int listen_at(struct watch *w, const char *path)
{
    struct sockaddr_un a = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof(a.sun_path)) {
        errno = ENAMETOOLONG;
        return -1;
    }
    memcpy(a.sun_path, path, strlen(path) + 1);
    memcpy(w->path, path, strlen(path) + 1);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    unlink(path); // the data folder is locked, so nobody else is using it
    mode_t before = umask(0177);
    int bound = bind(fd, (struct sockaddr *)&a, sizeof(a));
    umask(before);
    if (bound || listen(fd, 8)) {
        int saved = errno;
        close(fd);
        errno = saved;
        return -1;
    }
    return fd;
}

static bool read_line(int fd, char *line)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};
    size_t n = 0;
    while (n < LINE_MAX_BYTES - 1 && poll(&p, 1, CALLER_MS) > 0) {
        ssize_t got = recv(fd, line + n, LINE_MAX_BYTES - 1 - n, 0);
        if (got <= 0)
            break;
        n += (size_t)got;
        if (memchr(line, '\n', n))
            break;
    }
    line[n] = '\0';
    line[strcspn(line, "\r\n")] = '\0';
    return n > 0;
}

static void answer(int fd)
{
    char line[LINE_MAX_BYTES];
    struct buf out = BUF_INIT;
    struct timeval patience = {.tv_sec = 1};
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
    if (!read_line(fd, line))
        return;
    const char *rest = *line == '@' ? line + 1 : line;
    bool good = false;
    if (!strncasecmp(rest, "locks", 5) && (!rest[5] || rest[5] == ' '))
        good = lockwatch_command(rest + 5, &out);
    else
        buf_adds(&out, "The console understands: locks [WORD …]; try: locks help\n");
    if (!good)
        buf_addc(&out, WATCH_NOT_UNDERSTOOD);
    for (size_t sent = 0; sent < out.len;) {
        ssize_t n = send(fd, out.data + sent, out.len - sent, MSG_NOSIGNAL);
        if (n <= 0)
            break;
        sent += (size_t)n;
    }
    buf_fini(&out);
}

// A trace is an aid: when its file is spoiled the server goes on without, and says so once.
static void look_at_trace(void)
{
    const char *file, *why;
    if (trace_spoiled(&file, &why))
        log_error("locks", "trace_stopped", "file", file, "why", why, NULL);
}

static void *watch_main(void *arg)
{
    struct watch *w = arg;
    pthread_setname_np(pthread_self(), "watch");
    for (int64_t next = 0;;) {
        struct pollfd p[2] = {{.fd = w->stop[0], .events = POLLIN},
                              {.fd = w->listener, .events = POLLIN}};
        int64_t now = clock_mono_ms();
        if (now >= next) {
            if (lockcheck_on())
                lockwatch_sweep(now);
            look_at_trace();
            next = now + SWEEP_MS;
        }
        poll(p, w->listener < 0 ? 1 : 2, (int)(next - now));
        if (p[0].revents)
            return NULL;
        if (w->listener < 0 || !p[1].revents)
            continue;
        int fd = accept(w->listener, NULL, NULL);
        if (fd >= 0) {
            answer(fd);
            close(fd);
        }
    }
}

struct watch *watch_start(struct world *world, const char *path)
{
    struct watch *w = mem_new(struct watch);
    struct lockwatch_things things = {place_at, places_end, world};
    w->world = world;
    lockwatch_set_things(&things);
    w->listener = listen_at(w, path);
    if (w->listener < 0)
        log_warning("dispatch", "no_console", "path", path, "why", strerror(errno), NULL);
    if (pipe(w->stop) || pthread_create(&w->thread, NULL, watch_main, w))
        abort();
    return w;
}

void watch_stop(struct watch *w)
{
    if (!w)
        return;
    (void)!write(w->stop[1], "", 1);
    pthread_join(w->thread, NULL);
    lockwatch_set_things(NULL);
    if (w->listener >= 0) {
        close(w->listener);
        unlink(w->path);
    }
    close(w->stop[0]);
    close(w->stop[1]);
    free(w);
}
