// JSON text to documents and back. Every complaint names file, line and column.
// Threads: any, each with its own document.  Locks: none.  Reading and writing files blocks: never
// on the loop thread.
// What is common and right is read by json_quick.c; all else is jansson's, with repeated names
// refused, and a second pass over the text finds where each value stands, which jansson does not
// keep.
#ifndef STORE_JSON_H
#define STORE_JSON_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct buf;
struct doc;
struct doc_node;
struct doc_problems;

#define JSON_DEEPEST 2048 // levels of arrays and objects, jansson's own limit

// The document, owned by the caller; NULL when the text is no JSON, with the reason in `p` under
// `name`. The top is an object or an array. A byte order mark is skipped. The text is not needed
// afterwards.
struct doc *json_read(const char *name, const char *text, size_t n, struct doc_problems *p);

// The same without the quick reader: jansson alone decides. For tests, which compare the two.
struct doc *json_read_slowly(const char *name, const char *text, size_t n, struct doc_problems *p);

// The same from a file of at most max_bytes. `code` (may be NULL) receives 0, a negative errno when
// the file could not be read, or -EBADMSG when it holds no JSON.
struct doc *json_read_file(const char *path, size_t max_bytes, struct doc_problems *p);
struct doc *json_open(const char *path, size_t max_bytes, struct doc_problems *p, int *code);
// The same with most of the document's memory in an arena (see doc_new_in).
struct doc *json_read_file_in(const char *path, size_t max_bytes, struct arena *memory,
                              struct doc_problems *p);

enum json_flags {
    JSON_PRETTY = 0,   // two spaces a level; what fits in 100 columns stays on one line
    JSON_ONE_LINE = 1, // no line breaks at all
};

// Appends the text of `root`, with a line break at the end when pretty. Bytes that are no UTF-8
// become U+FFFD, a number that is not finite null. False, and nothing appended, when it is nested
// deeper than JSON_DEEPEST and so could not be read back.
bool json_write(struct buf *out, const struct doc_node *root, unsigned flags);

// Replaces `path`, whole and synced; the version before stays as `path~`. Negative errno;
// -EOVERFLOW when nested too deep.
int json_write_file(const char *path, const struct doc_node *root);

#endif
