// latchkey journal import: makes the portable text into the journal of a data folder that has none.
// All of it or nothing: the journal is written under another name, and renamed when the end of the
// text has been read. Holds the lock of the data folder.
#include "tools/journal/journal_commands.h"

#include "journal/journal.h"
#include "journal/record.h"
#include "journal/snapshot_file.h"
#include "serve/complain.h"
#include "serve/journal_writer.h"
#include "tools/journal/journal_files.h"
#include "tools/journal/journal_portable.h"
#include "util/buf.h"
#include "util/file.h"
#include "util/mem.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

// Longer than the longest record when each of its bytes is escaped.
enum { LINE_MAX_BYTES = 8 * RECORD_TEXT_MAX };

struct importing {
    const struct journal_options *options;
    char *stage;
    struct journal_writer *writer;
    uint64_t line, digest, events, last, epochs;
    bool has_format, ended, files_checked; // files_checked: the files of the epoch were checked
    struct manifest manifest;              // of the epoch
    struct buf file;                       // the parts of a file that have come so far
    char *name;                            // name of that file; NULL: none has been begun
};

static int bad(const struct importing *x, const char *expected)
{
    assert(expected);
    complain("%s:%" PRIu64 ": expected %s", x->options->argument, x->line, expected);
    return EX_DATAERR;
}

static int end_epoch(struct importing *x)
{
    int status = x->writer ? journal_writer_end(x->writer) : 0;
    x->writer = NULL;
    return status;
}

static char *import_epoch_path(const struct importing *x)
{
    return mem_printf("%s/epoch-%012" PRIu64, x->stage, x->manifest.parent);
}

static void import_file_fault(void *arg, const char *why)
{
    int *faults = arg;
    complain("%s", why);
    ++*faults;
}

// Checks that the files are complete: before the first event of an epoch, or at its end if it has
// none.
static int check_epoch_files(struct importing *x)
{
    int faults = 0;
    if (x->name)
        return bad(x, "the rest of a file");
    if (!x->writer || x->files_checked)
        return 0;
    x->files_checked = true;
    char *path = import_epoch_path(x);
    journal_files_check(path, &x->manifest, x->manifest.parent, import_file_fault, &faults);
    free(path);
    return faults ? bad(x, "before this line the files that the epoch begins with") : 0;
}

static bool is_expected(const struct importing *x, const char *name)
{
    assert(name);
    char base[40];
    snprintf(base, sizeof(base), SNAPSHOT_NAME, x->manifest.parent);
    return !strcmp(name, JOURNAL_WORLD_FILES) || (x->manifest.base && !strcmp(name, base));
}

static int take_file(struct importing *x, const struct journal_portable *p)
{
    assert(p->file && p->part_size);
    if (!x->writer || x->last != x->manifest.parent || x->files_checked || !is_expected(x, p->file))
        return bad(x, "files of an epoch after its line and before its events");
    if (p->offset != x->file.len || (x->name ? strcmp(x->name, p->file) != 0 : p->offset != 0))
        return bad(x, "the next part of a file");
    if (!x->name)
        x->name = mem_strdup(p->file);
    buf_add(&x->file, p->part, p->part_size);
    if (x->file.len < p->size)
        return 0;
    char *folder = import_epoch_path(x), *path = mem_printf("%s/%s", folder, x->name);
    int r = file_create(path, x->file.data, x->file.len, 0600);
    if (r)
        complain("%s: %s", path, strerror(-r));
    free(path);
    free(folder);
    free(x->name);
    x->name = NULL;
    buf_clear(&x->file);
    return r ? EX_CANTCREAT : 0;
}

static int take_epoch(struct importing *x, const struct manifest *m)
{
    assert(m);
    if (x->epochs++ && m->parent != x->last)
        return bad(x, "an epoch that begins after the last event");
    int status = check_epoch_files(x), ended = end_epoch(x);
    if (status || ended)
        return status ? status : ended;
    assert(!x->writer && !x->name);
    x->last = m->parent;
    x->manifest = *m;
    x->files_checked = false;
    x->writer = journal_writer_new(x->stage, m);
    return x->writer ? 0 : EX_CANTCREAT;
}

static int take_event(struct importing *x, const struct record *r)
{
    if (!x->writer)
        return bad(x, "an epoch before its events");
    if (r->number != x->last + 1)
        return bad(x, "the number after the last one");
    int status = check_epoch_files(x);
    if (status)
        return status;
    x->last = r->number;
    x->events++;
    return journal_writer_add(x->writer, r) ? 0 : EX_CANTCREAT;
}

