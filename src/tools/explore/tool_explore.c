// latchkey explore: runs a scenario under many schedules, each in a child process that starts from
// the same bytes; shrinks a schedule that fails and writes it to a file; replays a file. Some seeds
// run a second time in a world that is loaded again with another layout of memory: the result must
// be the same.
#include "tools/tools.h"

#include "check/check_report.h"
#include "check/check_values.h"
#include "console/lost_wake.h"
#include "console/waits.h"
#include "console/watchdog.h"
#include "serve/check_options.h"
#include "serve/layout.h"
#include "tools/explore/loop_turns.h"
#include "tools/explore/scenario.h"
#include "tools/explore/schedule.h"
#include "util/buf.h"
#include "util/clock.h"
#include "util/fatal.h"
#include "util/mem.h"
#include "util/options.h"
#include "world/snapshot/write_set_digest.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

enum {
    TEXT_MAX = 16384,
    SEEN_MAX = 65536,
    CHILD_SECONDS = 20,
    SHRINK_RUNS = 400,
    CODES_SHOWN = 8,
    FOUND_MAX = 32,
};

// The results of a child, in memory that its parent shares.
struct shared_run {
    struct scenario_result result;
    uint32_t counts[CHECK_CODES];
    uint64_t violations;
    bool finished, timed_out;
    struct check_report_found found[FOUND_MAX];
    size_t found_count;
    char text[TEXT_MAX]; // reports
    char seen[SEEN_MAX]; // what players saw, when that is wanted
    uint16_t choices[EXPLORE_CHOICES_MAX];
};

struct options {
    const char *scenario, *replay, *out, *runs;
    uint64_t seeds, first, check_every;
    unsigned depth;
    enum explore_strategy strategy;
    bool quiet, seen, keep_going, reach;
    struct loop_turns turns;
    struct check_options check;
};

struct tool {
    struct options o;
    struct scenario *scenario;
    struct shared_run *run;
    uint16_t *record;  // the choices of the present run
    uint64_t length;   // number of schedule points of the straight run
    uint64_t seed;     // the seed that is being shrunk
    pid_t child;       // the process of the last run
    FILE *runs;        // what --runs names, or NULL
    const char *turns; // the options about loops, to repeat a seed
    uint64_t layout;   // layout of the next run; 0: that of the world that was loaded first
    bool seen;         // keep what players see in the next run
    uint64_t failed, crashed, points, codes[CHECK_CODES];
    struct reached reached; // summed over all seeds
    // Violations that were found while the world was built; every run begins with them.
    uint32_t built[CHECK_CODES];
    uint64_t built_violations;
};

static bool take_strategy(void *into, const struct options_entry *e, const char *value,
                          struct buf *why)
{
    const char *names[EXPLORE_REPLAY + 1] = {NULL}; // that one needs a file and is an option itself
    unsigned place = 0;
    (void)e;
    for (unsigned i = 0; i < EXPLORE_REPLAY; i++)
        names[i] = explore_strategy_name((enum explore_strategy)i);
    if (!options_choice(value, names, &place, why))
        return false;
    ((struct options *)into)->strategy = (enum explore_strategy)place;
    return true;
}

static bool take_loops(void *into, const struct options_entry *e, const char *value,
                       struct buf *why)
{
    (void)e;
    return loop_turns_parse(&((struct options *)into)->turns, value, why);
}

