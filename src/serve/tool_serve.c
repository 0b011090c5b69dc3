// latchkey serve: settings, world, engine and network put together, run, and taken apart again.
#include "tools/tools.h"

#include "console/admin_socket.h"
#include "console/locks_command.h"
#include "console/lost_wake.h"
#include "console/watchdog.h"
#include "engine/dispatch.h"
#include "engine/perturb.h"
#include "journal/journal.h"
#include "lock/lock.h"
#include "net/server.h"
#include "output/outbox.h"
#include "serve/check_options.h"
#include "serve/data_lock.h"
#include "serve/help_topics.h"
#include "serve/process.h"
#include "serve/recover.h"
#include "serve/world_files.h"
#include "session/session.h"
#include "store/savefile.h"
#include "store/zones.h"
#include "util/buf.h"
#include "util/clock.h"
#include "util/doc.h"
#include "util/error.h"
#include "util/log.h"
#include "util/loopguard.h"
#include "util/map.h"
#include "util/mem.h"
#include "util/options.h"
#include "util/parallel.h"
#include "util/settings.h"
#include "verb/help.h"
#include "verb/locks.h"
#include "world/attr.h"
#include "world/world.h"

#include <assert.h>
#include <errno.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#define PLAYER_DEFAULT "data/player.json"

enum { SETS_MAX = 64 };

extern char **environ;

struct options {
    const char *config, *player, *console;
    struct settings_assignment sets[SETS_MAX]; // texts and origins owned
    size_t set_count;
    bool print_config, big_lock, soft, dumps;
    uint64_t perturb; // not 0: pauses at one in so many schedule points
    uint64_t at;      // not 0: serve the world as it was after this event
    struct check_options check;
};

// Keeps a setting; `option` is what complaints about it name. False: there are too many.
static bool add_set(struct options *o, const char *option, const char *setting, const char *value,
                    struct buf *why)
{
    assert(option && value && o->set_count <= SETS_MAX);
    if (o->set_count == SETS_MAX) {
        buf_addf(why, "expected at most %d settings in all", SETS_MAX);
        return false;
    }
    char *text = setting ? mem_printf("%s=%s", setting, value) : mem_strdup(value);
    o->sets[o->set_count++] = (struct settings_assignment){text, mem_printf("--%s", option)};
    return true;
}

// Takes --set, and options that are settings by another name, which `with` has.
static bool take_setting(void *into, const struct options_entry *e, const char *value,
                         struct buf *why)
{
    return add_set(into, e->name, e->with, value, why);
}

// "interval=50ms" and "interval=50" are two settings.
static bool take_durability(void *into, const struct options_entry *e, const char *value,
                            struct buf *why)
{
    if (strncmp(value, "interval=", 9) != 0)
        return take_setting(into, e, value, why);
    const char *span = value + 9;
    char *with_unit = mem_printf("%s%s", span, span[strspn(span, "0123456789")] ? "" : "ms");
    bool good = add_set(into, e->name, e->with, "interval", why) &&
                add_set(into, e->name, "journal.interval", with_unit, why);
    free(with_unit);
    return good;
}

static bool take_at(void *into, const struct options_entry *e, const char *value, struct buf *why)
{
    struct options *o = into;
    return options_number(value, 1, INT64_MAX, &o->at, why) &&
           add_set(o, e->name, "account.create", "no", why);
}

