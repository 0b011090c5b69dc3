// The loop and its turn: lines that came in together go to the workers together; what the workers
// have done goes out together, replies at once, the rest with them or a moment later. With nobody
// connected no timer runs.
#include "net/server_priv.h"

#include "net/conn.h"
#include "output/mailbox.h"
#include "session/session.h"
#include "util/log.h"
#include "util/map.h"
#include "util/mem.h"
#include "util/settings.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { RELAXED_MS = 10, GREET_STEP_MS = 50, TICK_MS = 1000, STOP_TICK_MS = 100, STOP_TICKS = 45,
       BACKLOG = 512 };

int64_t server_now(struct server *s)
{
    return (int64_t)uv_now(&s->loop);
}

static void close_conn(void *conn, const char *reason)
{
    conn_close(conn, reason);
}

static void hide_typing(void *conn, bool hide)
{
    conn_hide_typing(conn, hide);
}

const struct session_ops *server_session_ops(void)
{
    static const struct session_ops ops = {close_conn, hide_typing};
    return &ops;
}

struct mailboxes *server_mailboxes(struct server *s)
{
    return s->mailboxes;
}

void server_wake(void *server)
{
    uv_async_send(&((struct server *)server)->async);
}

static void on_relaxed(uv_timer_t *t)
{
    struct server *s = t->data;
    for (mailbox_id id; (id = mailboxes_next_relaxed(s->mailboxes));) {
        struct conn *c = mailbox_owner(s->mailboxes, id);
        if (c)
            conn_flush(c);
    }
}

static void flush(struct server *s)
{
    for (mailbox_id id; (id = mailboxes_next_urgent(s->mailboxes));) {
        struct conn *c = mailbox_owner(s->mailboxes, id);
        if (c)
            conn_flush(c);
    }
    if (mailboxes_relaxed(s->mailboxes) && !uv_is_active((uv_handle_t *)&s->relaxed))
        uv_timer_start(&s->relaxed, on_relaxed, RELAXED_MS, 0);
}

static void on_async(uv_async_t *a)
{
    struct server *s = a->data;
    if (s->hub)
        hub_deliver(s->hub);
}

static void on_prepare(uv_prepare_t *p)
{
    struct server *s = p->data;
    flush(s);
    hub_turn_begin(s->hub);
}

// Late is a stop that does not get on. Counted by ticks: a machine that stood still has given us no time.
static void finish_stop(struct server *s)
{
    size_t left = hub_steps_left(s->hub);
    if (left < s->stop_left)
        s->stop_ticks = 0;
    s->stop_left = left;
    bool late = s->stop_ticks >= STOP_TICKS;
    if (!hub_stopped(s->hub) && !late)
        return;
    if (late)
        log_error("net", "stop_late", "players", LOG_INT(hub_players(s->hub)), NULL);
    for (struct conn *c = s->first; c; c = conn_next(c))
        conn_close(c, NULL);
    uv_stop(&s->loop);
}

static void on_check(uv_check_t *c)
{
    struct server *s = c->data;
    hub_turn_end(s->hub);
    flush(s);
    if (s->stopping)
        finish_stop(s);
}

static void on_tick(uv_timer_t *t)
{
    struct server *s = t->data;
    int64_t now = server_now(s);
    s->stop_ticks += s->stopping;
    hub_tick(s->hub, now);
    for (struct conn *c = s->first, *next; c; c = next) {
        next = conn_next(c);
        conn_tick(c, now);
    }
    if (!s->first && hub_idle(s->hub) && !s->stopping)
        uv_timer_stop(&s->tick);
}

static void on_greet(uv_timer_t *t)
{
    struct server *s = t->data;
    bool waiting = false;
    for (struct conn *c = s->first; c; c = conn_next(c)) {
        conn_greet_if_due(c, server_now(s));
        waiting |= !conn_greeted(c);
    }
    if (!waiting)
        uv_timer_stop(t);
}

bool server_admit(struct server *s, const char *address, const char **why)
{
    uintptr_t here = (uintptr_t)map_get(s->addresses, address);
    if (s->stopping)
        *why = "The server is stopping. Please come back later.\r\n";
    else if ((int64_t)here >= s->settings->limits_connections_per_address)
        *why = "There are too many connections from your address.\r\n";
    else if ((int64_t)(hub_sessions(s->hub) - hub_players(s->hub)) >=
             s->settings->limits_connections_before_login)
        *why = "Too many people are knocking at once. Please try again in a moment.\r\n";
    else if ((int64_t)s->count >= s->settings->limits_players)
        *why = "The server is full. Please try again later.\r\n";
    else {
        map_put(s->addresses, address, (void *)(here + 1));
        s->count++;
        return true;
    }
    return false;
}

void server_left(struct server *s, const char *address)
{
    uintptr_t here = (uintptr_t)map_get(s->addresses, address);
    if (here > 1)
        map_put(s->addresses, address, (void *)(here - 1));
    else
        map_remove(s->addresses, address);
    s->count--;
}

static void on_retry(uv_timer_t *t);

// Out of descriptors: the reserve is given up to accept and close one, so that the backlog does not
// wake us for ever, and accepting pauses for a moment.
static void out_of_descriptors(struct server *s)
{
    log_warning("net", "no_descriptors", NULL);
    if (s->reserve >= 0)
        close(s->reserve);
    s->reserve = -1;
    int error;
    struct conn *c = conn_accept(s, (uv_stream_t *)&s->listener, &error);
    if (c)
        conn_close(c, "The server is full. Please try again later.\n");
    s->reserve = open("/dev/null", O_RDONLY | O_CLOEXEC);
    uv_timer_start(&s->retry, on_retry, TICK_MS, 0);
}

