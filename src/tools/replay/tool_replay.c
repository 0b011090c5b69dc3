// latchkey replay: runs a journal again, offline, and reports whether every event says and changes
// what it did. The journal is only read.
#include "tools/tools.h"

#include "check/check.h"
#include "console/lost_wake.h"
#include "console/watchdog.h"
#include "engine/dispatch.h"
#include "engine/replay/replay.h"
#include "journal/journal.h"
#include "journal/snapshot_file.h"
#include "output/outbox.h"
#include "runtime/sched.h"
#include "serve/check_options.h"
#include "serve/data_lock.h"
#include "serve/recover.h"
#include "serve/world_files.h"
#include "store/character.h"
#include "store/savefile.h"
#include "util/buf.h"
#include "util/build.h"
#include "util/clock.h"
#include "util/doc.h"
#include "util/error.h"
#include "util/file.h"
#include "util/mem.h"
#include "util/options.h"
#include "world/snapshot/digest.h"
#include "world/world.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

enum { EXIT_DIVERGED = 68, EPOCHS_MAX = 4096, MEASURED_MS = 10 };

struct options {
    const char *data, *zones, *player;
    uint64_t to, epoch, snap_at;
    unsigned workers, repeat;
    bool soft, has_epoch, verify_only, full;
    struct check_options check;
};

static const struct options_entry entries[] = {
    {"data", "DIR", "the data folder (default latchkey-data)", OPTIONS_INTO(struct options, data)},
    {"zones", "DIR",
     "zone files (default data/zones); when they are not what they were, those that the epoch has "
     "kept are used",
     OPTIONS_INTO(struct options, zones)},
    {"player", "FILE", "template of new players (default data/player.json); the same holds for it",
     OPTIONS_INTO(struct options, player)},
    {"epoch", "N", "not the newest epoch, but the one after event N",
     OPTIONS_INTO(struct options, epoch), OPTIONS_TELLS(struct options, has_epoch)},
    {"to", "N", "stop after event N", OPTIONS_INTO(struct options, to), .least = 1},
    {"full", NULL, "from the beginning of the epoch, not from its newest snapshot",
     OPTIONS_INTO(struct options, full)},
    {"snap-at", "N", "write a snapshot of the world after event N; the server must be stopped",
     OPTIONS_INTO(struct options, snap_at), .least = 1},
    {"workers", "N", "threads (default 1)", OPTIONS_INTO(struct options, workers), .least = 1,
     .most = SCHED_WORKERS_MAX},
    {"repeat", "N", "so often, each from the beginning; all digests must be equal",
     OPTIONS_INTO(struct options, repeat), .least = 1},
    {"soft-digests", NULL, "go on after a difference and count them",
     OPTIONS_INTO(struct options, soft)},
    {"verify-only", NULL, "read every record and its checksum, run nothing",
     OPTIONS_INTO(struct options, verify_only)},
    {0}};

static const struct options_spec spec = {
    .name = "replay",
    .usage = "[OPTION ...]",
    .about = "Runs the journal of a data folder again and compares what every event changes and "
             "says.",
    .after =
        "The lock checker checks every command as it runs (level rules, or as --debug-locks says): "
        "when an event differs, it names the command, the thing and the attribute. Things that are "
        "made get other slots than they had, in each repetition others: nothing may depend on "
        "them.\n"
        "Exit status: 0 all is as it was, 2 wrong usage, 65 damaged or another world's "
        "journal, 66 locking violations, 68 an event did something else, 69 there is no such "
        "event, epoch or journal, 73 a snapshot could not be written.",
    .tables = {{NULL, entries}, CHECK_OPTIONS_TABLE},
};

// Is the event to stop at in this epoch? Prints a message when not.
static bool has_last(const struct options *o, const struct journal *j)
{
    if (!o->to || (o->to >= journal_first(j) && o->to <= journal_last(j)))
        return true;
    if (o->to > journal_last(j))
        fprintf(stderr,
                "latchkey replay: there is no event %" PRIu64 ": the last of epoch %" PRIu64
                " is %" PRIu64 "\n",
                o->to, journal_epoch(j), journal_last(j));
    else
        fprintf(stderr,
                "latchkey replay: event %" PRIu64 " is older than epoch %" PRIu64
                ": say which one with --epoch; `latchkey journal info` lists them\n",
                o->to, journal_epoch(j));
    return false;
}

