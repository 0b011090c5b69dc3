// What a lock trace calls its sites, attributes, things, locks and tasks' work.
// Threads: one owner at a time.  Locks: none.  All texts returned are borrowed and never NULL.
#ifndef TRACE_READER_NAMES_H
#define TRACE_READER_NAMES_H

#include "trace/format.h"
#include "trace/reader_index.h"

enum { READER_NAME_KINDS = TRACE_NAME_WHAT + 1 };

struct reader_name {
    uint32_t id, extra;
    const char *text; // of a site: the file
    const char *func; // of a site
};

struct reader_name_table {
    struct reader_name *list;
    size_t count, cap;
    struct reader_index by_id; // the last one of an id counts
};

struct reader_names {
    struct reader_name_table tables[READER_NAME_KINDS];
    struct reader_index lock_of_thing;
    char **texts; // owned
    size_t text_count, text_cap;
};

void reader_names_fini(struct reader_names *n);

// Reads the records; stops at the first that cannot be one and returns how many bytes were good.
size_t reader_names_read(struct reader_names *n, const char *heap, size_t size);

const struct reader_name *reader_names_find(const struct reader_names *n, enum trace_name_kind kind,
                                            uint32_t id); // NULL when there is none
const char *reader_names_text(const struct reader_names *n, enum trace_name_kind kind, uint32_t id,
                              const char *otherwise);
// The lock of a thing's own inventory; READER_NONE when no name tells.
uint32_t reader_names_lock_of(const struct reader_names *n, uint32_t thing);
// The id of the lock that stands for all of them (serve --big-lock), or READER_NONE.
uint32_t reader_names_big_lock(const struct reader_names *n);

// Adds the ids of everything of this kind with that name: "12" or "#12" is an id; else the names
// that equal it, if there are none those that equal it in any case, and if there are none those
// that contain it. Returns how many.
size_t reader_names_select(const struct reader_names *n, enum trace_name_kind kind,
                           const char *what, struct reader_index *out);

#endif
