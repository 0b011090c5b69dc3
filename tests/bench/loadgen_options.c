// Command line of the load generator: defaults, parsing, range checks and the usage text. Opens no
// files and no sockets.
#include "loadgen_options.h"

#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "loadgen_dialogue.h"
#include "util/mem.h"

enum option_name {
    OPT_HOST = 256,
    OPT_PORT,
    OPT_PLAYERS,
    OPT_FIRST,
    OPT_SOURCES,
    OPT_CROWD,
    OPT_WALK,
    OPT_SPREAD,
    OPT_GRID,
    OPT_WORKLOAD,
    OPT_ITEMS,
    OPT_CONTAINERS,
    OPT_PLACES,
    OPT_DOORS,
    OPT_PERMIT,
    OPT_RATE,
    OPT_THINK,
    OPT_SPIN,
    OPT_RAMP,
    OPT_LOGGING_IN,
    OPT_SETUP_LIMIT,
    OPT_WARMUP,
    OPT_DURATION,
    OPT_WINDOWS,
    OPT_SEED,
    OPT_PID,
    OPT_HEARD,
    OPT_QUIT,
    OPT_SILENT,
    OPT_DRIP,
    OPT_DEAF,
    OPT_FLOOD,
    OPT_LEAVERS,
    OPT_LABEL,
    OPT_JSON,
    OPT_MAKE,
    OPT_HELP,
};

static const struct option long_options[] = {
    {"host", required_argument, NULL, OPT_HOST},
    {"port", required_argument, NULL, OPT_PORT},
    {"players", required_argument, NULL, OPT_PLAYERS},
    {"first", required_argument, NULL, OPT_FIRST},
    {"sources", required_argument, NULL, OPT_SOURCES},
    {"crowd", no_argument, NULL, OPT_CROWD},
    {"walk", required_argument, NULL, OPT_WALK},
    {"spread", required_argument, NULL, OPT_SPREAD},
    {"grid", required_argument, NULL, OPT_GRID},
    {"workload", required_argument, NULL, OPT_WORKLOAD},
    {"items", required_argument, NULL, OPT_ITEMS},
    {"containers", required_argument, NULL, OPT_CONTAINERS},
    {"places", required_argument, NULL, OPT_PLACES},
    {"doors", required_argument, NULL, OPT_DOORS},
    {"permit", required_argument, NULL, OPT_PERMIT},
    {"rate", required_argument, NULL, OPT_RATE},
    {"think", required_argument, NULL, OPT_THINK},
    {"spin", required_argument, NULL, OPT_SPIN},
    {"ramp", required_argument, NULL, OPT_RAMP},
    {"logging-in", required_argument, NULL, OPT_LOGGING_IN},
    {"setup-limit", required_argument, NULL, OPT_SETUP_LIMIT},
    {"warmup", required_argument, NULL, OPT_WARMUP},
    {"duration", required_argument, NULL, OPT_DURATION},
    {"windows", required_argument, NULL, OPT_WINDOWS},
    {"seed", required_argument, NULL, OPT_SEED},
    {"pid", required_argument, NULL, OPT_PID},
    {"count-heard", no_argument, NULL, OPT_HEARD},
    {"quit", no_argument, NULL, OPT_QUIT},
    {"silent", required_argument, NULL, OPT_SILENT},
    {"drip", required_argument, NULL, OPT_DRIP},
    {"deaf", required_argument, NULL, OPT_DEAF},
    {"flood", required_argument, NULL, OPT_FLOOD},
    {"leavers", required_argument, NULL, OPT_LEAVERS},
    {"label", required_argument, NULL, OPT_LABEL},
    {"json", required_argument, NULL, OPT_JSON},
    {"make-accounts", required_argument, NULL, OPT_MAKE},
    {"help", no_argument, NULL, OPT_HELP},
    {NULL, 0, NULL, 0},
};

