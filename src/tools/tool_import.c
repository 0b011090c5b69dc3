// The options of `latchkey import`, and what it prints. Complaints go to standard error, the table
// to standard output.
#include "tools/tools.h"

#include <getopt.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "tools/circle_export.h"
#include "tools/circle_load.h"
#include "tools/circle_world.h"
#include "util/buf.h"
#include "util/file.h"
#include "util/mem.h"

enum { EXIT_IMPORTED = 0, EXIT_USAGE = 2 };

struct import_options {
    const char *format, *from, *to;
    int64_t *starts;
    size_t start_count;
    bool quiet, help;
};

static const char usage[] =
    "Usage: latchkey import --from circle DIR --to DIR [--start NUMBER ...] [--quiet]\n"
    "\n"
    "Makes zone files of a CircleMUD or tbaMUD world: DIR is its lib/world, with the folders\n"
    "wld, mob, obj, zon, shp, trg and qst, or as many of them as there are.\n"
    "\n"
    "  --from circle   the format of the world\n"
    "  --to DIR        where the zone files go, one a zone: z30.json; made when it is not there,\n"
    "                  and files of these names in it are replaced\n"
    "  --start NUMBER  new players begin in this room; may be given more than once\n"
    "                  (else in 3001, where it exists, else in the lowest room)\n"
    "  --quiet         print the table only, not what could not be carried over\n"
    "  --help          this text\n"
    "\n"
    "Everything that is not carried over is named by file and line on standard error and counted\n"
    "in the table at the end. `as data` is what stands in the zone files and is not acted on.\n"
    "Exit status: 0 imported, 2 bad options, 65 some record could not be read (the rest is\n"
    "imported) or there are no rooms, 73 the folder cannot be made, 74 reading or writing "
    "failed.\n";

static bool parse_start(struct import_options *o, const char *text)
{
    char *end;
    long long v = strtoll(text, &end, 10);
    if (end == text || *end || v < 0 || v > INT32_MAX) {
        fprintf(stderr, "latchkey import: \"%s\" is no room number\n", text);
        return false;
    }
    o->starts = mem_realloc_array(o->starts, o->start_count + 1, sizeof(*o->starts));
    o->starts[o->start_count++] = v;
    return true;
}

static bool parse_options(struct import_options *o, int argc, char **argv)
{
    static const struct option known[] = {
        {"from", required_argument, NULL, 'f'},  {"to", required_argument, NULL, 't'},
        {"start", required_argument, NULL, 's'}, {"quiet", no_argument, NULL, 'q'},
        {"help", no_argument, NULL, 'h'},        {NULL, 0, NULL, 0},
    };
    optind = 0;
    for (int c; (c = getopt_long(argc, argv, "", known, NULL)) != -1;) {
        if (c == 'f')
            o->format = optarg;
        else if (c == 't')
            o->to = optarg;
        else if (c == 's' && !parse_start(o, optarg))
            return false;
        else if (c == 'q')
            o->quiet = true;
        else if (c == 'h')
            o->help = true;
        else if (c == '?')
            return false;
    }
    if (o->help)
        return true;
    if (optind == argc - 1)
        o->from = argv[optind];
    if (!o->format || !o->from || !o->to) {
        fputs("latchkey import: needs --from circle DIR --to DIR\n", stderr);
        return false;
    }
    if (strcmp(o->format, "circle")) {
        fprintf(stderr, "latchkey import: unknown format \"%s\", expected \"circle\"\n", o->format);
        return false;
    }
    return true;
}

static void print_result(const struct import_options *o, struct circle_world *w,
                         const int64_t *starts, size_t start_count, size_t files, size_t bytes)
{
    struct buf out = BUF_INIT;
    if (!o->quiet) {
        circle_report_list(w->report, &out);
        fwrite(buf_str(&out), 1, out.len, stderr);
        buf_clear(&out);
    }
    circle_report_table(w->report, &out);
    buf_addf(&out, "%zu zone files, %zu bytes, in %s\n", files, bytes, o->to);
    for (size_t i = 0; i < start_count; i++)
        buf_addf(&out, "new players begin in room %lld\n", (long long)starts[i]);
    fwrite(buf_str(&out), 1, out.len, stdout);
    fflush(stdout);
    buf_fini(&out);
}

static int import_circle(const struct import_options *o)
{
    struct circle_report report = CIRCLE_REPORT_INIT;
    struct circle_world world;
    int64_t *starts = NULL;
    size_t files = 0, bytes = 0, start_count = 0;
    circle_world_init(&world, &report);
    int status = circle_load(&world, o->from) < 0 ? EX_IOERR : EXIT_IMPORTED, e;
    if (status == EXIT_IMPORTED && !world.rooms.count) {
        fprintf(stderr, "latchkey import: no rooms in %s\n", o->from);
        status = EX_DATAERR;
    } else if (status == EXIT_IMPORTED && (e = file_mkdirs(o->to, 0755)) < 0) {
        fprintf(stderr, "latchkey import: cannot make %s: %s\n", o->to, strerror(-e));
        status = EX_CANTCREAT;
    } else if (status == EXIT_IMPORTED) {
        start_count = circle_export_starts(&world, o->starts, o->start_count, &starts);
        if (circle_export_write(&world, o->to, starts, start_count, &files, &bytes) < 0)
            status = EX_IOERR;
        else if (report.bad)
            status = EX_DATAERR;
    }
    print_result(o, &world, starts, start_count, files, bytes);
    free(starts);
    circle_world_fini(&world);
    circle_report_fini(&report);
    return status;
}

int tool_import(int argc, char **argv)
{
    struct import_options o = {NULL, NULL, NULL, NULL, 0, false, false};
    int status = EXIT_USAGE;
    if (parse_options(&o, argc, argv)) {
        status = EXIT_IMPORTED;
        if (o.help)
            fputs(usage, stdout);
        else
            status = import_circle(&o);
    } else {
        fputs("latchkey import --help tells more.\n", stderr);
    }
    free(o.starts);
    return status;
}
