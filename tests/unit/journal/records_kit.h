// Records to write: each is its number's.
#ifndef TESTS_JOURNAL_RECORDS_KIT_H
#define TESTS_JOURNAL_RECORDS_KIT_H

#include "journal/journal.h"
#include "util/buf.h"
#include "util/mem.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static inline int write_records(struct journal *j, uint64_t first, size_t count, const char *text)
{
    struct buf bytes = BUF_INIT;
    size_t *lengths = mem_calloc(count, sizeof(*lengths));
    for (size_t i = 0, before = 0; i < count; before = bytes.len, i++) {
        char name[32];
        snprintf(name, sizeof(name), "n%" PRIu64, first + i);
        struct record r = {.number = first + i, .kind = RECORD_LINE, .name = name, .text = text};
        record_encode(&bytes, &r);
        lengths[i] = bytes.len - before;
    }
    int outcome = journal_write(j, first, bytes.data, lengths, count);
    free(lengths);
    buf_fini(&bytes);
    return outcome;
}

#endif
