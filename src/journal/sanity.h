// Whether LMDB can read the file of an epoch. LMDB follows page numbers and offsets without
// checking them; a file that was cut off or overwritten would end the process by a signal.
//
// Threads: any, but none may have the same environment open in this process meanwhile. A server may
// be writing to it.
#ifndef JOURNAL_SANITY_H
#define JOURNAL_SANITY_H

struct error;

// 0 when every reachable page exists, is reached once, and is in order; else `why`, and -EINVAL
// when the file is damaged, another negative errno when it is missing or the system refuses to let
// it be read. Records are not checked: they have checksums of their own.
int sanity_check(const char *data_mdb, struct error *why);

#endif
