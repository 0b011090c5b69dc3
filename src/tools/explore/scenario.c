// Loads a scenario and plays its players: each types its next line when the last one is answered.
// It is the explorer's stand-in for the threads of the loops; makes no threads and reads no clock.
#include "tools/explore/scenario.h"

#include "console/locks_command.h"
#include "console/watchdog.h"
#include "engine/dispatch.h"
#include "output/outbox.h"
#include "store/zones.h"
#include "tools/explore/order.h"
#include "util/buf.h"
#include "util/clock.h"
#include "util/doc.h"
#include "util/duration.h"
#include "util/loopguard.h"
#include "util/mem.h"
#include "verb/locks.h"
#include "world/snapshot/digest.h"
#include "world/thing.h"
#include "world/world.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define PAUSE "!pause "

// A turn of a loop that runs commands itself has so many steps; it is short, so that the rest goes
// to the workers now and then.
enum { PLAYERS_MAX = 16, LINES_MAX = 256, TURN_TASKS = 6 };

struct player {
    char name[32], permissions[128];
    char *lines[LINES_MAX];
    size_t count, next;
    struct scenario *scenario;
    struct player_task *actor;
    outbox_id outbox;
    unsigned loop; // which it belongs to
    struct doc *saved;
    bool entering, waiting; // for the answer to a line
    int64_t not_before;     // virtual time until which the player pauses
};

struct scenario {
    const char *path;
    int line, faults;
    unsigned vthreads, seconds;
    uint32_t reach;
    char ordered[32]; // how words begin that all see in one order; "": none do
    bool guests;
    struct world *world;
    struct dispatch *dispatch;
    struct outboxes *outboxes[LOOPS_MAX];
    unsigned loops;
    bool woken[LOOPS_MAX]; // since its last turn
    struct player players[PLAYERS_MAX];
    size_t count;
    struct scenario_result *result;
    struct buf seen;
};

static struct scenario *running;

static void scenario_fault(struct scenario *s, const char *what, const char *detail)
{
    assert(what);
    fprintf(stderr, "%s:%d:1: %s%s%s\n", s->path, s->line, what, detail ? ": " : "",
            detail ? detail : "");
    s->faults++;
}

static void load_zones(struct scenario *s, const char *folder, const char *name, bool player)
{
    assert(s->world);
    struct doc_problems problems = DOC_PROBLEMS_INIT;
    char *path = mem_printf("%s/%s", folder, name);
    const char *const paths[] = {path};
    if (player)
        zones_load_player(s->world, path, &problems);
    else if (strstr(name, ".json"))
        zones_load(s->world, paths, 1, true, &problems, NULL);
    else
        zones_load_folder(s->world, path, true, &problems, NULL);
    for (size_t i = 0; i < problems.count; i++)
        if (problems.list[i].severity == DOC_ERROR)
            scenario_fault(s, problems.list[i].file, problems.list[i].text);
    doc_problems_fini(&problems);
    free(path);
}

static struct player *scenario_find(struct scenario *s, const char *name, size_t n)
{
    for (size_t i = 0; i < s->count; i++)
        if (strlen(s->players[i].name) == n && !strncasecmp(s->players[i].name, name, n))
            return &s->players[i];
    return NULL;
}

static void scenario_join(struct scenario *s, char *words)
{
    assert(s->count <= PLAYERS_MAX);
    char *permissions = strchr(words, ' ');
    if (permissions)
        *permissions++ = '\0';
    if (s->count == PLAYERS_MAX || scenario_find(s, words, strlen(words))) {
        scenario_fault(s, "too many players, or the same again", words);
        return;
    }
    struct player *p = &s->players[s->count++];
    p->scenario = s;
    snprintf(p->name, sizeof(p->name), "%.30s", words);
    snprintf(p->permissions, sizeof(p->permissions), "%s", permissions ? permissions : "");
}

static unsigned scenario_number(struct scenario *s, const char *text, unsigned most)
{
    char *end;
    unsigned long n = strtoul(text, &end, 10);
    if (!n || n > most || *end)
        scenario_fault(s, "expected a number above 0 that is not too large", text);
    return (unsigned)n;
}

static void statement(struct scenario *s, const char *folder, char *line)
{
    assert(*line);
    size_t n = strcspn(line, " >");
    struct player *p = scenario_find(s, line, n);
    if (!strncmp(line, "world ", 6)) {
        load_zones(s, folder, line + 6, false);
    } else if (!strncmp(line, "player ", 7)) {
        load_zones(s, folder, line + 7, true);
    } else if (!strncmp(line, "workers ", 8)) {
        s->vthreads = scenario_number(s, line + 8, EXPLORE_VTHREADS_MAX - 1);
    } else if (!strncmp(line, "seconds ", 8)) {
        s->seconds = scenario_number(s, line + 8, 86400);
    } else if (!strncmp(line, "join ", 5)) {
        scenario_join(s, line + 5);
    } else if (!strncmp(line, "reach ", 6)) {
        if (!reached_parse(line + 6, &s->reach))
            scenario_fault(s, "expected names of rare paths", line + 6);
    } else if (!strncmp(line, "order ", 6)) {
        snprintf(s->ordered, sizeof(s->ordered), "%.30s", line + 6);
    } else if (p && line[n] == '>' && p->count < LINES_MAX) {
        const char *typed = line[n + 1] == ' ' ? line + n + 2 : line + n + 1;
        int64_t pause;
        if (!strncmp(typed, PAUSE, sizeof(PAUSE) - 1) &&
            !duration_parse(typed + sizeof(PAUSE) - 1, &pause))
            scenario_fault(s, "expected a duration like 5s", typed);
        p->lines[p->count++] = mem_strdup(typed);
    } else {
        scenario_fault(
            s, "expected world, player, workers, seconds, join, reach, order, or NAME> LINE", line);
    }
}