static const struct options_entry entries[] = {
    {"scenario", "FILE", "world, players and what they type (docs/explorer.md)",
     OPTIONS_INTO(struct options, scenario)},
    {"seeds", "N", "how many schedules (default 1000)", OPTIONS_INTO(struct options, seeds),
     .least = 1},
    {"first", "S", "the first seed (default 1)", OPTIONS_INTO(struct options, first)},
    {"strategy", "NAME", "walk, pct, starve, straight or portfolio (the default)",
     .take = take_strategy},
    {"loops", "N,...", "numbers of loops, which seeds take by turns (default 1)",
     .take = take_loops},
    {"guests", NULL, "let the loops run commands too, in every second round of these turns",
     OPTIONS_INTO(struct options, turns.guests)},
    {"depth", "N", "of pct (default 3)", OPTIONS_INTO(struct options, depth), .least = 1},
    {"check-every", "N",
     "run the first and every N-th seed twice, with everything elsewhere in memory, to see the "
     "same "
     "hash (default 8; 0: none)",
     OPTIONS_INTO(struct options, check_every)},
    {"out", "DIR", "where failing schedules are written (default .)",
     OPTIONS_INTO(struct options, out)},
    {"replay", "FILE", "run a schedule again, step by step", OPTIONS_INTO(struct options, replay)},
    {"keep-going", NULL, "shrink and write every failing seed, not only the first of a code",
     OPTIONS_INTO(struct options, keep_going)},
    {"seen", NULL, "print what the players saw (with --replay or one seed)",
     OPTIONS_INTO(struct options, seen)},
    {"reach", NULL, "fail unless the seeds together took every path that the scenario must reach",
     OPTIONS_INTO(struct options, reach)},
    {"runs", "FILE",
     "write a line for each seed: seed, process, whether it ended (1), CODE=COUNT ...",
     OPTIONS_INTO(struct options, runs)},
    {"quiet", NULL, "only the lines at the end", OPTIONS_INTO(struct options, quiet)},
    {0}};

static const struct options_spec spec = {
    .name = "explore",
    .usage = "--scenario FILE [OPTION ...]\n--replay FILE",
    .about = "Runs a small scenario under schedules of its own making and checks every step.",
    .after = "A trace is of one run: --trace wants --replay or --seeds 1.\n"
             "Exit status: 0 nothing found, 2 wrong usage, 66 violations or a crash, 67 evidence "
             "lost or a path not reached, 68 a schedule did not repeat itself, 65 bad scenario or "
             "schedule.",
    .tables = {{NULL, entries}, CHECK_OPTIONS_TABLE},
};

// Checks the options against each other.
static enum options_outcome check_explore_options(const struct options *o)
{
    if (!o->scenario && !o->replay)
        return options_wrong(&spec, "needs --scenario FILE or --replay FILE");
    if (o->check.trace && !o->replay && o->seeds != 1)
        return options_wrong(&spec, "a trace is of one run: --trace wants --replay or --seeds 1");
    if (o->runs && o->replay)
        return options_wrong(&spec, "--runs is of seeds, and --replay has none");
    return OPTIONS_READ;
}

static const struct tool *reporting;
static uint64_t reporting_seed;

static void explore_add_repro(FILE *out)
{
    const struct options *o = &reporting->o;
    if (o->replay)
        fprintf(out, "latchkey explore --replay %s", o->replay);
    else
        fprintf(out, "latchkey explore --scenario %s --strategy %s%s --first %" PRIu64 " --seeds 1",
                o->scenario, explore_strategy_name(o->strategy), reporting->turns, reporting_seed);
}

// Copies the checker's findings to the shared memory; the end of the child.
static void leave_child(void)
{
    struct shared_run *run = reporting->run;
    for (int i = 0; i < CHECK_CODES; i++)
        run->counts[i] = (uint32_t)check_count((enum check_code)i);
    run->violations = check_violations();
    run->found_count = check_report_take(run->found, FOUND_MAX);
    run->finished = true;
    fflush(stdout);
    _exit(0);
}

static void explore_give_up(void *arg)
{
    (void)arg;
    leave_child();
}

