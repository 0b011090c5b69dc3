// The layout of a block of the write-ahead log: wal.c writes it, wal_read.c reads it.
#ifndef JOURNAL_WAL_PRIV_H
#define JOURNAL_WAL_PRIV_H

#include "journal/record.h"
#include "journal/wal.h"

enum {
    CHECKSUM = 8,
    SUMMED = 16, // the checksum covers everything from here on
    EPOCH = 16,
    FIRST = 24,
    COUNT = 32,
    PAYLOAD = 36, // the number of bytes that follow the header: lengths of 4 each, then the records
    UNUSED = 40,  // zeros; text that players type has no zeros
    HEAD = 64,
    LENGTH = 4,
    // A trailer in the last bytes of the last page, if they are free: the header's sector may be
    // the one that is lost.
    END = 32,
    END_FIRST = 8,
    END_COUNT = 16,
    END_PAGES = 20, // number of pages of the block
    END_CHECKSUM = 24,
};

#define WAL_MAGIC "LKTAIL01" // 8 bytes, and
#define WAL_END_MAGIC "LKTAILED"

static inline size_t wal_padded(size_t n)
{
    return (n + WAL_BLOCK - 1) / WAL_BLOCK * WAL_BLOCK;
}

static inline uint64_t wal_end_digest(const char *end, uint64_t epoch)
{
    return record_digest(end, END_CHECKSUM, epoch);
}

#endif