struct scenario *scenario_load(const char *path, uint64_t scatter)
{
    FILE *f = fopen(path, "r");
    if (!f) {
        fprintf(stderr, "%s: %s\n", path, strerror(errno));
        return NULL;
    }
    struct scenario *s = mem_new(struct scenario);
    s->path = path;
    s->vthreads = 3;
    s->seconds = 20;
    s->world = world_new();
    if (scatter)
        world_scatter(s->world, scatter);
    const char *slash = strrchr(path, '/');
    char *folder = slash ? mem_strndup(path, (size_t)(slash - path)) : mem_strdup(".");
    char line[1024];
    memset(line, 1, sizeof(line)); // not zero: if the last byte becomes zero, the line was too long
    while (fgets(line, sizeof(line), f)) {
        s->line++;
        if (!line[sizeof(line) - 1] && line[sizeof(line) - 2] != '\n') {
            scenario_fault(s, "expected a line of at most 1022 bytes", NULL);
            break;
        }
        line[strcspn(line, "\r\n")] = '\0';
        if (*line && *line != '#')
            statement(s, folder, line);
    }
    fclose(f);
    free(folder);
    if (!s->count)
        scenario_fault(s, "nobody joins: expected join NAME", NULL);
    if (!s->faults)
        return s;
    scenario_free(s);
    return NULL;
}

void scenario_free(struct scenario *s)
{
    if (!s)
        return;
    for (size_t i = 0; i < s->count; i++)
        for (size_t k = 0; k < s->players[i].count; k++)
            free(s->players[i].lines[k]);
    world_free(s->world);
    buf_fini(&s->seen);
    free(s);
}

unsigned scenario_vthreads(const struct scenario *s)
{
    return s->vthreads;
}

uint32_t scenario_reach(const struct scenario *s)
{
    return s->reach;
}

static void answered(void *session)
{
    struct player *p = session;
    p->waiting = false;
    p->scenario->result->answered++;
}

