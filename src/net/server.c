// A loop and its turn: lines that came in together go to the workers together; outcomes go out
// together, replies at once, other text with them or a few ms later. While no connection is open no
// timer runs. All loops begin and end with the front; what else they do together is in
// server_moves.c.
#include "net/server_priv.h"

#include "net/conn.h"
#include "output/outbox.h"
#include "session/session.h"
#include "util/clock.h"
#include "util/fatal.h"
#include "util/log.h"
#include "util/loopguard.h"
#include "util/mem.h"
#include "util/settings.h"

#include <assert.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    RELAXED_MS = 10,
    RELAXED_SLICE = 500, // outboxes
    GREET_STEP_MS = 50,
    TICK_MS = 1000,
    STOP_TICK_MS = 100,
    STOP_TICKS = 200, // a batch of characters is one step, and its sync waits for all who write
    THAW_MS = 50,
    REFUSALS_A_SECOND = 20,
    REFUSALS_BURST = 200
};

int64_t server_now(struct server *s)
{
    loopguard_check("server_now()");
    return (int64_t)uv_now(&s->loop);
}

static void close_conn(void *conn, const char *reason)
{
    conn_close(conn, reason);
}

static void set_echo(void *conn, bool on)
{
    conn_set_echo(conn, on);
}

static void move_conn(void *conn, unsigned loop)
{
    conn_move(conn, loop);
}

static void note_known(void *conn)
{
    conn_known(conn);
}

const struct session_ops *server_session_ops(void)
{
    static const struct session_ops ops = {close_conn, set_echo, move_conn, note_known};
    return &ops;
}

struct outboxes *server_outboxes(struct server *s)
{
    loopguard_check("server_outboxes()");
    return s->outboxes;
}

unsigned server_loops(const struct server *s)
{
    return s->front->loop_count;
}

struct server *server_loop(struct server *s, unsigned loop)
{
    loopguard_check("server_loop()");
    assert(loop < s->front->loop_count);
    return s->front->loops[loop];
}

void server_wake(void *loop)
{
    int r = uv_async_send(&((struct server *)loop)->async);
    assert(r == 0); // it fails for what is no uv_async_t
    (void)r;
}

// Fails for a handle that is being closed, which none is while the server runs.
static void start_timer(uv_timer_t *t, uv_timer_cb on_time, uint64_t after, uint64_t every)
{
    int r = uv_timer_start(t, on_time, after, every);
    assert(r == 0);
    (void)r;
}

// In a crowd of thousands each word is for thousands of sockets: they are written in slices, and
// what else there is to do gets as much time between two slices as a slice has taken.
static void on_relaxed(uv_timer_t *t)
{
    struct server *s = t->data;
    int64_t began = clock_mono_ms();
    outbox_id id = 0;
    for (size_t n = 0; n < RELAXED_SLICE && (id = outboxes_next_relaxed(s->outboxes)); n++) {
        struct conn *c = outbox_owner(s->outboxes, id);
        if (c)
            conn_flush(c);
    }
    if (outboxes_relaxed(s->outboxes))
        start_timer(&s->relaxed, on_relaxed, (uint64_t)(1 + clock_mono_ms() - began), 0);
}

static void flush(struct server *s)
{
    for (outbox_id id; (id = outboxes_next_urgent(s->outboxes));) {
        struct conn *c = outbox_owner(s->outboxes, id);
        if (c)
            conn_flush(c);
    }
    if (outboxes_relaxed(s->outboxes) && !uv_is_active((uv_handle_t *)&s->relaxed))
        start_timer(&s->relaxed, on_relaxed, RELAXED_MS, 0);
}

static void on_async(uv_async_t *a)
{
    struct server *s = a->data;
    if (s->sessions)
        sessions_deliver(s->sessions);
}

static void on_prepare(uv_prepare_t *p)
{
    struct server *s = p->data;
    flush(s);
    server_depart_all(s);
    sessions_turn_begin(s->sessions);
}

// The steps of a stop that all loops together have still to do. SIZE_MAX: a loop has not begun.
static size_t stop_steps(const struct server *front)
{
    size_t sum = 0;
    for (unsigned i = 0; i < front->loop_count; i++) {
        size_t left = atomic_load(&front->loops[i]->left);
        if (left == SIZE_MAX)
            return SIZE_MAX;
        sum += left;
    }
    return sum;
}

