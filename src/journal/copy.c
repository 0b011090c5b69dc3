// Reads, copies and packs epochs with LMDB environments of its own. While one is read it keeps the
// jump buffer for a fault; between calls it keeps nothing; one thread. It does not check records
// and changes none.
#include "journal/copy.h"

#include "journal/append.h"
#include "journal/record.h"
#include "journal/sanity.h"
#include "journal/wal.h"
#include "util/buf.h"
#include "util/file.h"
#include "util/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <lmdb.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
    BATCH = 256,
    TRIES = 100,
    TRIES_DOUBT = 10,
    BATCH_BYTES = 1 << 20,
    LARGEST = 2 * RECORD_TEXT_MAX + 4096, // no record is longer; a damaged length may be anything
    FAULT = 1 << 20,                      // a code that neither LMDB nor errno uses
};

static sigjmp_buf way_out;
static volatile sig_atomic_t armed;

static void on_fault(int signal_number)
{
    if (armed) {
        armed = 0;
        siglongjmp(way_out, 1);
    }
    signal(signal_number, SIG_DFL);
    raise(signal_number);
}

// Called before LMDB would print its message and abort.
static void on_assert(MDB_env *env, const char *what)
{
    (void)env;
    (void)what;
    if (armed) {
        armed = 0;
        siglongjmp(way_out, 1);
    }
}

// LMDB trusts its pages: a page beyond the end of a cut file is SIGBUS, a wild offset SIGSEGV, a
// failed assertion SIGABRT. Runs `fn`, and returns FAULT when it met one of these.
static int guarded(int (*fn)(void *arg), void *arg)
{
    static const int signals[] = {SIGBUS, SIGSEGV, SIGABRT, SIGFPE};
    enum { SIGNALS = sizeof(signals) / sizeof(signals[0]) };
    struct sigaction old[SIGNALS], now = {.sa_handler = on_fault};
    sigemptyset(&now.sa_mask);
    for (size_t i = 0; i < SIGNALS; i++)
        sigaction(signals[i], &now, &old[i]);
    volatile int result = FAULT;
    if (!sigsetjmp(way_out, 1)) {
        armed = 1;
        result = fn(arg);
    }
    armed = 0;
    for (size_t i = 0; i < SIGNALS; i++)
        sigaction(signals[i], &old[i], NULL);
    return result;
}

static const char *reason(int code)
{
    return code == FAULT ? "pages are missing or damaged" : mdb_strerror(code);
}

struct walk {
    const char *epoch;
    uint64_t number; // number of the epoch
    MDB_env *env;
    MDB_txn *txn;
    MDB_cursor *cursor;
    MDB_dbi events;
    struct buf bytes;
    struct {
        uint64_t number;
        size_t at, n;
    } list[BATCH];
    size_t count;
    uint64_t next, last; // `last`: of the table, once its end was reached; UINT64_MAX: it is empty
    bool any;
};

struct visitor {
    bool (*each)(void *arg, uint64_t number, const void *bytes, size_t n);
    void *arg;
};

static void end_txn(struct walk *w)
{
    if (w->cursor)
        mdb_cursor_close(w->cursor);
    if (w->txn)
        mdb_txn_abort(w->txn);
    w->cursor = NULL;
    w->txn = NULL;
}

static int open_env(struct walk *w)
{
    int dead;
    int r = mdb_env_create(&w->env);
    if (!r)
        r = mdb_env_set_assert(w->env, on_assert);
    if (!r)
        r = mdb_env_set_maxdbs(w->env, 4);
    if (!r)
        r = mdb_env_open(w->env, w->epoch, MDB_RDONLY | MDB_NOTLS, 0600);
    // Slots of killed readers keep the server from using pages again.
    if (!r)
        mdb_reader_check(w->env, &dead);
    return r;
}

static int begin(struct walk *w)
{
    int r = mdb_txn_begin(w->env, NULL, MDB_RDONLY, &w->txn);
    if (r == MDB_MAP_RESIZED && !(r = mdb_env_set_mapsize(w->env, 0)))
        r = mdb_txn_begin(w->env, NULL, MDB_RDONLY, &w->txn);
    if (!r)
        r = mdb_dbi_open(w->txn, "events", MDB_INTEGERKEY, &w->events);
    return r ? r : mdb_cursor_open(w->txn, w->events, &w->cursor);
}

