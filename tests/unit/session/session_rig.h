// For tests of sessions: a list of sessions over the real dispatch and store, without sockets and
// threads of workers. Connections are records of what was done to them; data goes to a folder of
// its own.
#ifndef TEST_SESSION_RIG_H
#define TEST_SESSION_RIG_H

#include "engine/dispatch.h"
#include "output/outbox.h"
#include "session/session.h"
#include "store/zones.h"
#include "util/buf.h"
#include "util/doc.h"
#include "util/log.h"
#include "util/mem.h"
#include "util/settings.h"
#include "world/world.h"

#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { RIG_PEERS = 40, RIG_ROUNDS = 8 };

struct peer {
    struct session *session;
    struct buf seen; // since it was last looked at
    bool echo_off, closed;
};

struct rig {
    char folder[64];
    struct settings settings;
    struct world *world;
    struct outboxes *outboxes;
    struct dispatch *dispatch;
    struct session_shared *shared;
    struct sessions *sessions;
    struct peer peers[RIG_PEERS];
    size_t count;
    int64_t now;
    int log;
};

static struct rig rig;

static void rig_close(void *conn, const char *reason)
{
    struct peer *p = conn;
    if (reason)
        outbox_text(rig.outboxes, session_outbox(p->session), reason, true);
    p->closed = true;
}

static void rig_echo(void *conn, bool on)
{
    ((struct peer *)conn)->echo_off = !on;
}

// There is one loop, so nobody moves.
static void rig_move(void *conn, unsigned loop)
{
    (void)conn;
    ck_abort_msg("moved to loop %u", loop);
}

static void rig_known(void *conn)
{
    (void)conn;
}

static void rig_wake(void *arg)
{
    (void)arg;
}

static void rig_set(const char *assignment)
{
    struct doc_problems p = DOC_PROBLEMS_INIT;
    ck_assert(settings_set(&rig.settings, assignment, "test", &p));
    doc_problems_fini(&p);
}

static void rig_load(void)
{
    struct doc_problems p = DOC_PROBLEMS_INIT;
    const char *source = getenv("LATCHKEY_SOURCE");
    ck_assert_msg(source != NULL, "LATCHKEY_SOURCE is not set");
    char *player = mem_printf("%s/tests/data/zones/player.json", source);
    char *yard = mem_printf("%s/tests/data/zones/yard.json", source);
    ck_assert_int_eq(zones_load_player(rig.world, player, &p), ZONES_LOADED);
    ck_assert_int_eq(zones_load(rig.world, (const char *const[]){yard}, 1, false, &p, NULL),
                     ZONES_LOADED);
    free(player);
    free(yard);
    doc_problems_fini(&p);
}

// Reads the texts.
static void rig_make_hub(void)
{
    static const struct session_ops ops = {rig_close, rig_echo, rig_move, rig_known};
    rig.shared = session_shared_new(&rig.settings, rig.dispatch);
    rig.sessions = sessions_new(rig.shared, rig.outboxes, &ops);
}

