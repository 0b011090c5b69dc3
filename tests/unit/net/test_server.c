// What the server does when libuv refuses: a connection that cannot be read is closed, with its
// reason in the log, and a server that cannot listen says so. The calls are made to fail by the
// linker's --wrap.
#include "net/conn.h"
#include "net/server.h"
#include "net/server_priv.h"

#include "engine/dispatch.h"
#include "session/session.h"
#include "util/buf.h"
#include "util/doc.h"
#include "util/file.h"
#include "util/log.h"
#include "util/mem.h"
#include "util/settings.h"
#include "world/world.h"

#include <arpa/inet.h>
#include <check.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#pragma GCC diagnostic ignored "-Wmissing-prototypes"

static const char *failing; // the name of the call
static unsigned spared;     // so many of these calls succeed first

static bool fails(const char *call)
{
    if (!failing || strcmp(call, failing) != 0)
        return false;
    return !spared || !spared--;
}

#define FAILING(name, params, args)                                                                \
    int __real_##name params;                                                                      \
    int __wrap_##name params                                                                       \
    {                                                                                              \
        return fails(#name) ? UV_ENOMEM : __real_##name args;                                      \
    }

FAILING(uv_poll_init, (uv_loop_t * l, uv_poll_t *p, int fd), (l, p, fd))
FAILING(uv_poll_start, (uv_poll_t * p, int events, uv_poll_cb cb), (p, events, cb))
FAILING(uv_read_start, (uv_stream_t * s, uv_alloc_cb alloc, uv_read_cb cb), (s, alloc, cb))
FAILING(uv_signal_init, (uv_loop_t * l, uv_signal_t *h), (l, h))
FAILING(uv_tcp_init, (uv_loop_t * l, uv_tcp_t *t), (l, t))
FAILING(uv_tcp_open, (uv_tcp_t * t, uv_os_sock_t fd), (t, fd))
FAILING(uv_try_write, (uv_stream_t * s, const uv_buf_t *bufs, unsigned n), (s, bufs, n))

static char folder[64];
static int log_file;
static struct settings settings;
static struct world *world;
static struct server *server;
static struct dispatch *dispatch;
static struct session_shared *shared;
static struct sessions *sessions;

static void set(const char *assignment)
{
    struct doc_problems p = DOC_PROBLEMS_INIT;
    ck_assert(settings_set(&settings, assignment, "test", &p));
    doc_problems_fini(&p);
}

static void begin(void)
{
    snprintf(folder, sizeof(folder), "%s/latchkey-net-XXXXXX", P_tmpdir);
    ck_assert_ptr_nonnull(mkdtemp(folder));
    ck_assert_int_eq(chdir(folder), 0);
    log_file = open("log", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    log_set_fd(log_file);
    log_set_level(LOG_LEVEL_DEBUG);
    settings_init(&settings);
    set("folder.data=data");
    set("folder.text=text");
    set("server.address=127.0.0.1");
    set("server.port=0");
    set("limits.connections_per_address=1");
    failing = NULL;
    spared = 0;
    server = server_new(&settings);
    struct dispatch_config config = {.workers = 1,
                                     .offload_threads = 1,
                                     .wake = server_wake,
                                     .wake_arg = server,
                                     .outboxes = server_outboxes(server)};
    world = world_new();
    dispatch = dispatch_new(world, &config, sessions_dispatch_ops());
    shared = session_shared_new(&settings, dispatch);
    sessions = sessions_new(shared, server_outboxes(server), server_session_ops());
    server_attach(server, sessions);
}

static void end(void)
{
    failing = NULL;
    dispatch_stop(dispatch);
    server_free(server);
    sessions_free_all(shared);
    dispatch_free(dispatch);
    world_free(world);
    settings_fini(&settings);
    log_set_level(LOG_LEVEL_INFO);
    log_set_fd(STDERR_FILENO);
    close(log_file);
    ck_assert_int_eq(chdir("/"), 0);
    char *command = mem_printf("rm -rf '%s'", folder);
    ck_assert_int_eq(system(command), 0);
    free(command);
}

// The peer's end of a connection that the server has accepted.
static int connect_peer(void)
{
    int ends[2];
    struct sockaddr_in address = {.sin_family = AF_INET};
    ck_assert_int_eq(inet_pton(AF_INET, "192.0.2.9", &address.sin_addr), 1);
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends), 0);
    server_connected(server, ends[1], (struct sockaddr *)&address);
    return ends[0];
}

