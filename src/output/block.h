// A block: a text that is converted once for all who see it. Immutable; it has one owner.
//
// Threads: any. block_wire keeps what it has converted inside the block, for the next outbox with a
// like window; several loops may do so at once, and then convert the same form twice at most.
#ifndef OUTPUT_BLOCK_H
#define OUTPUT_BLOCK_H

#include "output/style.h"

#include <stddef.h>

struct block;
struct buf;

// Copied, without what no screen may get (util/screen.h).
struct block *block_new(const char *text, size_t n);
void block_free(struct block *b); // accepts NULL
// The same in memory that `take` returns for `arg`, aligned like malloc's. block_fini frees all but
// that memory.
struct block *block_make(const char *text, size_t n, void *(*take)(void *arg, size_t size),
                         void *arg);
void block_fini(struct block *b);
const char *block_text(const struct block *b, size_t *n);

// Appends the bytes for the wire in a style, keeping nothing: for a block that one outbox gets.
void block_render(const struct block *b, const struct style *style, struct buf *out);
// The bytes for the wire in a style; borrowed for as long as the block is.
const char *block_wire(struct block *b, const struct style *style, size_t *n);

#endif
