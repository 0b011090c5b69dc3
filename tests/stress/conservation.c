// Nothing is lost or doubled: players on several workers carry things, and the containers they are
// in, between locations, give them away, drop and junk nothing; then every thing is counted. The
// checker is on; run it under ThreadSanitizer too.
//
// With --replay the run is written into a journal, with snapshots taken on the way, and replayed so
// many times on 1 to 8 workers, from a snapshot and in full by turns: every event must say what it
// said, and the world at the end must be the same.
//
//   conservation [--workers N] [--players N] [--commands N] [--seed N] [--big-lock] [--replay N]
//                [--perturb N] [--reach PATHS] [--turn N]
//
// With --turn the loop runs up to N steps of each turn itself. With --perturb workers pause at one
// in N schedule points; with --reach it fails unless each of these rare paths (engine/reached.h)
// was taken.
#include "check/check.h"
#include "check/check_data.h"
#include "check/check_report.h"
#include "console/lost_wake.h"
#include "console/watchdog.h"
#include "engine/dispatch.h"
#include "engine/perturb.h"
#include "engine/reached.h"
#include "engine/replay/replay.h"
#include "journal/journal.h"
#include "journal/snapshot_file.h"
#include "lock/lock.h"
#include "output/outbox.h"
#include "store/zones.h"
#include "util/buf.h"
#include "util/doc.h"
#include "util/error.h"
#include "util/mem.h"
#include "util/rng.h"
#include "world/attr.h"
#include "world/inventory.h"
#include "world/snapshot/digest.h"
#include "world/world.h"

#include <getopt.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ROOMS = 12, BALLS = 60, BAGS = 15, SNAPSHOT_TURNS = 8 };

struct player {
    struct player_task *actor;
    outbox_id outbox;
    unsigned left; // commands to go
};

static struct {
    unsigned workers, players, commands, replays, perturb, turn_tasks;
    uint32_t reach;
    bool big;
    struct rng rng;
    struct dispatch *dispatch;
    struct outboxes *outboxes;
    struct player *list;
    unsigned in_world, finished, turns, snapshots;
    pthread_mutex_t mutex;
    pthread_cond_t cond;
    bool woken;
} run = {.workers = 3, .players = 24, .commands = 400};

static void wake(void *arg)
{
    (void)arg;
    pthread_mutex_lock(&run.mutex);
    run.woken = true;
    pthread_cond_signal(&run.cond);
    pthread_mutex_unlock(&run.mutex);
}

static void write_world(struct buf *b)
{
    buf_adds(b, "{\"zone\":{\"ref\":\"ring\",\"name\":\"Ring\"},\"locations\":{");
    for (int i = 0; i < ROOMS; i++)
        buf_addf(b,
                 "%s\"r%d\":{\"name\":\"Room %d\",\"start\":true,\"exits\":{\"east\":\"r%d\","
                 "\"west\":\"r%d\",\"up\":\"r%d\",\"down\":\"r%d\"}}",
                 i ? "," : "", i, i, (i + 1) % ROOMS, (i + ROOMS - 1) % ROOMS, (i + 5) % ROOMS,
                 (i + ROOMS - 5) % ROOMS);
    buf_adds(b, "},\"things\":{");
    for (int i = 0; i < BALLS; i++)
        buf_addf(b, "%s\"ball%d\":{\"name\":\"ball %d\",\"aliases\":[\"ball\"]}", i ? "," : "", i,
                 i);
    for (int i = 0; i < BAGS; i++)
        buf_addf(b, ",\"bag%d\":{\"name\":\"bag %d\",\"aliases\":[\"bag\"],\"inventory\":true}", i,
                 i);
    buf_adds(b, "},\"resets\":[");
    for (int i = 0; i < BALLS; i++)
        buf_addf(b, "%s{\"place\":\"ball%d\",\"in\":\"r%d\",\"limit\":1}", i ? "," : "", i,
                 i % ROOMS);
    for (int i = 0; i < BAGS; i++)
        buf_addf(b, ",{\"place\":\"bag%d\",\"in\":\"r%d\",\"limit\":1}", i, i % ROOMS);
    buf_adds(b, "]}");
}

static void name_of(unsigned number, char name[4])
{
    name[0] = (char)('A' + number / 26);
    name[1] = (char)('a' + number % 26);
    name[2] = 'x';
    name[3] = '\0';
}

// Somebody else is moved, maybe while a command of theirs waits for a lock.
enum far { GO_TO_PLACE, GO_TO_PLAYER, BRING, SEND, FAR };

