// latchkey serve: settings, world, engine and network put together, run, and taken apart again.
#include "tools/tools.h"

#include "verb/help.h"
#include "engine/dispatch.h"
#include "engine/perturb.h"
#include "engine/watch.h"
#include "journal/journal.h"
#include "lock/lock.h"
#include "net/server.h"
#include "output/mailbox.h"
#include "session/session.h"
#include "store/record.h"
#include "store/zones.h"
#include "serve/begin.h"
#include "serve/checked.h"
#include "serve/data_lock.h"
#include "serve/help_topics.h"
#include "serve/process.h"
#include "serve/world_files.h"
#include "util/clock.h"
#include "util/doc.h"
#include "util/log.h"
#include "util/map.h"
#include "util/mem.h"
#include "util/settings.h"
#include "world/attr.h"
#include "world/world.h"

#include <errno.h>
#include <getopt.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#define PLAYER_DEFAULT "data/player.json"

enum { SETS_MAX = 64, OPTIONS = 11 };

extern char **environ;

struct options {
    const char *config, *player, *console;
    struct settings_assignment sets[SETS_MAX]; // texts owned
    size_t set_count;
    bool print_config, big_lock, soft, dumps;
    uint64_t perturb; // not 0: pauses at one in so many choice points
    uint64_t at; // not 0: serve the world as it was after this event
    struct checked checked;
};

static void usage(FILE *out)
{
    fputs("Usage: latchkey serve [OPTION ...]\n"
          "Runs the server in the foreground until SIGTERM or Ctrl-C.\n"
          "  --config FILE         settings (default data/latchkey.conf)\n"
          "  --set NAME=VALUE      one setting, over file and environment\n"
          "  --print-config        show every setting and where it comes from, and end\n"
          "  --port N --address A  where to listen\n"
          "  --data DIR            accounts and characters (created when missing)\n"
          "  --zones DIR           zone files of the world\n"
          "  --text DIR            greeting and help\n"
          "  --player FILE         template of new players (default data/player.json)\n"
          "  --workers N           threads that run commands (0: one for each processor)\n"
          "  --durability MODE     always, interval=MS or off: what a crash may lose (default always:\n"
          "                        nothing that a player has seen)\n"
          "  --at N                the world as it was after event N: people may walk about in it, and\n"
          "                        nothing is written; another port than the server's own is needed\n"
          "  --soft-digests        start although events of the journal say something else than they\n"
          "                        said, as after an upgrade that words things differently\n"
          "  --core-dumps          allow core dumps and debuggers: passwords may be in them\n"
          "  --big-lock            one lock for the whole world, to compare\n"
          "  --perturb N           for tests: let a thread that runs commands pause at one in N of the\n"
          "                        points where others may overtake it\n"
          "  --log-format text|json\n",
          out);
    fputs(checked_usage, out);
    fputs("  --console PATH        socket of the operator's console (default DATA/console)\n"
          "Exit status: 0 stopped cleanly, 2 wrong usage, 65 bad world or damaged journal, 66 locking\n"
          "violations, 67 evidence lost, 69 cannot listen, 71 a limit of the system is too low, 73 a\n"
          "file or folder cannot be written or is in use, 74 some characters or the journal could not\n"
          "be written, 78 bad settings.\n",
          out);
}

static void add_set(struct options *o, const char *origin, const char *name, const char *value)
{
    if (o->set_count == SETS_MAX)
        return;
    char *text = name ? mem_printf("%s=%s", name, value) : mem_strdup(value);
    o->sets[o->set_count++] = (struct settings_assignment){text, origin};
}

// Options that are settings by another name.
static const struct {
    const char *option, *setting;
} shorthands[] = {{"--port", "server.port"},       {"--address", "server.address"},
                  {"--data", "folder.data"},       {"--zones", "folder.zones"},
                  {"--text", "folder.text"},       {"--workers", "server.workers"},
                  {"--log-format", "log.format"}, {"--durability", "journal.durability"}};

enum { SHORTHANDS = sizeof(shorthands) / sizeof(shorthands[0]) };

// "interval=50ms" and "interval=50" are two settings.
static void add_shorthand(struct options *o, size_t which, const char *value)
{
    const char *setting = shorthands[which].setting, *option = shorthands[which].option;
    if (strcmp(setting, "journal.durability") != 0 || strncmp(value, "interval=", 9)) {
        add_set(o, option, setting, value);
        return;
    }
    const char *span = value + 9;
    char *with_unit = mem_printf("%s%s", span, span[strspn(span, "0123456789")] ? "" : "ms");
    add_set(o, option, setting, "interval");
    add_set(o, option, "journal.interval", with_unit);
    free(with_unit);
}

