// One connection. Received bytes go into the loop's shared buffer and are consumed at once. Bytes
// to send are taken from the session's outbox in one call a flush; what the socket does not take
// is written by libuv while the outbox, which is bounded, collects more.
#include "net/conn.h"

#include "net/line.h"
#include "net/server_priv.h"
#include "net/telnet.h"
#include "output/outbox.h"
#include "session/session.h"
#include "util/address.h"
#include "util/log.h"
#include "util/loopguard.h"
#include "util/mem.h"
#include "util/settings.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

enum {
    GREET_MS = 300,
    CLOSE_MS = 3000,
    AYT_GAP_MS = 1000,
    RAW_PENDING_MAX = 64 << 10,
    PIECE_BYTES = 4 << 10,  // bytes given to libuv at once while the socket takes no more
    THAW_BYTES = 256,       // with fewer bytes of budget it is not worth reading again
    LINES_WITHOUT_END = 16, // a peer may send so many times limits.line without a line end
    WIDTH_MIN = 20,
    WIDTH_MAX = 400,
};

struct conn {
    uv_tcp_t tcp; // first
    struct server *server;
    struct conn *next, **link;
    struct session *session;
    struct telnet telnet;
    struct line line;
    struct style style;
    struct door_guest *guest; // the front's, see server_guest_left
    struct conn *next_departing;
    uint8_t moves_to;       // the number of the loop that it moves to, and 1; 0: none
    int64_t opened, listed; // listed: in the list of this loop
    int64_t last_sent, last_ayt, closing_since, writing_since;
    int64_t budget, budget_at; // bytes that may be read, and when that was computed
    size_t unended;            // bytes of text since the last line end
    bool known;                // it has logged in
    bool greeted, echo_off, closing, closed, writing, throttled;
    bool departing;  // it is on the server's list of those that move
    bool utf8_told;  // UTF-8 is known from CHARSET or MTTS: the terminal's name does not count
    int fd;          // the socket until conn_begin
    const char *why; // why the connection was closed; static text
    char address[ADDRESS_SIZE];
};

struct write {
    uv_write_t request; // first
    struct conn *conn;
    char bytes[];
};

static outbox_id outbox(const struct conn *c)
{
    return session_outbox(c->session);
}

static void close_now(struct conn *c, const char *why);

// Closes at once and sends no message, as the peer does not read.
static void conn_drop(struct conn *c, const char *why)
{
    assert(why);
    if (!c->closing)
        session_log_drop(c->session, why);
    close_now(c, why);
}

// A call of libuv that this connection cannot do without has failed, and the peer is not the cause.
static void conn_fail(struct conn *c, const char *call, int error)
{
    if (!c->closed)
        session_log_failed(c->session, call, uv_strerror(error));
    close_now(c, call);
}

// The socket reports that the peer has gone, by closing or by an error.
static void lose(struct conn *c, int error)
{
    close_now(c, uv_err_name(error));
}

// Sends replies to telnet requests. A client that keeps asking and never reads is dropped at
// RAW_PENDING_MAX bytes.
static void send_raw(struct conn *c)
{
    struct buf *b = &c->server->scratch;
    if (!session_in_play(c->session) &&
        outbox_pending(c->server->outboxes, outbox(c)) > RAW_PENDING_MAX) {
        buf_clear(b);
        conn_drop(c, "overflow");
        return;
    }
    outbox_raw(c->server->outboxes, outbox(c), b->data, b->len);
    buf_clear(b);
}

static void conn_list(struct conn *c)
{
    struct server *s = c->server;
    c->next = s->first;
    c->link = &s->first;
    if (c->next)
        c->next->link = &c->next;
    s->first = c;
    s->count++;
    c->listed = server_now(s);
}

static void conn_unlist(struct conn *c)
{
    assert(*c->link == c && c->server->count);
    *c->link = c->next;
    if (c->next)
        c->next->link = c->link;
    c->server->count--;
}

static void on_closed(uv_handle_t *h)
{
    struct conn *c = (struct conn *)h;
    assert(c->closed);
    session_log_closed(c->session, c->why);
    conn_unlist(c);
    if (c->moves_to)
        server_stay(c->server, c);
    session_gone(c->session);
    server_guest_left(c->server, c->guest);
    telnet_fini(&c->telnet);
    line_fini(&c->line);
    free(c);
}