static void go_far(struct player *p, enum far what)
{
    char line[64], whom[4];
    unsigned room = (unsigned)rng_below(&run.rng, ROOMS);
    name_of((unsigned)rng_below(&run.rng, run.players), whom);
    if (what == GO_TO_PLACE)
        snprintf(line, sizeof(line), "goto ring:r%u", room);
    else if (what == GO_TO_PLAYER)
        snprintf(line, sizeof(line), "goto %s", whom);
    else if (what == BRING)
        snprintf(line, sizeof(line), "teleport %s", whom);
    else
        snprintf(line, sizeof(line), "teleport %s ring:r%u", whom, room);
    dispatch_line(p->actor, line);
}

static void next_command(struct player *p)
{
    static const char *const lines[] = {"get ball",
                                        "get bag",
                                        "drop ball",
                                        "drop bag",
                                        "put ball in bag",
                                        "put bag in 2nd bag",
                                        "get ball from bag",
                                        "get all from bag",
                                        "east",
                                        "west",
                                        "up",
                                        "down",
                                        "get all",
                                        "drop all",
                                        "look",
                                        "inventory",
                                        "say hello",
                                        "give ball to player",
                                        "give bag to player",
                                        "put all ball in bag",
                                        "get any bag from bag",
                                        "who"};
    if (!p->left) {
        run.finished++;
        return;
    }
    p->left--;
    size_t n = rng_below(&run.rng, sizeof(lines) / sizeof(lines[0]) + FAR);
    if (n < sizeof(lines) / sizeof(lines[0]))
        dispatch_line(p->actor, lines[n]);
    else
        go_far(p, (enum far)(n - sizeof(lines) / sizeof(lines[0])));
}

static void answered(void *session)
{
    next_command(session);
}

static void entered(void *session, struct player_task *a)
{
    struct player *p = session;
    p->actor = a;
    run.in_world++;
}

static void save(struct player_task *a, struct doc *saved)
{
    (void)a;
    doc_free(saved);
}

static void empty_outboxes(void)
{
    for (outbox_id id;
         (id = outboxes_next_urgent(run.outboxes)) || (id = outboxes_next_relaxed(run.outboxes));) {
        size_t n;
        outbox_peek(run.outboxes, id, &n);
        outbox_drained(run.outboxes, id, n);
    }
}

static void turn(void)
{
    pthread_mutex_lock(&run.mutex);
    while (!run.woken)
        pthread_cond_wait(&run.cond, &run.mutex);
    run.woken = false;
    pthread_mutex_unlock(&run.mutex);
    dispatch_turn_begin(run.dispatch);
    dispatch_deliver(run.dispatch);
    dispatch_turn_end(run.dispatch);
    // All of it is replayed, so the last one is not taken too near to the end.
    if (run.replays && ++run.turns % SNAPSHOT_TURNS == 0 && run.finished < run.players / 2)
        run.snapshots += dispatch_snapshot(run.dispatch);
    empty_outboxes();
}

static size_t count_inside(struct thing *in, const char *what)
{
    size_t n = 0;
    for (int list = 0; list < INVENTORY_LISTS; list++)
        inventory_foreach (t, in, (enum inventory_list)list) {
            n += !strncmp(thing_refname(t), what, strlen(what));
            if (inventory_has(t))
                n += count_inside(t, what);
        }
    return n;
}

static size_t count_all(struct world *w, const char *what)
{
    size_t n = 0;
    for (size_t i = 0; i < world_starts(w); i++)
        n += count_inside(world_start(w, i), what);
    return n;
}

static void options(int argc, char **argv)
{
    static const struct option list[] = {
        {"workers", required_argument, NULL, 'w'},  {"players", required_argument, NULL, 'p'},
        {"commands", required_argument, NULL, 'c'}, {"seed", required_argument, NULL, 's'},
        {"big-lock", no_argument, NULL, 'b'},       {"replay", required_argument, NULL, 'r'},
        {"perturb", required_argument, NULL, 'u'},  {"reach", required_argument, NULL, 'x'},
        {"turn", required_argument, NULL, 'T'},     {NULL, 0, NULL, 0}};
    rng_seed(&run.rng, 1);
    for (int c; (c = getopt_long(argc, argv, "", list, NULL)) != -1;) {
        unsigned n = optarg ? (unsigned)atoi(optarg) : 0;
        switch (c) {
        case 'w':
            run.workers = n;
            break;
        case 'p':
            run.players = n;
            break;
        case 'c':
            run.commands = n;
            break;
        case 's':
            rng_seed(&run.rng, n);
            break;
        case 'r':
            run.replays = n;
            break;
        case 'b':
            run.big = true;
            break;
        case 'u':
            run.perturb = n;
            break;
        case 'T':
            run.turn_tasks = n;
            break;
        case 'x':
            if (!reached_parse(optarg, &run.reach))
                exit(2);
            break;
        default:
            exit(2);
        }
    }
}