// The run, in the child. Only a run that is `kept` is written into the requested files: not one
// that measures, shrinks or compares.
static void explore_child(struct tool *t, struct explore_config *config, bool kept)
{
    if (!kept) {
        check_report_set_json(NULL);
        if (t->o.check.trace)
            check_set_level(CHECK_RULES);
    }
    reporting = t;
    reporting_seed = config->seed;
    check_report_set_repro(explore_add_repro);
    struct shared_run *run = t->run;
    if (t->layout) {
        layout_stir(t->layout);
        t->scenario = scenario_load(t->o.scenario, t->layout);
        if (!t->scenario)
            _exit(EX_DATAERR);
    }
    check_reset(); // findings of other seeds belong to the parent
    FILE *out = fmemopen(run->text, sizeof(run->text) - 1, "w");
    if (!out)
        fatal_system("begin a run", errno);
    setvbuf(out, NULL, _IONBF, 0);
    check_set_output(out);
    alarm(CHILD_SECONDS);
    bool seen = kept && t->o.seen && (t->o.replay || t->o.seeds == 1);
    FILE *keep = t->seen ? fmemopen(run->seen, sizeof(run->seen), "w") : NULL;
    scenario_run(t->scenario, config, seen ? stdout : keep, &run->result);
    if (keep)
        fclose(keep);
    clock_use_system();
    size_t lost = lost_wake_at_end(); // first, as other tasks may wait because of these
    watchdog_sweep(clock_mono_ms());  // finds cycles among the tasks that still wait
    if (run->result.explore.parked && !lost && !check_count(L011_DEADLOCK))
        waits_report_abandoned();
    leave_child();
}

// Counts what a child that did not reach its end has reported: a report's first line begins with
// the code.
static void count_told(struct shared_run *run)
{
    for (const char *line = run->text; *line; line++) {
        unsigned code;
        if (sscanf(line, "L%3u ", &code) == 1 && code < CHECK_CODES)
            run->counts[code]++;
        line = strchr(line, '\n');
        if (!line)
            return;
    }
}

// Runs the child and waits for its end. The status is that of waitpid.
static int run_child(struct tool *t, struct explore_config *config, bool kept)
{
    int status = 0;
    fflush(stdout); // or the child would write it a second time
    pid_t pid = fork();
    if (pid < 0) {
        perror("latchkey explore: fork");
        exit(EX_OSERR);
    }
    if (!pid)
        explore_child(t, config, kept);
    t->child = pid;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    return status;
}

__attribute__((format(printf, 2, 3))) static void add_text(struct shared_run *run,
                                                           const char *format, ...)
{
    size_t n = strlen(run->text);
    va_list ap;
    va_start(ap, format);
    vsnprintf(run->text + n, sizeof(run->text) - n, format, ap);
    va_end(ap);
}

// The child crashed, or its alarm ended it. That counts as a violation.
static void note_crash(struct shared_run *run, int status)
{
    bool signalled = WIFSIGNALED(status);
    int number = signalled ? WTERMSIG(status) : WEXITSTATUS(status);
    run->timed_out = signalled && number == SIGALRM;
    count_told(run);
    add_text(run, "the process ended with %s %d\n", signalled ? "signal" : "status", number);
    run->violations++;
}

// Tasks wait at the end of the run, and the checker has reported no reason.
static void note_parked(struct shared_run *run)
{
    assert(run->result.explore.parked);
    // When there is no place any more, the last report makes room: this is why the run failed.
    size_t at = run->found_count < FOUND_MAX ? run->found_count++ : FOUND_MAX - 1;
    struct check_report_found *f = &run->found[at];
    *f = (struct check_report_found){.code = L011_DEADLOCK, .count = 1, .suppression = -1};
    snprintf(f->text, sizeof(f->text),
             "L011 deadlock  %u tasks wait for locks that nobody will release\n",
             run->result.explore.parked);
    add_text(run, "%s", f->text);
    run->counts[L011_DEADLOCK]++;
    run->violations++;
}

// Runs one schedule in a child; its results are in t->run.
static void run_once(struct tool *t, struct explore_config *config, bool kept)
{
    assert(config && t->scenario && t->run);
    struct shared_run *run = t->run;
    memset(run, 0, offsetof(struct shared_run, seen));
    config->record = run->choices;
    config->give_up = explore_give_up;
    int status = run_child(t, config, kept);
    for (int i = 0; i < CHECK_CODES; i++)
        run->counts[i] += t->built[i];
    run->violations += t->built_violations;
    bool explained = run->counts[L011_DEADLOCK] || run->counts[L042_LOST_WAKE];
    if (!run->finished)
        note_crash(run, status);
    else if (run->result.explore.parked && !explained)
        note_parked(run);
}

