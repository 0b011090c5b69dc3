// latchkey journal fsck: reads every record of every epoch and reports faults; with --repair the
// newest epoch is replaced by what can be replayed of it. Nothing damaged is removed.
#include "tools/journal/journal_commands.h"

#include "journal/journal.h"
#include "journal/salvage.h"
#include "journal/snapshot_file.h"
#include "serve/complain.h"
#include "serve/journal_writer.h"
#include "tools/journal/journal_files.h"
#include "util/file.h"
#include "util/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

struct check {
    uint64_t epoch, limit;    // events from `limit` on cannot be replayed
    struct manifest manifest; // as it is, or as far as it can be rebuilt
    uint64_t kept;            // the last event of the repaired epoch
    bool quiet;
    struct journal_writer *writer; // writes the repaired epoch
};

static void fsck_note(void *arg, uint64_t number, const char *why)
{
    struct check *c = arg;
    if (number > c->epoch && number < c->limit)
        c->limit = number;
    if (c->quiet)
        return;
    if (number)
        printf("epoch %" PRIu64 ", event %" PRIu64 ": %s\n", c->epoch, number, why);
    else
        printf("epoch %" PRIu64 ": %s\n", c->epoch, why);
}

static bool fsck_copy(void *arg, const struct record *r)
{
    struct check *c = arg;
    if (r->number >= c->limit || !journal_writer_add(c->writer, r))
        return false;
    c->kept = r->number;
    return true;
}

static bool salvage(void *arg, const void *bytes, size_t n)
{
    struct check *c = arg;
    struct record r;
    uint32_t locks[RECORD_LOCKS_MAX];
    const char *why;
    if (record_decode(bytes, n, &r, locks, &why) != 0 ||
        journal_judge(&c->manifest, r.number, &r) || !journal_writer_add(c->writer, &r))
        return false;
    c->kept = r.number;
    return true;
}

// Copies the files that a start needs besides the events, if they are intact and not ahead of the
// events.
static int fsck_keep_files(const char *path, const struct check *c, const char *stage)
{
    char *fresh = mem_printf("%s/epoch-%012" PRIu64, stage, c->epoch);
    int r = journal_files_copy(path, fresh, &c->manifest, c->kept);
    if (r)
        complain("%s: its snapshots and zone files: %s", path, strerror(-r));
    free(fresh);
    return r ? EX_CANTCREAT : 0;
}

static int write_prefix(const struct journal_options *o, const struct journal_scan *damaged,
                        struct check *c, const char *stage)
{
    c->manifest = damaged->manifest;
    journal_writer_discard(stage); // left by an interrupted attempt
    c->writer = journal_writer_new(stage, &c->manifest);
    if (!c->writer)
        return EX_CANTCREAT;
    c->quiet = true;
    c->kept = c->epoch;
    struct journal_scan s = {
        .options = o, .epoch = c->epoch, .event = fsck_copy, .fault = fsck_note, .arg = c};
    journal_scan(&s, 0);
    // Behind a broken page, and in old pages, there may be more events. After the last event of an
    // intact table there are at most events that were never committed.
    char *path = journal_epoch_path(o, c->epoch);
    if (c->limit != UINT64_MAX)
        journal_salvage(path, c->epoch, c->kept + 1, salvage, c);
    int status = journal_writer_end(c->writer);
    if (!status)
        status = fsck_keep_files(path, c, stage);
    free(path);
    return status;
}

static char *free_name(const char *path)
{
    char *name = mem_printf("%s.damaged", path);
    for (unsigned i = 2; !access(name, F_OK); i++) {
        free(name);
        name = mem_printf("%s.damaged-%u", path, i);
    }
    return name;
}

// Exchanges the folders, in one step where the file system can, so that one of them always has the
// epoch's name.
static int fsck_swap(const char *fresh, const char *path, const char *aside)
{
    int r = renameat2(AT_FDCWD, fresh, AT_FDCWD, path, RENAME_EXCHANGE);
    if (!r)
        r = rename(fresh, aside);
    else if (errno == EINVAL || errno == ENOSYS) {
        r = rename(path, aside);
        if (!r)
            r = rename(fresh, path);
    }
    if (r)
        return errno;
    return -file_sync_folder(path);
}

static bool has_base(const char *path, const struct check *c)
{
    struct journal_snapshot list[SNAPSHOTS_MAX + 1];
    size_t n = journal_files_snapshots(path, &c->manifest, c->kept, list);
    for (size_t i = 0; i < n; i++)
        if (list[i].is_base)
            return journal_files_usable(&list[i]);
    return false;
}

