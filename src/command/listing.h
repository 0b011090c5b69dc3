// The lines of a list; equal lines are written once, with their number: "  an egg (2)".
// Threads: one owner. Locks: the texts are borrowed, so the locks of the things that own them.
#ifndef COMMAND_LISTING_H
#define COMMAND_LISTING_H

#include <stddef.h>

struct buf;

// From this many different lines on, further lines are not compared.
enum { LISTING_MAX = 64 };

struct listing_line {
    const char *before, *text, *after, *end;
    size_t count;
};

struct listing {
    struct listing_line list[LISTING_MAX];
    size_t count;
    struct buf *out;
};

void listing_begin(struct listing *l, struct buf *out);
// A line of four pieces; pieces that it does not have are "".
void listing_add(struct listing *l, const char *before, const char *text, const char *after,
                 const char *end);
void listing_end(struct listing *l); // writes what is left

#endif