static struct explore_config config_for(const struct tool *t, uint64_t seed)
{
    struct explore_config c = {.strategy = t->o.strategy,
                               .seed = seed,
                               .length = t->length,
                               .depth = t->o.depth,
                               .steps_max = 2000000};
    loop_turns_choose(&t->o.turns, &c);
    return c;
}

static size_t recorded(const struct tool *t)
{
    size_t n = t->run->result.explore.recorded;
    return n < EXPLORE_CHOICES_MAX ? n : EXPLORE_CHOICES_MAX;
}

// The lowest code that was found; -1: the child crashed.
static int failing_code(const struct shared_run *run)
{
    for (int i = 1; i < CHECK_CODES; i++)
        if (run->counts[i] && check_report_severity((enum check_code)i) == CHECK_REPORT_ERROR)
            return i;
    return -1;
}

static bool still_fails(struct tool *t, uint16_t *choices, size_t n, int code)
{
    assert(n <= EXPLORE_CHOICES_MAX && code < CHECK_CODES);
    struct explore_config c = config_for(t, t->seed);
    c.strategy = EXPLORE_REPLAY;
    c.choices = choices;
    c.choice_count = n;
    c.lenient = true;
    run_once(t, &c, false);
    return code < 0 ? !t->run->finished : t->run->counts[code] > 0;
}

static size_t without_tail(const uint16_t *choices, size_t n)
{
    while (n && !choices[n - 1])
        n--;
    return n;
}

// Delta debugging: removes ever smaller ranges of switches, as long as the same code is found.
static size_t shrink(struct tool *t, uint16_t *choices, size_t n, int code)
{
    assert(choices || !n);
    uint16_t *attempt = mem_alloc((n ? n : 1) * sizeof(*attempt));
    int runs = 0;
    for (size_t size = n; size && runs < SHRINK_RUNS; size /= 2)
        for (size_t at = 0; at < n && runs < SHRINK_RUNS; at += size) {
            size_t end = at + size < n ? at + size : n, switches = 0;
            memcpy(attempt, choices, n * sizeof(*attempt));
            for (size_t i = at; i < end; i++) {
                switches += attempt[i] != 0;
                attempt[i] = 0;
            }
            if (!switches)
                continue;
            runs++;
            if (still_fails(t, attempt, n, code))
                memcpy(choices, attempt, n * sizeof(*attempt));
        }
    free(attempt);
    n = without_tail(choices, n);
    still_fails(t, choices, n, code); // runs the shrunk schedule, so that its reports are printed
    return n;
}

static size_t count_switches(const uint16_t *choices, size_t n)
{
    size_t switches = 0;
    for (size_t i = 0; i < n; i++)
        switches += choices[i] != 0;
    return switches;
}

static void write_failure(struct tool *t, uint64_t seed, int code)
{
    assert(code < CHECK_CODES);
    size_t n = recorded(t);
    t->seed = seed;
    memcpy(t->record, t->run->choices, n * sizeof(*t->record));
    size_t before = count_switches(t->record, n);
    n = shrink(t, t->record, n, code);
    const char *name = strrchr(t->o.scenario, '/');
    char *path = mem_printf("%s/%s-%" PRIu64 ".schedule", t->o.out ? t->o.out : ".",
                            name ? name + 1 : t->o.scenario, seed);
    char title[64];
    snprintf(title, sizeof(title), code < 0 ? "crash" : "L%03d %s", code,
             code < 0 ? "" : check_report_title((enum check_code)code));
    struct explore_config c = config_for(t, seed);
    struct schedule s = {.scenario = (char *)t->o.scenario,
                         .seed = seed,
                         .hash = t->run->result.state,
                         .loops = c.loops,
                         .guests = c.guests,
                         .choices = t->record,
                         .count = n};
    printf("%s\nseed %" PRIu64 ": %s; %zu switches shrunk to %zu\n", t->run->text, seed, title,
           before, count_switches(t->record, n));
    int r = schedule_write(path, &s, title);
    if (r < 0)
        fprintf(stderr, "latchkey explore: %s: %s\n", path, strerror(-r));
    else
        printf("  again   latchkey explore --replay %s\n", path);
    free(path);
}

