// Writes batches into the table, or into the write-ahead log first and from there into the
// table. Lets the map grow between transactions, and reserves room on the disk. Decides which
// failures may be retried and which are fatal.
#include "journal/journal_priv.h"

#include "util/mem.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum {
    AHEAD = 8 << 20, // bytes of the table's file that are reserved beyond what is used
    SETTLE_LEFT = WAL_SIZE / 4,
    WAL_BYPASSED_BATCHES = 64, // after a failed write so many batches bypass the write-ahead log
};

static size_t used(const struct journal *j)
{
    MDB_envinfo info;
    MDB_stat stat;
    mdb_env_info(j->env, &info);
    mdb_env_stat(j->env, &stat);
    return (info.me_last_pgno + 1) * stat.ms_psize;
}

// The size that files may reach (`ulimit -f`). The limit is treated like a full disk.
static uint64_t file_limit(void)
{
    struct rlimit l;
    return getrlimit(RLIMIT_FSIZE, &l) || l.rlim_cur == RLIM_INFINITY ? UINT64_MAX : l.rlim_cur;
}

// May the write be tried again? EIO too: a full disk may cause it by cutting a write short.
static bool is_refusal(int code)
{
    return code == ENOSPC || code == EDQUOT || code == EFBIG || code == EIO;
}

// Reserves blocks beyond what is used: when the disk becomes full, events under way can still be
// written, and their replies sent. False when the disk has none left; on a file system that cannot
// reserve, only the write itself shows it.
static bool keep_blocks(struct journal *j)
{
    size_t from = used(j);
    uint64_t limit = file_limit(), ahead = limit > from ? limit - from : 0;
    if (ahead < AHEAD / 2)
        return false;
    if (from + AHEAD / 2 <= j->room)
        return true;
    if (ahead > AHEAD)
        ahead = AHEAD;
    if (fallocate(j->data, FALLOC_FL_KEEP_SIZE, (off_t)from, (off_t)ahead) < 0)
        return errno != ENOSPC && errno != EDQUOT && errno != EFBIG;
    j->room = from + ahead;
    return true;
}

// Doubles the map when less than a fifth of it is left. No transaction is open.
static int keep_room(struct journal *j, size_t coming)
{
    assert(!j->held.txn); // LMDB changes the size of its map between transactions only
    size_t now = used(j);
    bool grown = false;
    keep_blocks(j); // if it fails, journal_space reports that
    while (now + coming * 2 > j->map / 5 * 4) {
        j->map *= 2;
        grown = true;
    }
    int r = grown ? mdb_env_set_mapsize(j->env, j->map) : 0;
    return r ? journal_fail(j, "its map cannot grow", r) : 0;
}

