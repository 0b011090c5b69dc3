// The write-ahead log of an epoch, a file called wal: events that are on the disk and not in its
// table yet. A commit of LMDB costs two flushes of the disk and several pages; a block of the wal
// costs one flush, in a file that does not grow.
//
// Threads: a struct wal belongs to its writer; a struct wal_list to its caller. Locks: none.
// Source: write-ahead logging, as ARIES has it (Mohan et al., 1992), of whole records and redo
// only.
#ifndef JOURNAL_WAL_H
#define JOURNAL_WAL_H

#include "util/buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct error;

enum {
    WAL_SIZE = 4 << 20, // bytes of the file
    // blocks begin at multiples of this: a disk writes so much at once, so synced bytes are never
    // overwritten
    WAL_BLOCK = 4096,
};

struct wal;

enum wal_outcome {
    WAL_FULL = 1, // its records must be moved into the table first
    WAL_REFUSED,  // a write failed with errno: nothing was kept, and the same may be tried again
    WAL_GAP,      // damaged: events are missing, or may be
};

// Makes the file in the folder of epoch number `epoch`, full of zeros and synced. NULL: errno says
// why.
struct wal *wal_make(const char *folder, uint64_t epoch);
void wal_free(struct wal *t); // the file stays

// Writes a block with these records, see journal_write. 0: it is synced; WAL_FULL or WAL_REFUSED;
// negative: an errno of the sync, after which it is unknown what is on the disk.
int wal_write(struct wal *t, uint64_t first, const char *bytes, const size_t *lengths,
              size_t count);
size_t wal_left(const struct wal *t); // bytes
int wal_descriptor(const struct wal *t);
// all its records are in the table, synced: it may be written from the beginning again
void wal_again(struct wal *t);

// Removes the file, when all its records are in the table. 0, also when there was none, or a
// negative errno.
int wal_remove(const char *folder);

struct wal_record {
    const char *bytes;
    size_t size;
};

struct wal_block {
    uint64_t epoch, first;
    uint32_t count;
    const char *lengths, *records;
};

// A block that is not valid, as its header or trailer describes it.
struct wal_torn {
    size_t at; // byte of the file where it begins
    uint64_t first;
    uint32_t count;
};

// The contents of the file, as they were read. Records point into them.
struct wal_list {
    struct buf file;
    bool there;               // the file exists
    struct wal_block *blocks; // valid blocks, in order of their first events; some may be old
    size_t block_count;
    uint64_t epoch, first; // `first`: number of list[0]
    bool strange;          // blocks of another epoch were found, which are not in `blocks`
    uint64_t stranger;     // the number of that epoch
    struct wal_torn *torn; // some may be old
    size_t torn_count;
    // the block that would come next, if it is known to be unfinished; else NULL
    const struct wal_torn *unfinished;
    struct wal_record *list;
    size_t count;
};

// Reads all valid blocks of the log of epoch number `epoch`. 0, also when there is no file, or a
// negative errno.
int wal_read(const char *folder, uint64_t epoch, struct wal_list *out);
// Puts into `list` the records after event `last`, the last one of the table; UINT64_MAX: the table
// is empty. 0, or WAL_GAP and `why`: later events exist but not the next one, the file is cut off,
// or it belongs to another epoch. A block is begun only when the one before it is synced, so a
// block that was begun proves that one.
int wal_after(struct wal_list *l, uint64_t last, struct error *why);
// Describes `unfinished` in `remark`; false if there is nothing to report.
bool wal_describe_unfinished(const struct wal_list *l, struct error *remark);
// Visits every record, old ones too, in no order.
void wal_each(const struct wal_list *l,
              void (*each)(void *arg, uint64_t number, const char *bytes, size_t n), void *arg);
// Visits what may be left of the records of invalid blocks: the caller has to check each record.
void wal_each_torn(const struct wal_list *l,
                   void (*each)(void *arg, uint64_t number, const char *bytes, size_t n),
                   void *arg);
void wal_list_fini(struct wal_list *l);

#endif
