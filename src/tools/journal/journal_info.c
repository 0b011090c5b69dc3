// latchkey journal info: prints which epochs there are, what they hold and what can be replayed.
// Keeps nothing and changes nothing.
#include "tools/journal/journal_commands.h"

#include "journal/snapshot_file.h"
#include "serve/complain.h"
#include "serve/data_lock.h"
#include "tools/journal/journal_files.h"
#include "util/build.h"
#include "util/clock.h"
#include "util/error.h"
#include "util/mem.h"

#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>

struct count {
    uint64_t kinds[RECORD_KINDS];
    int64_t first_clock, last_clock;
    uint64_t first, last;
};

static bool count_event(void *arg, const struct record *r)
{
    struct count *c = arg;
    if (!c->first) {
        c->first = r->number;
        c->first_clock = r->clock;
    }
    c->last = r->number;
    c->last_clock = r->clock;
    c->kinds[r->kind]++;
    return true;
}

static uint64_t bytes_in(const char *folder)
{
    uint64_t sum = 0;
    DIR *d = opendir(folder);
    struct stat st;
    for (struct dirent *e; d && (e = readdir(d));)
        if (!fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW) && S_ISREG(st.st_mode))
            sum += (uint64_t)st.st_blocks * 512;
    if (d)
        closedir(d);
    return sum;
}

static void print_span(const struct count *c)
{
    char from[CLOCK_ISO_SIZE], to[CLOCK_ISO_SIZE];
    clock_iso(c->first_clock, from);
    clock_iso(c->last_clock, to);
    if (c->first)
        printf("  events   %" PRIu64 " to %" PRIu64 "\n  time     %s to %s\n", c->first, c->last,
               from, to);
    else
        printf("  events   none\n");
}

static void print_settings(const struct manifest *m)
{
    printf("  program  %s\n  world    %016" PRIx64 "\n", m->program, m->world);
    if (m->settings[0])
        printf("  settings world.crowd %" PRIu64 ", limits.aliases %" PRIu64 "\n", m->settings[0],
               m->settings[1]);
    else
        printf("  settings not known; taken to be the defaults\n");
    if (m->base == MANIFEST_CARRIED)
        printf("  begins   goes on from event %" PRIu64 ", carried over to other zone files\n",
               m->parent);
    else if (m->base)
        printf("  begins   goes on from the snapshot of event %" PRIu64 "\n", m->parent);
    else
        printf("  begins   anew: the world as its files make it\n");
}

static void print_snapshots(const struct journal_snapshot *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!journal_files_usable(&list[i]))
            printf("  snapshot of event %" PRIu64 ": cannot be used: %s\n", list[i].number,
                   error_text(&list[i].why));
        else
            printf("  snapshot of event %" PRIu64 ", %" PRIu64 " bytes, %" PRIu64 " player%s%s\n",
                   list[i].number, list[i].bytes, list[i].players, list[i].players == 1 ? "" : "s",
                   list[i].is_base ? ", the one that it begins with" : "");
}

// Prints what can be replayed from the beginning, and from the newest snapshot.
static void print_replay(const struct journal_scan *s, const struct count *c,
                         const struct journal_snapshot *list, size_t n, bool kept)
{
    uint64_t last = s->faults && s->first_fault ? s->first_fault - 1 : c->last;
    const struct journal_snapshot *newest = NULL;
    bool whole = true;
    for (size_t i = 0; i < n; i++) {
        if (list[i].is_base)
            whole = journal_files_usable(&list[i]);
        if (journal_files_usable(&list[i]) && list[i].number <= last && !newest)
            newest = &list[i];
    }
    bool later = newest && !newest->is_base;
    if (!whole)
        printf("  replay   from the beginning: none, without the snapshot that it begins with\n");
    else
        printf("  replay   events %" PRIu64 " to %" PRIu64 " (--epoch %" PRIu64 "%s)\n", c->first,
               last, s->epoch, later ? " --full" : "");
    if (later && newest->number == last)
        printf("  replay   from the newest snapshot, after which nothing came (--epoch %" PRIu64
               ")\n",
               s->epoch);
    else if (later)
        printf("  replay   from the newest snapshot: events %" PRIu64 " to %" PRIu64
               " (--epoch %" PRIu64 ")\n",
               newest->number + 1, last, s->epoch);
    printf("           with the zone files %s%s\n",
           kept ? "that are kept" : "of that digest, which are not kept",
           strcmp(s->manifest.program, build_program())
               ? " and, to be sure, with the program that wrote it"
               : "");
}