static const char usage[] =
    "usage: loadgen --port P [options]\n"
    "       loadgen [--permit A,B] --make-accounts DIR N\n"
    "who plays\n"
    "  --players N        players (default 1)      --first N      number of the first account\n"
    "  --crowd            all stay in the start room; without it they walk apart first\n"
    "  --walk MIN-MAX     steps walked apart (default 5-40)\n"
    "  --spread FILE      each goes to a place of FILE, one a line, instead of walking; players must\n"
    "                     be permitted goto\n"
    "  --grid WxH         apart evenly: the world is a grid, its start in the north-west corner\n"
    "  --sources N        spread connections over 127.0.0.1 .. 127.0.0.N (default 1)\n"
    "  --ramp R           logins begun a second (default 500)\n"
    "  --logging-in N     logins in progress at once (default 8)\n"
    "  --setup-limit S    seconds for login and walking (default 120)\n"
    "what they do\n"
    "  --workload mix|items|chase|look|change   (default mix; change: get and drop in turn)\n"
    "  --items A,B --containers A,B    words of the items and the chase workload\n"
    "  --places A,B --doors A,B        of the chase workload, whose players must be permitted goto and teleport\n"
    "  --rate R           open loop: R commands a second in all, latency from the intended time\n"
    "  --think MS         closed loop: pause before the next command (default 0)\n"
    "  --seed N           seed of every random choice (default 1)\n"
    "  --quit             leave by `quit` at the end instead of closing the connection\n"
    "unfriendly company, on top of the players\n"
    "  --silent N         connect and say nothing\n"
    "  --drip N           one byte of the account name every five seconds\n"
    "  --deaf N           log in and stop reading\n"
    "  --flood N          log in and send commands without waiting\n"
    "  --leavers N        log in, and leave the world and come back again and again\n"
    "measuring\n"
    "  --host H --port P  the server (default 127.0.0.1)\n"
    "  --pid PID          process whose CPU time and memory are read from /proc\n"
    "  --warmup S         (default 2)   --duration S  (default 15)   --windows N  (default 3)\n"
    "  --spin US          poll so long before sleeping; only when the generator has its own core\n"
    "  --count-heard      count what players hear of each other (costs the generator time)\n"
    "  --label TEXT       name of the run in the output\n"
    "  --json PATH        write the figures as JSON too (- for standard output)\n";

static void options_defaults(struct loadgen_options *o)
{
    *o = (struct loadgen_options){
        .host = "127.0.0.1",
        .players = 1,
        .sources = 1,
        .walk_min = 5,
        .walk_max = 40,
        .ramp = 500,
        .logging_in = 8,
        .setup_limit = 120,
        .warmup = 2,
        .duration = 15,
        .windows = 3,
        .seed = 1,
        .label = "",
    };
}

static bool parse_number(const char *text, double least, double most, double *value)
{
    char *end = NULL;
    errno = 0;
    double v = strtod(text, &end);
    if (errno || end == text || *end || !(v >= least && v <= most)) {
        fprintf(stderr, "loadgen: '%s' is not a number from %g to %g\n", text, least, most);
        return false;
    }
    *value = v;
    return true;
}

static bool parse_unsigned(const char *text, unsigned least, unsigned most, unsigned *value)
{
    double v = 0;
    if (!parse_number(text, least, most, &v)) {
        return false;
    }
    if (floor(v) < v) {
        fprintf(stderr, "loadgen: '%s' is not a whole number\n", text);
        return false;
    }
    *value = (unsigned)v;
    return true;
}

static bool parse_walk(struct loadgen_options *o, const char *text)
{
    if (sscanf(text, "%u-%u", &o->walk_min, &o->walk_max) != 2 || o->walk_min > o->walk_max ||
        o->walk_max > 10000) {
        fprintf(stderr, "loadgen: --walk wants MIN-MAX, not '%s'\n", text);
        return false;
    }
    return true;
}

static bool parse_grid(struct loadgen_options *o, const char *text)
{
    if (sscanf(text, "%ux%u", &o->grid_width, &o->grid_height) != 2 || o->grid_width == 0 ||
        o->grid_height == 0 || o->grid_width > 1000 || o->grid_height > 1000) {
        fprintf(stderr, "loadgen: --grid wants WIDTHxHEIGHT, not '%s'\n", text);
        return false;
    }
    return true;
}

static bool parse_words(struct loadgen_words *w, const char *text)
{
    free(w->text);
    w->text = mem_strdup(text);
    w->count = 0;
    char *rest = w->text;
    for (char *word = strsep(&rest, ","); word; word = strsep(&rest, ",")) {
        if (!*word || w->count == LOADGEN_WORDS_MAX) {
            fprintf(stderr, "loadgen: '%s' is not a list of at most %d words\n", text,
                    LOADGEN_WORDS_MAX);
            return false;
        }
        w->word[w->count++] = word;
    }
    return true;
}

static bool parse_workload(struct loadgen_options *o, const char *text)
{
    if (strcmp(text, "mix") == 0) {
        o->workload = LOADGEN_MIX;
    } else if (strcmp(text, "items") == 0) {
        o->workload = LOADGEN_ITEMS;
    } else if (strcmp(text, "chase") == 0) {
        o->workload = LOADGEN_CHASE;
    } else if (strcmp(text, "look") == 0) {
        o->workload = LOADGEN_LOOK;
    } else if (strcmp(text, "change") == 0) {
        o->workload = LOADGEN_CHANGE;
    } else {
        fprintf(stderr, "loadgen: no workload is called '%s'\n", text);
        return false;
    }
    return true;
}

