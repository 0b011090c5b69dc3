// The options of `latchkey locks`, and which command reads which files. Messages about files go to
// standard error, results to standard output.
#include "tools/tools.h"

#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include "tools/locks/locks_commands.h"
#include "tools/locks/locks_open.h"
#include "trace/codes.h"
#include "util/buf.h"
#include "util/options.h"

// Exit statuses; 67 is what every checked run ends with when evidence is missing (docs/locking.md).
enum { USAGE = 2, EVIDENCE_LOST = 67 };

enum command { INFO, FLOW, WHY, TOP, WAIT, HOLD, GRAPH, FOLD, PERFETTO, DIFF, JSON, COMMANDS };

static const struct options_command commands[] = {
    [INFO] = {"info", "FILE ...", "(default) threads, names, what was lost, violations", 1,
              UINT_MAX, NULL},
    [FLOW] = {"flow", "FILE ...", "what happened, in order, one line an event", 1, UINT_MAX, NULL},
    [WHY] = {"why", "FILE ...",
             "why an access was allowed, or was not: --thing, --at or --violation", 1, UINT_MAX,
             NULL},
    [TOP] = {"top", "FILE ...", "locks by grants", 1, UINT_MAX, NULL},
    [WAIT] = {"wait", "FILE ...", "locks by time waited", 1, UINT_MAX, NULL},
    [HOLD] = {"hold", "FILE ...", "locks by time held", 1, UINT_MAX, NULL},
    [GRAPH] = {"graph", "FILE ...", "which lock was wanted while which was held; cycles first", 1,
               UINT_MAX, NULL},
    [FOLD] = {"fold", "FILE ...", "folded stacks for flame graphs, in microseconds held", 1,
              UINT_MAX, NULL},
    [PERFETTO] = {"perfetto", "FILE ...",
                  "Chrome trace JSON for ui.perfetto.dev; of several traces, one picture", 1,
                  UINT_MAX, NULL},
    [DIFF] = {"diff", "A B", "two runs compared", 2, 2, NULL},
    [JSON] = {"json", "FILE ...", "every event as a JSON object a line", 1, UINT_MAX, NULL},
    {0}};

struct options {
    enum command command;
    struct locks_query query;
};

// "L003", "3", or nothing: any code.
static bool take_violation(void *into, const struct options_entry *e, const char *code,
                           struct buf *why)
{
    struct locks_query *query = into;
    char *end;
    (void)e;
    query->violation = LOCKS_ANY_CODE;
    if (!code)
        return true;
    const char *digits = *code == 'L' || *code == 'l' ? code + 1 : code;
    unsigned long n = strtoul(digits, &end, 10);
    if (*digits < '0' || *digits > '9' || *end || n >= CHECK_CODES || !codes_title((unsigned)n)) {
        buf_adds(why, "expected a code like L003");
        return false;
    }
    query->violation = (unsigned)n;
    return true;
}

enum { // which commands use an option
    OF_LINES = 1 << FLOW | 1 << WHY | 1 << JSON,
    OF_TIMES = 1 << WAIT | 1 << HOLD,
    OF_LOCKS = 1 << FLOW | 1 << JSON | 1 << TOP | OF_TIMES | 1 << GRAPH | 1 << FOLD,
    OF_TASKS = OF_LINES | OF_TIMES | 1 << FOLD,
};

static const struct options_entry entries[] = {
    {"thing", "N|LABEL", "only what concerns this thing", OPTIONS_INTO(struct locks_query, thing),
     .commands = OF_LINES},
    {"lock", "N|LABEL", "only this lock", OPTIONS_INTO(struct locks_query, lock),
     .commands = OF_LOCKS},
    {"task", "N", "only this task", OPTIONS_INTO(struct locks_query, task),
     OPTIONS_TELLS(struct locks_query, has_task), .commands = OF_TASKS},
    {"player", "NAME", "only what this actor did", OPTIONS_INTO(struct locks_query, player),
     .commands = OF_TASKS},
    {"at", "EVENT", "only this event: THREAD:NUMBER as flow prints it, or a number",
     OPTIONS_INTO(struct locks_query, at), .commands = OF_LINES},
    {"violation", "[=CODE]", "only accesses that the checker reported, or reported as CODE",
     .take = take_violation, .commands = 1 << WHY},
    {"last", "N", "only the last N; of wait and hold the N longest",
     OPTIONS_INTO(struct locks_query, last), .most = UINT32_MAX, .commands = OF_LINES | OF_TIMES},
    {"dot", NULL, "in the language of Graphviz", OPTIONS_INTO(struct locks_query, dot),
     .commands = 1 << GRAPH},
    {0}};

static const struct options_spec spec = {
    .name = "locks",
    .usage = "[COMMAND] FILE ... [OPTION ...]",
    .about = "Reads lock traces that `latchkey serve --debug-locks=flow --trace FILE` writes, also "
             "while it runs and after it was killed.",
    .after = "Exit status: 0 read, 2 wrong usage, 67 the trace lost evidence or is damaged or not "
             "readable.",
    .commands = commands,
    .standard = &commands[INFO],
    .tables = {{NULL, entries}},
};

