// latchkey check: reads zone files as the server would and tells everything that is wrong with them,
// all at once. Changes nothing.
#include "tools/tools.h"

#include "store/json.h"
#include "store/zones.h"
#include "util/buf.h"
#include "util/doc.h"
#include "util/mem.h"
#include "world/world.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sysexits.h>

struct options {
    bool strict, json, quiet;
    const char *player;
};

static void usage(FILE *out)
{
    fputs("Usage: latchkey check [--strict] [--json] [--quiet] [--player FILE] [FILE|FOLDER ...]\n"
          "Reads zone files and tells every problem as file:line:column: message.\n"
          "Without names it reads the folder data/zones.\n"
          "  --strict       warnings count as errors\n"
          "  --json         one JSON object a problem\n"
          "  --quiet        no summary\n"
          "  --player FILE  the template of new players (default data/player.json if there is one)\n"
          "Exit status: 0 nothing wrong, 65 problems, 2 wrong usage.\n",
          out);
}

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

static void print_problem(const struct doc_problem *p, bool json)
{
    if (json)
        print_json(p);
    else
        printf("%s:%u:%u: %s%s\n", p->file, p->line, p->column,
               p->severity == DOC_WARNING ? "warning: " : "", p->text);
}

// Files as they are named; a folder stands for the *.json in it.
static void load(struct world *w, char **names, int n, struct doc_problems *p,
                 struct zones_counts *counts)
{
    const char **files = mem_calloc((size_t)n + 1, sizeof(*files));
    size_t count = 0;
    struct stat st;
    for (int i = 0; i < n; i++) {
        if (!stat(names[i], &st) && S_ISDIR(st.st_mode))
            zones_load_folder(w, names[i], true, p, counts);
        else
            files[count++] = names[i];
    }
    if (count)
        zones_load(w, files, count, true, p, counts);
    free(files);
}

static int check(char **names, int n, const struct options *o)
{
    struct doc_problems problems = DOC_PROBLEMS_INIT;
    struct zones_counts counts = {0};
    struct world *w = world_new();
    if (o->player)
        zones_load_player(w, o->player, &problems);
    load(w, names, n, &problems, &counts);
    for (size_t i = 0; i < problems.count; i++)
        print_problem(&problems.list[i], o->json);
    size_t warnings = problems.count - problems.errors;
    if (!o->quiet && !o->json)
        printf("%zu files: %zu locations, %zu prototypes, %zu things placed, %zu resets; "
               "%zu errors, %zu warnings\n",
               counts.files, counts.locations, counts.prototypes, counts.things, counts.resets,
               problems.errors, warnings);
    bool bad = problems.errors || (o->strict && warnings);
    doc_problems_fini(&problems);
    world_free(w);
    return bad ? EX_DATAERR : 0;
}

int tool_check(int argc, char **argv)
{
    static const struct option long_options[] = {{"strict", no_argument, NULL, 's'},
                                                 {"json", no_argument, NULL, 'j'},
                                                 {"quiet", no_argument, NULL, 'q'},
                                                 {"player", required_argument, NULL, 'p'},
                                                 {"help", no_argument, NULL, 'h'},
                                                 {NULL, 0, NULL, 0}};
    struct options o = {0};
    for (int c; (c = getopt_long(argc, argv, "", long_options, NULL)) != -1;) {
        switch (c) {
        case 's':
            o.strict = true;
            break;
        case 'j':
            o.json = true;
            break;
        case 'q':
            o.quiet = true;
            break;
        case 'p':
            o.player = optarg;
            break;
        case 'h':
            usage(stdout);
            return 0;
        default:
            usage(stderr);
            return 2;
        }
    }
    static char folder[] = "data/zones", *standard[] = {folder};
    struct stat st;
    if (!o.player && !stat("data/player.json", &st))
        o.player = "data/player.json";
    bool named = optind < argc;
    return check(named ? argv + optind : standard, named ? argc - optind : 1, &o);
}
