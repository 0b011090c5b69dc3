// More events for the table of an epoch that nobody has open, in one synced transaction.
// Threads: one.  Errors: 0, or a code that mdb_strerror knows.
#ifndef JOURNAL_APPEND_H
#define JOURNAL_APPEND_H

#include <lmdb.h>
#include <stddef.h>
#include <stdint.h>

struct append {
    MDB_env *env;
    MDB_txn *txn;
    MDB_dbi events;
    uint64_t last; // of the table; UINT64_MAX: it is empty
};

// Its last event; UINT64_MAX: there is none.
int append_last(MDB_txn *txn, MDB_dbi events, uint64_t *last);
// `room`: bytes of what is to come. After a failure too, append_end is to be called.
int append_begin(struct append *a, const char *epoch, size_t room);
int append_put(struct append *a, uint64_t number, const void *bytes, size_t n);
// Commits, and syncs all there is, when `r`, the result until now, is 0. Returns the first that was not.
int append_end(struct append *a, int r);

// What the tail of epoch `number` has goes into its table, and the tail is removed. 0; or negative, and `why`
// says what is wrong; then nothing was changed.
int append_tail(const char *epoch, uint64_t number, char *why, size_t size);

#endif