static void scenario_save(struct player_task *a, struct doc *saved)
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
    for (size_t i = 0; i < running->count; i++) {
        struct player *p = &running->players[i];
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

static void scenario_wake(void *arg)
{
    *(bool *)arg = true;
}

// Of the loop that this thread acts for.
static bool can_act(const struct player *p)
{
    return p->loop == loopguard_loop() && p->next < p->count && !p->waiting && !p->entering &&
           clock_mono_ms() >= p->not_before;
}

static bool loop_ready(void *arg)
{
    struct scenario *s = arg;
    // A schedule that was recorded for one loop has turns without a wake.
    if (s->loops > 1 ? s->woken[loopguard_loop()] : dispatch_ready(s->dispatch))
        return true;
    for (size_t i = 0; i < s->count; i++)
        if (can_act(&s->players[i]))
            return true;
    return false;
}

static void act(struct scenario *s, struct player *p)
{
    assert(can_act(p));
    int64_t pause;
    const char *line = p->lines[p->next];
    if (!strncmp(line, PAUSE, sizeof(PAUSE) - 1)) {
        // cannot fail: it was checked when the file was read
        duration_parse(line + sizeof(PAUSE) - 1, &pause);
        p->not_before = clock_mono_ms() + pause;
        p->next++;
        return;
    }
    if (p->actor) {
        p->waiting = true;
        outbox_entered(s->outboxes[p->loop], p->outbox);
        dispatch_line(p->actor, p->lines[p->next++]);
        return;
    }
    struct dispatch_entry entry = {.name = p->name,
                                   .permissions = p->permissions,
                                   .character = p->saved,
                                   .outbox = p->outbox,
                                   .session = p};
    p->saved = NULL;
    p->entering = true;
    dispatch_enter(s->dispatch, &entry);
}

static int64_t loop_due(void *arg)
{
    struct scenario *s = arg;
    int64_t due = INT64_MAX;
    for (size_t i = 0; i < s->count; i++) {
        const struct player *p = &s->players[i];
        bool paused = p->next < p->count && !p->waiting && !p->entering;
        if (paused && p->not_before < due)
            due = p->not_before;
    }
    return due;
}

static void loop_turn(void *arg)
{
    struct scenario *s = arg;
    s->woken[loopguard_loop()] = false;
    if (s->guests)
        dispatch_turn_begin(s->dispatch);
    dispatch_deliver(s->dispatch);
    for (size_t i = 0; i < s->count; i++)
        if (can_act(&s->players[i]))
            act(s, &s->players[i]);
    if (s->guests)
        dispatch_turn_end(s->dispatch);
}

static uint64_t mix_text(uint64_t hash, const char *text, size_t n)
{
    for (size_t i = 0; i < n; i++)
        hash = explore_mix(hash, (unsigned char)text[i]);
    return hash;
}

// What a player saw, as text; borrowed until the next call.
static struct buf *scenario_seen(struct scenario *s, const struct player *p)
{
    size_t n;
    loopguard_act_for(p->loop);
    const char *bytes = outbox_peek(s->outboxes[p->loop], p->outbox, &n);
    loopguard_act_for(0);
    buf_clear(&s->seen);
    for (size_t k = 0; k < n; k++)
        if (bytes[k] != '\r')
            buf_addc(&s->seen, bytes[k]);
    return &s->seen;
}

static void collect(struct scenario *s, FILE *seen)
{
    uint64_t hash = s->result->explore.hash;
    for (size_t i = 0; i < s->count; i++) {
        struct player *p = &s->players[i];
        struct buf *text = scenario_seen(s, p);
        hash = mix_text(hash, text->data, text->len);
        if (seen)
            fprintf(seen, "--- %s\n%s\n", p->name, buf_str(&s->seen));
    }
    s->result->state = explore_mix(hash, world_digest(s->world));
}

// When nothing can go on any more, every outcome has been passed on, and every loop has been woken
// to deliver its part. A schedule that was recorded for one loop has turns without a wake.
static void scenario_check_delivered(const struct scenario *s)
{
    const struct explore_result *r = &s->result->explore;
    if (s->loops == 1 || r->delivered || r->parked || r->diverged)
        return;
    fprintf(stderr, "%s: an outcome was not delivered, or a loop not woken for it\n", s->path);
    abort();
}

// The texts of each two players.
static void scenario_check_order(struct scenario *s)
{
    struct buf why = BUF_INIT;
    for (size_t i = 0; *s->ordered && i < s->count; i++) {
        char *a = mem_strdup(buf_str(scenario_seen(s, &s->players[i])));
        for (size_t k = 0; k < s->count; k++) {
            const char *b = buf_str(scenario_seen(s, &s->players[k]));
            if (order_is_one(a, b, s->ordered, &why))
                continue;
            fprintf(stderr, "%s: %s and %s saw %s\n", s->path, s->players[i].name,
                    s->players[k].name, buf_str(&why));
            abort();
        }
        free(a);
    }
    buf_fini(&why);
}

// One loop, or several, among which the players are divided.
static void scenario_make_dispatch(struct scenario *s, const struct explore_config *config)
{
    static const struct dispatch_ops ops = {
        .answered = answered, .save = scenario_save, .entered = entered, .left = left};
    s->loops = config->loops ? config->loops : 1;
    s->outboxes[0] = outboxes_new(0);
    struct dispatch_config dc = {.workers = s->vthreads,
                                 .loops = s->loops,
                                 .turn_tasks = TURN_TASKS,
                                 .turn_us = 1000000,
                                 .offload_threads = 1,
                                 .linkdead = 60000,
                                 .wake = scenario_wake,
                                 .wake_arg = &s->woken[0],
                                 .outboxes = s->outboxes[0]};
    s->dispatch = dispatch_new(s->world, &dc, &ops);
    for (unsigned i = 1; i < s->loops; i++) {
        s->outboxes[i] = outboxes_new(i);
        dispatch_add_loop(s->dispatch, scenario_wake, &s->woken[i], s->outboxes[i]);
    }
    struct style style = {.utf8 = true};
    for (size_t i = 0; i < s->count; i++) {
        struct player *p = &s->players[i];
        p->loop = (unsigned)i % s->loops;
        loopguard_act_for(p->loop);
        p->outbox = outbox_open(s->outboxes[p->loop], &style, 1 << 20, p);
    }
    loopguard_act_for(0);
}

void scenario_run(struct scenario *s, struct explore_config *config, FILE *seen,
                  struct scenario_result *out)
{
    assert(s->world && config && out && !s->dispatch); // once for each process
    *out = (struct scenario_result){0};
    s->result = out;
    running = s;
    s->guests = config->guests;
    clock_freeze(1000000, 1700000000000);
    locks_set_answer(locks_command);
    watchdog_begin();
    scenario_make_dispatch(s, config);
    dispatch_prepare(s->dispatch);
    config->vthreads = s->vthreads;
    const struct explore_loop loop = {loop_turn, loop_ready, loop_due, s};
    explore_run(s->dispatch, config, 1000000 + (int64_t)s->seconds * 1000, &loop, &out->explore);
    struct dispatch_stats stats;
    dispatch_stats(s->dispatch, &stats);
    reached_add(&out->reached, &stats);
    collect(s, seen);
    scenario_check_delivered(s);
    scenario_check_order(s);
}
