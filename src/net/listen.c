// Listening, accepting and turning away. Keeps one descriptor in reserve, and keeps the highest
// descriptors of the process for files: a full server must still be able to save.
#include "net/listen.h"

#include "net/conn.h"
#include "net/server_priv.h"
#include "util/address.h"
#include "util/log.h"
#include "util/loopguard.h"
#include "util/settings.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    BACKLOG = 512,
    ACCEPTS_A_TURN = 64,
    PAUSE_MS = 1000,
    TELL_MS = 10000,
    FOR_FILES = 64, // descriptors kept for files
    // of the kernel in each direction; the kernel takes twice as much for itself
    BUFFER_BYTES = 32 << 10,
    PEER_GONE_MS = 120000, // the peer has acknowledged nothing for so long: it is gone
};

static void on_ready(uv_poll_t *p, int status, int events);

static void pause_over(uv_timer_t *t);

static void pause_now(struct listeners *l)
{
    for (unsigned i = 0; i < l->count; i++)
        uv_poll_stop(&l->polls[i]);
    int r = uv_timer_start(&l->pause, pause_over, PAUSE_MS, 0);
    assert(
        r ==
        0); // it fails for a timer that is being closed, as this one is not while anybody listens
    (void)r;
}

// Nobody can connect meanwhile; after a pause it is tried again.
static void not_accepting(struct listeners *l, int error)
{
    log_error("net", "not_accepting", "why", uv_strerror(error), NULL);
    pause_now(l);
}

static void pause_over(uv_timer_t *t)
{
    struct listeners *l = t->data;
    int r = 0;
    for (unsigned i = 0; i < l->count && r == 0; i++)
        r = uv_poll_start(&l->polls[i], UV_READABLE, on_ready);
    if (r < 0)
        not_accepting(l, r);
}

int listen_init(struct listeners *l, struct server *s, uv_loop_t *loop)
{
    loopguard_check("listen_init()");
    struct rlimit files;
    *l = (struct listeners){.server = s, .told_at = INT64_MIN / 2};
    int r = uv_timer_init(loop, &l->pause);
    l->pause.data = l;
    l->reserve = open("/dev/null", O_RDONLY | O_CLOEXEC);
    l->highest = INT32_MAX;
    if (getrlimit(RLIMIT_NOFILE, &files) || files.rlim_cur >= INT32_MAX)
        return r;
    int most = (int)files.rlim_cur;
    l->highest = most - (most / 4 < FOR_FILES ? most / 4 : FOR_FILES);
    return r;
}

// Sends a newcomer the reason and closes the socket, without waiting. What it sent is read first:
// closing a socket with unread bytes would make the kernel discard our text too.
void listen_refuse(int fd, const char *text)
{
    loopguard_check("listen_refuse()");
    char unread[1024];
    (void)!send(fd, text, strlen(text), MSG_DONTWAIT | MSG_NOSIGNAL);
    shutdown(fd, SHUT_WR);
    for (int i = 0; i < 4 && recv(fd, unread, sizeof(unread), MSG_DONTWAIT) > 0; i++)
        ;
    close(fd);
}

static void no_descriptors(struct listeners *l, int fd, const struct sockaddr *peer)
{
    int64_t now = server_now(l->server);
    if (now - l->told_at >= TELL_MS) {
        struct rlimit files = {0};
        getrlimit(RLIMIT_NOFILE, &files);
        log_warning("net", "no_descriptors", "limit", LOG_INT(files.rlim_cur), "connections",
                    LOG_INT(l->server->count), NULL);
        l->told_at = now;
    }
    char address[ADDRESS_SIZE];
    address_text(peer, address);
    server_log_refused(l->server, address, "descriptors");
    listen_refuse(fd, "The server is full. Please try again later.\r\n");
}

