// Adds events to the table of an epoch that no process has open, in one synced transaction.
// Threads: one.  Errors: 0, or a code that mdb_strerror knows.
#ifndef JOURNAL_APPEND_H
#define JOURNAL_APPEND_H

#include <lmdb.h>
#include <stddef.h>
#include <stdint.h>

struct error;

struct append {
    MDB_env *env;
    MDB_txn *txn;
    MDB_dbi events;
    uint64_t last; // number of the table's last event; UINT64_MAX: it is empty
};

// The number of the table's last event; UINT64_MAX: there is none.
int append_last(MDB_txn *txn, MDB_dbi events, uint64_t *last);
// `room`: bytes that will be added. append_end must be called even after a failure.
int append_begin(struct append *a, const char *epoch, size_t room);
int append_put(struct append *a, uint64_t number, const void *bytes, size_t n);
// If `r`, the result so far, is 0, commits and syncs everything. Returns the first result that is
// not 0.
int append_end(struct append *a, int r);

// Moves the events in the write-ahead log of epoch `number` into its table, and removes the log. 0;
// or negative, and `why` says what is wrong; then nothing was changed.
int append_wal(const char *epoch, uint64_t number, struct error *why);

#endif
