// What the parts of the journal share: journal.c opens and makes epochs, journal_write.c writes, and
// journal_cursor.c reads.
#ifndef JOURNAL_JOURNAL_PRIV_H
#define JOURNAL_JOURNAL_PRIV_H

#include "journal/journal.h"
#include "journal/tail.h"
#include "util/buf.h"

#include <lmdb.h>
#include <sys/types.h>

// Records that are in the tail, and not yet in the table for certain.
struct journal_held {
    struct buf bytes;
    size_t *lengths, count, cap;
    uint64_t first;
    size_t put, put_bytes; // so much of them is in `txn`
    MDB_txn *txn;          // or NULL. LMDB wants it ended by the thread that began it
};

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
    struct tail *tail; // NULL: not made yet, or not used
    struct journal_held held;
    struct tail_list read; // of a journal that is only read: what comes after its table
    unsigned detour; // batches until the tail is tried again
    dev_t device; // of the epoch's folder, as it was opened
    ino_t inode;
    char why[256], detour_why[256], nameless[400];
};

int journal_reopen(struct journal *j); // the table, at its name: 0, or negative

// Notes it for journal_why. LMDB's own errors are below any errno. Returns the code as a negative one.
int journal_fatal(struct journal *j, const char *what, int code);

#endif