// No descriptor is left to accept with, so the reserve is closed for a moment. False when that did
// not help.
static bool accept_with_reserve(struct listeners *l, int listener)
{
    struct sockaddr_storage peer;
    socklen_t n = sizeof(peer);
    if (l->reserve < 0)
        return false;
    close(l->reserve);
    int fd = accept4(listener, (struct sockaddr *)&peer, &n, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd >= 0)
        no_descriptors(l, fd, (struct sockaddr *)&peer);
    l->reserve = open("/dev/null", O_RDONLY | O_CLOEXEC);
    return fd >= 0;
}

// 0, or a negative errno.
static int set_option(int fd, int level, int name, int value)
{
    return setsockopt(fd, level, name, &value, sizeof(value)) ? -errno : 0;
}

// A connection works without any of these options, only less well: a failure is logged, and the
// peer is let in.
static void set_up(int fd, const struct sockaddr *peer)
{
    static const struct {
        int level, name, value;
        const char *what;
    } options[] = {
        {IPPROTO_TCP, TCP_NODELAY, 1, "TCP_NODELAY"},
        {IPPROTO_TCP, TCP_USER_TIMEOUT, PEER_GONE_MS, "TCP_USER_TIMEOUT"},
        {SOL_SOCKET, SO_KEEPALIVE, 1, "SO_KEEPALIVE"},
        // Telnet's Synch sends a data mark as urgent data. If the kernel took that byte out of the
        // stream, an IAC would be left that swallows the byte after it.
        {SOL_SOCKET, SO_OOBINLINE, 1, "SO_OOBINLINE"},
    };
    for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
        int r = set_option(fd, options[i].level, options[i].name, options[i].value);
        char address[ADDRESS_SIZE];
        if (r == 0)
            continue;
        address_text(peer, address);
        log_warning("net", "option_not_set", "address", address, "option", options[i].what, "why",
                    strerror(-r), NULL);
    }
}

static void on_ready(uv_poll_t *p, int status, int events)
{
    struct listeners *l = p->data;
    (void)events;
    if (status < 0) { // libuv watches it no more
        not_accepting(l, status);
        return;
    }
    int listener = l->fds[p - l->polls];
    for (int i = 0; i < ACCEPTS_A_TURN; i++) {
        struct sockaddr_storage peer;
        socklen_t n = sizeof(peer);
        int fd = accept4(listener, (struct sockaddr *)&peer, &n, SOCK_CLOEXEC | SOCK_NONBLOCK);
        if (fd >= l->highest) {
            no_descriptors(l, fd, (struct sockaddr *)&peer);
        } else if (fd >= 0) {
            set_up(fd, (struct sockaddr *)&peer);
            server_connected(l->server, fd, (struct sockaddr *)&peer);
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            return;
        } else if (errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS) {
            if (!accept_with_reserve(l, listener)) {
                pause_now(l);
                return;
            }
        }
    }
}

// A listening socket, or a negative errno. Accepted sockets inherit the size of its buffers.
static int listen_on(const struct addrinfo *a, bool alone)
{
    int fd = socket(a->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return -errno;
    // Larger buffers than wanted do no harm.
    (void)set_option(fd, SOL_SOCKET, SO_SNDBUF, BUFFER_BYTES);
    (void)set_option(fd, SOL_SOCKET, SO_RCVBUF, BUFFER_BYTES);
    int r = set_option(fd, SOL_SOCKET, SO_REUSEADDR, 1);
    if (r == 0 && a->ai_family == AF_INET6 && !alone)
        r = set_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1);
    if (r == 0 && (bind(fd, a->ai_addr, a->ai_addrlen) || listen(fd, BACKLOG)))
        r = -errno;
    if (r == 0)
        return fd;
    close(fd);
    return r;
}

static int port_of(int fd)
{
    struct sockaddr_storage a = {0};
    socklen_t n = sizeof(a);
    getsockname(fd, (struct sockaddr *)&a, &n);
    return ntohs(a.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&a)->sin6_port
                                         : ((struct sockaddr_in *)&a)->sin_port);
}