static void close_now(struct conn *c, const char *why)
{
    assert(why);
    if (c->closed)
        return;
    c->why = why;
    c->closed = c->closing = true;
    uv_close((uv_handle_t *)&c->tcp, on_closed);
}

void conn_abandon(struct conn *c)
{
    loopguard_check("conn_abandon()");
    close_now(c, "server_stopped");
}

// Once what is being written to it is gone, which may be in this turn: it is listed only once.
static void conn_set_out(struct conn *c)
{
    assert(c->moves_to);
    if (!c->departing)
        server_depart(c->server, c);
    c->departing = true;
}

static void on_written(uv_write_t *w, int status)
{
    assert(((struct write *)w)->conn->writing);
    struct conn *c = ((struct write *)w)->conn;
    free(w);
    c->writing = false;
    if (status < 0)
        lose(c, status);
    else if (c->moves_to && !c->closing)
        conn_set_out(c);
    else
        conn_flush(c);
}

static void write_rest(struct conn *c, const char *bytes, size_t n)
{
    assert(!c->writing && n);
    struct write *w = mem_alloc(sizeof(*w) + n);
    w->conn = c;
    memcpy(w->bytes, bytes, n);
    uv_buf_t b = uv_buf_init(w->bytes, (unsigned)n);
    int r = uv_write(&w->request, (uv_stream_t *)&c->tcp, &b, 1, on_written);
    if (r < 0) {
        free(w);
        lose(c, r);
        return;
    }
    c->writing = true;
    c->writing_since = server_now(c->server);
}

void conn_flush(struct conn *c)
{
    loopguard_check("conn_flush()");
    size_t n;
    struct outboxes *set = c->server->outboxes;
    // Drop a peer whose outbox overflows while a write is pending.
    if (c->writing && !c->closing && outbox_overflowed(set, outbox(c))) {
        conn_drop(c, "overflow");
        return;
    }
    if (c->closed || c->writing)
        return;
    const char *bytes = outbox_peek(set, outbox(c), &n);
    if (bytes) {
        uv_buf_t b = uv_buf_init((char *)bytes, (unsigned)n);
        int sent = uv_try_write((uv_stream_t *)&c->tcp, &b, 1);
        if (sent < 0 && sent != UV_EAGAIN) {
            lose(c, sent);
            return;
        }
        size_t done = sent < 0 ? 0 : (size_t)sent;
        if (done < n) { // the rest stays in the outbox, which is bounded
            size_t piece = n - done < PIECE_BYTES ? n - done : PIECE_BYTES;
            write_rest(c, bytes + done, piece);
            done += piece;
        }
        outbox_drained(set, outbox(c), done);
        c->last_sent = server_now(c->server);
    }
    if (outbox_overflowed(set, outbox(c)) && !c->closing) {
        session_log_drop(c->session, "overflow");
        conn_close(c, NULL);
    } else if (c->closing && !c->writing && !outbox_pending(set, outbox(c))) {
        close_now(c, "ended");
    }
}

void conn_close(struct conn *c, const char *reason)
{
    loopguard_check("conn_close()");
    if (c->closing)
        return;
    if (reason)
        outbox_text(c->server->outboxes, outbox(c), reason, true);
    c->closing = true;
    c->closing_since = server_now(c->server);
    uv_read_stop((uv_stream_t *)&c->tcp);
    outbox_prompt(c->server->outboxes, outbox(c), "", 0);
    conn_flush(c);
}

void conn_set_echo(struct conn *c, bool on)
{
    loopguard_check("conn_set_echo()");
    if (c->echo_off == !on || c->closing)
        return;
    c->echo_off = !on;
    telnet_echo(&c->telnet, !on, &c->server->scratch);
    send_raw(c);
}

static void learn_mark(struct conn *c)
{
    struct buf mark = BUF_INIT;
    telnet_prompt_mark(&c->telnet, &mark);
    outbox_mark(c->server->outboxes, outbox(c), buf_str(&mark), mark.len);
    buf_fini(&mark);
}

static void restyle(struct conn *c)
{
    session_set_style(c->session, &c->style);
}

