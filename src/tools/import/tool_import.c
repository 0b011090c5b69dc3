// The options of `latchkey import`, and what it prints. Complaints go to standard error, the table
// to standard output.
#include "tools/tools.h"

#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "tools/import/circle_encoding.h"
#include "tools/import/circle_export.h"
#include "tools/import/circle_load.h"
#include "tools/import/circle_world.h"
#include "util/buf.h"
#include "util/file.h"
#include "util/mem.h"

enum { EXIT_IMPORTED = 0, EXIT_USAGE = 2 };

struct import_options {
    const char *format, *from, *to, *report;
    struct circle_load_options load;
    int64_t *starts;
    size_t start_count;
    bool quiet, help, all;
};

static const char usage[] =
    "Usage: latchkey import --from circle DIR --to DIR [OPTION ...]\n"
    "\n"
    "Makes zone files of a CircleMUD or tbaMUD world: DIR is its lib/world, with the folders\n"
    "wld, mob, obj, zon, shp, trg and qst, or as many of them as there are. Of the many code\n"
    "bases that came from CircleMUD, the one that wrote the world is found out from its files.\n"
    "\n"
    "  --from circle    the format of the world\n"
    "  --to DIR         where the zone files go, one a zone: z30.json; made when it is not there,\n"
    "                   and files of these names in it are replaced; refused when it holds zone\n"
    "                   files of another import, which would become part of this world\n"
    "  --start NUMBER   new players begin in this room; may be given more than once\n"
    "                   (else in 3001, where it exists, else in the lowest room)\n"
    "  --encoding NAME  of files that are not UTF-8, as iconv calls it: KOI8-R, CP1251, EUC-KR,\n"
    "                   GBK, BIG5, ISO-8859-2, ... (else they are read as Windows-1252)\n"
    "  --indexed        leave out files that the index of their folder does not name\n"
    "  --all-warnings   print every warning (else the first of each kind, and how many there are)\n"
    "  --report FILE    write every warning into FILE\n"
    "  --quiet          print the table only, not what could not be carried over\n"
    "  --help           this text\n"
    "\n"
    "Everything that is not carried over is named by file and line on standard error and counted\n"
    "in the table at the end. `as data` is what stands in the zone files and is not acted on;\n"
    "`in part` are records of which some line could not be read. Below the table stands how many\n"
    "records have what the numbers of a world say.\n"
    "Exit status: 0 imported, 2 bad options, 65 some record could not be read (the rest is\n"
    "imported), or most records of a kind lack what they need, or there are no rooms, 73 the\n"
    "folder cannot be made or holds another world, 74 reading or writing failed.\n";

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

static bool parse_encoding(struct import_options *o, const char *name)
{
    o->load.encoding = name;
    if (circle_encoding_known(name))
        return true;
    fprintf(stderr,
            "latchkey import: \"%s\" is no encoding that iconv knows (iconv --list names them)\n",
            name);
    return false;
}