static int add(struct walk *w, const MDB_val *key, const MDB_val *value)
{
    uint64_t number;
    if (key->mv_size != sizeof(number))
        return MDB_CORRUPTED;
    memcpy(&number, key->mv_data, sizeof(number));
    if (number < w->next || (w->any && number == UINT64_MAX))
        return MDB_CORRUPTED;
    size_t n = value->mv_size > LARGEST ? 0 : value->mv_size, at = w->bytes.len;
    if (n)
        buf_add(&w->bytes, value->mv_data, n);
    w->list[w->count].number = number;
    w->list[w->count].at = at;
    w->list[w->count++].n = n;
    w->next = number + 1;
    w->any = true;
    return 0;
}

static void find_last(struct walk *w)
{
    MDB_val key, value;
    w->last = UINT64_MAX;
    if (!mdb_cursor_get(w->cursor, &key, &value, MDB_LAST) && key.mv_size == sizeof(w->last))
        memcpy(&w->last, key.mv_data, sizeof(w->last));
}

// Copies the next records into the list. 0, MDB_NOTFOUND at the end, or a failure.
static int gather(void *arg)
{
    struct walk *w = arg;
    MDB_val key = {sizeof(w->next), &w->next}, value;
    int r = w->env ? 0 : open_env(w);
    if (!r)
        r = begin(w);
    if (!r)
        r = mdb_cursor_get(w->cursor, &key, &value, MDB_SET_RANGE);
    while (!r) {
        r = add(w, &key, &value);
        if (w->count == BATCH || w->bytes.len > BATCH_BYTES)
            break;
        if (!r)
            r = mdb_cursor_get(w->cursor, &key, &value, MDB_NEXT);
    }
    if (r == MDB_NOTFOUND)
        find_last(w);
    end_txn(w);
    return r;
}

// Visits the rest of the table, as it is now. 0 at its end, or a failure.
static int walk_table(struct walk *w, const struct visitor *v, int *walked)
{
    int r = 0;
    while (!r && *walked == 0) {
        w->count = 0;
        buf_clear(&w->bytes);
        r = guarded(gather, w);
        // Records gathered before a failure are valid.
        for (size_t i = 0; i < w->count && *walked == 0; i++)
            if (!v->each(v->arg, w->list[i].number, buf_str(&w->bytes) + w->list[i].at,
                         w->list[i].n))
                *walked = JOURNAL_WALK_STOPPED;
    }
    end_txn(w);
    return r == MDB_NOTFOUND ? 0 : r;
}

static void visit_wal(struct walk *w, const struct wal_list *l, const struct visitor *v,
                      int *walked)
{
    for (size_t i = 0; i < l->count && *walked == 0; i++) {
        if (l->first + i < w->next)
            continue;
        w->next = l->first + i + 1;
        if (!v->each(v->arg, l->first + i, l->list[i].bytes, l->list[i].size))
            *walked = JOURNAL_WALK_STOPPED;
    }
}

// Reads the write-ahead log before the rest of the table, as a server may move records from one to
// the other meanwhile, and begin the log again. If it does so during the reading, events seem to be
// missing, and both are read once more; also when the last block is not valid, as it may be being
// written.
static int walk_all(struct walk *w, const struct visitor *v, char *why, size_t size)
{
    int walked = 0;
    int found = WAL_GAP;
    char gap[120], doubt[200] = "";
    int r = walk_table(w, v, &walked), e = 0;
    for (int i = 0; i < (*doubt ? TRIES_DOUBT : TRIES) && !r && !e && walked == 0; i++) {
        struct timespec moment = {.tv_nsec = i ? 2000000 : 0};
        struct wal_list l;
        nanosleep(&moment, NULL);
        *doubt = '\0';
        e = wal_read(w->epoch, w->number, &l);
        if (!e)
            r = walk_table(w, v, &walked);
        if (!e && !r && (found = wal_after(&l, w->last, gap, sizeof(gap))) == 0) {
            wal_tell(&l, doubt, sizeof(doubt));
            visit_wal(w, &l, v, &walked);
        }
        wal_list_fini(&l);
        if (found == 0 && !*doubt)
            break;
    }
    snprintf(why, size, "%s", doubt);
    if (walked != 0 || (!r && !e && found == 0))
        return walked;
    if (r)
        snprintf(why, size, "%s/data.mdb: %s", w->epoch, reason(r));
    else
        snprintf(why, size, "%s/tail: %s", w->epoch, e ? strerror(-e) : gap);
    return file_error_is_outside(r ? r : -e) ? JOURNAL_WALK_REFUSED : JOURNAL_WALK_BROKEN;
}

