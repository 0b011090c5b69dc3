// Runs transcripts: several players, what they type and what each of them sees. The engine is the
// real one without sockets: commands go through dispatch as tasks, texts come out of outboxes.
// Time is virtual, the checker is on, and any violation fails the run.
//
//   world FILE            zone file, from the folder of the transcript; a folder: all in it
//   player FILE           template of new players
//   join NAME [PERMISSION…]
//   NAME> LINE            types a line
//   NAME: TEXT            the next line that NAME sees; "..." skips any number of lines, and is for
//                         what chance decides alone: see below
//   crowd N STEM          N players without a connection join, STEMaaa, STEMaab and so on
//   wait 61s              lets time pass
//   pending 2             so many timers and scripted lines are to come, and no more
//   leave NAME            the player's connection is lost for good
//   lose NAME             the connection is lost for now; "find NAME": it is back
//   # comment
// Lines seen and not mentioned are an error when the player types next and at the end.
//
// A transcript with "..." is run several times, with other event numbers, from which chance is
// drawn. What chance decides is other text then; a "..." that skips the same each time is an error:
// the text belongs there.
//
//   transcript FILE…          runs them
//   transcript --show FILE…   prints each with what its players see in place of what they should
//   transcript --exact FILE…  prints each with the text in place of each "..." that always skips
//   the same
#include "check/check.h"
#include "check/check_data.h"
#include "check/check_report.h"
#include "console/locks_command.h"
#include "console/watchdog.h"
#include "engine/dispatch.h"
#include "engine/dispatch_priv.h"
#include "output/outbox.h"
#include "store/zones.h"
#include "util/buf.h"
#include "util/clock.h"
#include "util/doc.h"
#include "util/duration.h"
#include "util/mem.h"
#include "verb/locks.h"
#include "world/attr.h"
#include "world/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PLAYERS_MAX = 64, CHANCES = 8, CHANCE_STEP = 100003 };

struct player {
    char name[32];
    struct player_task *actor;
    outbox_id outbox;
    struct buf seen;
    struct doc *saved;
};

// A "..." of the file.
struct wildcard {
    int line;
    struct buf skipped; // in the first run
    bool varies;        // other text was skipped in another run
};

struct run {
    const char *file;
    int line, failures;
    struct world *world;
    struct dispatch *dispatch;
    struct outboxes *outboxes;
    struct player players[PLAYERS_MAX];
    size_t count;
};

static struct run run;
static bool show;  // print what is seen, and expect nothing
static bool exact; // print the file with the text of what need not be "..."
static int chance; // which run of the file this is; only the first looks for what is expected
static struct wildcard *wildcards;
static size_t wildcard_count;

static void fail(const char *what, const char *detail)
{
    if (chance)
        return;
    fprintf(stderr, "%s:%d: %s%s%s\n", run.file, run.line, what, detail ? ": " : "",
            detail ? detail : "");
    run.failures++;
}

static void answered(void *session)
{
    (void)session;
}

static void save(struct player_task *a, struct doc *saved)
{
    (void)a;
    doc_free(saved);
}

static void entered(void *session, struct player_task *a)
{
    ((struct player *)session)->actor = a;
}

static void left(struct player_task *a, struct doc *saved)
{
    for (size_t i = 0; i < run.count; i++)
        if (run.players[i].actor == a) {
            run.players[i].actor = NULL;
            doc_free(run.players[i].saved);
            run.players[i].saved = saved;
            return;
        }
    doc_free(saved);
}

static void wake(void *arg)
{
    (void)arg;
}

static void collect(void)
{
    for (outbox_id id;
         (id = outboxes_next_urgent(run.outboxes)) || (id = outboxes_next_relaxed(run.outboxes));) {
        struct player *p = outbox_owner(run.outboxes, id);
        size_t n;
        const char *bytes = outbox_peek(run.outboxes, id, &n);
        for (size_t i = 0; i < n; i++)
            if (bytes[i] != '\r')
                buf_addc(&p->seen, bytes[i]);
        outbox_drained(run.outboxes, id, n);
    }
}

