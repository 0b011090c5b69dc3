// The write-ahead log of an epoch, called the tail: events that are on the disk and not in its
// table yet. A commit of LMDB costs two flushes of the disk and several pages; a block of the tail
// costs one flush, in a file that does not grow.
//
// Threads: a struct tail belongs to its writer; a struct tail_list to its caller. Locks: none.
// Source: write-ahead logging, as ARIES has it (Mohan et al., 1992), of whole records and redo
// only.
#ifndef JOURNAL_TAIL_H
#define JOURNAL_TAIL_H

#include "util/buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    TAIL_SIZE = 4 << 20, // bytes of the file
    // blocks begin at multiples of this: a disk writes so much at once, so synced bytes are never
    // overwritten
    TAIL_BLOCK = 4096,
};

struct tail;

enum tail_outcome {
    TAIL_FULL = 1, // its records must be moved into the table first
    TAIL_REFUSED,  // a write failed with errno: nothing was kept, and the same may be tried again
    TAIL_GAP,      // damaged: events are missing, or may be
};

// Makes the file in the folder of epoch number `epoch`, full of zeros and synced. NULL: errno says
// why.
struct tail *tail_make(const char *folder, uint64_t epoch);
void tail_free(struct tail *t); // the file stays

// Writes a block with these records, see journal_write. 0: it is synced; TAIL_FULL or TAIL_REFUSED;
// negative: an errno of the sync, after which it is unknown what is on the disk.
int tail_write(struct tail *t, uint64_t first, const char *bytes, const size_t *lengths,
               size_t count);
size_t tail_left(const struct tail *t); // bytes
int tail_descriptor(const struct tail *t);
// all its records are in the table, synced: it may be written from the beginning again
void tail_again(struct tail *t);

// Removes the file, when all its records are in the table. 0, also when there was none, or a
// negative errno.
int tail_remove(const char *folder);

struct tail_record {
    const char *bytes;
    size_t size;
};

struct tail_block {
    uint64_t epoch, first;
    uint32_t count;
    const char *lengths, *records;
};

// A block that is not valid, as its header or trailer describes it.
struct tail_torn {
    size_t at; // byte of the file where it begins
    uint64_t first;
    uint32_t count;
};

// What was read from the file. Records point into it.
struct tail_list {
    struct buf file;
    bool there;                // the file exists
    struct tail_block *blocks; // valid blocks, in order of their first events; some may be old
    size_t block_count;
    uint64_t epoch, first;  // `first`: number of list[0]
    bool strange;           // blocks of another epoch were found, which are not in `blocks`
    uint64_t stranger;      // the number of that epoch
    struct tail_torn *torn; // some may be old
    size_t torn_count;
    // the block that would come next, if it is known to be unfinished; else NULL
    const struct tail_torn *unfinished;
    struct tail_record *list;
    size_t count;
};

// Reads all valid blocks of the log of epoch number `epoch`. 0, also when there is no file, or a
// negative errno.
int tail_read(const char *folder, uint64_t epoch, struct tail_list *out);
// Puts into `list` the records after event `last`, the last one of the table; UINT64_MAX: the table
// is empty. 0, or TAIL_GAP and `why`: later events exist but not the next one, the file is cut off,
// or it belongs to another epoch. A block is begun only when the one before it is synced, so a
// block that was begun proves that one.
int tail_after(struct tail_list *l, uint64_t last, char *why, size_t size);
// The sentence to report about `unfinished`; empty if there is none.
void tail_tell(const struct tail_list *l, char *text, size_t size);
// Visits every record, old ones too, in no order.
void tail_each(const struct tail_list *l,
               void (*each)(void *arg, uint64_t number, const char *bytes, size_t n), void *arg);
// Visits what may be left of the records of invalid blocks: the caller has to check each record.
void tail_each_torn(const struct tail_list *l,
                    void (*each)(void *arg, uint64_t number, const char *bytes, size_t n),
                    void *arg);
void tail_list_fini(struct tail_list *l);

#endif