static int take_end(struct importing *x, const struct journal_portable *p)
{
    if (p->end != (x->events ? x->last : 0) || p->events != x->events || p->digest != x->digest)
        return bad(x, "the end of this text: some of it was lost or changed");
    int status = check_epoch_files(x), ended = end_epoch(x);
    assert(!x->writer);
    x->ended = true;
    return status ? status : ended;
}

static int import_take_line(struct importing *x, const char *line, size_t n)
{
    struct journal_portable p;
    int status;
    journal_portable_read(&p, line, n);
    x->line++;
    if (x->ended)
        status = bad(x, "nothing after the end");
    else if (p.kind == JOURNAL_PORTABLE_BAD)
        status = bad(x, p.why);
    else if (x->has_format != (p.kind != JOURNAL_PORTABLE_FORMAT))
        status = bad(x, "the format on the first line, and only there");
    else if (p.kind == JOURNAL_PORTABLE_EPOCH)
        status = take_epoch(x, &p.manifest);
    else if (p.kind == JOURNAL_PORTABLE_FILE)
        status = take_file(x, &p);
    else if (p.kind == JOURNAL_PORTABLE_EVENT)
        status = take_event(x, &p.record);
    else if (p.kind == JOURNAL_PORTABLE_END)
        status = take_end(x, &p);
    else {
        x->has_format = true;
        status = 0;
    }
    x->digest = record_digest(line, n, x->digest);
    journal_portable_fini(&p);
    return status;
}

// Reads the next line with its end; stops reading a line that is longer than any can be.
static size_t import_read_line(FILE *in, struct buf *line)
{
    int c = 0;
    buf_clear(line);
    while (line->len <= LINE_MAX_BYTES && c != '\n' && (c = getc(in)) != EOF)
        buf_addc(line, (char)c);
    return line->len;
}

static int take_all(struct importing *x, FILE *in)
{
    struct buf line = BUF_INIT;
    int status = 0;
    while (!status && import_read_line(in, &line)) {
        if (line.len <= LINE_MAX_BYTES) {
            status = import_take_line(x, buf_str(&line), line.len);
        } else {
            x->line++;
            status = bad(x, "a shorter line: this is no exported journal");
        }
    }
    buf_fini(&line);
    if (!status && !x->ended) {
        x->line++;
        status = bad(x, ferror(in) ? "a file that can be read" : "an end: the text is cut off");
    }
    if (!status && !x->epochs)
        status = bad(x, "an epoch");
    int ended = end_epoch(x);
    return status ? status : ended;
}

static int import(const struct journal_options *o, FILE *in)
{
    assert(in);
    struct importing x = {.options = o, .stage = mem_printf("%s.import", o->folder)};
    journal_writer_discard(x.stage); // left by an interrupted attempt
    int status = 0;
    if (rmdir(o->folder) && errno != ENOENT) {
        complain("%s: there is a journal already, or something else", o->folder);
        status = EX_CANTCREAT;
    }
    if (!status)
        status = take_all(&x, in);
    int r = !status && rename(x.stage, o->folder) < 0 ? errno : 0;
    if (!status && !r)
        r = -file_sync_folder(o->folder);
    if (r) {
        complain("%s: %s", o->folder, strerror(r));
        status = EX_CANTCREAT;
    }
    if (status)
        journal_writer_discard(x.stage);
    else
        printf("%" PRIu64 " event%s in %" PRIu64 " epoch%s\n", x.events, x.events == 1 ? "" : "s",
               x.epochs, x.epochs == 1 ? "" : "s");
    buf_fini(&x.file);
    free(x.name);
    free(x.stage);
    return status;
}

int journal_import(const struct journal_options *o)
{
    assert(o->argument && o->folder);
    bool standard = !strcmp(o->argument, "-");
    FILE *in = standard ? stdin : fopen(o->argument, "re");
    if (!in) {
        complain("%s: %s", o->argument, strerror(errno));
        return EX_UNAVAILABLE;
    }
    int lock = journal_lock(o);
    int status = lock < 0 ? EX_CANTCREAT : import(o, in);
    if (lock >= 0)
        close(lock);
    if (!standard)
        fclose(in);
    return status;
}
