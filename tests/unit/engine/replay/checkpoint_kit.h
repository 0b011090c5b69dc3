// The shipped world with players and a journal, in this process; it can be stopped as by a crash,
// and started again from what is on the disk.
#ifndef TESTS_DISPATCH_CHECKPOINT_KIT_H
#define TESTS_DISPATCH_CHECKPOINT_KIT_H

#include "check/check.h"
#include "check/check_report.h"
#include "engine/dispatch.h"
#include "engine/dispatch_priv.h"
#include "engine/replay/checkpoint.h"
#include "engine/replay/replay.h"
#include "journal/journal.h"
#include "journal/snapshot_file.h"
#include "output/outbox.h"
#include "runtime/sched.h"
#include "store/zones.h"
#include "util/buf.h"
#include "util/clock.h"
#include "util/doc.h"
#include "util/error.h"
#include "util/log.h"
#include "util/mem.h"
#include "util/rng.h"
#include "world/snapshot/digest.h"
#include "world/world.h"

#include <check.h>
#include <dirent.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PLAYERS_MAX = 12 };

struct visitor {
    struct player_task *actor;
    outbox_id outbox;
    unsigned left, answered; // commands to go, and gone
};

struct server {
    struct world *world;
    struct outboxes *outboxes;
    struct dispatch *dispatch;
    struct journal *journal;
};

static struct server server;
static struct visitor visitors[PLAYERS_MAX];
static unsigned in_world, finished, snapshots;
static struct outboxes *others; // a test's own: the next dispatch has a loop 1 with these
static struct rng rng;
static char folder[64];
static struct error why;
static uint64_t zone_files;   // the digest that the journal has of them
static _Atomic int64_t later; // ms that the tasks' clock is ahead
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
static bool woken;

static inline void wake(void *arg)
{
    (void)arg;
    pthread_mutex_lock(&mutex);
    woken = true;
    pthread_cond_signal(&cond);
    pthread_mutex_unlock(&mutex);
}

static inline void other_wake(void *arg)
{
    (void)arg;
}

static inline void next_command(struct visitor *v)
{
    static const char *const lines[] = {"get all",
                                        "drop all",
                                        "north",
                                        "south",
                                        "east",
                                        "west",
                                        "up",
                                        "down",
                                        "look",
                                        "say hello",
                                        "inventory",
                                        "get any",
                                        "hit bob",
                                        "hit ann",
                                        "open door",
                                        "close door",
                                        "give any to bob",
                                        "wear all",
                                        "wield any",
                                        "put all in any",
                                        "alias n north",
                                        "prompt %h>",
                                        "junk any",
                                        "who",
                                        "consent ann",
                                        "consent bob",
                                        "flee",
                                        "shout hello"};
    if (!v->left) {
        finished++;
        return;
    }
    v->left--;
    dispatch_line(v->actor, lines[rng_below(&rng, sizeof(lines) / sizeof(lines[0]))]);
}

static inline void answered(void *session)
{
    struct visitor *v = session;
    v->answered++;
    next_command(v);
}

static inline void entered(void *session, struct player_task *a)
{
    ((struct visitor *)session)->actor = a;
    in_world++;
}

static inline void save(struct player_task *a, struct doc *saved)
{
    (void)a;
    doc_free(saved);
}

static inline void restored(void *owner, const char *name, struct doc *saved)
{
    (void)owner;
    (void)name;
    doc_free(saved);
}

static inline struct world *load_world(void)
{
    struct doc_problems p = DOC_PROBLEMS_INIT;
    struct world *w = world_new();
    char *zones = mem_printf("%s/data/zones", getenv("LATCHKEY_SOURCE"));
    char *player = mem_printf("%s/data/player.json", getenv("LATCHKEY_SOURCE"));
    ck_assert_int_eq(zones_load_player(w, player, &p), ZONES_LOADED);
    ck_assert_int_eq(zones_load_folder(w, zones, false, &p, NULL), ZONES_LOADED);
    doc_problems_fini(&p);
    free(zones);
    free(player);
    return w;
}

// Without workers `arg` is NULL, and time passes only when a test sets `later`.
static inline int64_t ahead(void *arg)
{
    return later + (arg ? clock_mono_ms() : 0);
}

