// latchkey journal export: every epoch and event as JSON, one a line, and at the end a digest of
// all that was written. The same journal gives the same bytes. Reads only.
#include "tools/journal/journal_commands.h"

#include "journal/journal.h"
#include "journal/snapshot_file.h"
#include "serve/complain.h"
#include "tools/journal/journal_files.h"
#include "tools/journal/journal_portable.h"
#include "tools/journal/journal_text.h"
#include "tools/locks/locks_text.h"
#include "util/buf.h"
#include "util/error.h"
#include "util/file.h"
#include "util/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

struct exporting {
    FILE *out;
    struct buf line;
    uint64_t digest, events, last;
    int error; // errno of the first write that failed
};

static bool put_line(struct exporting *x)
{
    x->digest = record_digest(x->line.data, x->line.len, x->digest);
    if (fwrite(x->line.data, 1, x->line.len, x->out) != x->line.len && !x->error)
        x->error = errno;
    buf_clear(&x->line);
    return !ferror(x->out);
}

static void export_put_changes(struct buf *b, const struct record *r)
{
    buf_adds(b, ",\"changes\":\"");
    for (size_t i = 0; i < r->change_count * RECORD_CHANGE_SIZE; i++)
        buf_addf(b, "%02x", r->changes[i]);
    buf_addc(b, '"');
}

static bool put_event(void *arg, const struct record *r)
{
    struct exporting *x = arg;
    struct buf *b = &x->line;
    buf_addf(b, "{\"number\":%" PRIu64 ",\"kind\":\"%s\",\"clock\":%" PRId64 ",", r->number,
             record_kind_name(r->kind), r->clock);
    buf_addf(b,
             "\"origin\":%" PRIu64 ",\"ordinal\":%" PRIu32 ",\"mailbox\":%" PRIu32
             ",\"param\":%" PRId64 ",",
             r->origin, r->ordinal, r->outbox, r->param);
    buf_addf(b, "\"output\":\"%016" PRIx64 "\",\"state\":\"%016" PRIx64 "\",", r->output, r->state);
    journal_text_member(b, "name", r->name);
    buf_addc(b, ',');
    journal_text_member(b, "text", r->text);
    buf_addc(b, ',');
    journal_text_member(b, "more", r->more);
    buf_adds(b, ",\"locks\":[");
    for (size_t i = 0; i < r->lock_count; i++)
        buf_addf(b, "%s%" PRIu32, i ? "," : "", r->locks[i]);
    buf_addc(b, ']');
    if (r->changes)
        export_put_changes(b, r);
    buf_adds(b, "}\n");
    x->events++;
    x->last = r->number;
    return put_line(x);
}

// Writes a file of the epoch, in lines of its own.
static bool put_file_of(struct exporting *x, const char *epoch, const char *name)
{
    struct buf all = BUF_INIT;
    char *path = mem_printf("%s/%s", epoch, name);
    int r = file_read(path, JOURNAL_PORTABLE_FILE_MAX, &all);
    if (r < 0)
        complain("%s: %s", path, strerror(-r));
    for (size_t at = 0; r >= 0 && at < all.len; at += JOURNAL_PORTABLE_PART) {
        size_t n = all.len - at < JOURNAL_PORTABLE_PART ? all.len - at : JOURNAL_PORTABLE_PART;
        buf_addf(&x->line, "{\"file\":\"%s\",\"size\":%zu,\"offset\":%zu,\"bytes\":\"", name,
                 all.len, at);
        for (size_t i = 0; i < n; i++) {
            unsigned char c = (unsigned char)all.data[at + i];
            buf_addc(&x->line, "0123456789abcdef"[c >> 4]);
            buf_addc(&x->line, "0123456789abcdef"[c & 15]);
        }
        buf_adds(&x->line, "\"}\n");
        if (!put_line(x))
            r = -EIO;
    }
    buf_fini(&all);
    free(path);
    return r >= 0;
}

// Writes the files that a replay from the beginning of the epoch needs: its snapshot, and its zone
// files.
static bool put_files(const char *epoch, const struct manifest *m, struct exporting *x)
{
    struct journal_snapshot list[SNAPSHOTS_MAX + 1];
    struct error why;
    enum journal_files_kept kept = journal_files_kept(epoch, m, &why);
    bool good = kept != JOURNAL_FILES_BAD;
    if (!good)
        complain("%s", error_text(&why));
    size_t n = journal_files_snapshots(epoch, m, UINT64_MAX, list);
    for (size_t i = 0; i < n && good; i++) {
        if (!list[i].is_base)
            continue;
        char name[40];
        snprintf(name, sizeof(name), SNAPSHOT_NAME, list[i].number);
        good = journal_files_usable(&list[i]) && put_file_of(x, epoch, name);
        if (!journal_files_usable(&list[i]))
            complain("the snapshot of event %" PRIu64 ": %s", list[i].number,
                     error_text(&list[i].why));
    }
    return good && (kept == JOURNAL_FILES_NONE || put_file_of(x, epoch, JOURNAL_WORLD_FILES));
}

static void put_manifest(struct buf *b, const struct manifest *m)
{
    buf_addf(b, "{\"epoch\":%" PRIu64 ",\"world\":\"%016" PRIx64 "\",\"program\":", m->parent,
             m->world);
    locks_text_json(b, m->program);
    buf_addf(b, ",\"base\":%s,\"settings\":[%" PRIu64 ",%" PRIu64 "]}\n",
             m->base ? "true" : "false", m->settings[0], m->settings[1]);
}