// `settings` are assignments, NULL-ended.
static void rig_begin(const char *const *settings)
{
    rig = (struct rig){.now = 1000000};
    snprintf(rig.folder, sizeof(rig.folder), "%s/latchkey-session-XXXXXX", P_tmpdir);
    ck_assert_ptr_nonnull(mkdtemp(rig.folder));
    ck_assert_int_eq(chdir(rig.folder), 0);
    rig.log = open("log", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    log_set_fd(rig.log);
    ck_assert_int_eq(
        system("mkdir text && cp \"$LATCHKEY_SOURCE/data/text/common-passwords.txt\" text"), 0);
    settings_init(&rig.settings);
    rig_set("folder.data=data");
    rig_set("folder.text=text");
    rig_set("password.memory=8KiB");
    rig_set("password.passes=1");
    for (; settings && *settings; settings++)
        rig_set(*settings);
    struct dispatch_config config = {
        .workers = 1, .offload_threads = 1, .linkdead = 60000, .wake = rig_wake};
    rig.world = world_new();
    rig_load();
    config.outboxes = rig.outboxes = outboxes_new(0);
    rig.dispatch = dispatch_new(rig.world, &config, sessions_dispatch_ops());
    rig_make_hub();
    dispatch_prepare(rig.dispatch);
}

static void rig_collect(void)
{
    for (outbox_id id;
         (id = outboxes_next_urgent(rig.outboxes)) || (id = outboxes_next_relaxed(rig.outboxes));) {
        struct peer *p = outbox_owner(rig.outboxes, id);
        size_t n;
        const char *bytes = outbox_peek(rig.outboxes, id, &n);
        for (size_t i = 0; i < n; i++)
            if (bytes[i] != '\r')
                buf_addc(&p->seen, bytes[i]);
        outbox_drained(rig.outboxes, id, n);
    }
}

static void rig_gone(struct peer *p)
{
    if (p->session)
        session_gone(p->session);
    p->session = NULL;
}

// Everything that can be done is done; what a job starts needs another round. A connection that was
// closed is gone afterwards, as net would have it.
static void rig_settle(void)
{
    for (int i = 0; i < RIG_ROUNDS; i++)
        dispatch_run(rig.dispatch);
    rig_collect();
    for (size_t i = 0; i < rig.count; i++)
        if (rig.peers[i].closed)
            rig_gone(&rig.peers[i]);
    for (int i = 0; i < RIG_ROUNDS; i++)
        dispatch_run(rig.dispatch);
    rig_collect();
}

static void rig_end(void)
{
    for (size_t i = 0; i < rig.count; i++)
        rig_gone(&rig.peers[i]);
    rig_settle();
    dispatch_stop(rig.dispatch);
    sessions_free_all(rig.shared);
    dispatch_free(rig.dispatch);
    outboxes_free(rig.outboxes);
    world_free(rig.world);
    settings_fini(&rig.settings);
    for (size_t i = 0; i < rig.count; i++)
        buf_fini(&rig.peers[i].seen);
    log_set_fd(STDERR_FILENO);
    close(rig.log);
    ck_assert_int_eq(chdir("/"), 0);
    char *command = mem_printf("rm -rf '%s'", rig.folder);
    ck_assert_int_eq(system(command), 0);
    free(command);
}

static struct peer *rig_connect_from(const char *address)
{
    ck_assert_uint_lt(rig.count, RIG_PEERS);
    struct peer *p = &rig.peers[rig.count++];
    p->session = session_new(rig.sessions, p, address, rig.now);
    session_greet(p->session);
    rig_settle();
    return p;
}

static struct peer *rig_connect(void)
{
    return rig_connect_from("192.0.2.7");
}

// Types a line and does not wait for what comes of it.
static void rig_send(struct peer *p, const char *line)
{
    ck_assert_msg(p->session != NULL, "\"%s\" typed into a closed connection", line);
    outbox_entered(rig.outboxes, session_outbox(p->session));
    session_line(p->session, line, strlen(line), rig.now);
}

// Types a line and wants to see `expected` in what comes of it.
static void rig_type(struct peer *p, const char *line, const char *expected)
{
    buf_clear(&p->seen);
    rig_send(p, line);
    rig_settle();
    ck_assert_msg(strstr(buf_str(&p->seen), expected) != NULL, "\"%s\" gave \"%s\", not \"%s\"",
                  line, buf_str(&p->seen), expected);
}

__attribute__((unused)) static void rig_pass(int64_t ms)
{
    rig.now += ms;
    sessions_tick(rig.sessions, rig.now);
    rig_settle();
}

__attribute__((unused)) static bool rig_saw(const struct peer *p, const char *text)
{
    return strstr(buf_str(&p->seen), text) != NULL;
}

static const char rig_password[] = "a-long-password";

static struct peer *rig_make_account(const char *name)
{
    struct peer *p = rig_connect();
    rig_type(p, "new", "A name for your account: ");
    rig_type(p, name, "A password for it: ");
    rig_type(p, rig_password, "The same again: ");
    rig_type(p, rig_password, "Choice: ");
    return p;
}

__attribute__((unused)) static struct peer *rig_log_in(const char *name)
{
    struct peer *p = rig_connect();
    rig_type(p, name, "Password: ");
    rig_type(p, rig_password, "Choice: ");
    return p;
}

__attribute__((unused)) static struct peer *rig_play(const char *account, const char *character)
{
    struct peer *p = rig_make_account(account);
    rig_type(p, "n", "A name for your character: ");
    rig_type(p, character, "You see exits");
    return p;
}

// How many lines of the log match.
__attribute__((unused)) static int rig_logged_times(const char *pattern)
{
    char *command = mem_printf("grep -cE '%s' log", pattern);
    FILE *f = popen(command, "r");
    int n = -1;
    ck_assert(f && fscanf(f, "%d", &n) == 1);
    pclose(f);
    free(command);
    return n;
}

__attribute__((unused)) static bool rig_logged(const char *pattern)
{
    char *command = mem_printf("grep -qE '%s' log", pattern);
    bool is = system(command) == 0;
    free(command);
    return is;
}

#endif
