// Fuzz target for the wire as a whole: what a stranger sends goes through a socket, the telnet
// codec, lines, the dialogue before the world, accounts on a disk, commands, and back. The server
// is the real one but for three things: the socket is one of a pair, commands run on the loop's
// thread, and time is ours, so that all that waits for it happens at once. What comes back must be
// telnet around text: UTF-8 (or ASCII) without control codes. The first byte chooses how the input
// is cut into packets, and whether the stranger reads only at the end. A packet that begins with a
// byte 0 lets a while pass. Who is sent away comes again.
#include "fuzz_folder.h"
#include "fuzz_world.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>

#include "engine/offload.h"
#include "net/server_priv.h"
#include "session/session.h"
#include "util/settings.h"

enum {
    CONNECTIONS = 4,
    STEP_MS = 60,
    PAUSE_MS = 20000,
    QUIET_TURNS = 12,
    IAC = 255,
    SB = 250,
    SE = 240,
    WILL = 251,
    DONT = 254
};

struct wire {
    struct server *server;
    struct dispatch *dispatch;
    int fd; // the stranger's end; -1: closed
    int connections;
    bool deaf; // does not read for now
    const uint8_t *at, *end;
    uint32_t cut;
    int quiet; // turns in which nothing came
    struct buf seen;
    uv_idle_t idle;
};

static struct wire wire;
static int64_t ahead_ms; // of our time before the machine's
static struct settings settings;

int clock_gettime(clockid_t id, struct timespec *out);

// Also libuv's: it is asked for the time in this program.
int clock_gettime(clockid_t id, struct timespec *out)
{
    long r = syscall(SYS_clock_gettime, id, out);
    int64_t ns = out->tv_nsec + ahead_ms % 1000 * 1000000;
    out->tv_sec += ahead_ms / 1000 + ns / 1000000000;
    out->tv_nsec = ns % 1000000000;
    return (int)r;
}

static void set(const char *assignment)
{
    struct doc_problems p = DOC_PROBLEMS_INIT;
    MUST(settings_set(&settings, assignment, "fuzz", &p));
    doc_problems_fini(&p);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    folder_make();
    signal(SIGPIPE, SIG_IGN); // as server_listen does
    settings_init(&settings);
    char *data = mem_printf("folder.data=%s/data", folder);
    set(data);
    free(data);
    set("folder.text=/nowhere");
    set("password.memory=8KiB");
    set("password.passes=1");
    // Small, so that inputs of a few thousand bytes reach what bounds them.
    set("limits.line=256");
    set("limits.input=4KiB");
    set("limits.input_before_login=1KiB");
    set("limits.output=8KiB");
    set("limits.commands_per_second=1000");
    set("limits.commands_burst=1000");
    atexit(folder_remove);
    fuzz_once();
    return 0;
}

// Text with telnet around it.
static void judge_wire(const struct buf *b)
{
    struct buf text = BUF_INIT;
    const uint8_t *p = (const uint8_t *)buf_str(b), *end = p + b->len;
    while (p < end) {
        if (*p != IAC) {
            buf_addc(&text, *p ? (char)*p : ' ');
            p++;
            continue;
        }
        MUST(end - p >= 2);
        MUST(p[1] != IAC); // no text of ours has one
        if (p[1] == SB) {
            while (end - p >= 2 && (p[0] != IAC || p[1] != SE))
                p += p[0] == IAC ? 2 : 1;
            MUST(end - p >= 2);
            p += 2;
        } else {
            p += p[1] >= WILL && p[1] <= DONT ? 3 : 2;
            MUST(p <= end);
        }
    }
    fuzz_judge(buf_str(&text), text.len);
    buf_fini(&text);
}

static void receive(void)
{
    char bytes[65536];
    if (wire.deaf)
        return;
    for (ssize_t n; wire.fd >= 0 && (n = recv(wire.fd, bytes, sizeof(bytes), MSG_DONTWAIT)) != 0;) {
        if (n < 0)
            return;
        buf_add(&wire.seen, bytes, (size_t)n);
        wire.quiet = 0;
    }
    if (wire.fd >= 0)
        close(wire.fd);
    wire.fd = -1;
}