static void on_connection(uv_stream_t *listener, int status)
{
    struct server *s = listener->data;
    int error = status;
    struct conn *c = status ? NULL : conn_accept(s, listener, &error);
    if (error == UV_EMFILE || error == UV_ENFILE) {
        out_of_descriptors(s);
        return;
    }
    if (!c)
        return;
    if (!uv_is_active((uv_handle_t *)&s->tick))
        uv_timer_start(&s->tick, on_tick, TICK_MS, TICK_MS);
    if (!uv_is_active((uv_handle_t *)&s->greet))
        uv_timer_start(&s->greet, on_greet, GREET_STEP_MS, GREET_STEP_MS);
}

static void on_retry(uv_timer_t *t)
{
    struct server *s = t->data;
    on_connection((uv_stream_t *)&s->listener, 0);
}

static void on_signal(uv_signal_t *h, int number)
{
    struct server *s = h->data;
    if (number == SIGHUP) {
        log_reopen();
        return;
    }
    if (s->stopping) {
        uv_stop(&s->loop);
        return;
    }
    log_info("net", "stopping", "signal", LOG_INT(number), NULL);
    s->stopping = true;
    s->stop_ticks = 0;
    if (s->listening)
        uv_close((uv_handle_t *)&s->listener, NULL);
    s->listening = false;
    hub_stop(s->hub, "The server is stopping. You and what you carry are being saved.\n");
    uv_timer_start(&s->tick, on_tick, STOP_TICK_MS, STOP_TICK_MS);
}

struct server *server_new(const struct settings *settings)
{
    struct server *s = mem_new(struct server);
    s->settings = settings;
    s->mailboxes = mailboxes_new();
    s->addresses = map_new();
    s->reserve = open("/dev/null", O_RDONLY | O_CLOEXEC);
    uv_loop_init(&s->loop);
    uv_async_init(&s->loop, &s->async, on_async);
    uv_prepare_init(&s->loop, &s->prepare);
    uv_check_init(&s->loop, &s->check);
    uv_timer_t *timers[] = {&s->tick, &s->relaxed, &s->greet, &s->retry};
    for (size_t i = 0; i < 4; i++) {
        uv_timer_init(&s->loop, timers[i]);
        timers[i]->data = s;
    }
    s->async.data = s->prepare.data = s->check.data = s->listener.data = s;
    return s;
}

void server_attach(struct server *s, struct hub *h)
{
    s->hub = h;
}

// Before anybody can know that there is a server: whoever sees it listen may tell it to stop.
static void catch_signals(struct server *s)
{
    static const int numbers[] = {SIGTERM, SIGINT, SIGHUP};
    signal(SIGPIPE, SIG_IGN);
    for (size_t i = 0; i < 3; i++) {
        uv_signal_init(&s->loop, &s->signals[i]);
        s->signals[i].data = s;
        uv_signal_start(&s->signals[i], on_signal, numbers[i]);
    }
}

int server_listen(struct server *s)
{
    struct sockaddr_storage a;
    const char *address = s->settings->server_address;
    int port = (int)s->settings->server_port;
    int r = strchr(address, ':') ? uv_ip6_addr(address, port, (struct sockaddr_in6 *)&a)
                                 : uv_ip4_addr(address, port, (struct sockaddr_in *)&a);
    catch_signals(s);
    uv_tcp_init(&s->loop, &s->listener);
    s->listening = true;
    if (!r)
        r = uv_tcp_bind(&s->listener, (struct sockaddr *)&a, 0);
    if (!r)
        r = uv_listen((uv_stream_t *)&s->listener, BACKLOG, on_connection);
    if (r) {
        log_error("net", "listen_failed", "address", address, "port", LOG_INT(port), "why",
                  uv_strerror(r), NULL);
        return r;
    }
    struct sockaddr_storage bound;
    int n = sizeof(bound);
    uv_tcp_getsockname(&s->listener, (struct sockaddr *)&bound, &n);
    port = ntohs(bound.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&bound)->sin6_port
                                             : ((struct sockaddr_in *)&bound)->sin_port);
    log_info("net", "listening", "address", address, "port", LOG_INT(port), NULL);
    return 0;
}

int server_run(struct server *s)
{
    uv_prepare_start(&s->prepare, on_prepare);
    uv_check_start(&s->check, on_check);
    uv_run(&s->loop, UV_RUN_DEFAULT);
    return hub_stopped(s->hub) ? 0 : 1;
}

static void close_any(uv_handle_t *h, void *arg)
{
    (void)arg;
    if (!uv_is_closing(h))
        uv_close(h, NULL);
}

void server_free(struct server *s)
{
    if (!s)
        return;
    uv_prepare_stop(&s->prepare);
    uv_check_stop(&s->check);
    uv_timer_stop(&s->tick); // it would begin to write characters again
    // Connections go first, with their sessions; then whatever else the loop still has.
    for (struct conn *c = s->first, *next; c; c = next) {
        next = conn_next(c);
        conn_abandon(c);
    }
    uv_run(&s->loop, UV_RUN_NOWAIT);
    uv_walk(&s->loop, close_any, NULL);
    uv_run(&s->loop, UV_RUN_DEFAULT);
    uv_loop_close(&s->loop);
    mailboxes_free(s->mailboxes);
    map_free(s->addresses);
    buf_fini(&s->scratch);
    if (s->reserve >= 0)
        close(s->reserve);
    free(s);
}