static const struct options_entry entries[] = {
    {"config", "FILE", "settings (default data/latchkey.conf)",
     OPTIONS_INTO(struct options, config)},
    {"set", "NAME=VALUE", "one setting, over file and environment; may be given more than once",
     .take = take_setting},
    {"print-config", NULL, "show every setting and where it comes from, and end",
     OPTIONS_INTO(struct options, print_config)},
    {"port", "N", "the port to listen on", .take = take_setting, .with = "server.port"},
    {"address", "A", "the address to listen on", .take = take_setting, .with = "server.address"},
    {"data", "DIR", "accounts, characters and the journal (created when missing)",
     .take = take_setting, .with = "folder.data"},
    {"zones", "DIR", "zone files of the world", .take = take_setting, .with = "folder.zones"},
    {"text", "DIR", "greeting and help", .take = take_setting, .with = "folder.text"},
    {"player", "FILE", "template of new players (default " PLAYER_DEFAULT ")",
     OPTIONS_INTO(struct options, player)},
    {"workers", "N", "threads that run commands (0: one for each processor)", .take = take_setting,
     .with = "server.workers"},
    {"durability", "MODE",
     "always, interval=MS or off: what a crash may lose (default always: nothing that a player has "
     "seen)",
     .take = take_durability, .with = "journal.durability"},
    {"at", "N",
     "the world as it was after event N: people may walk about in it, and nothing is written; "
     "another port than the server's own is needed",
     .take = take_at},
    {"soft-digests", NULL,
     "start although events of the journal say something else than they said, as after an upgrade "
     "that words things differently",
     OPTIONS_INTO(struct options, soft)},
    {"core-dumps", NULL, "allow core dumps and debuggers: passwords may be in them",
     OPTIONS_INTO(struct options, dumps)},
    {"big-lock", NULL, "one lock for the whole world, to compare",
     OPTIONS_INTO(struct options, big_lock)},
    {"perturb", "N",
     "for tests: let a thread that runs commands pause at one in N of the points where others may "
     "overtake it",
     OPTIONS_INTO(struct options, perturb), .least = 1},
    {"log-format", "FORMAT", "text or json", .take = take_setting, .with = "log.format"},
    {"console", "PATH", "socket of the operator's console (default DATA/console)",
     OPTIONS_INTO(struct options, console)},
    {0}};

static const struct options_spec spec = {
    .name = "serve",
    .usage = "[OPTION ...]",
    .about = "Runs the server in the foreground until SIGTERM or Ctrl-C.",
    .after = "Exit status: 0 stopped cleanly, 2 wrong usage, 65 bad world or damaged journal, 66 "
             "locking violations, 67 evidence lost, 69 cannot listen, 71 a limit of the system is "
             "too low, 73 a file or folder cannot be written or is in use, 74 some characters or "
             "the journal could not be written, 78 bad settings.",
    .tables = {{NULL, entries}, CHECK_OPTIONS_TABLE},
};

// Refuses what was typed as every subcommand does, with a last line that says where to
// look.
static void print_problems(const struct doc_problems *p)
{
    bool typed = false;
    for (size_t i = 0; i < p->count; i++) {
        const struct doc_problem *q = &p->list[i];
        bool option = !strncmp(q->file, "--", 2);
        typed = typed || option;
        if (option)
            fprintf(stderr, "latchkey serve: %s: %s\n", q->file, q->text);
        else if (q->line)
            fprintf(stderr, "%s:%u:%u: %s%s\n", q->file, q->line, q->column,
                    q->severity == DOC_WARNING ? "warning: " : "", q->text);
        else // the environment, or a whole file or folder
            fprintf(stderr, "%s: %s%s\n", q->file, q->severity == DOC_WARNING ? "warning: " : "",
                    q->text);
    }
    if (typed)
        fputs("Try \"latchkey serve --help\".\n", stderr);
}

// Problems of the world are logged like everything else.
static void log_problems(const struct doc_problems *p)
{
    for (size_t i = 0; i < p->count; i++) {
        const struct doc_problem *q = &p->list[i];
        (q->severity == DOC_WARNING ? log_warning : log_error)(
            "world", "zone_file", "file", q->file, "line", LOG_INT(q->line), "column",
            LOG_INT(q->column), "what", q->text, NULL);
    }
    if (p->errors)
        log_error("world", "not_loaded", "errors", LOG_INT(p->errors), NULL);
}

static bool load_settings(struct settings *set, struct options *o)
{
    struct doc_problems p = DOC_PROBLEMS_INIT;
    struct stat st;
    const char *config = o->config;
    if (!config && !stat("data/latchkey.conf", &st))
        config = "data/latchkey.conf";
    bool good = settings_load(set, config, environ, o->sets, o->set_count, &p);
    print_problems(&p);
    doc_problems_fini(&p);
    enum log_format format;
    enum log_level level;
    if (good && log_format_parse(set->log_format, &format))
        log_set_format(format);
    if (good && log_level_parse(set->log_level, &level))
        log_set_level(level);
    int error = good && set->log_file && *set->log_file ? log_open(set->log_file) : 0;
    if (error)
        fprintf(stderr, "log.file: %s: cannot be opened: %s\n", set->log_file, strerror(-error));
    good = good && !error;
    return good;
}