static struct world *replay_load_world(const struct world_files *f)
{
    struct doc_problems p = DOC_PROBLEMS_INIT;
    struct buf text = BUF_INIT;
    struct world *w = world_files_load(f, &p);
    if (!w)
        doc_problems_write(&text, &p);
    fputs(buf_str(&text), stderr);
    buf_fini(&text);
    doc_problems_fini(&p);
    return w;
}

struct progress {
    uint64_t first, last;
    int64_t began;
    const char *data; // folder of characters; NULL: none has to be saved
    bool later;       // events come after the wanted snapshot
};

static void show_progress(void *arg, uint64_t at)
{
    const struct progress *p = arg;
    int64_t ms = clock_mono_ms() - p->began;
    if (!isatty(STDERR_FILENO) || ms <= 0)
        return;
    uint64_t done = at - p->first + 1, rate = done * 1000 / (uint64_t)ms;
    fprintf(stderr,
            "\r%3" PRIu64 " %%  event %" PRIu64 ", %" PRIu64 " a second, %" PRIu64 " s to go   ",
            done * 100 / (p->last - p->first + 1), at, rate, rate ? (p->last - at) / rate : 0);
}

static void replay_wake(void *arg)
{
    (void)arg;
}

// Saves a player who left, before the snapshot is written. A player who enters after the snapshot
// has been saved by then, so no entry takes an older state.
static int replay_save_player(void *arg, const char *name, const struct doc *saved)
{
    const struct progress *p = arg;
    if (!p->data)
        return 0;
    if (p->later) {
        fprintf(stderr,
                "latchkey replay: %s has left and may not have been written down; a snapshot of "
                "the last event can be written, or start the server once\n",
                name);
        return -EBUSY;
    }
    int r = character_save(p->data, name, doc_root(saved));
    if (r == SAVEFILE_OK || r == SAVEFILE_ABSENT)
        return 0; // the file is missing: the character was deleted since
    fprintf(stderr, "latchkey replay: %s has left and cannot be written down\n", name);
    return r < 0 ? r : -EIO;
}

// A start uses only a snapshot of the newest epoch, and there the newest one.
static bool may_begin_with(const struct options *o, struct journal *j)
{
    uint64_t numbers[SNAPSHOTS_MAX], epochs[EPOCHS_MAX];
    char *folder = mem_printf("%s/journal", o->data);
    size_t n = journal_epochs(folder, epochs, EPOCHS_MAX);
    free(folder);
    return n && epochs[n - 1] == journal_epoch(j) &&
           (!snapshot_file_list(journal_path(j), numbers, SNAPSHOTS_MAX) ||
            numbers[0] <= o->snap_at);
}

static bool tell_snapshot(const struct options *o, const struct replay_result *r)
{
    if (!o->snap_at)
        return true;
    bool there = o->snap_at >= r->from && o->snap_at <= r->last && r->last;
    if (r->snap_error)
        printf("the snapshot could not be written: %s\n", strerror(-r->snap_error));
    else if (!there)
        printf("no snapshot was written: event %" PRIu64 " was not reached\n", o->snap_at);
    else
        printf("there is a snapshot of event %" PRIu64 " now\n", o->snap_at);
    return there && !r->snap_error;
}

// One replay from the beginning, and what came of it.
struct pass {
    struct replay_result result;
    uint64_t digest; // of the world at the end
    int64_t ms;
};