static bool parse_number(const char *option, const char *text, const char *expected, uint64_t *n)
{
    char *end;
    errno = 0;
    *n = strtoull(text, &end, 10);
    if (*text >= '0' && *text <= '9' && !*end && !errno && *n)
        return true;
    fprintf(stderr, "latchkey serve: %s \"%s\": expected %s, from 1 on\n", option, text, expected);
    return false;
}

// -1 to go on, else the exit status.
static int parse(int argc, char **argv, struct options *o)
{
    struct option list[SHORTHANDS + OPTIONS + CHECKED_OPTIONS] = {{"config", required_argument, NULL, 'c'},
                                          {"set", required_argument, NULL, 's'},
                                          {"print-config", no_argument, NULL, 'p'},
                                          {"player", required_argument, NULL, 'y'},
                                          {"big-lock", no_argument, NULL, 'b'},
                                          {"console", required_argument, NULL, 'o'},
                                          {"at", required_argument, NULL, 'a'},
                                          {"soft-digests", no_argument, NULL, 'f'},
                                          {"core-dumps", no_argument, NULL, 'd'},
                                          {"perturb", required_argument, NULL, 'u'},
                                          {"help", no_argument, NULL, 'h'}};
    for (size_t i = 0; i < SHORTHANDS; i++)
        list[OPTIONS + i] =
            (struct option){shorthands[i].option + 2, required_argument, NULL, 1000 + (int)i};
    checked_options(&list[OPTIONS + SHORTHANDS]);
    for (int c; (c = getopt_long(argc, argv, "", list, NULL)) != -1;) {
        if (c == 'c')
            o->config = optarg;
        else if (c == 's')
            add_set(o, "--set", NULL, optarg);
        else if (c == 'p')
            o->print_config = true;
        else if (c == 'y')
            o->player = optarg;
        else if (c == 'd')
            o->dumps = true;
        else if (c == 'b')
            o->big_lock = true;
        else if (c == 'f')
            o->soft = true;
        else if (c == 'o')
            o->console = optarg;
        else if (c == 'a') {
            if (!parse_number("--at", optarg, "the number of an event", &o->at))
                return 2;
            add_set(o, "--at", "account.create", "no");
        } else if (c == 'u') {
            if (!parse_number("--perturb", optarg, "a number of points", &o->perturb))
                return 2;
        } else if (c >= CHECKED_FIRST) {
            if (!checked_option(&o->checked, c, optarg))
                return 2;
        } else if (c >= 1000)
            add_shorthand(o, (size_t)c - 1000, optarg);
        else {
            usage(c == 'h' ? stdout : stderr);
            return c == 'h' ? 0 : 2;
        }
    }
    if (optind == argc)
        return -1;
    fprintf(stderr, "latchkey serve: \"%s\" is not understood\n", argv[optind]);
    return 2;
}

static void print_problems(const struct doc_problems *p)
{
    for (size_t i = 0; i < p->count; i++) {
        const struct doc_problem *q = &p->list[i];
        if (q->line)
            fprintf(stderr, "%s:%u:%u: %s%s\n", q->file, q->line, q->column,
                    q->severity == DOC_WARNING ? "warning: " : "", q->text);
        else // an option, the environment, or a whole file or folder
            fprintf(stderr, "%s: %s%s\n", q->file, q->severity == DOC_WARNING ? "warning: " : "",
                    q->text);
    }
}

// Of the world: they are logged like everything else.
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

static bool load_world(struct world *w, const char *zones, const char *player)
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

// The world as its files are, or for a copy of the past as they were. 0, or an exit status.
static int load_for(struct world *w, const struct settings *set, const struct options *o)
{
    if (!o->at)
        return load_world(w, set->folder_zones, player_file(o)) ? 0 : EX_DATAERR;
    struct begin begin = {set, player_file(o), o->at, o->soft};
    struct world_files f;
    int status = begin_past(&begin, &f);
    if (status)
        return status;
    status = load_world(w, f.zones, f.player) ? 0 : EX_DATAERR;
    world_files_fini(&f);
    return status;
}