static int put_records(struct journal *j, MDB_txn *txn, uint64_t first, const char *bytes,
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
// transaction again and touches none that the last committed one needs. Not so after a failed sync,
// as the kernel then takes unwritten pages for written; the failure is reported once to each open
// descriptor, so ours will be. Nor when LMDB has given up the environment, as after the last page
// of a commit.
static int write_refused(struct journal *j, int r)
{
    assert(r && !j->held.txn);
    MDB_txn *txn;
    if (!is_refusal(r))
        return journal_fail(j, "cannot be written", r);
    if (mdb_txn_begin(j->env, NULL, 0, &txn))
        return journal_fail(j, "a commit cannot be ended", r);
    mdb_txn_abort(txn);
    if (fdatasync(j->data) < 0)
        return journal_fail(j, "cannot be synced", errno);
    journal_note(j, "cannot be written", r);
    return JOURNAL_NO_SPACE;
}

static int write_table(struct journal *j, uint64_t first, const char *bytes, const size_t *lengths,
                       size_t count)
{
    assert(count && !j->held.txn); // LMDB would wait for ever for its other transaction
    size_t total = 0;
    for (size_t i = 0; i < count; i++)
        total += lengths[i] + 64;
    MDB_txn *txn;
    int r = keep_room(j, total);
    if (r)
        return r;
    r = mdb_txn_begin(j->env, NULL, 0, &txn);
    if (r)
        return journal_fail(j, "cannot be written", r);
    r = put_records(j, txn, first, bytes, lengths, count);
    if (r)
        mdb_txn_abort(txn);
    else
        r = mdb_txn_commit(txn);
    if (r)
        return write_refused(j, r);
    j->last = first + count - 1;
    return 0;
}

static void hold(struct journal *j, uint64_t first, const char *bytes, const size_t *lengths,
                 size_t count)
{
    assert(count && (!j->held.count || first == j->held.first + j->held.count));
    struct journal_held *h = &j->held;
    if (!h->count)
        h->first = first;
    while (h->count + count > h->cap) {
        h->cap = h->cap ? h->cap * 2 : 1024;
        h->lengths = mem_realloc_array(h->lengths, h->cap, sizeof(*h->lengths));
    }
    memcpy(h->lengths + h->count, lengths, count * sizeof(*lengths));
    for (size_t i = 0, n; i < count; i++, bytes += n) {
        n = lengths[i];
        buf_add(&h->bytes, bytes, n);
    }
    h->count += count;
}

static int begin_settling(struct journal *j)
{
    assert(j->held.count && !j->held.txn);
    struct journal_held *h = &j->held;
    int r = keep_room(j, 2 * WAL_SIZE);
    if (r)
        return r;
    h->put = h->put_bytes = 0;
    r = mdb_txn_begin(j->env, NULL, 0, &h->txn);
    if (!r)
        return 0;
    h->txn = NULL;
    return journal_fail(j, "cannot be written", r);
}

static int put_held(struct journal *j)
{
    assert(j->held.txn && j->held.put <= j->held.count);
    struct journal_held *h = &j->held;
    int r = put_records(j, h->txn, h->first + h->put, h->bytes.data + h->put_bytes,
                        h->lengths + h->put, h->count - h->put);
    h->put = h->count;
    h->put_bytes = h->bytes.len;
    return r;
}

int journal_settle(struct journal *j, bool all)
{
    struct journal_held *h = &j->held;
    if (!h->count)
        return 0;
    int r = h->txn ? 0 : begin_settling(j);
    if (r)
        return r;
    r = put_held(j);
    if (!r && !all && wal_left(j->wal) > SETTLE_LEFT)
        return 0;
    if (r)
        mdb_txn_abort(h->txn);
    else
        r = mdb_txn_commit(h->txn);
    h->txn = NULL;
    if (r)
        return write_refused(j, r);
    h->count = 0;
    buf_clear(&h->bytes);
    if (j->wal)
        wal_again(j->wal);
    return 0;
}

static int wal_refused(struct journal *j, int code)
{
    if (!is_refusal(code))
        return journal_fail(j, "its tail cannot be written", code);
    journal_note(j, "its tail cannot be written", code);
    j->wal_bypassed_why = j->why;
    j->wal_bypassed = WAL_BYPASSED_BATCHES;
    return WAL_REFUSED;
}

static int try_wal(struct journal *j, uint64_t first, const char *bytes, const size_t *lengths,
                   size_t count)
{
    if (j->wal_bypassed && --j->wal_bypassed)
        return WAL_REFUSED;
    if (!j->wal && !(j->wal = wal_make(j->path, j->manifest.parent)))
        return wal_refused(j, errno);
    int r = wal_write(j->wal, first, bytes, lengths, count);
    if (r == WAL_REFUSED)
        return wal_refused(j, errno);
    return r < 0 ? journal_fail(j, "its tail cannot be synced", -r) : r;
}

// Bypasses the write-ahead log: moves it into the table, then writes the batch there. If that fails
// too, either may be tried first next time.
static int write_past_wal(struct journal *j, uint64_t first, const char *bytes,
                          const size_t *lengths, size_t count)
{
    int r = journal_settle(j, true);
    if (r == 0)
        r = write_table(j, first, bytes, lengths, count);
    if (r != 0)
        j->wal_bypassed = 0;
    return r;
}

static int write_wal(struct journal *j, uint64_t first, const char *bytes, const size_t *lengths,
                     size_t count)
{
    int r = try_wal(j, first, bytes, lengths, count);
    if (r == WAL_FULL) {
        r = journal_settle(j, true);
        if (r != 0)
            return r;
        r = try_wal(j, first, bytes, lengths, count);
    }
    if (r == WAL_FULL || r == WAL_REFUSED)
        return write_past_wal(j, first, bytes, lengths, count);
    if (r < 0)
        return r;
    hold(j, first, bytes, lengths, count);
    j->last = first + count - 1;
    return 0;
}

int journal_write(struct journal *j, uint64_t first, const char *bytes, const size_t *lengths,
                  size_t count)
{
    assert(bytes && lengths && count && !j->config.read_only);
    if (first != j->last + 1)
        return error_set(&j->why, -EINVAL, "%s: event %" PRIu64 " after %" PRIu64, j->path, first,
                         j->last);
    // An epoch of an older format gets no log, as programs that read that format do not know it.
    bool wal = j->config.wal && j->manifest.format >= JOURNAL_FORMAT_WAL;
    return (wal ? write_wal : write_table)(j, first, bytes, lengths, count);
}

const char *journal_wal_bypassed(const struct journal *j)
{
    return j->wal_bypassed ? error_text(&j->wal_bypassed_why) : NULL;
}

uint64_t journal_space(struct journal *j)
{
    assert(!j->config.read_only);
    struct statvfs v;
    if (!keep_blocks(j))
        return 0;
    uint64_t disk = statvfs(j->path, &v) ? UINT64_MAX : (uint64_t)v.f_bavail * v.f_frsize,
             limit = file_limit(), now = used(j), left = limit > now ? limit - now : 0;
    return disk < left ? disk : left;
}

int journal_sync(struct journal *j)
{
    int r = journal_settle(j, true);
    if (r != 0)
        return r < 0 ? r : -ENOSPC;
    r = mdb_env_sync(j->env, 1);
    return r ? journal_fail(j, "cannot be synced", r) : 0;
}
