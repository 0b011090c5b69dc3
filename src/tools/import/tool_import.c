// The options of `latchkey import`, and what it prints: warnings to standard error, the table to
// standard output.
#include "tools/tools.h"

#include <errno.h>
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
#include "util/options.h"

enum { EXIT_IMPORTED = 0, EXIT_USAGE = 2 };

struct import_options {
    const char *format, *from, *to, *report;
    struct circle_load_options load;
    int64_t *starts;
    size_t start_count;
    bool quiet, all;
};

static bool take_format(void *into, const struct options_entry *e, const char *value,
                        struct buf *why)
{
    static const char *const names[] = {"circle", NULL};
    unsigned place;
    (void)e;
    ((struct import_options *)into)->format = value;
    return options_choice(value, names, &place, why);
}

static bool take_start(void *into, const struct options_entry *e, const char *value,
                       struct buf *why)
{
    struct import_options *o = into;
    uint64_t room;
    (void)e;
    if (!options_number(value, 0, INT32_MAX, &room, why))
        return false;
    o->starts = mem_realloc_array(o->starts, o->start_count + 1, sizeof(*o->starts));
    o->starts[o->start_count++] = (int64_t)room;
    return true;
}

static bool take_encoding(void *into, const struct options_entry *e, const char *value,
                          struct buf *why)
{
    (void)e;
    ((struct import_options *)into)->load.encoding = value;
    if (circle_encoding_known(value))
        return true;
    buf_adds(why, "expected an encoding that iconv knows (iconv --list names them)");
    return false;
}

static const struct options_entry entries[] = {
    {"from", "circle", "the format of the world", .take = take_format},
    {"to", "DIR",
     "where the zone files go, one a zone: z30.json; made when it is not there, and files of these "
     "names in it are replaced; refused when it holds zone files of another import, which would "
     "become part of this world",
     OPTIONS_INTO(struct import_options, to)},
    {"start", "NUMBER",
     "new players begin in this room; may be given more than once (else in 3001, where it exists, "
     "else in the lowest room)",
     .take = take_start},
    {"encoding", "NAME",
     "of files that are not UTF-8, as iconv calls it: KOI8-R, CP1251, EUC-KR, GBK, BIG5, "
     "ISO-8859-2, ... (else they are read as Windows-1252)",
     .take = take_encoding},
    {"indexed", NULL, "leave out files that the index of their folder does not name",
     OPTIONS_INTO(struct import_options, load.indexed)},
    {"all-warnings", NULL,
     "print every warning (else the first of each kind, and how many there are)",
     OPTIONS_INTO(struct import_options, all)},
    {"report", "FILE", "write every warning into FILE",
     OPTIONS_INTO(struct import_options, report)},
    {"quiet", NULL, "print the table only, not what could not be carried over",
     OPTIONS_INTO(struct import_options, quiet)},
    {0}};

static const struct options_spec spec = {
    .name = "import",
    .usage = "--from circle DIR --to DIR [OPTION ...]",
    .about =
        "Makes zone files of a CircleMUD or tbaMUD world: DIR is its lib/world, with the "
        "folders wld, mob, obj, zon, shp, trg and qst, or as many of them as there are. Of the "
        "many code bases that came from CircleMUD, the one that wrote the world is found out "
        "from its files.",
    .after =
        "Everything that is not carried over is named by file and line on standard error and "
        "counted in the table at the end. `as data` is what stands in the zone files and is "
        "not acted on; `in part` are records of which some line could not be read. Below the "
        "table stands how many records have what the numbers of a world say.\n"
        "Exit status: 0 imported, 2 bad options, 65 some record could not be read (the rest is "
        "imported), or most records of a kind lack what they need, or there are no rooms, 73 "
        "the folder cannot be made or holds another world, 74 reading or writing failed.",
    .alone = {.words = "the folder of a world: DIR", .least = 1, .most = 1},
    .tables = {{NULL, entries}},
};

static enum options_outcome check_import_options(struct import_options *o,
                                                 const struct options_words *words)
{
    o->from = words->list[0];
    if (!o->format)
        return options_wrong(&spec, "needs the format of the world: --from circle");
    if (!o->to)
        return options_wrong(&spec, "needs a folder for the zone files: --to DIR");
    return OPTIONS_READ;
}

struct import {
    const struct import_options *o;
    struct circle_report report;
    struct circle_world world;
    int64_t *starts;
    size_t start_count, files, bytes;
    bool exported; // false: nothing was exported, so nothing is counted
};

// Writes every warning into a file, as the list on the terminal is shortened.
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

// The exit status if nothing may be written, because of doubts or errors; 0: it may.
static int import_refuse(const struct import *m)
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
    int status = import_refuse(m);
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
    struct options_words words;
    enum options_outcome outcome = options_read(&spec, (void *[]){&o}, argc, argv, &words);
    if (outcome == OPTIONS_READ)
        outcome = check_import_options(&o, &words);
    int status = outcome == OPTIONS_READ ? import_circle(&o) : options_status(outcome);
    free(o.starts);
    return status;
}
