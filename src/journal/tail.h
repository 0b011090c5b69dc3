// The tail of an epoch: events that are on the disk and not in its table yet. A commit of LMDB's costs two
// flushes of the disk and writes several pages; a block of the tail costs one, in a file that does not grow.
//
// Threads: a struct tail is its writer's; a struct tail_list belongs to whoever has it. Locks: none.
// Source: write-ahead logging, as ARIES has it (Mohan et al., 1992), of whole records and redo only.
#ifndef JOURNAL_TAIL_H
#define JOURNAL_TAIL_H

#include "util/buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    TAIL_SIZE = 4 << 20, // bytes of the file
    TAIL_BLOCK = 4096,   // where blocks begin: a disk writes so much at once, so what was synced stays
};

struct tail;

enum tail_outcome {
    TAIL_DONE = 1,
    TAIL_FULL = 2,    // what it has must be in the table first
    TAIL_REFUSED = 3, // a write failed, errno says why: nothing was kept, the same may be tried again
    TAIL_GAP = 4,     // damaged: events are missing, or may be
};

// Makes the file in the folder of epoch number `epoch`, full of zeros and synced. NULL: errno says why.
struct tail *tail_make(const char *folder, uint64_t epoch);
void tail_free(struct tail *t); // the file stays

// A block with these records, see journal_write. Synced when it is TAIL_DONE; TAIL_FULL or TAIL_REFUSED;
// negative: an errno, the sync failed, and nobody knows what is on the disk.
int tail_write(struct tail *t, uint64_t first, const char *bytes, const size_t *lengths, size_t count);
size_t tail_left(const struct tail *t); // bytes
int tail_descriptor(const struct tail *t);
void tail_again(struct tail *t); // all that it has is in the table, synced: it may be written over

// Removes the file, as all that it has is in the table. 0, also when there was none, or a negative errno.
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

// What the head or the end of a block speaks of that is not whole.
struct tail_torn {
    size_t at; // byte where it begins
    uint64_t first;
    uint32_t count;
};

// What the file has. Records point into it.
struct tail_list {
    struct buf file;
    bool there;                // there is a file
    struct tail_block *blocks; // by their first events; some may be old
    size_t block_count;
    uint64_t epoch, first;     // `first`: number of list[0]
    bool strange;              // there are blocks of another epoch, which are not among them,
    uint64_t stranger;         // of this one
    struct tail_torn *torn;    // some may be old
    size_t torn_count;
    const struct tail_torn *unfinished; // with what would come after the list, or NULL: none is known of
    struct tail_record *list;
    size_t count;
};

// All whole blocks of the tail of epoch number `epoch`. 0, also when there is no file, or a negative errno.
int tail_read(const char *folder, uint64_t epoch, struct tail_list *out);
// Puts into `list` what comes after event `last`, the last one of the table; UINT64_MAX: the table is
// empty. TAIL_DONE, or TAIL_GAP and `why`: there are later events but not the next, the file is cut off, or it
// is another epoch's. A block is begun when the one before it is synced, so one that was only begun proves it.
enum tail_outcome tail_after(struct tail_list *l, uint64_t last, char *why, size_t size);
// Says what is to be said of `unfinished`, or nothing.
void tail_tell(const struct tail_list *l, char *text, size_t size);
// Every record there is, old ones too, in no order.
void tail_each(const struct tail_list *l,
               void (*each)(void *arg, uint64_t number, const char *bytes, size_t n), void *arg);
// What may be left of the records of blocks that are not whole: each is to be judged by itself.
void tail_each_torn(const struct tail_list *l,
                    void (*each)(void *arg, uint64_t number, const char *bytes, size_t n), void *arg);
void tail_list_fini(struct tail_list *l);

#endif