static void learn_window(struct conn *c, unsigned width, unsigned height)
{
    if (width)
        c->style.width = (uint16_t)(width < WIDTH_MIN   ? WIDTH_MIN
                                    : width > WIDTH_MAX ? WIDTH_MAX
                                                        : width);
    c->style.height = (uint16_t)height;
    restyle(c);
}

static void learn_mtts(struct conn *c, uint32_t bits)
{
    if (bits & (TELNET_MTTS_ANSI | TELNET_MTTS_256_COLOURS | TELNET_MTTS_TRUE_COLOUR))
        c->style.colours = 16;
    c->style.utf8 = bits & TELNET_MTTS_UTF8;
    c->style.screen_reader = bits & TELNET_MTTS_SCREEN_READER;
    c->utf8_told = true;
    restyle(c);
}

// Some names of terminals are known to stand for terminals with colours.
static void learn_terminal(struct conn *c, const char *name)
{
    static const char *const colourful[] = {"xterm",  "color", "colour", "ansi",   "tmux",
                                            "screen", "linux", "rxvt",   "tintin", "mudlet"};
    for (size_t i = 0; i < sizeof(colourful) / sizeof(colourful[0]); i++)
        if (strcasestr(name, colourful[i]))
            c->style.colours = 16;
    restyle(c);
}

static void are_you_there(struct conn *c)
{
    int64_t now = server_now(c->server);
    if (now - c->last_ayt < AYT_GAP_MS)
        return;
    c->last_ayt = now;
    outbox_text(c->server->outboxes, outbox(c), "Latchkey is here.\n", true);
}

static bool on_line(void *arg, enum line_event event, const char *text, size_t n)
{
    struct conn *c = arg;
    if (!c->echo_off)
        outbox_entered(c->server->outboxes, outbox(c));
    atomic_store_explicit(&c->guest->spoke, true, memory_order_relaxed);
    if (event == LINE_DONE) {
        c->unended = 0;
        session_line(c->session, text, n, server_now(c->server));
    } else {
        session_too_long(c->session, server_now(c->server));
    }
    return !c->closing;
}

static bool on_event(void *arg, const struct telnet_event *e)
{
    struct conn *c = arg;
    struct line_sink sink = {on_line, c};
    switch (e->kind) {
    case TELNET_EVENT_DATA:
        c->unended += e->data.n;
        return line_feed(&c->line, e->data.bytes, e->data.n, &sink);
    case TELNET_EVENT_OPTION:
        learn_mark(c);
        break;
    case TELNET_EVENT_WINDOW:
        learn_window(c, e->window.width, e->window.height);
        break;
    case TELNET_EVENT_TERMINAL:
        learn_terminal(c, e->terminal.text);
        break;
    case TELNET_EVENT_MTTS:
        learn_mtts(c, e->mtts);
        break;
    case TELNET_EVENT_CHARSET:
        if (!c->utf8_told)
            c->style.utf8 = e->utf8;
        restyle(c);
        break;
    case TELNET_EVENT_ARE_YOU_THERE:
        are_you_there(c);
        break;
    case TELNET_EVENT_INTERRUPT:
    case TELNET_EVENT_ERASE_LINE:
        line_erase(&c->line);
        break;
    case TELNET_EVENT_ERASE_CHAR:
        line_erase_char(&c->line);
        break;
    case TELNET_EVENT_VARIABLE:
    case TELNET_EVENT_GMCP:
        break;
    }
    return !c->closing;
}

// --- reading, no faster than allowed

static void conn_refill(struct conn *c)
{
    const struct settings *set = c->server->settings;
    int64_t now = server_now(c->server);
    int64_t rate = c->known ? set->limits_input : set->limits_input_before_login;
    int64_t passed = now - c->budget_at;
    c->budget_at = now;
    c->budget += passed > 1000 ? rate : passed * rate / 1000;
    if (c->budget > rate)
        c->budget = rate;
}

static void on_alloc(uv_handle_t *h, size_t suggested, uv_buf_t *out)
{
    (void)suggested;
    struct conn *c = (struct conn *)h;
    conn_refill(c);
    size_t n = c->budget < THAW_BYTES ? THAW_BYTES : (size_t)c->budget;
    *out = uv_buf_init(c->server->read, n < SERVER_READ_BYTES ? (unsigned)n : SERVER_READ_BYTES);
}

