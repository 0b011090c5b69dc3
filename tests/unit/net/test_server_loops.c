// A server with several loops over real sockets: connections move to the loops of their accounts,
// and nothing that is typed, shown or owed is lost on the way. The server has a thread of its own,
// the test is the client.
#include "net/conn.h"
#include "net/server.h"
#include "net/server_priv.h"

#include "engine/dispatch.h"
#include "output/outbox.h"
#include "session/session.h"
#include "store/zones.h"
#include "util/buf.h"
#include "util/doc.h"
#include "util/file.h"
#include "util/log.h"
#include "util/loopguard.h"
#include "util/mem.h"
#include "util/settings.h"
#include "world/world.h"

#include <arpa/inet.h>
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#pragma GCC diagnostic ignored "-Wmissing-prototypes"

enum { WAIT_MS = 20000, PLAYERS = 6, ROUNDS = 20 };

static _Atomic bool open_fails; // uv_tcp_open, from now on

int __real_uv_tcp_open(uv_tcp_t *t, uv_os_sock_t fd);
int __wrap_uv_tcp_open(uv_tcp_t *t, uv_os_sock_t fd)
{
    return atomic_load(&open_fails) ? UV_ENOMEM : __real_uv_tcp_open(t, fd);
}

static char folder[64];
static int log_file;
static struct settings settings;
static struct world *world;
static struct server *server;
static struct dispatch *dispatch;
static struct session_shared *shared;
static pthread_t thread;
static int result; // of server_run
static const char password[] = "a-long-password";

static void set(const char *assignment)
{
    struct doc_problems p = DOC_PROBLEMS_INIT;
    ck_assert(settings_set(&settings, assignment, "test", &p));
    doc_problems_fini(&p);
}

static void load_world(void)
{
    struct doc_problems p = DOC_PROBLEMS_INIT;
    const char *source = getenv("LATCHKEY_SOURCE");
    char *player = mem_printf("%s/tests/data/zones/player.json", source);
    char *yard = mem_printf("%s/tests/data/zones/yard.json", source);
    world = world_new();
    ck_assert_int_eq(zones_load_player(world, player, &p), ZONES_LOADED);
    ck_assert_int_eq(zones_load(world, (const char *const[]){yard}, 1, false, &p, NULL),
                     ZONES_LOADED);
    free(player);
    free(yard);
    doc_problems_fini(&p);
}