// Lets the loop run until no connection is left; it may be waiting for a timer of its own.
static void run_until_nobody(void)
{
    uv_run(&server->loop, UV_RUN_NOWAIT);
    for (int i = 0; i < 10000 && server->count; i++) {
        usleep(1000);
        uv_run(&server->loop, UV_RUN_NOWAIT);
    }
    ck_assert_uint_eq(server->count, 0);
    ck_assert_uint_eq(sessions_count(sessions), 0);
}

// All that the server has sent; it has closed its end.
static char *received(int peer)
{
    struct buf all = BUF_INIT;
    char piece[512];
    ssize_t n;
    while ((n = read(peer, piece, sizeof(piece))) > 0)
        buf_add(&all, piece, (size_t)n);
    ck_assert_msg(n == 0, "the connection is open");
    close(peer);
    return buf_take(&all);
}

static void must_have_logged(const char *line)
{
    struct buf b = BUF_INIT;
    ck_assert_int_eq(file_read("log", 1 << 20, &b), 0);
    ck_assert_msg(strstr(buf_str(&b), line) != NULL, "no %s in %s", line, buf_str(&b));
    buf_fini(&b);
}

START_TEST(who_cannot_be_read_is_closed_and_logged)
{
    failing = "uv_read_start";
    int peer = connect_peer();
    run_until_nobody();
    free(received(peer));
    must_have_logged(
        " warning net failed address=192.0.2.9 why=uv_read_start error=\"not enough memory\"\n");
    must_have_logged(" debug net closed address=192.0.2.9 why=uv_read_start\n");
}

START_TEST(who_cannot_be_read_again_is_closed_and_logged)
{
    set("limits.input_before_login=1KiB");
    failing = "uv_read_start";
    spared = 1;
    int peer = connect_peer();
    ck_assert_uint_eq(server->count, 1);
    char blanks[1024];
    memset(blanks, ' ', sizeof(blanks));
    ck_assert_int_eq(write(peer, blanks, sizeof(blanks)),
                     sizeof(blanks)); // and is not read for a moment
    run_until_nobody();
    free(received(peer));
    must_have_logged(
        " warning net failed address=192.0.2.9 why=uv_read_start error=\"not enough memory\"\n");
}

static void check_turned_away(const char *call)
{
    failing = call;
    int peer = connect_peer();
    run_until_nobody();
    char *text = received(peer);
    ck_assert_str_eq(text, "The server cannot take you in just now. Please try again later.\r\n");
    free(text);
    char *line = mem_printf(
        " warning net failed address=192.0.2.9 why=%s error=\"not enough memory\"\n", call);
    must_have_logged(line);
    free(line);
    failing = NULL;
    peer = connect_peer(); // the place of the first is free again
    ck_assert_uint_eq(server->count, 1);
    ck_assert_uint_eq(sessions_count(sessions), 1);
    close(peer);
    run_until_nobody();
    must_have_logged(" debug net closed address=192.0.2.9 why=EOF\n");
}

START_TEST(who_cannot_have_a_handle_is_told_and_leaves_no_trace)
{
    check_turned_away("uv_tcp_init");
}

START_TEST(whose_socket_cannot_be_opened_is_told_and_leaves_no_trace)
{
    check_turned_away("uv_tcp_open");
}

START_TEST(who_cannot_be_sent_anything_is_closed)
{
    failing = "uv_try_write";
    int peer = connect_peer();
    conn_flush(server->first);
    run_until_nobody();
    free(received(peer));
    must_have_logged(" debug net closed address=192.0.2.9 why=ENOMEM\n");
}

static void check_not_listening(const char *call, const char *line)
{
    failing = call;
    ck_assert_int_eq(server_listen(server), UV_ENOMEM);
    must_have_logged(line);
}

