// latchkey journal backup: copies snapshots, then accounts, then characters, then the events, while
// the server runs. In this order nothing in the copy is later than the events in it, which include
// all that happened while the files were copied; and no snapshot is later than a character, so that
// a start from it replays the departures of all who left since. Changes nothing of what it copies.
#include "tools/journal/journal_commands.h"

#include "journal/copy.h"
#include "serve/complain.h"
#include "tools/journal/journal_files.h"
#include "util/buf.h"
#include "util/error.h"
#include "util/file.h"
#include "util/mem.h"
#include "util/str.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

enum { FILE_LARGEST = 64 << 20 };

static int copy_file(const char *from, const char *to)
{
    assert(strcmp(from, to) != 0);
    struct buf text = BUF_INIT;
    int r = file_read(from, FILE_LARGEST, &text);
    // A file that was erased meanwhile must not be in the copy either.
    if (!r)
        r = file_create(to, buf_str(&text), text.len, 0600);
    else if (r == -ENOENT)
        r = 0;
    else
        complain("%s: %s", from, strerror(-r));
    buf_fini(&text);
    return r;
}

// Copies records and their versions before, but not files that a crash left unfinished.
static int copy_records(const struct journal_options *o, const char *kind, size_t *count)
{
    assert(kind && count);
    char *from = mem_printf("%s/%s", o->data, kind), *to = mem_printf("%s/%s", o->argument, kind);
    DIR *d = opendir(from);
    int r = d ? file_mkdirs(to, 0700) : errno == ENOENT ? 0 : -errno;
    for (struct dirent *e; d && !r && (errno = 0, e = readdir(d));) {
        if (!str_ends(e->d_name, ".json") && !str_ends(e->d_name, ".json~"))
            continue;
        char *source = mem_printf("%s/%s", from, e->d_name),
             *target = mem_printf("%s/%s", to, e->d_name);
        r = copy_file(source, target);
        *count += !r && str_ends(e->d_name, ".json");
        free(target);
        free(source);
    }
    if (d)
        closedir(d);
    if (r)
        complain("%s cannot be copied to %s: %s", from, to, strerror(-r));
    free(to);
    free(from);
    return r ? EX_CANTCREAT : 0;
}

// Copies files into folders that are no valid epochs yet.
static int copy_files(const struct journal_options *o, const uint64_t *list, size_t count)
{
    struct manifest m;
    struct error why;
    int64_t newest = journal_newest(o, list, count);
    int r = 0;
    for (int64_t i = 0; i <= newest && !r; i++) {
        char *from = journal_epoch_path(o, list[i]);
        char *to = mem_printf("%s/journal/epoch-%012" PRIu64, o->argument, list[i]);
        if (manifest_read(from, &m, &why) == 0 && !(r = file_mkdirs(to, 0700)))
            r = journal_files_copy(from, to, &m, UINT64_MAX);
        if (r)
            complain("%s cannot be copied to %s: %s", from, to, strerror(-r));
        free(to);
        free(from);
    }
    return r ? EX_CANTCREAT : 0;
}

static int copy_epochs(const struct journal_options *o, const uint64_t *list, size_t count)
{
    struct error why;
    int64_t newest = journal_newest(o, list, count);
    int status = 0;
    for (int64_t i = 0; i <= newest && !status; i++) {
        char *from = journal_epoch_path(o, list[i]);
        char *to = mem_printf("%s/journal/epoch-%012" PRIu64, o->argument, list[i]);
        if (!journal_backup(from, to, &why)) {
            complain("%s", error_text(&why));
            status = EX_CANTCREAT;
        }
        free(to);
        free(from);
    }
    return status;
}

// Reads the whole copy, to prove that it is complete.
static int backup_verify(const struct journal_options *o, const uint64_t *list, int64_t newest,
                         uint64_t *last)
{
    assert(last);
    struct journal_options copy = *o;
    copy.data = o->argument;
    copy.folder = mem_printf("%s/journal", o->argument);
    uint64_t faults = 0;
    for (int64_t i = 0; i <= newest; i++) {
        struct journal_scan s = {.options = &copy, .epoch = list[i], .files = true};
        journal_scan(&s, 0);
        faults += s.faults;
        *last = s.last;
    }
    free(copy.folder);
    if (faults)
        complain("the journal is damaged, and so is its copy; \"latchkey journal fsck\" tells "
                 "more");
    return faults ? EX_DATAERR : 0;
}

static bool is_empty(const char *folder)
{
    DIR *d = opendir(folder);
    size_t n = 0;
    for (struct dirent *e; d && (e = readdir(d));)
        n += strcmp(e->d_name, ".") && strcmp(e->d_name, "..");
    if (d)
        closedir(d);
    return (d || errno == ENOENT) && !n;
}

int journal_backup_all(const struct journal_options *o)
{
    assert(o->argument && o->data);
    size_t count, accounts = 0, characters = 0;
    uint64_t *list = journal_list(o, &count), last = 0;
    if (!list)
        return EX_UNAVAILABLE;
    int status = 0;
    if (!is_empty(o->argument)) {
        complain("%s: must be a folder that is empty or not there yet", o->argument);
        status = EX_CANTCREAT;
    }
    if (!status)
        status = copy_files(o, list, count);
    if (!status)
        status = copy_records(o, "accounts", &accounts);
    if (!status)
        status = copy_records(o, "characters", &characters);
    if (!status)
        status = copy_epochs(o, list, count);
    if (!status)
        status = backup_verify(o, list, journal_newest(o, list, count), &last);
    if (!status)
        printf("%s: events to %" PRIu64 ", %zu account%s, %zu character%s\n", o->argument, last,
               accounts, accounts == 1 ? "" : "s", characters, characters == 1 ? "" : "s");
    free(list);
    return status;
}
