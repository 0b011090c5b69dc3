// latchkey bench: measures code whose results are also checked. "tick" counts with the parallel
// world tick: every cell of every zone must have had exactly as many ticks as there were, at any
// number of threads, and the lock checker must report the three racy variants in every run. Changes
// nothing on disk.
#include "tools/bench/bench_locks.h"
#include "tools/tools.h"

#include "check/check.h"
#include "check/check_report.h"
#include "runtime/sched.h"
#include "tools/bench/climate.h"
#include "tools/bench/tick.h"
#include "util/buf.h"
#include "util/clock.h"
#include "util/mem.h"
#include "util/options.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { THREAD_COUNTS_MAX = 16, ZONES_MAX = 100000 };

struct options {
    uint32_t zones, cells, ticks, repeat;
    unsigned threads[THREAD_COUNTS_MAX];
    size_t thread_counts;
    enum tick_race race;
    int64_t crash_zone;
    enum check_level level;
};

// State of all runs together. `nowhere` takes the reports of every run but the first.
struct bench {
    const struct options *options;
    FILE *nowhere;
    bool begun, digest_known;
    uint64_t digest; // of the first run: all others must have it too
};

struct line {
    uint32_t runs, right, equal, flagged, quarantines;
    uint64_t cells_right, cells;
    int64_t us; // of the ticks alone
};

static bool take_threads(void *into, const struct options_entry *e, const char *value,
                         struct buf *why)
{
    struct options *o = into;
    char *copy = mem_strdup(value), *rest = copy;
    bool good = true;
    (void)e;
    o->thread_counts = 0;
    for (char *word; good && (word = strsep(&rest, ","));) {
        uint64_t n = 0;
        if (o->thread_counts == THREAD_COUNTS_MAX) {
            buf_addf(why, "expected at most %d numbers", THREAD_COUNTS_MAX);
            good = false;
        } else {
            good = options_number(word, 1, SCHED_WORKERS_MAX, &n, why);
            o->threads[o->thread_counts++] = (unsigned)n;
        }
    }
    free(copy);
    return good;
}

static const char *const race_names[] = {
    [TICK_RACE_NONE] = "none",
    [TICK_RACE_UNLOCKED] = "unlocked",
    [TICK_RACE_WRONG_ZONE] = "wrong-zone",
    [TICK_RACE_SHARED_SCRATCH] = "shared-scratch",
    NULL,
};

static bool take_race(void *into, const struct options_entry *e, const char *value, struct buf *why)
{
    unsigned place = TICK_RACE_NONE;
    bool good = options_choice(value, race_names, &place, why);
    (void)e;
    ((struct options *)into)->race = (enum tick_race)place;
    return good;
}

static bool bench_take_level(void *into, const struct options_entry *e, const char *value,
                             struct buf *why)
{
    static const char *const names[] = {"rules", "flow", NULL};
    unsigned place = 1;
    bool good = !value || options_choice(value, names, &place, why);
    (void)e;
    ((struct options *)into)->level = place ? CHECK_FLOW : CHECK_RULES;
    return good;
}

enum { LOCKS, TICK };

static const struct options_command commands[] = {
    [LOCKS] = {"locks", NULL,
               "what a lock, an access and a move cost at each level of the lock checker", 0, 0,
               NULL},
    [TICK] =
        {"tick", NULL,
         "ticks zones in parallel and counts: every cell must have had every tick exactly once", 0,
         0, NULL},
    {0}};

#define OF_TICK .commands = 1u << TICK

static const struct options_entry entries[] = {
    {"zones", "N", "how many zones (default 300)", OPTIONS_INTO(struct options, zones), .least = 1,
     .most = ZONES_MAX, OF_TICK},
    {"cells", "N", "cells of each zone (default 64)", OPTIONS_INTO(struct options, cells),
     .least = 1, .most = CLIMATE_CELLS_MAX, OF_TICK},
    {"ticks", "N", "ticks of each run (default 3)", OPTIONS_INTO(struct options, ticks), .least = 1,
     OF_TICK},
    {"threads", "LIST", "numbers of workers, one after the other (default 1,2,3,8)",
     .take = take_threads, OF_TICK},
    {"repeat", "N", "runs for each of them (default 100)", OPTIONS_INTO(struct options, repeat),
     .least = 1, OF_TICK},
    {"race", "NAME",
     "do it wrong in one of three ways: unlocked, wrong-zone or shared-scratch; the lock checker "
     "must say so in every run (default none)",
     .take = take_race, OF_TICK},
    {"crash-zone", "N", "abort a job of this zone; the others must go on",
     OPTIONS_INTO(struct options, crash_zone), .most = ZONES_MAX, OF_TICK},
    {"debug-locks", "[=LEVEL]",
     "check every lock and access (always with --race); LEVEL is rules or flow (the default)",
     .take = bench_take_level, OF_TICK},
    {0}};

static const struct options_spec spec = {
    .name = "bench",
    .usage = "tick [OPTION ...]\nlocks",
    .after = "Exit status: 0 all is as it must be, 1 it is not, 2 wrong usage.",
    .commands = commands,
    .tables = {{NULL, entries}},
};