static bool parse_options(struct import_options *o, int argc, char **argv)
{
    static const struct option known[] = {
        {"from", required_argument, NULL, 'f'},   {"to", required_argument, NULL, 't'},
        {"start", required_argument, NULL, 's'},  {"quiet", no_argument, NULL, 'q'},
        {"help", no_argument, NULL, 'h'},         {"encoding", required_argument, NULL, 'e'},
        {"indexed", no_argument, NULL, 'i'},      {"all-warnings", no_argument, NULL, 'a'},
        {"report", required_argument, NULL, 'r'}, {NULL, 0, NULL, 0},
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
        else if (c == 'e' && !parse_encoding(o, optarg))
            return false;
        else if (c == 'i')
            o->load.indexed = true;
        else if (c == 'a')
            o->all = true;
        else if (c == 'r')
            o->report = optarg;
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

struct import {
    const struct import_options *o;
    struct circle_report report;
    struct circle_world world;
    int64_t *starts;
    size_t start_count, files, bytes;
    bool exported; // else there is nothing to be counted
};

// Every complaint into a file; the list on the terminal is folded.
static int write_report(struct import *m)
{
    struct buf all = BUF_INIT;
    bool asked = m->report.all;
    m->report.all = true;
    circle_report_list(&m->report, &all);
    m->report.all = asked;
    int e = file_write_atomic(m->o->report, buf_str(&all), all.len, 0644, false);
    if (e)
        fprintf(stderr, "latchkey import: cannot write %s: %s\n", m->o->report, strerror(-e));
    buf_fini(&all);
    return e;
}

static int print_result(struct import *m, bool *doubtful)
{
    struct buf out = BUF_INIT, doubts = BUF_INIT;
    if (!m->o->quiet) {
        circle_report_list(&m->report, &out);
        fwrite(buf_str(&out), 1, out.len, stderr);
        buf_clear(&out);
    }
    if (!m->exported) {
        buf_fini(&out);
        return 0;
    }
    circle_report_table(&m->report, &out);
    buf_addf(&out, "%zu zone files, %zu bytes, in %s\n", m->files, m->bytes, m->o->to);
    for (size_t i = 0; i < m->start_count; i++)
        buf_addf(&out, "new players begin in room %lld\n", (long long)m->starts[i]);
    *doubtful = circle_report_doubts(&m->report, &doubts);
    if (doubts.len)
        buf_add(&out, buf_str(&doubts), doubts.len);
    fwrite(buf_str(&out), 1, out.len, stdout);
    bool written = !fflush(stdout) && !ferror(stdout);
    buf_fini(&doubts);
    buf_fini(&out);
    return written ? 0 : -EIO;
}

static bool starts_exist(const struct import *m)
{
    bool good = true;
    for (size_t i = 0; i < m->o->start_count; i++)
        if (!circle_world_room(&m->world, m->o->starts[i])) {
            fprintf(stderr, "latchkey import: --start %lld: there is no such room\n",
                    (long long)m->o->starts[i]);
            good = false;
        }
    return good;
}

// What speaks against writing anything, as an exit status; 0: nothing.
static int refuse(const struct import *m)
{
    size_t bad = m->report.counts[CIRCLE_ROOM].lost, rooms = m->world.rooms.count;
    for (size_t i = 0; i < rooms; i++)
        bad += ((const struct circle_room *)m->world.rooms.items[i])->no_numbers;
    if (!rooms && !bad) {
        fprintf(stderr, "latchkey import: no rooms in %s\n", m->o->from);
        return EX_DATAERR;
    }
    if (bad * 2 > m->report.counts[CIRCLE_ROOM].read) {
        fprintf(stderr,
                "latchkey import: %zu of %zu rooms do not read as CircleMUD's: is this a CircleMUD "
                "world? Nothing was written.\n",
                bad, m->report.counts[CIRCLE_ROOM].read);
        return EX_DATAERR;
    }
    if (!starts_exist(m))
        return EXIT_USAGE;
    int e = file_mkdirs(m->o->to, 0755);
    if (e < 0) {
        fprintf(stderr, "latchkey import: cannot make %s: %s\n", m->o->to, strerror(-e));
        return EX_CANTCREAT;
    }
    struct buf names = BUF_INIT;
    size_t others = circle_export_others(&m->world, m->o->to, &names);
    if (others)
        fprintf(stderr,
                "latchkey import: %s holds %zu zone file%s of another world (%s), which would "
                "become part of this one: another folder, or remove them\n",
                m->o->to, others, others == 1 ? "" : "s", buf_str(&names));
    buf_fini(&names);
    return others ? EX_CANTCREAT : 0;
}

static int import_world(struct import *m)
{
    int files = circle_load(&m->world, m->o->from, &m->o->load);
    if (files < 0)
        return EX_IOERR;
    int status = refuse(m);
    if (status)
        return status;
    m->exported = true;
    m->start_count = circle_export_starts(&m->world, m->o->starts, m->o->start_count, &m->starts);
    if (circle_export_write(&m->world, m->o->to, m->starts, m->start_count, &m->files, &m->bytes) <
        0)
        return EX_IOERR;
    return m->report.bad ? EX_DATAERR : EXIT_IMPORTED;
}

static int import_circle(const struct import_options *o)
{
    struct import m = {.o = o, .report = CIRCLE_REPORT_INIT};
    bool doubtful = false;
    m.report.all = o->all;
    circle_world_init(&m.world, &m.report);
    int status = import_world(&m);
    if (print_result(&m, &doubtful) < 0 && !status)
        status = EX_CANTCREAT;
    if (doubtful && !status)
        status = EX_DATAERR;
    if (o->report && write_report(&m) && !status)
        status = EX_IOERR;
    free(m.starts);
    circle_world_fini(&m.world);
    circle_report_fini(&m.report);
    return status;
}

int tool_import(int argc, char **argv)
{
    struct import_options o = {.format = NULL};
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