static const char *player_file(const struct options *o)
{
    return o->player ? o->player : PLAYER_DEFAULT;
}

static bool tool_serve_load_world(struct world *w, const char *zones, const char *player)
{
    struct doc_problems p = DOC_PROBLEMS_INIT;
    struct zones_counts counts = {0};
    struct stat st;
    int64_t began = clock_mono_ms();
    bool good = true;
    if (strcmp(player, PLAYER_DEFAULT) != 0 || !stat(player, &st))
        good = zones_load_player(w, player, &p) == ZONES_LOADED;
    good = good && zones_load_folder(w, zones, false, &p, &counts) == ZONES_LOADED;
    log_problems(&p);
    doc_problems_fini(&p);
#ifdef __GLIBC__
    malloc_trim(0); // the documents were several times what the world keeps
#endif
    if (good)
        log_info("world", "loaded", "files", LOG_INT(counts.files), "locations",
                 LOG_INT(counts.locations), "prototypes", LOG_INT(counts.prototypes), "ms",
                 LOG_INT(clock_mono_ms() - began), NULL);
    return good;
}

// The digest of the world's files, computed while the world is made from them.
struct files_digest {
    struct parallel_job job;
    const char *zones, *player;
    uint64_t digest;
};

static void digest_files(void *arg)
{
    struct files_digest *f = arg;
    f->digest = world_files_digest(f->zones, f->player);
}

// The world as its files are, or for a copy of the past as they were. 0, or an exit status.
static int load_for(struct world *w, const struct settings *set, const struct options *o)
{
    if (!o->at)
        return tool_serve_load_world(w, set->folder_zones, player_file(o)) ? 0 : EX_DATAERR;
    struct recovery recovery = {.settings = set, .player = player_file(o), .at = o->at};
    struct world_files f;
    int status = recover_status(recover_past(&recovery, &f));
    if (status)
        return status;
    status = tool_serve_load_world(w, f.zones, f.player) ? 0 : EX_DATAERR;
    world_files_fini(&f);
    return status;
}

// One list of sessions for each loop.
static struct session_shared *
tool_serve_make_sessions(struct server *server, const struct settings *set, struct dispatch *d)
{
    struct session_shared *shared = session_shared_new(set, d);
    for (unsigned i = 0; i < server_loops(server); i++) {
        struct server *loop = server_loop(server, i);
        if (i) // dispatch_new has made the first
            dispatch_add_loop(d, server_wake, loop, server_outboxes(loop));
        loopguard_act_for(i);
        server_attach(loop, sessions_new(shared, server_outboxes(loop), server_session_ops()));
    }
    loopguard_act_for(0);
    return shared;
}

static void tool_serve_end_network(struct server *server, struct session_shared *shared,
                                   struct dispatch *d)
{
    server_free(server);
    sessions_free_all(shared);
    dispatch_free(d);
}

