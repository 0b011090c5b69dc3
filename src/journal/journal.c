// LMDB environments as epochs. Writes batches, reads with cursors, grows the map between transactions.
// The manifest, written last, makes an epoch valid. Makes no threads and knows no commands.
#include "journal/journal.h"

#include "journal/ahead.h"
#include "journal/manifest.h"
#include "journal/sanity.h"
#include "journal/snapshot_file.h"
#include "util/buf.h"
#include "util/file.h"
#include "util/log.h"
#include "util/mem.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <lmdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum { MAP_DEFAULT = 64 << 20, EPOCHS_MAX = 4096, AHEAD = 8 << 20 };

static const size_t WORLD_FILES_MAX = (size_t)1 << 32;

struct journal {
    char *folder, *path; // of all epochs, and of this one
    struct journal_config config;
    struct manifest manifest;
    MDB_env *env;
    MDB_dbi events;
    uint64_t last;
    size_t map;
    int data;    // data.mdb beside LMDB's own descriptors, -1: none. Closing it lets go of no lock
    size_t room; // as far as the disk has promised blocks for it
    size_t length; // of the file, as far as zeros have been written ahead; 0: not yet
    char why[256];
};

struct journal_cursor {
    struct journal *journal;
    MDB_txn *txn;
    MDB_cursor *cursor;
    uint64_t next;
    bool begun;
};

// LMDB's own errors are below any errno.
static int fatal(struct journal *j, const char *what, int code)
{
    snprintf(j->why, sizeof(j->why), "%s: %s: %s", j->path ? j->path : j->folder, what,
             mdb_strerror(code));
    return code > 0 ? -code : code;
}

static char *epoch_path(const char *folder, uint64_t epoch)
{
    return mem_printf("%s/epoch-%012" PRIu64, folder, epoch);
}

