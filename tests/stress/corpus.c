// Plays a scenario of the explorer on real workers, over and over: its players type their lines as
// fast as they are answered, time passes by itself, and what the checker found is counted. For
// scripts/lock-score, which runs it under other tools too (with --level off: same input, no
// checker). Unlike the explorer it chooses nothing; who runs when is the machine's affair.
//
// With --replay what happens is written into a journal and replayed on one worker and on as many
// afterwards: status 68 and the report when an event differs. A bug that lets two commands change
// one thing at once makes an order that no replay can have; the report must name what it changed.
//
//   corpus SCENARIO [--workers N] [--copies N] [--lines N | --seconds N] [--seed N] [--level LEVEL]
//          [--patience S] [--replay] [--perturb N] [--reach PATHS] [--turn N]
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
#include "output/outbox.h"
#include "store/zones.h"
#include "trace/recorder.h"
#include "util/buf.h"
#include "util/clock.h"
#include "util/doc.h"
#include "util/error.h"
#include "util/loopguard.h"
#include "util/mem.h"
#include "util/rng.h"
#include "world/attr.h"
#include "world/world.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { PLAYERS = 256, LINES = 256, TURN_MS = 20, WAIT_MS = 10, DIVERGED = 68 };

struct player {
    char name[32], permissions[64];
    char *lines[LINES];
    size_t count, next;
    struct player_task *actor;
    outbox_id outbox;
    struct doc *saved;
    bool entering, waiting;
};

static struct {
    unsigned workers, copies, seconds, patience; // copies: as many of each player, to fill workers
    unsigned perturb, turn_tasks;
    uint32_t reach;
    uint64_t lines, answered;
    enum check_level level;
    struct rng rng;
    struct world *world;
    struct dispatch *dispatch;
    struct outboxes *outboxes;
    struct player players[PLAYERS];
    size_t count;
    pthread_mutex_t mutex;
    pthread_cond_t cond;
    bool woken, hung, replay;
} run = {.workers = 4,
         .copies = 8,
         .lines = 20000,
         .patience = 30,
         .level = CHECK_FLOW,
         .mutex = PTHREAD_MUTEX_INITIALIZER};

// Of a clock that nobody sets.
static void init_waiting(void)
{
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&run.cond, &attr);
    pthread_condattr_destroy(&attr);
}

static void wake(void *arg)
{
    (void)arg;
    pthread_mutex_lock(&run.mutex);
    run.woken = true;
    pthread_cond_signal(&run.cond);
    pthread_mutex_unlock(&run.mutex);
}

// False when nothing has come back for too long: those who wait for each other wait for ever. In
// many short waits, as a machine that stands still, or has no time for us, must not use all of it
// up at once.
static bool wait_for_answers(void)
{
    struct timespec until;
    pthread_mutex_lock(&run.mutex);
    for (unsigned waits = run.patience * 1000 / WAIT_MS; !run.woken && waits; waits--) {
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_nsec += WAIT_MS * 1000000L;
        until.tv_sec += until.tv_nsec / 1000000000;
        until.tv_nsec %= 1000000000;
        pthread_cond_timedwait(&run.cond, &run.mutex, &until);
    }
    bool woken = run.woken;
    run.woken = false;
    pthread_mutex_unlock(&run.mutex);
    return woken;
}

static void answered(void *session)
{
    ((struct player *)session)->waiting = false;
    run.answered++;
}

static void save(struct player_task *a, struct doc *saved)
{
    (void)a;
    doc_free(saved);
}

static void entered(void *session, struct player_task *a)
{
    struct player *p = session;
    p->actor = a;
    p->entering = false;
}

static void left(struct player_task *a, struct doc *saved)
{
    for (size_t i = 0; i < run.count; i++) {
        struct player *p = &run.players[i];
        if (p->actor != a)
            continue;
        p->actor = NULL;
        p->waiting = false;
        doc_free(p->saved);
        p->saved = saved;
        return;
    }
    doc_free(saved);
}

static void act(struct player *p)
{
    if (p->actor) {
        p->waiting = true;
        dispatch_line(p->actor, p->lines[p->next++ % p->count]);
        return;
    }
    struct dispatch_entry e = {.name = p->name,
                               .permissions = p->permissions,
                               .character = p->saved,
                               .outbox = p->outbox,
                               .session = p};
    p->saved = NULL;
    p->entering = true;
    dispatch_enter(run.dispatch, &e);
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
    dispatch_turn_begin(run.dispatch);
    dispatch_deliver(run.dispatch);
    for (size_t i = 0; i < run.count; i++) {
        struct player *p = &run.players[i];
        if (!p->waiting && !p->entering && p->count)
            act(p);
    }
    dispatch_turn_end(run.dispatch);
    empty_outboxes();
    clock_advance_ms(TURN_MS);
}

