// Shared by the parts of the journal: journal.c opens and makes epochs, journal_write.c writes,
// and journal_cursor.c reads.
#ifndef JOURNAL_JOURNAL_PRIV_H
#define JOURNAL_JOURNAL_PRIV_H

#include "journal/journal.h"
#include "journal/wal.h"
#include "util/buf.h"
#include "util/error.h"

#include <lmdb.h>
#include <sys/types.h>

// Records that are in the write-ahead log and not certainly in the table.
struct journal_held {
    struct buf bytes;
    size_t *lengths, count, cap;
    uint64_t first;
    size_t put, put_bytes; // how many of the records, and of their bytes, are in `txn`
    MDB_txn *txn;          // or NULL. LMDB wants it ended by the thread that began it
};

struct journal {
    char *folder, *path; // the folder of all epochs; the folder of this one
    struct journal_config config;
    struct manifest manifest;
    MDB_env *env;
    MDB_dbi events;
    uint64_t last;
    size_t map;
    int data;        // own descriptor of data.mdb, -1: none; closing it releases no lock of LMDB
    size_t room;     // bytes of the file for which the disk has reserved blocks
    struct wal *wal; // NULL: not made yet, or not used
    struct journal_held held;
    struct wal_list read;  // in a journal opened for reading: the records that come after its table
    unsigned wal_bypassed; // how many batches go past the write-ahead log before it is tried again
    dev_t device;          // device and inode of the epoch's folder when it was opened
    ino_t inode;
    struct error why, wal_bypassed_why, nameless;
};

int journal_reopen(struct journal *j); // opens the table again by its name: 0, or negative

// Notes a failure for journal_why. `code` is an errno or one of LMDB's, which are below any errno.
void journal_note(struct journal *j, const char *what, int code);
// The same for one that cannot be handled. Returns the code as a negative number.
int journal_fail(struct journal *j, const char *what, int code);

#endif
