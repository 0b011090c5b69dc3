// Room in the file of an LMDB environment before it is needed. To sync a file that has grown, the file
// system commits its own journal as well; one that is only overwritten costs half of that. So zeros
// are written beyond the pages in use, some at a time.
//
// Threads: that of the environment's only writer, between transactions.
// Failure: none; a full disk is left for the commit to find.
#ifndef JOURNAL_AHEAD_H
#define JOURNAL_AHEAD_H

#include <lmdb.h>
#include <stddef.h>

size_t ahead_used(MDB_env *env); // bytes in pages that a commit has used
// Before a transaction of about `coming` bytes. `length` is kept from call to call, 0 at first.
void ahead_write(MDB_env *env, size_t *length, size_t coming);
void ahead_cut(MDB_env *env, size_t length); // what was never used

#endif
