// What a lock trace calls its sites, attributes, things, locks and tasks' work.
// Threads: one owner at a time.  Locks: none.  All texts returned are borrowed and never NULL.
#ifndef TRACE_READER_NAMES_H
#define TRACE_READER_NAMES_H

#include "trace/format.h"
#include "trace/reader_index.h"

enum { LOCKS_NAME_KINDS = TRACE_NAME_WHAT + 1 };

struct locks_name {
    uint32_t id, extra;
    const char *text; // of a site: the file
    const char *func; // of a site
};

struct locks_name_table {
    struct locks_name *list;
    size_t count, cap;
    struct locks_index by_id; // the last one of an id counts
};

struct locks_names {
    struct locks_name_table tables[LOCKS_NAME_KINDS];
    struct locks_index lock_of_thing;
    char **texts; // owned
    size_t text_count, text_cap;
};

void locks_names_fini(struct locks_names *n);

// Reads the records; stops at the first that cannot be one and returns how many bytes were good.
size_t locks_names_read(struct locks_names *n, const char *heap, size_t size);

const struct locks_name *locks_names_find(const struct locks_names *n, enum trace_name_kind kind,
                                          uint32_t id); // NULL when there is none
const char *locks_names_text(const struct locks_names *n, enum trace_name_kind kind, uint32_t id,
                             const char *otherwise);
// The lock of a thing's own inventory; LOCKS_NONE when no name tells.
uint32_t locks_names_lock_of(const struct locks_names *n, uint32_t thing);
// The id of the lock that stands for all of them (serve --big-lock), or LOCKS_NONE.
uint32_t locks_names_big_lock(const struct locks_names *n);

// Adds the ids of everything of this kind with that name: "12" or "#12" is an id; else the names
// that equal it, if there are none those that equal it in any case, and if there are none those
// that contain it. Returns how many.
size_t locks_names_select(const struct locks_names *n, enum trace_name_kind kind, const char *what,
                          struct locks_index *out);

#endif