static void send_packet(void)
{
    size_t n = (size_t)(wire.end - wire.at);
    wire.cut = wire.cut * 1664525u + 1013904223u;
    size_t piece = 1 + (wire.cut >> 20) % (wire.cut & 0x180000 ? 600 : 8);
    n = n < piece ? n : piece;
    if (wire.fd >= 0 && send(wire.fd, wire.at, n, MSG_DONTWAIT | MSG_NOSIGNAL) == (ssize_t)n &&
        !wire.at[0])
        ahead_ms += PAUSE_MS;
    wire.at += n;
    wire.quiet = 0;
}

static void connect_stranger(struct server *s)
{
    int pair[2];
    struct sockaddr_in peer = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(0xC0000207)};
    MUST(!socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair));
    wire.fd = pair[1];
    wire.connections++;
    wire.quiet = 0;
    server_connected(s, pair[0], (const struct sockaddr *)&peer);
}

static void on_turn(uv_idle_t *h)
{
    (void)h;
    receive();
    dispatch_run(wire.dispatch);
    if (offload_pending(dispatch_offload(wire.dispatch)))
        return;
    ahead_ms += STEP_MS;
    wire.quiet++;
    if (wire.fd < 0 && wire.at < wire.end && wire.connections < CONNECTIONS)
        connect_stranger(wire.server);
    else if (wire.quiet > 2 && wire.at < wire.end && wire.fd >= 0)
        send_packet();
    else if (wire.quiet > QUIET_TURNS)
        uv_stop(&wire.server->loop);
}

static void forget_files(const char *kind)
{
    char *path = mem_printf("%s/data/%s", folder, kind);
    DIR *d = opendir(path);
    for (struct dirent *e; d && (e = readdir(d));)
        unlinkat(dirfd(d), e->d_name, 0);
    if (d)
        closedir(d);
    free(path);
}

static struct world *make_world(void)
{
    struct world *w = world_new();
    struct doc_problems p = DOC_PROBLEMS_INIT;
    const char *source = getenv("LATCHKEY_SOURCE");
    MUST(source);
    char *player = mem_printf("%s/tests/data/zones/player.json", source);
    char *yard = mem_printf("%s/tests/data/zones/yard.json", source);
    MUST(zones_load_player(w, player, &p) == ZONES_LOADED);
    MUST(zones_load(w, (const char *const[]){yard}, 1, false, &p, NULL) == ZONES_LOADED);
    free(player);
    free(yard);
    doc_problems_fini(&p);
    return w;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!size)
        return 0;
    struct world *w = make_world();
    struct server *s = server_new(&settings);
    struct dispatch_config config = {.workers = 1,
                                     .offload_threads = 1,
                                     .linkdead = 60000,
                                     .wake = server_wake,
                                     .wake_arg = s,
                                     .outboxes = server_outboxes(s)};
    struct dispatch *d = dispatch_new(w, &config, sessions_dispatch_ops());
    struct session_shared *shared = session_shared_new(&settings, d);
    struct sessions *h = sessions_new(shared, server_outboxes(s), server_session_ops());
    server_attach(s, h);
    dispatch_prepare(d);
    wire = (struct wire){.server = s,
                         .dispatch = d,
                         .at = data + 1,
                         .end = data + size,
                         .cut = data[0],
                         .deaf = data[0] >= 0xC0};
    uv_idle_init(&s->loop, &wire.idle);
    uv_idle_start(&wire.idle, on_turn);
    connect_stranger(s);
    server_run(s);
    wire.deaf = false;
    receive();
    if (wire.fd >= 0)
        close(wire.fd);
    wire.fd = -1;
    wire.at = wire.end;
    wire.quiet = 0;
    sessions_stop(h, "The end.\n");
    server_run(s);
    judge_wire(&wire.seen);
    dispatch_stop(d);
    uv_idle_stop(&wire.idle);
    server_free(s);
    sessions_free_all(shared);
    dispatch_free(d);
    world_free(w);
    buf_fini(&wire.seen);
    MUST(!check_violations());
    forget_files("accounts");
    forget_files("characters");
    ahead_ms = 0; // libFuzzer asks for the time too
    return 0;
}
