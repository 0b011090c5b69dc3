// Whole epochs, for the offline tools: copied while a server writes them, packed, and read record
// by record even when parts of them are damaged. Each call opens the environment for itself, so the
// same process must not have that epoch open elsewhere (LMDB's rule).
//
// Threads: the one of main, in a program that runs no workers: what LMDB does when it meets damaged
// pages (SIGBUS, SIGSEGV, an assertion) is caught here, and signal handlers are the process's.
// Errors: false or negative, and `why` says what is wrong.
#ifndef JOURNAL_COPY_H
#define JOURNAL_COPY_H

#include "journal/manifest.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// An epoch without events in the folder `epoch`, which is made; the manifest comes last.
bool journal_make(const char *epoch, const struct manifest *m, char *why, size_t size);

enum journal_walked {
    JOURNAL_WALK_END = 1,     // there are no more
    JOURNAL_WALK_STOPPED = 2, // `each` has had enough
    JOURNAL_WALK_BROKEN = 3,  // the table cannot be read any further
    JOURNAL_WALK_REFUSED = 4, // the system does not let it be read; nothing is known to be damaged
};

// Calls `each` for the records of epoch `number` from event `from` on, good or not, until it returns false. They are
// copied first: no transaction is open meanwhile, so a slow or killed reader costs the server
// nothing.
// At the end of all `why` is what is to be told of the tail all the same, mostly nothing.
enum journal_walked journal_walk(const char *epoch, uint64_t number, uint64_t from,
                                 bool (*each)(void *arg, uint64_t number, const void *bytes,
                                              size_t n),
                                 void *arg, char *why, size_t size);

// A copy of one epoch in the folder `to`, made here: what was committed when it began. The manifest
// comes last, so that a copy that was not finished is no epoch.
bool journal_backup(const char *epoch, const char *to, char *why, size_t size);

// Writes the epoch anew without what LMDB keeps for later, and renames it over the old file when it
// reads the same. The caller holds DATA/lock. False also when somebody reads it just now.
bool journal_pack(const char *epoch, uint64_t number, uint64_t *before, uint64_t *after, char *why, size_t size);

#endif