static void settle(void)
{
    dispatch_run(run.dispatch);
    collect();
}

static struct player *find(const char *name, size_t n)
{
    for (size_t i = 0; i < run.count; i++)
        if (strlen(run.players[i].name) == n && !strncmp(run.players[i].name, name, n))
            return &run.players[i];
    return NULL;
}

// Takes the next line from what a player has seen, without prompts and empty lines.
static bool next_line(struct player *p, struct buf *line)
{
    while (p->seen.len) {
        char *end = memchr(p->seen.data, '\n', p->seen.len);
        size_t n = end ? (size_t)(end - p->seen.data) : p->seen.len;
        const char *text = p->seen.data;
        size_t skip = 0;
        while (n - skip >= 2 && !strncmp(text + skip, "> ", 2))
            skip += 2;
        buf_clear(line);
        buf_add(line, text + skip, n - skip);
        buf_consume(&p->seen, end ? n + 1 : n);
        if (line->len)
            return true;
    }
    return false;
}

static void expect_nothing(struct player *p)
{
    struct buf line = BUF_INIT;
    while (next_line(p, &line)) {
        struct buf what = BUF_INIT;
        buf_addf(&what, "%s saw \"%s\"", p->name, buf_str(&line));
        fail("not expected", buf_str(&what));
        buf_fini(&what);
    }
    buf_fini(&line);
}

// The text that belongs there, as lines of the file.
static void skip(struct player *p, struct buf *line)
{
    struct buf skipped = BUF_INIT;
    while (next_line(p, line))
        buf_addf(&skipped, "%s: %s\n", p->name, buf_str(line));
    if (!chance) {
        wildcards = mem_realloc_array(wildcards, wildcard_count + 1, sizeof(*wildcards));
        wildcards[wildcard_count++] = (struct wildcard){.line = run.line, .skipped = skipped};
        return;
    }
    for (size_t i = 0; i < wildcard_count; i++)
        if (wildcards[i].line == run.line)
            wildcards[i].varies |= strcmp(buf_str(&wildcards[i].skipped), buf_str(&skipped)) != 0;
    buf_fini(&skipped);
}

static void expect(struct player *p, const char *text)
{
    struct buf line = BUF_INIT, what = BUF_INIT;
    if (!strcmp(text, "...")) {
        skip(p, &line);
    } else if (!next_line(p, &line)) {
        buf_addf(&what, "%s should see \"%s\" and saw nothing more", p->name, text);
        fail("expected", buf_str(&what));
    } else if (strcmp(buf_str(&line), text)) {
        buf_addf(&what, "%s should see \"%s\" and saw \"%s\"", p->name, text, buf_str(&line));
        fail("expected", buf_str(&what));
    }
    buf_fini(&line);
    buf_fini(&what);
}

static void join(char *words)
{
    char *permissions = strchr(words, ' ');
    if (permissions)
        *permissions++ = '\0';
    struct player *p = find(words, strlen(words));
    if (!p) {
        p = &run.players[run.count++];
        snprintf(p->name, sizeof(p->name), "%.30s", words);
    }
    struct style style = {.utf8 = true};
    p->outbox = outbox_open(run.outboxes, &style, 1 << 20, p);
    struct dispatch_entry entry = {.name = p->name,
                                   .permissions = permissions ? permissions : "",
                                   .character = p->saved,
                                   .outbox = p->outbox,
                                   .session = p};
    p->saved = NULL;
    dispatch_enter(run.dispatch, &entry);
    settle();
    if (!p->actor)
        fail("could not join", p->name);
}

// Players who are there and whose text nobody reads.
static void join_crowd(const char *words)
{
    char *stem;
    unsigned long count = strtoul(words, &stem, 10);
    stem += *stem == ' ';
    if (!count || !*stem)
        fail("not understood", words);
    for (unsigned long i = 0; i < count; i++) {
        char name[64];
        snprintf(name, sizeof(name), "%.30s%c%c%c", stem, (int)('a' + i / 26 / 26 % 26),
                 (int)('a' + i / 26 % 26), (int)('a' + i % 26));
        struct dispatch_entry entry = {.name = name, .permissions = ""};
        dispatch_enter(run.dispatch, &entry);
        settle();
    }
}