// False: the zone files make no world, which was printed.
static bool run_pass(const struct options *o, const struct world_files *f, struct journal *j,
                     unsigned nth, struct pass *out)
{
    assert(out && o->workers);
    static const struct dispatch_ops ops = {0};
    struct world *w = replay_load_world(f);
    if (!w)
        return false;
    // other slots: a result that depends on the slots of things made in play differs
    world_scatter(w, nth + 1);
    recover_limits_of(w, j);
    struct outboxes *outboxes = outboxes_new(0);
    struct dispatch_config dc = {.workers = o->workers,
                                 .offload_threads = 1,
                                 .wake = replay_wake,
                                 .outboxes = outboxes,
                                 .lost_wakes = lost_wake_at_end};
    watchdog_begin();
    struct dispatch *d = dispatch_new(w, &dc, &ops);
    if (o->workers > 1)
        dispatch_start(d);
    struct progress p = {
        journal_first(j), o->to && o->to < journal_last(j) ? o->to : journal_last(j),
        clock_mono_ms(), may_begin_with(o, j) ? o->data : NULL, o->snap_at < journal_last(j)};
    struct replay_config config = {.to = o->to,
                                   .soft = o->soft,
                                   .full = o->full,
                                   .snap_at = o->snap_at,
                                   .left = replay_save_player,
                                   .progress = show_progress,
                                   .arg = &p};
    replay_run(d, j, &config, &out->result);
    out->ms = clock_mono_ms() - p.began;
    dispatch_stop(d);
    out->digest = world_digest(w);
    dispatch_free(d);
    outboxes_free(outboxes);
    world_free(w);
    return true;
}

static void print_pass(const struct options *o, const struct pass *p)
{
    assert(p->ms >= 0);
    const struct replay_result *r = &p->result;
    const char *over_progress = isatty(STDERR_FILENO) ? "\r" : "";
    printf("%s", over_progress);
    if (r->from)
        printf("from the snapshot of event %" PRIu64 ": ", r->from);
    printf("%" PRIu64 " events to %" PRIu64 " on %u worker%s in %.2f s", r->events, r->last,
           o->workers, o->workers == 1 ? "" : "s", (double)p->ms / 1000);
    if (p->ms >= MEASURED_MS)
        printf(" (%" PRIu64 " a second)", r->events * 1000 / (uint64_t)p->ms);
    printf(", world %016" PRIx64 "\n", p->digest);
    if (r->snapshots)
        printf("held against %" PRIu64 " snapshot%s on the way\n", r->snapshots,
               r->snapshots == 1 ? "" : "s");
}

// Prints what was wrong. The exit status: 0 when nothing was.
static int pass_status(const struct options *o, const struct pass *p)
{
    const struct replay_result *r = &p->result;
    bool has_snapshot = tell_snapshot(o, r);
    if (r->mismatches)
        printf("L039 diverged  %" PRIu64 " event%s differ%s; the first: %s\n", r->mismatches,
               r->mismatches == 1 ? "" : "s", r->mismatches == 1 ? "s" : "", error_text(&r->why));
    if (r->damaged)
        printf("damaged  %s\n", error_text(&r->why));
    return r->damaged      ? EX_DATAERR
           : r->mismatches ? EXIT_DIVERGED
           : !has_snapshot ? EX_CANTCREAT
                           : 0;
}

static int replay_verify(struct journal *j, uint64_t to)
{
    struct record e;
    uint32_t locks[RECORD_LOCKS_MAX];
    uint64_t n = 0;
    int outcome;
    struct journal_cursor *c = journal_cursor_open(j, journal_first(j));
    while ((outcome = journal_cursor_next(c, &e, locks)) == 0 && (!to || e.number <= to))
        n++;
    journal_cursor_close(c);
    bool good = outcome == JOURNAL_END || outcome == 0;
    printf("%" PRIu64 " events read%s%s\n", n, good ? ", all whole" : "; damaged  ",
           good ? "" : journal_why(j));
    return good ? 0 : EX_DATAERR;
}

static int repeat(const struct options *o, const struct world_files *f, struct journal *j)
{
    assert(o->repeat);
    uint64_t first = 0;
    for (unsigned i = 0; i < o->repeat; i++) {
        struct pass p;
        if (!run_pass(o, f, j, i, &p))
            return EX_DATAERR;
        print_pass(o, &p);
        int status = pass_status(o, &p);
        if (status)
            return status;
        if (i == 0)
            first = p.digest;
        if (p.digest != first) {
            printf("L039 diverged  the world at the end is %016" PRIx64 ", and was %016" PRIx64
                   "\n",
                   p.digest, first);
            return EXIT_DIVERGED;
        }
    }
    return 0;
}