static void set_up(const char *loops)
{
    snprintf(folder, sizeof(folder), "%s/latchkey-loops-XXXXXX", P_tmpdir);
    ck_assert_ptr_nonnull(mkdtemp(folder));
    ck_assert_int_eq(chdir(folder), 0);
    log_file = open("log", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    log_set_fd(log_file);
    ck_assert_int_eq(
        system("mkdir text && cp \"$LATCHKEY_SOURCE/data/text/common-passwords.txt\" text"), 0);
    atomic_store(&open_fails, false);
    settings_init(&settings);
    set("folder.data=data");
    set("folder.text=text");
    set("server.address=127.0.0.1");
    set("server.port=0");
    set("password.memory=8KiB");
    set("password.passes=1");
    set("limits.connections_per_address=100");
    set("limits.commands_burst=100");
    set("limits.lines_queued=100");
    char *assignment = mem_printf("server.loops=%s", loops);
    set(assignment);
    free(assignment);
}

static void make_sessions(void)
{
    shared = session_shared_new(&settings, dispatch);
    for (unsigned i = 0; i < server_loops(server); i++) {
        struct server *loop = server_loop(server, i);
        if (i)
            dispatch_add_loop(dispatch, server_wake, loop, server_outboxes(loop));
        loopguard_act_for(i);
        server_attach(loop, sessions_new(shared, server_outboxes(loop), server_session_ops()));
    }
    loopguard_act_for(0);
}

static void *run(void *arg)
{
    (void)arg;
    result = server_run(server);
    dispatch_loop_leave(dispatch); // dispatch_stop is called on another thread
    return NULL;
}

static void start(void)
{
    load_world();
    server = server_new(&settings);
    struct dispatch_config config = {.loops = server_loops(server),
                                     .workers = 2,
                                     .offload_threads = 2,
                                     .turn_tasks = 100,
                                     .turn_us = 5000,
                                     .linkdead = 60000,
                                     .wake = server_wake,
                                     .wake_arg = server,
                                     .outboxes = server_outboxes(server)};
    dispatch = dispatch_new(world, &config, sessions_dispatch_ops());
    make_sessions();
    dispatch_prepare(dispatch);
    dispatch_start(dispatch);
    ck_assert_int_eq(server_listen(server), 0);
    ck_assert_int_eq(pthread_create(&thread, NULL, run, NULL), 0);
}

// The server has been sent a signal, or is about to end by itself.
static void end(int expected)
{
    pthread_join(thread, NULL);
    ck_assert_int_eq(result, expected);
    dispatch_stop(dispatch);
    server_free(server);
    sessions_free_all(shared);
    dispatch_free(dispatch);
    world_free(world);
    settings_fini(&settings);
    log_set_fd(STDERR_FILENO);
    close(log_file);
    ck_assert_int_eq(chdir("/"), 0);
    char *command = mem_printf("rm -rf '%s'", folder);
    ck_assert_int_eq(system(command), 0);
    free(command);
}

static void stop(void)
{
    ck_assert_int_eq(kill(getpid(), SIGTERM), 0);
    end(0);
}

// A client: a socket, and what it has received and not looked at yet.
struct client {
    int fd;
    struct buf seen;
};

// From that address (NULL: any), with so many bytes of room for what comes (0: as usual).
static void client_connect(struct client *c, const char *from, int room)
{
    struct sockaddr_in mine = {.sin_family = AF_INET};
    struct sockaddr_in a = {0};
    socklen_t n = sizeof(a);
    ck_assert_int_eq(getsockname(server->listeners.fds[0], (struct sockaddr *)&a, &n), 0);
    *c = (struct client){socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), BUF_INIT};
    if (room)
        ck_assert_int_eq(setsockopt(c->fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room)), 0);
    if (from) {
        ck_assert_int_eq(inet_pton(AF_INET, from, &mine.sin_addr), 1);
        ck_assert_int_eq(bind(c->fd, (struct sockaddr *)&mine, sizeof(mine)), 0);
    }
    ck_assert_int_eq(connect(c->fd, (struct sockaddr *)&a, sizeof(a)), 0);
}

static void client_close(struct client *c)
{
    close(c->fd);
    buf_fini(&c->seen);
}

static void client_send(struct client *c, const char *text)
{
    ck_assert_int_eq(send(c->fd, text, strlen(text), MSG_NOSIGNAL), (ssize_t)strlen(text));
}

// False: the server has closed.
static bool client_read(struct client *c, int ms)
{
    char piece[65536];
    struct pollfd p = {c->fd, POLLIN, 0};
    if (poll(&p, 1, ms) != 1)
        return true;
    ssize_t n = recv(c->fd, piece, sizeof(piece), 0);
    for (ssize_t i = 0; i < n; i++)
        if (piece[i] != '\r' && piece[i])
            buf_addc(&c->seen, piece[i]);
    return n > 0;
}

static int64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

// Waits until `text` has come, and forgets all up to its end.
static void client_expect(struct client *c, const char *text)
{
    bool is_open = true;
    for (int64_t until = now_ms() + WAIT_MS; is_open && now_ms() < until;) {
        const char *found = strstr(buf_str(&c->seen), text);
        if (found) {
            buf_consume(&c->seen, (size_t)(found - buf_str(&c->seen)) + strlen(text));
            return;
        }
        is_open = client_read(c, 100);
    }
    ck_assert_msg(strstr(buf_str(&c->seen), text) != NULL, "no \"%s\" in \"%.300s\"%s", text,
                  buf_str(&c->seen), is_open ? "" : ", closed");
    buf_clear(&c->seen);
}

static void client_type(struct client *c, const char *line, const char *expected)
{
    char *text = mem_printf("%s\r\n", line);
    client_send(c, text);
    free(text);
    client_expect(c, expected);
}

static void client_expect_closed(struct client *c)
{
    for (int64_t until = now_ms() + WAIT_MS; now_ms() < until;)
        if (!client_read(c, 100))
            return;
    ck_abort_msg("open after \"%.300s\"", buf_str(&c->seen));
}

static void client_make_account(struct client *c, const char *name)
{
    client_connect(c, NULL, 0);
    client_expect(c, "NEW: ");
    client_type(c, "new", "account: ");
    client_type(c, name, "for it: ");
    client_type(c, password, "again: ");
    client_type(c, password, "Choice: ");
}