static int run(struct world *w, const struct settings *set, const struct options *o)
{
    struct server *server = server_new(set);
    struct dispatch_config config = {.workers = (unsigned)set->server_workers,
                                     .retries_max = (unsigned)set->world_lock_retries,
                                     .offload_threads = (unsigned)set->password_at_once,
                                     .linkdead = set->session_linkdead,
                                     .wake = server_wake,
                                     .wake_arg = server,
                                     .mailboxes = server_mailboxes(server)};
    struct dispatch *d = dispatch_new(w, &config, hub_dispatch_ops());
    struct hub *hub = hub_new(set, d, server_mailboxes(server), server_session_ops());
    server_attach(server, hub);
    int64_t began = clock_mono_ms();
    struct journal *journal = NULL;
    struct begin begin = {set, player_file(o), o->at, o->soft};
    int status = begin_world(w, d, hub, &begin, &journal);
    if (status) {
        server_free(server);
        hub_free(hub);
        dispatch_free(d);
        journal_close(journal);
        return status;
    }
    log_info("world", "ready", "things", LOG_INT(world_things(w)), "ms",
             LOG_INT(clock_mono_ms() - began), NULL);
    dispatch_start(d);
    if (!o->at)
        hub_dismiss(hub);
    char *console = o->console ? mem_strdup(o->console)
                               : mem_printf("%s/console%s", set->folder_data, o->at ? "-at" : "");
    struct watch *watch = watch_start(w, d, console);
    free(console);
    status = EX_UNAVAILABLE;
    if (!server_listen(server))
        status = server_run(server) ? EX_IOERR : 0;
    struct dispatch_stats stats;
    watch_stop(watch);
    dispatch_stop(d);
    dispatch_journal_stop(d);
    journal_close(journal);
    dispatch_stats(d, &stats);
    log_info("dispatch", "stopped", "events", LOG_INT(stats.events), "waits", LOG_INT(stats.waits),
             "retries", LOG_INT(stats.retries), "again_twice", LOG_INT(stats.again_twice),
             "limbo_seen", LOG_INT(stats.limbo_seen), "stale_timers", LOG_INT(stats.stale_timers),
             "stale_again", LOG_INT(stats.stale_again), "refused", LOG_INT(stats.refused), "resumed",
             LOG_INT(stats.resumed), "snapshots", LOG_INT(stats.snapshots), "snapshots_busy",
             LOG_INT(stats.snapshots_busy), "steps", LOG_INT(stats.steps), "stolen",
             LOG_INT(stats.stolen), "sleeps", LOG_INT(stats.sleeps), "wakes", LOG_INT(stats.wakes),
             "untaken_wakes", LOG_INT(stats.untaken), "late_timers", LOG_INT(stats.late),
             "unkept", LOG_INT(stats.unkept), "delayed_timers", LOG_INT(stats.delayed), "delayed_ms",
             LOG_INT(stats.delay_max), NULL);
    server_free(server);
    hub_free(hub);
    dispatch_free(d);
    return status;
}

static int serve(const struct settings *set, struct options *o)
{
    // A copy of the past writes nothing, so it may stand beside the server itself.
    int status = process_serve(o->dumps);
    if (status)
        return status;
    int lock = o->at ? -1 : data_lock(set->folder_data);
    if (o->at)
        record_pretend();
    if (lock < 0 && !o->at) {
        char why[600];
        data_lock_why(set->folder_data, why, sizeof(why));
        fprintf(stderr, "latchkey: %s\n", why);
        return EX_CANTCREAT;
    }
    status = checked_begin(&o->checked);
    if (status)
        return status;
    if (o->big_lock)
        lock_use_big();
    if (o->perturb)
        perturb_start(1, o->perturb < UINT32_MAX ? (unsigned)o->perturb : UINT32_MAX);
    struct map *topics = help_topics_load(set->folder_text);
    help_set_topics(topics);
    struct world *w = NULL;
    do {
        world_free(w);
        w = world_new();
        status = load_for(w, set, o);
        if (!status)
            status = run(w, set, o);
    } while (status == BEGIN_AGAIN);
    status = checked_end(&o->checked, status);
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
    int status = parse(argc, argv, &o);
    if (status < 0) {
        settings_init(&set);
        if (!load_settings(&set, &o))
            status = EX_CONFIG;
        else if (o.print_config)
            settings_print(stdout, &set);
        else
            status = serve(&set, &o);
        if (o.print_config && status < 0)
            status = 0;
        settings_fini(&set);
    }
    for (size_t i = 0; i < o.set_count; i++)
        free((char *)o.sets[i].text);
    log_close();
    return status;
}