static bool same_run(const struct scenario_result *a, const struct scenario_result *b)
{
    return a->state == b->state && a->explore.hash == b->explore.hash;
}

// Runs this seed and returns what players saw; the caller frees it.
static char *see(struct tool *t, uint64_t seed, uint64_t layout)
{
    struct explore_config c = config_for(t, seed);
    t->layout = layout;
    t->seen = true;
    *t->run->seen = '\0';
    run_once(t, &c, false);
    t->layout = 0;
    t->seen = false;
    return mem_strndup(t->run->seen, strnlen(t->run->seen, SEEN_MAX));
}

// Prints the first line that differs, and which player saw it.
static void print_difference(const char *a, const char *b)
{
    const char *who = "";
    while (*a && *b) {
        size_t n = strcspn(a, "\n"), m = strcspn(b, "\n");
        if (n != m || memcmp(a, b, n) != 0) {
            printf("  %.*s saw \"%.*s\", then \"%.*s\"\n", (int)strcspn(who, "\n"), who, (int)n, a,
                   (int)m, b);
            return;
        }
        if (!strncmp(a, "--- ", 4))
            who = a + 4;
        a += n + (a[n] == '\n');
        b += m + (b[m] == '\n');
    }
    printf("  what players saw is the same; what is in the world, or who waited, is not\n");
}

static void report_divergence(struct tool *t, uint64_t seed, const struct scenario_result *first,
                              uint64_t layout)
{
    uint64_t other = t->run->result.explore.hash, state = t->run->result.state;
    char *a = see(t, seed, 0);
    bool repeats = same_run(first, &t->run->result);
    char *b = see(t, seed, layout);
    printf("L039 diverged  seed %" PRIu64 " gave hash %016" PRIx64 " and state %016" PRIx64
           ", then %016" PRIx64 " and %016" PRIx64 ": something depends on %s\n",
           seed, first->explore.hash, first->state, other, state,
           repeats ? "the slot or the address of a thing, or another address"
                   : "what is not the schedule");
    print_difference(a, b);
    printf("  again   latchkey explore --scenario %s --strategy %s%s --first %" PRIu64
           " --seeds 1 --check-every 1\n",
           t->o.scenario, explore_strategy_name(t->o.strategy), t->turns, seed);
    free(a);
    free(b);
}

// Runs the same seed with another layout of memory; false when the result differs.
static bool check_again(struct tool *t, uint64_t seed)
{
    struct scenario_result first = t->run->result;
    struct explore_config c = config_for(t, seed);
    uint64_t layout = seed * 2 + 1; // any number but 0
    t->layout = layout;
    run_once(t, &c, false);
    t->layout = 0;
    if (same_run(&first, &t->run->result))
        return true;
    t->failed++;
    if (!t->codes[L039_DIVERGED]++)
        report_divergence(t, seed, &first, layout);
    return false;
}

// What --runs says of a seed: of its first run, before others shrink or repeat it.
struct noted {
    pid_t child;
    bool finished;
    uint32_t counts[CHECK_CODES];
};

static struct noted note_run(const struct tool *t)
{
    struct noted n = {.child = t->child, .finished = t->run->finished};
    memcpy(n.counts, t->run->counts, sizeof(n.counts));
    return n;
}

static void write_note(struct tool *t, uint64_t seed, const struct noted *n, bool diverged)
{
    if (!t->runs)
        return;
    fprintf(t->runs, "%" PRIu64 " %ld %d", seed, (long)n->child, n->finished);
    for (int i = 1; i < CHECK_CODES; i++) {
        uint32_t count = n->counts[i] + (i == L039_DIVERGED && diverged);
        if (count)
            fprintf(t->runs, " L%03d=%" PRIu32, i, count);
    }
    fputc('\n', t->runs);
}

