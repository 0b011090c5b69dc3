// latchkey check: reads zone files as the server would and reports every fault in them, all at
// once. Changes nothing.
#include "tools/tools.h"

#include "store/json.h"
#include "store/zones.h"
#include "tools/check/check_siblings.h"
#include "util/buf.h"
#include "util/doc.h"
#include "util/mem.h"
#include "util/options.h"
#include "verb/commands.h"
#include "world/world.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>

struct options {
    bool strict, json, quiet;
    const char *player;
};

static const struct options_entry entries[] = {
    {"strict", NULL, "warnings count as errors", OPTIONS_INTO(struct options, strict)},
    {"json", NULL, "one JSON object a problem", OPTIONS_INTO(struct options, json)},
    {"quiet", NULL, "no summary", OPTIONS_INTO(struct options, quiet)},
    {"player", "FILE",
     "the template of new players (default: player.json beside the folder of the zones, else "
     "data/player.json, if there is one)",
     OPTIONS_INTO(struct options, player)},
    {0}};

static const struct options_spec spec = {
    .name = "check",
    .usage = "[OPTION ...] [FILE|FOLDER ...]",
    .about = "Reads zone files and tells every problem as file:line:column: message.\n"
             "Without names it reads the folder data/zones.",
    .after = "Exit status: 0 nothing wrong, 65 problems, 2 wrong usage.",
    .alone = {.words = "FILE|FOLDER ...", .most = UINT_MAX},
    .tables = {{NULL, entries}},
};

static void print_json(const struct doc_problem *p)
{
    struct doc *d = doc_new("problem");
    struct doc_node *n = doc_object(d);
    doc_put(d, n, "severity", doc_string(d, p->severity == DOC_ERROR ? "error" : "warning"));
    doc_put(d, n, "file", doc_string(d, p->file));
    doc_put(d, n, "line", doc_int(d, p->line));
    doc_put(d, n, "column", doc_int(d, p->column));
    doc_put(d, n, "message", doc_string(d, p->text));
    struct buf b = BUF_INIT;
    json_write(&b, n, JSON_ONE_LINE);
    printf("%s\n", buf_str(&b));
    buf_fini(&b);
    doc_free(d);
}

static void print_place(const struct doc_problem *p)
{
    fputs(p->file, stdout);
    if (p->line)
        printf(":%u:%u", p->line, p->column);
    printf(": %s%s\n", p->severity == DOC_WARNING ? "warning: " : "", p->text);
}

static void print_problem(const struct doc_problem *p, bool json)
{
    if (json)
        print_json(p);
    else
        print_place(p);
}

// Loads the named files, and the files that they refer to; a folder stands for its *.json files.
// *given are the named files, *others how many more were read.
static void load_files(struct world *w, char **names, int n, struct doc_problems *p,
                       struct zones_counts *counts, struct check_files *given, size_t *others)
{
    struct check_files all = {NULL, 0, 0};
    struct stat st;
    bool folders = false;
    for (int i = 0; i < n; i++) {
        if (!stat(names[i], &st) && S_ISDIR(st.st_mode)) {
            zones_load_folder(w, names[i], true, p, counts);
            folders = true;
        } else {
            check_files_add(&all, names[i]);
            check_files_add(given, names[i]);
        }
    }
    if (!folders)
        check_siblings_add(&all);
    *others = all.count - given->count;
    if (all.count)
        zones_load(w, (const char *const *)all.list, all.count, true, p, counts);
    check_files_fini(&all);
}

// False for a problem of a file that was read only because another one refers to it.
static bool asked_about(const struct doc_problem *p, const struct check_files *given, size_t others)
{
    if (!others)
        return true;
    for (size_t i = 0; i < given->count; i++)
        if (!strcmp(given->list[i], p->file))
            return true;
    return false;
}