static void run_locks(enum command command, const struct reader_trace *t,
                      const struct locks_query *q)
{
    static void (*const runs[COMMANDS])(const struct reader_trace *, const struct locks_query *,
                                        FILE *) = {
        [FLOW] = locks_flow, [WHY] = locks_why,     [TOP] = locks_top,   [WAIT] = locks_wait,
        [HOLD] = locks_hold, [GRAPH] = locks_graph, [FOLD] = locks_fold, [JSON] = locks_json,
    };
    if (runs[command])
        runs[command](t, q, stdout);
    else
        locks_info(t, stdout);
}

// What a reader should know before trusting the rest of the output.
static void warn(const struct reader_file *f)
{
    fputs(buf_str(&f->notes), stderr);
    if (f->lost || f->lost_names)
        fprintf(stderr, "%s: lost %llu events and %llu names (L038): this run proves nothing\n",
                f->path, (unsigned long long)f->lost, (unsigned long long)f->lost_names);
    uint64_t overwritten = reader_file_overwritten(f);
    if (overwritten)
        fprintf(stderr, "%s: %llu older events were overwritten\n", f->path,
                (unsigned long long)overwritten);
}

// Opens and reads a trace; returns an exit status.
static int open_trace(const char *path, struct reader_file *f, struct reader_trace *t)
{
    struct buf error = BUF_INIT;
    *t = (struct reader_trace){0};
    int status = EVIDENCE_LOST;
    if (!locks_open(f, path, &error)) {
        fputs(buf_str(&error), stderr);
    } else {
        warn(f);
        reader_merge(t, f);
        status = reader_file_lost(f) ? EVIDENCE_LOST : 0;
    }
    buf_fini(&error);
    return status;
}

static int show_view(const struct options *o, char **paths, int n)
{
    int status = 0;
    unsigned pictures = 0;
    if (o->command == PERFETTO)
        locks_perfetto_begin(stdout);
    for (int i = 0; i < n; i++) {
        struct reader_file f;
        struct reader_trace t;
        struct locks_query q = o->query;
        struct buf error = BUF_INIT;
        int one = open_trace(paths[i], &f, &t);
        if (t.file) {
            if (n > 1 && o->command != INFO && o->command != JSON && o->command != PERFETTO)
                printf("%s%s:\n", i ? "\n" : "", paths[i]);
            if (o->command == PERFETTO)
                locks_perfetto(&t, pictures++, n > 1 ? paths[i] : NULL, stdout);
            else if (locks_query_resolve(&q, &t, &error))
                run_locks(o->command, &t, &q);
            else
                one = one ? one : USAGE;
            fputs(buf_str(&error), stderr);
        }
        status = one == EVIDENCE_LOST || !status ? one : status;
        buf_fini(&error);
        locks_query_fini(&q);
        reader_merge_fini(&t);
        reader_file_fini(&f);
    }
    if (o->command == PERFETTO)
        locks_perfetto_end(stdout);
    return status;
}

static int show_diff(char **paths)
{
    struct reader_file files[2];
    struct reader_trace traces[2];
    int status = 0;
    for (int i = 0; i < 2; i++) {
        int one = open_trace(paths[i], &files[i], &traces[i]);
        status = one ? one : status;
    }
    if (traces[0].file && traces[1].file)
        locks_diff(&traces[0], &traces[1], stdout);
    for (int i = 0; i < 2; i++) {
        reader_merge_fini(&traces[i]);
        reader_file_fini(&files[i]);
    }
    return status;
}

// Without a command the words are names of traces. A file that does not exist may be a misspelt
// command.
static enum options_outcome check_misspelt(const struct options_words *words)
{
    const char *word = words->list[0];
    bool absent = !words->named && access(word, F_OK);
    const char *near = absent ? options_near_command(&spec, word) : NULL;
    if (!near)
        return OPTIONS_READ;
    return options_wrong(&spec, "there is no trace and no command \"%s\", did you mean \"%s\"?",
                         word, near);
}

int tool_locks(int argc, char **argv)
{
    struct options o = {.command = INFO};
    struct options_words words;
    enum options_outcome outcome = options_read(&spec, (void *[]){&o.query}, argc, argv, &words);
    if (outcome == OPTIONS_READ)
        o.command = (enum command)(words.command - commands);
    if (outcome == OPTIONS_READ && o.command == WHY && !o.query.thing && !o.query.at &&
        !o.query.violation)
        outcome = options_wrong(&spec, "why needs --thing, --at or --violation");
    if (outcome == OPTIONS_READ)
        outcome = check_misspelt(&words);
    if (outcome != OPTIONS_READ)
        return options_status(outcome);
    int status =
        o.command == DIFF ? show_diff(words.list) : show_view(&o, words.list, (int)words.count);
    fflush(stdout);
    return status;
}