static int by_number(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

size_t journal_epochs(const char *folder, uint64_t *list, size_t most)
{
    DIR *d = opendir(folder);
    size_t n = 0;
    uint64_t epoch;
    for (struct dirent *e; d && (e = readdir(d)) && n < most;)
        if (strlen(e->d_name) == 18 && sscanf(e->d_name, "epoch-%" SCNu64, &epoch) == 1)
            list[n++] = epoch;
    if (d)
        closedir(d);
    qsort(list, n, sizeof(*list), by_number);
    return n;
}

// Before anything is written: what fails in a sync from now on, this descriptor is told as well.
static int open_data(struct journal *j)
{
    char *path = mem_printf("%s/data.mdb", j->path);
    j->data = open(path, O_RDWR | O_CLOEXEC);
    j->room = 0;
    free(path);
    return j->data < 0 ? fatal(j, "cannot be opened", errno) : 0;
}

static int open_env(struct journal *j)
{
    unsigned flags = j->config.read_only ? MDB_RDONLY : 0;
    if (!j->config.sync)
        flags |= MDB_NOSYNC;
    int r = mdb_env_create(&j->env);
    if (!r)
        r = mdb_env_set_maxdbs(j->env, 4);
    if (!r)
        r = mdb_env_set_mapsize(j->env, j->map);
    if (!r)
        r = mdb_env_open(j->env, j->path, flags | MDB_NOTLS, 0600);
    if (r)
        return fatal(j, "cannot be opened", r);
    int dead;
    if (!j->config.read_only)
        mdb_reader_check(j->env, &dead); // readers that were killed would keep old pages for ever
    MDB_txn *txn;
    r = mdb_txn_begin(j->env, NULL, j->config.read_only ? MDB_RDONLY : 0, &txn);
    if (r)
        return fatal(j, "cannot be read", r);
    r = mdb_dbi_open(txn, "events", MDB_INTEGERKEY | (j->config.read_only ? 0 : MDB_CREATE),
                     &j->events);
    if (r) {
        mdb_txn_abort(txn);
        return fatal(j, "has no table of events", r);
    }
    r = mdb_txn_commit(txn);
    if (r)
        return fatal(j, "cannot be written", r);
    return j->config.read_only ? 0 : open_data(j);
}

static int find_last(struct journal *j)
{
    MDB_txn *txn;
    MDB_cursor *cursor;
    MDB_val key, value;
    j->last = j->manifest.parent;
    int r = mdb_txn_begin(j->env, NULL, MDB_RDONLY, &txn);
    if (r)
        return fatal(j, "cannot be read", r);
    r = mdb_cursor_open(txn, j->events, &cursor);
    if (!r) {
        r = mdb_cursor_get(cursor, &key, &value, MDB_LAST);
        if (!r && key.mv_size == sizeof(uint64_t))
            memcpy(&j->last, key.mv_data, sizeof(j->last));
        mdb_cursor_close(cursor);
    }
    mdb_txn_abort(txn);
    return r && r != MDB_NOTFOUND ? fatal(j, "cannot be read", r) : 0;
}

static void close_env(struct journal *j)
{
    if (j->env && j->length)
        ahead_cut(j->env, j->length);
    if (j->env)
        mdb_env_close(j->env);
    j->env = NULL;
    struct stat st;
    if (j->data >= 0) {
        if (j->room && !fstat(j->data, &st) && ftruncate(j->data, st.st_size) < 0)
            log_warning("journal", "keeps_room", "why", strerror(errno), NULL);
        close(j->data);
    }
    j->data = -1;
    j->length = 0;
}

// A folder without a manifest is what a crash left of an epoch being made. It holds no event, as
// none is written before the manifest.
static void put_aside(const char *folder, uint64_t epoch)
{
    char *path = epoch_path(folder, epoch);
    char *aside = mem_printf("%s.unfinished", path);
    if (!rename(path, aside))
        log_info("journal", "epoch_put_aside", "path", aside, "why", "it was never finished", NULL);
    free(aside);
    free(path);
}

static void manifest_fill(struct journal *j, struct manifest *m)
{
    m->format = JOURNAL_FORMAT;
    m->world = j->config.world;
    memcpy(m->settings, j->config.settings, sizeof(m->settings));
    snprintf(m->program, sizeof(m->program), "%s", LATCHKEY_VERSION);
}

// What an epoch needs is in its own folder from the beginning. Those of long ago kept none.
static int copy_world_files(const char *from, const char *to)
{
    struct buf all = BUF_INIT;
    char *old = mem_printf("%s/%s", from, JOURNAL_WORLD_FILES),
         *new = mem_printf("%s/%s", to, JOURNAL_WORLD_FILES);
    int r = file_read(old, WORLD_FILES_MAX, &all);
    if (r >= 0)
        r = file_write_atomic(new, all.data, all.len, 0600, false);
    buf_fini(&all);
    free(new);
    free(old);
    return r == -ENOENT ? 0 : r;
}

// `before`: the epoch whose last snapshot it begins with, or NULL.
static int make_epoch(struct journal *j, uint64_t parent, const char *before)
{
    free(j->path);
    j->path = epoch_path(j->folder, parent);
    if (file_mkdirs(j->path, 0700) < 0)
        return fatal(j, "cannot be made", errno);
    j->manifest = (struct manifest){.parent = parent, .base = before != NULL};
    manifest_fill(j, &j->manifest);
    int r = open_env(j);
    if (r)
        return r;
    r = journal_sync(j);
    char *data = mem_printf("%s/data.mdb", j->path);
    int named = r ? 0 : file_sync_folder(data); // the manifest may not have its name before this has
    free(data);
    if (r)
        return r;
    if (named < 0)
        return fatal(j, "cannot be synced", -named);
    if (before && (r = snapshot_file_copy(before, j->path, parent)) < 0)
        return fatal(j, "its snapshot cannot be written", -r);
    if (before && (r = copy_world_files(before, j->path)) < 0)
        return fatal(j, "its zone files cannot be kept", -r);
    if (manifest_write(j->path, &j->manifest) < 0)
        return fatal(j, "its manifest cannot be written", errno);
    j->last = parent;
    return 0;
}

static int open_epoch(struct journal *j, uint64_t epoch)
{
    free(j->path);
    j->path = epoch_path(j->folder, epoch);
    switch (manifest_read(j->path, &j->manifest, j->why, sizeof(j->why))) {
    case MANIFEST_READ:
        break;
    case MANIFEST_NONE:
        return JOURNAL_END;
    case MANIFEST_BAD:
        return -EINVAL;
    }
    if (j->manifest.parent != epoch) {
        snprintf(j->why, sizeof(j->why), "%s: its manifest is that of epoch %" PRIu64, j->path,
                 j->manifest.parent);
        return -EINVAL;
    }
    struct stat st;
    char *data = mem_printf("%s/data.mdb", j->path);
    if (!stat(data, &st))
        while ((size_t)st.st_size + (size_t)st.st_size / 4 > j->map)
            j->map *= 2;
    char why[160];
    int r = sanity_check(data, why, sizeof(why));
    if (r)
        snprintf(j->why, sizeof(j->why), "%s: damaged: %s", data, why);
    free(data);
    if (!r)
        r = open_env(j);
    return r ? r : find_last(j);
}

static int open_newest(struct journal *j)
{
    uint64_t *list = mem_alloc(EPOCHS_MAX * sizeof(*list));
    size_t n = journal_epochs(j->folder, list, EPOCHS_MAX);
    int r = JOURNAL_END;
    while (n-- && r == JOURNAL_END) {
        r = open_epoch(j, list[n]);
        if (r == JOURNAL_END && !j->config.read_only)
            put_aside(j->folder, list[n]);
    }
    free(list);
    return r;
}

struct journal *journal_open(const struct journal_config *config, char *why, size_t size)
{
    struct journal *j = mem_new(struct journal);
    j->data = -1;
    j->config = *config;
    j->folder = mem_strdup(config->folder);
    j->config.folder = j->folder;
    j->map = config->map ? config->map : MAP_DEFAULT;
    int r;
    if (!config->read_only && file_mkdirs(j->folder, 0700) < 0)
        r = fatal(j, "cannot be made", errno);
    else if (config->read_only && config->epoch != UINT64_MAX)
        r = open_epoch(j, config->epoch);
    else
        r = open_newest(j);
    if (r == JOURNAL_END && !config->read_only)
        r = make_epoch(j, 0, NULL);
    else if (r == JOURNAL_END)
        r = fatal(j, "there is no journal", ENOENT);
    else if (!r && !config->read_only &&
             (j->manifest.world != config->world ||
              strcmp(j->manifest.program, LATCHKEY_VERSION)))
        j->config.world = config->world;
    // Who was killed in a commit left it in memory, where we have read it. It must be on the disk before
    // anybody is shown what came of it.
    if (!r && !config->read_only)
        r = journal_sync(j);
    if (!r)
        return j;
    snprintf(why, size, "%s", j->why);
    journal_close(j);
    return NULL;
}

void journal_close(struct journal *j)
{
    if (!j)
        return;
    close_env(j);
    free(j->folder);
    free(j->path);
    free(j);
}

uint64_t journal_first(const struct journal *j)
{
    return j->manifest.parent + 1;
}

uint64_t journal_last(const struct journal *j)
{
    return j->last;
}

uint64_t journal_epoch(const struct journal *j)
{
    return j->manifest.parent;
}

uint64_t journal_world(const struct journal *j)
{
    return j->manifest.world;
}

const uint64_t *journal_settings(const struct journal *j)
{
    return j->manifest.settings;
}

const char *journal_path(const struct journal *j)
{
    return j->path;
}

bool journal_based(const struct journal *j)
{
    return j->manifest.base;
}

const char *journal_program(const struct journal *j)
{
    return j->manifest.program;
}

const char *journal_why(const struct journal *j)
{
    return j->why;
}

static size_t used(const struct journal *j)
{
    return ahead_used(j->env);
}

// Blocks beyond what is used: when the disk becomes full, what is under way can still be written, and
// so be shown. False when it has no more; a file system that cannot promise is taken at its word
// when it comes to writing.
static bool keep_blocks(struct journal *j)
{
    size_t from = used(j);
    if (from + AHEAD / 2 <= j->room)
        return true;
    if (fallocate(j->data, FALLOC_FL_KEEP_SIZE, (off_t)from, AHEAD) < 0)
        return errno != ENOSPC && errno != EDQUOT;
    j->room = from + AHEAD;
    return true;
}

// Doubles the map when less than a fifth of it is left. No transaction is open.
static int keep_room(struct journal *j, size_t coming)
{
    size_t now = used(j);
    bool grown = false;
    keep_blocks(j); // that there are none is told by journal_space
    while (now + coming * 2 > j->map / 5 * 4) {
        j->map *= 2;
        grown = true;
    }
    int r = grown ? mdb_env_set_mapsize(j->env, j->map) : 0;
    return r ? fatal(j, "its map cannot grow", r) : 0;
}

static int put_all(struct journal *j, MDB_txn *txn, uint64_t first, const char *bytes,
                   const size_t *lengths, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint64_t number = first + i;
        MDB_val key = {sizeof(number), &number}, value = {lengths[i], (void *)bytes};
        int r = mdb_put(txn, j->events, &key, &value, MDB_NOOVERWRITE | MDB_APPEND);
        if (r)
            return r;
        bytes += lengths[i];
    }
    return 0;
}