int journal_walk(const char *epoch, uint64_t number, uint64_t from,
                 bool (*each)(void *arg, uint64_t number, const void *bytes, size_t n), void *arg,
                 char *why, size_t size)
{
    struct walk *w = mem_new(struct walk);
    w->epoch = epoch;
    w->number = number;
    w->next = from;
    int walked = walk_all(w, &(struct visitor){each, arg}, why, size);
    if (w->env)
        mdb_env_close(w->env);
    buf_fini(&w->bytes);
    free(w);
    return walked;
}

static int make_table(MDB_env *env, const char *epoch)
{
    MDB_txn *txn;
    MDB_dbi events;
    int r = mdb_env_set_maxdbs(env, 4);
    if (!r)
        r = mdb_env_open(env, epoch, MDB_NOTLS, 0600);
    if (!r)
        r = mdb_txn_begin(env, NULL, 0, &txn);
    if (r)
        return r;
    r = mdb_dbi_open(txn, "events", MDB_INTEGERKEY | MDB_CREATE, &events);
    if (!r)
        return mdb_txn_commit(txn);
    mdb_txn_abort(txn);
    return r;
}

bool journal_make(const char *epoch, const struct manifest *m, char *why, size_t size)
{
    MDB_env *env = NULL;
    int r = -file_mkdirs(epoch, 0700);
    if (!r)
        r = mdb_env_create(&env);
    if (!r)
        r = make_table(env, epoch);
    if (env)
        mdb_env_close(env);
    char *data = mem_printf("%s/data.mdb", epoch);
    if (!r)
        r = -file_sync_folder(data);
    free(data);
    if (!r && manifest_write(epoch, m) < 0)
        r = errno;
    if (r)
        snprintf(why, size, "%s cannot be made: %s", epoch, mdb_strerror(r));
    return !r;
}

struct copying {
    const char *from, *to;
    unsigned flags;
    MDB_env *env;
};

static int copy(void *arg)
{
    struct copying *c = arg;
    int r = mdb_env_create(&c->env);
    if (!r)
        r = mdb_env_set_assert(c->env, on_assert);
    if (!r)
        r = mdb_env_set_maxdbs(c->env, 4);
    if (!r)
        r = mdb_env_open(c->env, c->from, MDB_RDONLY | MDB_NOTLS, 0600);
    return r ? r : mdb_env_copy2(c->env, c->to, c->flags);
}

static int sync_file(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    int r = fd < 0 || fsync(fd) < 0 ? errno : 0;
    if (fd >= 0)
        close(fd);
    return r;
}

// Copies data.mdb of `from` into the folder `to`, which may not hold one yet.
static bool copy_data(const char *from, const char *to, unsigned flags, char *why, size_t size)
{
    struct copying c = {.from = from, .to = to, .flags = flags};
    char *data = mem_printf("%s/data.mdb", to);
    int r = -file_mkdirs(to, 0700);
    if (!r) {
        r = guarded(copy, &c);
        // After a fault LMDB's own writing thread may still use the environment: it stays open
        // until the process ends.
        if (c.env && r != FAULT)
            mdb_env_close(c.env);
    }
    if (!r)
        r = sync_file(data);
    if (!r)
        r = -file_sync_folder(data);
    if (r)
        snprintf(why, size, "%s cannot be copied to %s: %s", from, to, reason(r));
    free(data);
    return !r;
}

struct rest {
    struct append append;
    int result;
};

static bool add_one(void *arg, uint64_t number, const void *bytes, size_t n)
{
    struct rest *rest = arg;
    rest->result = append_put(&rest->append, number, bytes, n);
    return !rest->result;
}