static const char *command_name(size_t n)
{
    static _Thread_local size_t at, given; // skips commands that only scripts can use
    if (!n)
        at = given = 0;
    for (const struct command *c; (c = command_at(at)); at++)
        if (!(c->flags & COMMAND_SCRIPT) && given++ == n) {
            at++;
            return c->name;
        }
    return NULL;
}

static bool things_do(const char *word)
{
    const struct command *c = command_find(word);
    return c && (c->flags & COMMAND_MOBILE || !strcmp(c->name, "act"));
}

// Finds the template of players for the zones: beside their folder, as in an installation, else
// where a server that is started here would look. The caller frees it; NULL: there is none.
static char *find_player(char **names, int n)
{
    struct stat st;
    for (int i = 0; i < n; i++) {
        bool folder = !stat(names[i], &st) && S_ISDIR(st.st_mode);
        char *path = mem_printf("%s/%splayer.json", names[i], folder ? "../" : "../../");
        if (!folder) { // beside the folder of the file
            const char *slash = strrchr(names[i], '/');
            free(path);
            path =
                mem_printf("%.*s../player.json", slash ? (int)(slash - names[i]) + 1 : 0, names[i]);
        }
        if (!stat(path, &st))
            return path;
        free(path);
    }
    return stat("data/player.json", &st) ? NULL : mem_strdup("data/player.json");
}

static void print_summary(const struct zones_counts *c, const struct doc_problems *p, size_t others)
{
    printf("%zu files: %zu locations, %zu prototypes, ", c->files, c->locations, c->prototypes);
    if (p->errors)
        fputs("nothing placed because of the errors", stdout);
    else
        printf("%zu things placed, %zu resets", c->things, c->resets);
    printf("; %zu errors, %zu warnings\n", p->errors, p->warnings);
    if (others)
        printf("%zu of the files were read only because the others refer to them.\n", others);
    if (p->errors + p->warnings > p->count)
        printf("Only %zu of them are listed.\n", p->count);
    if (c->shops || c->triggers || c->quests)
        printf("Carried as data and not acted on: %zu shops, %zu triggers, %zu quests.\n", c->shops,
               c->triggers, c->quests);
}

static int check_all_files(char **names, int n, const struct options *o)
{
    static const struct zones_commands commands = {command_name, things_do};
    struct doc_problems problems = DOC_PROBLEMS_INIT;
    struct zones_counts counts = {0};
    struct world *w = world_new();
    char *player = o->player ? mem_strdup(o->player) : find_player(names, n);
    commands_know();
    zones_know_commands(&commands);
    if (player)
        zones_load_player(w, player, &problems);
    else
        fputs("latchkey check: there is no player.json beside the zones: players are taken to have "
              "the "
              "slots of docs/zones.md (--player names one)\n",
              stderr);
    struct check_files given = {NULL, 0, 0};
    size_t others = 0;
    load_files(w, names, n, &problems, &counts, &given, &others);
    for (size_t i = 0; i < problems.count; i++) {
        const struct doc_problem *p = &problems.list[i];
        bool ours = asked_about(p, &given, others);
        if (ours)
            print_problem(p, o->json);
        else
            *(p->severity == DOC_ERROR ? &problems.errors : &problems.warnings) -= 1;
    }
    if (!o->quiet && !o->json)
        print_summary(&counts, &problems, others);
    bool bad = problems.errors || (o->strict && problems.warnings);
    check_files_fini(&given);
    free(player);
    doc_problems_fini(&problems);
    world_free(w);
    return bad ? EX_DATAERR : 0;
}

int tool_check(int argc, char **argv)
{
    static char folder[] = "data/zones", *standard[] = {folder};
    struct options o = {0};
    struct options_words words;
    enum options_outcome outcome = options_read(&spec, (void *[]){&o}, argc, argv, &words);
    if (outcome != OPTIONS_READ)
        return options_status(outcome);
    return words.count ? check_all_files(words.list, (int)words.count, &o)
                       : check_all_files(standard, 1, &o);
}