// A batch whose pages could not all be written may be tried again: LMDB writes every page of a
// transaction anew and touches none that the last one needs. Not so when a sync has failed, as the
// kernel then takes pages for written that are not; each open descriptor is told of that once, so
// ours will be. And not when LMDB has given the environment up, as after the last page of a commit.
static int refused(struct journal *j, int r)
{
    MDB_txn *txn;
    if (r != ENOSPC && r != EDQUOT && r != EIO) // EIO: also a write that was cut short by a full disk
        return fatal(j, "cannot be written", r);
    if (mdb_txn_begin(j->env, NULL, 0, &txn))
        return fatal(j, "a commit cannot be ended", r);
    mdb_txn_abort(txn);
    if (fdatasync(j->data) < 0)
        return fatal(j, "cannot be synced", errno);
    fatal(j, "cannot be written", r); // for journal_why
    return JOURNAL_NO_SPACE;
}

int journal_write(struct journal *j, uint64_t first, const char *bytes, const size_t *lengths,
                  size_t count)
{
    size_t total = 0;
    for (size_t i = 0; i < count; i++)
        total += lengths[i] + 64;
    if (first != j->last + 1) {
        snprintf(j->why, sizeof(j->why), "%s: event %" PRIu64 " after %" PRIu64, j->path, first,
                 j->last);
        return -EINVAL;
    }
    MDB_txn *txn;
    int r = keep_room(j, total);
    if (r)
        return r;
    if (j->config.sync)
        ahead_write(j->env, &j->length, total);
    r = mdb_txn_begin(j->env, NULL, 0, &txn);
    if (r)
        return fatal(j, "cannot be written", r);
    r = put_all(j, txn, first, bytes, lengths, count);
    if (r)
        mdb_txn_abort(txn);
    else
        r = mdb_txn_commit(txn);
    if (r)
        return refused(j, r);
    j->last = first + count - 1;
    return JOURNAL_DONE;
}