static void on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *b)
{
    struct conn *c = (struct conn *)stream;
    if (n < 0) {
        lose(c, (int)n);
        return;
    }
    assert((size_t)n <= SERVER_READ_BYTES);
    struct telnet_sink sink = {on_event, c};
    buf_clear(&c->server->scratch);
    enum telnet_outcome o =
        telnet_receive(&c->telnet, b->base, (size_t)n, &c->server->scratch, &sink);
    explicit_bzero(b->base, (size_t)n); // the bytes may contain a password
    if (c->server->scratch.len)
        send_raw(c);
    if (c->closing)
        return;
    if (o == TELNET_TOO_LONG) {
        session_log_drop(c->session, "subnegotiation");
        conn_close(c, telnet_outcome_text(o));
    } else if (c->unended > LINES_WITHOUT_END * (size_t)c->server->settings->limits_line) {
        session_log_drop(c->session, "endless_line");
        conn_close(c, "You send and send, and never end a line.\n");
    }
    c->budget -= n;
    if (c->budget > 0 || c->closing)
        return;
    uv_read_stop((uv_stream_t *)&c->tcp);
    c->throttled = true;
    server_throttle(c->server);
}

// Without reading the session would never learn that its peer has gone.
static void begin_to_read(struct conn *c)
{
    int r = uv_read_start((uv_stream_t *)&c->tcp, on_alloc, on_read);
    if (r < 0)
        conn_fail(c, "uv_read_start", r);
}

bool conn_thaw(struct conn *c)
{
    loopguard_check("conn_thaw()");
    if (!c->throttled || c->closing)
        return false;
    conn_refill(c);
    if (c->budget < THAW_BYTES)
        return true;
    c->throttled = false;
    begin_to_read(c);
    return false;
}

// --- beginning

struct conn *conn_new(struct server *s, int fd, const char *address)
{
    loopguard_check("conn_new()");
    assert(s && fd >= 0 && address);
    struct conn *c = mem_new(struct conn);
    c->server = s;
    c->guest = mem_new(struct door_guest);
    c->guest->owner = c;
    c->fd = fd;
    snprintf(c->address, sizeof(c->address), "%s", address);
    return c;
}

struct door_guest *conn_guest(struct conn *c)
{
    loopguard_check("conn_guest()");
    return c->guest;
}

void conn_known(struct conn *c)
{
    loopguard_check("conn_known()");
    c->known = true;
    server_guest_known(c->server, c->guest);
}

void conn_turn_away(struct conn *c, const char *text)
{
    loopguard_check("conn_turn_away()");
    assert(!c->session && c->fd >= 0 && text);
    listen_refuse(c->fd, text);
    free(c->guest); // the door has not let it in
    free(c);
}

void conn_evict(struct conn *c)
{
    loopguard_check("conn_evict()");
    server_log_refused(c->server, c->address, "place_needed");
    conn_close(c, "Too many people are knocking at once. Please try again in a moment.\n");
}

static void on_unopened(uv_handle_t *h)
{
    free(h);
}

// False: a socket could not be made, which was logged, and the connection is freed.
static bool open_socket(struct conn *c)
{
    const char *call = "uv_tcp_init";
    int r = uv_tcp_init(&c->server->loop, &c->tcp);
    bool made = r == 0;
    if (made) {
        call = "uv_tcp_open";
        r = uv_tcp_open(&c->tcp, c->fd);
    }
    if (r == 0)
        return true;
    log_warning("net", "failed", "address", c->address, "why", call, "error", uv_strerror(r), NULL);
    server_guest_left(c->server, c->guest);
    listen_refuse(c->fd, "The server cannot take you in just now. Please try again later.\r\n");
    if (made)
        uv_close((uv_handle_t *)&c->tcp, on_unopened);
    else
        free(c);
    return false;
}

