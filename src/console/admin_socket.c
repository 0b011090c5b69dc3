// A thread that sweeps over the locks every second and answers connections to the console. Several
// may be open: none waits for another, and one that sends or reads nothing for a second is closed.
// Holds no world lock.
#include "console/admin_socket.h"

#include "check/check.h"
#include "console/locks_command.h"
#include "console/waits.h"
#include "console/watchdog.h"
#include "engine/dispatch.h"
#include "engine/reached.h"
#include "trace/recorder.h"
#include "util/buf.h"
#include "util/clock.h"
#include "util/fatal.h"
#include "util/log.h"
#include "util/mem.h"
#include "world/thing.h"
#include "world/world.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
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

enum { SWEEP_MS = 1000, CALLER_MS = 1000, LINE_MAX_BYTES = 512, CALLERS_MAX = 16 };

struct caller {
    int fd; // -1: free
    int64_t until;
    size_t n, sent;
    bool asked;
    char line[LINE_MAX_BYTES];
    struct buf out;
};

struct admin_socket {
    pthread_t thread;
    struct world *world;
    struct dispatch *dispatch; // may be NULL
    int listener;              // -1: none
    int stop[2];               // a pipe: written to when the thread is to end
    char path[sizeof(((struct sockaddr_un *)0)->sun_path)];
    struct caller callers[CALLERS_MAX];
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

static int listen_on_socket(struct admin_socket *w, const char *path)
{
    assert(path);
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
    unlink(path); // the data folder is locked, so no other server uses the socket
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

static void hang_up(struct caller *c)
{
    assert(c->fd >= 0);
    close(c->fd);
    buf_fini(&c->out);
    *c = (struct caller){.fd = -1};
}

static void tell_counters(struct dispatch *d, struct buf *out)
{
    assert(d);
    struct dispatch_stats stats;
    struct reached reached = {0};
    dispatch_stats(d, &stats);
    reached_add(&reached, &stats);
    reached_tell(&reached, out);
    buf_addf(out,
             "\nlate_timers %" PRIu64 ", unkept %" PRIu64 ", untaken_wakes %" PRIu64
             ", wakes %" PRIu64 ", delayed_timers %" PRIu64 ", delayed_ms %" PRIu64 "\n",
             stats.late, stats.unkept, stats.untaken, stats.wakes, stats.delayed, stats.delay_max);
}

static void watch_answer(struct admin_socket *w, struct caller *c)
{
    assert(!c->asked && c->n < LINE_MAX_BYTES);
    c->line[c->n] = '\0';
    c->line[strcspn(c->line, "\r\n")] = '\0';
    const char *rest = *c->line == '@' ? c->line + 1 : c->line;
    log_debug("console", "asked", "line", c->line, NULL);
    bool good = w->dispatch && !strcasecmp(rest, "counters");
    c->asked = true;
    if (good)
        tell_counters(w->dispatch, &c->out);
    else if (!strncasecmp(rest, "locks", 5) && (!rest[5] || rest[5] == ' '))
        good = locks_command(rest + 5, &c->out);
    else
        buf_adds(&c->out, "The console understands: counters, locks [WORD …]; try: locks help\n");
    if (!good)
        buf_addc(&c->out, ADMIN_SOCKET_NOT_UNDERSTOOD);
}

// False when this connection needs nothing more.
static bool watch_go_on(struct admin_socket *w, struct caller *c)
{
    assert(c->fd >= 0);
    if (!c->asked) {
        ssize_t got = recv(c->fd, c->line + c->n, LINE_MAX_BYTES - 1 - c->n, MSG_DONTWAIT);
        if (got < 0)
            return errno == EAGAIN || errno == EINTR;
        c->n += (size_t)got;
        if (!c->n)
            return false;
        if (got && c->n < LINE_MAX_BYTES - 1 && !memchr(c->line, '\n', c->n))
            return true;
        watch_answer(w, c);
    }
    ssize_t put =
        send(c->fd, c->out.data + c->sent, c->out.len - c->sent, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (put < 0)
        return errno == EAGAIN || errno == EINTR;
    c->sent += (size_t)put;
    return c->sent < c->out.len;
}

static void take_call(struct admin_socket *w, int64_t now)
{
    assert(w->listener >= 0);
    int fd = accept(w->listener, NULL, NULL);
    if (fd < 0)
        return;
    struct caller *place = &w->callers[0];
    for (int i = 0; i < CALLERS_MAX && place->fd >= 0; i++)
        if (w->callers[i].fd < 0 || w->callers[i].until < place->until)
            place = &w->callers[i];
    if (place->fd >= 0)
        hang_up(place); // the connection that has used most of its second
    place->fd = fd;
    place->until = now + CALLER_MS;
}

static void serve_callers(struct admin_socket *w, const struct pollfd *p, int64_t now)
{
    for (int i = 0; i < CALLERS_MAX; i++) {
        struct caller *c = &w->callers[i];
        if (c->fd < 0)
            continue;
        bool ready = p[i].fd == c->fd && p[i].revents;
        if (ready ? !watch_go_on(w, c) : now >= c->until)
            hang_up(c);
        else if (ready && c->asked)
            c->until = now + CALLER_MS; // it has read something: it gets another second
    }
}

// The trace is optional: when its file is spoiled the server goes on without it, and logs that
// once.
static void look_at_trace(void)
{
    const char *file, *why;
    if (trace_spoiled(&file, &why))
        log_error("locks", "trace_stopped", "file", file, "why", why, NULL);
}

static void *admin_socket_main(void *arg)
{
    struct admin_socket *w = arg;
    pthread_setname_np(pthread_self(), "watch");
    for (int64_t next = 0;;) {
        struct pollfd p[2 + CALLERS_MAX] = {{.fd = w->stop[0], .events = POLLIN},
                                            {.fd = w->listener, .events = POLLIN}};
        int64_t now = clock_mono_ms();
        if (now >= next) {
            if (check_on())
                watchdog_sweep(now);
            if (w->dispatch)
                dispatch_watch(w->dispatch, now);
            look_at_trace();
            next = now + SWEEP_MS;
        }
        int64_t wake = next;
        for (int i = 0; i < CALLERS_MAX; i++) {
            const struct caller *c = &w->callers[i];
            p[2 + i] = (struct pollfd){.fd = c->fd, .events = c->asked ? POLLOUT : POLLIN};
            if (c->fd >= 0 && c->until < wake)
                wake = c->until;
        }
        poll(p, 2 + CALLERS_MAX, wake > now ? (int)(wake - now) : 0);
        if (p[0].revents)
            return NULL;
        now = clock_mono_ms();
        serve_callers(w, p + 2, now);
        if (w->listener >= 0 && p[1].revents)
            take_call(w, now);
    }
}

struct admin_socket *admin_socket_start(struct world *world, struct dispatch *d, const char *path)
{
    assert(world && path);
    struct admin_socket *w = mem_new(struct admin_socket);
    struct watchdog_things things = {place_at, places_end, world};
    w->world = world;
    w->dispatch = d;
    for (int i = 0; i < CALLERS_MAX; i++)
        w->callers[i].fd = -1;
    watchdog_set_things(&things);
    w->listener = listen_on_socket(w, path);
    if (w->listener < 0)
        log_warning("dispatch", "no_console", "path", path, "why", strerror(errno), NULL);
    if (pipe2(w->stop, O_CLOEXEC))
        fatal_system("make the pipe of the console's thread", errno);
    int error = pthread_create(&w->thread, NULL, admin_socket_main, w);
    if (error)
        fatal_system("start the console's thread", error);
    return w;
}

void admin_socket_stop(struct admin_socket *w)
{
    if (!w)
        return;
    (void)!write(w->stop[1], "", 1);
    pthread_join(w->thread, NULL);
    watchdog_set_things(NULL);
    for (int i = 0; i < CALLERS_MAX; i++)
        if (w->callers[i].fd >= 0)
            hang_up(&w->callers[i]);
    if (w->listener >= 0) {
        close(w->listener);
        unlink(w->path);
    }
    close(w->stop[0]);
    close(w->stop[1]);
    free(w);
}