uint64_t journal_space(struct journal *j)
{
    struct statvfs v;
    if (!keep_blocks(j))
        return 0;
    return statvfs(j->path, &v) ? UINT64_MAX : (uint64_t)v.f_bavail * v.f_frsize;
}

int journal_sync(struct journal *j)
{
    int r = mdb_env_sync(j->env, 1);
    return r ? fatal(j, "cannot be synced", r) : 0;
}

// Nothing has happened in this epoch: what happens from now on is of another world, program or settings.
static int change_epoch(struct journal *j, bool based)
{
    struct manifest m = {.parent = j->manifest.parent, .base = j->manifest.base && based};
    manifest_fill(j, &m);
    if (manifest_write(j->path, &m) < 0)
        return fatal(j, "its manifest cannot be written", errno);
    j->manifest = m;
    if (!m.base)
        snapshot_file_remove(j->path, m.parent);
    return 0;
}

int journal_roll(struct journal *j, uint64_t world, bool based)
{
    int r = journal_sync(j);
    if (r)
        return r;
    j->config.world = world;
    if (j->last == j->manifest.parent)
        return change_epoch(j, based);
    close_env(j);
    char *before = j->path;
    j->path = NULL;
    r = make_epoch(j, j->last, based ? before : NULL);
    free(before);
    return r;
}

struct journal_cursor *journal_cursor_open(struct journal *j, uint64_t number)
{
    struct journal_cursor *c = mem_new(struct journal_cursor);
    c->journal = j;
    c->next = number;
    int r = mdb_txn_begin(j->env, NULL, MDB_RDONLY, &c->txn);
    if (!r)
        r = mdb_cursor_open(c->txn, j->events, &c->cursor);
    if (r)
        fatal(j, "cannot be read", r);
    return c;
}

int journal_cursor_next(struct journal_cursor *c, struct record *r, uint32_t *locks)
{
    struct journal *j = c->journal;
    MDB_val key = {sizeof(c->next), &c->next}, value;
    if (!c->cursor)
        return -EIO;
    int e = mdb_cursor_get(c->cursor, &key, &value, c->begun ? MDB_NEXT : MDB_SET_RANGE);
    if (e == MDB_NOTFOUND)
        return JOURNAL_END;
    if (e)
        return fatal(j, "cannot be read", e);
    uint64_t number;
    const char *why = NULL;
    c->begun = true;
    memcpy(&number, key.mv_data, sizeof(number));
    if (key.mv_size != sizeof(number) || number != c->next)
        why = "the one before it is missing";
    else if (record_decode(value.mv_data, value.mv_size, r, locks, &why) == RECORD_READ &&
             r->number != number)
        why = "it calls itself by another number";
    if (why) {
        snprintf(j->why, sizeof(j->why), "%s: event %" PRIu64 ": %s", j->path, number, why);
        return JOURNAL_BAD;
    }
    c->next++;
    return JOURNAL_DONE;
}

void journal_cursor_close(struct journal_cursor *c)
{
    if (!c)
        return;
    if (c->cursor)
        mdb_cursor_close(c->cursor);
    if (c->txn)
        mdb_txn_abort(c->txn);
    free(c);
}
