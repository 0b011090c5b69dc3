// Why a text is no JSON, in words with which the person who wrote it can correct it: where, what
// stands there, and what was expected. The grammar is RFC 8259 with an object or array at the top.
// Threads: any.  Locks: none.
#ifndef STORE_JSON_FAULT_H
#define STORE_JSON_FAULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json_fault {
    uint32_t line, column; // 1-based, column in bytes
    char text[240];
};

// The first fault in the grammar, or nesting beyond max_depth; false when there is none. Does not
// look at UTF-8, size of numbers or repeated names.
bool json_fault_find(const char *text, size_t n, size_t max_depth, struct json_fault *fault);

// Where the same member name stands before in the object of the one at that offset, both as written
// in the same way.
bool json_fault_first(const char *text, size_t n, size_t name, size_t *first);

// Line and column of a byte offset.
void json_fault_position(const char *text, size_t offset, uint32_t *line, uint32_t *column);

#endif
