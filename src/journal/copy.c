// Reads, copies and packs epochs with LMDB environments of its own. While one is read it keeps the
// jump buffer for a fault; between calls it keeps nothing; one thread. It does not check records
// and changes none.
#include "journal/copy.h"

#include "journal/append.h"
#include "journal/record.h"
#include "journal/sanity.h"
#include "journal/wal.h"
#include "util/buf.h"
#include "util/error.h"
#include "util/file.h"
#include "util/mem.h"

#include <assert.h>
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

static void on_copy_fault(int signal_number)
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
    assert(!armed); // one call at a time
    static const int signals[] = {SIGBUS, SIGSEGV, SIGABRT, SIGFPE};
    enum { SIGNALS = sizeof(signals) / sizeof(signals[0]) };
    struct sigaction old[SIGNALS], now = {.sa_handler = on_copy_fault};
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

static int open_walked_table(struct walk *w)
{
    assert(!w->env);
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

static int begin_walk(struct walk *w)
{
    assert(!w->txn && !w->cursor);
    int r = mdb_txn_begin(w->env, NULL, MDB_RDONLY, &w->txn);
    if (r == MDB_MAP_RESIZED && !(r = mdb_env_set_mapsize(w->env, 0)))
        r = mdb_txn_begin(w->env, NULL, MDB_RDONLY, &w->txn);
    if (!r)
        r = mdb_dbi_open(w->txn, "events", MDB_INTEGERKEY, &w->events);
    return r ? r : mdb_cursor_open(w->txn, w->events, &w->cursor);
}

static int copy_record(struct walk *w, const MDB_val *key, const MDB_val *value)
{
    assert(w->count < BATCH);
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

static void find_last_copied(struct walk *w)
{
    MDB_val key, value;
    w->last = UINT64_MAX;
    if (!mdb_cursor_get(w->cursor, &key, &value, MDB_LAST) && key.mv_size == sizeof(w->last))
        memcpy(&w->last, key.mv_data, sizeof(w->last));
}

// Copies the next records into the list. 0, MDB_NOTFOUND at the end, or a failure.
static int copy_gather(void *arg)
{
    struct walk *w = arg;
    MDB_val key = {sizeof(w->next), &w->next}, value;
    int r = w->env ? 0 : open_walked_table(w);
    if (!r)
        r = begin_walk(w);
    if (!r)
        r = mdb_cursor_get(w->cursor, &key, &value, MDB_SET_RANGE);
    while (!r) {
        r = copy_record(w, &key, &value);
        if (w->count == BATCH || w->bytes.len > BATCH_BYTES)
            break;
        if (!r)
            r = mdb_cursor_get(w->cursor, &key, &value, MDB_NEXT);
    }
    if (r == MDB_NOTFOUND)
        find_last_copied(w);
    end_txn(w);
    return r;
}

// How it is reported that a file of the epoch cannot be read: as damage, or as a refusal of the
// system.
static int cannot_read(const struct walk *w, const char *file, int code, struct error *why)
{
    error_set(why, code > 0 ? -code : code, "%s/%s: %s", w->epoch, file, reason(code));
    return file_error_is_outside(code) ? JOURNAL_WALK_REFUSED : JOURNAL_WALK_BROKEN;
}

// Visits the rest of the table, as it is now. 0 at its end, or an outcome.
static int walk_copied_table(struct walk *w, const struct visitor *v, struct error *why)
{
    for (int r = 0; r == 0;) {
        w->count = 0;
        buf_clear(&w->bytes);
        r = guarded(copy_gather, w);
        end_txn(w); // a fault leaves it open
        // Records gathered before a failure are valid.
        for (size_t i = 0; i < w->count; i++)
            if (!v->each(v->arg, w->list[i].number, buf_str(&w->bytes) + w->list[i].at,
                         w->list[i].n))
                return JOURNAL_WALK_STOPPED;
        if (r != 0 && r != MDB_NOTFOUND)
            return cannot_read(w, "data.mdb", r, why);
    }
    return 0;
}

static int visit_wal(struct walk *w, const struct wal_list *l, const struct visitor *v)
{
    for (size_t i = 0; i < l->count; i++) {
        if (l->first + i < w->next)
            continue;
        w->next = l->first + i + 1;
        if (!v->each(v->arg, l->first + i, l->list[i].bytes, l->list[i].size))
            return JOURNAL_WALK_STOPPED;
    }
    return 0;
}

// Whether a reading of the write-ahead log has to be repeated, as a server may have been writing
// it.
enum reading {
    READING_GAP = 1, // events are missing between the table and the log: it was begun again
    READING_TORN,    // the last block is not valid: it may be being written
    READING_WHOLE,
};

// Reads the log, then what has come into the table, then visits what only the log has. 0, with
// `why` as a remark when it is READING_TORN and as the reason when it is READING_GAP; or an
// outcome.
static int walk_wal(struct walk *w, const struct visitor *v, enum reading *reading,
                    struct error *why)
{
    struct wal_list l;
    int r = wal_read(w->epoch, w->number, &l);
    r = r < 0 ? cannot_read(w, "tail", -r, why) : walk_copied_table(w, v, why);
    if (r == 0 && wal_after(&l, w->last, why) == WAL_GAP) {
        error_wrap(why, "%s/tail", w->epoch);
        *reading = READING_GAP;
    } else if (r == 0) {
        *reading = wal_describe_unfinished(&l, why) ? READING_TORN : READING_WHOLE;
        r = visit_wal(w, &l, v);
    }
    wal_list_fini(&l);
    return r;
}

// Reads the write-ahead log before the rest of the table, as a server may move records from one to
// the other meanwhile, and begin the log again.
static int walk_epoch(struct walk *w, const struct visitor *v, struct error *why)
{
    static const int tries[] = {[READING_GAP] = TRIES, [READING_TORN] = TRIES_DOUBT};
    enum reading reading = READING_GAP;
    error_clear(why);
    int r = walk_copied_table(w, v, why);
    for (int i = 0; r == 0 && reading != READING_WHOLE && i < tries[reading]; i++) {
        if (i)
            nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
        r = walk_wal(w, v, &reading, why);
    }
    return r == 0 && reading == READING_GAP ? JOURNAL_WALK_BROKEN : r;
}

int journal_walk(const char *epoch, uint64_t number, uint64_t from,
                 bool (*each)(void *arg, uint64_t number, const void *bytes, size_t n), void *arg,
                 struct error *why)
{
    assert(epoch && each && why);
    struct walk *w = mem_new(struct walk);
    w->epoch = epoch;
    w->number = number;
    w->next = from;
    int walked = walk_epoch(w, &(struct visitor){each, arg}, why);
    if (w->env)
        mdb_env_close(w->env);
    buf_fini(&w->bytes);
    free(w);
    return walked;
}

static int make_copied_table(MDB_env *env, const char *epoch)
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

bool journal_make(const char *epoch, const struct manifest *m, struct error *why)
{
    MDB_env *env = NULL;
    int r = -file_mkdirs(epoch, 0700);
    if (!r)
        r = mdb_env_create(&env);
    if (!r)
        r = make_copied_table(env, epoch);
    if (env)
        mdb_env_close(env);
    char *data = mem_printf("%s/data.mdb", epoch);
    if (!r)
        r = -file_sync_folder(data);
    free(data);
    if (!r)
        r = -manifest_write(epoch, m);
    if (r)
        error_set(why, r > 0 ? -r : r, "%s cannot be made: %s", epoch, mdb_strerror(r));
    return !r;
}

struct copying {
    const char *from, *to;
    unsigned flags;
    MDB_env *env;
};

static int copy_epoch(void *arg)
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
static bool copy_data(const char *from, const char *to, unsigned flags, struct error *why)
{
    assert(strcmp(from, to) != 0);
    struct copying c = {.from = from, .to = to, .flags = flags};
    char *data = mem_printf("%s/data.mdb", to);
    int r = -file_mkdirs(to, 0700);
    if (!r) {
        r = guarded(copy_epoch, &c);
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
        error_set(why, r > 0 ? -r : r, "%s cannot be copied to %s: %s", from, to, reason(r));
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
static bool add_rest(const char *epoch, uint64_t number, const char *to, struct error *why)
{
    struct rest rest = {0};
    int walked = 0;
    rest.result = append_begin(&rest.append, to, 16 * WAL_SIZE);
    if (!rest.result)
        walked = journal_walk(epoch, number, rest.append.last + 1, add_one, &rest, why);
    rest.result = append_end(&rest.append, walked >= JOURNAL_WALK_BROKEN ? EIO : rest.result);
    if (rest.result && walked < JOURNAL_WALK_BROKEN)
        error_set(why, rest.result > 0 ? -rest.result : rest.result, "%s cannot be written: %s", to,
                  mdb_strerror(rest.result));
    char *lock = mem_printf("%s/lock.mdb", to);
    unlink(lock);
    free(lock);
    return !rest.result;
}

bool journal_backup(const char *epoch, const char *to, struct error *why)
{
    struct manifest m;
    if (manifest_read(epoch, &m, why) != 0 || !copy_data(epoch, to, 0, why) ||
        !add_rest(epoch, m.parent, to, why))
        return false;
    int r = manifest_write(to, &m);
    if (r < 0)
        error_set_system(why, -r, "%s/manifest", to);
    return r == 0;
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

static bool same_events(const char *epoch, uint64_t number, const char *packed, struct error *why)
{
    struct sum a = {0}, b = {0};
    if (journal_walk(epoch, number, 0, sum_up, &a, why) != 0 ||
        journal_walk(packed, number, 0, sum_up, &b, why) != 0)
        return false;
    if (a.digest == b.digest && a.count == b.count)
        return true;
    error_set(why, -EINVAL, "%s: the packed copy does not read the same", epoch);
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

static bool swap_in(const char *packed, const char *data, const char *lock, struct error *why)
{
    if (is_read(lock)) {
        error_set(why, -EBUSY, "%s: another program reads it just now", data);
        return false;
    }
    int r = rename(packed, data) < 0 ? errno : 0;
    if (!r && unlink(lock) < 0 && errno != ENOENT)
        r = errno;
    if (!r)
        r = -file_sync_folder(data);
    if (r)
        error_set_system(why, r, "%s", data);
    return !r;
}

static uint64_t size_of(const char *path)
{
    struct stat st;
    return stat(path, &st) ? 0 : (uint64_t)st.st_size;
}

// No process writes the epoch, so its write-ahead log can be moved into the table.
static bool settled(const char *epoch, uint64_t number, const char *data, struct error *why)
{
    int r = sanity_check(data, why);
    if (!r)
        r = append_wal(epoch, number, why);
    if (r < 0)
        error_wrap(why, "%s", epoch);
    return r == 0;
}

bool journal_pack(const char *epoch, uint64_t number, uint64_t *before, uint64_t *after,
                  struct error *why)
{
    char *folder = mem_printf("%s.packed", epoch), *packed = mem_printf("%s/data.mdb", folder),
         *packed_lock = mem_printf("%s/lock.mdb", folder), *data = mem_printf("%s/data.mdb", epoch),
         *lock = mem_printf("%s/lock.mdb", epoch);
    unlink(packed); // left by an interrupted attempt
    *before = size_of(data);
    bool good = settled(epoch, number, data, why) &&
                copy_data(epoch, folder, MDB_CP_COMPACT, why) &&
                same_events(epoch, number, folder, why) && swap_in(packed, data, lock, why);
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
