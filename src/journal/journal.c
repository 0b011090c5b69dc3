// LMDB environments as epochs: opens the newest one, makes new ones, closes. The manifest, written
// last, makes an epoch valid. Makes no threads and knows no commands.
#include "journal/journal_priv.h"

#include "journal/access.h"
#include "journal/append.h"
#include "journal/manifest.h"
#include "journal/sanity.h"
#include "journal/snapshot_file.h"
#include "util/buf.h"
#include "util/build.h"
#include "util/error.h"
#include "util/file.h"
#include "util/log.h"
#include "util/mem.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { MAP_DEFAULT = 64 << 20, EPOCHS_MAX = 4096, TRIES = 100 };

static const size_t WORLD_FILES_MAX = (size_t)1 << 32;

int journal_fail(struct journal *j, const char *what, int code)
{
    return error_set(&j->why, code > 0 ? -code : code, "%s: %s: %s", j->path ? j->path : j->folder,
                     what, mdb_strerror(code));
}

void journal_note(struct journal *j, const char *what, int code)
{
    journal_fail(j, what, code);
}

static char *path_of_epoch(const char *folder, uint64_t epoch)
{
    assert(folder);
    return mem_printf("%s/epoch-%012" PRIu64, folder, epoch);
}

static int compare_numbers(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

size_t journal_epochs(const char *folder, uint64_t *list, size_t most)
{
    assert(folder && (list || !most));
    DIR *d = opendir(folder);
    size_t n = 0;
    uint64_t epoch;
    for (struct dirent *e; d && (e = readdir(d)) && n < most;)
        if (strlen(e->d_name) == 18 && sscanf(e->d_name, "epoch-%" SCNu64, &epoch) == 1)
            list[n++] = epoch;
    if (d)
        closedir(d);
    qsort(list, n, sizeof(*list), compare_numbers);
    return n;
}

// Opened before anything is written: Linux reports a failed sync to descriptors that were open
// before it.
static int open_data(struct journal *j)
{
    char *path = mem_printf("%s/data.mdb", j->path);
    j->data = open(path, O_RDWR | O_CLOEXEC);
    j->room = 0;
    free(path);
    return j->data < 0 ? journal_fail(j, "cannot be opened", errno) : 0;
}

static int open_table(struct journal *j)
{
    assert(!j->env && j->path);
    unsigned flags = j->config.read_only ? MDB_RDONLY : 0;
    if (!j->config.sync)
        flags |= MDB_NOSYNC;
    struct stat st;
    if (!stat(j->path, &st)) {
        j->device = st.st_dev;
        j->inode = st.st_ino;
    }
    int r = mdb_env_create(&j->env);
    if (!r)
        r = mdb_env_set_maxdbs(j->env, 4);
    if (!r)
        r = mdb_env_set_mapsize(j->env, j->map);
    if (!r)
        r = mdb_env_open(j->env, j->path, flags | MDB_NOTLS, 0600);
    if (r)
        return journal_fail(j, "cannot be opened", r);
    int dead;
    if (!j->config.read_only)
        // slots of killed readers would keep old pages from being used again
        mdb_reader_check(j->env, &dead);
    MDB_txn *txn;
    r = mdb_txn_begin(j->env, NULL, j->config.read_only ? MDB_RDONLY : 0, &txn);
    if (r)
        return journal_fail(j, "cannot be read", r);
    r = mdb_dbi_open(txn, "events", MDB_INTEGERKEY | (j->config.read_only ? 0 : MDB_CREATE),
                     &j->events);
    if (r) {
        mdb_txn_abort(txn);
        return journal_fail(j, "has no table of events", r);
    }
    r = mdb_txn_commit(txn);
    if (r)
        return journal_fail(j, "cannot be written", r);
    return j->config.read_only ? 0 : open_data(j);
}

int journal_reopen(struct journal *j)
{
    assert(j->env && !j->held.count && !j->held.txn); // what was held would be lost
    mdb_env_close(j->env);
    j->env = NULL;
    close(j->data);
    j->data = -1;
    return open_table(j);
}

static int find_last_event(struct journal *j)
{
    assert(j->env);
    MDB_txn *txn;
    int r = mdb_txn_begin(j->env, NULL, MDB_RDONLY, &txn);
    if (r)
        return journal_fail(j, "cannot be read", r);
    r = append_last(txn, j->events, &j->last);
    mdb_txn_abort(txn);
    if (j->last == UINT64_MAX)
        j->last = j->manifest.parent;
    return r ? journal_fail(j, "cannot be read", r) : 0;
}

static void close_env(struct journal *j)
{
    // Events that cannot be moved into the table stay in the write-ahead log; the next process that
    // opens the epoch for writing moves them.
    if (j->wal && journal_settle(j, true) == 0)
        wal_remove(j->path);
    wal_free(j->wal);
    j->wal = NULL;
    free(j->held.lengths);
    buf_fini(&j->held.bytes);
    j->held = (struct journal_held){.bytes = BUF_INIT};
    wal_list_fini(&j->read);
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
}

// Renames a folder without a manifest, which a crash left while an epoch was made. It holds no
// event, as none is written before the manifest.
static void quarantine_epoch(const char *folder, uint64_t epoch)
{
    char *path = path_of_epoch(folder, epoch);
    char *aside = mem_printf("%s.unfinished", path);
    if (!rename(path, aside))
        log_info("journal", "epoch_put_aside", "path", aside, "why", "it was never finished", NULL);
    free(aside);
    free(path);
}

static void manifest_fill(struct journal *j, struct manifest *m, const char *program)
{
    m->format = JOURNAL_FORMAT;
    m->world = j->config.world;
    memcpy(m->settings, j->config.settings, sizeof(m->settings));
    snprintf(m->program, sizeof(m->program), "%s", program);
}

// Copies the zone files that the old epoch has kept, if it has: epochs of early programs kept none.
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

// Makes an epoch in j->path. `before`: the folder with the snapshot that it begins with, or NULL.
static int make_here(struct journal *j, uint64_t parent, const char *before,
                     enum manifest_base base, const char *program)
{
    assert(!j->config.read_only);
    int r = file_mkdirs(j->path, 0700);
    if (r < 0)
        return journal_fail(j, "cannot be made", -r);
    j->manifest = (struct manifest){.parent = parent, .base = base};
    manifest_fill(j, &j->manifest, program);
    r = open_table(j);
    if (r)
        return r;
    r = journal_sync(j);
    char *data = mem_printf("%s/data.mdb", j->path);
    // the folder's name must be on the disk before the manifest's
    int named = r ? 0 : file_sync_folder(data);
    free(data);
    if (r)
        return r;
    if (named < 0)
        return journal_fail(j, "cannot be synced", -named);
    if (before && (r = snapshot_file_copy(before, j->path, parent)) < 0)
        return journal_fail(j, "its snapshot cannot be written", -r);
    if (before && (r = copy_world_files(before, j->path)) < 0)
        return journal_fail(j, "its zone files cannot be kept", -r);
    if ((r = manifest_write(j->path, &j->manifest)) < 0)
        return journal_fail(j, "its manifest cannot be written", -r);
    j->last = parent;
    return 0;
}

static int make_epoch(struct journal *j, uint64_t parent, const char *before,
                      enum manifest_base base, const char *program)
{
    free(j->path);
    j->path = path_of_epoch(j->folder, parent);
    return make_here(j, parent, before, base, program);
}

static int open_to_write(struct journal *j)
{
    assert(!j->config.read_only);
    if (append_wal(j->path, j->manifest.parent, &j->why) < 0)
        return error_wrap(&j->why, "%s", j->path);
    int r = open_table(j);
    return r ? r : find_last_event(j);
}

// Reads the write-ahead log before the table: what a server moves from one to the other meanwhile
// is then in the table. If the server began the log again while it was read, events seem to be
// missing, and both are read once more.
static int open_to_read(struct journal *j)
{
    assert(j->config.read_only);
    int found = WAL_GAP;
    for (int i = 0; i < TRIES && found == WAL_GAP; i++) {
        struct timespec moment = {.tv_nsec = i ? 2000000 : 0};
        nanosleep(&moment, NULL);
        close_env(j);
        int r = wal_read(j->path, j->manifest.parent, &j->read);
        if (r < 0)
            return journal_fail(j, "its tail cannot be read", -r);
        r = open_table(j);
        if (!r)
            r = find_last_event(j);
        if (r)
            return r;
        found = wal_after(&j->read, j->last, &j->why);
    }
    j->last += j->read.count;
    return found == 0 ? 0 : error_wrap(&j->why, "%s", j->path);
}

static int open_epoch(struct journal *j, uint64_t epoch)
{
    free(j->path);
    j->path = path_of_epoch(j->folder, epoch);
    int denied = journal_access(j->path, &j->why);
    if (denied)
        return denied;
    switch (manifest_read(j->path, &j->manifest, &j->why)) {
    case 0:
        break;
    case MANIFEST_NONE:
        return JOURNAL_END;
    case MANIFEST_BAD:
        return -EINVAL;
    }
    if (j->manifest.parent != epoch)
        return error_set(&j->why, -EINVAL, "%s: its manifest is that of epoch %" PRIu64, j->path,
                         j->manifest.parent);
    struct stat st;
    char *data = mem_printf("%s/data.mdb", j->path);
    if (!stat(data, &st))
        while ((size_t)st.st_size + (size_t)st.st_size / 4 > j->map)
            j->map *= 2;
    int r = sanity_check(data, &j->why);
    if (r == -EINVAL)
        error_wrap(&j->why, "damaged");
    if (r)
        error_wrap(&j->why, "%s", data);
    free(data);
    if (!r)
        r = j->config.read_only ? open_to_read(j) : open_to_write(j);
    return r;
}

static int open_newest(struct journal *j)
{
    uint64_t *list = mem_alloc(EPOCHS_MAX * sizeof(*list));
    size_t n = journal_epochs(j->folder, list, EPOCHS_MAX);
    int r = JOURNAL_END;
    while (n-- && r == JOURNAL_END) {
        r = open_epoch(j, list[n]);
        if (r == JOURNAL_END && !j->config.read_only)
            quarantine_epoch(j->folder, list[n]);
    }
    free(list);
    return r;
}

// Opens what there is, or makes the first epoch.
static int open_folder(struct journal *j)
{
    const struct journal_config *config = &j->config;
    bool writes = !config->read_only, newest = writes || config->epoch == UINT64_MAX;
    int r = writes ? file_mkdirs(j->folder, 0700) : 0;
    if (r < 0)
        return journal_fail(j, "cannot be made", -r);
    r = journal_access(j->folder, &j->why);
    if (r < 0)
        return r;
    r = newest ? open_newest(j) : open_epoch(j, config->epoch);
    if (r == JOURNAL_END)
        r = writes ? make_epoch(j, 0, NULL, MANIFEST_ANEW, build_program())
                   : journal_fail(j, "there is no journal", ENOENT);
    // A process killed during a commit may have left it in the page cache only, and we have just
    // read it from there. It must be on the disk before any effect of it is shown.
    return !r && writes ? journal_sync(j) : r;
}

struct journal *journal_open(const struct journal_config *config, struct error *why)
{
    assert(config->folder);
    struct journal *j = mem_new(struct journal);
    j->data = -1;
    j->config = *config;
    j->folder = mem_strdup(config->folder);
    j->config.folder = j->folder;
    j->map = config->map ? config->map : MAP_DEFAULT;
    int r = open_folder(j);
    if (r == 0)
        return j;
    error_set(why, r, "%s", journal_why(j));
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

bool journal_reads_only(const struct journal *j)
{
    return j->config.read_only;
}

bool journal_based(const struct journal *j)
{
    return j->manifest.base != MANIFEST_ANEW;
}

bool journal_carried(const struct journal *j)
{
    return j->manifest.base == MANIFEST_CARRIED;
}

const char *journal_program(const struct journal *j)
{
    return j->manifest.program;
}

const char *journal_why(const struct journal *j)
{
    return error_text(&j->why);
}

// For an epoch without events: writes a new manifest, so that it counts for the present world,
// program and settings.
static int change_epoch(struct journal *j, bool based, const char *program)
{
    assert(j->last == j->manifest.parent); // no event counts on the old manifest
    struct manifest m = {.parent = j->manifest.parent,
                         .base = based ? j->manifest.base : MANIFEST_ANEW};
    manifest_fill(j, &m, m.base ? program : build_program());
    int r = manifest_write(j->path, &m);
    if (r < 0)
        return journal_fail(j, "its manifest cannot be written", -r);
    j->manifest = m;
    if (!m.base)
        snapshot_file_remove(j->path, m.parent);
    return 0;
}

static int begin_next_epoch(struct journal *j, uint64_t world, bool based, const char *program)
{
    assert(!j->config.read_only);
    int r = journal_sync(j);
    if (r)
        return r;
    j->config.world = world;
    if (j->last == j->manifest.parent)
        return change_epoch(j, based, program);
    close_env(j);
    char *before = j->path;
    j->path = NULL;
    r = make_epoch(j, j->last, based ? before : NULL, based ? MANIFEST_GOES_ON : MANIFEST_ANEW,
                   program);
    free(before);
    return r;
}

int journal_roll(struct journal *j, uint64_t world, bool based)
{
    char program[sizeof(j->manifest.program)];
    snprintf(program, sizeof(program), "%s", based ? j->manifest.program : build_program());
    return begin_next_epoch(j, world, based, program);
}

int journal_roll_own(struct journal *j, uint64_t world)
{
    return begin_next_epoch(j, world, true, build_program());
}

static void remove_folder(const char *path)
{
    DIR *d = opendir(path);
    for (struct dirent *e; d && (e = readdir(d));)
        if (strcmp(e->d_name, ".") && strcmp(e->d_name, ".."))
            unlinkat(dirfd(d), e->d_name, 0);
    if (d)
        closedir(d);
    rmdir(path);
}

// Where the file system cannot exchange two folders in one step, there is a moment with neither. A
// crash in it leaves the epoch as "replacing.before", which no start renames back; an operator can.
static int exchange(const char *made, const char *path)
{
    if (!renameat2(AT_FDCWD, made, AT_FDCWD, path, RENAME_EXCHANGE))
        return 0;
    if (errno != EINVAL && errno != ENOSYS)
        return -errno;
    char *aside = mem_printf("%s.before", made);
    int r = rename(path, aside) || rename(made, path) ? -errno : 0;
    if (!r)
        remove_folder(aside);
    free(aside);
    return r;
}

// For an epoch without events: another one with its number, made beside it, takes its place.
static int replace_epoch(struct journal *j, const char *folder)
{
    uint64_t parent = j->manifest.parent;
    char *path = j->path, *made = mem_printf("%s/replacing", j->folder);
    remove_folder(made); // left by an interrupted attempt
    close_env(j);
    j->path = made;
    int r = make_here(j, parent, folder, MANIFEST_CARRIED, build_program());
    close_env(j);
    int error = r ? 0 : exchange(made, path);
    if (!r && !error)
        error = file_sync_folder(path);
    if (error)
        r = journal_fail(j, "cannot be put in the place of an epoch", -error);
    else
        remove_folder(made); // now the old epoch, or what was made of the new one
    j->path = path;
    free(made);
    return r ? r : open_epoch(j, parent);
}

int journal_roll_carried(struct journal *j, uint64_t world, const char *folder)
{
    assert(!j->config.read_only && folder);
    int r = journal_sync(j);
    if (r)
        return r;
    j->config.world = world;
    if (j->last == j->manifest.parent)
        return replace_epoch(j, folder);
    close_env(j);
    return make_epoch(j, j->last, folder, MANIFEST_CARRIED, build_program());
}