// What one option alone cannot show.
static enum options_outcome check_bench_options(struct options *o)
{
    if (o->crash_zone >= (int64_t)o->zones)
        return options_wrong(&spec, "--crash-zone %" PRId64 ": there is no such zone to crash",
                             o->crash_zone);
    if (o->race != TICK_RACE_NONE && o->zones < 2)
        return options_wrong(&spec, "--race %s: a race needs a second zone", race_names[o->race]);
    if (o->race != TICK_RACE_NONE && o->level == CHECK_OFF)
        o->level = CHECK_RULES;
    return OPTIONS_READ;
}

static void bench_count(struct bench *b, struct tick *t, struct line *line)
{
    const struct options *o = b->options;
    // Counted first, because the checks below read the zones and must not add violations of their
    // own.
    line->flagged += check_violations() != 0;
    uint64_t cells = (uint64_t)(o->zones - tick_quarantines(t)) * o->cells;
    uint64_t right = tick_cells_at(t, o->ticks), digest = tick_digest(t);
    if (!b->digest_known) {
        b->digest_known = true;
        b->digest = digest;
    }
    line->runs++;
    line->cells += cells;
    line->cells_right += right;
    line->right += right == cells;
    line->equal += digest == b->digest;
    line->quarantines += (uint32_t)tick_quarantines(t);
}

static void run_bench(struct bench *b, struct sched *s, struct line *line)
{
    const struct options *o = b->options;
    struct climate **zones = mem_calloc(o->zones, sizeof(struct climate *));
    for (uint32_t i = 0; i < o->zones; i++)
        zones[i] = climate_new(i, o->cells);
    struct tick_config config = {
        .race = o->race,
        .meet = o->race != TICK_RACE_NONE,
        .crash_zone = o->crash_zone,
        .crash_signal = SIGABRT,
        .report = b->begun ? b->nowhere : NULL,
    };
    // Print the reports of the first run only; the counts show whether later runs are the same.
    check_reset();
    check_set_output(b->begun ? b->nowhere : NULL);
    b->begun = true;
    struct tick *t = tick_new(s, zones, o->zones, &config);
    int64_t began = clock_mono_us();
    for (uint32_t i = 0; i < o->ticks; i++) {
        tick_fork(t);
        tick_wait(t);
    }
    line->us += clock_mono_us() - began;
    bench_count(b, t, line);
    tick_free(t);
    for (uint32_t i = 0; i < o->zones; i++)
        climate_free(zones[i]);
    free(zones);
}

static bool as_it_must_be(const struct options *o, const struct line *line)
{
    if (line->quarantines != (o->crash_zone == TICK_NO_ZONE ? 0 : line->runs))
        return false;
    if (o->race != TICK_RACE_NONE)
        return line->flagged == line->runs;
    return line->right == line->runs && line->equal == line->runs && !line->flagged;
}

static void bench_print(const struct options *o, unsigned threads, const struct line *line)
{
    double ms = (double)line->us / 1000;
    printf("%7u  %5" PRIu32 "  %12" PRIu64 " of %-12" PRIu64 "  %10" PRIu32 "  %13" PRIu32
           "  %12" PRIu32 "  %11" PRIu32 "  %9.0f  %8.3f\n",
           threads, line->runs, line->cells_right, line->cells, line->right, line->equal,
           line->flagged, line->quarantines, ms, ms / ((double)line->runs * o->ticks));
    fflush(stdout);
}

static int bench_tick(const struct options *o)
{
    struct bench b = {.options = o, .nowhere = fopen("/dev/null", "w")};
    if (!b.nowhere) {
        perror("latchkey bench tick: /dev/null");
        return 1;
    }
    bool good = true;
    check_set_level(o->level);
    printf("%" PRIu32 " zones of %" PRIu32 " cells, %" PRIu32 " ticks; race: %s; lock checker %s\n",
           o->zones, o->cells, o->ticks, race_names[o->race], o->level ? "on" : "off");
    printf("threads   runs  %28s  runs right  digests equal  runs flagged  quarantines"
           "   ticks ms   ms/tick\n",
           "cells right");
    fflush(stdout);
    for (size_t i = 0; i < o->thread_counts && !ferror(stdout); i++) {
        struct line line = {0};
        struct tick_pool *pool = tick_pool_new(o->threads[i]);
        for (uint32_t n = 0; n < o->repeat; n++)
            run_bench(&b, tick_pool_sched(pool), &line);
        tick_pool_free(pool);
        bench_print(o, o->threads[i], &line);
        good &= as_it_must_be(o, &line);
    }
    check_set_output(NULL);
    fclose(b.nowhere);
    printf("digest of the first run %016" PRIx64 "; %s\n", b.digest,
           good ? "all is as it must be" : "NOT as it must be");
    return good ? 0 : 1;
}

int tool_bench(int argc, char **argv)
{
    struct options o = {.zones = 300,
                        .cells = 64,
                        .ticks = 3,
                        .repeat = 100,
                        .threads = {1, 2, 3, 8},
                        .thread_counts = 4,
                        .crash_zone = TICK_NO_ZONE};
    struct options_words words;
    enum options_outcome outcome = options_read(&spec, (void *[]){&o}, argc, argv, &words);
    if (outcome == OPTIONS_READ)
        outcome = check_bench_options(&o);
    if (outcome != OPTIONS_READ)
        return options_status(outcome);
    return words.command == &commands[LOCKS] ? bench_locks() : bench_tick(&o);
}