static void set_port(struct sockaddr *a, int port)
{
    if (a->sa_family == AF_INET6)
        ((struct sockaddr_in6 *)(void *)a)->sin6_port = htons((uint16_t)port);
    else
        ((struct sockaddr_in *)(void *)a)->sin_port = htons((uint16_t)port);
}

// Takes the descriptor over. 0, or negative (UV_E…).
static int add_listener(struct listeners *l, int fd, const struct sockaddr *a)
{
    assert(l->count < LISTEN_MOST && fd >= 0);
    uv_poll_t *p = &l->polls[l->count];
    char address[ADDRESS_SIZE];
    int r = uv_poll_init(&l->server->loop, p, fd);
    if (r < 0) {
        close(fd);
        return r;
    }
    p->data = l;
    l->fds[l->count++] = fd; // listen_close closes it from here on
    r = uv_poll_start(p, UV_READABLE, on_ready);
    if (r < 0)
        return r;
    address_text(a, address);
    log_info("net", "listening", "address", address, "port", LOG_INT(port_of(fd)), NULL);
    return 0;
}

// Listens on every address that the name stands for. An address that the machine does not have is
// no fault as long as another one works.
static int open_all(struct listeners *l, const struct addrinfo *list, int port, const char **failed)
{
    int error = 0;
    for (const struct addrinfo *a = list; a && l->count < LISTEN_MOST; a = a->ai_next) {
        set_port(a->ai_addr, port);
        int fd = listen_on(a, !list->ai_next);
        if (fd < 0) {
            error = fd;
            *failed = strerror(-fd);
            if (fd != -EADDRNOTAVAIL && fd != -EAFNOSUPPORT)
                return fd;
            continue;
        }
        port = port_of(fd); // when `port` is 0, the first socket chooses one for all
        int r = add_listener(l, fd, a->ai_addr);
        if (r < 0) {
            *failed = uv_strerror(r);
            return r;
        }
    }
    return l->count ? 0 : error;
}

int listen_open(struct listeners *l)
{
    loopguard_check("listen_open()");
    const struct settings *set = l->server->settings;
    const struct addrinfo hints = {
        .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE};
    struct addrinfo *list = NULL;
    const char *why = NULL;
    char name[256];
    // An IPv6 address may be written "[::1]", as it is beside a port.
    size_t n = strlen(set->server_address);
    bool bracketed = n > 2 && set->server_address[0] == '[' && set->server_address[n - 1] == ']';
    snprintf(name, sizeof(name), "%.*s", (int)(bracketed ? n - 2 : n),
             set->server_address + bracketed);
    int r = getaddrinfo(name, NULL, &hints, &list);
    if (r) {
        why = r == EAI_SYSTEM ? strerror(errno) : gai_strerror(r);
        r = UV_EADDRNOTAVAIL;
    } else {
        r = open_all(l, list, (int)set->server_port, &why);
        freeaddrinfo(list);
    }
    int64_t wanted = set->limits_players + set->limits_connections_before_login;
    if (l->highest < wanted)
        log_warning("net", "few_descriptors", "connections", LOG_INT(l->highest), "wanted",
                    LOG_INT(wanted), "why", "see ulimit -n, or lower limits.players", NULL);
    if (r)
        log_error("net", "listen_failed", "address", set->server_address, "port",
                  LOG_INT(set->server_port), "why", why, NULL);
    return r;
}

void listen_close(struct listeners *l)
{
    loopguard_check("listen_close()");
    uv_timer_stop(&l->pause);
    for (unsigned i = 0; i < l->count; i++) {
        uv_poll_stop(&l->polls[i]);
        uv_close((uv_handle_t *)&l->polls[i], NULL);
        close(l->fds[i]);
    }
    l->count = 0;
}

void listen_fini(struct listeners *l)
{
    loopguard_check("listen_fini()");
    if (l->reserve >= 0)
        close(l->reserve);
}
