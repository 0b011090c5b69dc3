// latchkey journal roll, chop and pack: change which epochs there are, or how large they are. All
// hold the lock of the data folder; none changes an event.
#include "tools/journal/journal_commands.h"

#include "journal/copy.h"
#include "journal/journal.h"
#include "journal/snapshot_file.h"
#include "serve/complain.h"
#include "serve/journal_writer.h"
#include "tools/journal/journal_files.h"
#include "util/error.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

// Can the newest epoch be read to its end? Prints why not. A damaged table is never opened for
// writing, as LMDB's behaviour is unknown then.
static int check_newest(const struct journal_options *o, uint64_t *epoch, struct journal_scan *s)
{
    size_t count;
    uint64_t *list = journal_list(o, &count);
    if (!list)
        return EX_UNAVAILABLE;
    int64_t at = journal_newest(o, list, count);
    *epoch = at >= 0 ? list[at] : 0;
    free(list);
    if (at < 0) {
        complain("%s: no epoch was ever finished", o->folder);
        return EX_UNAVAILABLE;
    }
    *s = (struct journal_scan){.options = o, .epoch = *epoch, .pages = true};
    journal_scan(s, 0);
    if (s->refused)
        return EX_CANTCREAT;
    if (!s->faults)
        return 0;
    complain("nothing was changed; \"latchkey journal fsck --repair\" comes first");
    return EX_DATAERR;
}

// Can the new epoch begin with the world as it is? Prints why not.
static bool change_may_go_on(const struct journal *j, const struct manifest *m)
{
    struct journal_snapshot list[SNAPSHOTS_MAX + 1];
    uint64_t last = journal_last(j);
    const char *why = "there is none";
    size_t n = journal_files_snapshots(journal_path(j), m, last, list);
    for (size_t i = 0; i < n; i++)
        if (list[i].number == last)
            why = error_text(&list[i].why);
    if (!*why)
        return true;
    complain("no snapshot of event %" PRIu64 ", the last one, can be used (%s): \"latchkey "
             "replay --snap-at %" PRIu64 "\" makes one; or with --anew the world begins anew",
             last, why, last);
    return false;
}

static int roll_open(const struct journal_options *o, struct journal *j, const struct manifest *m)
{
    uint64_t epoch = journal_epoch(j);
    bool empty = journal_last(j) == epoch, based = journal_based(j);
    if (empty && (!based || !o->anew)) {
        printf("epoch %" PRIu64 " holds no event: it is new already\n", epoch);
        return 0;
    }
    if (!o->anew && !change_may_go_on(j, m))
        return EX_UNAVAILABLE;
    if (journal_roll(j, m->world, !o->anew) < 0) {
        complain("%s", journal_why(j));
        return EX_CANTCREAT;
    }
    printf("epoch %" PRIu64 " begins: %s\n", journal_epoch(j),
           o->anew ? "the world begins anew, characters are as they were last saved"
                   : "the world goes on as it was");
    return 0;
}

static int roll_epoch(const struct journal_options *o)
{
    struct error why;
    uint64_t epoch;
    struct journal_scan s;
    int status = check_newest(o, &epoch, &s);
    if (status)
        return status;
    struct journal_config config = {
        .folder = o->folder, .world = s.manifest.world, .sync = true, .epoch = UINT64_MAX};
    memcpy(config.settings, s.manifest.settings, sizeof(config.settings));
    struct journal *j = journal_open(&config, &why);
    if (!j) {
        complain("%s", error_text(&why));
        return EX_DATAERR;
    }
    status = roll_open(o, j, &s.manifest);
    journal_close(j);
    return status;
}

int journal_begin_epoch(const struct journal_options *o)
{
    int lock = journal_lock(o);
    if (lock < 0)
        return EX_CANTCREAT;
    int status = roll_epoch(o);
    close(lock);
    return status;
}

static int remove_epoch(const struct journal_options *o, uint64_t epoch)
{
    char *path = journal_epoch_path(o, epoch);
    int r = journal_writer_remove(path);
    if (r < 0)
        complain("%s: %s", path, strerror(-r));
    else
        printf("epoch %" PRIu64 " is removed\n", epoch);
    free(path);
    return r < 0 ? EX_CANTCREAT : 0;
}

static int chop(const struct journal_options *o)
{
    assert(o->folder);
    size_t count;
    uint64_t *list = journal_list(o, &count);
    if (!list)
        return EX_UNAVAILABLE;
    // Epochs after the newest valid one were never finished and do not count.
    int64_t newest = journal_newest(o, list, count);
    size_t finished = newest < 0 ? 0 : (size_t)newest + 1, removed = 0;
    int status = 0;
    for (size_t i = 0; i + o->keep < finished && !status; i++, removed++)
        status = remove_epoch(o, list[i]);
    if (!removed)
        printf("nothing to remove: there %s %zu epoch%s\n", finished == 1 ? "is" : "are", finished,
               finished == 1 ? "" : "s");
    else if (!status)
        printf("events from %" PRIu64 " on are kept\n", list[removed] + 1);
    free(list);
    return status;
}

int journal_chop(const struct journal_options *o)
{
    int lock = journal_lock(o);
    if (lock < 0)
        return EX_CANTCREAT;
    int status = chop(o);
    close(lock);
    return status;
}

static int pack(const struct journal_options *o)
{
    struct error why;
    uint64_t epoch, before, after;
    struct journal_scan s;
    int status = check_newest(o, &epoch, &s);
    if (status)
        return status;
    char *path = journal_epoch_path(o, epoch);
    if (journal_pack(path, epoch, &before, &after, &why))
        printf("epoch %" PRIu64 ": %" PRIu64 " bytes before, %" PRIu64 " after\n", epoch, before,
               after);
    else {
        complain("%s", error_text(&why));
        status = EX_CANTCREAT;
    }
    free(path);
    return status;
}

int journal_pack_newest(const struct journal_options *o)
{
    int lock = journal_lock(o);
    if (lock < 0)
        return EX_CANTCREAT;
    int status = pack(o);
    close(lock);
    return status;
}
