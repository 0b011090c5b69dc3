// Whole epochs, for the offline tools: copied while a server writes them, packed, and read record
// by record even when parts of them are damaged. Each call opens the LMDB environment itself, so
// the same process must not have that epoch open elsewhere (LMDB's rule).
//
// Threads: main's, in a program without workers. Faults that LMDB causes on damaged pages (SIGBUS,
// SIGSEGV, a failed assertion) are caught here, and signal handlers belong to the whole process.
// Errors: false or negative, and `why` says what is wrong.
#ifndef JOURNAL_COPY_H
#define JOURNAL_COPY_H

#include "journal/manifest.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct error;

// Makes the folder `epoch` and in it an epoch without events; its manifest is written last.
bool journal_make(const char *epoch, const struct manifest *m, struct error *why);

enum journal_walked {
    JOURNAL_WALK_STOPPED = 1, // `each` returned false
    JOURNAL_WALK_BROKEN,      // the table cannot be read any further
    JOURNAL_WALK_REFUSED,     // the system does not let it be read; nothing is known to be damaged
};

// Calls `each` for the records of epoch `number` from event `from` on, valid or not, until it
// returns false. The records are copied first: no transaction is open while `each` runs, so a slow
// or killed reader costs the server nothing. 0 after the last record, with a remark about the
// write-ahead log in `why`, mostly an empty one.
int journal_walk(const char *epoch, uint64_t number, uint64_t from,
                 bool (*each)(void *arg, uint64_t number, const void *bytes, size_t n), void *arg,
                 struct error *why);

// Copies what one epoch had committed when the call began into the folder `to`, which is made here.
// The manifest is written last, so that an unfinished copy is not taken for an epoch.
bool journal_backup(const char *epoch, const char *to, struct error *why);

// Writes the epoch again without LMDB's free pages, reads that back, and renames it over the old
// file if it has the same records. The caller holds DATA/lock. False also when another process
// reads the epoch just now.
bool journal_pack(const char *epoch, uint64_t number, uint64_t *before, uint64_t *after,
                  struct error *why);

#endif