// Counts the run's findings in this process; returns whether the run reached its end.
static bool keep_findings(const struct shared_run *run)
{
    for (size_t i = 0; i < run->found_count; i++)
        check_report_add(&run->found[i]);
    return run->finished && !run->result.explore.given_up;
}

static void add_reached(struct tool *t, const struct reached *more)
{
    for (size_t i = 0; i < REACHED_PATHS; i++)
        t->reached.count[i] += more->count[i];
}

// False: --reach was given, and the scenario has not taken a path that it must take.
static bool tell_reached(const struct tool *t)
{
    struct buf told = BUF_INIT, missing = BUF_INIT;
    reached_tell(&t->reached, &told);
    printf("%s: reached %s\n", t->o.scenario, buf_str(&told));
    bool any = t->o.reach && reached_missing(&t->reached, scenario_reach(t->scenario), &missing);
    if (any)
        printf("%s: not reached: %s\n", t->o.scenario, buf_str(&missing));
    buf_fini(&told);
    buf_fini(&missing);
    return !any;
}

// Returns an exit status for faults other than violations, which are counted and reported at the
// end.
static int seed_status(struct tool *t, uint64_t seed)
{
    bool ended = keep_findings(t->run);
    t->points += t->run->result.explore.points;
    add_reached(t, &t->run->result.reached);
    bool failed = t->run->violations;
    int code = failed ? failing_code(t->run) : 0;
    if (t->run->result.explore.given_up) {
        printf("seed %" PRIu64 ": given up after %" PRIu64 " points\n", seed,
               t->run->result.explore.points);
        failed = true;
    }
    if (failed) {
        t->failed++;
        bool known = code > 0 ? t->codes[code]++ : t->crashed++;
        if (t->run->timed_out) // a timeout is not shrunk, as every attempt would take as long
            printf("seed %" PRIu64 ": not over after %d s\n%s", seed, CHILD_SECONDS, t->run->text);
        else if (!known || t->o.keep_going)
            write_failure(t, seed, code);
        return ended ? 0 : CHECK_REPORT_FOUND;
    }
    bool again = t->o.check_every && (seed % t->o.check_every == 0 || seed == t->o.first);
    if (again && !check_again(t, seed))
        return CHECK_REPORT_DIVERGED;
    return 0;
}

static int explore_seed(struct tool *t, uint64_t seed)
{
    struct explore_config c = config_for(t, seed);
    run_once(t, &c, true);
    struct noted n = note_run(t);
    int status = seed_status(t, seed);
    write_note(t, seed, &n, status == CHECK_REPORT_DIVERGED);
    return status;
}

static int explore(struct tool *t)
{
    struct explore_config c = config_for(t, 0);
    int status = 0;
    c.strategy = EXPLORE_STRAIGHT;
    run_once(t, &c, false);
    t->length = t->run->result.explore.points;
    if (!t->o.quiet)
        printf("%s: %u vthreads, %" PRIu64 " points and %" PRIu64
               " answers when nothing is switched\n",
               t->o.scenario, scenario_vthreads(t->scenario), t->length, t->run->result.answered);
    // Stop when standard output cannot be written to; main reports that.
    for (uint64_t seed = t->o.first; seed < t->o.first + t->o.seeds && !ferror(stdout); seed++) {
        int s = explore_seed(t, seed);
        status = s > status ? s : status;
    }
    printf("%s: %" PRIu64 " schedules (%s), %" PRIu64 " points, %" PRIu64 " failed", t->o.scenario,
           t->o.seeds, explore_strategy_name(t->o.strategy), t->points, t->failed);
    for (int i = 1; i < CHECK_CODES; i++)
        if (t->codes[i])
            printf(", L%03d in %" PRIu64, i, t->codes[i]);
    printf("\n");
    bool reached = tell_reached(t);
    return status || reached ? status : CHECK_REPORT_LOST;
}

// With the file that --runs names; what cannot be written there is evidence lost.
static int explore_noted(struct tool *t)
{
    t->runs = t->o.runs ? fopen(t->o.runs, "w") : NULL;
    bool lost = t->o.runs && !t->runs;
    int status = lost ? 0 : explore(t);
    if (t->runs)
        lost = fclose(t->runs) != 0;
    if (lost)
        fprintf(stderr, "latchkey explore: %s: %s\n", t->o.runs, strerror(errno));
    return status || !lost ? status : CHECK_REPORT_LOST;
}