static void load(const char *folder, const char *name, bool player)
{
    struct doc_problems problems = DOC_PROBLEMS_INIT;
    char *path = mem_printf("%s/%s", folder, name);
    const char *const paths[] = {path};
    if (player)
        zones_load_player(run.world, path, &problems);
    else if (strstr(name, ".json"))
        zones_load(run.world, paths, 1, true, &problems, NULL);
    else
        zones_load_folder(run.world, path, true, &problems, NULL);
    for (size_t i = 0; i < problems.count; i++)
        if (problems.list[i].severity == DOC_ERROR)
            fail(problems.list[i].file, problems.list[i].text);
    doc_problems_fini(&problems);
    free(path);
}

static void start(void)
{
    static const struct dispatch_ops ops = {
        .answered = answered, .save = save, .entered = entered, .left = left};
    if (run.dispatch)
        return;
    struct dispatch_config config = {.workers = 1,
                                     .offload_threads = 1,
                                     .linkdead = 60000,
                                     .wake = wake,
                                     .outboxes = run.outboxes};
    run.dispatch = dispatch_new(run.world, &config, &ops);
    sequencer_continue(run.dispatch->sequencer, (uint64_t)chance * CHANCE_STEP);
    locks_set_answer(locks_command);
    watchdog_begin();
    dispatch_prepare(run.dispatch);
}

static void wait_for(const char *text)
{
    int64_t ms;
    if (!duration_parse(text, &ms)) {
        fail("bad duration", text);
        return;
    }
    for (int64_t gone = 0; gone < ms; gone += 500) {
        clock_advance_ms(500);
        settle();
    }
}

static void count_event(void *arg, const struct timer_request *q)
{
    *(size_t *)arg += !q->zone;
}

static void check_pending(const char *text)
{
    size_t n = 0;
    timer_tasks_each(run.dispatch->timer_tasks, count_event, &n);
    if (show || n != strtoul(text, NULL, 10)) {
        char *what = mem_printf("%zu", n);
        fail("pending", what);
        free(what);
    }
}

static void type(struct player *p, const char *line)
{
    expect_nothing(p);
    if (!p->actor) {
        fail("is not in the world", p->name);
        return;
    }
    outbox_entered(run.outboxes, p->outbox);
    dispatch_line(p->actor, line);
    settle();
}

static void perform(const char *folder, char *line)
{
    size_t n = strcspn(line, " :>");
    struct player *p = find(line, n);
    if (!strncmp(line, "world ", 6)) {
        load(folder, line + 6, false);
    } else if (!strncmp(line, "player ", 7)) {
        load(folder, line + 7, true);
    } else if (!strncmp(line, "join ", 5)) {
        start();
        join(line + 5);
    } else if (!strncmp(line, "crowd ", 6)) {
        start();
        join_crowd(line + 6);
    } else if (!strncmp(line, "wait ", 5)) {
        wait_for(line + 5);
    } else if (!strncmp(line, "pending ", 8)) {
        check_pending(line + 8);
    } else if (!strncmp(line, "leave ", 6) && (p = find(line + 6, strlen(line + 6)))) {
        dispatch_leave(p->actor);
        settle();
    } else if (!strncmp(line, "lose ", 5) && (p = find(line + 5, strlen(line + 5)))) {
        dispatch_linkdead(p->actor);
        settle();
    } else if (!strncmp(line, "find ", 5) && (p = find(line + 5, strlen(line + 5)))) {
        dispatch_attach(p->actor, p->outbox, p, player_task_permissions(p->actor), NULL);
        settle();
    } else if (p && line[n] == '>') {
        type(p, line[n + 1] == ' ' ? line + n + 2 : line + n + 1);
    } else if (p && line[n] == ':') {
        expect(p, line[n + 1] == ' ' ? line + n + 2 : line + n + 1);
    } else {
        fail("not understood", line);
    }
}

