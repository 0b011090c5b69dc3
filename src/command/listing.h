// The lines of a list; equal lines are written once, with their number: "  an egg (2)". A list is
// bounded: behind LISTING_LINES lines it says how many more there are.
// Threads: one owner. Locks: the texts are borrowed, so the locks of the things that own them.
#ifndef COMMAND_LISTING_H
#define COMMAND_LISTING_H

#include <stddef.h>

struct buf;

// LISTING_MAX: so many different lines are kept for comparing.
enum { LISTING_MAX = 64, LISTING_LINES = 2 * LISTING_MAX };

struct listing_line {
    const char *before, *text, *after, *end;
    size_t count;
};

struct listing {
    struct listing_line list[LISTING_MAX];
    size_t count;
    size_t written; // lines that are in `out` already
    size_t more;    // that no line was left for
    struct buf *out;
};

void listing_begin(struct listing *l, struct buf *out);
// A line of four pieces; pieces that it does not have are "".
void listing_add(struct listing *l, const char *before, const char *text, const char *after,
                 const char *end);
void listing_end(struct listing *l); // writes what is left

#endif
