// latchkey journal info: what epochs there are, what they hold and what can be replayed. Keeps
// nothing and changes nothing.
#include "tools/journal_commands.h"

#include "tools/data_lock.h"
#include "util/clock.h"
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

static void print_replay(const struct journal_scan *s, const struct count *c)
{
    if (!s->has_manifest)
        printf("  replay   none: its manifest is damaged\n");
    else if (!c->first)
        printf("  replay   nothing to replay\n");
    else if (s->faults && s->first_fault <= s->epoch + 1)
        printf("  replay   none: its first event is damaged\n");
    else
        printf("  replay   events %" PRIu64 " to %" PRIu64 " (--epoch %" PRIu64
               "), with the zone files of that digest%s\n",
               c->first, s->faults ? s->first_fault - 1 : c->last, s->epoch,
               strcmp(s->manifest.program, LATCHKEY_VERSION)
                   ? " and, to be sure, with the program of that version"
                   : "");
}

// One epoch; its events are added to those of all.
static uint64_t print_epoch(const struct journal_options *o, uint64_t epoch, bool newest,
                            struct count *all)
{
    struct count c = {0};
    struct journal_scan s = {.options = o, .epoch = epoch, .event = count_event, .arg = &c};
    char *path = journal_epoch_path(o, epoch);
    journal_scan(&s, 0);
    printf("epoch %" PRIu64 "%s\n", epoch,
           newest         ? " (the newest)"
           : s.unfinished ? " (never finished: holds nothing)"
                          : "");
    if (!s.unfinished) {
        print_span(&c);
        printf("  bytes    %" PRIu64 "\n", bytes_in(path));
        if (s.has_manifest)
            printf("  program  %s\n  world    %016" PRIx64 "\n", s.manifest.program,
                   s.manifest.world);
        print_replay(&s, &c);
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
    if (!list)
        return EX_UNAVAILABLE;
    if (data_lock_taken(o->data))
        printf("A running server is using this journal; more events may come.\n");
    int64_t newest = journal_newest(o, list, count);
    for (size_t i = 0; i < count; i++)
        faults += print_epoch(o, list[i], (int64_t)i == newest, &all);
    printf("kinds   ");
    for (enum record_kind k = RECORD_LINE; k < RECORD_KINDS; k++)
        if (all.kinds[k])
            printf(" %s %" PRIu64, record_kind_name(k), all.kinds[k]);
    printf("%s\n", all.first ? "" : " none");
    if (list[0])
        printf("gone     the events to %" PRIu64 "; no replay can begin before\n", list[0]);
    if (faults)
        journal_complain(
            "damaged; \"latchkey journal fsck\" tells all of it, and --repair keeps what "
            "is before it");
    free(list);
    int status = journal_flushed();
    return status ? status : faults ? EX_DATAERR : 0;
}
