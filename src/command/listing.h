// Lines of a list, equal ones once with their number behind: "  an egg (2)".
// Threads: one owner. Locks: the texts are borrowed; those of what they belong to.
#ifndef COMMAND_LISTING_H
#define COMMAND_LISTING_H

#include <stddef.h>

struct buf;

// More different lines than this are not compared with those that follow.
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
// A line of four pieces, "" for those that it has not.
void listing_add(struct listing *l, const char *before, const char *text, const char *after,
                 const char *end);
void listing_end(struct listing *l); // writes what is left

#endif
