// The options of `latchkey locks`, and which command reads which files. Complaints about files go
// to standard error, what was found out to standard output.
#include "tools/tools.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "lock/lockreport.h"
#include "tools/locks/locks_commands.h"
#include "util/mem.h"
#include "util/str.h"

enum { USAGE = 2 };

enum command { INFO, FLOW, WHY, TOP, WAIT, HOLD, GRAPH, FOLD, PERFETTO, DIFF, JSON, COMMANDS };

static const char *const command_names[COMMANDS] = {
    "info", "flow", "why", "top", "wait", "hold", "graph", "fold", "perfetto", "diff", "json"};

static const char usage[] =
    "Usage: latchkey locks [COMMAND] FILE ... [OPTION ...]\n"
    "Reads lock traces that `latchkey serve --debug-locks=flow --trace FILE` writes, also while "
    "it\n"
    "runs and after it was killed.\n"
    "\n"
    "  info      (default) threads, names, what was lost, violations\n"
    "  flow      what happened, in order, one line an event\n"
    "  why       why an access was allowed, or was not: --thing, --at or --violation\n"
    "  top       locks by grants      wait  by time waited      hold  by time held\n"
    "  graph     which lock was wanted while which was held; cycles first\n"
    "  fold      folded stacks for flame graphs, in microseconds held\n"
    "  perfetto  Chrome trace JSON for ui.perfetto.dev; of several traces, one picture\n"
    "  diff A B  two runs compared\n"
    "  json      every event as a JSON object a line\n"
    "\n"
    "  --thing N|LABEL  only what concerns this thing (flow, why, json)\n"
    "  --lock N|LABEL   only this lock (flow, json, top, wait, hold, graph, fold)\n"
    "  --task N         only this task (flow, why, json, wait, hold, fold)\n"
    "  --player NAME    only what this actor did (the same)\n"
    "  --at EVENT       only this event: THREAD:NUMBER as flow prints it, or a number (flow, why,\n"
    "                   json)\n"
    "  --violation[=CODE]  only accesses that the checker reported, or reported as CODE (why)\n"
    "  --last N         only the last N (flow, why, json), or the N longest (wait, hold)\n"
    "  --dot            in the language of Graphviz (graph)\n"
    "Exit status: 0 read, 2 wrong usage, 67 the trace lost evidence or is damaged or not "
    "readable.\n";

// The options that a command looks at.
static const char *const command_options[COMMANDS] = {
    [INFO] = "",    [FLOW] = "tlkpan", [WHY] = "tkpanv", [TOP] = "l", [WAIT] = "lkpn",  [HOLD] = "lkpn",
    [GRAPH] = "ld", [FOLD] = "lkp",    [PERFETTO] = "", [DIFF] = "", [JSON] = "tlkpan"};

struct options {
    char given[16];
    enum command command;
    struct locks_query query;
    bool help;
};

static bool number(const char *option, const char *text, uint64_t most, uint64_t *out) {
    char *end;
    unsigned long long v = strtoull(text, &end, 10);
    if (*text < '0' || *text > '9' || *end || v > most) {
        fprintf(stderr, "latchkey locks: --%s \"%s\" is no number up to %llu\n", option, text,
                (unsigned long long)most);
        return false;
    }
    *out = v;
    return true;
}

// "L003", "3", or nothing: any code.
static bool violation(struct options *o, const char *code) {
    char *end;
    o->query.violation = LOCKS_ANY_CODE;
    if (!code)
        return true;
    const char *digits = *code == 'L' || *code == 'l' ? code + 1 : code;
    unsigned long n = strtoul(digits, &end, 10);
    if (*digits < '0' || *digits > '9' || *end || n >= LOCKCHECK_CODES ||
        !lockreport_title((enum lockcheck_code)n)) {
        fprintf(stderr, "latchkey locks: --violation=%s is no code; expected one like L003\n", code);
        return false;
    }
    o->query.violation = (unsigned)n;
    return true;
}

static bool take_option(struct options *o, int c) {
    uint64_t n;
    switch (c) {
    case 't':
        o->query.thing = optarg;
        return true;
    case 'l':
        o->query.lock = optarg;
        return true;
    case 'p':
        o->query.player = optarg;
        return true;
    case 'a':
        o->query.at = optarg;
        return true;
    case 'd':
        return o->query.dot = true;
    case 'v':
        return violation(o, optarg);
    case 'h':
        return o->help = true;
    case 'n':
        return number("last", optarg, UINT32_MAX, &o->query.last);
    case 'k':
        if (!number("task", optarg, UINT32_MAX, &n))
            return false;
        o->query.task = (uint32_t)n;
        return o->query.has_task = true;
    default:
        return false;
    }
}