static void client_play(struct client *c, const char *name)
{
    client_make_account(c, name);
    client_type(c, "n", "character: ");
    client_type(c, name, "You see exits");
}

// Names of accounts, the i-th of which belongs to loop i % loops.
static const char *name_for(unsigned i)
{
    static const char *const names[] = {"anna",   "bertold", "clara", "dorian", "emil",   "frieda",
                                        "gustav", "hanna",   "ida",   "jakob",  "klara",  "ludwig",
                                        "magda",  "norbert", "olga",  "paula",  "rudolf", "selma",
                                        "thea",   "ulrich",  "vera",  "werner", "xaver",  "yvonne"};
    unsigned loops = dispatch_loops(dispatch), skip = i / loops;
    for (size_t n = 0; n < sizeof(names) / sizeof(names[0]); n++)
        if (dispatch_home(dispatch, names[n]) == i % loops && !skip--)
            return names[n];
    ck_abort_msg("too few names");
    return NULL;
}

// Something that runs on a loop, which the test waits for.
struct visit {
    struct server *loop;
    sem_t begun, over;
    size_t connections, sessions;
};

static void on_visit(void *arg)
{
    struct visit *v = arg;
    v->connections = v->loop->count;
    v->sessions = sessions_count(v->loop->sessions);
    sem_post(&v->begun);
    sem_wait(&v->over);
    sem_post(&v->begun);
}

// The loop stands still until visit_end.
static void visit_begin(struct visit *v, unsigned loop)
{
    v->loop = server->loops[loop];
    sem_init(&v->begun, 0, 0);
    sem_init(&v->over, 0, 0);
    dispatch_call(dispatch, loop, on_visit, v);
    sem_wait(&v->begun);
}

static void visit_end(struct visit *v)
{
    sem_post(&v->over);
    sem_wait(&v->begun);
    sem_destroy(&v->begun);
    sem_destroy(&v->over);
}

static size_t connections_of(unsigned loop)
{
    struct visit v;
    visit_begin(&v, loop);
    visit_end(&v);
    ck_assert_uint_eq(v.connections, v.sessions);
    return v.connections;
}

static const char *const loop_counts[] = {"2", "4"};

static void begin_loops(const char *loops)
{
    set_up(loops);
    start();
}

// All that has come up to the second "done".
static void client_hear(struct client *c)
{
    bool is_open = true;
    for (int64_t until = now_ms() + WAIT_MS; is_open && now_ms() < until;) {
        const char *done = strstr(buf_str(&c->seen), ": done");
        if (done && strstr(done + 1, ": done"))
            return;
        is_open = client_read(c, 100);
    }
    ck_abort_msg("only \"%.300s\"", buf_str(&c->seen));
}

// The words "ROUND-WHO" in it, in their order.
static char *words_heard(struct client *c)
{
    struct buf order = BUF_INIT;
    client_hear(c);
    for (const char *at = buf_str(&c->seen); *at; at++) {
        int round, n;
        unsigned who;
        if (*at == ':' && sscanf(at, ": %d-%u%n", &round, &who, &n) == 2)
            buf_addf(&order, "%d-%u ", round, who);
    }
    return buf_take(&order);
}

static size_t share_of(unsigned loop)
{
    return (PLAYERS + server_loops(server) - 1 - loop) / server_loops(server);
}

// From login to play, text from one loop to another, and back to the menu.
START_TEST(players_of_all_loops_hear_each_other_in_one_order)
{
    struct client c[PLAYERS];
    begin_loops(loop_counts[_i]);
    for (unsigned i = 0; i < PLAYERS; i++)
        client_play(&c[i], name_for(i));
    for (unsigned i = 0; i < server_loops(server); i++)
        ck_assert_uint_eq(connections_of(i), share_of(i));
    for (int round = 0; round <= ROUNDS; round++)
        for (unsigned i = 0; i < 2; i++) {
            char *line =
                round < ROUNDS ? mem_printf("say %d-%u\r\n", round, i) : mem_strdup("say done\r\n");
            client_send(&c[i], line);
            free(line);
        }
    char *one = words_heard(&c[4]), *other = words_heard(&c[5]);
    ck_assert_uint_gt(strlen(one), (size_t)2 * 4 * ROUNDS);
    ck_assert_str_eq(one, other);
    free(one);
    free(other);
    client_type(&c[1], "quit", "Choice: ");
    client_type(&c[1], "1", "You see exits");
    stop();
    for (unsigned i = 0; i < PLAYERS; i++)
        client_close(&c[i]);
}
END_TEST

