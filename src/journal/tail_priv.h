// What a block of the tail looks like: tail.c writes it, tail_read.c reads it.
#ifndef JOURNAL_TAIL_PRIV_H
#define JOURNAL_TAIL_PRIV_H

#include "journal/record.h"
#include "journal/tail.h"

enum {
    CHECKSUM = 8,
    SUMMED = 16, // the checksum is of all from here on
    EPOCH = 16,
    FIRST = 24,
    COUNT = 32,
    PAYLOAD = 36, // its bytes: lengths of 4 each, then the records
    UNUSED = 40,  // zeros; no text that players type has zeros in it
    HEAD = 64,
    LENGTH = 4,
    // The last bytes of the last page, when they are free: the sector of the head may be the one that is lost.
    END = 32,
    END_FIRST = 8,
    END_COUNT = 16,
    END_PAGES = 20, // of the block
    END_CHECKSUM = 24,
};

#define TAIL_MAGIC "LKTAIL01" // 8 bytes, and
#define TAIL_END_MAGIC "LKTAILED"

static inline size_t tail_padded(size_t n)
{
    return (n + TAIL_BLOCK - 1) / TAIL_BLOCK * TAIL_BLOCK;
}

static inline uint64_t tail_end_digest(const char *end, uint64_t epoch)
{
    return record_digest(end, END_CHECKSUM, epoch);
}

#endif