static inline struct dispatch *new_dispatch(struct server *s, unsigned workers)
{
    static const struct dispatch_ops ops = {
        .answered = answered, .save = save, .entered = entered, .left = save, .restored = restored};
    s->world = load_world();
    s->outboxes = outboxes_new(0);
    struct dispatch_config config = {.workers = workers,
                                     .offload_threads = 1,
                                     .loops = others ? 2 : 1,
                                     .linkdead = 60000,
                                     .wake = wake,
                                     .outboxes = s->outboxes};
    s->dispatch = dispatch_new(s->world, &config, &ops);
    if (others)
        dispatch_add_loop(s->dispatch, other_wake, NULL, others);
    return s->dispatch;
}

static inline struct journal *open_journal(bool read_only)
{
    char *path = mem_printf("%s/journal", folder);
    struct journal_config config = {.folder = path,
                                    .read_only = read_only,
                                    .world = zone_files,
                                    .epoch = UINT64_MAX,
                                    .map = 1 << 20};
    struct journal *j = journal_open(&config, &why);
    ck_assert_msg(j, "%s", error_text(&why));
    free(path);
    return j;
}

// A server on what is on the disk. Without workers tasks run in `turn`.
static inline void start_server(unsigned workers, int64_t interval)
{
    struct dispatch_journal config = {.interval = interval};
    new_dispatch(&server, workers ? workers : 1);
    server.journal = open_journal(false);
    bool fresh = journal_last(server.journal) < journal_first(server.journal);
    sched_clock(server.dispatch->sched, ahead, workers ? &later : NULL);
    ck_assert_msg(!dispatch_journal(server.dispatch, server.journal, &config, &why), "%s",
                  error_text(&why));
    if (fresh)
        dispatch_prepare(server.dispatch);
    if (workers)
        dispatch_start(server.dispatch);
}

static inline void turn(void)
{
    if (!server.dispatch->running) {
        dispatch_run(server.dispatch);
        return;
    }
    pthread_mutex_lock(&mutex);
    while (!woken)
        pthread_cond_wait(&cond, &mutex);
    woken = false;
    pthread_mutex_unlock(&mutex);
    dispatch_turn_begin(server.dispatch);
    dispatch_deliver(server.dispatch);
    dispatch_turn_end(server.dispatch);
    for (outbox_id id; (id = outboxes_next_urgent(server.outboxes)) ||
                       (id = outboxes_next_relaxed(server.outboxes));) {
        size_t n;
        outbox_peek(server.outboxes, id, &n);
        outbox_drained(server.outboxes, id, n);
    }
}

static inline void enter(const char *name, struct visitor *v)
{
    struct style style = {.utf8 = true};
    v->outbox = outbox_open(server.outboxes, &style, 1 << 20, v);
    struct dispatch_entry e = {.name = name, .permissions = "", .outbox = v->outbox, .session = v};
    unsigned before = in_world;
    dispatch_enter(server.dispatch, &e);
    while (in_world == before)
        turn();
}

// Nobody to be waited for: no child of ours is left.
static inline void ck_no_child(void)
{
    ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
    ck_assert_int_eq(errno, ECHILD);
}

static inline void ck_no_new_file(const char *epoch)
{
    DIR *d = opendir(epoch);
    ck_assert_ptr_nonnull(d);
    for (struct dirent *e; (e = readdir(d));)
        ck_assert_msg(!strstr(e->d_name, ".new"), "%s is left", e->d_name);
    closedir(d);
}

static inline void start(void)
{
    snprintf(folder, sizeof(folder), "%s/latchkey-checkpoint-XXXXXX", P_tmpdir);
    ck_assert_ptr_nonnull(mkdtemp(folder));
    log_open("/dev/null");
    rng_seed(&rng, 11);
    in_world = finished = snapshots = 0;
    others = NULL;
    later = 0;
    memset(visitors, 0, sizeof(visitors));
    check_set_level(CHECK_RULES);
    check_reset();
}

static inline void finish(void)
{
    char *line = mem_printf("rm -rf '%s'", folder);
    ck_assert_int_eq(system(line), 0);
    free(line);
    ck_assert_uint_eq(check_violations(), 0);
}

#endif