static void end_loop(void *arg)
{
    struct server *s = arg;
    for (struct conn *c = s->first; c; c = conn_next(c))
        conn_close(c, NULL);
    uv_stop(&s->loop);
}

// Ends a stop that makes no progress: the steps left have not become fewer for STOP_TICKS ticks.
// Ticks, not wall time, so that a suspended machine is not taken for a hang.
static void finish_stop(struct server *s)
{
    atomic_store(&s->left, sessions_steps_left(s->sessions));
    if (s != s->front)
        return; // the front looks at its next tick
    size_t left = stop_steps(s);
    if (left < s->stop_left)
        s->stop_ticks = 0;
    s->stop_left = left;
    bool late = s->stop_ticks >= STOP_TICKS;
    if (left && !late)
        return;
    if (late)
        log_error("net", "stop_late", "players", LOG_INT(sessions_playing(s->sessions)), NULL);
    end_loop(s);
}

static void tell_refused_more(struct server *s)
{
    if (s->refused_more)
        log_warning("net", "refused_more", "count", LOG_INT(s->refused_more), NULL);
    s->refused_more = 0;
}

static void on_tick(uv_timer_t *t)
{
    struct server *s = t->data;
    int64_t now = server_now(s);
    s->stop_ticks += s->stopping;
    sessions_tick(s->sessions, now);
    for (struct conn *c = s->first, *next; c; c = next) {
        next = conn_next(c);
        conn_tick(c, now);
    }
    tell_refused_more(s);
    log_flush(0);
    if (!s->first && sessions_idle(s->sessions) && !s->stopping && !log_pending())
        uv_timer_stop(&s->tick);
}

static void on_check(uv_check_t *c)
{
    struct server *s = c->data;
    sessions_turn_end(s->sessions);
    flush(s);
    if (log_pending() && !uv_is_active((uv_handle_t *)&s->tick))
        start_timer(&s->tick, on_tick, TICK_MS, TICK_MS);
    if (s->stopping)
        finish_stop(s);
    server_depart_all(s);
}

static void on_greet(uv_timer_t *t)
{
    struct server *s = t->data;
    int64_t now = server_now(s);
    bool waiting = false;
    // Who was due the last time was greeted then, and so were all behind, which were listed before.
    for (struct conn *c = s->first; c && !conn_greet_is_due(c, s->greeted_at); c = conn_next(c)) {
        conn_greet_if_due(c, now);
        waiting |= !conn_greeted(c);
    }
    s->greeted_at = now;
    if (!waiting)
        uv_timer_stop(t);
}

void server_log_refused(struct server *s, const char *address, const char *why)
{
    loopguard_check("server_log_refused()");
    int64_t now = server_now(s);
    s->refusals += (double)(now - s->refusals_at) * REFUSALS_A_SECOND / 1000.0;
    if (s->refusals > REFUSALS_BURST)
        s->refusals = REFUSALS_BURST;
    s->refusals_at = now;
    if (s->refusals < 1.0) {
        s->refused_more++;
        return;
    }
    s->refusals -= 1.0;
    log_warning("net", "refused", "address", address, "why", why, NULL);
}

static void on_thaw(uv_timer_t *t)
{
    struct server *s = t->data;
    s->throttled = 0;
    for (struct conn *c = s->first; c; c = conn_next(c))
        s->throttled += conn_thaw(c);
    if (!s->throttled)
        uv_timer_stop(t);
}

void server_throttle(struct server *s)
{
    loopguard_check("server_throttle()");
    if (!s->throttled++)
        start_timer(&s->thaw, on_thaw, THAW_MS, THAW_MS);
}

void server_start_tick(struct server *s)
{
    loopguard_check("server_start_tick()");
    if (!uv_is_active((uv_handle_t *)&s->tick))
        start_timer(&s->tick, on_tick, TICK_MS, TICK_MS);
}

static void start_timers(struct server *s)
{
    server_start_tick(s);
    if (!uv_is_active((uv_handle_t *)&s->greet))
        start_timer(&s->greet, on_greet, GREET_STEP_MS, GREET_STEP_MS);
}