void conn_begin(struct conn *c)
{
    loopguard_check("conn_begin()");
    struct server *s = c->server;
    assert(s->sessions && !c->session && c->fd >= 0);
    if (!open_socket(c))
        return;
    c->opened = c->last_sent = c->budget_at = server_now(s);
    c->budget = s->settings->limits_input_before_login;
    c->style = (struct style)STYLE_INIT;
    line_init(&c->line, (size_t)s->settings->limits_line);
    conn_list(c);
    log_debug("net", "accepted", "address", c->address, NULL);
    c->session = session_new(s->sessions, c, c->address, c->opened);
    learn_mark(c);
    buf_clear(&s->scratch);
    telnet_open(&c->telnet, (size_t)s->settings->limits_subnegotiation, &s->scratch);
    send_raw(c);
    begin_to_read(c);
}

// --- moving to another loop

void conn_move(struct conn *c, unsigned loop)
{
    loopguard_check("conn_move()");
    assert(loop != c->server->index && !c->moves_to);
    if (c->closing)
        return;
    c->moves_to = (uint8_t)(loop + 1);
    uv_read_stop((uv_stream_t *)&c->tcp);
    conn_set_out(c);
}

struct conn **conn_next_departing(struct conn *c)
{
    loopguard_check("conn_next_departing()");
    return &c->next_departing;
}

// On the thread of the loop that it has moved to.
static void conn_arrive(void *arg)
{
    struct conn *c = arg;
    struct server *s = c->server;
    conn_list(c);
    server_start_tick(s);
    server_guest_is_at(s, c->guest, c);
    int r = uv_tcp_init(&s->loop, &c->tcp);
    assert(r == 0); // it does nothing that can fail
    r = uv_tcp_open(&c->tcp, c->fd);
    if (r < 0)
        close(c->fd);
    c->fd = -1;
    session_arrive(s->sessions, c->session, c, server_now(s));
    if (r < 0)
        conn_fail(c, "uv_tcp_open", r);
    else if (c->throttled)
        server_throttle(s);
    else if (!c->closing)
        begin_to_read(c);
}

void conn_depart(struct conn *c)
{
    loopguard_check("conn_depart()");
    assert(c->moves_to && c->departing);
    c->departing = false;
    if (c->closing || c->writing)
        return; // what is written comes first: on_written lists it again
    struct server *s = c->server;
    uv_os_fd_t fd;
    // Closing the handle closes its descriptor; the socket lives on in the copy.
    int r = uv_fileno((uv_handle_t *)&c->tcp, &fd);
    int copy = r < 0 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, 0);
    if (copy < 0) {
        conn_fail(c, "dup", r < 0 ? r : uv_translate_sys_error(errno));
        return;
    }
    struct conn *moved = mem_new(struct conn);
    *moved = *c;
    explicit_bzero(&moved->tcp, sizeof(moved->tcp));
    moved->fd = copy;
    moved->server = s->front->loops[c->moves_to - 1];
    moved->moves_to = 0;
    conn_unlist(c);
    session_depart(c->session);
    server_guest_is_at(s, c->guest, NULL);
    c->closed = c->closing = true;
    uv_close((uv_handle_t *)&c->tcp, on_unopened);
    server_call(s, moved->server->index, conn_arrive, moved);
}

bool conn_greet_is_due(const struct conn *c, int64_t now)
{
    loopguard_check("conn_greet_is_due()");
    return now - c->listed >= GREET_MS;
}

void conn_greet_if_due(struct conn *c, int64_t now)
{
    loopguard_check("conn_greet_if_due()");
    if (c->greeted || c->closing || (!telnet_settled(&c->telnet) && now - c->opened < GREET_MS))
        return;
    c->greeted = true;
    session_greet(c->session);
}

void conn_tick(struct conn *c, int64_t now)
{
    loopguard_check("conn_tick()");
    const struct settings *set = c->server->settings;
    if (c->closing) {
        if (now - c->closing_since > CLOSE_MS)
            close_now(c, "ended");
        return;
    }
    if (c->writing && now - c->writing_since >= set->limits_output_wait) {
        conn_drop(c, "reads_nothing");
        return;
    }
    if (set->server_keepalive && now - c->last_sent >= set->server_keepalive) {
        buf_clear(&c->server->scratch);
        telnet_keepalive(&c->server->scratch);
        send_raw(c);
    }
}

bool conn_greeted(const struct conn *c)
{
    loopguard_check("conn_greeted()");
    return c->greeted;
}

struct conn *conn_next(const struct conn *c)
{
    loopguard_check("conn_next()");
    return c->next;
}