static double seconds_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void load(const char *folder, const char *name, bool player)
{
    struct doc_problems problems = DOC_PROBLEMS_INIT;
    char *path = mem_printf("%s/%s", folder, name);
    const char *const paths[] = {path};
    if (player)
        zones_load_player(run.world, path, &problems);
    else
        zones_load(run.world, paths, 1, false, &problems, NULL);
    for (size_t i = 0; i < problems.count; i++)
        fprintf(stderr, "%s: %s\n", problems.list[i].file, problems.list[i].text);
    if (problems.errors)
        exit(1);
    doc_problems_fini(&problems);
    free(path);
}

static void statement(const char *folder, char *line)
{
    char *permissions;
    size_t n = strcspn(line, ">");
    if (!strncmp(line, "world ", 6)) {
        load(folder, line + 6, false);
    } else if (!strncmp(line, "player ", 7)) {
        load(folder, line + 7, true);
    } else if (!strncmp(line, "join ", 5) && run.count < PLAYERS) {
        struct player *p = &run.players[run.count++];
        if ((permissions = strchr(line + 5, ' ')))
            *permissions++ = '\0';
        snprintf(p->name, sizeof(p->name), "%.28s", line + 5);
        snprintf(p->permissions, sizeof(p->permissions), "%s", permissions ? permissions : "");
    } else if (line[n]) {
        for (size_t i = 0; i < run.count; i++) {
            struct player *p = &run.players[i];
            if (strlen(p->name) == n && !strncmp(p->name, line, n) && p->count < LINES)
                p->lines[p->count++] = mem_strdup(line + n + 1 + (line[n + 1] == ' '));
        }
    }
}

static void load_scenario(const char *path)
{
    FILE *f = fopen(path, "r");
    if (!f) {
        fprintf(stderr, "%s: %s\n", path, strerror(errno));
        exit(1);
    }
    const char *slash = strrchr(path, '/');
    char *folder = slash ? mem_strndup(path, (size_t)(slash - path)) : mem_strdup(".");
    char line[1024];
    while (fgets(line, sizeof(line), f)) {
        line[strcspn(line, "\r\n")] = '\0';
        if (*line && *line != '#')
            statement(folder, line);
    }
    fclose(f);
    free(folder);
}

static const char *options(int argc, char **argv)
{
    static const struct option list[] = {
        {"workers", required_argument, NULL, 'w'},  {"lines", required_argument, NULL, 'n'},
        {"copies", required_argument, NULL, 'c'},   {"seconds", required_argument, NULL, 't'},
        {"seed", required_argument, NULL, 's'},     {"level", required_argument, NULL, 'l'},
        {"patience", required_argument, NULL, 'p'}, {"replay", no_argument, NULL, 'r'},
        {"perturb", required_argument, NULL, 'u'},  {"reach", required_argument, NULL, 'x'},
        {"turn", required_argument, NULL, 'T'},     {NULL, 0, NULL, 0}};
    uint32_t sample;
    rng_seed(&run.rng, 1);
    for (int c; (c = getopt_long(argc, argv, "", list, NULL)) != -1;) {
        unsigned n = optarg ? (unsigned)atoi(optarg) : 0;
        if (c == 'w')
            run.workers = n;
        else if (c == 'c')
            run.copies = n;
        else if (c == 'n')
            run.lines = n;
        else if (c == 't')
            run.seconds = n;
        else if (c == 's')
            rng_seed(&run.rng, n);
        else if (c == 'p')
            run.patience = n;
        else if (c == 'r')
            run.replay = true;
        else if (c == 'u')
            run.perturb = n;
        else if (c == 'T')
            run.turn_tasks = n;
        else if (c == 'x' && reached_parse(optarg, &run.reach))
            continue;
        else if (c != 'l' || !check_parse_level(optarg, &run.level, &sample))
            exit(2);
    }
    if (optind + 1 != argc)
        exit(2);
    return argv[optind];
}

// "Ann" is joined by "Annb", "Annc" and so on, who type the same.
static void copy_players(void)
{
    size_t first = run.count;
    for (unsigned k = 1; k < run.copies; k++)
        for (size_t i = 0; i < first && run.count < PLAYERS; i++) {
            struct player *p = &run.players[run.count++];
            *p = run.players[i];
            size_t n = strlen(p->name);
            p->name[n] = (char)('a' + k % 26);
            p->name[n + 1] = '\0';
        }
}

static void play(void)
{
    struct style style = {.utf8 = true};
    copy_players();
    for (size_t i = 0; i < run.count; i++) {
        struct player *p = &run.players[i];
        p->outbox = outbox_open(run.outboxes, &style, 1 << 20, p);
        p->next = p->count ? rng_below(&run.rng, p->count) : 0;
    }
    double end = seconds_now() + run.seconds;
    while (!run.hung && (run.seconds ? seconds_now() < end : run.answered < run.lines)) {
        turn();
        run.hung = !wait_for_answers();
    }
}

