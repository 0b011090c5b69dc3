// Recovers events from a file whose trees are broken: every record has its number and a checksum,
// so it can be recognised wherever it is. For repair only; the caller holds DATA/lock.
//
// Threads: any.
#ifndef JOURNAL_SALVAGE_H
#define JOURNAL_SALVAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Calls `each` for event `from` of epoch `number` and the following ones, as long as valid records
// are found, until it returns false. Two different records with one number count as none, as it is
// unknown which was committed.
void journal_salvage(const char *epoch, uint64_t number, uint64_t from,
                     bool (*each)(void *arg, const void *bytes, size_t n), void *arg);

#endif
