// Appends to the tables of closed epochs. Keeps nothing between calls.
#include "journal/append.h"

#include "journal/wal.h"
#include "util/error.h"
#include "util/log.h"
#include "util/mem.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { ROOM = 16 << 20 };

int append_last(MDB_txn *txn, MDB_dbi events, uint64_t *last)
{
    MDB_cursor *cursor;
    MDB_val key, value;
    *last = UINT64_MAX;
    int r = mdb_cursor_open(txn, events, &cursor);
    if (r)
        return r;
    r = mdb_cursor_get(cursor, &key, &value, MDB_LAST);
    if (!r && key.mv_size == sizeof(*last))
        memcpy(last, key.mv_data, sizeof(*last));
    mdb_cursor_close(cursor);
    return r == MDB_NOTFOUND ? 0 : r;
}

int append_begin(struct append *a, const char *epoch, size_t room)
{
    assert(epoch);
    *a = (struct append){0};
    struct stat st;
    char *data = mem_printf("%s/data.mdb", epoch);
    int r = stat(data, &st) ? errno : 0;
    free(data);
    if (!r)
        r = mdb_env_create(&a->env);
    if (!r)
        r = mdb_env_set_maxdbs(a->env, 4);
    if (!r)
        r = mdb_env_set_mapsize(a->env, (size_t)st.st_size + 4 * room + ROOM);
    if (!r)
        r = mdb_env_open(a->env, epoch, MDB_NOTLS, 0600);
    if (!r)
        r = mdb_txn_begin(a->env, NULL, 0, &a->txn);
    if (!r)
        r = mdb_dbi_open(a->txn, "events", MDB_INTEGERKEY | MDB_CREATE, &a->events);
    return r ? r : append_last(a->txn, a->events, &a->last);
}

int append_put(struct append *a, uint64_t number, const void *bytes, size_t n)
{
    assert(a->txn && bytes); // a damaged tail may have an empty record; its reader refuses it
    MDB_val key = {sizeof(number), &number}, value = {n, (void *)bytes};
    return mdb_put(a->txn, a->events, &key, &value, MDB_NOOVERWRITE | MDB_APPEND);
}

int append_end(struct append *a, int r)
{
    if (!r)
        r = mdb_txn_commit(a->txn);
    else if (a->txn)
        mdb_txn_abort(a->txn);
    // The table's last events may come from a commit that a killed server left in the page cache
    // only: sync them too.
    if (!r)
        r = mdb_env_sync(a->env, 1);
    if (a->env)
        mdb_env_close(a->env);
    return r;
}

// Log unfinished blocks before the write-ahead log is removed, as nothing can be known of them
// afterwards.
static void log_unfinished(const char *epoch, const struct wal_list *l)
{
    struct error remark;
    if (wal_describe_unfinished(l, &remark))
        log_warning("journal", "batch_left_out", "path", epoch, "why", error_text(&remark), NULL);
}

// Puts into the table what the list has after its last event. 0, or negative and `why`.
static int move(const char *epoch, struct wal_list *l, struct error *why)
{
    struct append a;
    int gap = 0;
    int r = append_begin(&a, epoch, l->file.len);
    if (!r && wal_after(l, a.last, why) == WAL_GAP)
        gap = -EINVAL;
    for (size_t i = 0; i < l->count && !r && !gap; i++)
        r = append_put(&a, l->first + i, l->list[i].bytes, l->list[i].size);
    r = append_end(&a, gap ? EINVAL : r);
    if (gap)
        return gap;
    if (r)
        return error_set(why, r > 0 ? -r : r, "its tail cannot be taken into its table: %s",
                         mdb_strerror(r));
    log_unfinished(epoch, l);
    return 0;
}

int append_wal(const char *epoch, uint64_t number, struct error *why)
{
    struct wal_list l;
    int r = wal_read(epoch, number, &l);
    if (r < 0)
        error_set_system(why, -r, "its tail cannot be read");
    else if (l.there) // also without a valid block: the file may have been cut off
        r = move(epoch, &l, why);
    wal_list_fini(&l);
    if (r < 0)
        return r;
    r = wal_remove(epoch);
    return r < 0 ? error_set_system(why, -r, "its tail cannot be removed") : 0;
}