START_TEST(a_listener_that_cannot_be_watched_is_an_error)
{
    check_not_listening(
        "uv_poll_init",
        " error net listen_failed address=127.0.0.1 port=0 why=\"not enough memory\"\n");
}

START_TEST(a_listener_that_cannot_be_watched_from_now_on_is_an_error)
{
    check_not_listening(
        "uv_poll_start",
        " error net listen_failed address=127.0.0.1 port=0 why=\"not enough memory\"\n");
}

START_TEST(a_signal_that_cannot_be_caught_is_an_error)
{
    check_not_listening("uv_signal_init",
                        " error net signal_not_caught signal=15 why=\"not enough memory\"\n");
}

START_TEST(a_listener_that_failed_is_tried_again)
{
    ck_assert_int_eq(server_listen(server), 0);
    struct listeners *l = &server->listeners;
    uv_poll_stop(&l->polls[0]); // as libuv does before it tells of an error
    l->polls[0].poll_cb(&l->polls[0], UV_EBADF, 0);
    must_have_logged(" error net not_accepting why=\"bad file descriptor\"\n");
    ck_assert(!uv_is_active((uv_handle_t *)&l->polls[0]));
    ck_assert(uv_is_active((uv_handle_t *)&l->pause));
    uv_timer_stop(&l->pause); // its time has come
    failing = "uv_poll_start";
    l->pause.timer_cb(&l->pause);
    must_have_logged(" error net not_accepting why=\"not enough memory\"\n");
    ck_assert(uv_is_active((uv_handle_t *)&l->pause));
    uv_timer_stop(&l->pause);
    failing = NULL;
    l->pause.timer_cb(&l->pause);
    ck_assert(uv_is_active((uv_handle_t *)&l->polls[0]));
    ck_assert(!uv_is_active((uv_handle_t *)&l->pause));
}

static void run_for(int ms)
{
    for (int i = 0; i < ms; i++) {
        usleep(1000);
        uv_run(&server->loop, UV_RUN_NOWAIT);
    }
}

static size_t greeted(void)
{
    size_t n = 0;
    for (struct conn *c = server->first; c; c = conn_next(c))
        n += conn_greeted(c);
    return n;
}

// Nobody answers the negotiation, and they come one after the other, also while the loop is held
// up: nobody is passed over.
START_TEST(everybody_is_greeted_after_a_while)
{
    enum { PEERS = 12 };
    int peers[PEERS];
    set("limits.connections_per_address=100");
    for (int i = 0; i < PEERS; i++) {
        peers[i] = connect_peer();
        run_for(i % 3 * 20);
        if (i == 7)
            usleep(400000);
    }
    ck_assert_uint_lt(greeted(), PEERS); // the last has just come
    run_for(500);
    ck_assert_uint_eq(greeted(), PEERS);
    ck_assert(!uv_is_active((uv_handle_t *)&server->greet));
    for (int i = 0; i < PEERS; i++)
        close(peers[i]);
    run_until_nobody();
}

int main(void)
{
    Suite *s = suite_create("net/server");
    TCase *c = tcase_create("refused");
    tcase_add_checked_fixture(c, begin, end);
    tcase_add_test(c, who_cannot_be_read_is_closed_and_logged);
    tcase_add_test(c, who_cannot_be_read_again_is_closed_and_logged);
    tcase_add_test(c, who_cannot_have_a_handle_is_told_and_leaves_no_trace);
    tcase_add_test(c, whose_socket_cannot_be_opened_is_told_and_leaves_no_trace);
    tcase_add_test(c, who_cannot_be_sent_anything_is_closed);
    tcase_add_test(c, a_listener_that_cannot_be_watched_is_an_error);
    tcase_add_test(c, a_listener_that_cannot_be_watched_from_now_on_is_an_error);
    tcase_add_test(c, a_signal_that_cannot_be_caught_is_an_error);
    tcase_add_test(c, a_listener_that_failed_is_tried_again);
    tcase_add_test(c, everybody_is_greeted_after_a_while);
    suite_add_tcase(s, c);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