static int run_replay(struct options *o, struct journal *j)
{
    struct error why;
    struct world_files f;
    if (!has_last(o, j))
        return EX_UNAVAILABLE;
    if (o->verify_only)
        return replay_verify(j, o->to);
    if (!world_files_find(&f, journal_world(j), o->zones, o->player, journal_path(j), &why)) {
        fprintf(stderr,
                "latchkey replay: the journal is that of other zone files than %s, and %s\n"
                "Give those with --zones and --player.\n",
                o->zones, error_text(&why));
        return EX_DATAERR;
    }
    if (strcmp(journal_program(j), build_program()) != 0) {
        printf("epoch %" PRIu64
               " is that of program %s, and this is %s: what differs may be no fault\n",
               journal_epoch(j), journal_program(j), build_program());
        fflush(stdout);
    }
    int status = repeat(o, &f, j);
    world_files_fini(&f);
    return status;
}

static bool has_epoch(const struct options *o, const char *folder)
{
    uint64_t epochs[EPOCHS_MAX];
    size_t n = journal_epochs(folder, epochs, EPOCHS_MAX);
    if (!n) {
        fprintf(stderr, "latchkey replay: %s: there is no journal\n", folder);
        return false;
    }
    for (size_t i = 0; o->has_epoch && i < n; i++)
        if (epochs[i] == o->epoch)
            return true;
    if (o->has_epoch)
        fprintf(stderr, "latchkey replay: there is no epoch %" PRIu64 "\n", o->epoch);
    return !o->has_epoch;
}

// The journal is checked or run with the lock, if one is needed, held.
static int replay_folder(struct options *o, const char *folder)
{
    struct error why;
    struct journal_config config = {
        .folder = folder, .read_only = true, .epoch = o->has_epoch ? o->epoch : UINT64_MAX};
    struct journal *j = journal_open(&config, &why);
    if (!j) {
        bool refused = file_error_is_outside(-error_code(&why));
        fprintf(stderr, "latchkey replay: %s\n", error_text(&why));
        return refused ? EX_CANTCREAT : EX_DATAERR;
    }
    if (o->verify_only)
        o->check.level = CHECK_OFF; // there is no command whose locks could be checked
    int status = check_options_begin(&o->check);
    if (!status)
        status = check_options_end(&o->check, run_replay(o, j));
    journal_close(j);
    return status;
}

// A snapshot is written into the journal of a server that must not run meanwhile.
static int replay_locked(struct options *o, const char *folder)
{
    struct error why;
    int lock = o->snap_at ? data_lock(o->data, &why) : 0;
    if (lock < 0) {
        fprintf(stderr, "latchkey replay: %s\n", error_text(&why));
        return EX_CANTCREAT;
    }
    int status = replay_folder(o, folder);
    if (o->snap_at)
        close(lock);
    return status;
}

int tool_replay(int argc, char **argv)
{
    struct options o = {.data = "latchkey-data",
                        .zones = "data/zones",
                        .player = "data/player.json",
                        .workers = 1,
                        .repeat = 1,
                        .check = {.level = CHECK_RULES}};
    struct options_words words;
    enum options_outcome outcome =
        options_read(&spec, (void *[]){&o, &o.check}, argc, argv, &words);
    if (outcome == OPTIONS_READ && o.verify_only && o.snap_at)
        outcome = options_wrong(&spec, "--verify-only runs nothing, so there is nothing to take "
                                       "with --snap-at");
    if (outcome != OPTIONS_READ)
        return options_status(outcome);
    char *folder = mem_printf("%s/journal", o.data);
    int status = has_epoch(&o, folder) ? replay_locked(&o, folder) : EX_UNAVAILABLE;
    free(folder);
    return status;
}
