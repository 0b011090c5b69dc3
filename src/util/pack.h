// Values as bytes and back, without names or types: numbers as LEB128, texts with their length,
// documents as trees. The reader never goes past the end: what cannot be read sets `bad`, and from
// then on everything reads as zero or empty.
//
// Threads: one owner at a time. Ownership: texts that are read point into the bytes.
#ifndef UTIL_PACK_H
#define UTIL_PACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;
struct doc;
struct doc_node;

enum { PACK_DEPTH_MAX = 64 }; // of a document

void pack_uint(struct buf *out, uint64_t n);
void pack_int(struct buf *out, int64_t n);
void pack_text(struct buf *out, const char *text); // NULL is written as ""; a zero byte follows it
void pack_doc(struct buf *out, const struct doc_node *n); // no deeper than PACK_DEPTH_MAX

struct unpack {
    const unsigned char *at, *end;
    bool bad;
};

uint64_t unpack_uint(struct unpack *u);
// For counts and indexes: bad when it is more than `most`.
uint64_t unpack_limited(struct unpack *u, uint64_t most);
int64_t unpack_int(struct unpack *u);
const char *unpack_text(struct unpack *u);                    // ended by a zero byte; "" when bad
struct doc_node *unpack_doc(struct unpack *u, struct doc *d); // null when bad
void unpack_skip_doc(struct unpack *u);

#endif