static void finish(void)
{
    for (size_t i = 0; i < run.count; i++)
        expect_nothing(&run.players[i]);
    dispatch_free(run.dispatch);
    for (size_t i = 0; i < run.count; i++) {
        buf_fini(&run.players[i].seen);
        doc_free(run.players[i].saved);
    }
    outboxes_free(run.outboxes);
    world_free(run.world);
    if (check_violations()) {
        chance = 0; // it counts in every run
        fail("the lock checker found violations", NULL);
        check_summary(stderr);
    }
}

// What everybody has seen since the last line of the file.
static void print_seen(void)
{
    struct buf line = BUF_INIT;
    for (size_t i = 0; i < run.count; i++)
        while (next_line(&run.players[i], &line))
            printf("%s: %s\n", run.players[i].name, buf_str(&line));
    buf_fini(&line);
}

static void show_line(const char *folder, char *line)
{
    size_t n = strcspn(line, " :>");
    if (line[n] == ':' && find(line, n))
        return;
    puts(line);
    if (*line && *line != '#')
        perform(folder, line);
    print_seen();
}

static int run_once(const char *path)
{
    FILE *f = fopen(path, "r");
    if (!f) {
        perror(path);
        return 1;
    }
    run = (struct run){.file = path, .world = world_new(), .outboxes = outboxes_new(0)};
    clock_freeze(1000000, 1700000000000);
    char *folder = mem_strdup(path);
    *strrchr(folder, '/') = '\0';
    char line[8192];
    while (fgets(line, sizeof(line), f)) {
        run.line++;
        line[strcspn(line, "\n")] = '\0';
        if (show)
            show_line(folder, line);
        else if (*line && *line != '#')
            perform(folder, line);
    }
    fclose(f);
    free(folder);
    finish();
    return run.failures;
}

static const struct wildcard *wildcard_at(int line)
{
    for (size_t i = 0; i < wildcard_count; i++)
        if (wildcards[i].line == line && !wildcards[i].varies)
            return &wildcards[i];
    return NULL;
}

static void print_exact(const char *path)
{
    FILE *f = fopen(path, "r");
    char line[8192];
    for (int number = 1; f && fgets(line, sizeof(line), f); number++) {
        const struct wildcard *w = wildcard_at(number);
        fputs(w ? buf_str(&w->skipped) : line, stdout);
    }
    if (f)
        fclose(f);
}

// Those that always skip the same.
static int judge_wildcards(const char *path)
{
    int idle = 0;
    for (size_t i = 0; i < wildcard_count; i++) {
        const struct wildcard *w = &wildcards[i];
        if (w->varies)
            continue;
        fprintf(stderr, "%s:%d: \"...\" skips the same whatever chance decides%s%s", path, w->line,
                w->skipped.len ? ":\n" : ", and that is nothing\n", buf_str(&w->skipped));
        idle++;
    }
    return idle;
}

static int run_file(const char *path)
{
    int failures = run_once(path);
    for (chance = 1; wildcard_count && !failures && chance < CHANCES; chance++)
        failures += run_once(path);
    chance = 0;
    if (exact)
        print_exact(path);
    else if (!failures)
        failures += judge_wildcards(path);
    for (size_t i = 0; i < wildcard_count; i++)
        buf_fini(&wildcards[i].skipped);
    free(wildcards);
    wildcards = NULL;
    wildcard_count = 0;
    return failures;
}

int main(int argc, char **argv)
{
    int failures = 0;
    check_set_names(attr_name, ATTR_COUNT);
    check_set_level(CHECK_FLOW);
    check_data_guard_loop();
    show = argc > 1 && !strcmp(argv[1], "--show");
    exact = argc > 1 && !strcmp(argv[1], "--exact");
    for (int i = show || exact ? 2 : 1; i < argc; i++) {
        char *again = mem_printf("%s %s", argv[0], argv[i]);
        check_report_set_again(again);
        failures += run_file(argv[i]);
        check_report_set_again(NULL);
        free(again);
    }
    return failures != 0;
}