void server_connected(struct server *s, int fd, const struct sockaddr *peer)
{
    loopguard_check("server_connected()");
    static const struct {
        const char *why, *text;
    } refusals[] = {
        [DOOR_ADDRESS] = {"connections_per_address",
                          "There are too many connections from your address.\r\n"},
        [DOOR_STRANGERS] =
            {"connections_before_login",
             "Too many people are knocking at once. Please try again in a moment.\r\n"},
    };
    char address[ADDRESS_SIZE];
    struct door_guest *evicted;
    address_text(peer, address);
    start_timers(s);
    struct conn *c = conn_new(s, fd, address);
    enum door_verdict v = door_knock(&s->door, conn_guest(c), address, &evicted);
    if (v != DOOR_OPEN) {
        server_log_refused(s, address, refusals[v].why);
        conn_turn_away(c, refusals[v].text);
        return;
    }
    if (evicted)
        server_evict(s, evicted);
    conn_begin(c);
}

static void stop_loop(void *arg)
{
    struct server *s = arg;
    s->stopping = true;
    s->stop_ticks = 0;
    s->stop_left = SIZE_MAX;
    sessions_stop(s->sessions, "The server is stopping. You and what you carry are being saved.\n");
    start_timer(&s->tick, on_tick, STOP_TICK_MS, STOP_TICK_MS);
}

static void on_signal(uv_signal_t *h, int number)
{
    struct server *s = h->data;
    if (number == SIGHUP || number == SIGUSR1) {
        int r = log_reopen();
        if (r)
            log_error("log", "not_reopened", "why", strerror(-r), NULL);
        return;
    }
    if (s->stopping && number == SIGXCPU)
        return; // this signal comes each second until the hard limit
    if (s->stopping) {
        uv_stop(&s->loop);
        return;
    }
    log_info("net", "stopping", "signal", LOG_INT(number), NULL);
    listen_close(&s->listeners);
    stop_loop(s);
    for (unsigned i = 1; i < s->loop_count; i++)
        server_call(s, i, stop_loop, s->loops[i]);
}

// Without any of its handles there is no server.
static void must(int r, const char *what)
{
    if (r < 0)
        fatal_system(what, -r);
}

static void make_loop(struct server *s)
{
    static const char what[] = "make the loop of the network";
    must(uv_loop_init(&s->loop), what);
    must(uv_async_init(&s->loop, &s->async, on_async), what);
    must(uv_prepare_init(&s->loop, &s->prepare), what);
    must(uv_check_init(&s->loop, &s->check), what);
    uv_timer_t *timers[] = {&s->tick, &s->relaxed, &s->greet, &s->thaw};
    for (size_t i = 0; i < sizeof(timers) / sizeof(timers[0]); i++) {
        must(uv_timer_init(&s->loop, timers[i]), what);
        timers[i]->data = s;
    }
    s->async.data = s->prepare.data = s->check.data = s;
}

static struct server *loop_new(const struct settings *settings, struct server *front,
                               unsigned index)
{
    struct server *s = mem_new(struct server);
    s->settings = settings;
    s->index = index;
    s->front = front ? front : s;
    atomic_store(&s->left, SIZE_MAX);
    s->outboxes = outboxes_new(index);
    make_loop(s);
    s->refusals = REFUSALS_BURST;
    return s;
}

struct server *server_new(const struct settings *settings)
{
    loopguard_check("server_new()");
    struct server *s = loop_new(settings, NULL, 0);
    uint64_t seed = 0;
    // The maps of addresses hash with this seed: a peer that knew it could make them slow.
    must(uv_random(NULL, NULL, &seed, sizeof(seed), 0, NULL), "get random bytes");
    door_init(&s->door, settings, seed);
    must(listen_init(&s->listeners, s, &s->loop), "make the loop of the network");
    s->loops[s->loop_count++] = s;
    while (s->loop_count < (unsigned)settings->server_loops && s->loop_count < LOOPS_MAX) {
        s->loops[s->loop_count] = loop_new(settings, s, s->loop_count);
        s->loop_count++;
    }
    return s;
}

void server_attach(struct server *s, struct sessions *h)
{
    loopguard_check("server_attach()");
    assert(h && !s->sessions);
    s->sessions = h;
}