static void print_memory(void)
{
    char line[256];
    FILE *f = fopen("/proc/self/status", "r");
    while (f && fgets(line, sizeof(line), f))
        if (!strncmp(line, "VmHWM:", 6))
            printf("kb %ld\n", atol(line + 6));
    if (f)
        fclose(f);
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

// False when the scheduler lost something, or a path was not taken.
static bool print_result(double seconds)
{
    struct dispatch_stats s;
    dispatch_stats(run.dispatch, &s);
    printf("stolen %" PRIu64 "\nwaits %" PRIu64 "\n", s.stolen, s.waits);
    printf("answered %" PRIu64 "\nseconds %.4f\nhung %d\n", run.answered, seconds, run.hung);
    print_memory();
    for (int i = 1; i < CHECK_CODES; i++)
        if (check_count((enum check_code)i))
            printf("L%03d %" PRIu64 "\n", i, check_count((enum check_code)i));
    printf("violations %" PRIu64 "\n", check_violations());
    bool kept = !s.late && !s.unkept && (run.hung || !s.untaken);
    if (!kept)
        printf("late timers %" PRIu64 ", no keeper %" PRIu64 ", wakes not taken %" PRIu64 "\n",
               s.late, s.unkept, s.untaken);
    return print_reached(&s) && kept;
}

static struct journal *open_journal(const char *folder, bool read_only)
{
    struct error why;
    struct journal_config config = {
        .folder = folder, .read_only = read_only, .epoch = UINT64_MAX, .map = 1 << 20};
    struct journal *j = journal_open(&config, &why);
    if (j)
        return j;
    fprintf(stderr, "%s\n", error_text(&why));
    exit(1);
}

static struct journal *begin_recording(const char *folder)
{
    struct error why;
    struct dispatch_journal config = {.interval = 1000};
    struct journal *j = open_journal(folder, false);
    if (!dispatch_journal(run.dispatch, j, &config, &why))
        return j;
    fprintf(stderr, "%s\n", error_text(&why));
    exit(1);
}

// In a world of its own.
static bool replays(const char *scenario, const char *folder, unsigned workers)
{
    static const struct dispatch_ops ops = {0};
    struct replay_config config = {.full = true};
    struct replay_result result;
    struct journal *j = open_journal(folder, true);
    run.count = 0;
    run.world = world_new();
    world_scatter(run.world, workers); // nothing may depend on the slots of things
    load_scenario(scenario);
    struct dispatch_config dc = {.workers = workers,
                                 .offload_threads = 1,
                                 .wake = wake,
                                 .outboxes = outboxes_new(0),
                                 .lost_wakes = lost_wake_at_end};
    struct dispatch *d = dispatch_new(run.world, &dc, &ops);
    if (workers > 1)
        dispatch_start(d);
    bool good = replay_run(d, j, &config, &result);
    dispatch_stop(d);
    journal_close(j);
    printf("replayed %" PRIu64 " events\n", result.events);
    if (!good)
        printf("L039 diverged  %s\n", error_text(&result.why));
    return good;
}

static void remove_folder(const char *folder)
{
    char *line = mem_printf("rm -rf '%s'", folder);
    (void)!system(line);
    free(line);
}

static int run_again(const char *scenario, const char *folder, struct journal *j)
{
    dispatch_journal_stop(run.dispatch);
    journal_close(j);
    check_set_level(CHECK_OFF);
    bool good = replays(scenario, folder, 1) && replays(scenario, folder, run.workers);
    if (good)
        remove_folder(folder);
    else
        fprintf(stderr, "the journal is kept in %s\n", folder);
    return good ? 0 : DIVERGED;
}

int main(int argc, char **argv)
{
    static const struct dispatch_ops ops = {
        .answered = answered, .save = save, .entered = entered, .left = left};
    const char *scenario = options(argc, argv);
    const char *tmp = getenv("TMPDIR");
    char *folder = mem_printf("%s/latchkey-corpus-XXXXXX", tmp && *tmp ? tmp : "/tmp");
    struct journal *j = NULL;
    int status = 0;
    init_waiting();
    check_set_names(attr_name, ATTR_COUNT);
    if (run.level >= CHECK_SAMPLE && !trace_open(NULL))
        trace_name_attributes(attr_name, ATTR_COUNT);
    check_set_level(run.level);
    clock_freeze(1000000, 1700000000000);
    run.world = world_new();
    load_scenario(scenario);
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
    run.dispatch = dispatch_new(run.world, &config, &ops);
    if (run.replay && mkdtemp(folder))
        j = begin_recording(folder);
    dispatch_prepare(run.dispatch);
    if (run.perturb)
        perturb_start(rng_next(&run.rng), run.perturb);
    dispatch_start(run.dispatch);
    check_data_guard_loop();
    loopguard_enter();
    double began = seconds_now();
    play();
    double took = seconds_now() - began;
    if (run.hung) {
        lost_wake_at_end();
        watchdog_sweep(clock_mono_ms()); // finds circles
    } else {
        dispatch_stop(run.dispatch);
        perturb_stop();
    }
    if (!print_result(took) || check_violations() || run.hung)
        status = 1;
    if (j && !run.hung) {
        int diverged = run_again(scenario, folder, j);
        status = diverged ? diverged : status;
    } else if (j) {
        remove_folder(folder);
    }
    free(folder);
    fflush(stdout);
    _exit(status); // the workers may wait for each other
}