// As recover_world. When it is 0 the server has been run; `status` is the exit status in every
// case.
static int run_server(struct world *w, const struct settings *set, const struct options *o,
                      uint64_t files, int *status)
{
    struct server *server = server_new(set);
    struct dispatch_config config = {.loops = server_loops(server),
                                     .workers = (unsigned)set->server_workers,
                                     .retries_max = (unsigned)set->world_lock_retries,
                                     .offload_threads = (unsigned)set->password_at_once,
                                     .turn_tasks = (size_t)set->server_turn_tasks,
                                     .turn_us = set->server_turn_time * 1000,
                                     .linkdead = set->session_linkdead,
                                     .wake = server_wake,
                                     .wake_arg = server,
                                     .outboxes = server_outboxes(server),
                                     .lost_wakes = lost_wake_at_end};
    locks_set_answer(locks_command);
    watchdog_begin();
    struct dispatch *d = dispatch_new(w, &config, sessions_dispatch_ops());
    struct session_shared *shared = tool_serve_make_sessions(server, set, d);
    int64_t began = clock_mono_ms();
    struct journal *journal = NULL;
    struct recovery recovery = {set, player_file(o), files, o->at, o->soft};
    int r = recover_world(w, d, shared, &recovery, &journal);
    if (r != 0) {
        *status = recover_status(r);
        tool_serve_end_network(server, shared, d);
        journal_close(journal);
        return r;
    }
    log_info("world", "ready", "things", LOG_INT(world_things(w)), "ms",
             LOG_INT(clock_mono_ms() - began), NULL);
    sessions_learn_players(shared);
    dispatch_start(d);
    if (!o->at)
        sessions_drop_orphans(shared);
    char *console = o->console ? mem_strdup(o->console)
                               : mem_printf("%s/console%s", set->folder_data, o->at ? "-at" : "");
    struct admin_socket *socket = admin_socket_start(w, d, console);
    free(console);
    *status = EX_UNAVAILABLE;
    if (!server_listen(server))
        *status = server_run(server) ? EX_IOERR : 0;
    struct dispatch_stats stats;
    admin_socket_stop(socket);
    dispatch_stop(d);
    dispatch_journal_stop(d);
    journal_close(journal);
    dispatch_stats(d, &stats);
    log_info("dispatch", "stopped", "events", LOG_INT(stats.events), "waits", LOG_INT(stats.waits),
             "retries", LOG_INT(stats.retries), "again_twice", LOG_INT(stats.again_twice),
             "limbo_seen", LOG_INT(stats.limbo_seen), "stale_timers", LOG_INT(stats.stale_timers),
             "stale_again", LOG_INT(stats.stale_again), "refused", LOG_INT(stats.refused),
             "resumed", LOG_INT(stats.resumed), "snapshots", LOG_INT(stats.snapshots),
             "snapshots_busy", LOG_INT(stats.snapshots_busy), "steps", LOG_INT(stats.steps),
             "stolen", LOG_INT(stats.stolen), "sleeps", LOG_INT(stats.sleeps), "wakes",
             LOG_INT(stats.wakes), "untaken_wakes", LOG_INT(stats.untaken), "late_timers",
             LOG_INT(stats.late), "unkept", LOG_INT(stats.unkept), "delayed_timers",
             LOG_INT(stats.delayed), "delayed_ms", LOG_INT(stats.delay_max), NULL);
    tool_serve_end_network(server, shared, d);
    return 0;
}

static int serve(const struct settings *set, struct options *o)
{
    // A copy of the past writes nothing, so it may stand beside the server itself.
    int status = process_serve(o->dumps);
    if (status)
        return status;
    struct error why;
    int lock = o->at ? -1 : data_lock(set->folder_data, &why);
    if (o->at)
        savefile_pretend();
    if (lock < 0 && !o->at) {
        fprintf(stderr, "latchkey: %s\n", error_text(&why));
        return EX_CANTCREAT;
    }
    status = check_options_begin(&o->check);
    if (status)
        return status;
    if (o->big_lock)
        lock_use_big();
    if (o->perturb)
        perturb_start(1, o->perturb < UINT32_MAX ? (unsigned)o->perturb : UINT32_MAX);
    struct map *topics = help_topics_load(set->folder_text);
    help_set_topics(topics);
    struct world *w = NULL;
    bool again;
    do {
        world_free(w);
        w = world_new();
        struct files_digest files = {.zones = set->folder_zones, .player = player_file(o)};
        parallel_begin(&files.job, digest_files, &files);
        status = load_for(w, set, o);
        parallel_end(&files.job);
        again = !status && run_server(w, set, o, files.digest, &status) == RECOVER_AGAIN;
    } while (again);
    status = check_options_end(&o->check, status);
    world_free(w);
    help_topics_free(topics);
    if (lock >= 0)
        close(lock);
    return status;
}

int tool_serve(int argc, char **argv)
{
    struct options o = {0};
    struct settings set;
    struct options_words words;
    enum options_outcome outcome =
        options_read(&spec, (void *[]){&o, &o.check}, argc, argv, &words);
    int status = options_status(outcome);
    if (outcome == OPTIONS_READ) {
        settings_init(&set);
        if (!load_settings(&set, &o))
            status = EX_CONFIG;
        else if (o.print_config)
            settings_print(stdout, &set);
        else
            status = serve(&set, &o);
        settings_fini(&set);
    }
    for (size_t i = 0; i < o.set_count; i++) {
        free((char *)o.sets[i].text);
        free((char *)o.sets[i].origin);
    }
    log_close();
    return status;
}