static bool parse(struct options *o, int argc, char **argv) {
    static const struct option known[] = {{"thing", required_argument, NULL, 't'},
                                          {"lock", required_argument, NULL, 'l'},
                                          {"task", required_argument, NULL, 'k'},
                                          {"player", required_argument, NULL, 'p'},
                                          {"at", required_argument, NULL, 'a'},
                                          {"last", required_argument, NULL, 'n'},
                                          {"violation", optional_argument, NULL, 'v'},
                                          {"dot", no_argument, NULL, 'd'},
                                          {"help", no_argument, NULL, 'h'},
                                          {NULL, 0, NULL, 0}};
    optind = 0;
    for (int c; (c = getopt_long(argc, argv, "", known, NULL)) != -1;) {
        size_t n = strlen(o->given);
        if (!take_option(o, c))
            return false;
        if (c != 'h' && !strchr(o->given, c))
            o->given[n] = (char)c;
    }
    for (int i = 0; optind < argc && i < COMMANDS; i++)
        if (!strcmp(argv[optind], command_names[i])) {
            o->command = (enum command)i;
            optind++;
            break;
        }
    for (const struct option *k = known; k->name && !o->help; k++)
        if (strchr(o->given, k->val) && !strchr(command_options[o->command], k->val)) {
            fprintf(stderr, "latchkey locks: %s takes no --%s\n", command_names[o->command], k->name);
            return false;
        }
    const char *wrong = NULL;
    if (optind == argc)
        wrong = "needs the name of a trace";
    else if (o->command == DIFF && argc - optind != 2)
        wrong = "diff needs two traces";
    else if (o->command == WHY && !o->query.thing && !o->query.at && !o->query.violation)
        wrong = "why needs --thing, --at or --violation";
    if (wrong && !o->help)
        fprintf(stderr, "latchkey locks: %s\n", wrong);
    return !wrong || o->help;
}

static void run(enum command command, const struct locks_trace *t, const struct locks_query *q) {
    static void (*const commands[COMMANDS])(const struct locks_trace *, const struct locks_query *,
                                            FILE *) = {
        [FLOW] = locks_flow, [WHY] = locks_why,     [TOP] = locks_top,   [WAIT] = locks_wait,
        [HOLD] = locks_hold, [GRAPH] = locks_graph, [FOLD] = locks_fold, [JSON] = locks_json,
    };
    if (commands[command])
        commands[command](t, q, stdout);
    else
        locks_info(t, stdout);
}

// What a reader should know before trusting the rest of the output.
static void warn(const struct locks_file *f) {
    fputs(buf_str(&f->notes), stderr);
    if (f->lost || f->lost_names)
        fprintf(stderr, "%s: lost %llu events and %llu names (L038): this run proves nothing\n",
                f->path, (unsigned long long)f->lost, (unsigned long long)f->lost_names);
    uint64_t overwritten = locks_file_overwritten(f);
    if (overwritten)
        fprintf(stderr, "%s: %llu older events were overwritten\n", f->path,
                (unsigned long long)overwritten);
}

// An exit status.
static int open_trace(const char *path, struct locks_file *f, struct locks_trace *t) {
    struct buf error = BUF_INIT;
    *t = (struct locks_trace){0};
    int status = LOCKREPORT_LOST;
    if (!locks_file_open(f, path, &error)) {
        fputs(buf_str(&error), stderr);
    } else {
        warn(f);
        locks_merge(t, f);
        status = locks_file_lost(f) ? LOCKREPORT_LOST : 0;
    }
    buf_fini(&error);
    return status;
}

static int show(const struct options *o, char **paths, int n) {
    int status = 0;
    unsigned pictures = 0;
    if (o->command == PERFETTO)
        locks_perfetto_begin(stdout);
    for (int i = 0; i < n; i++) {
        struct locks_file f;
        struct locks_trace t;
        struct locks_query q = o->query;
        struct buf error = BUF_INIT;
        int one = open_trace(paths[i], &f, &t);
        if (t.file) {
            if (n > 1 && o->command != INFO && o->command != JSON && o->command != PERFETTO)
                printf("%s%s:\n", i ? "\n" : "", paths[i]);
            if (o->command == PERFETTO)
                locks_perfetto(&t, pictures++, n > 1 ? paths[i] : NULL, stdout);
            else if (locks_query_resolve(&q, &t, &error))
                run(o->command, &t, &q);
            else
                one = one ? one : USAGE;
            fputs(buf_str(&error), stderr);
        }
        status = one == LOCKREPORT_LOST || !status ? one : status;
        buf_fini(&error);
        locks_query_fini(&q);
        locks_merge_fini(&t);
        locks_file_fini(&f);
    }
    if (o->command == PERFETTO)
        locks_perfetto_end(stdout);
    return status;
}

static int show_diff(char **paths) {
    struct locks_file files[2];
    struct locks_trace traces[2];
    int status = 0;
    for (int i = 0; i < 2; i++) {
        int one = open_trace(paths[i], &files[i], &traces[i]);
        status = one ? one : status;
    }
    if (traces[0].file && traces[1].file)
        locks_diff(&traces[0], &traces[1], stdout);
    for (int i = 0; i < 2; i++) {
        locks_merge_fini(&traces[i]);
        locks_file_fini(&files[i]);
    }
    return status;
}

int tool_locks(int argc, char **argv) {
    struct options o = {.command = INFO};
    if (!parse(&o, argc, argv)) {
        fputs("latchkey locks --help tells more.\n", stderr);
        return USAGE;
    }
    if (o.help) {
        fputs(usage, stdout);
        return 0;
    }
    int n = argc - optind;
    int status = o.command == DIFF ? show_diff(argv + optind) : show(&o, argv + optind, n);
    fflush(stdout);
    return status;
}