static bool parse_number_option(struct loadgen_options *o, int name, const char *text)
{
    unsigned u = 0;
    double d = 0;
    switch (name) {
    case OPT_RATE:
        return parse_number(text, 0.001, 1e8, &o->rate);
    case OPT_THINK:
        return parse_number(text, 0, 1e6, &o->think_ms);
    case OPT_SPIN:
        return parse_number(text, 0, 1e6, &o->spin_us);
    case OPT_RAMP:
        return parse_number(text, 0.1, 1e6, &o->ramp);
    case OPT_SETUP_LIMIT:
        return parse_number(text, 1, 1e5, &o->setup_limit);
    case OPT_WARMUP:
        return parse_number(text, 0, 1e5, &o->warmup);
    case OPT_DURATION:
        return parse_number(text, 0.1, 1e6, &o->duration);
    case OPT_SEED:
        if (!parse_number(text, 0, 9e15, &d)) {
            return false;
        }
        o->seed = (uint64_t)d;
        return true;
    case OPT_PORT:
        if (!parse_unsigned(text, 1, 65535, &u)) {
            return false;
        }
        o->port = (uint16_t)u;
        return true;
    case OPT_PID:
        if (!parse_unsigned(text, 1, 1U << 30, &u)) {
            return false;
        }
        o->pid = (pid_t)u;
        return true;
    default:
        return false;
    }
}

static bool parse_count_option(struct loadgen_options *o, int name, const char *text)
{
    switch (name) {
    case OPT_PLAYERS:
        return parse_unsigned(text, 0, 100000, &o->players);
    case OPT_FIRST:
        return parse_unsigned(text, 0, 100000, &o->first);
    case OPT_SOURCES:
        return parse_unsigned(text, 1, 254, &o->sources);
    case OPT_LOGGING_IN:
        return parse_unsigned(text, 1, 100000, &o->logging_in);
    case OPT_WINDOWS:
        return parse_unsigned(text, 1, LOADGEN_WINDOWS_MAX, &o->windows);
    case OPT_SILENT:
        return parse_unsigned(text, 0, 100000, &o->silent);
    case OPT_DRIP:
        return parse_unsigned(text, 0, 100000, &o->drip);
    case OPT_DEAF:
        return parse_unsigned(text, 0, 100000, &o->deaf);
    case OPT_FLOOD:
        return parse_unsigned(text, 0, 100000, &o->flood);
    case OPT_LEAVERS:
        return parse_unsigned(text, 0, 100000, &o->leavers);
    default:
        return parse_number_option(o, name, text);
    }
}

static bool parse_option(struct loadgen_options *o, int name, const char *text)
{
    switch (name) {
    case OPT_HOST:
        o->host = text;
        return true;
    case OPT_CROWD:
        o->crowd = true;
        return true;
    case OPT_WALK:
        return parse_walk(o, text);
    case OPT_SPREAD:
        o->spread = text;
        return true;
    case OPT_GRID:
        return parse_grid(o, text);
    case OPT_WORKLOAD:
        return parse_workload(o, text);
    case OPT_ITEMS:
        return parse_words(&o->items, text);
    case OPT_CONTAINERS:
        return parse_words(&o->containers, text);
    case OPT_PLACES:
        return parse_words(&o->places, text);
    case OPT_DOORS:
        return parse_words(&o->doors, text);
    case OPT_PERMIT:
        return parse_words(&o->permit, text);
    case OPT_HEARD:
        o->count_heard = true;
        return true;
    case OPT_QUIT:
        o->quit = true;
        return true;
    case OPT_LABEL:
        o->label = text;
        return true;
    case OPT_JSON:
        o->json = text;
        return true;
    case OPT_MAKE:
        o->make_accounts = text;
        return true;
    default:
        return text && parse_count_option(o, name, text);
    }
}

enum loadgen_options_result loadgen_options_parse(struct loadgen_options *o, int argc, char **argv)
{
    options_defaults(o);
    parse_words(&o->items, DIALOGUE_ITEMS);
    parse_words(&o->containers, DIALOGUE_CONTAINERS);
    int name = 0;
    while ((name = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
        if (name == OPT_HELP) {
            fputs(usage, stdout);
            return LOADGEN_OPTIONS_HELP;
        }
        if (!parse_option(o, name, optarg)) {
            fputs(name == '?' ? usage : "", stderr);
            return LOADGEN_OPTIONS_WRONG;
        }
    }
    if (o->make_accounts) {
        if (optind + 1 != argc || !parse_unsigned(argv[optind], 1, 100000, &o->players)) {
            fputs(usage, stderr);
            return LOADGEN_OPTIONS_WRONG;
        }
        return LOADGEN_OPTIONS_MAKE;
    }
    bool placeless = o->workload == LOADGEN_CHASE && (o->places.count == 0 || o->doors.count == 0);
    if (optind != argc || o->port == 0 || placeless) {
        fputs(usage, stderr);
        return LOADGEN_OPTIONS_WRONG;
    }
    return LOADGEN_OPTIONS_RUN;
}

void loadgen_options_fini(struct loadgen_options *o)
{
    struct loadgen_words *const lists[] = {&o->items, &o->containers, &o->places, &o->doors,
                                           &o->permit};
    for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
        free(lists[i]->text);
        lists[i]->text = NULL;
    }
}