static int repair(const struct journal_options *o, const struct journal_scan *damaged,
                  struct check *c)
{
    char *path = journal_epoch_path(o, c->epoch), *aside = free_name(path);
    char *stage = mem_printf("%s/repair", o->folder);
    char *fresh = mem_printf("%s/epoch-%012" PRIu64, stage, c->epoch);
    int status = write_prefix(o, damaged, c, stage);
    int error = status ? 0 : fsck_swap(fresh, path, aside);
    if (error) {
        complain("%s: %s", path, strerror(error));
        status = EX_CANTCREAT;
    }
    if (status)
        journal_writer_discard(stage);
    else if (c->kept > c->epoch)
        printf("repaired: events %" PRIu64 " to %" PRIu64 " are kept; %s is as it was\n"
               "\"latchkey replay\" tells whether they say what they said\n",
               c->epoch + 1, c->kept, aside);
    else
        printf("repaired: no event could be kept, the epoch is empty; %s is as it was\n", aside);
    if (!status && !damaged->has_manifest)
        printf("its manifest was lost; %s\n",
               c->manifest.world
                   ? "its zone files and where it begins are as what it has kept says, "
                     "its settings are taken to be the defaults"
                   : "nobody knows which zone files these were: \"latchkey journal roll "
                     "--anew\" before the next start");
    if (!status && c->manifest.base && !has_base(path, c))
        printf("the snapshot that it begins with is lost: no replay from the beginning\n");
    rmdir(stage);
    free(fresh);
    free(stage);
    free(aside);
    free(path);
    return status;
}

// Checks that the epoch begins where the one before it ends.
static uint64_t check_joint(const struct journal_scan *before, const struct journal_scan *s)
{
    if (!before->options || before->faults || before->last == s->epoch)
        return 0;
    printf("epoch %" PRIu64 ": begins after event %" PRIu64
           ", the one before ends with event %" PRIu64 "\n",
           s->epoch, s->epoch, before->last);
    return 1;
}

static int check_all(const struct journal_options *o, const uint64_t *list, size_t count)
{
    int64_t newest = journal_newest(o, list, count);
    uint64_t faults = 0, events = 0, epochs = 0;
    struct journal_scan s = {0};
    struct check c = {0};
    for (size_t i = 0; i < count; i++) {
        struct journal_scan before = s;
        c = (struct check){.epoch = list[i], .limit = UINT64_MAX};
        s = (struct journal_scan){.options = o,
                                  .epoch = list[i],
                                  .fault = fsck_note,
                                  .arg = &c,
                                  .pages = true,
                                  .files = true};
        journal_scan(&s, 0);
        if (s.refused) {
            complain(
                "not everything could be read, so nothing is known of it; nothing was changed");
            return EX_CANTCREAT;
        }
        if (s.unfinished) {
            printf("epoch %" PRIu64
                   ": was never finished and holds nothing; the next start puts it "
                   "aside\n",
                   list[i]);
            s = before;
            continue;
        }
        if (*s.doubt)
            printf("epoch %" PRIu64 ": %s\n", list[i], s.doubt);
        faults += s.faults + check_joint(&before, &s);
        events += s.events;
        epochs++;
        if ((int64_t)i == newest)
            break;
    }
    printf("%" PRIu64 " event%s in %" PRIu64 " epoch%s, ", events, events == 1 ? "" : "s", epochs,
           epochs == 1 ? "" : "s");
    if (faults)
        printf("%" PRIu64 " fault%s\n", faults, faults == 1 ? "" : "s");
    else
        printf("all whole\n");
    if (!o->repair && (faults || *s.doubt))
        printf("%s\n", s.faults
                           ? "--repair keeps what of the newest epoch can be read without a gap"
                       : *s.doubt ? "--repair keeps what of that batch is whole"
                                  : "the newest epoch is whole: a start needs no other");
    if (*s.doubt && c.limit == UINT64_MAX)
        c.limit = s.last + 1;
    int status = o->repair && (s.faults || *s.doubt) ? repair(o, &s, &c) : 0;
    return status ? status : faults ? EX_DATAERR : 0;
}

int journal_fsck(const struct journal_options *o)
{
    size_t count;
    int lock = o->repair ? journal_lock(o) : -1;
    if (o->repair && lock < 0)
        return EX_CANTCREAT;
    uint64_t *list = journal_list(o, &count);
    int status = list ? check_all(o, list, count) : EX_UNAVAILABLE;
    free(list);
    if (lock >= 0)
        close(lock);
    return status;
}
