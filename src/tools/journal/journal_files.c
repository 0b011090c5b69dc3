// Checks and copies the files of an epoch besides its table. Keeps nothing; of a snapshot it knows
// only the header.
#include "tools/journal/journal_files.h"

#include "journal/journal.h"
#include "journal/snapshot_file.h"
#include "serve/world_files.h"
#include "util/buf.h"
#include "util/error.h"
#include "util/file.h"
#include "util/mem.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { COPIED = 2 };

static const size_t kept_max = (size_t)1 << 32;

static void check_snapshot(const char *epoch, const struct manifest *m, uint64_t last,
                           struct journal_snapshot *s)
{
    struct snapshot_head head;
    struct buf all = BUF_INIT;
    size_t end;
    s->is_base = m->base && s->number == m->parent;
    if (!snapshot_file_read(epoch, s->number, &head, &all, &end, &s->why)) {
        buf_fini(&all);
        return;
    }
    s->bytes = all.len;
    s->players = head.players;
    if (head.world != m->world)
        error_set(&s->why, -EINVAL, "it is of other zone files");
    else if (s->number > last)
        error_set(&s->why, -EINVAL, "it is ahead of the events, which end with %" PRIu64, last);
    else if (s->number <= m->parent && !s->is_base)
        error_set(&s->why, -EINVAL, "it is from before this epoch");
    buf_fini(&all);
}

size_t journal_files_snapshots(const char *epoch, const struct manifest *m, uint64_t last,
                               struct journal_snapshot *list)
{
    assert(epoch && m && list);
    uint64_t numbers[SNAPSHOTS_MAX];
    size_t n = snapshot_file_list(epoch, numbers, SNAPSHOTS_MAX);
    bool base = !m->base;
    for (size_t i = 0; i < n; i++) {
        list[i] = (struct journal_snapshot){.number = numbers[i]};
        check_snapshot(epoch, m, last, &list[i]);
        base |= list[i].is_base;
    }
    if (base)
        return n;
    // when there are very many, the oldest is not listed
    if (snapshot_file_is_there(epoch, m->parent)) {
        list[n] = (struct journal_snapshot){.number = m->parent};
        check_snapshot(epoch, m, last, &list[n]);
        return n + 1;
    }
    list[n] = (struct journal_snapshot){.number = m->parent, .is_base = true};
    error_set(&list[n].why, -ENOENT, "it is missing, and the epoch begins with it");
    return n + 1;
}

bool journal_files_usable(const struct journal_snapshot *s)
{
    return error_code(&s->why) == 0;
}

enum journal_files_kept journal_files_kept(const char *epoch, const struct manifest *m,
                                           struct error *why)
{
    assert(epoch && m);
    uint64_t digest;
    char *path = mem_printf("%s/" JOURNAL_WORLD_FILES, epoch);
    bool there = !access(path, F_OK);
    free(path);
    if (!there)
        return JOURNAL_FILES_NONE;
    if (!world_files_kept(epoch, &digest, why))
        return JOURNAL_FILES_BAD;
    if (digest == m->world)
        return JOURNAL_FILES_KEPT;
    error_set(why, -EINVAL, "the zone files that it has kept are not those of its manifest");
    return JOURNAL_FILES_BAD;
}

void journal_files_guess(const char *epoch, uint64_t parent, struct manifest *m)
{
    struct snapshot_head head;
    struct buf all = BUF_INIT;
    size_t end;
    *m = (struct manifest){.format = JOURNAL_FORMAT, .parent = parent, .program = "unknown"};
    m->base = snapshot_file_read(epoch, parent, &head, &all, &end, NULL);
    buf_fini(&all);
    if (!world_files_kept(epoch, &m->world, NULL))
        m->world = m->base ? head.world : 0;
}

void journal_files_check(const char *epoch, const struct manifest *m, uint64_t last,
                         void (*fault)(void *arg, const char *why), void *arg)
{
    struct journal_snapshot list[SNAPSHOTS_MAX + 1];
    struct error why;
    char line[700];
    size_t n = journal_files_snapshots(epoch, m, last, list);
    for (size_t i = 0; i < n; i++)
        if (!journal_files_usable(&list[i])) {
            snprintf(line, sizeof(line), "the snapshot of event %" PRIu64 ": %s", list[i].number,
                     error_text(&list[i].why));
            fault(arg, line);
        }
    if (journal_files_kept(epoch, m, &why) == JOURNAL_FILES_BAD)
        fault(arg, error_text(&why));
}

static int copy_kept(const char *from, const char *to)
{
    struct buf all = BUF_INIT;
    char *old = mem_printf("%s/" JOURNAL_WORLD_FILES, from),
         *copy = mem_printf("%s/" JOURNAL_WORLD_FILES, to);
    int r = file_read(old, kept_max, &all);
    if (r >= 0)
        r = file_write_atomic(copy, all.data, all.len, 0600, false);
    buf_fini(&all);
    free(copy);
    free(old);
    return r;
}

int journal_files_copy(const char *from, const char *to, const struct manifest *m, uint64_t last)
{
    struct journal_snapshot list[SNAPSHOTS_MAX + 1];
    size_t n = journal_files_snapshots(from, m, last, list), copied = 0;
    int r = journal_files_kept(from, m, NULL) == JOURNAL_FILES_KEPT ? copy_kept(from, to) : 0;
    for (size_t i = 0; i < n && r >= 0; i++) {
        if (!journal_files_usable(&list[i]) || (copied >= COPIED && !list[i].is_base))
            continue;
        r = snapshot_file_copy(from, to, list[i].number);
        // A running server may have removed an older one.
        if (r == -ENOENT && !list[i].is_base)
            r = 0;
        else
            copied++;
    }
    return r < 0 ? r : 0;
}
