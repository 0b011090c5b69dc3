// Whether the file of an epoch is one that LMDB can read. LMDB follows page numbers and offsets
// without a doubt; a file that was cut off or overwritten would end the process by a signal.
//
// Threads: any, but none may have the same environment open in this process meanwhile. A server may
// be writing to it.
#ifndef JOURNAL_SANITY_H
#define JOURNAL_SANITY_H

#include <stddef.h>

// 0 when every page that can be reached is there, once, and in order; else why, and -EINVAL when the file is
// damaged, another negative errno when it is missing or the system does not let us read it. What the records say is not looked at: they have checksums of their
// own.
int sanity_check(const char *data_mdb, char *why, size_t size);

#endif