static int replay_schedule(struct tool *t, const struct schedule *s)
{
    struct explore_config c = config_for(t, s->seed);
    c.strategy = EXPLORE_REPLAY;
    c.loops = s->loops;
    c.guests = s->guests;
    c.choices = s->choices;
    c.choice_count = s->count;
    run_once(t, &c, true);
    bool ended = keep_findings(t->run);
    const struct explore_result *r = &t->run->result.explore;
    fputs(t->run->text, stdout);
    printf("%s: %" PRIu64 " points, %zu choices replayed, hash %016" PRIx64 ", %" PRIu64
           " violations\n",
           t->o.replay, r->points, s->count, t->run->result.state, t->run->violations);
    if (r->diverged || (s->hash && s->hash != t->run->result.state)) {
        printf("L039 diverged  the run is not the one that was recorded (hash %016" PRIx64 ")\n",
               s->hash);
        return CHECK_REPORT_DIVERGED;
    }
    return ended ? 0 : CHECK_REPORT_FOUND;
}

static bool loops_fit(const struct tool *t, const struct schedule *s)
{
    unsigned loops = s ? s->loops : loop_turns_most(&t->o.turns);
    bool fit = loops + scenario_vthreads(t->scenario) <= EXPLORE_VTHREADS_MAX;
    if (!fit)
        fprintf(stderr, "latchkey explore: %s has %u workers: with the loops at most %d\n",
                t->o.scenario, scenario_vthreads(t->scenario), EXPLORE_VTHREADS_MAX);
    return fit;
}

static int run_explore(struct tool *t)
{
    struct schedule *s = t->o.replay ? schedule_read(t->o.replay) : NULL;
    if (t->o.replay && !s)
        return EX_DATAERR;
    if (s)
        t->o.scenario = s->scenario;
    if (t->o.check.level == CHECK_OFF)
        // needed to know which mutexes are held: no schedule point may be passed while one is
        t->o.check.level = CHECK_RULES;
    int status = check_options_begin(&t->o.check);
    check_values_watch(write_set_digest_value_of);
    t->scenario = status ? NULL : scenario_load(t->o.scenario, 0);
    for (int i = 0; i < CHECK_CODES; i++)
        t->built[i] = (uint32_t)check_count((enum check_code)i);
    t->built_violations = check_violations();
    if (!status && (!t->scenario || !loops_fit(t, s)))
        status = EX_DATAERR;
    if (!status) {
        t->run = mmap(NULL, sizeof(*t->run), PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        t->record = mem_alloc(EXPLORE_CHOICES_MAX * sizeof(*t->record));
        if (t->run == MAP_FAILED)
            fatal_system("get memory that a run shares with its parent", errno);
        status = s ? replay_schedule(t, s) : explore_noted(t);
        status = check_options_end(&t->o.check, status);
        munmap(t->run, sizeof(*t->run));
        free(t->record);
    }
    check_set_level(CHECK_OFF);
    scenario_free(t->scenario);
    schedule_free(s);
    return status;
}

int tool_explore(int argc, char **argv)
{
    struct tool t = {.o = {.seeds = 1000,
                           .first = 1,
                           .check_every = 8,
                           .strategy = EXPLORE_PORTFOLIO,
                           .check = {.level = CHECK_FLOW}}};
    struct options_words words;
    struct buf turns = BUF_INIT;
    enum options_outcome outcome =
        options_read(&spec, (void *[]){&t.o, &t.o.check}, argc, argv, &words);
    if (outcome == OPTIONS_READ)
        outcome = check_explore_options(&t.o);
    loop_turns_tell(&t.o.turns, &turns);
    t.turns = buf_str(&turns);
    int status = outcome == OPTIONS_READ ? run_explore(&t) : options_status(outcome);
    buf_fini(&turns);
    return status;
}
