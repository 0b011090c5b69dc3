// Reads an epoch from front to back: its table, then what its write-ahead log had when it was
// opened. One LMDB transaction a cursor; writes nothing.
#include "journal/journal_priv.h"

#include "util/mem.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct journal_cursor {
    struct journal *journal;
    MDB_txn *txn;
    MDB_cursor *cursor;
    uint64_t next;
    bool begun;
};

struct journal_cursor *journal_cursor_open(struct journal *j, uint64_t number)
{
    assert(number);
    struct journal_cursor *c = mem_new(struct journal_cursor);
    c->journal = j;
    c->next = number;
    int r = mdb_txn_begin(j->env, NULL, MDB_RDONLY, &c->txn);
    if (!r)
        r = mdb_cursor_open(c->txn, j->events, &c->cursor);
    if (r)
        journal_note(j, "cannot be read", r); // journal_cursor_next returns an error then
    return c;
}

static int check_record(struct journal_cursor *c, const void *bytes, size_t n, struct record *r,
                        uint32_t *locks)
{
    struct journal *j = c->journal;
    const char *why = NULL;
    if (record_decode(bytes, n, r, locks, &why) == 0 && r->number != c->next)
        why = "it calls itself by another number";
    if (why) {
        error_set(&j->why, -EINVAL, "%s: event %" PRIu64 ": %s", j->path, c->next, why);
        return JOURNAL_BAD;
    }
    c->next++;
    return 0;
}

static int next_of_wal(struct journal_cursor *c, struct record *r, uint32_t *locks)
{
    const struct wal_list *l = &c->journal->read;
    if (c->next < l->first || c->next - l->first >= l->count)
        return JOURNAL_END;
    const struct wal_record *t = &l->list[c->next - l->first];
    return check_record(c, t->bytes, t->size, r, locks);
}

int journal_cursor_next(struct journal_cursor *c, struct record *r, uint32_t *locks)
{
    assert(r && locks);
    struct journal *j = c->journal;
    MDB_val key = {sizeof(c->next), &c->next}, value;
    if (!c->cursor)
        return -EIO;
    int e = mdb_cursor_get(c->cursor, &key, &value, c->begun ? MDB_NEXT : MDB_SET_RANGE);
    if (e == MDB_NOTFOUND)
        return next_of_wal(c, r, locks);
    if (e)
        return journal_fail(j, "cannot be read", e);
    uint64_t number;
    c->begun = true;
    memcpy(&number, key.mv_data, sizeof(number));
    if (key.mv_size == sizeof(number) && number == c->next)
        return check_record(c, value.mv_data, value.mv_size, r, locks);
    error_set(&j->why, -EINVAL, "%s: event %" PRIu64 ": the one before it is missing", j->path,
              number);
    return JOURNAL_BAD;
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
