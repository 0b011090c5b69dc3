// A table from a number to a number, for the reader of lock traces: names by id, tasks that are
// open. Threads: one owner at a time.  Locks: none.
#ifndef TRACE_READER_INDEX_H
#define TRACE_READER_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { READER_NONE = UINT32_MAX }; // stands for: no such value, event or run

struct reader_index {
    uint64_t *keys; // key + 1, 0: free
    uint32_t *values;
    size_t count, cap;
};

#define READER_INDEX_INIT                                                                          \
    {                                                                                              \
        NULL, NULL, 0, 0                                                                           \
    }

void reader_index_fini(struct reader_index *x);
void reader_index_put(struct reader_index *x, uint64_t key, uint32_t value); // replaces
uint32_t reader_index_get(const struct reader_index *x, uint64_t key);       // or READER_NONE
bool reader_index_has(const struct reader_index *x, uint64_t key);

#endif