static struct world *load_world(void)
{
    struct buf b = BUF_INIT;
    char path[] = "/tmp/latchkey-ring-XXXXXX";
    int fd = mkstemp(path);
    const char *const paths[] = {path};
    struct doc_problems problems = DOC_PROBLEMS_INIT;
    struct world *w = world_new();
    write_world(&b);
    if (fd < 0 || write(fd, b.data, b.len) != (ssize_t)b.len)
        abort();
    close(fd);
    zones_load(w, paths, 1, false, &problems, NULL);
    for (size_t i = 0; i < problems.count; i++)
        fprintf(stderr, "%s\n", problems.list[i].text);
    unlink(path);
    doc_problems_fini(&problems);
    buf_fini(&b);
    return w;
}

static void play(struct world *w)
{
    struct style style = {.utf8 = true};
    run.list = mem_calloc(run.players, sizeof(*run.list));
    for (unsigned i = 0; i < run.players; i++) {
        char name[4];
        struct player *p = &run.list[i];
        name_of(i, name);
        p->left = run.commands;
        p->outbox = outbox_open(run.outboxes, &style, 1 << 20, p);
        struct dispatch_entry e = {
            .name = name, .permissions = "goto teleport", .outbox = p->outbox, .session = p};
        dispatch_enter(run.dispatch, &e);
    }
    while (run.in_world < run.players)
        turn();
    // All start together: the race begins when everyone is there.
    dispatch_turn_begin(run.dispatch);
    for (unsigned i = 0; i < run.players; i++)
        next_command(&run.list[i]);
    dispatch_turn_end(run.dispatch);
    while (run.finished < run.players)
        turn();
    while (run.replays && dispatch_snapshot_under_way(run.dispatch)) {
        usleep(1000);
        dispatch_deliver(run.dispatch);
    }
    (void)w;
}

static struct journal *open_journal(const char *folder, bool read_only)
{
    struct error why;
    struct journal_config config = {
        .folder = folder, .read_only = read_only, .epoch = UINT64_MAX, .map = 1 << 20};
    struct journal *j = journal_open(&config, &why);
    if (!j) {
        fprintf(stderr, "%s\n", error_text(&why));
        exit(1);
    }
    return j;
}

static struct journal *record(const char *folder)
{
    struct error why;
    struct dispatch_journal config = {.interval = 1000};
    struct journal *j = open_journal(folder, false);
    if (dispatch_journal(run.dispatch, j, &config, &why)) {
        fprintf(stderr, "%s\n", error_text(&why));
        exit(1);
    }
    return j;
}

// Once more from the beginning, on so many workers; false when anything is not as it was.
static bool replay_once(struct journal *j, unsigned workers, bool full, uint64_t digest)
{
    static const struct dispatch_ops ops = {0};
    struct replay_config config = {.full = full};
    struct replay_result result;
    struct world *w = load_world();
    struct outboxes *outboxes = outboxes_new(0);
    struct dispatch_config dc = {.workers = workers,
                                 .offload_threads = 1,
                                 .wake = wake,
                                 .outboxes = outboxes,
                                 .lost_wakes = lost_wake_at_end};
    struct dispatch *d = dispatch_new(w, &dc, &ops);
    if (workers > 1)
        dispatch_start(d);
    bool good = replay_run(d, j, &config, &result);
    dispatch_stop(d);
    if (!good)
        fprintf(stderr, "%u workers: %s\n", workers, error_text(&result.why));
    if (full != !result.from) {
        fprintf(stderr, "%u workers: began after event %llu\n", workers,
                (unsigned long long)result.from);
        good = false;
    }
    if (good && world_digest(w) != digest) {
        fprintf(stderr, "%u workers: the world at the end is another\n", workers);
        good = false;
    }
    dispatch_free(d);
    outboxes_free(outboxes);
    world_free(w);
    return good;
}

static uint64_t newest(struct journal *j)
{
    uint64_t number = 0;
    snapshot_file_list(journal_path(j), &number, 1);
    return number;
}