// Adds the events that came into the table after it was copied, and those in the write-ahead log.
static bool add_rest(const char *epoch, uint64_t number, const char *to, char *why, size_t size)
{
    struct rest rest = {0};
    int walked = 0;
    rest.result = append_begin(&rest.append, to, 16 * WAL_SIZE);
    if (!rest.result)
        walked = journal_walk(epoch, number, rest.append.last + 1, add_one, &rest, why, size);
    rest.result = append_end(&rest.append, walked >= JOURNAL_WALK_BROKEN ? EIO : rest.result);
    if (rest.result && walked < JOURNAL_WALK_BROKEN)
        snprintf(why, size, "%s cannot be written: %s", to, mdb_strerror(rest.result));
    char *lock = mem_printf("%s/lock.mdb", to);
    unlink(lock);
    free(lock);
    return !rest.result;
}

bool journal_backup(const char *epoch, const char *to, char *why, size_t size)
{
    struct manifest m;
    if (manifest_read(epoch, &m, why, size) != 0 || !copy_data(epoch, to, 0, why, size) ||
        !add_rest(epoch, m.parent, to, why, size))
        return false;
    if (!manifest_write(to, &m))
        return true;
    snprintf(why, size, "%s/manifest: %s", to, strerror(errno));
    return false;
}

struct sum {
    uint64_t digest, count;
};

static bool sum_up(void *arg, uint64_t number, const void *bytes, size_t n)
{
    struct sum *s = arg;
    s->digest = record_digest(bytes, n, s->digest ^ number);
    s->count++;
    return true;
}

static bool same_events(const char *epoch, uint64_t number, const char *packed, char *why,
                        size_t size)
{
    struct sum a = {0}, b = {0};
    if (journal_walk(epoch, number, 0, sum_up, &a, why, size) != 0 ||
        journal_walk(packed, number, 0, sum_up, &b, why, size) != 0)
        return false;
    if (a.digest == b.digest && a.count == b.count)
        return true;
    snprintf(why, size, "%s: the packed copy does not read the same", epoch);
    return false;
}

// A reader's lock file counts transactions of the old file. With the new file under it that reader,
// and every reader that joins it, would look for the wrong page. LMDB's readers hold a lock on the
// first byte.
static bool is_read(const char *lock)
{
    struct flock l = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_len = 1};
    int fd = open(lock, O_RDWR | O_CLOEXEC);
    bool taken = fd >= 0 && !fcntl(fd, F_GETLK, &l) && l.l_type != F_UNLCK;
    if (fd >= 0)
        close(fd);
    return taken;
}

static bool swap_in(const char *packed, const char *data, const char *lock, char *why, size_t size)
{
    if (is_read(lock)) {
        snprintf(why, size, "%s: another program reads it just now", data);
        return false;
    }
    int r = rename(packed, data) < 0 ? errno : 0;
    if (!r && unlink(lock) < 0 && errno != ENOENT)
        r = errno;
    if (!r)
        r = -file_sync_folder(data);
    if (r)
        snprintf(why, size, "%s: %s", data, strerror(r));
    return !r;
}

static uint64_t size_of(const char *path)
{
    struct stat st;
    return stat(path, &st) ? 0 : (uint64_t)st.st_size;
}

// No process writes the epoch, so its write-ahead log can be moved into the table.
static bool settled(const char *epoch, uint64_t number, const char *data, char *why, size_t size)
{
    char what[160];
    int r = sanity_check(data, what, sizeof(what));
    if (!r)
        r = append_wal(epoch, number, what, sizeof(what));
    if (r)
        snprintf(why, size, "%s: %s", epoch, what);
    return !r;
}

bool journal_pack(const char *epoch, uint64_t number, uint64_t *before, uint64_t *after, char *why,
                  size_t size)
{
    char *folder = mem_printf("%s.packed", epoch), *packed = mem_printf("%s/data.mdb", folder),
         *packed_lock = mem_printf("%s/lock.mdb", folder), *data = mem_printf("%s/data.mdb", epoch),
         *lock = mem_printf("%s/lock.mdb", epoch);
    unlink(packed); // left by an interrupted attempt
    *before = size_of(data);
    bool good = settled(epoch, number, data, why, size) &&
                copy_data(epoch, folder, MDB_CP_COMPACT, why, size) &&
                same_events(epoch, number, folder, why, size) &&
                swap_in(packed, data, lock, why, size);
    *after = size_of(data);
    unlink(packed);
    unlink(packed_lock);
    rmdir(folder);
    free(lock);
    free(data);
    free(packed_lock);
    free(packed);
    free(folder);
    return good;
}
