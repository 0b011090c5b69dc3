// Reads epochs for the commands of `latchkey journal`: every record is decoded and checked; a
// damaged one is reported and skipped. Keeps nothing and changes nothing.
#include "tools/journal/journal_commands.h"

#include "journal/access.h"
#include "journal/copy.h"
#include "journal/journal.h"
#include "journal/sanity.h"
#include "serve/complain.h"
#include "serve/data_lock.h"
#include "tools/journal/journal_files.h"
#include "util/error.h"
#include "util/file.h"
#include "util/mem.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

enum { EPOCHS_MAX = 4096 };

uint64_t *journal_list(const struct journal_options *o, size_t *count)
{
    assert(count);
    uint64_t *list = mem_alloc(EPOCHS_MAX * sizeof(*list));
    *count = journal_epochs(o->folder, list, EPOCHS_MAX);
    if (*count)
        return list;
    struct error why;
    if (journal_access(o->folder, &why))
        complain("%s", error_text(&why));
    else
        complain("%s: there is no journal", o->folder);
    free(list);
    return NULL;
}

char *journal_epoch_path(const struct journal_options *o, uint64_t epoch)
{
    return mem_printf("%s/epoch-%012" PRIu64, o->folder, epoch);
}

int journal_lock(const struct journal_options *o)
{
    struct error why;
    int fd = data_lock(o->data, &why);
    if (fd < 0)
        complain("%s; nothing was changed", error_text(&why));
    return fd;
}

static void scan_fault(struct journal_scan *s, uint64_t number, const char *why)
{
    assert(why);
    if (!s->faults++)
        s->first_fault = number;
    if (s->fault)
        s->fault(s->arg, number, why);
    else if (number)
        complain("epoch %" PRIu64 ", event %" PRIu64 ": %s", s->epoch, number, why);
    else
        complain("epoch %" PRIu64 ": %s", s->epoch, why);
}

const char *journal_judge(const struct manifest *m, uint64_t number, const struct record *r)
{
    assert(m && r);
    if (r->number != number)
        return "it calls itself by another number";
    if (record_is_players(r->kind))
        return *r->name ? NULL : "it is a player's, and names none";
    if (r->origin >= number)
        return "it was asked for by an event that is not before it";
    // Only a snapshot has requests from before the epoch.
    if (r->origin && r->origin <= m->parent && !m->base)
        return "it was asked for by an event before this epoch";
    return NULL;
}

struct reading {
    struct journal_scan *scan;
    uint64_t next; // number of the next event; 0: any, when only a part is read
};

static void scan_missing(struct journal_scan *s, uint64_t first, uint64_t next)
{
    assert(first < next);
    char text[100] = "it is missing";
    if (next - first > 1)
        snprintf(text, sizeof(text), "it and those to %" PRIu64 " are missing", next - 1);
    scan_fault(s, first, text);
}

static bool each(void *arg, uint64_t number, const void *bytes, size_t n)
{
    struct reading *reading = arg;
    struct journal_scan *s = reading->scan;
    struct record r;
    uint32_t locks[RECORD_LOCKS_MAX];
    const char *why = NULL;
    if (number <= s->epoch) {
        scan_fault(s, number, "it is from before this epoch");
        return true;
    }
    if (number != reading->next)
        scan_missing(s, reading->next, number);
    reading->next = number + 1;
    s->last = number;
    if (record_decode(bytes, n, &r, locks, &why) == 0)
        why = journal_judge(&s->manifest, number, &r);
    if (why) {
        scan_fault(s, number, why);
        return true;
    }
    s->events++;
    s->stopped = s->event && !s->event(s->arg, &r);
    return !s->stopped;
}

static void scan_refused(struct journal_scan *s, const char *why)
{
    s->refused = true;
    complain("epoch %" PRIu64 ": %s", s->epoch, why);
}

static void check_pages(struct journal_scan *s, const char *epoch)
{
    struct error why;
    char *data = mem_printf("%s/data.mdb", epoch);
    int r = sanity_check(data, &why);
    if (r && file_error_is_outside(-r))
        scan_refused(s, error_text(&why));
    else if (r)
        scan_fault(s, 0, error_text(&why));
    free(data);
}

static void scan_file_fault(void *arg, const char *why)
{
    scan_fault(arg, 0, why);
}

void journal_scan(struct journal_scan *s, uint64_t from)
{
    assert(s->options && !s->events && !s->faults);
    struct error why;
    char *path = journal_epoch_path(s->options, s->epoch);
    if (journal_access(path, &why)) {
        scan_refused(s, error_text(&why));
        free(path);
        return;
    }
    struct reading reading = {s, from > s->epoch ? from : s->epoch + 1};
    s->last = s->epoch;
    switch (manifest_read(path, &s->manifest, &why)) {
    case MANIFEST_NONE:
        s->unfinished = true;
        free(path);
        return;
    case MANIFEST_BAD:
        scan_fault(s, 0, error_text(&why));
        break;
    case 0:
        s->has_manifest = s->manifest.parent == s->epoch;
        if (!s->has_manifest)
            scan_fault(s, 0, "its manifest is that of another epoch");
        break;
    }
    if (!s->has_manifest)
        journal_files_guess(path, s->epoch, &s->manifest);
    if (s->pages)
        check_pages(s, path);
    // A record with a number from before the epoch is a fault that only a full reading finds.
    uint64_t begin = from > s->epoch + 1 ? from : 0;
    int walked = journal_walk(path, s->epoch, begin, each, &reading, &why);
    if (walked == JOURNAL_WALK_REFUSED)
        scan_refused(s, error_text(&why));
    else if (walked == JOURNAL_WALK_BROKEN)
        scan_fault(s, reading.next, error_text(&why));
    else
        snprintf(s->doubt, sizeof(s->doubt), "%.199s", error_text(&why));
    if (s->files && s->has_manifest)
        journal_files_check(path, &s->manifest, s->last, scan_file_fault, s);
    free(path);
}

int64_t journal_newest(const struct journal_options *o, const uint64_t *list, size_t count)
{
    assert(list || !count);
    struct manifest m;
    struct error why;
    int outcome = MANIFEST_NONE;
    while (count && outcome == MANIFEST_NONE) {
        char *path = journal_epoch_path(o, list[--count]);
        outcome = manifest_read(path, &m, &why);
        free(path);
    }
    return outcome == MANIFEST_NONE ? -1 : (int64_t)count;
}