START_TEST(stopping_reaches_the_players_of_all_loops)
{
    struct client c[PLAYERS], stranger;
    begin_loops(loop_counts[_i]);
    for (unsigned i = 0; i < PLAYERS; i++)
        client_play(&c[i], name_for(i));
    client_connect(&stranger, NULL, 0);
    client_expect(&stranger, "NEW: ");
    ck_assert_int_eq(kill(getpid(), SIGTERM), 0);
    for (unsigned i = 0; i < PLAYERS; i++) {
        client_expect(&c[i], "The server is stopping.");
        client_expect_closed(&c[i]);
        client_close(&c[i]);
    }
    client_expect(&stranger, "The server is stopping.");
    client_expect_closed(&stranger);
    client_close(&stranger);
    end(0);
}
END_TEST

// Lines that come in the same piece as the name are taken on the loop that it moves to.
START_TEST(what_was_typed_ahead_goes_with_the_connection)
{
    struct client c, again;
    begin_loops("4");
    client_make_account(&c, name_for(3));
    client_connect(&again, NULL, 0);
    client_expect(&again, "NEW: ");
    char *all = mem_printf("%s\r\n%s\r\nn\r\n%s\r\nsay typed ahead\r\n", name_for(3), password,
                           name_for(3));
    client_send(&again, all);
    free(all);
    client_expect(&again, "You say: typed ahead");
    stop();
    client_close(&c);
    client_close(&again);
}
END_TEST

// The outbox of the first connection of all, while it is at loop 0.
static size_t pending_of_the_first(void)
{
    struct visit v;
    visit_begin(&v, 0);
    size_t n = outbox_pending(server->outboxes, 1 << OUTBOX_GENERATION_SHIFT);
    visit_end(&v);
    return n;
}

// Asks and does not read, until the server cannot send any more.
static void stuff(struct client *c)
{
    for (size_t pending = 0; !pending;) {
        for (int i = 0; i < 30; i++)
            client_send(c, "?\r\n");
        nanosleep(&(struct timespec){0, 30000000}, NULL);
        pending = pending_of_the_first();
        nanosleep(&(struct timespec){0, 30000000}, NULL);
        pending = pending == pending_of_the_first() ? pending : 0;
    }
}

static void drain(struct client *c)
{
    struct pollfd p = {c->fd, POLLIN, 0};
    while (poll(&p, 1, 300) == 1 && client_read(c, 0))
        ;
}

static void begin_stuffed(struct client *c)
{
    set_up("2");
    set("limits.input_before_login=1MiB");
    set("limits.output_before_login=1MiB");
    set("limits.connections_before_login=1");
    start();
    client_connect(c, NULL, 4096);
    client_expect(c, "NEW: ");
    stuff(c);
}

// The name is read and the write ends in one poll of the loop.
START_TEST(a_connection_departs_once)
{
    struct client c;
    struct visit v;
    begin_stuffed(&c);
    visit_begin(&v, 0);
    client_send(&c, name_for(1));
    client_send(&c, "\r\n");
    drain(&c);
    visit_end(&v);
    client_expect(&c, "Password: ");
    ck_assert_uint_eq(connections_of(1), 1);
    stop();
    client_close(&c);
}
END_TEST

// It is to go to loop 1, cannot yet, and its place is needed: it reads why.
START_TEST(who_is_closed_while_moving_gets_the_reason)
{
    struct client c, other;
    begin_stuffed(&c);
    client_send(&c, name_for(1));
    client_send(&c, "\r\n");
    nanosleep(&(struct timespec){0, 100000000}, NULL);
    ck_assert_uint_eq(connections_of(0), 1);
    client_connect(&other, "127.0.0.2", 0);
    client_expect(&other, "NEW: ");
    client_expect(&c, "Too many people are knocking at once.");
    client_expect_closed(&c);
    stop();
    client_close(&c);
    client_close(&other);
}
END_TEST

