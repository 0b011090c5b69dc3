// latchkey bench: measures code whose results are also checked. "tick" counts with the parallel
// world tick: every cell of every zone must have had exactly as many ticks as there were, at any
// number of threads, and the lock checker must report the three racy variants in every run. Changes
// nothing on disk.
#include "tools/bench/bench_locks.h"
#include "tools/tools.h"

#include "tools/bench/tick.h"
#include "lock/lockcheck.h"
#include "lock/lockreport.h"
#include "runtime/sched.h"
#include "util/clock.h"
#include "util/mem.h"
#include "tools/bench/climate.h"

#include <errno.h>
#include <getopt.h>
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
    enum lockcheck_level level;
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

static void usage(FILE *out)
{
    fputs("Usage: latchkey bench locks\n"
          "What a lock, an access and a move cost at each level of the lock checker.\n\n"
          "Usage: latchkey bench tick [OPTION ...]\n"
          "Ticks zones in parallel and counts: every cell must have had every tick exactly once.\n"
          "  --zones N             (default 300)\n"
          "  --cells N             of each zone (default 64)\n"
          "  --ticks N             of each run (default 3)\n"
          "  --threads LIST        numbers of workers, one after the other (default 1,2,3,8)\n"
          "  --repeat N            runs for each of them (default 100)\n"
          "  --race unlocked|wrong-zone|shared-scratch\n"
          "                        do it wrong in one of three ways; the lock checker must say so\n"
          "                        in every run (default none)\n"
          "  --crash-zone N        abort a job of this zone; the others must go on\n"
          "  --debug-locks[=rules|flow]\n"
          "                        check every lock and access (always with --race)\n"
          "Exit status: 0 all is as it must be, 1 it is not, 2 wrong usage.\n",
          out);
}

static bool parse_number(const char *text, uint32_t least, uint32_t most, uint32_t *out)
{
    char *end;
    errno = 0;
    unsigned long long n = strtoull(text, &end, 10);
    if (errno || end == text || *end || *text == '-' || n < least || n > most)
        return false;
    *out = (uint32_t)n;
    return true;
}

static bool parse_threads(const char *text, struct options *o)
{
    char *copy = mem_strdup(text), *rest = copy;
    bool good = true;
    o->thread_counts = 0;
    for (char *word; good && (word = strsep(&rest, ","));) {
        uint32_t n;
        good = o->thread_counts < THREAD_COUNTS_MAX && parse_number(word, 1, SCHED_WORKERS_MAX, &n);
        if (good)
            o->threads[o->thread_counts++] = n;
    }
    free(copy);
    return good;
}

static const char *const race_names[] = {
    [TICK_RACE_NONE] = "none",
    [TICK_RACE_UNLOCKED] = "unlocked",
    [TICK_RACE_WRONG_ZONE] = "wrong-zone",
    [TICK_RACE_SHARED_SCRATCH] = "shared-scratch",
};

static bool parse_race(const char *text, enum tick_race *race)
{
    for (size_t i = 0; i < sizeof(race_names) / sizeof(race_names[0]); i++)
        if (!strcmp(text, race_names[i])) {
            *race = (enum tick_race)i;
            return true;
        }
    return false;
}

static bool parse_level(const char *text, enum lockcheck_level *level)
{
    *level = text && !strcmp(text, "rules") ? LOCKCHECK_RULES : LOCKCHECK_FLOW;
    return !text || !strcmp(text, "rules") || !strcmp(text, "flow");
}

static bool parse_option(int c, struct options *o)
{
    uint32_t zone;
    switch (c) {
    case 'z':
        return parse_number(optarg, 1, ZONES_MAX, &o->zones);
    case 'c':
        return parse_number(optarg, 1, CLIMATE_CELLS_MAX, &o->cells);
    case 't':
        return parse_number(optarg, 1, UINT32_MAX, &o->ticks);
    case 'n':
        return parse_threads(optarg, o);
    case 'r':
        return parse_number(optarg, 1, UINT32_MAX, &o->repeat);
    case 'x':
        return parse_race(optarg, &o->race);
    case 'k':
        if (!parse_number(optarg, 0, ZONES_MAX, &zone))
            return false;
        o->crash_zone = zone;
        return true;
    case 'l':
        return parse_level(optarg, &o->level);
    default:
        return false;
    }
}

// Returns -1 to go on, else the exit status.
static int parse(int argc, char **argv, struct options *o)
{
    static const struct option list[] = {{"zones", required_argument, NULL, 'z'},
                                         {"cells", required_argument, NULL, 'c'},
                                         {"ticks", required_argument, NULL, 't'},
                                         {"threads", required_argument, NULL, 'n'},
                                         {"repeat", required_argument, NULL, 'r'},
                                         {"race", required_argument, NULL, 'x'},
                                         {"crash-zone", required_argument, NULL, 'k'},
                                         {"debug-locks", optional_argument, NULL, 'l'},
                                         {"help", no_argument, NULL, 'h'},
                                         {NULL, 0, NULL, 0}};
    for (int c; (c = getopt_long(argc, argv, "", list, NULL)) != -1;)
        if (!parse_option(c, o)) {
            if (c != 'h' && c != '?')
                fprintf(stderr, "latchkey bench tick: \"%s\" is not understood\n",
                        optarg ? optarg : "");
            usage(c == 'h' ? stdout : stderr);
            return c == 'h' ? 0 : 2;
        }
    if (optind != argc) {
        fprintf(stderr, "latchkey bench tick: \"%s\" is not understood\n", argv[optind]);
        return 2;
    }
    if (o->crash_zone >= (int64_t)o->zones) {
        fputs("latchkey bench tick: there is no such zone to crash\n", stderr);
        return 2;
    }
    if (o->race != TICK_RACE_NONE && o->zones < 2) {
        fputs("latchkey bench tick: a race needs a second zone\n", stderr);
        return 2;
    }
    if (o->race != TICK_RACE_NONE && o->level == LOCKCHECK_OFF)
        o->level = LOCKCHECK_RULES;
    return -1;
}

static void count(struct bench *b, struct tick *t, struct line *line)
{
    const struct options *o = b->options;
    // Counted first, because the checks below read the zones and must not add violations of their
    // own.
    line->flagged += lockcheck_violations() != 0;
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

static void run(struct bench *b, struct sched *s, struct line *line)
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
    lockcheck_reset();
    lockcheck_set_output(b->begun ? b->nowhere : NULL);
    b->begun = true;
    struct tick *t = tick_new(s, zones, o->zones, &config);
    int64_t began = clock_mono_us();
    for (uint32_t i = 0; i < o->ticks; i++) {
        tick_fork(t);
        tick_wait(t);
    }
    line->us += clock_mono_us() - began;
    count(b, t, line);
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

static void print(const struct options *o, unsigned threads, const struct line *line)
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
    lockcheck_set_level(o->level);
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
            run(&b, tick_pool_sched(pool), &line);
        tick_pool_free(pool);
        print(o, o->threads[i], &line);
        good &= as_it_must_be(o, &line);
    }
    lockcheck_set_output(NULL);
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
    if (argc >= 2 && !strcmp(argv[1], "--help")) {
        usage(stdout);
        return 0;
    }
    if (argc == 2 && !strcmp(argv[1], "locks"))
        return bench_locks();
    if (argc < 2 || strcmp(argv[1], "tick") != 0) {
        usage(stderr);
        return 2;
    }
    int status = parse(argc - 1, argv + 1, &o);
    return status >= 0 ? status : bench_tick(&o);
}