// The one taken at the stop would leave nothing to be replayed after it.
static void drop_last(struct journal *j)
{
    if (newest(j) == journal_last(j))
        snapshot_file_drop_later(journal_path(j), journal_last(j) - 1);
}

static unsigned replay_all(const char *folder, uint64_t digest)
{
    unsigned equal = 0;
    struct journal *j = open_journal(folder, true);
    drop_last(j);
    for (unsigned i = 0; i < run.replays; i++)
        equal += replay_once(j, 1 + i / 2 % 8, i % 2, digest);
    printf("%u of %u replays of %llu events on 1 to 8 workers equal, in full and from the snapshot "
           "of event %llu by turns; %u snapshots begun\n",
           equal, run.replays, (unsigned long long)journal_last(j), (unsigned long long)newest(j),
           run.snapshots);
    journal_close(j);
    return equal;
}

static void remove_folder(const char *folder)
{
    char line[200];
    snprintf(line, sizeof(line), "rm -rf '%s'", folder);
    (void)!system(line);
}

// False when a path that must be taken was not.
static bool print_reached(const struct dispatch_stats *s)
{
    struct reached reached = {0};
    struct buf told = BUF_INIT, missing = BUF_INIT;
    reached_add(&reached, s);
    reached_tell(&reached, &told);
    printf("reached %s\n", buf_str(&told));
    bool any = reached_missing(&reached, run.reach, &missing);
    if (any)
        printf("not reached: %s\n", buf_str(&missing));
    buf_fini(&told);
    buf_fini(&missing);
    return !any;
}

int main(int argc, char **argv)
{
    static const struct dispatch_ops ops = {.answered = answered, .save = save, .entered = entered};
    options(argc, argv);
    pthread_mutex_init(&run.mutex, NULL);
    pthread_cond_init(&run.cond, NULL);
    check_set_names(attr_name, ATTR_COUNT);
    check_set_level(run.big ? CHECK_OFF : CHECK_RULES);
    check_data_guard_loop();
    check_data_guard_loop();
    if (run.big)
        lock_use_big();
    struct world *w = load_world();
    run.outboxes = outboxes_new(0);
    struct dispatch_config config = {.workers = run.workers,
                                     .offload_threads = 1,
                                     .turn_tasks = run.turn_tasks,
                                     .turn_us = 5000,
                                     .turn_share = 2,
                                     .linkdead = 60000,
                                     .wake = wake,
                                     .outboxes = run.outboxes,
                                     .lost_wakes = lost_wake_at_end};
    watchdog_begin();
    run.dispatch = dispatch_new(w, &config, &ops);
    char folder[] = "/tmp/latchkey-journal-XXXXXX";
    struct journal *j = NULL;
    if (run.replays && mkdtemp(folder))
        j = record(folder);
    dispatch_prepare(run.dispatch);
    if (run.perturb)
        perturb_start(rng_next(&run.rng), run.perturb);
    dispatch_start(run.dispatch);
    play(w);
    struct dispatch_stats s;
    dispatch_stop(run.dispatch);
    perturb_stop();
    dispatch_stats(run.dispatch, &s);
    dispatch_journal_stop(run.dispatch);
    journal_close(j);
    uint64_t digest = world_digest(w);
    uint64_t violations = check_violations();
    check_set_level(CHECK_OFF);
    size_t balls = count_all(w, "ring:ball"), bags = count_all(w, "ring:bag");
    printf("%zu of %d balls, %zu of %d bags, %llu events, %llu violations\n", balls, BALLS, bags,
           BAGS, (unsigned long long)s.events, (unsigned long long)violations);
    bool reached = print_reached(&s);
    // Delayed by the machine they may be; late by the scheduler's fault, or slept past, never.
    printf("%llu wakes, %llu not taken; %llu timers delayed, %llu late; %llu times no keeper\n",
           (unsigned long long)s.wakes, (unsigned long long)s.untaken,
           (unsigned long long)s.delayed, (unsigned long long)s.late, (unsigned long long)s.unkept);
    bool kept = !s.untaken && !s.late && !s.unkept;
    dispatch_free(run.dispatch);
    outboxes_free(run.outboxes);
    world_free(w);
    free(run.list);
    bool replayed = !run.replays || replay_all(folder, digest) == run.replays;
    if (run.replays)
        remove_folder(folder);
    return balls == BALLS && bags == BAGS && !violations && kept && reached && replayed ? 0 : 1;
}