static int put_epoch(const struct journal_options *o, uint64_t epoch, struct exporting *x)
{
    struct journal_scan s = {.options = o, .epoch = epoch, .event = put_event, .arg = x};
    // The manifest is known only when the epoch has been read, but its line comes first.
    struct journal_scan manifest = {.options = o, .epoch = epoch};
    journal_scan(&manifest, UINT64_MAX);
    if (manifest.unfinished)
        return 0;
    bool good = manifest.has_manifest;
    if (good) {
        char *path = journal_epoch_path(o, epoch);
        put_manifest(&x->line, &manifest.manifest);
        put_line(x);
        good = put_files(path, &manifest.manifest, x);
        free(path);
        if (good)
            journal_scan(&s, 0);
    }
    if (good && !s.faults)
        return 0;
    if (ferror(x->out)) // closing the file prints a message
        return EX_CANTCREAT;
    if (manifest.refused || s.refused)
        return EX_CANTCREAT;
    complain("the journal is damaged and was not exported; \"latchkey journal fsck --repair\" "
             "comes first");
    return EX_DATAERR;
}

static int export_put_all(const struct journal_options *o, const uint64_t *list, size_t count,
                          FILE *out)
{
    struct exporting x = {.out = out, .line = BUF_INIT};
    int status = 0;
    buf_addf(&x.line, "{\"format\":\"latchkey journal\",\"version\":%d}\n",
             JOURNAL_PORTABLE_VERSION);
    put_line(&x);
    for (size_t i = 0; i < count && !status; i++)
        status = put_epoch(o, list[i], &x);
    buf_addf(&x.line,
             "{\"end\":%" PRIu64 ",\"events\":%" PRIu64 ",\"digest\":\"%016" PRIx64 "\"}\n", x.last,
             x.events, x.digest);
    if (!status)
        put_line(&x);
    buf_fini(&x.line);
    if (out == stdout)
        return status; // main checks whether standard output could be written
    if (fflush(out) && !x.error)
        x.error = errno;
    if (x.error) {
        complain("%s: cannot be written: %s", o->argument, strerror(x.error));
        status = EX_CANTCREAT;
    }
    if (!status)
        printf("%" PRIu64 " event%s to %s\n", x.events, x.events == 1 ? "" : "s", o->argument);
    return status;
}

static int export_cannot(const char *path, int error)
{
    complain("%s: %s", path, strerror(error));
    return EX_CANTCREAT;
}

// Writes under another name, and renames the file when it is complete.
static int put_file(const struct journal_options *o, const char *path, const uint64_t *list,
                    size_t count)
{
    char *name = mem_printf("%s.%ld.tmp", path, (long)getpid());
    int fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    FILE *out = fd < 0 ? NULL : fdopen(fd, "w");
    int status = out ? export_put_all(o, list, count, out) : export_cannot(name, errno);
    if (out) {
        int r = fsync(fd) < 0 ? errno : 0;
        if (fclose(out) && !r)
            r = errno;
        if (!status && !r && rename(name, path) < 0)
            r = errno;
        if (!status && !r)
            r = -file_sync_folder(path);
        if (!status && r)
            status = export_cannot(path, r);
        if (status)
            unlink(name);
    }
    free(name);
    return status;
}

// Writes into a pipe or a device, which is never replaced.
static int put_stream(const struct journal_options *o, const uint64_t *list, size_t count)
{
    int fd = open(o->argument, O_WRONLY | O_CLOEXEC | O_NOCTTY);
    FILE *out = fd < 0 ? NULL : fdopen(fd, "w");
    if (!out)
        return export_cannot(o->argument, errno);
    int status = export_put_all(o, list, count, out);
    if (fclose(out) && !status)
        status = export_cannot(o->argument, errno);
    return status;
}

// Is the path "-", or another name of standard output, like /dev/stdout?
static bool is_standard(const char *path, const struct stat *there)
{
    struct stat out;
    return !strcmp(path, "-") || (there && !fstat(STDOUT_FILENO, &out) &&
                                  out.st_dev == there->st_dev && out.st_ino == there->st_ino);
}

// Replaces or makes a plain file only; through a link its target is replaced.
static int export_put(const struct journal_options *o, const uint64_t *list, size_t count)
{
    struct stat st, link;
    bool there = !stat(o->argument, &st);
    if (is_standard(o->argument, there ? &st : NULL))
        return export_put_all(o, list, count, stdout);
    if (there && !S_ISREG(st.st_mode))
        return put_stream(o, list, count);
    if (!there && !lstat(o->argument, &link)) {
        complain("%s: a link that leads to no file, and no file is made through it", o->argument);
        return EX_CANTCREAT;
    }
    char *real = there ? realpath(o->argument, NULL) : NULL;
    int status = put_file(o, real ? real : o->argument, list, count);
    free(real);
    return status;
}

int journal_export(const struct journal_options *o)
{
    size_t count;
    uint64_t *list = journal_list(o, &count);
    if (!list)
        return EX_UNAVAILABLE;
    int status = export_put(o, list, count);
    free(list);
    return status;
}