START_TEST(a_stranger_who_has_moved_makes_room)
{
    struct client c, other;
    set_up("2");
    set("limits.connections_before_login=1");
    start();
    client_connect(&c, NULL, 0);
    client_expect(&c, "NEW: ");
    client_type(&c, name_for(1), "Password: ");
    ck_assert_uint_eq(connections_of(1), 1);
    client_connect(&other, "127.0.0.2", 0);
    client_expect(&other, "NEW: ");
    client_expect(&c, "Too many people are knocking at once.");
    client_expect_closed(&c);
    client_close(&other);
    client_connect(&other, NULL, 0); // the place of the first is free again
    client_expect(&other, "NEW: ");
    stop();
    client_close(&c);
    client_close(&other);
}
END_TEST

static size_t descriptors(void)
{
    size_t n = 0;
    for (int fd = 0; fd < 1024; fd++)
        n += fcntl(fd, F_GETFD) >= 0;
    return n;
}

// The socket cannot be opened on the other loop: it is closed there, and leaves no descriptor.
START_TEST(who_cannot_arrive_is_closed)
{
    struct client c;
    begin_loops("2");
    client_make_account(&c, name_for(1));
    client_close(&c);
    while (connections_of(1))
        nanosleep(&(struct timespec){0, 10000000}, NULL);
    size_t before = descriptors();
    client_connect(&c, NULL, 0);
    client_expect(&c, "NEW: ");
    atomic_store(&open_fails, true);
    client_send(&c, name_for(1));
    client_send(&c, "\r\n");
    client_expect_closed(&c);
    client_close(&c);
    atomic_store(&open_fails, false);
    for (int i = 0; i < 1000 && descriptors() > before; i++)
        nanosleep(&(struct timespec){0, 10000000}, NULL);
    ck_assert_uint_eq(descriptors(), before);
    ck_assert_uint_eq(connections_of(0) + connections_of(1), 0);
    stop();
}
END_TEST

// It has typed more than it may when it moves, and is read again at the loop that it comes to.
START_TEST(a_throttled_connection_is_read_again_where_it_is)
{
    struct client c;
    set_up("2");
    set("limits.input_before_login=512");
    start();
    client_connect(&c, NULL, 0);
    client_expect(&c, "NEW: ");
    struct buf all = BUF_INIT;
    buf_addf(&all, "%s\r\n", name_for(1));
    while (all.len < 510)
        buf_addc(&all, ' ');
    buf_adds(&all, "\r\n");
    client_send(&c, buf_str(&all));
    buf_fini(&all);
    client_expect(&c, "That is not right.");
    client_type(&c, name_for(1), "Password: ");
    stop();
    client_close(&c);
}
END_TEST

// Connections that are on their way when the server stops, at a moment that is another each time.
START_TEST(stopping_reaches_who_is_on_the_way)
{
    struct client c[12];
    begin_loops("4");
    for (unsigned i = 0; i < 12; i++) {
        client_connect(&c[i], NULL, 0);
        client_expect(&c[i], "NEW: ");
    }
    for (unsigned i = 0; i < 12; i++) {
        client_send(&c[i], name_for(i));
        client_send(&c[i], "\r\n");
    }
    nanosleep(&(struct timespec){0, _i * 150000}, NULL);
    ck_assert_int_eq(kill(getpid(), SIGTERM), 0);
    for (unsigned i = 0; i < 12; i++)
        client_expect_closed(&c[i]);
    end(0);
    for (unsigned i = 0; i < 12; i++)
        client_close(&c[i]);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("net/server_loops");
    TCase *t = tcase_create("loops");
    tcase_set_timeout(t, 60);
    tcase_add_loop_test(t, players_of_all_loops_hear_each_other_in_one_order, 0, 2);
    tcase_add_loop_test(t, stopping_reaches_the_players_of_all_loops, 0, 2);
    tcase_add_test(t, what_was_typed_ahead_goes_with_the_connection);
    tcase_add_test(t, a_connection_departs_once);
    tcase_add_test(t, who_is_closed_while_moving_gets_the_reason);
    tcase_add_test(t, a_stranger_who_has_moved_makes_room);
    tcase_add_test(t, who_cannot_arrive_is_closed);
    tcase_add_test(t, a_throttled_connection_is_read_again_where_it_is);
    tcase_add_loop_test(t, stopping_reaches_who_is_on_the_way, 0, 6);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
