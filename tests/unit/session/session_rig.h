// For tests of sessions: a list of sessions over the real dispatch and store, without sockets and
// threads of workers; or a list for each of several loops, which one thread acts for by turns.
// Connections are records of what was done to them; data goes to a folder of its own.
#ifndef TEST_SESSION_RIG_H
#define TEST_SESSION_RIG_H

#include "engine/dispatch.h"
#include "output/outbox.h"
#include "session/session.h"
#include "store/zones.h"
#include "util/buf.h"
#include "util/doc.h"
#include "util/log.h"
#include "util/loopguard.h"
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
    unsigned loop, moves_to; // moves_to: the number of the loop, and 1; 0: none
};

struct rig {
    char folder[64];
    struct settings settings;
    struct world *world;
    struct outboxes *outboxes;
    struct dispatch *dispatch;
    struct session_shared *shared;
    struct sessions *sessions; // of loop 0, as `outboxes`
    unsigned loops;
    struct sessions *lists[LOOPS_MAX];
    struct outboxes *sets[LOOPS_MAX];
    struct peer peers[RIG_PEERS];
    size_t count;
    int64_t now;
    int log;
};

static struct rig rig;
static unsigned rig_loops = 1; // of the rig that is begun next

static void rig_close(void *conn, const char *reason)
{
    struct peer *p = conn;
    if (reason)
        outbox_text(rig.sets[p->loop], session_outbox(p->session), reason, true);
    p->closed = true;
}

static void rig_echo(void *conn, bool on)
{
    ((struct peer *)conn)->echo_off = !on;
}

// It moves when everything has settled, as net would have it.
static void rig_move(void *conn, unsigned loop)
{
    struct peer *p = conn;
    ck_assert(loop != p->loop && loop < rig.loops && !p->moves_to);
    if (!p->closed)
        p->moves_to = loop + 1;
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
    for (unsigned i = 0; i < rig.loops; i++) {
        loopguard_act_for(i);
        rig.lists[i] = sessions_new(rig.shared, rig.sets[i], &ops);
    }
    loopguard_act_for(0);
    rig.sessions = rig.lists[0];
}

// `settings` are assignments, NULL-ended.
static void rig_begin(const char *const *settings)
{
    rig = (struct rig){.now = 1000000, .loops = rig_loops};
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
    struct dispatch_config config = {.workers = 1,
                                     .offload_threads = 1,
                                     .linkdead = 60000,
                                     .wake = rig_wake,
                                     .loops = rig.loops};
    rig.world = world_new();
    rig_load();
    for (unsigned i = 0; i < rig.loops; i++)
        rig.sets[i] = outboxes_new(i);
    config.outboxes = rig.outboxes = rig.sets[0];
    rig.dispatch = dispatch_new(rig.world, &config, sessions_dispatch_ops());
    for (unsigned i = 1; i < rig.loops; i++)
        dispatch_add_loop(rig.dispatch, rig_wake, NULL, rig.sets[i]);
    rig_make_hub();
    dispatch_prepare(rig.dispatch);
}

static void rig_collect_from(struct outboxes *set)
{
    for (outbox_id id; (id = outboxes_next_urgent(set)) || (id = outboxes_next_relaxed(set));) {
        struct peer *p = outbox_owner(set, id);
        size_t n;
        const char *bytes = outbox_peek(set, id, &n);
        for (size_t i = 0; i < n; i++)
            if (bytes[i] != '\r')
                buf_addc(&p->seen, bytes[i]);
        outbox_drained(set, id, n);
    }
}

static void rig_collect(void)
{
    for (unsigned i = 0; i < rig.loops; i++)
        rig_collect_from(rig.sets[i]);
}

static void rig_depart(struct peer *p)
{
    loopguard_act_for(p->loop);
    session_depart(p->session);
    loopguard_act_for(0);
}

static void rig_arrive(struct peer *p)
{
    p->loop = p->moves_to - 1;
    p->moves_to = 0;
    loopguard_act_for(p->loop);
    session_arrive(rig.lists[p->loop], p->session, p, rig.now);
    loopguard_act_for(0);
}

static void rig_travel(void)
{
    for (size_t i = 0; i < rig.count; i++)
        if (rig.peers[i].moves_to && !rig.peers[i].closed) {
            rig_depart(&rig.peers[i]);
            rig_arrive(&rig.peers[i]);
        }
}

static void rig_gone(struct peer *p)
{
    loopguard_act_for(p->loop);
    if (p->session)
        session_gone(p->session);
    loopguard_act_for(0);
    p->session = NULL;
    p->moves_to = 0;
}

static void rig_rounds(void)
{
    for (int i = 0; i < RIG_ROUNDS; i++) {
        dispatch_run(rig.dispatch);
        rig_travel();
    }
    rig_collect();
}

// Everything that can be done is done; what a job starts needs another round. A connection that was
// closed is gone afterwards, as net would have it.
static void rig_settle(void)
{
    rig_rounds();
    for (size_t i = 0; i < rig.count; i++)
        if (rig.peers[i].closed)
            rig_gone(&rig.peers[i]);
    rig_rounds();
}

static void rig_end(void)
{
    for (size_t i = 0; i < rig.count; i++)
        rig_gone(&rig.peers[i]);
    rig_settle();
    dispatch_stop(rig.dispatch);
    sessions_free_all(rig.shared);
    dispatch_free(rig.dispatch);
    for (unsigned i = 0; i < rig.loops; i++)
        outboxes_free(rig.sets[i]);
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
    loopguard_act_for(p->loop);
    outbox_entered(rig.sets[p->loop], session_outbox(p->session));
    session_line(p->session, line, strlen(line), rig.now);
    loopguard_act_for(0);
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
    for (unsigned i = 0; i < rig.loops; i++) {
        loopguard_act_for(i);
        sessions_tick(rig.lists[i], rig.now);
    }
    loopguard_act_for(0);
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
