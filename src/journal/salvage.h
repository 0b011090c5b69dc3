// Events out of a file whose trees are broken: every record bears its number and a checksum, so it
// is one wherever it stands. For repair only; the caller holds DATA/lock.
//
// Threads: any.
#ifndef JOURNAL_SALVAGE_H
#define JOURNAL_SALVAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Calls `each` for event `from` of epoch `number`, and those after it, as far as whole records are found, until
// it returns false. Two that differ under one number are none: nobody knows which was committed.
void journal_salvage(const char *epoch, uint64_t number, uint64_t from,
                     bool (*each)(void *arg, const void *bytes, size_t n), void *arg);

#endif