static void print_files(const struct journal_scan *s, const struct count *c, const char *path)
{
    struct journal_snapshot list[SNAPSHOTS_MAX + 1];
    struct error why;
    enum journal_files_kept kept = journal_files_kept(path, &s->manifest, &why);
    size_t n = journal_files_snapshots(path, &s->manifest, s->last, list);
    printf("  zones    %s\n", kept == JOURNAL_FILES_KEPT   ? "kept"
                              : kept == JOURNAL_FILES_NONE ? "not kept"
                                                           : error_text(&why));
    print_snapshots(list, n);
    if (!c->first)
        printf("  replay   nothing to replay\n");
    else if (s->faults && s->first_fault <= s->epoch + 1)
        printf("  replay   none: its first event is damaged\n");
    else
        print_replay(s, c, list, n, kept == JOURNAL_FILES_KEPT);
}

// Prints one epoch; its events are added to the sum of all.
static uint64_t print_epoch(const struct journal_options *o, uint64_t epoch, bool newest,
                            struct count *all, bool *refused)
{
    struct count c = {0};
    struct journal_scan s = {.options = o, .epoch = epoch, .event = count_event, .arg = &c};
    char *path = journal_epoch_path(o, epoch);
    journal_scan(&s, 0);
    *refused |= s.refused;
    printf("epoch %" PRIu64 "%s\n", epoch,
           newest         ? " (the newest)"
           : s.unfinished ? " (never finished: holds nothing)"
                          : "");
    if (!s.unfinished) {
        print_span(&c);
        printf("  bytes    %" PRIu64 "\n", bytes_in(path));
        if (s.has_manifest) {
            print_settings(&s.manifest);
            print_files(&s, &c, path);
        } else {
            printf("  replay   none: its manifest %s\n",
                   s.refused ? "cannot be read" : "is damaged");
        }
    }
    free(path);
    for (size_t i = 0; i < RECORD_KINDS; i++)
        all->kinds[i] += c.kinds[i];
    if (c.first && !all->first)
        all->first = c.first;
    all->last = c.first ? c.last : all->last;
    return s.faults;
}

int journal_info(const struct journal_options *o)
{
    size_t count;
    uint64_t *list = journal_list(o, &count), faults = 0;
    struct count all = {0};
    bool refused = false;
    if (!list)
        return EX_UNAVAILABLE;
    if (data_lock_taken(o->data))
        printf("A running server is using this journal; more events may come.\n");
    int64_t newest = journal_newest(o, list, count);
    for (size_t i = 0; i < count; i++)
        faults += print_epoch(o, list[i], (int64_t)i == newest, &all, &refused);
    printf("kinds   ");
    for (enum record_kind k = RECORD_LINE; k < RECORD_KINDS; k++)
        if (all.kinds[k])
            printf(" %s %" PRIu64, record_kind_name(k), all.kinds[k]);
    printf("%s\n", all.first ? "" : " none");
    if (list[0])
        printf("gone     the events to %" PRIu64 "; no replay can begin before\n", list[0]);
    if (faults)
        complain("damaged; \"latchkey journal fsck\" tells all of it, and --repair keeps what "
                 "is before it");
    free(list);
    return faults ? EX_DATAERR : refused ? EX_CANTCREAT : 0;
}