// Install signal handlers before listening: a supervisor may send SIGTERM as soon as the port is
// open.
static int catch_signals(struct server *s)
{
    static const int numbers[SERVER_SIGNALS] = {SIGTERM, SIGINT, SIGQUIT, SIGXCPU, SIGHUP, SIGUSR1};
    for (size_t i = 0; i < SERVER_SIGNALS; i++) {
        int r = uv_signal_init(&s->loop, &s->signals[i]);
        s->signals[i].data = s;
        if (!r)
            r = uv_signal_start(&s->signals[i], on_signal, numbers[i]);
        if (r < 0) {
            log_error("net", "signal_not_caught", "signal", LOG_INT(numbers[i]), "why",
                      uv_strerror(r), NULL);
            return r;
        }
    }
    return 0;
}

static void begin_turns(struct server *s)
{
    static const char what[] = "begin the turns of the network";
    must(uv_prepare_start(&s->prepare, on_prepare), what);
    must(uv_check_start(&s->check, on_check), what);
    server_start_tick(s); // for players whom a replay has restored; it stops when there is none
}

static void *loop_main(void *arg)
{
    struct server *s = arg;
    char name[16];
    snprintf(name, sizeof(name), "loop-%u", s->index);
    pthread_setname_np(pthread_self(), name);
    loopguard_act_for(s->index);
    loopguard_enter(); // before and after uv_run others may run their loops
    begin_turns(s);
    uv_run(&s->loop, UV_RUN_DEFAULT);
    loopguard_enter();
    sessions_leave_loop(s->sessions);
    loopguard_leave();
    return NULL;
}

static void start_threads(struct server *s)
{
    if (s->threads)
        return;
    s->threads = s->loop_count > 1;
    for (unsigned i = 1; i < s->loop_count; i++) {
        int error = pthread_create(&s->loops[i]->thread, NULL, loop_main, s->loops[i]);
        if (error)
            fatal_system("start a loop of the network", error);
    }
}

static void end_threads(struct server *s)
{
    for (unsigned i = 1; i < s->loop_count; i++)
        server_call(s, i, end_loop, s->loops[i]);
    for (unsigned i = 1; i < s->loop_count; i++)
        pthread_join(s->loops[i]->thread, NULL);
    s->threads = false;
    loopguard_leave();
}

// The threads begin before anybody can connect: a server that cannot have them says so and ends.
int server_listen(struct server *s)
{
    loopguard_check("server_listen()");
    assert(s->sessions && s == s->front);
    int r = catch_signals(s);
    if (r < 0)
        return r;
    start_threads(s);
    loopguard_enter(); // other loops run from here on, and this thread acts for loop 0
    r = listen_open(&s->listeners);
    if (r < 0)
        end_threads(s);
    return r;
}

int server_run(struct server *s)
{
    loopguard_check("server_run()");
    assert(s->sessions && s == s->front);
    begin_turns(s);
    start_threads(s);
    uv_run(&s->loop, UV_RUN_DEFAULT);
    loopguard_enter(); // the other threads still run their loops, and this one acts for loop 0
    bool stopped = sessions_stopped(s->sessions) && (s->loop_count == 1 || stop_steps(s) == 0);
    end_threads(s);
    return stopped ? 0 : 1;
}

static void close_any(uv_handle_t *h, void *arg)
{
    (void)arg;
    if (!uv_is_closing(h))
        uv_close(h, NULL);
}

// Connections are closed first, with their sessions; then all other handles of the loop.
static void close_loop(struct server *s)
{
    uv_prepare_stop(&s->prepare);
    uv_check_stop(&s->check);
    uv_timer_stop(&s->tick); // the tick would begin to write characters again
    for (struct conn *c = s->first, *next; c; c = next) {
        next = conn_next(c);
        conn_abandon(c);
    }
    uv_run(&s->loop, UV_RUN_NOWAIT);
    uv_walk(&s->loop, close_any, NULL);
    uv_run(&s->loop, UV_RUN_DEFAULT);
    int r = uv_loop_close(&s->loop);
    assert(r == 0); // each handle has been closed
    (void)r;
    outboxes_free(s->outboxes);
    buf_fini(&s->scratch);
}

void server_free(struct server *s)
{
    loopguard_check("server_free()");
    if (!s)
        return;
    listen_close(&s->listeners);
    for (unsigned i = s->loop_count; i-- > 0;) { // the front last: the others report to it
        loopguard_act_for(i);
        close_loop(s->loops[i]);
        if (i)
            free(s->loops[i]);
    }
    door_fini(&s->door);
    listen_fini(&s->listeners);
    free(s);
}
